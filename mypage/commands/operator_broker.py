"""Where the broker is, for an operator's command: given, or the private node of `mypage up --processes`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from chassis.messaging.rabbit.dead_letters import Broker
from chassis.messaging.topology import OPERATOR
from chassis.process.settings import load
from messages.variables import VARIABLES
from mypage.errors import MissingPart
from mypage.local.ports import answers
from mypage.local.rabbitmq_node import Node
from mypage.local.statefile import process_lives, read_state
from mypage.settings import OperatorSettings

_NO_BROKER = (
    "RabbitMQ が見つかりません。"
    "MYPAGE_OPERATOR_AMQP_URL を設定するか、mypage up --processes を動かしてください。"
    "make up だけのときは、届かなかったメッセージはそのプロセスの中にだけあり、ここからは扱えません。"
)


def operator_broker() -> Broker:
    """The broker with the operator's user. Raises MissingPart, whose text explains the in-process
    transport too.
    """
    settings = load(OperatorSettings, known=VARIABLES)
    if settings.operator_amqp_url:
        return Broker(settings.operator_amqp_url.get_secret_value(), settings.amqp_ca_file)
    folder = settings.data_dir.resolve() / "rabbitmq"
    node = _running_in(folder)
    password = (read_state(folder / "passwords.json") or {}).get(OPERATOR)
    if node is None or password is None:
        raise MissingPart(_NO_BROKER)
    return Broker(f"amqp://{OPERATOR}:{quote(password, safe='')}@127.0.0.1:{node.ports.amqp}/%2F")


def _running_in(folder: Path) -> Node | None:
    """The living node of `folder`; None when none was ever there, or it was stopped or has died."""
    if not (folder / "rabbitmq.json").exists():
        return None
    node = Node.of(folder, "")  # the saved one: the name is its own
    return node if node.owner_pid and process_lives(node.owner_pid) and answers(node.ports.amqp) else None
