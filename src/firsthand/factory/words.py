"""What the factory cannot do, in the language of whoever reads it."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from firsthand.factory.impossible import Impossible
from firsthand.kit.errors import Refusal

Answer = TypeVar("Answer")


def in_words(why: Impossible) -> Promise:
    """Why something is impossible, in the language of whoever reads it."""
    return said(why.sentence, why.fields)


def said(sentence: str, fields: Mapping[str, Any]) -> Promise:
    """A sentence that was kept as it was written, with its values beside it."""
    words: Promise = format_lazy(_(sentence), **fields)
    return words


def or_refuse(ask: Callable[[], Answer]) -> Answer:
    """What the factory cannot do is the planner's business and not a fault: he can mend it."""
    try:
        return ask()
    except Impossible as why:
        raise Refusal(
            "impossible", format_lazy(_("The factory cannot do that: {why}."), why=in_words(why))
        ) from why
