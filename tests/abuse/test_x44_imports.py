"""X44: a file of the billing system that is broken, or made to break us, at the command line of the running
system.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from journeys.system import ROOT, System
from pages.town import Town
from support.billing_exports import CONTRACT_HEAD, LINE_HEAD, STATEMENT_HEAD, write_table
from support.inside_a_system import every_row, rows_of

Row = tuple[str | int, ...]
MONTH, OTHER_MONTH = "2026/11", "2026/12"
ONE, TWO = "0000770101", "0000770102"
QUICK_MIB = {"rows": 4, "one line": 96}
WHOLE_MIB = {"rows": 24, "zeros": 1024, "one line": 1024, "one cell": 160, "blank lines": 8}
ROOM_KIB = 48 * 1024
"""What a large file may take beyond a small one."""

STATEMENTS: tuple[Row, ...] = tuple((number, MONTH, 5_000, 500, 0, 0, 0, 5_500) for number in (ONE, TWO))
LINES: tuple[Row, ...] = tuple((number, MONTH, 1, "光", "月額利用料", "10%", 5_000) for number in (ONE, TWO))


def but(rows: Iterable[Row], number: int, column: int, cell: str | int) -> list[Row]:
    """The rows with another cell."""
    found = [list(row) for row in rows]
    found[number][column] = cell
    return [tuple(row) for row in found]


BROKEN: dict[str, tuple[list[Row], list[Row], int]] = {
    "formula as an amount": (but(STATEMENTS, 1, 7, "=5000+500"), list(LINES), 3),
    "formula as a number": (but(STATEMENTS, 0, 0, "=A2+1"), list(LINES), 2),
    "command as a month": (but(STATEMENTS, 1, 1, "=cmd|' /C calc'!A0"), list(LINES), 3),
    "formula as a line's amount": (list(STATEMENTS), but(LINES, 1, 6, "+5000+0"), 3),
    "the same statement twice": ([*STATEMENTS, STATEMENTS[0]], list(LINES), 4),
    "the same line twice": (list(STATEMENTS), [*LINES, LINES[0]], 4),
    "a wrong total": (but(STATEMENTS, 1, 7, 55_000), list(LINES), 3),
    "a wrong base": (but(STATEMENTS, 0, 2, 4_000), list(LINES), 2),
    "a wrong tax": (but(STATEMENTS, 0, 3, 5), list(LINES), 2),
    "a line of another month": (list(STATEMENTS), [*LINES, (ONE, OTHER_MONTH, 1, "光", "x", "10%", 1)], 4),
    "a line of another's contract": (list(STATEMENTS), [*LINES, ("99", MONTH, 1, "光", "x", "10%", 1)], 4),
    "no such month": (but(STATEMENTS, 1, 1, "2026/13"), list(LINES), 3),
    "an amount beyond any": (but(STATEMENTS, 1, 7, "9" * 40), list(LINES), 3),
}
"""What is wrong, and on which line of its file."""


async def billing_of(system: System) -> dict[str, str]:
    """Every row that billing holds, once all months are announced: that goes on by itself."""
    while await rows_of(system, "billing", "SELECT FROM published_months WHERE announced_at IS NULL"):
        await asyncio.sleep(0.2)
    return {name: rows for name, rows in (await every_row(system)).items() if name.startswith("billing.")}


@pytest.mark.parametrize("name", BROKEN)
async def test_x44_a_row_that_is_wrong_is_named_and_nothing_is_published(
    fresh_town: Town, tmp_path: Path, name: str
) -> None:
    """Not even the rows that are right; the report holds no whole number of a customer's."""
    statements, lines, line = BROKEN[name]
    before = await billing_of(fresh_town.system)
    code, out = await fresh_town.system.run(
        "charges",
        "import",
        write_table(tmp_path / "statements.csv", STATEMENT_HEAD, statements),
        write_table(tmp_path / "lines.csv", LINE_HEAD, lines),
        "--publish",
        "--report",
        tmp_path / "report.csv",
    )
    assert code == 1, out
    report = (tmp_path / "report.csv").read_text("utf-8-sig")
    assert f",{line}," in report.replace('"', "")
    assert "770101" not in out + report
    assert await billing_of(fresh_town.system) == before


def half_a_sign(text: bytes) -> bytes:
    """A file that was cut in the middle of a letter."""
    return text[: text.index("料".encode("cp932")) + 1]


def mixed(text: bytes) -> bytes:
    """CP932, and a line of UTF-8 that somebody pasted in."""
    return text + f"{TWO},{MONTH},2,光,工事費,10%,0\r\n".encode()


def replaced(text: bytes) -> bytes:
    """Read wrongly once, and saved: the letters are gone for good."""
    return text.decode("cp932").replace("光", "\ufffd").encode()


