"""メール受信確認, 本登録が完了しました。, and the way on to the menu."""

from __future__ import annotations

import re
import secrets

import pytest
from support.registration_steps import up_to_step_3
from support.scripted_services import SESSION, Browser, Services

from messages.identity import ContractVerified, LogInWithProof, VerifyContract
from messages.identity import RefusalCode as Identity
from messages.registration import (
    Activate,
    Activated,
    ActivationShown,
    ProvisionalRegistrationAccepted,
    RegisterProvisionally,
    ShowActivation,
)
from messages.registration import RefusalCode as Registration
from messages.values import AccountId


@pytest.fixture
def willing_to_register(services: Services) -> None:
    """Services that let a registration pass."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    services.says[RegisterProvisionally] = lambda request: ProvisionalRegistrationAccepted(
        registration_key=request.registration_key
    )


async def open_link(browser: Browser) -> None:
    """Comes from the mail."""
    await browser.get(f"/activate/{secrets.token_urlsafe(32)}")


async def test_activating_gives_this_browser_one_login_without_typing(
    browser: Browser, services: Services
) -> None:
    """T20, T22."""
    services.answer(ShowActivation, ActivationShown(activation_deadline=None))
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    services.answer(LogInWithProof, SESSION)
    await open_link(browser)
    assert "<h1>メール受信確認</h1>" in (await browser.get("/activate")).text
    assert (await browser.post("/activate", password="x")).headers["Location"] == "/activate/done"
    assert "<h1>本登録が完了しました。</h1>" in (await browser.get("/activate/done")).text
    assert (await browser.post("/login/continue")).headers["Location"] == "/menu"
    assert (await browser.post("/login/continue")).headers["Location"] == "/login"
    assert len(services.were_asked(LogInWithProof)) == 1


async def test_while_the_account_is_not_ready_the_ticket_is_kept_for_another_try(
    browser: Browser, services: Services
) -> None:
    """Identity may hear of the activation a moment later."""
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    services.refuse(LogInWithProof, Identity.ACCOUNT_NOT_READY)
    await open_link(browser)
    await browser.post("/activate", password="x")
    assert (await browser.post("/login/continue")).headers["Location"] == "/login/preparing"
    assert "準備しています" in (await browser.get("/login/preparing")).text
    services.answer(LogInWithProof, SESSION)
    assert (await browser.post("/login/continue")).headers["Location"] == "/menu"


async def test_a_spent_ticket_leads_to_the_login_with_the_id_filled_in(
    browser: Browser, services: Services
) -> None:
    """S6-1."""
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    services.refuse(LogInWithProof, Identity.LOGIN_PROOF_SPENT)
    await open_link(browser)
    await browser.post("/activate", password="x")
    assert (await browser.post("/login/continue")).headers["Location"] == "/login"
    assert 'value="taro-01"' in (await browser.get("/login")).text


async def test_a_wrong_password_at_the_link_is_told_beside_the_field(
    browser: Browser, services: Services
) -> None:
    """S5-3; the account ID is not shown in a browser that did not register (X23)."""
    services.refuse(Activate, Registration.PASSWORD_MISMATCH)
    await open_link(browser)
    page = await browser.post("/activate", password="x")
    assert page.status == 422
    assert "パスワードが違います。仮登録のときに設定したパスワードを入力してください。" in page.text
    assert "アカウントID" not in page.text


@pytest.mark.parametrize(
    ("code", "status", "heading"),
    [
        (Registration.ACTIVATION_EXPIRED, 410, "本登録の期限が切れました"),
        (Registration.ACTIVATION_SUPERSEDED, 410, "新しいメールをお送りしています"),
        (Registration.ALREADY_ACTIVATED, 410, "本登録は完了しています"),
        (Registration.ACTIVATION_UNKNOWN, 404, "本登録手続きURLを確認できません"),
    ],
)
async def test_a_link_that_no_longer_works_says_why(
    browser: Browser, services: Services, code: str, status: int, heading: str
) -> None:
    """S5-5: when it is opened and when the password is sent."""
    services.refuse(ShowActivation, code)
    services.refuse(Activate, code)
    await open_link(browser)
    for page in (await browser.get("/activate"), await browser.post("/activate", password="x")):
        assert (page.status, f"<h1>{heading}</h1>" in page.text) == (status, True)


@pytest.mark.parametrize(
    ("code", "main"),
    [
        (Registration.ACTIVATION_EXPIRED, ["/register"]),
        (Registration.CONTRACT_REPLACED, ["/register"]),
        (Registration.ALREADY_ACTIVATED, ["/login"]),
        (Registration.ACTIVATION_SUPERSEDED, []),
        (Registration.ACTIVATION_UNKNOWN, []),
    ],
)
async def test_the_main_button_of_a_dead_link_kills_no_living_one(
    browser: Browser, services: Services, code: str, main: list[str]
) -> None:
    """Where a mail with a living link may be there, the way on is that mail; to register would end it."""
    services.refuse(ShowActivation, code)
    await open_link(browser)
    page = await browser.get("/activate")
    assert re.findall('class="button main" href="([^"]+)"', page.text) == main
    assert 'href="/register"' in page.text or main == ["/login"]


@pytest.mark.parametrize("token", ["x", "a" * 42, "a" * 44, "a" * 42 + "!"])
async def test_an_address_that_holds_no_token_of_ours_is_unknown(
    browser: Browser, services: Services, token: str
) -> None:
    """And nobody is asked about it."""
    assert (await browser.get(f"/activate/{token}")).status == 404
    assert services.asked == []


async def test_opening_the_link_asks_nothing_and_changes_nothing(
    browser: Browser, services: Services
) -> None:
    """S5-1, X21: mail scanners open it many times."""
    for _ in range(5):
        await open_link(browser)
    assert services.asked == []


async def test_every_press_has_the_ticket_that_was_made_with_the_link(
    browser: Browser, services: Services
) -> None:
    """Pressed twice, opened again, opened in a second tab: registration sees one browser, and answers
    alike.
    """
    token = secrets.token_urlsafe(32)
    await browser.get(f"/activate/{token}")
    for _ in range(2):
        await browser.post("/activate", password="x")  # no answer comes
    await browser.get(f"/activate/{token}")
    await browser.get("/activate")
    await browser.post("/activate", password="x")
    presses = {each.login_ticket_hash for each in services.were_asked(Activate)}
    assert len(presses) == 1
    assert {each.login_ticket_hash for each in services.were_asked(ShowActivation)} == presses


async def test_another_link_has_another_ticket(browser: Browser, services: Services) -> None:
    """A second registration is another one."""
    for _ in range(2):
        await open_link(browser)
        await browser.post("/activate", password="x")
    assert len({each.login_ticket_hash for each in services.were_asked(Activate)}) == 2


async def test_going_back_after_it_is_done_leads_to_the_same_answer(
    browser: Browser, services: Services
) -> None:
    """Reloaded, or pressed once more: 本登録が完了しました。 and not a link that is unknown."""
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    await open_link(browser)
    await browser.post("/activate", password="x")
    assert (await browser.get("/activate")).headers["Location"] == "/activate/done"
    assert (await browser.post("/activate", password="x")).headers["Location"] == "/activate/done"


async def test_every_press_of_log_in_without_typing_is_for_one_session(
    browser: Browser, services: Services
) -> None:
    """An answer that was lost is given again: identity shows the session that the first press opened."""
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    await open_link(browser)
    await browser.post("/activate", password="x")
    for _ in range(2):
        await browser.post("/login/continue")  # no answer comes
        await browser.post("/activate", password="x")  # from a tab that was left open
    services.answer(LogInWithProof, SESSION)
    assert (await browser.post("/login/continue")).headers["Location"] == "/menu"
    assert len({each.session_token_hash for each in services.were_asked(LogInWithProof)}) == 1


async def test_what_was_typed_is_gone_once_it_has_become_an_account(
    browser: Browser, services: Services, willing_to_register: None
) -> None:
    """It was kept for a correction of the address, and there is nothing to correct any more."""
    await browser.post("/register/confirm", draft=await up_to_step_3(browser))
    assert {"draft", "registered"} <= browser.cookies().keys()
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    await open_link(browser)
    await browser.post("/activate", password="x")
    assert not {"draft", "registered"} & browser.cookies().keys()


async def test_a_new_activation_is_for_another_session(browser: Browser, services: Services) -> None:
    """Nobody finds the session of the one before."""
    services.answer(Activate, Activated(account_id=AccountId("taro-01"), login_proof="signed"))
    services.answer(LogInWithProof, SESSION)
    for _ in range(2):
        await open_link(browser)
        await browser.post("/activate", password="x")
        await browser.post("/login/continue")
    assert len({each.session_token_hash for each in services.were_asked(LogInWithProof)}) == 2
