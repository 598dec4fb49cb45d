"""Compilation to machine code, with its types kept."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function over numbers and arrays when it is first called; keep it on disk.

    It runs without the interpreter's lock, so that two of them use two cores.
    """
    made: Kernel = numba.njit(cache=True, nogil=True)(kernel)  # type: ignore[assignment]
    return made


def inner(kernel: Kernel) -> Kernel:
    """The same for what is called by kernels, very often, and makes no array.

    Who is handed a shop of fifty arrays would count a reference to each of them, at every call:
    that costs twenty times what the call does. Here nobody counts; the caller holds them.
    """
    options: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
    made: Kernel = numba.njit(**options)(kernel)
    return made
