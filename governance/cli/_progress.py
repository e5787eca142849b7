"""How far a long command has come: a bar on stderr where a person looks at it, and nothing where nobody does."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Voice:
    """Says things on stdout and stderr, above the bar if there is one."""

    def __init__(self, bar: Progress | None = None, task: TaskID | None = None) -> None:
        self._bar = bar
        self._task = task

    def say(self, line: str) -> None:
        """Say what a program may read, on stdout."""
        if self._bar is not None and sys.stdout.isatty():
            self._above(line)
        else:
            print(_printable(line))

    def warn(self, line: str) -> None:
        """Say what a person should read, on stderr."""
        if self._bar is not None:
            self._above(line)
        else:
            print(_printable(line), file=sys.stderr)

    def come(self, steps: int = 1) -> None:
        """Note that so many more are done."""
        if self._bar is not None and self._task is not None:
            self._bar.advance(self._task, steps)

    def _above(self, line: str) -> None:
        assert self._bar is not None
        self._bar.console.print(_printable(line), markup=False, highlight=False, soft_wrap=True)


@contextmanager
def progress(count: Callable[[], int | None]) -> Iterator[Voice]:
    """Give a voice, with a bar if stderr is a terminal; only then `count` is asked how many steps there will be."""
    if not sys.stderr.isatty():
        yield Voice()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (SpinnerColumn(), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False
    ) as bar:
        yield Voice(bar, bar.add_task("", total=count()))


def _printable(line: str) -> str:
    """A file may be called anything, which the terminal should not obey and the encoding may not have."""
    shown = "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)
    return shown.encode("utf-8", "backslashreplace").decode()
