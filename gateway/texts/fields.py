"""The fields of the forms: labels, hints, and what is wrong with a value, by field and reason."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.language import said
from messages.values import PasswordPolicy, Reason

LABELS = {
    "customer_number": "お客様番号",
    "phone_number": "電話番号",
    "holder_kana": "お名前（カナ）",
    "account_id": "アカウントID",
    "password": "パスワード",  # nosec B105 - a label
    "new_password": "新しいパスワード",
    "account": "お客様番号またはアカウントID",
    "email_address": "メールアドレス",
    "nickname": "ニックネーム",
    "enrolment_code": "登録コード",
    "passkey_name": "パスキーの名前",
    "code": "確認コード",
    "recovery_code": "回復コード",
}

_OF_PASSWORDS: Mapping[Reason, str] = {
    Reason.FULL_WIDTH: "全角の文字が入っています。パスワードは半角で入力してください。",
    Reason.SPACE: "パスワードの前後に空白が入っています。空白を除いて入力してください。",
    Reason.LENGTH: "パスワードは8文字以上16文字以内で入力してください。",
    Reason.CHARACTERS: "パスワードは半角の英字と数字で入力してください。",
    Reason.KINDS: "パスワードは大文字・小文字・数字のうち2種類以上を使ってください。",
    Reason.GUESSABLE: "推測されやすいため使えません。別のパスワードを入力してください。",
}
_PASSWORD_FIELDS = ("password", "new_password")

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
    ("email_address", Reason.SHAPE): "メールアドレスは「name@example.jp」の形で入力してください。",
    ("email_address", Reason.UNDELIVERABLE): (
        "「.」が連続する、または「@」の直前にあるメールアドレスには、メールを届けられません。"
        "別のメールアドレスを入力してください。"
    ),
    ("nickname", Reason.CHARACTERS): (
        "ニックネームに使えない文字が入っています。ほかの文字で入力してください。"
    ),
    ("nickname", Reason.SHAPE): (
        "ニックネームに、URLやメールアドレスのような文字は使えません。ほかの文字で入力してください。"
    ),
    ("passkey_name", Reason.LENGTH): "パスキーの名前は30文字以内で入力してください。",
    ("passkey_name", Reason.CHARACTERS): (
        "パスキーの名前に使えない文字が入っています。ほかの文字で入力してください。"
    ),
    ("enrolment_code", Reason.SHAPE): "登録コードは16桁の数字で入力してください。",
    ("code", Reason.SHAPE): "確認コードは6桁の数字で入力してください。",
    ("recovery_code", Reason.SHAPE): "回復コードは24文字の英数字で入力してください。",
    ("nickname", Reason.LENGTH): "ニックネームは20文字以内で入力してください。",
    **{(field, reason): text for field in _PASSWORD_FIELDS for reason, text in _OF_PASSWORDS.items()},
    **{(field, Reason.EMPTY): f"{label}を入力してください。" for field, label in LABELS.items()},
}

_NIST_PASSWORD: Mapping[Reason, str] = {
    Reason.LENGTH: "パスワードは15文字以上64文字以内で入力してください。",
    Reason.CHARACTERS: "パスワードに使えない文字が入っています。ほかの文字で入力してください。",
}
PASSWORD_HINTS: Mapping[PasswordPolicy, str] = {
    PasswordPolicy.MANUAL: "※大文字・小文字を含む、半角英数字の最低2種類を使用し8～16文字で設定できます。",
    PasswordPolicy.NIST: "※15～64文字で設定できます。文字の種類に決まりはありません。",
}
PASSWORD_RULES: Mapping[PasswordPolicy, str] = {
    PasswordPolicy.MANUAL: "minlength: 8; maxlength: 16; required: lower; required: digit; allowed: upper;",
    PasswordPolicy.NIST: "minlength: 15; maxlength: 64; allowed: ascii-printable;",
}


def field_message(field: str, reason: Reason, policy: PasswordPolicy = PasswordPolicy.MANUAL) -> str:
    """The sentence beside a field. KeyError for a reason that the field cannot have."""
    if field in _PASSWORD_FIELDS and policy is PasswordPolicy.NIST and reason in _NIST_PASSWORD:
        return said(_NIST_PASSWORD[reason])
    return said(FIELD_MESSAGES[field, reason])
