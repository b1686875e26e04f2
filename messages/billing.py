"""What billing answers and tells: a year of charges, their details, and who is told that a month is there."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from chassis.messaging.message import Command, Event, Query, Reply
from chassis.security.sealing import Sealed, SealedContent
from messages.values import BillingMonth, RegistrationNumber, Stored, Yen


class RefusalCode(StrEnum):
    """Every "no" of this context."""

    SESSION_ENDED = "billing.session_ended"
    STATEMENT_NOT_FOUND = "billing.statement_not_found"
    STOP_LINK_UNKNOWN = "billing.stop_link_unknown"


class ShownCause(BaseModel):
    """One item's share of a difference, including tax. An empty name: the billing system gave it none."""

    model_config = ConfigDict(frozen=True)

    name: str
    difference_yen: Yen


class ShownComparison(BaseModel):
    """How much more than an earlier month a statement is, including tax, and why: largest shares first. What
    they leave of the difference is a rounding of tax. Without causes where the totals are equal.
    """

    model_config = ConfigDict(frozen=True)

    with_month: BillingMonth
    difference_yen: Yen
    causes: tuple[ShownCause, ...]


class ListedStatement(BaseModel):
    """One row of ご利用料金の一覧. The amount includes tax."""

    model_config = ConfigDict(frozen=True)

    billing_month: BillingMonth
    amount_yen: Yen


class ChargesListed(Reply, type="billing.charges_listed.v1"):
    """Newest first; at most `listed_months` rows, none before `first_listed_month` (T24). `comparison` is of
    the newest, with the one that is listed next; none if there is none, or from a release that compared
    nothing.
    """

    statements: tuple[ListedStatement, ...]
    listed_months: int
    first_listed_month: BillingMonth
    comparison: ShownComparison | None = None


class ListCharges(Query[ChargesListed], type="billing.list_charges.v1"):
    session_assertion: str


class EarlierLine(BaseModel):
    """What a line was in the month that its statement is compared with."""

    model_config = ConfigDict(frozen=True)

    item: str
    tax_rate_percent: int
    amount_yen: Yen


class ShownLine(BaseModel):
    """One line of a statement, without tax. `tax_rate_percent` 0 means 対象外. `before` is there if the
    statement is compared with a month that has this line; `is_new` if with one that has not.
    """

    model_config = ConfigDict(frozen=True)

    service: str
    item: str
    tax_rate_percent: int
    amount_yen: Yen
    before: EarlierLine | None = None
    is_new: bool = False


class RateTotal(BaseModel):
    """What was charged at one tax rate, and the tax on it, rounded once per rate (I4)."""

    model_config = ConfigDict(frozen=True)

    tax_rate_percent: int
    base_yen: Yen
    consumption_tax_yen: Yen


class BilledAlong(BaseModel):
    """A service of this statement that another company renders, and we collect for."""

    model_config = ConfigDict(frozen=True)

    service: str
    issuer: str
    registration_number: Stored[RegistrationNumber] | None = None


class StatementShown(Reply, type="billing.statement_shown.v1"):
    """One month's statement. `earlier` and `later` are the neighbouring months that may be opened. It is
    compared with `earlier`, of which `ended_lines` are no more; not by a release that compared nothing. Since
    `revised_on` customers see another revision than they saw since `published_on` (C13).

    `registration_number` is there only when all that billing knows makes the statement a 適格請求書;
    whoever shows it asks `is_qualified_invoice_for`.
    """

    billing_month: BillingMonth
    published_on: date
    lines: tuple[ShownLine, ...]
    rate_totals: tuple[RateTotal, ...]
    amount_yen: Yen
    earlier: BillingMonth | None
    later: BillingMonth | None
    revised_on: date | None = None
    registration_number: Stored[RegistrationNumber] | None = None
    usage_month: BillingMonth | None = None
    billed_along: tuple[BilledAlong, ...] = ()
    comparison: ShownComparison | None = None
    ended_lines: tuple[ShownLine, ...] = ()

    def is_qualified_invoice_for(self, recipient: str | None) -> bool:
        """Whether page, PDF and CSV may call it 適格請求書: the recipient's name is the last of the six items
        (C16), which billing does not know.
        """
        return self.registration_number is not None and bool(recipient and recipient.strip())


class ShowStatement(Query[StatementShown], type="billing.show_statement.v1"):
    session_assertion: str
    billing_month: BillingMonth


class BillNoticeChoice(StrEnum):
    """Whether a customer is told by mail that his statement of a month is there, and how much that mail
    says.
    """

    OFF = "off"
    WITHOUT_AMOUNT = "without_amount"
    WITH_AMOUNT = "with_amount"


class BillNoticeShown(Reply, type="billing.bill_notice_shown.v1"):
    """What the customer has chosen; `off` for whoever never chose."""

    choice: BillNoticeChoice


class ShowBillNotice(Query[BillNoticeShown], type="billing.show_bill_notice.v1"):
    """For the settings page."""

    session_assertion: str


class ChooseBillNotice(Command[BillNoticeShown], type="billing.choose_bill_notice.v1"):
    """[保存する] on the settings page. Repeating it changes nothing more."""

    session_assertion: str
    choice: BillNoticeChoice


class BillNoticesStopped(Reply, type="billing.bill_notices_stopped.v1"):
    pass


class StopBillNotices(Command[BillNoticesStopped], type="billing.stop_bill_notices.v1"):
    """The link of such a mail (RFC 8058): its token is all that is needed, and stops these mails alone.
    Repeating it changes nothing more.
    """

    stop_token_hash: str


class PublishedBill(SealedContent):
    """What the mail about a published statement says of it, sealed for notification. `amount_yen` only for
    who chose to read it in a mail. `stop_token` opens nothing but the end of these mails.
    """

    sealed_as: ClassVar[str] = "billing.published_bill"
    stop_token: str
    amount_yen: Yen | None = None


class StatementPublished(Event, type="billing.statement_published.v1"):
    """A month was published, and one who wants to be told has a statement in it. Said once for each customer
    and month. The bill is bound to `notice_key`.
    """

    notice_key: UUID
    account_key: UUID
    billing_month: BillingMonth
    bill: Sealed[PublishedBill]
