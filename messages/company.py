"""The provider that customers know, once: pages, mails, command line and guide take its name, addresses and
colours from here (ADR 0058).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from messages.colours import readable_on_dark, readable_on_light
from messages.values import EmailAddress, InvalidValue

_NAMED_IN_ENGLISH = ("name", "short_name", "service_name", "opening_hours")
_PROFILE, _LOGO = "company.toml", "logo.svg"


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.casefold()))


def _mailbox(text: str) -> str:
    try:
        return str(EmailAddress.parse(text)) if text else ""
    except InvalidValue:
        raise ValueError("must be a mail address like no-reply@example.jp") from None


def _page(url: str) -> str:
    """Raises ValueError unless it is one that a browser may be sent to as it stands."""
    try:
        parts = urlsplit(url)
        is_page = parts.scheme == "https" and bool(parts.hostname) and parts.username is None
        is_page = is_page and parts.port != 0
    except ValueError:
        is_page = False
    if not is_page or not re.fullmatch(r"[!#-&(-;=?-Z\[\]_a-z~]+", url):
        raise ValueError(f"must be a page like https://www.example.jp/: {url}")
    return url


def _links(given: Any) -> Any:
    """A table of names and pages, as pairs: a profile can be compared and hashed."""
    return tuple(given.items()) if isinstance(given, Mapping) else given


OurMailbox = Annotated[str, AfterValidator(_mailbox)]
"""A mail address of the company's, or nothing."""


class CompanyProfile(BaseModel):
    """Each field may be set as MYPAGE_COMPANY__<FIELD>, or all in a folder (`OfOneCompany`), so that another
    provider runs this without touching code.
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
    name_english: str = Field("Aicom Koka Co., Ltd.", description="`name` on English pages; empty: `name`")
    short_name_english: str = Field(
        "Aicom Koka", description="`short_name` on English pages; empty: `short_name`"
    )
    service_name_english: str = Field(
        "Aicom Koka My Page", description="`service_name` on English pages; empty: `service_name`"
    )
    opening_hours_english: str = Field(
        "", description="`opening_hours` on English pages; empty: `opening_hours`"
    )
    guessable_words: str = Field(
        "aicom aikomu koka kouka aicomkoka aikomukoka aikomukouka aicomkouka",
        description="How its name is typed in Latin letters, spaces between: no customer's ID or password",
    )
    logo_svg: str = Field("", description="The logo as an SVG document; empty: the one that comes with this")

    brand_colour: Annotated[str, AfterValidator(readable_on_light)] = Field(
        "#0017c1", description="Of links and buttons; contrast of 4.5 with white"
    )
    brand_colour_dark: Annotated[str, AfterValidator(readable_on_dark)] = Field(
        "#c5d7fb", description="The same where a reader asks for dark pages; contrast of 4.5 with #1a1a1a"
    )
    service_links: Annotated[
        tuple[tuple[str, Annotated[str, AfterValidator(_page)]], ...], BeforeValidator(_links)
    ] = Field((), description="Of services as statements name them, the https page of whoever renders each")

    @model_validator(mode="before")
    @classmethod
    def _no_english_of_another(cls, given: Any) -> Any:
        """Another company's name has no English one unless its profile says it."""
        if not isinstance(given, Mapping):
            return given
        usual = cls.model_fields
        renamed = [
            each for each in _NAMED_IN_ENGLISH if given.get(each, usual[each].default) != usual[each].default
        ]
        return {**{f"{each}_english": "" for each in renamed}, **given}

    def link_of(self, service: str) -> str | None:
        """The page about a service, if there is one."""
        return dict(self.service_links).get(service)

    @property
    def words_of_its_name(self) -> frozenset[str]:
        """What a stranger would try first (ASVS 6.2.11), folded: the listed words, and the mail domain's name
        with and without its parts.
        """
        domain = self.mail_domain.casefold().rpartition(".")[0]
        return _words(self.guessable_words) | _words(domain) | {domain, re.sub("[^a-z0-9]", "", domain)}


def read_profile(folder: Path) -> Mapping[str, Any]:
    """The fields that `company.toml` in the folder sets, and the logo that lies beside it. Raises ValueError
    that names all that is wrong in them.
    """
    try:
        fields = tomllib.loads((folder / _PROFILE).read_text(encoding="utf-8"))
        if (folder / _LOGO).exists():
            fields["logo_svg"] = (folder / _LOGO).read_text(encoding="utf-8")
    except OSError as error:
        raise ValueError(f"{error.filename} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{_PROFILE} and {_LOGO} must be text in UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{_PROFILE} is not TOML: {error}") from None
    try:
        CompanyProfile.model_validate(fields)
    except ValidationError as error:
        wrong = [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise ValueError(f"{_PROFILE}: {'; '.join(wrong)}") from None
    return fields


def _that_is_a_profile(folder: Path) -> Path:
    read_profile(folder)
    return folder


class OfOneCompany(BaseModel):
    """Settings of whoever shows or writes as the company: a folder with its profile, and single fields, which
    win over the folder's.
    """

    company_profile: Annotated[Path, AfterValidator(_that_is_a_profile)] | None = Field(
        None, description="A folder with another provider's company.toml and logo.svg"
    )
    company: CompanyProfile = Field(
        default_factory=CompanyProfile,
        description="Name, addresses and telephone in pages, mails and help; each field by its own variable",
    )

    @model_validator(mode="before")
    @classmethod
    def _single_fields_win(cls, given: dict[str, Any]) -> dict[str, Any]:
        """A profile that cannot be read is told of by its own field."""
        folder, fields = given.get("company_profile"), given.get("company", {})
        if not folder or not isinstance(fields, dict):
            return given
        try:
            return {**given, "company": {**read_profile(Path(folder)), **fields}}
        except ValueError:
            return given
