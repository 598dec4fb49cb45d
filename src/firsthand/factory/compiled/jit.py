"""Compilation to machine code, with its types kept."""

from collections.abc import Callable
from typing import TypeVar

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function over numbers and arrays when it is first called; keep it on disk.

    It runs without the interpreter's lock, so that two of them use two cores.
    """
    made: Kernel = numba.njit(cache=True, nogil=True)(kernel)  # type: ignore[assignment]
    return made
