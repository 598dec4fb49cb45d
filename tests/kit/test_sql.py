"""Columns of numbers as they are sent."""

import psycopg
import pytest
from django.db import connection
from psycopg.pq import Format

from firsthand.kit.sql import BigInts

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        *(
            (kind, column)
            for kind in ("bigint[]", "integer[]")
            for column in ([], [0], [*range(300)])
        ),
        ("bigint[]", [1, -1, 2**63 - 1, -(2**63)]),
        ("integer[]", [1, -1, 2**31 - 1, -(2**31)]),
    ],
)
def test_a_column_of_numbers_arrives_as_it_was_sent(column: list[int], kind: str) -> None:
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.format = Format.BINARY
        cursor.execute(f"select %b::{kind}", [BigInts(column)])
        assert cursor.fetchone() == (column,)
