"""Billing with a real database and identity's real key, and the two files that an operator brings."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from chassis.csv_import import BrokenFile, RowProblem
from chassis.database.db import Database
from chassis.messaging.outbox import Outbox
from chassis.process.clock import SystemClock
from chassis.process.runner import DeliveryInfo
from chassis.security.sealing import Sealer
from chassis.security.signing import Signer, Verifier
from chassis.security.tokens import new_key
from messages.billing import ChargesListed, ListCharges, ShowStatement, StatementShown
from messages.identity import SessionAssertion
from messages.values import BillingMonth, CustomerNumber
from mypage.local.key_ring import KeyRing
from services.billing.imports.import_charges import ImportedCharges, import_charges
from services.billing.publication.publish_month import PublishedMonth, publish_month
from services.billing.publication.unpublish_month import unpublish_month
from services.billing.publication.verify_charges import VerifiedCharges, verify_charges
from services.billing.service import Billing
from services.billing.statements.domain import WindowRule
from services.billing.statements.list_charges import list_charges
from services.billing.statements.show_statement import show_statement

KEYS = KeyRing.generate()
TARO, HANAKO = "12345678", "520011"
RULE = WindowRule(listed_months=12, floor=BillingMonth(2020, 7))
RECEIVED = DeliveryInfo(message_id="", attempt=1)

STATEMENT_TITLES = (
    "お客様番号",
    "請求年月",
    "10%対象額",
    "10%消費税",
    "8%対象額",
    "8%消費税",
    "対象外額",
    "請求額",
)
LINE_TITLES = ("お客様番号", "請求年月", "行番号", "サービス", "内訳", "税率", "金額")


def months(last: str, count: int) -> list[str]:
    """So many months that end with `last`."""
    return [str(BillingMonth.parse(last).minus(back)) for back in range(count)]


def an_assertion(
    customer: str = TARO,
    *,
    charges_from: str = "2010-01",
    signed_by: str = "identity",
    lives: float = 60,
    account_key: UUID | None = None,
    contract_key: UUID | None = None,
) -> str:
    """Identity's word for a session, unless somebody else signs; `lives` in seconds."""
    assertion = SessionAssertion(
        expires_at=SystemClock().now() + timedelta(seconds=lives),
        account_key=account_key or new_key(),
        contract_key=contract_key or new_key(),
        customer_number=CustomerNumber(customer),
        charges_from=BillingMonth.parse(charges_from),
    )
    return Signer(KEYS.signing_private[signed_by]).sign(assertion)


@dataclass
class Files:
    """The two files as the billing system writes them; cells are text."""

    folder: Path
    statements: list[Sequence[object]] = field(default_factory=list)
    lines: list[Sequence[object]] = field(default_factory=list)

    def add(self, customer: str, month: str, *items: tuple[str, str, str, int]) -> Files:
        """A statement of these lines (service, item, rate, yen), with its totals."""
        base = {rate: sum(yen for *_, each, yen in items if each == rate) for rate in ("10%", "8%", "対象外")}
        taxes = base["10%"] // 10, base["8%"] * 8 // 100
        self.lines += [(customer, month, number, *item) for number, item in enumerate(items, 1)]
        self.statements.append(
            (
                customer,
                month,
                base["10%"],
                taxes[0],
                base["8%"],
                taxes[1],
                base["対象外"],
                sum(base.values()) + sum(taxes),
            )
        )
        return self

    def write(self, *, encoding: str = "utf-8-sig") -> tuple[Path, Path]:
        """Their paths."""
        return (
            self._write("statements.csv", STATEMENT_TITLES, self.statements, encoding),
            self._write("statement_lines.csv", LINE_TITLES, self.lines, encoding),
        )

    def _write(
        self, name: str, titles: Sequence[str], rows: Sequence[Sequence[object]], encoding: str
    ) -> Path:
        path = self.folder / name
        with path.open("w", encoding=encoding, newline="") as file:
            csv.writer(file, lineterminator="\r\n").writerows([titles, *rows])
        return path


