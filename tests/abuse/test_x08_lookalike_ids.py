"""X8: IDs that look alike are one ID, or none."""

from __future__ import annotations

import pytest
from support.registration_steps import DETAILS, up_to_step_2
from support.scripted_services import Browser, Services
from unit.gateway.conftest import browser, services, start_portal

from messages.identity import ContractVerified, VerifyContract
from messages.registration import AccountIdChecked, CheckAccountId
from services.identity.sessions.domain import folded_account_id

__all__ = ["browser", "services", "start_portal"]

ALIKE = (
    "taro-01",
    "TARO-01",
    "Taro-01",
    "ｔａｒｏ－０１",
    " taro-01 ",
    "taro-01\u200b",
    "taro\u202e-01",
    "taro\u00ad-01",
)
FOREIGN = (
    "İaro-01",
    "ſaro-01",
    "taro-0\u0661",
    "tаro-01",
    "太郎太郎太郎",
    "taro-01é",
    "taro-01\0",
    "\u212aaro-01",
)


@pytest.fixture
async def at_step_2(browser: Browser, services: Services) -> tuple[Browser, str]:
    """Somebody chooses an ID."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    services.answer(CheckAccountId, AccountIdChecked(available=True))
    return browser, await up_to_step_2(browser)


@pytest.mark.parametrize("typed", ALIKE, ids=range(len(ALIKE)))
async def test_ways_to_type_one_id_are_one_id(
    at_step_2: tuple[Browser, str], services: Services, typed: str
) -> None:
    """Registration is asked for the one; the log-in screen counts and finds the same."""
    browser, _ = at_step_2
    assert (await browser.post("/api/account-id", account_id=typed)).status == 200
    [asked] = services.were_asked(CheckAccountId)
    assert asked.account_id.folded == "taro-01"
    assert folded_account_id(typed) == "taro-01"


@pytest.mark.parametrize("typed", FOREIGN, ids=range(len(FOREIGN)))
async def test_what_only_looks_like_letters_is_refused_beside_its_field(
    at_step_2: tuple[Browser, str], services: Services, typed: str
) -> None:
    """ASCII alone: no dotless i, no long s, no letter of another alphabet."""
    browser, mark = at_step_2
    page = await browser.post(
        "/register/account", **(DETAILS | {"account_id": typed}), draft=mark, action="confirm"
    )
    assert page.status in (422, 303)
    if page.status == 303:  # what is folded to ASCII by NFKC is shown to be confirmed
        assert typed == "\u212aaro-01"
    else:
        assert 'id="account_id-error"' in page.text
