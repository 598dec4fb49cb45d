"""Logs: one line for one fact, with fields, once for a batch and not once for each in it.

Lines are JSON where a machine collects them, and readable where a person looks at a
terminal. They carry ids, never names, phones, addresses, keys or badges: a processor
takes those out by the field's name, should somebody forget. A trace is plain, since pretty
ones print local variables; and what PostgreSQL tells beside a fault (the row itself, with
the phone that is taken) stays out of it.
"""

import io
import logging
import re
import sys
from typing import Any, TextIO

import structlog

SECRET_FIELDS = frozenset(
    {"address", "badge", "email", "key", "password", "phone", "secret", "stream_key", "token"}
)
# Libraries that tell of every job and every question; their warnings are heard.
CHATTY = ("httpx", "procrastinate", "uvicorn.access", "websockets")


def _without_secrets(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    for field in SECRET_FIELDS & event.keys():
        event[field] = "***"
    return event


_ROW = re.compile(r"\bDETAIL: .*")


def _without_rows(trace: str) -> str:
    return _ROW.sub("DETAIL: ***", trace)


def _plain_trace(output: TextIO, fault: Any) -> None:
    trace = io.StringIO()
    structlog.dev.plain_traceback(trace, fault)
    output.write(_without_rows(trace.getvalue()))


def _trace_without_rows(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    if "exception" in event:
        event["exception"] = _without_rows(event["exception"])
    return event


def furnish(*, role: str, json: bool, level: str = "INFO") -> None:
    """Set up logging for a process that plays ROLE; libraries' own lines take the same way."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _without_secrets,
    ]
    structlog.configure(
        processors=[
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: list[Any] = (
        [
            structlog.processors.format_exc_info,
            _trace_without_rows,
            structlog.processors.JSONRenderer(),
        ]
        if json
        else [
            structlog.dev.ConsoleRenderer(
                colors=sys.stderr.isatty(), exception_formatter=_plain_trace
            )
        ]
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for chatty in CHATTY:
        logging.getLogger(chatty).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(role=role)


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """A logger whose lines are facts with fields: ``log.info("orders_settled", batch=211)``."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
