"""Amounts of money."""

from typing import Annotated

from pydantic import Field

Yen = Annotated[int, Field(strict=True, gt=-(10**10), lt=10**10)]
"""An amount of whole yen, below ten thousand million either way: no bool, no float, no text (data rule:
integers only).
"""
