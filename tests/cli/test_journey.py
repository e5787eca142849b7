"""The command line on a house with calls in it: in, redacted, listed, erased, backed up, restored, served."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from governance.config import Settings
from governance.recordings import queries
from governance.runtime import Actor, Runtime
from tests.cli.conftest import ROOT, Told, environment

Several = Callable[..., list[Told]]
SAMPLES = ROOT / "governance" / "samples"
GOOD = SAMPLES / "card-amex-correction.json"
BROKEN = SAMPLES / "broken-truncated.json"


def test_calls_come_in_and_what_fails_stops_no_other(several: Several, settings: Settings) -> None:
    first, again, listing, recheck = several(
        ["ingest", BROKEN, GOOD],
        ["ingest", "--no-redact", GOOD],
        ["recordings", "list", "--json"],
        ["redact", "recheck"],
    )
    assert first.code == 1
    (complaint,) = first.complaints
    assert complaint.startswith(f"{BROKEN}: ")
    assert "1 taken in, 0 known already, 1 refused." in first.out
    assert "1 released, 0 in quarantine. Found" in first.out
    assert (again.code, again.out) == (0, "0 taken in, 1 known already, 0 refused.\n")
    (shown,) = [json.loads(line) for line in listing.out.splitlines()]
    assert shown["state"] == "released"
    assert recheck.code == 0
    for path in settings.home.rglob("*"):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, f"{path} is not its owner's alone"


def test_what_is_not_there_is_said_and_what_is_held_back_is_named_as_its_source_names_it(
    several: Several, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    silent = SAMPLES / "no-transcript.json"
    taken, nothing, nowhere = several(
        ["ingest", silent], ["ingest", tmp_path / "empty"], ["ingest", tmp_path / "nowhere"]
    )
    external_id = json.loads(silent.read_bytes())["external_id"]
    assert f"  {external_id} (rec_" in taken.out
    assert nothing.code == 0
    assert nothing.complaints == [f"{tmp_path / 'empty'}: there is no recording in this folder"]
    assert nowhere.code == 1
    assert nowhere.complaints == [f"{tmp_path / 'nowhere'}: there is no such file or folder"]


def test_the_erased_stay_erased_through_an_older_backup(several: Several, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    *_, made, listing = several(
        ["ingest", GOOD], ["backup", "--out", backup], ["recordings", "list", "--json"]
    )
    assert made.code == 0
    assert "keys, anchor and erasure ledger" in made.out
    name = json.loads(listing.out)["id"]
    erased, rotated, over, restored, shown, audited = several(
        ["erase", name, "--reason", "subject_request"],
        ["keys", "rotate"],
        ["backup", "--out", backup],
        ["restore", backup],
        ["recordings", "show", name],
        ["audit", "self-audit"],
    )
    assert erased.code == 0
    assert "nobody can read it any more" in erased.out
    assert (rotated.code, over.code, restored.code) == (0, 1, 0), (rotated.err, over.err, restored.err)
    assert "1 erasure and 0 standing orders from the ledger carried out again" in restored.out
    assert shown.code == 1 or json.loads(shown.out)["state"] == "erased"
    assert audited.code == 0, audited.out + audited.err


@pytest.fixture
def server(settings: Settings) -> Iterator[subprocess.Popen[str]]:
    """`governance serve` on a free port, ended by its pid."""
    process = subprocess.Popen(
        [sys.executable, "-m", "governance", "serve", "--port", "0"], env=environment(settings), cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_a_server_answers_redacts_what_waits_keeps_a_restore_out_and_ends_when_told(
    several: Several, server: subprocess.Popen[str], settings: Settings, tmp_path: Path
) -> None:
    assert server.stdout is not None
    line = server.stdout.readline()
    assert line.startswith("Serving on http://127.0.0.1:")
    with urllib.request.urlopen(line.split()[-1] + "/healthz?pan=4111111111111111", timeout=30) as answer:
        assert answer.status == 200
        assert answer.headers["Server"] is None
    backup = tmp_path / "b"
    taken, _, refused = several(
        ["ingest", "--no-redact", GOOD], ["backup", "--out", backup], ["restore", backup]
    )
    assert taken.code == 0
    assert refused.code == 1
    assert "in use" in refused.complaints[0]
    assert _all_released(settings)
    server.send_signal(signal.SIGTERM)
    _, err = server.communicate(timeout=60)
    assert server.returncode == 0
    assert '"route": "/healthz"' in err
    assert "4111111111111111" not in err, "no query string is logged"
    assert "Traceback" not in err


def _all_released(settings: Settings) -> bool:
    runtime = Runtime.open(settings)
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with runtime.work(Actor.system("default", "svc_test"), write=False) as work:
                if queries.counts_by_state(work) == {"released": 1}:
                    return True
            time.sleep(0.2)
        return False
    finally:
        runtime.close()


def test_work_runs_the_jobs_alone_and_ends_when_told(settings: Settings) -> None:
    if settings.database_url.startswith("sqlite"):
        pytest.skip("the same code on the same kind of lock: once, on PostgreSQL, is enough")
    process = subprocess.Popen(
        [sys.executable, "-m", "governance", "work"], env=environment(settings), cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith("Working.")
    os.kill(process.pid, signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err == ""
