"""Days and months as Japanese systems and spreadsheets write them."""

import re
import unicodedata
from datetime import date

_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}
_DIVIDED = re.compile(
    r"""
    (?P<era>令和|平成|昭和|[RHS])?  (?P<year>元|[0-9]{1,4})
    (?: (?P<divider>[/.-])  (?P<month>[0-9]{1,2})  (?: (?P=divider) (?P<day>[0-9]{1,2}) )?
      | 年  (?P<month_of_year>[0-9]{1,2})月  (?: (?P<day_of_month>[0-9]{1,2})日 | 分 )?
    )
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TOGETHER = re.compile("(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})?")
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00)?([.]0+)?$")


class NoDate(ValueError):
    """The text is no day and no month that is sure."""


def written_day(text: str) -> date:
    """2019/04/01, 2019/4/1, 2019-04-01, 20190401, 2019年4月1日, 平成31年4月1日, with or without a
    midnight behind it. Raises NoDate.
    """
    year, month, day = _parts(text)
    if day is None:
        raise NoDate
    return _checked(year, month, day)


def written_month(text: str) -> date:
    """The 1st of 2026/10, 2026/10/1, 2026-10, 202610, 2026年10月, 2026年10月分, 令和8年10月.

    Raises NoDate, also for a day that is not the 1st.
    """
    year, month, day = _parts(text)
    if day not in (None, 1):
        raise NoDate
    return _checked(year, month, 1)


def _parts(text: str) -> tuple[int, int, int | None]:
    folded = _MIDNIGHT.sub("", unicodedata.normalize("NFKC", text).strip())
    folded = "".join(folded.split())
    if together := _TOGETHER.fullmatch(folded):
        day = together["day"]
        return int(together["year"]), int(together["month"]), None if day is None else int(day)
    found = _DIVIDED.fullmatch(folded)
    if found is None:
        raise NoDate
    month = found["month"] or found["month_of_year"]
    day = found["day"] or found["day_of_month"]
    if found["divider"] == "." and day is None and len(month) == 1 and not found["era"]:
        raise NoDate  # 2026.1 is what a spreadsheet makes of 2026.10
    return _year(found["era"], found["year"]), int(month), None if day is None else int(day)


def _year(era: str | None, year: str) -> int:
    """Of the common era. A short year is sure only with its era."""
    number = 1 if year == "元" else int(year)
    if era and number:
        return _ERAS[era.upper()] + number
    if len(year) != 4:
        raise NoDate
    return number


def _checked(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NoDate from None
