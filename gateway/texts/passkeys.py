"""What パスキー says when something does not succeed."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import PASSKEY_OFFER_ENDED, TOO_MANY_PASSKEYS
from messages.passkeys import RefusalCode

PASSKEY_REFUSALS: Mapping[str, str] = {
    RefusalCode.PASSKEY_REFUSED: (
        "パスキーを確認できませんでした。もう一度お試しになるか、アカウントIDとパスワードでログインしてください。"
    ),
    RefusalCode.PASSKEY_CHALLENGE_SPENT: (
        "画面を開いてから時間がたったため、パスキーを確認できませんでした。もう一度[パスキーでログイン]を押してください。"
    ),
    RefusalCode.PASSKEY_NOT_MADE: (
        "パスキーを作成できませんでした。もう一度お試しになるか、ほかの端末でお試しください。"
    ),
    RefusalCode.PASSKEY_OFFER_ENDED: PASSKEY_OFFER_ENDED,
    RefusalCode.PASSKEY_KNOWN: "このパスキーは、すでに登録されています。ほかの端末でお試しください。",
    RefusalCode.TOO_MANY_PASSKEYS: TOO_MANY_PASSKEYS,
}
