"""Refusals: the answers "no" that trade expects, told apart from faults.

A refusal is part of the trade (sold out, over the limit, the pledge would be broken). It
has a code for machines, a status for HTTP and a sentence for the person, in his language.
Whatever else is raised is a fault: it is logged with its trace, and the person reads
"our mistake". The difference matters at night: a refusal never wakes anybody.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class Refusal(Exception):
    """The trade says no, for a reason that the person can act on.

    CODE is a stable word for machines (``sold_out``); SENTENCE may be a lazy translation,
    which becomes words only when it is read, in the language of the reader.
    """

    default_status: ClassVar[int] = 409
    retry_after_seconds: int | None = None  # said where waiting helps

    def __init__(
        self,
        code: str,
        sentence: object,
        *,
        status: int | None = None,
        fields: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence
        self.status = status or self.default_status
        self.fields = dict(fields or {})

    def __str__(self) -> str:
        return str(self.sentence)

    def as_problem(self) -> dict[str, Any]:
        """The refusal as problem details, which machines read (RFC 9457)."""
        return {
            "type": f"/problems/{self.code}",
            "title": str(self),
            "status": self.status,
            "code": self.code,
            **self.fields,
        }


class Invalid(Refusal):
    """What was sent makes no sense here; nothing was changed."""

    default_status = 422


class Forbidden(Refusal):
    """Somebody asks for what is not his to ask."""

    default_status = 403


class NotFound(Refusal):
    """There is no such thing, or it is none of the asker's business."""

    default_status = 404


class Busy(Refusal):
    """The house is full at this moment; the same request may go through in a second."""

    default_status = 503
    retry_after_seconds = 1


class TooOften(Refusal):
    """Somebody asks oftener than is good for the others; he is told how long to wait."""

    default_status = 429

    def __init__(self, code: str, sentence: object, *, retry_after_seconds: int = 1) -> None:
        super().__init__(code, sentence)
        self.retry_after_seconds = max(1, retry_after_seconds)
