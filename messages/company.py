"""The provider that customers know, once: pages, mails, command line and guide take its name and addresses
from here.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from messages.values import EmailAddress, InvalidValue


def _mailbox(text: str) -> str:
    try:
        return str(EmailAddress.parse(text)) if text else ""
    except InvalidValue:
        raise ValueError("must be a mail address like no-reply@example.jp") from None


OurMailbox = Annotated[str, AfterValidator(_mailbox)]
"""A mail address of the company's, or nothing."""


class CompanyProfile(BaseModel):
    """Each field may be set as MYPAGE_COMPANY__<FIELD>, so that another provider runs this without touching
    code.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field("株式会社 あいコムこうか", description="The company's full name")
    short_name: str = Field(
        "あいコムこうか", description="What customers call it; stands in subjects of mails"
    )
    service_name: str = Field("あいコムこうか マイページ", description="What the portal is called")
    postcode: str = Field("〒528-0211", description="Postal code with its sign")
    address: str = Field("滋賀県甲賀市土山町北土山1715番地", description="Postal address in one line")
    telephone: str = Field("0748-66-0739", description="The number that customers call")
    fax: str = Field("0748-66-0792", description="Fax number")
    mail_domain: str = Field("aicom-koka.jp", description="Domain of every sender; customers let it through")
    opening_hours: str = Field("", description="When the telephone is answered; empty: nothing is said of it")
    copyright_line: str = Field(
        "Copyright © aicom-koka. Co. Ltd. All Rights Reserved.", description="Last line of every page"
    )
