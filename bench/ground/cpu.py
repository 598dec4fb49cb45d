"""The processor time of processes, which other people's work on the machine changes little."""

import os
from pathlib import Path


def cpu_seconds(pid: int) -> float:
    """What a process has used, and its ended children; 0 where none is told."""
    words = _stat(pid)
    return sum(map(int, words[11:15])) / os.sysconf("SC_CLK_TCK") if words else 0.0


def cpu_seconds_below(head: int) -> float:
    """What a process and its children have used."""
    try:
        said = Path(f"/proc/{head}/task/{head}/children").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return cpu_seconds(head) + sum(cpu_seconds(int(child)) for child in said.split())


def parent_of(pid: int) -> int:
    """Whose child a process is; 0 where none is told."""
    words = _stat(pid)
    return int(words[1]) if words else 0


def _stat(pid: int) -> list[str]:
    try:
        said = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except OSError:
        return []
    return said.rpartition(") ")[2].split()
