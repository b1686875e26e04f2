"""`mypage limits`: how often may be asked and guessed, as it is built in and as it is set."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from chassis.database.limits import Limit, NamedLimits
from chassis.process.settings import load
from messages.variables import VARIABLES
from mypage.commands.options import AsJson
from mypage.streams import json_text
from services.identity.settings import Limits as IdentityLimits
from services.identity.settings import LimitSettings as IdentityLimitSettings
from services.registration.settings import Limits as RegistrationLimits
from services.registration.settings import LimitSettings as RegistrationLimitSettings

MEANINGS: Mapping[str, str] = {
    "failed_proofs_of_a_number": "1つのお客様番号の、認証の失敗（番号がなくても同じ）",
    "failed_proofs_of_a_network": "1つのネットワークで、認証に失敗したお客様番号の数",
    "failed_proofs_of_all": "全体で、認証に失敗したお客様番号の数",
    "failed_log_ins_of_an_account": "1つのアカウントIDの、ログインの失敗（IDがなくても同じ）",
    "failed_log_ins_of_a_device": "前にログインしたブラウザの、ログインの失敗",
    "failed_log_ins_of_a_network": "1つのネットワークで、ログインに失敗したアカウントIDの数",
    "failed_log_ins_of_all": "全体で、ログインに失敗したアカウントIDの数",
    "recoveries_of_an_account": "1つのアカウントの、パスワードの再設定の申し込み（アカウントがなくても同じ）",
    "recoveries_of_a_mailbox": "1つの宛先への、再設定やアカウントIDのお知らせの申し込み",
    "recoveries_of_a_network": "1つのネットワークから、再設定などを申し込まれた宛先の数",
    "enrolments_of_a_number": "1つのお客様番号の、登録コードでの再設定（番号がなくても同じ）",
    "enrolments_of_a_network": "1つのネットワークで、登録コードが試されたお客様番号の数",
    "unknown_links_of_a_network": "1つのネットワークで試された、存在しない（メールの）URLや登録コードの数",
    "wrong_passwords_again": "ログイン中のお客様の、設定を変える前のパスワードの間違い",
    "wrong_codes_of_an_account": "1つのアカウントの、2段階認証のコードの間違い",
    "address_changes_of_an_account": "1つのアカウントの、新しいメールアドレスへの確認メール",
    "exports_of_an_account": "1つのアカウントの、登録内容のダウンロード",
    "notices_to_a_holder": "登録済みの契約が認証されたことを知らせるメール",
    "alarm_proofs_of_a_number": "警報：1つのお客様番号の、認証の失敗",
    "alarm_proofs_of_all": "警報：全体で、認証に失敗したお客様番号の数",
    "alarm_log_ins_of_all": "警報：全体で、ログインに失敗したアカウントIDの数",
    "id_checks_a_minute": "1つの契約の、IDチェック",
    "id_checks_an_hour": "1つの契約の、IDチェック",
    "presses_in_a_while": "1つの契約の、[仮登録する]",
    "presses_an_hour": "1つの契約の、[仮登録する]",
    "registrations_a_day": "1つの契約の、仮登録",
    "resendings_an_hour": "1つの契約の、[メールを再送する]とメールアドレスの訂正",
    "resendings_a_day": "1つの契約の、[メールを再送する]とメールアドレスの訂正",
    "mails_to_a_mailbox_an_hour": "1つの宛先への、申し込みで送るメール",
    "mails_to_a_mailbox_a_day": "1つの宛先への、申し込みで送るメール",
    "mails_to_all": "全体の、申し込みで送るメール",
    "alarm_mails_to_all": "警報：全体の、申し込みで送るメール",
}
"""What each of them counts, in the words of whoever runs the portal."""


def limits(as_json: AsJson = False) -> None:
    """回数の制限を示します。「設定」とあるものは、環境変数で変更されています。

    例: mypage limits
    """
    found = _limits_by_service()
    if as_json:
        typer.echo(json_text([each for service in found for each in _rows(service, *found[service])]))
        return
    for service, (built_in, chosen) in found.items():
        typer.echo(f"{service}（MYPAGE_{service.upper()}_LIMITS で変更できます）")
        for row in _rows(service, built_in, chosen):
            changed = f"（設定。既定は {row['built_in']}）" if row["limit"] != row["built_in"] else ""
            typer.echo(f"  {row['name']:<30}{row['limit']:<15}{row['counts']}{changed}")


def _limits_by_service() -> dict[str, tuple[NamedLimits, NamedLimits]]:
    """What is built in and what is chosen. Raises SettingsError for a setting that cannot be read."""
    of_identity = load(IdentityLimitSettings, known=VARIABLES).identity_limits
    of_registration = load(RegistrationLimitSettings, known=VARIABLES).registration_limits
    return {
        "identity": (IdentityLimits(), IdentityLimits().changed(of_identity)),
        "registration": (RegistrationLimits(), RegistrationLimits().changed(of_registration)),
    }


def _rows(service: str, built_in: NamedLimits, chosen: NamedLimits) -> list[dict[str, str]]:
    before: Mapping[str, Limit] = built_in.by_name()
    return [
        {
            "service": service,
            "name": name,
            "limit": str(limit),
            "built_in": str(before[name]),
            "counts": MEANINGS[name],
        }
        for name, limit in chosen.by_name().items()
    ]
