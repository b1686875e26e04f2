"""Every sentence that code chooses: by refusal code, by field and reason, by status. Each area has its own
file; sentences of one page stand in its template.

The words in 「」 of the manual are kept to the letter; widths follow its meaning (全角 is U+FF.. and U+3000).
"""

from __future__ import annotations

from collections.abc import Mapping

from gateway.language import said
from gateway.texts.activation import ACTIVATION_REFUSALS
from gateway.texts.charges import CHARGES_REFUSALS
from gateway.texts.enrolment import ENROLMENT_REFUSALS
from gateway.texts.errors import ERRORS
from gateway.texts.login import LOGIN_REFUSALS
from gateway.texts.passkeys import PASSKEY_REFUSALS
from gateway.texts.phrases import with_telephone
from gateway.texts.recovery import RECOVERY_REFUSALS
from gateway.texts.registration import REGISTRATION_REFUSALS
from gateway.texts.second_factor import SECOND_FACTOR_REFUSALS
from gateway.texts.settings_page import SETTINGS_REFUSALS
from messages.company import CompanyProfile

REFUSALS: Mapping[str, str] = {
    **LOGIN_REFUSALS,
    **REGISTRATION_REFUSALS,
    **ACTIVATION_REFUSALS,
    **RECOVERY_REFUSALS,
    **CHARGES_REFUSALS,
    **ENROLMENT_REFUSALS,
    **SETTINGS_REFUSALS,
    **PASSKEY_REFUSALS,
    **SECOND_FACTOR_REFUSALS,
}
"""One sentence for each code, to be shown by `refusal_text`."""


def refusal_text(code: str, company: CompanyProfile, retry_after_seconds: int | None = None) -> str:
    """The sentence for a refusal, with how long to wait where that is known. Unknown codes get the words of a
    422.
    """
    text = with_telephone(REFUSALS.get(code, ERRORS[422][1]), company)
    if retry_after_seconds is None:
        return text
    minutes = max(1, -(-retry_after_seconds // 60))
    if minutes == 1:
        return text + said("目安は約1分後です。")
    return text + said("目安は約{minutes}分後です。", minutes=minutes)
