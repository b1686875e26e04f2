"""The data directory belongs to one `mypage up` at a time."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mypage.errors import UnusableData

_LOCK = "up.lock"


@contextmanager
def held(directory: Path) -> Iterator[None]:
    """Makes the directory and holds it; the system frees it when the process ends, killed or not. Raises
    UnusableData when another one holds it, or nothing can be written there.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = (directory / _LOCK).open("a")
    except OSError as error:
        raise UnusableData(
            f"データディレクトリー {directory} に書き込めません（{error.strerror}）。"
            "権限と空き容量を確かめるか、MYPAGE_DATA_DIR で別の場所を指定してください。"
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UnusableData(
                f"データディレクトリー {directory} は、すでに動いている mypage up が使っています。"
                "そちらを終了するか、MYPAGE_DATA_DIR で別の場所を指定してください。"
            ) from None
        yield
