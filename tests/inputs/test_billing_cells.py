"""What billing systems and spreadsheets write into the cells of an export."""

from __future__ import annotations

import re
from itertools import count

import pytest

from chassis.csv_import.columns import UnreadableCell, value_of
from chassis.csv_import.spreadsheet import unguarded
from inputs.table import rows
from services.billing.imports import csv_columns as charges
from services.identity.contracts.csv_columns import COLUMNS

CONTRACT_COLUMNS = {column.field: column.read for column in COLUMNS}
CHARGE_COLUMNS = {column.field: column for column in (*charges.STATEMENT_COLUMNS, *charges.LINE_COLUMNS)}
WHOLE_COLUMNS = CHARGE_COLUMNS | {column.field: column for column in COLUMNS}
READERS = {
    "yen": charges.yen,
    "month": charges.month,
    "label": charges.label,
    "day": CONTRACT_COLUMNS["began_on"],
    "phone": CONTRACT_COLUMNS["phone_number_1"],
}


@pytest.mark.parametrize(("column", "cell", "answer"), rows("billing_cells.csv"), ids=count())
def test_a_cell_is_read_where_it_is_sure_and_else_refused(column: str, cell: str, answer: str) -> None:
    """The value, or behind a `!` a part of the sentence in the report."""
    if answer.startswith("! "):
        with pytest.raises(ValueError, match=re.escape(answer.removeprefix("! "))):
            READERS[column](cell)
    else:
        assert str(READERS[column](cell)) == answer


@pytest.mark.parametrize(("field", "cell", "answer"), rows("damaged_cells.csv"), ids=count())
def test_what_a_spreadsheet_did_to_a_cell_is_undone_or_named(field: str, cell: str, answer: str) -> None:
    """As the import reads it (C4): the value, or behind a `!` the fault or a part of the sentence."""
    try:
        found = str(value_of(WHOLE_COLUMNS[field], unguarded(cell)))
    except UnreadableCell as unreadable:
        found = f"! {unreadable.reason}"
    assert answer.removeprefix("! ") in found if answer.startswith("! ") else answer == found
