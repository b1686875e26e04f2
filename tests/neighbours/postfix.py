"""A strict Postfix in a folder of its own, that delivers all mail to one mailbox beside it."""

from __future__ import annotations

import asyncio
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

from neighbours.programs import filled, program, running
from support.private_authority import Certificate

from mypage.local.ports import free_ports

_COMES_WITHIN = 30.0  # seconds
_ANYBODY = 65534  # whose mailboxes they are
# What Exim refuses by default; and one who has no mailbox.
_REFUSED = r"""/[@%!\/|].*@/ 550 5.1.3 restricted characters in address
/^bounced@/ 550 5.1.1 no such user
"""
_AROUND = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = /dev/stdout
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
alias_maps =
smtpd_recipient_restrictions = check_recipient_access regexp:{folder}/refused, $strictly
virtual_mailbox_domains = example.jp, aicom-koka.jp
recipient_delimiter = +
virtual_mailbox_base = {folder}/mailboxes
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:{owner}
virtual_gid_maps = static:{owner}
"""
_MASTER = """127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
smtp unix - - n - - smtp
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    """`port` is where it takes mail, `log` what it says."""

    port: int
    log: Path
    _mailbox: Path

    async def mail_to(self, address: str) -> EmailMessage:
        """The first mail to an address. Raises TimeoutError."""
        return _read(await self.file_to(address))

    async def file_to(self, address: str) -> Path:
        """The same, as it lies in the mailbox. Raises TimeoutError."""
        async with asyncio.timeout(_COMES_WITHIN):
            while True:
                for file in await asyncio.to_thread(lambda: sorted(self._mailbox.glob("new/*"))):
                    if _read(file)["Delivered-To"] == address:
                        return file
                await asyncio.sleep(0.1)


def _read(file: Path) -> EmailMessage:
    found = message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


@asynccontextmanager
async def postfix(certificate: Certificate, folder: Path, *, elsewhere: str = "") -> AsyncIterator[Postfix]:
    """The runbook's lines, then where it keeps its things. It needs root, for the users that it becomes. Mail
    to the domain elsewhere.example goes on to the server `elsewhere`, as [127.0.0.1]:2525.
    """
    [port] = free_ports(1)
    configured, mailboxes, log = folder / "etc", folder / "mailboxes", folder / "postfix.log"
    for made in (configured, folder / "queue", folder / "data", mailboxes):
        made.mkdir()
    for owned in (folder / "data", mailboxes):
        owned.chmod(0o777)
    log.touch()
    log.chmod(0o666)
    values = {
        "/etc/postfix/tls/relay.crt": certificate.certificate,
        "/etc/postfix/tls/relay.key": certificate.key,
        "smtpd_recipient_restrictions =": "strictly =",
    }
    around = _AROUND.format(folder=folder, owner=_ANYBODY)
    if elsewhere:
        around += f"transport_maps = inline:{{elsewhere.example=smtp:{elsewhere}}}\n"
    (configured / "main.cf").write_text(filled("postfix-main.cf", values) + around)
    (configured / "master.cf").write_text(_MASTER.format(port=port))
    (folder / "refused").write_text(_REFUSED)
    command = [program("postfix"), "-c", str(configured)]
    async with running([*command, "start-fg"], port=port, log=log):
        try:
            yield Postfix(port, log, mailboxes / "all")
        finally:  # a signal would reach its script alone
            stopping = await asyncio.create_subprocess_exec(*command, "stop")
            await stopping.wait()
