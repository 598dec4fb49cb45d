"""AMF0: how RTMP writes the words of a command ("connect", "publish") and their values.

What comes in was written by a stranger. Reading is therefore bounded in depth, and
whatever is cut short or unknown raises ``ValueError`` and nothing else.
"""

import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias

Value: TypeAlias = "bool | int | float | str | Mapping[str, Value] | Sequence[Value] | None"

DEPTH_MAX = 8  # an honest "connect" is two deep

_NUMBER, _BOOLEAN, _STRING, _OBJECT, _NULL, _UNDEFINED = 0, 1, 2, 3, 5, 6
_MAP, _OBJECT_END, _ARRAY, _DATE, _LONG_STRING = 8, 9, 10, 11, 12
_SHORT_MAX = 0xFFFF


def encode(*values: Value) -> bytes:
    """Write values one after the other.

    >>> encode("ok", None).hex()
    '0200026f6b05'
    """
    out = bytearray()
    for value in values:
        _write(out, value)
    return bytes(out)


def decode(body: bytes) -> list[Value]:
    """Read all the values of a message."""
    values, at = [], 0
    try:
        while at < len(body):
            value, at = _read(body, at, DEPTH_MAX)
            values.append(value)
    except (IndexError, struct.error):
        raise ValueError("AMF: cut short") from None
    return values


def _write(out: bytearray, value: Value) -> None:
    if value is None:
        out.append(_NULL)
    elif isinstance(value, bool):
        out += bytes((_BOOLEAN, value))
    elif isinstance(value, int | float):
        out += struct.pack(">Bd", _NUMBER, value)
    elif isinstance(value, str):
        _write_string(out, value)
    elif isinstance(value, Mapping):
        out.append(_OBJECT)
        for key, one in value.items():
            name = key.encode()
            out += struct.pack(">H", len(name)) + name
            _write(out, one)
        out += bytes((0, 0, _OBJECT_END))
    else:
        out += struct.pack(">BI", _ARRAY, len(value))
        for one in value:
            _write(out, one)


def _write_string(out: bytearray, text: str) -> None:
    raw = text.encode()
    if len(raw) <= _SHORT_MAX:
        out += struct.pack(">BH", _STRING, len(raw)) + raw
    else:
        out += struct.pack(">BI", _LONG_STRING, len(raw)) + raw


def _read(body: bytes, at: int, depth: int) -> tuple[Value, int]:
    if depth < 0:
        raise ValueError("AMF: nested too deep")
    kind = body[at]
    at += 1
    if kind == _NUMBER:
        return struct.unpack_from(">d", body, at)[0], at + 8
    if kind == _BOOLEAN:
        return body[at] != 0, at + 1
    if kind == _STRING:
        return _read_string(body, at)
    if kind in (_NULL, _UNDEFINED):
        return None, at
    if kind == _OBJECT:
        return _read_object(body, at, depth)
    if kind == _MAP:  # its count is only a hint; the end mark is what counts
        return _read_object(body, at + 4, depth)
    if kind == _ARRAY:
        return _read_array(body, at, depth)
    if kind == _DATE:
        return struct.unpack_from(">d", body, at)[0], at + 10
    if kind == _LONG_STRING:
        (length,) = struct.unpack_from(">I", body, at)
        return _text(body, at + 4, length), at + 4 + length
    raise ValueError(f"AMF: no such kind of value: {kind}")


def _read_string(body: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from(">H", body, at)
    return _text(body, at + 2, length), at + 2 + length


def _read_object(body: bytes, at: int, depth: int) -> tuple[dict[str, Value], int]:
    found: dict[str, Value] = {}
    while True:
        name, at = _read_string(body, at)
        if not name and body[at] == _OBJECT_END:
            return found, at + 1
        found[name], at = _read(body, at, depth - 1)


def _read_array(body: bytes, at: int, depth: int) -> tuple[list[Value], int]:
    (count,) = struct.unpack_from(">I", body, at)
    at += 4
    if count > len(body) - at:  # each value takes a byte at least
        raise ValueError("AMF: cut short")
    found: list[Value] = []
    for _ in range(count):
        value, at = _read(body, at, depth - 1)
        found.append(value)
    return found, at


def _text(body: bytes, at: int, length: int) -> str:
    if at + length > len(body):
        raise ValueError("AMF: cut short")
    return body[at : at + length].decode("utf-8", "replace")
