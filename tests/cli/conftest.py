"""The command line as people have it: real processes, their exit codes and what they say."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from governance.config import Settings

ROOT = Path(__file__).resolve().parents[2]

# Several command lines in one process: each is parsed and run as if it were alone, and only the imports are shared.
_SEVERAL = """
import contextlib, io, json, sys
from governance.__main__ import main
told = []
for words in json.load(sys.stdin):
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code
    told.append([code, out.getvalue(), err.getvalue()])
json.dump(told, sys.stdout)
"""


@dataclass(frozen=True)
class Told:
    """How a command ended and what it said. What the default place of the keys makes it say first is left out."""

    code: int
    out: str
    err: str

    @property
    def complaints(self) -> list[str]:
        return [line for line in self.err.splitlines() if not line.startswith("governance: warning:")]


def environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, **named(settings)}


def named(settings: Settings) -> dict[str, str]:
    return {
        "GOVERNANCE_HOME": str(settings.home),
        "GOVERNANCE_DATABASE_URL": settings.database_url,
        "GOVERNANCE_KEYS": str(settings.keys),
        "GOVERNANCE_ANCHOR": str(settings.anchor),
        "GOVERNANCE_LEDGER": str(settings.ledger),
    }


@pytest.fixture(autouse=True)
def _logs_as_they_were() -> Iterator[None]:
    """Undo what a command run in this process set up: its logs would go to a stream that has been closed."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def governance(tmp_path: Path) -> Callable[..., Told]:
    """Run one command line as a process of its own, in an empty folder, and return what came of it."""

    def governance(*words: object, **more: str) -> Told:
        done = subprocess.run(
            [sys.executable, "-m", "governance", *map(str, words)],
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}", **more},
            cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        return Told(done.returncode, done.stdout, done.stderr)

    return governance


@pytest.fixture
def several(settings: Settings) -> Callable[..., list[Told]]:
    """Run several command lines, one after the other, on the test's own house."""

    def several(*lines: Sequence[object]) -> list[Told]:
        words = [[str(word) for word in line] for line in lines]
        done = subprocess.run(
            [sys.executable, "-c", _SEVERAL], env=environment(settings), cwd=ROOT, input=json.dumps(words),
            capture_output=True, text=True, timeout=170, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return [Told(*told) for told in json.loads(done.stdout)]

    return several
