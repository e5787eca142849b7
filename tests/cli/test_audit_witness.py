"""`governance audit witness` at the command line: made, asked by file, served; and every code it ends with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.audit.logs import TRUST, MemoryLog
from tests.cli.conftest import ROOT, Told

Several = Callable[..., list[Told]]
NAME = "witness.example/w1"


def test_a_witness_without_a_network_cosigns_by_files_and_the_trust_file_demands_it(
    several: Several, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust, names, asked, reply = (tmp_path / name for name in ("trust", "names", "asked", "reply"))
    witness = ["audit", "witness", tmp_path / "witness"]
    *_, printed = several(["init"], ["audit", "bundle", "--out", tmp_path / "first"], ["audit", "trust"])
    trust.write_text(printed.out)
    asked.write_text("nonsense")
    (made,) = several([*witness, "--name", NAME, "--trust", trust, "--request", asked])
    assert made.code == 2  # there is a witness now, and that was no request
    key = made.complaints[0].removeprefix("governance: the witness is ")
    names.write_text(f"witness w1 {key}\nquorum w1\n")
    monkeypatch.setenv("GOVERNANCE_WITNESSES", str(names))
    (request,) = several(["audit", "witness-request", "w1"])
    asked.write_text(request.out)
    (answered,) = several([*witness, "--request", asked])
    assert answered.code == 0, answered.err
    reply.write_text(answered.out)
    stored, unknown, new_trust = several(
        ["audit", "cosigned", "w1", reply], ["audit", "cosigned", "w2", reply], ["audit", "trust"]
    )
    assert (stored.code, unknown.code) == (0, 1)
    assert f"witness w1 {key}\n" in new_trust.out
    trust.write_text(new_trust.out)
    # What was bundled before the witness was asked lacks its line.
    (refused,) = several(["audit", "verify", tmp_path / "first", "--policy", trust])
    assert (refused.code, "fewer witnesses" in refused.err) == (1, True)
    (again,) = several([*witness, "--request", asked])
    assert (again.code, "--old" in again.complaints[0]) == (2, True)


def test_a_log_that_shows_another_history_ends_with_a_code_of_its_own(
    several: Several, tmp_path: Path
) -> None:
    files = [tmp_path / name for name in ("trust", "honest", "fork")]
    for file, text in zip(
        files,
        (TRUST.encode(), MemoryLog().submission(0, 7), MemoryLog("b").submission(7, 9)),
        strict=True,
    ):
        file.write_bytes(text)
    witness = ["audit", "witness", tmp_path / "witness"]
    nothing, half, honest, fork = several(
        witness,
        [*witness, "--name", NAME],
        [*witness, "--name", NAME, "--trust", files[0], "--request", files[1]],
        [*witness, "--request", files[2]],
    )
    assert (nothing.code, half.code, honest.code, fork.code) == (1, 1, 0, 1)
    assert "both histories are kept" in fork.complaints[0]
    assert len(list((tmp_path / "witness" / "forks").rglob("*"))) == 2


def test_a_witness_serves_until_it_is_stopped_and_makes_no_house(tmp_path: Path) -> None:
    (tmp_path / "trust").write_text(TRUST)
    words = ["audit", "witness", "own", "--name", NAME, "--trust", "trust", "--port", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "governance", *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"},
        stderr=subprocess.PIPE,
        text=True,
    ) as serving:
        assert serving.stderr is not None
        key = serving.stderr.readline().split()[-1]
        url = serving.stderr.readline().split()[-1]
        asked = urllib.request.Request(f"{url}/add-checkpoint", MemoryLog().submission(0, 7), method="POST")
        with urllib.request.urlopen(asked, timeout=10) as answer:
            assert answer.read().decode().startswith(f"— {NAME} ")
        with urllib.request.urlopen(url, timeout=10) as answer:
            assert answer.read().decode() == f"{key}\n"
        serving.send_signal(signal.SIGINT)
        assert serving.wait(10) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own", "trust"]
