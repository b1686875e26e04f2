"""A mailbox of any kind becomes its messages, one after the other, and is left as it was."""

from __future__ import annotations

import io
import mailbox
from pathlib import Path

import pytest

from mypage.returned_mail.mailbox import LARGEST, NoMailbox, messages_in, messages_of

FIRST = b"Subject: 1\n\nfirst\n"
SECOND = b"Subject: 2\n\nFrom now on it is another one.\n\nFrom here, too: 24 Nov 2026\n"
FROM = b"From MAILER-DAEMON Tue Nov 24 01:25:00 2026\n"
MBOX = FROM + FIRST + b"\n" + FROM + SECOND


def found(raw: bytes) -> list[bytes | None]:
    """As from a file or from standard input."""
    return list(messages_of(io.BytesIO(raw)))


@pytest.mark.parametrize(
    ("raw", "count"),
    [
        (MBOX, 2),
        (MBOX.replace(b"\n", b"\r\n"), 2),
        (b"\n\n" + MBOX, 2),
        (MBOX.replace(b"2026", b"+0900 2026"), 2),
        (MBOX.replace(b"MAILER-DAEMON", b"no-reply@aicom-koka.jp"), 2),
        (FIRST, 1),
        (FROM + FIRST, 1),
        (b"", 0),
        (b"\n\n", 0),
        (b"\x00" * 10, 1),
        (FROM, 1),
    ],
    ids=range(11),
)
def test_the_messages_of_a_file(raw: bytes, count: int) -> None:
    """With and without a line of its own before each; a sentence that begins with From begins no message."""
    assert len(found(raw)) == count


def test_a_message_is_given_as_it_stands() -> None:
    """Without the line that only the mailbox has."""
    first, second = found(MBOX)
    assert first == FIRST + b"\n"
    assert second == SECOND


def test_a_message_of_any_size_costs_no_more_memory_than_the_largest() -> None:
    """And the next one is found behind it, also behind a single line without an end."""
    huge = b"Subject: x\n\n" + b"x" * LARGEST + b"\n"
    assert [each is None for each in found(FROM + huge + b"\n" + MBOX)] == [True, False, False]
    assert found(huge) == [None]


def test_a_maildir(tmp_path: Path) -> None:
    """What was read and what is new; what is just being written is not there yet."""
    folder = mailbox.Maildir(tmp_path / "bounces")
    for raw in (FIRST, SECOND):
        folder.add(raw)
    (tmp_path / "bounces" / "tmp" / "half").write_bytes(b"Subj")
    (tmp_path / "bounces" / "cur" / "9:2,S").write_bytes(b"x" * (LARGEST + 1))
    messages = list(messages_in(tmp_path / "bounces"))
    assert {*messages} == {FIRST, SECOND, None}


def test_any_other_folder_is_no_mailbox(tmp_path: Path) -> None:
    """It is not read as an empty one."""
    (tmp_path / "cur").mkdir()
    with pytest.raises(NoMailbox):
        list(messages_in(tmp_path))
