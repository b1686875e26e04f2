"""What 登録コードでの再設定 says when it does not succeed."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import WAIT
from messages.enrolment import RefusalCode

ENROLMENT_REFUSALS: Mapping[str, str] = {
    RefusalCode.ENROLMENT_REFUSED: (
        "入力された内容を確認できませんでした。ご契約の情報と登録コードをもう一度ご確認ください。"
        "登録コードは、お伝えしてから15分の間、1回だけ使えます。"
        "お困りのときは、TEL {telephone} までご連絡ください。"
    ),
    RefusalCode.TOO_MANY_ENROLMENTS: f"入力の回数が多いため、いまは受け付けられません。{WAIT}",
}
