"""Killed at every statement of the sequencer and of the signer, beside three processes that go on (the design's section 8, item 4).

A process is forked again and again, each time to die one step later: before and after each statement and commit, and
around each sync and rename of the anchor. Whatever was signed is noted by the key itself, so that a signature whose
transaction never committed counts as well.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from governance.audit import queries
from governance.audit import service as audit
from governance.runtime import Actor, Runtime

TENANT = "default"
WRITERS = 3

PROGRAM = '''
import os, random, signal, sys, time
from pathlib import Path
import sqlalchemy as sa
from sqlalchemy import event
from governance import policy
from governance.audit import service as audit
from governance.clock import SystemClock
from governance.config import Settings
from governance.db import make_engine
from governance.keys import LocalKeys
from governance.runtime import Actor, Runtime
from governance.storage.local import LocalBlobs

role, signed, stop = sys.argv[1], sys.argv[2], Path(sys.argv[3])

class NotingKeys(LocalKeys):
    """Keys that write down what they sign, before anybody has the signature."""
    def sign(self, origin, data):
        with open(signed, "ab", buffering=0) as file:
            file.write(data.split(b"\\n")[1] + b" " + data.split(b"\\n")[2] + b"\\n")
        return super().sign(origin, data)

def opened():
    settings = Settings.from_env()
    return Runtime(settings, make_engine(settings.database_url), NotingKeys(settings.keys),
                   LocalBlobs(settings.blobs), policy.load(settings.policies), SystemClock())

def actor(name):
    return Actor(kind="user", id=f"usr_{name}", tenant="default")

def write():
    runtime, chance, number = opened(), random.Random(role), 0
    while not stop.exists():
        number += 1
        try:
            with runtime.work(actor(role)) as work:
                made = audit.record(work, "recording.read", det={"number": number})
                if chance.random() < 0.15:
                    raise ZeroDivisionError
            print(made, flush=True)
        except ZeroDivisionError:
            pass
        if chance.random() < 0.3:
            audit.sequence(runtime, "default")
        if chance.random() < 0.2:
            audit.publish(runtime, "default")
        time.sleep(0.02)

def die_at(step, engine):
    """Kill this process at its `step`-th step from here on."""
    left = [step]
    def count(*_given, **_names):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
        event.listen(engine, name, count)
    def around(act):
        def counted(*given, **names):
            count()
            found = act(*given, **names)
            count()
            return found
        return counted
    os.fsync = around(os.fsync)
    Path.rename = around(Path.rename)
    engine.dialect.do_commit = around(engine.dialect.do_commit)

def die_everywhere():
    step = 0
    while True:
        step += 1
        child = os.fork()
        if child == 0:
            runtime = opened()
            with runtime.work(actor(f"killed{step}")) as work:
                made = audit.record(work, "recording.read")
            print(made, flush=True)
            die_at(step, runtime.engine)
            audit.sequence(runtime, "default", wait=True)
            audit.publish(runtime, "default")
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            print("through after", step, flush=True)
            assert os.WEXITSTATUS(status) == 0
            return
        assert os.WTERMSIG(status) == signal.SIGKILL

die_everywhere() if role == "killed" else write()
'''


def start(runtime: Runtime, role: str, signed: Path, stop: Path) -> subprocess.Popen[str]:
    settings = runtime.settings
    env = {
        **os.environ,
        "GOVERNANCE_HOME": str(settings.home),
        "GOVERNANCE_DATABASE_URL": settings.database_url,
        "GOVERNANCE_KEYS": str(settings.keys),
        "GOVERNANCE_ANCHOR": str(settings.anchor),
        "GOVERNANCE_LEDGER": str(settings.ledger),
    }
    command = [sys.executable, "-c", PROGRAM, role, str(signed), str(stop)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
def test_a_kill_at_any_statement_of_sequencer_or_signer_loses_nothing_and_signs_nothing_twice(
    runtime: Runtime, actor: Actor, tmp_path: Path
) -> None:
    with runtime.work(actor) as work:
        audit.open_log(work)
    signed, stop = tmp_path / "signed", tmp_path / "stop"
    writers = [start(runtime, f"w{number}", signed, stop) for number in range(WRITERS)]
    try:
        doomed = start(runtime, "killed", signed, stop)
        *committed, through = (doomed.communicate(timeout=300)[0]).splitlines()
        assert doomed.returncode == 0
    finally:
        stop.touch()
    steps = int(through.removeprefix("through after "))
    assert steps > 30, "fewer steps than sequencer and signer have statements: not everything was tried"
    assert len(committed) == steps
    for writer in writers:
        out, _err = writer.communicate(timeout=120)
        assert writer.returncode == 0
        committed += out.split()

    audit.sequence(runtime, TENANT, wait=True)
    checkpoint = audit.publish(runtime, TENANT)
    logged, indexes = everything(runtime, actor)
    assert indexes == list(range(len(indexes)))
    assert checkpoint is not None
    assert checkpoint.size == len(indexes)
    assert len(set(logged)) == len(logged)
    assert set(logged) == set(committed), "an entry for each act that committed, and for no other"
    roots = defaultdict(set)
    for line in signed.read_text().splitlines():
        size, root = line.split(" ")
        roots[size].add(root)
    assert len(roots) > 10
    assert {size: found for size, found in roots.items() if len(found) > 1} == {}
    result = audit.self_audit(runtime, actor)
    assert result.holds, result.because


def everything(runtime: Runtime, actor: Actor) -> tuple[list[str], list[int]]:
    """Return the ids of the acts in the log and the places of all its entries, in order."""
    logged: list[str] = []
    indexes: list[int] = []
    before = None
    with runtime.work(actor) as work:
        while True:
            page = queries.search(work, before=before, limit=500)
            logged += [entry.id for entry in page.entries if entry.act == "recording.read"]
            indexes += [entry.idx for entry in page.entries]
            before = page.next
            if before is None:
                return logged, indexes[::-1]
