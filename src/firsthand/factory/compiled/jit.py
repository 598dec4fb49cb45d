"""Compilation to machine code, with its types kept, and kept on disk.

What was compiled of one file has the functions of other files inside it, which the compiler does
not ask for when it looks whether its cache is fresh: after a change it would run yesterday's code,
or crash. So the cache has its place by what all files here say, together.
"""

import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba

Kernel = TypeVar("Kernel", bound=Callable[..., object])

HERE = Path(__file__).parent
_config: Any = numba.config


def compiled(kernel: Kernel) -> Kernel:
    """Compile a function over numbers and arrays when it is first called; keep it on disk.

    It runs without the interpreter's lock, so that two of them use two cores.
    """
    return _made(kernel, {})


def inner(kernel: Kernel) -> Kernel:
    """The same for what is called by kernels, very often, and makes no array.

    Who is handed a shop of fifty arrays would count a reference to each of them, at every call:
    that costs twenty times what the call does. Here nobody counts; the caller holds them.
    """
    return _made(kernel, {"_nrt": False})


def _made(kernel: Kernel, options: dict[str, Any]) -> Kernel:
    usual = _config.CACHE_DIR
    _config.CACHE_DIR = str(CACHE)
    try:
        made: Kernel = numba.njit(cache=True, nogil=True, **options)(kernel)
    finally:
        _config.CACHE_DIR = usual
    return made


def _cache() -> Path:
    """Where the kernels of just these files are kept; those of older ones are thrown away."""
    said = sha256()
    for file in sorted(HERE.glob("*.py")):
        said.update(file.read_bytes())
    base = Path(_config.CACHE_DIR) if _config.CACHE_DIR else HERE / "__pycache__"
    found = base / f"kernels-{said.hexdigest()[:16]}"
    if not found.exists():
        for old in base.glob("kernels-*"):
            shutil.rmtree(old, ignore_errors=True)
    return found


CACHE = _cache()
