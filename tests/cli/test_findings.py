"""Findings from the command line: looked for, listed, shown, assigned, noted, checked."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable

import pytest

from governance.__main__ import main
from governance.config import Settings
from governance.findings import service as findings
from governance.runtime import Actor, Runtime

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command line and return its exit code and what it printed."""
    monkeypatch.setenv("GOVERNANCE_HOME", str(settings.home))
    monkeypatch.setenv("GOVERNANCE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("GOVERNANCE_KEYS", str(settings.keys))
    monkeypatch.setenv("GOVERNANCE_ANCHOR", str(settings.anchor))
    monkeypatch.setenv("GOVERNANCE_LEDGER", str(settings.ledger))

    def run(*words: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        code = main(words)
        out, _ = capsys.readouterr()
        return code, out

    return run


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_finding_is_worked_on_from_the_command_line(runtime: Runtime, actor: Actor, say: Say) -> None:
    with runtime.work(actor) as work:
        findings.note_job(work, "beat", "OperationalError")
    assert say("account", "add", "dora", "--role", "dpo")[0] == 0
    code, out = say("findings", "check")
    assert (code, "1 opened, 0 opened again, 0 closed." in out) == (1, True)
    code, out = say("findings", "list", "--kind", "job_failing", "--owner", "administrator", "--json")
    facts = json.loads(out)
    assert (code, facts["subject_id"], facts["state"]) == (0, "beat", "open")
    assert facts["id"] in say("findings", "list")[1]
    assert say("findings", "list", "--late")[1] == ""
    assert say("findings", "assign", facts["id"], "dora") == (0, f"{facts['id']}: assigned to dora.\n")
    assert say("findings", "assign", facts["id"])[1] == f"{facts['id']}: back to the role administrator.\n"
    assert say("findings", "note", facts["id"], typed="The disk is full.\n")[0] == 0
    assert say("findings", "note", facts["id"], typed="4111 1111 1111 1111\n")[0] == 1
    code, out = say("findings", "check", facts["id"])
    assert (code, "open. It has failed since" in out) == (1, True)
    with runtime.work(actor) as work:
        findings.note_job(work, "beat", None)
    assert say("findings", "check", facts["id"]) == (0, f"{facts['id']}: closed. Its check passes.\n")
    shown = json.loads(say("findings", "show", facts["id"])[1])
    assert [one["act"] for one in shown["history"]] == [
        "opened", "assigned", "assigned", "noted", "checked", "checked", "closed",
    ]  # fmt: skip
    assert shown["history"][3]["text"] == "The disk is full."
    assert shown["path"]["owner"] == "administrator"
    assert say("findings", "list")[1] == ""
    assert say("findings", "list", "--kind", "nothing")[0] == 1
