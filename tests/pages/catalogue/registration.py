"""初回会員登録, from [認証] to 「仮登録が完了しました。」."""

from __future__ import annotations

from pages.catalogue.entries import screen
from pages.catalogue.steps import details, fill_in, prove, register
from pages.visitor import Visitor

PROOFS_OF_ONE_CONTRACT = 6
CHECKS_IN_A_MINUTE = 21
MAILS_TO_ONE_MAILBOX = 3  # the first one counts
CAME_BACK = "UPDATE provisional_accounts SET mail_failure = 'mailbox_full' WHERE customer_number = $1"
OF_ITS_STATE = """
    UPDATE provisional_accounts
    SET state = $2, ended_at = now(), account_id_as_typed = NULL, password_hash = NULL, email_address = NULL,
        nickname = NULL
    WHERE customer_number = $1
"""


@screen()
async def step_1(visitor: Visitor) -> None:
    await visitor.opens("/register")


@screen(422)
async def step_1_empty(visitor: Visitor) -> None:
    await visitor.opens("/register")
    await visitor.presses("認証")


@screen(422)
async def step_1_every_field_wrong(visitor: Visitor) -> None:
    await visitor.opens("/register")
    await visitor.presses("認証", customer_number="いろは", phone_number="abc", holder_kana="漢字 Taro")


@screen(422)
async def step_1_mismatch(visitor: Visitor) -> None:
    await prove(visitor, visitor.new_customer(), holder_kana="ベツノ　ナマエ")


@screen(422)
async def step_1_mismatch_again(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    for _ in range(2):
        await prove(visitor, customer, holder_kana="ベツノ　ナマエ")


@screen(429)
async def step_1_throttled(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    for _ in range(PROOFS_OF_ONE_CONTRACT):
        await prove(visitor, customer, holder_kana="ベツノ　ナマエ")


@screen()
async def step_1_sent_back_without_proof(visitor: Visitor) -> None:
    await visitor.opens("/register/account")


@screen(503, alone=True)
async def step_1_while_identity_is_away(visitor: Visitor) -> None:
    async with visitor.town.without("identity"):
        await prove(visitor, visitor.new_customer())


@screen()
async def already_registered(visitor: Visitor) -> None:
    await prove(visitor, visitor.town.member)


@screen()
async def step_2(visitor: Visitor) -> None:
    await prove(visitor, visitor.new_customer())


@screen(422)
async def step_2_empty(visitor: Visitor) -> None:
    await prove(visitor, visitor.new_customer())
    await visitor.presses("確認する")


@screen(422)
async def step_2_every_field_wrong(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    await prove(visitor, customer)
    await fill_in(
        visitor, customer, account_id="abc", password="ａｂｃ", email_address="@", nickname="あ" * 21
    )


@screen(422)
async def step_2_id_used(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    await prove(visitor, customer)
    await fill_in(visitor, customer, account_id=visitor.town.member.account_id)
    await visitor.presses("仮登録する")


@screen()
async def step_2_id_checked(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    await prove(visitor, customer)
    await visitor.presses("IDチェック", **details(customer))


@screen(429)
async def step_2_id_checked_too_often(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    await prove(visitor, customer)
    for _ in range(CHECKS_IN_A_MINUTE):
        await visitor.presses("IDチェック", **details(customer))


@screen()
async def step_2_come_back_to(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    await prove(visitor, customer)
    await fill_in(visitor, customer)
    await visitor.opens("/register/account")


@screen()
async def step_3(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    await prove(visitor, customer)
    await fill_in(visitor, customer)


@screen()
async def step_3_mistyped_domain(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    await prove(visitor, customer)
    await fill_in(visitor, customer, email_address="taro@gmial.com")


@screen()
async def step_3_longest_values(visitor: Visitor) -> None:
    """Nothing in them that a line could be broken at."""
    customer = visitor.new_customer()
    await prove(visitor, customer)
    longest = {
        "account_id": f"w{customer.customer_number}".ljust(30, "W"),
        "email_address": "w" * 64 + "@" + ".".join(["w" * 60] * 2) + ".example.jp",
        "nickname": "Ｗ" * 20,
    }
    await fill_in(visitor, customer, **longest)


@screen(503, alone=True)
async def step_3_while_registration_is_away(visitor: Visitor) -> None:
    customer = visitor.new_customer()
    await prove(visitor, customer)
    await fill_in(visitor, customer)
    async with visitor.town.without("registration"):
        await visitor.presses("仮登録する")


@screen()
async def step_4(visitor: Visitor) -> None:
    customer = await register(visitor)
    await visitor.town.mail_link(customer)
    await visitor.opens("/register/done")


@screen()
async def step_4_sent_again(visitor: Visitor) -> None:
    await register(visitor)
    await visitor.presses("メールを再送する")


@screen(429)
async def step_4_sent_again_too_often(visitor: Visitor) -> None:
    await register(visitor)
    for _ in range(MAILS_TO_ONE_MAILBOX):
        await visitor.presses("メールを再送する")


@screen(422)
async def step_4_address_empty(visitor: Visitor) -> None:
    await register(visitor)
    await visitor.presses("このメールアドレスに送る", email_address="")


@screen()
async def step_4_mail_came_back(visitor: Visitor) -> None:
    customer = await register(visitor)
    await visitor.town.mail_link(customer)
    await visitor.town.alter("registration", CAME_BACK, customer.customer_number)
    await visitor.opens("/register/done")


@screen()
async def step_4_superseded(visitor: Visitor) -> None:
    customer = await register(visitor)
    await visitor.town.alter("registration", OF_ITS_STATE, customer.customer_number, "superseded")
    await visitor.opens("/register/done")


@screen()
async def step_4_expired(visitor: Visitor) -> None:
    customer = await register(visitor)
    await visitor.town.alter("registration", OF_ITS_STATE, customer.customer_number, "expired")
    await visitor.opens("/register/done")


@screen()
async def step_4_undeliverable(visitor: Visitor) -> None:
    customer = await register(visitor)
    await visitor.town.alter("registration", OF_ITS_STATE, customer.customer_number, "mail_abandoned")
    await visitor.opens("/register/done")


@screen()
async def step_2_address_to_correct(visitor: Visitor) -> None:
    customer = await register(visitor)
    await visitor.town.alter("registration", OF_ITS_STATE, customer.customer_number, "mail_abandoned")
    await visitor.opens("/register/done")
    await visitor.presses("メールアドレスを直す")
