"""What 2段階認証 says when a code is not taken."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import WAIT
from messages.second_factor import RefusalCode

SECOND_FACTOR_REFUSALS: Mapping[str, str] = {
    RefusalCode.SECOND_FACTOR_ASKED: "確認コードを入力してください。",
    RefusalCode.LOG_IN_AGAIN: "もう一度ログインしてください。",
    RefusalCode.WRONG_CODE: (
        "コードが違うか、すでに使われています。認証アプリに表示されている、新しいコードを入力してください。"
    ),
    RefusalCode.TOO_MANY_CODES: f"コードの入力回数が多いため、いまは確認できません。{WAIT}",
    RefusalCode.SECOND_FACTOR_SETUP_OVER: "設定の開始から10分以上たったため、最初から設定してください。",
    RefusalCode.SECOND_FACTOR_IS_ON: "2段階認証は、すでに有効です。",
    RefusalCode.SECOND_FACTOR_IS_OFF: "2段階認証は、設定されていません。",
}
