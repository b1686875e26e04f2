"""Every sentence that code chooses: by refusal code, by field and reason, by status. Sentences of one page
stand in its template.

The words in 「」 of the manual are kept to the letter; widths follow its meaning (全角 is U+FF.. and U+3000).
"""

from __future__ import annotations

from collections.abc import Mapping

from messages.billing import RefusalCode as Billing
from messages.identity import RefusalCode as Identity
from messages.registration import ProvisionalState
from messages.registration import RefusalCode as Registration
from messages.values import PasswordPolicy, Reason

SITE = "あいコムこうか マイページ"
COMPANY = {
    "name": "株式会社 あいコムこうか",
    "postcode": "〒528-0211",
    "address": "滋賀県甲賀市土山町北土山1715番地",
    "telephone": "TEL 0748-66-0739",
    "fax": "FAX 0748-66-0792",
    "copyright": "Copyright © aicom-koka. Co. Ltd. All Rights Reserved.",
    "number": "0748-66-0739",
}
LABELS = {
    "customer_number": "お客様番号",
    "phone_number": "電話番号",
    "holder_kana": "お名前（カナ）",
    "account_id": "アカウントID",
    "password": "パスワード",
    "email_address": "メールアドレス",
    "nickname": "ニックネーム",
}

WAIT = "しばらく待ってから、もう一度お試しください。"
START_AGAIN = "認証から30分以上たったため、続きを登録できません。もう一度、認証情報の入力から行ってください。"
REGISTERED_CONTRACT = "このご契約はすでに登録されています。登録済みのアカウントIDでログインしてください。"
SESSION_ENDED = "ログインの有効時間が過ぎました。もう一度ログインしてください。"
TAKEN = "このアカウントIDは使用できません。別のアカウントIDを入力してください。"
FREE = "このアカウントIDは使用できます。"

REFUSALS: Mapping[str, str] = {
    Identity.CONTRACT_MISMATCH: "入力された内容が契約者情報と一致しません。もう一度お手元の登録書をご確認ください。",
    Identity.CONTRACT_ALREADY_REGISTERED: REGISTERED_CONTRACT,
    Identity.TOO_MANY_PROOFS: f"認証の回数が多いため、いまは認証できません。{WAIT}",
    Identity.WRONG_CREDENTIALS: "アカウントIDまたはパスワードが違います。",
    Identity.TOO_MANY_LOGINS: f"ログインの回数が多いため、いまはログインできません。{WAIT}",
    Identity.ACCOUNT_FROZEN: "ご契約内容の確認が必要なため、ログインを停止しています。TEL 0748-66-0739 までご連絡ください。",
    Identity.ACCOUNT_NOT_READY: "アカウントを準備しています。1分ほど待ってから、もう一度お試しください。",
    Identity.LOGIN_PROOF_SPENT: "[そのままログイン]の有効時間が過ぎました。アカウントIDとパスワードでログインしてください。",
    Identity.SESSION_ENDED: SESSION_ENDED,
    Registration.PROOF_EXPIRED: START_AGAIN,
    Registration.ACCOUNT_ID_TAKEN: TAKEN,
    Registration.PASSWORD_NOT_ACCEPTED: "推測されやすいため使えません。別のパスワードを入力してください。",
    Registration.CONTRACT_ALREADY_REGISTERED: REGISTERED_CONTRACT,
    Registration.TOO_MANY_REGISTRATIONS: f"仮登録の回数が多いため、いまは仮登録できません。{WAIT}",
    Registration.TOO_MANY_ID_CHECKS: f"IDチェックの回数が多いため、いまは確認できません。{WAIT}",
    Registration.ACTIVATION_UNKNOWN: "本登録手続きURLを確認できません。仮登録受付完了メールのURLをもう一度開いてください。",
    Registration.ACTIVATION_EXPIRED: (
        "仮登録有効期限（仮登録メール送信から 24 時間以内）までに本登録を行わなかった場合、再度、認証及び仮登録を実施する必要があります。"
    ),
    Registration.ACTIVATION_SUPERSEDED: (
        "より新しい仮登録受付完了メールをお送りしています。新しいメールの「本登録手続きURL」を開いてください。"
    ),
    Registration.ALREADY_ACTIVATED: "このURLでの本登録は、すでに完了しています。アカウントIDとパスワードでログインしてください。",
    Registration.PASSWORD_MISMATCH: "パスワードが違います。仮登録のときに設定したパスワードを入力してください。",
    Registration.TOO_MANY_PASSWORDS: f"パスワードの入力回数が多いため、いまは確認できません。{WAIT}",
    Billing.SESSION_ENDED: SESSION_ENDED,
    Billing.STATEMENT_NOT_FOUND: "指定された請求年月の明細は表示できません。",
}  # fmt: skip

