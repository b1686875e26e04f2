"""The company on English pages: by its English names, where its profile has some."""

from __future__ import annotations

from gateway.language import Language, original, spoken
from messages.company import CompanyProfile


def company_as_spoken(company: CompanyProfile) -> CompanyProfile:
    """The company as pages name it. What has no English stays Japanese, and is marked as such: those fields
    are HTML then.
    """
    if spoken() is Language.JAPANESE:
        return company
    named = {
        "name": company.name_english or original(company.name),
        "short_name": company.short_name_english or original(company.short_name),
        "service_name": company.service_name_english or original(company.service_name),
        "opening_hours": company.opening_hours_english or original(company.opening_hours),
        "postcode": original(company.postcode),
        "address": original(company.address),
        "copyright_line": original(company.copyright_line),
    }
    return company.model_copy(update=named)
