"""What an operator is told when a command fails: one sentence, and nothing of a customer's."""

from __future__ import annotations

from chassis.database.db import CONNECTION_ERRORS
from chassis.database.errors import TRANSIENT_ERRORS
from chassis.database.migrate import ForeignDatabase, MigrationChanged, MigrationsHeld
from chassis.messaging.rabbit.dead_letters import DeadLettersAway
from chassis.process.logs import fault_fields
from chassis.process.settings import SettingsError
from chassis.security.trust import trouble_name
from mypage.errors import MissingPart, UnusableData
from mypage.local.ports import PortTaken

_SAY_IT_THEMSELVES = (
    SettingsError,
    MissingPart,
    UnusableData,
    MigrationChanged,
    MigrationsHeld,
    PortTaken,
)


def exit_code(error: Exception) -> int:
    """2 for wrong use, 1 for what failed."""
    return 2 if isinstance(error, SettingsError) else 1


def sentence(error: Exception) -> str:
    """For standard error. Of a fault that nobody foresaw its kind and its place in the code are told: its own
    text may hold a row, an address or a password.
    """
    if isinstance(error, _SAY_IT_THEMSELVES):
        return str(error)
    if isinstance(error, DeadLettersAway):
        return (
            f"RabbitMQ が応じません（{error}）。"
            "MYPAGE_OPERATOR_AMQP_URL と、定義が読み込まれているかを確かめてください。"
        )
    if isinstance(error, ForeignDatabase):
        return f"ほかのサービスのデータベースです（{error}）。接続先を確かめてください。何も書いていません。"
    if isinstance(error, CONNECTION_ERRORS):
        return f"データベースにつながりません（{trouble_name(error)}）。"
    if isinstance(error, TRANSIENT_ERRORS):
        return f"データベースがすぐには応じません（{trouble_name(error)}）。もう一度実行してください。"
    if isinstance(error, ModuleNotFoundError) and (error.name or "").startswith("mypage.local."):
        return (
            "このイメージには mypage up の部品がありません。"
            "データベースは MYPAGE_DATABASES__IDENTITY などで指定してください。"
        )
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} を読み書きできません（{error.strerror}）。"
    return f"予期しない誤りで終わりました。開発者に次の参照を伝えてください: {_reference(error)}"


def _reference(error: Exception) -> str:
    return " ".join(fault_fields(error).values())