PROVISIONAL_LOGIN = (
    "本登録がお済みでありません。仮登録受付完了メールの「本登録手続きURL」を開き、本登録を行ってください。"
    "メールが届かない場合は、[初めてログインされる方]から、もう一度登録してください。"
)
CALL_US = "再入力をお試しいただいてもエラーメッセージが表示される場合は、弊社お問い合わせ窓口までご連絡お願いいたします。"

FIELD_MESSAGES: Mapping[tuple[str, Reason], str] = {
    ("customer_number", Reason.NOT_DIGITS): "お客様番号は数字で入力してください。",
    ("customer_number", Reason.SHAPE): "お客様番号は先頭の0を省いた番号を入力してください。",
    ("customer_number", Reason.LENGTH): "お客様番号は10桁以内で入力してください。",
    ("phone_number", Reason.NOT_DIGITS): "電話番号は数字で入力してください。",
    ("phone_number", Reason.SHAPE): "電話番号は0から始まる10桁または11桁の数字で入力してください。",
    ("holder_kana", Reason.NOT_KANA): "お名前（カナ）は全角カタカナで入力してください。",
    ("holder_kana", Reason.LENGTH): "お名前（カナ）は100文字以内で入力してください。",
    ("account_id", Reason.CHARACTERS): "アカウントIDは半角の英字・数字・記号で入力してください。",
    ("account_id", Reason.LENGTH): "アカウントIDは5文字以上30文字以内で入力してください。",
    ("password", Reason.FULL_WIDTH): "全角の文字が入っています。パスワードは半角で入力してください。",
    ("password", Reason.SPACE): "パスワードの前後に空白が入っています。空白を除いて入力してください。",
    ("password", Reason.LENGTH): "パスワードは8文字以上16文字以内で入力してください。",
    ("password", Reason.CHARACTERS): "パスワードは半角の英字と数字で入力してください。",
    ("password", Reason.KINDS): "パスワードは大文字・小文字・数字のうち2種類以上を使ってください。",
    ("password", Reason.GUESSABLE): "推測されやすいため使えません。別のパスワードを入力してください。",
    ("email_address", Reason.SHAPE): "メールアドレスは「name@example.jp」の形で入力してください。",
    ("email_address", Reason.UNDELIVERABLE): (
        "「.」が連続する、または「@」の直前にあるメールアドレスには、メールを届けられません。別のメールアドレスを入力してください。"
    ),
    (
        "nickname",
        Reason.CHARACTERS,
    ): "ニックネームに使えない文字が入っています。ほかの文字で入力してください。",
    (
        "nickname",
        Reason.SHAPE,
    ): "ニックネームに、URLやメールアドレスのような文字は使えません。ほかの文字で入力してください。",
    ("nickname", Reason.LENGTH): "ニックネームは20文字以内で入力してください。",
} | {(field, Reason.EMPTY): f"{label}を入力してください。" for field, label in LABELS.items()}

_NIST_PASSWORD: Mapping[Reason, str] = {
    Reason.LENGTH: "パスワードは8文字以上64文字以内で入力してください。",
    Reason.CHARACTERS: "パスワードに使えない文字が入っています。ほかの文字で入力してください。",
}
PASSWORD_HINTS: Mapping[PasswordPolicy, str] = {
    PasswordPolicy.MANUAL: "※大文字・小文字を含む、半角英数字の最低2種類を使用し8～16文字で設定できます。",
    PasswordPolicy.NIST: "※8～64文字で設定できます。文字の種類に決まりはありません。",
}
PASSWORD_RULES: Mapping[PasswordPolicy, str] = {
    PasswordPolicy.MANUAL: "minlength: 8; maxlength: 16; required: lower; required: digit; allowed: upper;",
    PasswordPolicy.NIST: "minlength: 8; maxlength: 64; allowed: ascii-printable;",
}

