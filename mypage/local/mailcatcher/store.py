"""The mails that were caught: what a mail says, and where it is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

_SENDER, _RECIPIENT = "X-Envelope-From", "X-Envelope-To"
_FILE_NAMES = "[0-9]" * 8 + ".eml"


@dataclass(frozen=True)
class Mail:
    """One mail as it came. `mail_id` is eight digits that rise with every mail; `headers` joins repeated
    fields by a line break.
    """

    mail_id: str
    raw: bytes  # led by the envelope's addresses as header fields
    sender: str
    recipients: list[str]  # of the envelope: those it really went to
    headers: dict[str, str]
    subject: str
    from_: str
    to: str
    sent_at: datetime | None  # as the sender says
    text: str
    html: str


class MailStore:
    """The newest mails, at most `limit` of them; on disk as .eml files too when there is a directory."""

    def __init__(self, directory: Path | None, limit: int) -> None:
        """Reads what an earlier run left. The directory is closed to others (0700): the mails hold links that
        open accounts.
        """
        self._directory = directory
        self._limit = limit
        self._mails: dict[str, Mail] = {}
        if directory is not None:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in sorted(directory.glob(_FILE_NAMES)):
                self._mails[path.stem] = read_mail(path.stem, path.read_bytes())

    def add(self, content: bytes, sender: str, recipients: Iterable[str]) -> None:
        """Keeps a mail and drops the oldest when there are too many. Raises OSError when the disk refuses it:
        nothing is kept then.
        """
        mail_id = f"{int(max(self._mails, default='0')) + 1:08d}"
        trace = [f"{_SENDER}: {sender}", *(f"{_RECIPIENT}: {recipient}" for recipient in recipients)]
        mail = read_mail(mail_id, "".join(f"{line}\r\n" for line in trace).encode() + content)
        if self._directory is not None:
            self._write(self._directory / f"{mail_id}.eml", mail.raw)
        self._mails[mail_id] = mail
        while len(self._mails) > self._limit:
            oldest = min(self._mails)
            del self._mails[oldest]
            if self._directory is not None:
                (self._directory / f"{oldest}.eml").unlink(missing_ok=True)

    def newest_first(self) -> list[Mail]:
        return [self._mails[mail_id] for mail_id in sorted(self._mails, reverse=True)]

    def find(self, mail_id: str) -> Mail | None:
        """Looks only among the mails in hand: no name from outside ever becomes a path."""
        return self._mails.get(mail_id)

    def _write(self, path: Path, raw: bytes) -> None:
        complete = path.with_suffix(".new")
        complete.write_bytes(raw)
        complete.replace(path)


def read_mail(mail_id: str, raw: bytes) -> Mail:
    """What the mail says. Takes any bytes: what is not there is empty."""
    message = message_from_bytes(raw, policy=policy.default)
    headers: dict[str, str] = {}
    for name, value in message.items():
        headers[name] = f"{headers[name]}\n{value}" if name in headers else str(value)
    return Mail(
        mail_id=mail_id,
        raw=raw,
        sender=headers.pop(_SENDER, ""),
        recipients=headers.pop(_RECIPIENT, "").splitlines(),
        headers=headers,
        subject=str(message.get("Subject", "")),
        from_=str(message.get("From", "")),
        to=str(message.get("To", "")),
        sent_at=_time_of(message),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _time_of(message: EmailMessage) -> datetime | None:
    try:
        sent_at = parsedate_to_datetime(str(message.get("Date", "")))
    except ValueError:
        return None
    return sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    if body is None:
        return ""
    content = body.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        return content.decode(body.get_content_charset("utf-8"), errors="replace").replace("\r\n", "\n")
    except LookupError:  # a character set that nobody knows
        return content.decode("utf-8", errors="replace")
