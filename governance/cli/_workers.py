"""Work spread over processes: results in the order of the tasks, few tasks under way, and a process that dies is no end.

One task is with one process at a time, so that when the system ends a process (for want of memory, say) it is known
which task it had: that one is lost, a new process takes the next, nothing waits for ever.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Generic, TypeVar

from governance.config import single_threaded

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD = 4
"""How many tasks a process are read ahead of the one whose result comes next: a bound on memory."""
_PATIENCE_S = 5.0


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_order(
    work: Callable[[Task], Result], tasks: Iterable[Task], jobs: int, *, inline: bool = True
) -> Generator[tuple[Task, Result | None]]:
    """Yield each task with what `work` makes of it, in the order of the tasks; None where its process died.

    `work` and tasks are pickled; `work` tells of its failures by what it returns. A single task is done in this
    process unless `inline` is false. When the iterator is closed, or a key interrupts it, processes may end what they have begun, for some
    seconds, and are ended after that in a way that lets them clean up.
    """
    given = iter(tasks)
    first = list(islice(given, 2))
    if len(first) < 2 and inline:
        for task in first:
            yield task, work(task)
        return
    crew = _Crew(work, max(1, jobs))
    try:
        yield from crew.results(chain(first, given))
    finally:
        crew.dismiss()


class _Worker(Generic[Task, Result]):
    """One process, and the pipe to it."""

    def __init__(self, work: Callable[[Task], Result]) -> None:
        # Not forked: a forked process would hold the other ends of its siblings' pipes, and none would ever see an end.
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process: BaseProcess = context.Process(target=_serve, args=(theirs, work), daemon=True)
        with single_threaded():
            self.process.start()
        theirs.close()
        self.number = -1

    def end(self, patience_s: float) -> None:
        """Let the process go: it ends by itself once its pipe is closed, or is asked to, or is made to."""
        self.pipe.close()
        self.process.join(patience_s)
        if self.process.is_alive():
            self.process.terminate()
            self.process.join(_PATIENCE_S)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


class _Crew(Generic[Task, Result]):
    def __init__(self, work: Callable[[Task], Result], most: int) -> None:
        self._work = work
        self._most = most
        self._idle: list[_Worker[Task, Result]] = []
        self._busy: dict[Connection, _Worker[Task, Result]] = {}

    def results(self, tasks: Iterable[Task]) -> Iterator[tuple[Task, Result | None]]:
        """Yield each task with its result, in order."""
        numbered = enumerate(tasks)
        underway: dict[int, Task] = {}
        done: dict[int, Result | None] = {}
        due, is_over = 0, False
        while True:
            while not is_over and len(self._busy) < self._most and len(underway) < self._most * _AHEAD:
                number, task = next(numbered, (-1, None))
                if task is None:
                    is_over = True
                    break
                underway[number] = task
                if not self._give(number, task):
                    done[number] = None
            if not underway:
                return
            done.update(self._received(0 if due in done else None))
            while due in done:
                yield underway.pop(due), done.pop(due)
                due += 1

    def _give(self, number: int, task: Task) -> bool:
        """Return whether a process has taken the task; one that died while it was idle is replaced, once."""
        for _ in range(2):
            worker = self._idle.pop() if self._idle else _Worker(self._work)
            try:
                worker.pipe.send(task)
            except OSError:
                worker.end(0)
                continue
            worker.number = number
            self._busy[worker.pipe] = worker
            return True
        return False

    def _received(self, timeout: float | None) -> Iterator[tuple[int, Result | None]]:
        for pipe in wait(list(self._busy), timeout) if self._busy else ():
            assert isinstance(pipe, Connection)
            worker = self._busy.pop(pipe)
            try:
                yield worker.number, pipe.recv()
            except (EOFError, OSError):
                worker.end(_PATIENCE_S)
                yield worker.number, None
            else:
                self._idle.append(worker)

    def dismiss(self) -> None:
        """End all processes."""
        for worker in (*self._idle, *self._busy.values()):
            worker.pipe.close()
        for worker in (*self._idle, *self._busy.values()):
            worker.end(_PATIENCE_S)
        self._idle.clear()
        self._busy.clear()


def _serve(pipe: Connection, work: Callable[[Task], Result]) -> None:
    """Do task after task until the pipe closes."""
    # The key that interrupts goes to every process of the terminal: the first one decides, and closes the pipe.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # cleans up, as the default would not
    while True:
        try:
            pipe.send(work(pipe.recv()))
        except (EOFError, OSError):
            return
