"""A refusal is an expected "no" that a person can be told; anything else that goes wrong is a fault."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class RefusalData(BaseModel):
    """A refusal on the wire: the code, and how long to wait where waiting helps."""

    model_config = ConfigDict(frozen=True)

    code: str
    retry_after_seconds: int | None = None


class Refusal(Exception):
    """Raised by a domain rule; becomes a reply that a page has words for. Never retried or dead-lettered."""

    def __init__(self, code: StrEnum | str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(str(code))
        self.code = str(code)
        self.retry_after_seconds = retry_after_seconds

    def as_data(self) -> RefusalData:
        """The form that travels."""
        return RefusalData(code=self.code, retry_after_seconds=self.retry_after_seconds)

    @classmethod
    def from_data(cls, data: RefusalData) -> Refusal:
        """The same refusal on the caller's side."""
        return cls(data.code, retry_after_seconds=data.retry_after_seconds)
