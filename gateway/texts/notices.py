"""Sentences that wait for the next page, by the key that the notice cookie carries."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.texts.phrases import (
    LOGIN_PROOF_SPENT,
    PASSKEY_OFFER_ENDED,
    SESSION_ENDED,
    START_AGAIN,
    TOO_MANY_PASSKEYS,
)

TYPED_IS_BACK = "入力していた内容を残しています。確認して、もう一度ボタンを押してください。"

NOTICES: Mapping[str, str] = {
    "proof-missing": (
        "続きの画面を開けませんでした。認証が済んでいないか、30分以上操作がなかったためです。"
        "認証情報の入力から行ってください。"
    ),
    "proof-expired": START_AGAIN,
    "proof-replaced": (
        "別の画面で認証がやり直されたため、先ほどの入力は登録していません。この画面から入力し直してください。"
    ),
    "address-undeliverable": (
        "このメールアドレスには、メールを届けられませんでした。メールアドレスを直してください。"
        "ほかの項目は、そのままで登録できます。"
    ),
    "form-of-another-session": (
        "画面を開いたあとにログインの状態が変わったため、操作は行われていません。もう一度お試しください。"
    ),
    "mail-resent": (
        "新しい仮登録受付完了メールをお送りします。それまでのメールの「本登録手続きURL」は使えません。"
    ),
    "mail-sent-meanwhile": (
        "別の画面で、新しい仮登録受付完了メールをお送りしています。送信先は、この画面で確認してください。"
    ),
    "session-ended": SESSION_ENDED,
    "logged-out": "ログアウトしました。",
    "log-in-again": "マイページの準備ができました。もう一度ログインしてください。",
    "access-renewed": ("メールアドレスとパスワードを設定しました。新しいパスワードでログインしてください。"),
    "preparing-takes-long": "準備に時間がかかっています。数分待ってから、もう一度ログインしてください。",
    "login-proof-spent": LOGIN_PROOF_SPENT,
    "password-changed": (
        "パスワードを変更しました。新しいパスワードでログインしてください。"
        "登録済みのパスキーは、これまでどおり使えます。"
    ),
    "device-logged-out": "選んだ端末は、ログアウトしています。",
    "other-devices-logged-out": "ほかの端末は、すべてログアウトしています。",
    "log-in-timed-out": "確認コードの入力を終えられなかったため、もう一度ログインしてください。",
    "second-factor-setup-over": "設定の開始から10分以上たったため、もう一度、最初から設定してください。",
    "second-factor-is-on": "2段階認証は、すでに有効です。",
    "second-factor-off": "2段階認証を解除しました。",
    "recovery-codes-shown": (
        "回復コードは、1回だけ表示しています。保存できなかった場合は、回復コードを作り直してください。"
    ),
    "nickname-changed": "ニックネームを変更しました。",
    "passkey-added": "パスキーを登録しました。次のログインから使えます。",
    "passkey-removed": "パスキーを削除しました。",
    "passkey-offer-ended": PASSKEY_OFFER_ENDED,
    "too-many-passkeys": TOO_MANY_PASSKEYS,
    "address-changed": "メールアドレスを変更しました。",
    "bill-notice-off": "お知らせメールを「受け取らない」に設定しました。",
    "bill-notice-without_amount": "お知らせメールを「受け取る（ご請求額は記載しない）」に設定しました。",
    "bill-notice-with_amount": "お知らせメールを「受け取る（ご請求額も記載する）」に設定しました。",
}
