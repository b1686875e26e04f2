"""What billing systems and spreadsheets write into the cells of an export."""

from __future__ import annotations

import re
from itertools import count

import pytest

from inputs.table import rows
from services.billing.imports import csv_columns as charges
from services.identity.contracts.csv_columns import COLUMNS

CONTRACT_COLUMNS = {column.field: column.read for column in COLUMNS}
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
