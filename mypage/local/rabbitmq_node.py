"""What one private RabbitMQ node is made of: its programs, ports, files and environment (RabbitMQ 3.10 and
later).
"""

import os
import secrets
import shutil
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from mypage.errors import MissingPart
from mypage.local.ports import free_ports, is_free
from mypage.local.statefile import read_state, write_private, write_state

ADMIN = "private-admin"

_HOW_TO_GET_IT = (
    "RabbitMQ was not found: "
    "install it with `apt-get install --no-install-recommends rabbitmq-server` "
    "(or `brew install rabbitmq`), "
    "or set RMQ_BIN to the folder that holds its rabbitmq-server and rabbitmqctl."
)
_LOOPBACK = "-kernel inet_dist_use_interface {127,0,0,1}"


@dataclass(frozen=True)
class Ports:
    amqp: int
    distribution: int
    management: int
    prometheus: int
    epmd: int

    @classmethod
    def free(cls) -> Self:
        return cls(*free_ports(5))

    def are_free(self) -> bool:
        return all(is_free(port) for port in asdict(self).values())


@dataclass(frozen=True)
class Node:
    """One node; everything it writes stands below `directory`."""

    directory: Path
    name: str  # part of the path of its data: it stays when the ports change
    ports: Ports
    admin_password: str = field(repr=False)
    owner_pid: int  # the process that runs the broker; 0 when none does

    @classmethod
    def of(cls, directory: Path, name: str) -> Self:
        """The node that an earlier run left in `directory`, else a new one with free ports and a name that no
        other node has.
        """
        saved = read_state(_state_file(directory))
        if saved is None:
            ports = Ports.free()
            return cls(directory, f"{name}-{ports.amqp}@localhost", ports, secrets.token_urlsafe(24), 0)
        return cls(
            directory, saved["name"], Ports(**saved["ports"]), saved["admin_password"], saved["owner_pid"]
        )

    def made_ready(self) -> Self:
        """The node as it can start now, its files written; it keeps its ports when all of them are free."""
        node = replace(
            self, ports=self.ports if self.ports.are_free() else Ports.free(), owner_pid=os.getpid()
        )
        (self.directory / "home").mkdir(parents=True, exist_ok=True)
        (self.directory / "enabled_plugins").write_text("[rabbitmq_management,rabbitmq_prometheus].\n")
        write_private(self.directory / "rabbitmq.conf", node._configuration())
        node._save()
        return node

    def note_end(self) -> None:
        """Remembers that the broker was ended by the process that had started it."""
        replace(self, owner_pid=0)._save()

    def environment(self) -> dict[str, str]:
        """Everything the programs of RabbitMQ are told; nothing of the caller's environment but the search
        path.
        """
        base = str(self.directory)
        return {
            "PATH": os.environ.get("PATH", os.defpath) + ":/usr/sbin:/usr/bin:/sbin:/bin",
            "LC_ALL": "C.UTF-8",
            "HOME": f"{base}/home",  # the cookie that lets nodes and rabbitmqctl talk lies here
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_NODENAME": self.name,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.ports.amqp),
            "RABBITMQ_DIST_PORT": str(self.ports.distribution),
            "RABBITMQ_MNESIA_BASE": f"{base}/mnesia",
            "RABBITMQ_LOG_BASE": f"{base}/log",
            "RABBITMQ_PID_FILE": f"{base}/pid",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{base}/generated",
            "RABBITMQ_CONFIG_FILE": f"{base}/rabbitmq.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{base}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{base}/enabled_plugins",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.ports.epmd),
            # One scheduler: enough for a laptop, quicker to start.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": f"{_LOOPBACK} +S 1:1",
            "RABBITMQ_CTL_ERL_ARGS": _LOOPBACK,
        }

    def _save(self) -> None:
        write_state(
            _state_file(self.directory),
            {key: value for key, value in asdict(self).items() if key != "directory"},
        )

    def _configuration(self) -> str:
        lines = (
            f"default_user = {ADMIN}",
            f"default_pass = {self.admin_password}",
            "default_user_tags.administrator = true",
            "management.tcp.ip = 127.0.0.1",
            f"management.tcp.port = {self.ports.management}",
            "prometheus.tcp.ip = 127.0.0.1",
            f"prometheus.tcp.port = {self.ports.prometheus}",
            "vm_memory_high_watermark.absolute = 512MB",
            "disk_free_limit.absolute = 100MB",
        )
        return "\n".join(lines) + "\n"


def programs() -> Path:
    """The folder of rabbitmq-server and rabbitmqctl. Raises MissingPart.

    Debian's scripts in /usr/sbin are passed over: they change to the user and the folder of the machine's own
    broker.
    """
    on_path = shutil.which("rabbitmq-server")
    chosen = os.environ.get("RMQ_BIN")
    candidates = (
        [Path(chosen)]
        if chosen
        else [Path("/usr/lib/rabbitmq/bin"), *([Path(on_path).parent] if on_path else [])]
    )
    for folder in candidates:
        if (folder / "rabbitmq-server").exists() and (folder / "rabbitmqctl").exists():
            return folder
    raise MissingPart(_HOW_TO_GET_IT)


def port_mapper() -> str:
    """The path of epmd, which comes with Erlang. Raises MissingPart."""
    found = shutil.which("epmd")
    if found is None:
        raise MissingPart(_HOW_TO_GET_IT)
    return found


def _state_file(directory: Path) -> Path:
    return directory / "rabbitmq.json"
