"""Models of two releases, made to differ in one thing each."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model

from chassis.messaging.message import Query, Reply
from chassis.security.sealing import SealedContent


class TwoStates(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class ThreeStates(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    AJAR = "ajar"


class Forgiving(StrEnum):
    OPEN = "open"

    @classmethod
    def _missing_(cls, value: object) -> Forgiving:
        return cls.OPEN


class ForgivingTwo(StrEnum):
    OPEN = "open"
    SHUT = "shut"

    @classmethod
    def _missing_(cls, value: object) -> ForgivingTwo:
        return cls.OPEN


def told(**fields: Any) -> type[BaseModel]:
    """A message with those fields: a type, or a type and a default."""
    return create_model(
        "Told", **{key: given if isinstance(given, tuple) else (given, ...) for key, given in fields.items()}
    )


Line, LineWithMore, LineWithDefault = (
    told(item=str),
    told(item=str, count=int),
    told(item=str, count=(int, 1)),
)


WithX, WithY = Annotated[str, Field(pattern="^x")], Annotated[str, Field(pattern="^y")]


class Inner(SealedContent):
    sealed_as = "inner"
    name: str


class InnerWithMore(SealedContent):
    sealed_as = "inner"
    name: str
    age: int


class Told(Reply):
    pass


class ToldOtherwise(Reply):
    pass


Told.type_name, ToldOtherwise.type_name = "x.told.v1", "x.told.v2"


class Ask(Query[Told]):
    pass


class AskForAnother(Query[ToldOtherwise]):
    pass


class Tree(BaseModel):
    name: str
    branches: list[Tree] = []


class TreeOfNumbers(BaseModel):
    name: int
    branches: list[TreeOfNumbers] = []


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int


class Loose(BaseModel):
    a: int


class StrictWithMore(Strict):
    b: int = 1