@pytest.mark.parametrize("spoil", [half_a_sign, mixed, replaced])
async def test_x44_letters_that_were_lost_are_not_imported(
    fresh_town: Town, tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    """A customer must not read mojibake on his bill; whole CP932 is taken."""
    statements = write_table(tmp_path / "statements.csv", STATEMENT_HEAD, STATEMENTS)
    lines = write_table(tmp_path / "lines.csv", LINE_HEAD, LINES)
    good = lines.read_text("utf-8-sig").encode("cp932")
    before = await billing_of(fresh_town.system)
    lines.write_bytes(spoil(good))
    code, out = await fresh_town.system.run("charges", "import", statements, lines, "--publish")
    assert code == 1, out
    assert await billing_of(fresh_town.system) == before
    lines.write_bytes(good)
    code, out = await fresh_town.system.run("charges", "import", statements, lines, "--publish", "--dry-run")
    assert code == 0, out


async def peak_of(system: System, *command: object) -> tuple[int, str, int]:
    """A command's exit code, what it said, and how many KiB it held at most."""
    meter = (
        "import resource, subprocess, sys\n"
        "code = subprocess.run(sys.argv[1:]).returncode\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n"
        "raise SystemExit(code)"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", meter, sys.executable, "-m", "mypage", *map(str, command)),
        cwd=ROOT,
        env=system.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    said, _, peak = out.decode().strip().rpartition("\n")
    return process.returncode or 0, said, int(peak)


def many_rows(file: Path, mib: int) -> None:
    """Rows of as many customers, the last of them broken."""
    with file.open("w", encoding="utf-8", newline="") as target:
        target.write(",".join(CONTRACT_HEAD) + "\r\n")
        for number in range(mib * 2**20 // 75):
            target.write(f"{number + 800_000:010},個人,カナリヤ　タロウ,0748007700,,契約中,2019/04/01,\r\n")
        target.write("x,,,,,,,\r\n")


def nothing_but_zeros(file: Path, mib: int) -> None:
    """No text at all."""
    with file.open("wb") as target:
        target.truncate(mib * 2**20)


def one_line(file: Path, mib: int) -> None:
    """A line that does not end."""
    with file.open("wb") as target:
        target.write(",".join(CONTRACT_HEAD).encode() + b"\r\n")
        for _ in range(mib):
            target.write(b"a" * 2**20)


def one_cell(file: Path, mib: int) -> None:
    """A quotation mark, and then a whole file in one cell."""
    with file.open("wb") as target:
        target.write(",".join(CONTRACT_HEAD).encode() + b'\r\n"')
        for _ in range(mib):
            target.write((b"a" * 1022 + b"\r\n") * 1024)


def end_and_blank_lines(file: Path, mib: int) -> None:
    """A mark of the end, behind which nothing ends."""
    with file.open("wb") as target:
        target.write(",".join(CONTRACT_HEAD).encode() + b"\r\n\x1a\r\n")
        for _ in range(mib):
            target.write(b"\n" * 2**20)
        target.write(b"x")


LARGE: dict[str, Callable[[Path, int], None]] = {
    "rows": many_rows,
    "zeros": nothing_but_zeros,
    "one line": one_line,
    "one cell": one_cell,
    "blank lines": end_and_blank_lines,
}


async def takes_no_more_room(town: Town, folder: Path, kind: str, mib: int) -> None:
    """Than a small file of the kind takes."""
    before = await every_row(town.system)
    peaks = []
    for size in (1, mib):
        LARGE[kind](folder / "contracts.csv", size)
        code, out, peak = await peak_of(town.system, "contracts", "import", folder / "contracts.csv")
        assert code == 1, out
        peaks.append(peak)
        assert len(out) < 500_000
    assert peaks[1] < peaks[0] + ROOM_KIB, peaks
    after = await every_row(town.system)
    assert after["identity.contracts"] == before["identity.contracts"]


@pytest.mark.parametrize("kind", QUICK_MIB)
async def test_x44_a_large_file_is_refused_in_bounded_memory(
    fresh_town: Town, tmp_path: Path, kind: str
) -> None:
    """It is read as it comes, whatever it holds."""
    await takes_no_more_room(fresh_town, tmp_path, kind, QUICK_MIB[kind])


@pytest.mark.whole_abuse
@pytest.mark.parametrize("kind", WHOLE_MIB)
async def test_x44_a_file_of_a_gigabyte_is_refused_in_bounded_memory(
    fresh_town: Town, tmp_path: Path, kind: str
) -> None:
    """As the quick test, with files of other kinds, and such as no machine would hold."""
    await takes_no_more_room(fresh_town, tmp_path, kind, WHOLE_MIB[kind])
