"""Columns of numbers as they are sent."""

import psycopg
import pytest
from django.db import connection
from psycopg.pq import Format

from firsthand.kit.sql import BigInts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "column", [[], [0], [1, -1, 2**63 - 1, -(2**63)], list(range(300))], ids=len
)
@pytest.mark.parametrize("kind", ["bigint[]", "integer[]"])
def test_a_column_of_numbers_arrives_as_it_was_sent(column: list[int], kind: str) -> None:
    if kind == "integer[]" and any(abs(one) >= 2**31 for one in column):
        pytest.skip("too large for that kind")
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.format = Format.BINARY
        cursor.execute(f"select %b::{kind}", [BigInts(column)])
        assert cursor.fetchone() == (column,)
