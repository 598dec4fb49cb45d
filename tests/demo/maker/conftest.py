"""A house with the maker in it, seeded once for all tests of a file."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from pytest_django.plugin import DjangoDbBlocker

from firsthand.demo import maker
from firsthand.demo.maker.seeding import Seeded

SMALL = 200  # two of each category, and some more


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Seeded]:
    """The small maker, in a transaction that is rolled back after the last test of the file."""
    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
        try:
            yield maker.seed(products=SMALL, seed=1)
        finally:
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)
