"""A connection that does not wait for ever.

A database that is gone says so: the connection breaks. One that is *stuck* (a stopped process, a
full disk, a network that swallows packets, a lock that nobody lets go) says nothing, and
whoever asked it would wait as long as it pleases. Where people wait for an answer, a
statement has so many seconds; then the connection is given up, and the next one is a new one.

What became of a transaction that was given up at its commit is not known: whoever asked may
ask again with his key, and is answered as he would have been.
"""

from typing import Any, TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connections
from psycopg.abc import PQGen
from psycopg.errors import DeadlockDetected, SerializationFailure, _WaitTimeout

Found = TypeVar("Found")

_THIS_BATCH_ALONE = (DeadlockDetected, SerializationFailure)


def be_patient_for(seconds: float) -> None:
    """Let no statement of this process take longer; call it before the first one."""

    class Patient(psycopg.Connection[Any]):
        """A connection whose statements have so many seconds each."""

        def wait(
            self, gen: PQGen[Found], interval: float = 0.1, timeout: float | None = None
        ) -> Found:
            if timeout is not None:
                return super().wait(gen, interval, timeout)
            try:
                return super().wait(gen, interval, seconds)
            except _WaitTimeout:
                self.pgconn.finish()
                raise psycopg.OperationalError(
                    f"the database did not answer within {seconds:g} s"
                ) from None

    pool = connections["default"].settings_dict["OPTIONS"]["pool"]
    pool["connection_class"] = Patient
    pool["timeout"] = seconds


def is_silence(fault: BaseException | None) -> bool:
    """Whether a fault says that the database cannot be reached, or does not answer."""
    return isinstance(fault, OperationalError | InterfaceError) and not isinstance(
        fault.__cause__, _THIS_BATCH_ALONE
    )
