"""Files to read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.csv_tables import COLUMNS, Read, WholeTable, whole

from chassis.csv_import import open_table


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a file of this content; text is written in UTF-8."""

    def read_content(content: str | bytes, **options: Any) -> WholeTable:
        path = tmp_path / "table.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return whole(open_table(path, COLUMNS, **options))

    return read_content
