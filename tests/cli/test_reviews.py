"""Reviews from the command line: listed, read, decided, weighed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from governance.__main__ import main
from governance.config import Settings
from governance.recordings import intake
from governance.recordings.importers import sidecar
from governance.redaction import casefile, service
from governance.runtime import Actor, Runtime

ROOT = Path(__file__).resolve().parents[2]
CALL = ROOT / "governance" / "samples" / "card-visa-single-digits.json"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Say:
    """Run a command line under a policy that is sure of nothing; return its exit code and what it printed."""
    for name, value in (
        ("HOME", settings.home), ("DATABASE_URL", settings.database_url), ("KEYS", settings.keys),
        ("ANCHOR", settings.anchor), ("LEDGER", settings.ledger), ("POLICIES", doubtful(tmp_path)),
    ):  # fmt: skip
        monkeypatch.setenv(f"GOVERNANCE_{name}", str(value))

    def run(*words: str) -> tuple[int, str, str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, out, err

    return run


def doubtful(tmp_path: Path) -> Path:
    folder = tmp_path / "policies"
    folder.mkdir()
    for path in (ROOT / "policies").iterdir():
        if path.is_dir():
            (folder / path.name).symlink_to(path)
        elif path.suffix == ".yaml":
            (folder / path.name).write_bytes(path.read_bytes())
    redaction = yaml.safe_load((folder / "redaction.yaml").read_text())
    (folder / "redaction.yaml").write_text(yaml.safe_dump({**redaction, "review_below": 1.0}))
    return folder


@pytest.fixture
def released(runtime: Runtime) -> str:
    """A released call, every finding of which is for review."""
    before = runtime.policies.default
    unsure = before.redaction.model_copy(update={"review_below": 1.0})
    runtime.policies = type(runtime.policies)(replace(before, redaction=unsure), {})
    cli = Actor(kind="admin", id="cli", tenant="default", role="administrator")
    made = intake.ingest(runtime, cli, sidecar.read(CALL)).recording_id
    assert service.redact(runtime, cli, made).state == "released"
    return made


def test_a_finding_is_read_and_widened_from_the_command_line(released: str, say: Say) -> None:
    code, out, _ = say("reviews", "list", "--entity", "PAN", "--json")
    item = json.loads(out)
    assert (code, item["recording_id"], item["state"]) == (0, released, "open")
    assert item["id"] in say("reviews", "list", "--recording", released)[1]
    wider = ("--first", str(item["first_word"] - 1), "--last", str(item["last_word"]))
    code, _, err = say("reviews", "decide", item["id"], "widen", *wider)
    assert (code, "read the passage first" in err) == (1, True)
    code, out, _ = say("reviews", "read", item["id"])
    assert code == 0
    assert f"{item['first_word']}:>[PAN]<" in out
    assert ">four<" in out.lower()
    assert say("reviews", "decide", item["id"], "widen", "--last", "3")[0] == 1
    code, out, _ = say("reviews", "decide", item["id"], "widen", *wider)
    assert (code, "redacted again: released" in out) == (0, True)
    code, out, _ = say("reviews", "list", "--state", "decided", "--language", "en")
    assert (code, out.count("widen")) == (0, 1)
    code, out, _ = say("reviews", "thresholds")
    assert "PAN: threshold" in out
    assert "right 1 of 1" in out
    assert json.loads(say("reviews", "thresholds", "--json")[1])[0]["proposal"]["change"] == "keep"


def test_a_long_list_goes_on_where_a_page_ended(released: str, say: Say) -> None:
    code, out, err = say("reviews", "list", "--limit", "2")
    assert (code, len(out.splitlines())) == (0, 2)
    rest = say("reviews", "list", "--limit", "2", "--after", err.split()[-1])
    assert len(rest[1].splitlines()) == 1
    assert say("reviews", "list", "--after", "bogus")[0] == 1


def test_without_a_decision_no_threshold_is_weighed(runtime: Runtime, say: Say) -> None:
    assert "Nothing has been decided yet" in say("reviews", "thresholds")[1]


def test_decisions_are_written_as_cases_that_hold_nothing_of_the_call(
    released: str, say: Say, tmp_path: Path
) -> None:
    for item in map(json.loads, say("reviews", "list", "--json")[1].splitlines()):
        assert say("reviews", "read", item["id"])[0] == 0
        assert say("reviews", "decide", item["id"], "accept")[0] == 0
    code, out, err = say("reviews", "export", "--out", str(tmp_path / "cases"))
    files = sorted((tmp_path / "cases").iterdir())
    assert (code, len(files)) == (0, 2)
    assert out.startswith("2 written")
    assert "Left out 1: a part of what was decided about is gone." in err
    for path in files:
        told = path.read_text()
        assert released not in told
        assert casefile.holds(casefile.read(json.loads(told)))
    assert say("reviews", "export", "--out", str(tmp_path), "--purpose", "training")[0] == 1


def test_the_certificate_of_a_release_is_printed_as_the_bytes_that_are_hashed(
    released: str, say: Say
) -> None:
    code, out, _ = say("recordings", "certificate", released)
    told = json.loads(out)
    exact = json.dumps(told["certificate"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert code == 0
    assert exact in out
    assert hashlib.sha256(exact.encode()).hexdigest() == told["sha256"]
    code, _, err = say("recordings", "certificate", released, "--certificate", "cer_" + "0" * 32)
    assert code == 1
    assert "no such certificate" in err
