"""The shapes of what is asked and answered, as far as several parts of the API share them.

What is asked is strict: an unknown field is a mistake and not a wish, a number is a number, and
every number has its bounds. Times are written with their zone; money is whole fen.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar

from ninja import Query
from pydantic import BaseModel, ConfigDict, Field, field_validator

from firsthand.offer.rules import LIMIT_MAX, PIECES_MAX
from firsthand.show.speech import TEXT_MAX

PAGE_MAX = 200  # things on one page
SKIP_MAX = 100_000  # nobody leafs further
ID_MAX = 2**63 - 1
MS_MAX = 2**52

Id = Annotated[int, Field(ge=1, le=ID_MAX, strict=True)]
PathId = Annotated[int, Field(ge=1, le=ID_MAX)]
AtMs = Annotated[
    int | None,
    Field(ge=0, le=MS_MAX, strict=True, description="Media time; left out: the present instant."),
]
Pieces = Annotated[int, Field(ge=1, le=PIECES_MAX, strict=True)]
Limit = Annotated[int, Field(ge=1, le=LIMIT_MAX, strict=True)]
Place = Annotated[int, Field(ge=1, le=1000, strict=True, description="From 1.")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
Words = Annotated[str, Field(min_length=1, max_length=TEXT_MAX)]
Code = Annotated[str, Field(min_length=1, max_length=40)]

Limited = Annotated[int, Query(ge=1, le=PAGE_MAX, description="So many at most.")]
Skipped = Annotated[int, Query(ge=0, le=SKIP_MAX, description="So many are left out first.")]


class Given(BaseModel):
    """What is asked. Unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    @field_validator("*")
    @classmethod
    def _has_no_zero_byte(cls, value: Any) -> Any:
        if isinstance(value, str) and "\0" in value:
            raise ValueError("text has no zero byte")  # PostgreSQL takes none
        return value


class Told(BaseModel):
    """What is answered."""

    model_config = ConfigDict(from_attributes=True)


class Nothing(Told):
    """It is done, and there is no more to say."""

    done: bool = True


class Both(Told):
    """Words in both languages."""

    zh: str
    en: str


class Problem(Told):
    """Why not: problem details (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    errors: list[dict[str, str]] | None = None


Item = TypeVar("Item")


class Listed(Told, Generic[Item]):
    """A page of a list; NEXT is the ``skip`` of the page after it, if there is one."""

    items: list[Item]
    total: int
    next: int | None


def listed(
    rows: Any, limit: int, skip: int, shape: Callable[[Any], Item], total: int | None = None
) -> Listed[Item]:
    """A page of a query set, or of a list that is cut already (with its TOTAL)."""
    count = rows.count() if total is None else total
    page: Sequence[Any] = rows[skip : skip + limit] if total is None else rows
    items = [shape(row) for row in page]
    end = skip + len(items)
    return Listed(items=items, total=count, next=end if end < count and items else None)


class ShowTold(Told):
    """A show."""

    id: int
    slug: str
    title: Both
    state: str
    host: str
    planned_at: datetime
    on_air_at: datetime | None
    ended_at: datetime | None
    segment_id: int | None
    segment_since: datetime | None
    viewers: int
    likes: int


class RungTold(Told):
    """By this day so many more pieces ship."""

    ship_by: date
    free: int
