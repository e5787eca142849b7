"""Work spread over processes: the order stays, a process that is killed costs one task, an interrupt leaves nothing."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.cli import _lines, _redactions
from governance.cli._workers import in_order


def square(number: int) -> int:
    time.sleep(0.02 * (number % 3))
    return number * number


def square_or_die(number: int) -> int:
    if number == 5:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def process(_number: int) -> int:
    return os.getpid()


def test_results_come_in_the_order_of_the_tasks() -> None:
    assert list(in_order(square, range(40), 3)) == [(number, number * number) for number in range(40)]


def test_a_process_that_is_killed_costs_its_own_task_and_no_other() -> None:
    expected = [(number, None if number == 5 else number * number) for number in range(12)]
    assert list(in_order(square_or_die, range(12), 2)) == expected


def test_a_single_task_is_done_here_unless_it_may_be_deadly() -> None:
    assert list(in_order(process, [1], 4)) == [(1, os.getpid())]
    assert list(in_order(process, [1], 4, inline=False)) != [(1, os.getpid())]
    assert list(in_order(process, [], 4)) == []


def test_few_tasks_are_read_ahead() -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield number

    results = in_order(square, tasks(), 2)
    for expected in range(100):
        assert next(results)[0] == expected
        assert taken <= expected + 10
    results.close()


def deadly(lines: list[_lines.Line]) -> list[_lines.Told]:
    if any(line.data == b"kill\n" for line in lines):
        os.kill(os.getpid(), signal.SIGKILL)
    return [_lines.Told(line.data or b"", True) for line in lines]


def test_the_line_that_kills_is_the_one_that_fails() -> None:
    portion = [_lines.Line(1, b"one\n"), _lines.Line(2, b"kill\n"), _lines.Line(3, b"three\n")]
    told = list(_redactions._one_by_one(deadly, portion))  # type: ignore[arg-type]
    assert [line.is_redacted for line in told] == [True, False, True]
    assert b'"line": 2' in told[1].line
    assert b"kill" not in told[1].line


def started(*words: str, terminal: bool = False) -> tuple[subprocess.Popen[bytes], int | None]:
    ours, theirs = pty.openpty() if terminal else (None, subprocess.PIPE)
    running = subprocess.Popen(
        [sys.executable, "-m", "governance", "redact", *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    if ours is not None:
        os.close(theirs)
    return running, ours


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    folder = tmp_path / "calls"
    folder.mkdir()
    for number in range(150):
        (folder / f"{number:03}.txt").write_text(
            "Agent: the card number?\nCustomer: 4111 1111 1111 1111\n" * 20
        )
    return folder


def test_an_interrupt_leaves_no_half_written_file_and_no_process(calls: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    running, _ = started("transcript", str(calls), "--out", str(out), "--jobs", "2")
    assert running.stdout is not None
    assert running.stdout.readline()
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to every process of it
    _, told = running.communicate(timeout=60)
    assert running.returncode == 130
    assert b"interrupted" in told
    assert b"4111" not in told
    names = {path.name for path in out.iterdir()}
    assert not any(name.startswith(".") for name in names)
    copies = {name for name in names if not name.endswith(".report.json")}
    assert copies
    assert len(copies) < 150
    assert {f"{name}.report.json" for name in copies} <= names
    with pytest.raises(ProcessLookupError):
        while True:  # the group is gone with its last process
            os.killpg(running.pid, 0)
            time.sleep(0.05)


def test_a_killed_process_is_an_error_of_its_file_and_the_others_go_on(calls: Path, tmp_path: Path) -> None:
    running, _ = started("transcript", str(calls), "--out", str(tmp_path / "out"), "--jobs", "2")
    assert running.stdout is not None
    assert running.stdout.readline()
    children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    workers = [child for child in children if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
    os.kill(int(workers[0]), signal.SIGKILL)
    told, wrong = running.communicate(timeout=120)
    assert wrong.count(b"ended from outside") <= 1
    summary = told.splitlines()[-1].decode()
    assert summary.startswith(("149 redacted, 1 failed", "150 redacted"))
    assert running.returncode == (1 if "failed" in summary else 0)
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]


def test_a_bar_is_shown_to_a_person_and_to_no_file(calls: Path, tmp_path: Path) -> None:
    words = ("transcript", str(calls), "--out", str(tmp_path / "out"))
    running, screen = started(*words, terminal=True)
    assert screen is not None
    shown = b""
    try:
        while portion := os.read(screen, 4096):
            shown += portion
    except OSError:  # the terminal's other end is closed
        pass
    told, _ = running.communicate(timeout=60)
    assert running.returncode == 0
    assert b"150/150" in shown
    assert b"\x1b" not in told
    assert told.splitlines()[-1] == b"150 redacted: 3000 spans masked"
    running, _ = started(*words)
    _, told = running.communicate(timeout=60)
    assert told == b""


def _threads(_task: int) -> tuple[str | None, str | None]:
    return os.environ.get("OMP_NUM_THREADS"), os.environ.get("OPENBLAS_NUM_THREADS")


def test_a_process_computes_in_one_thread_unless_it_was_told_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "3")
    assert [seen for _, seen in in_order(_threads, [1, 2], 2)] == [("1", "3"), ("1", "3")]
    assert "OMP_NUM_THREADS" not in os.environ
