"""Tables that people bring as CSV out of another system or out of Excel: all rows, or a list of everything
that is wrong with them.

What Excel does to a file on its way is accepted where nothing is lost (data rules C2 to C4). Reasons are
codes: whoever shows them has the words.
"""

from chassis.csv_import.columns import Column
from chassis.csv_import.progress import Progress, RowCounter
from chassis.csv_import.report import (
    REPORTED,
    BrokenFile,
    Problems,
    RepeatedRow,
    RowProblem,
    TableFault,
    all_together,
    masked,
)
from chassis.csv_import.table import Table, TableRow, open_table

__all__ = [
    "REPORTED",
    "BrokenFile",
    "Column",
    "Problems",
    "Progress",
    "RepeatedRow",
    "RowCounter",
    "RowProblem",
    "Table",
    "TableFault",
    "TableRow",
    "all_together",
    "masked",
    "open_table",
]