NOTICES: Mapping[str, str] = {
    "proof-missing": (
        "続きの画面を開けませんでした。認証が済んでいないか、30分以上操作がなかったためです。認証情報の入力から行ってください。"
    ),
    "proof-expired": START_AGAIN,
    "proof-replaced": "別の画面で認証がやり直されたため、先ほどの入力は登録していません。この画面から入力し直してください。",
    "session-ended": SESSION_ENDED,
    "logged-out": "ログアウトしました。",
    "login-proof-spent": REFUSALS[Identity.LOGIN_PROOF_SPENT],
}

MAIL_STATES: Mapping[ProvisionalState, str] = {
    ProvisionalState.REGISTERED: "送信待ちです。混み合っている場合は、届くまでに時間がかかることがあります。",
    ProvisionalState.MAIL_SENT: "送信済みです。",
    ProvisionalState.ACTIVATED: "本登録は完了しています。",
    ProvisionalState.COMPLETED: "本登録は完了しています。",
    ProvisionalState.EXPIRED: "仮登録有効期限が過ぎました。もう一度、最初から登録してください。",
    ProvisionalState.SUPERSEDED: "より新しい仮登録があります。新しいメールの「本登録手続きURL」を開いてください。",
    ProvisionalState.MAIL_ABANDONED: "送信できませんでした。メールアドレスを確認し、もう一度、最初から登録してください。",
    ProvisionalState.REJECTED: "本登録を完了できませんでした。TEL 0748-66-0739 までご連絡ください。",
}

ACTIVATION_ENDS: Mapping[str, tuple[int, str]] = {
    Registration.ACTIVATION_UNKNOWN: (404, "本登録手続きURLを確認できません"),
    Registration.ACTIVATION_EXPIRED: (410, "本登録の期限が切れました"),
    Registration.ACTIVATION_SUPERSEDED: (410, "新しいメールをお送りしています"),
    Registration.ALREADY_ACTIVATED: (410, "本登録は完了しています"),
}
"""Where an activation link leads when it no longer works: status and heading; the sentence is the refusal's.
"""

ERRORS: Mapping[int, tuple[str, str]] = {
    400: (
        "この要求は受け付けられません",
        "ブラウザーから届いた内容を読み取れませんでした。ログイン画面から操作をやり直してください。",
    ),
    403: (
        "この操作は受け付けられません",
        "ほかのサイトからの操作と区別できなかったため、受け付けていません。画面を開き直して、もう一度操作してください。",
    ),
    404: (
        "ページが見つかりません",
        "URLが変わったか、ページがなくなった可能性があります。ログイン画面から開き直してください。",
    ),
    405: (
        "この操作は受け付けられません",
        "このページでは、その操作はできません。ログイン画面から操作をやり直してください。",
    ),
    413: (
        "入力が長すぎます",
        "入力された内容が長すぎるため、受け付けていません。短くして、もう一度お試しください。",
    ),
    422: ("この操作は完了していません", "入力内容を確認して、もう一度お試しください。"),
    429: ("しばらくお待ちください", f"操作の回数が多いため、いまは受け付けていません。{WAIT}"),
    500: (
        "ページを表示できません",
        "システムの問題により、操作を完了できませんでした。くり返す場合は、受付番号を添えてご連絡ください。",
    ),
    503: ("ただいま混み合っています", f"システムが混み合っているか、点検中です。{WAIT}"),
}


def field_message(field: str, reason: Reason, policy: PasswordPolicy = PasswordPolicy.MANUAL) -> str:
    """The sentence beside a field. KeyError for a reason that the field cannot have."""
    if field == "password" and policy is PasswordPolicy.NIST and reason in _NIST_PASSWORD:
        return _NIST_PASSWORD[reason]
    return FIELD_MESSAGES[field, reason]


def refusal_text(code: str, retry_after_seconds: int | None = None) -> str:
    """The sentence for a refusal, with how long to wait where that is known. Unknown codes get the words of a
    422.
    """
    text = REFUSALS.get(code, ERRORS[422][1])
    if retry_after_seconds is None:
        return text
    return f"{text}目安は約{max(1, -(-retry_after_seconds // 60))}分後です。"


def listed_span(months: int) -> str:
    """12 is 1年間, 15 is 15か月間 (T24)."""
    return f"{months // 12}年間" if months % 12 == 0 else f"{months}か月間"