INTERNET = ("光インターネット", "光1Gコース 月額利用料", "10%", 5000)
CHEAPER = (*INTERNET[:3], 4000)
MAGAZINE = ("チャンネルこうか", "番組ガイド誌", "8%", 230)
DISCOUNT = ("光インターネット", "セット割引", "10%", -500)
TOWN_RADIO = ("その他", "行政告知放送使用料", "対象外", 500)


class Harness:
    """A database of billing's, and the service on it."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.service = Billing(
            database=database,
            outbox=Outbox(database),
            sealer=Sealer(KEYS.sealing_public),
            verifier=Verifier(KEYS.signing_public),
            listed_months=RULE.listed_months,
            first_listed_month=RULE.floor,
        )

    def with_rule(self, rule: WindowRule) -> Harness:
        """The same database under another rule."""
        other = Harness(self.database, self.folder)
        other.service = replace(self.service, listed_months=rule.listed_months, first_listed_month=rule.floor)
        return other

    def files(self) -> Files:
        """Two empty files."""
        return Files(self.folder)

    async def bring(self, files: Files, *, publish: bool = True, dry_run: bool = False) -> ImportedCharges:
        """Imports both files."""
        statements, lines = files.write()
        return await import_charges(self.database, statements, lines, publish=publish, dry_run=dry_run)

    async def given_charges(
        self, of_months: Sequence[str], customer: str = TARO, *, publish: bool = True
    ) -> None:
        """One statement for each month."""
        files = self.files()
        for month in of_months:
            files.add(customer, month, INTERNET)
        await self.bring(files, publish=publish)

    async def publish(self, month: str, *, dry_run: bool = False) -> PublishedMonth:
        """`mypage charges publish`."""
        parsed = BillingMonth.parse(month)
        return await publish_month(self.database, parsed, done_by="hanako", dry_run=dry_run)

    async def unpublish(self, month: str, reason: str = "誤り") -> None:
        """`mypage charges unpublish`."""
        await unpublish_month(self.database, BillingMonth.parse(month), done_by="hanako", reason=reason)

    async def verify(self, month: str | None = None) -> VerifiedCharges:
        """`mypage charges verify`."""
        return await verify_charges(self.database, BillingMonth.parse(month) if month else None)

    async def listed(self, assertion: str | None = None) -> ChargesListed:
        """ご利用料金."""
        return await list_charges(
            self.service, ListCharges(session_assertion=assertion or an_assertion()), RECEIVED
        )

    async def listed_months(self, assertion: str | None = None) -> list[str]:
        """The months of the list."""
        return [str(each.billing_month) for each in (await self.listed(assertion)).statements]

    async def shown(self, month: str, assertion: str | None = None) -> StatementShown:
        """ご利用料金の明細."""
        query = ShowStatement(
            session_assertion=assertion or an_assertion(), billing_month=BillingMonth.parse(month)
        )
        return await show_statement(self.service, query, RECEIVED)

    async def run(self, statement: str, *values: Any) -> list[Any]:
        """A statement in a transaction of its own."""
        async with self.database.transaction() as tx:
            return list(await tx.fetch(statement, *values))

    async def everything(self) -> list[list[Any]]:
        """All that customers could ever see."""
        ordered = (
            "statements ORDER BY 1",
            "statement_lines ORDER BY 1, 2",
            "published_months ORDER BY 1",
            "issued_statements ORDER BY 1, 2, 3",
            "publication_actions ORDER BY 1",
        )
        return [[tuple(row) for row in await self.run(f"SELECT * FROM {table}")] for table in ordered]


def two_statements(harness: Harness) -> Files:
    """One of 5,698 yen, one of 5,500."""
    files = harness.files().add(TARO, "2026/10", INTERNET, DISCOUNT, MAGAZINE, TOWN_RADIO)
    return files.add(f"00{HANAKO}", "2026/10", INTERNET)


async def problems_of(harness: Harness, files: Files) -> tuple[RowProblem, ...]:
    """What is wrong with the files; nothing may have changed."""
    before = await harness.everything()
    with pytest.raises(BrokenFile) as broken:
        await harness.bring(files)
    assert await harness.everything() == before
    return broken.value.problems
