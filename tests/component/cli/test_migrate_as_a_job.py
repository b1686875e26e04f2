"""`mypage db migrate --log-lines`, as compose and Kubernetes run it: whoever collects the lines of all
processes can read its lines as well.
"""

from __future__ import annotations

import json

from component.cli.conftest import Run


def _lines(output: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in output.splitlines()]


async def test_what_was_applied_is_told_in_the_lines_of_a_service(mypage: Run) -> None:
    """A line for each database, and nothing else."""
    done = mypage("db", "migrate", "--log-lines")
    assert (done.returncode, done.stderr) == (0, "")
    lines = _lines(done.stdout)
    assert {line["of"] for line in lines} == {"identity", "billing"}  # those it was told of
    assert {line["event"] for line in lines} == {"migration.done"}
    assert all(line["ts"].endswith("Z") for line in lines)


async def test_why_nothing_was_applied_is_a_line_as_well(mypage: Run) -> None:
    """A database that is away, and a setting that cannot be used; no value of either."""
    away = "postgresql://canary:canary@127.0.0.1:1/canary"
    for wrong, code in (({"MYPAGE_DATABASES__IDENTITY": away}, 1), ({"MYPAGE_DATABASE_POOLER": "canary"}, 2)):
        done = mypage("db", "migrate", "--log-lines", **wrong)
        [line] = _lines(done.stdout)
        assert (done.returncode, done.stderr, line["event"]) == (code, "", "migration.failed")
        assert "canary" not in done.stdout
