"""The door: what it lists, what it refuses, and that every error is one line without a traceback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from governance import __main__, __version__, cli
from governance.cli import COMMANDS
from tests.cli.conftest import ROOT, Told

Governance = Callable[..., Told]


def test_help_lists_every_command(governance: Governance) -> None:
    told = governance("--help")
    assert told.code == 0
    for command in COMMANDS:
        assert command.name in told.out
    assert told.err == ""


def test_help_imports_nothing_that_takes_time() -> None:
    asked = (
        "import sys; from governance.__main__ import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    )
    heavy = "print(sorted(m for m in ('pydantic', 'sqlalchemy', 'numpy', 'rich', 'fastapi', 'orjson') if m in sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", asked + heavy], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_command_has_its_own_help_with_a_summary(
    command: cli.Command, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parse([command.name, "--help"])
    assert ended.value.code == 0
    assert f"governance {command.name}" in capsys.readouterr().out


def test_the_version_is_told(governance: Governance) -> None:
    assert governance("--version").out == f"governance {__version__}\n"


@pytest.mark.parametrize("words", [["redact"], ["ingest"], ["key", "create"], ["redact", "transcript"]])
def test_the_help_of_what_people_do_first_shows_an_example(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.parse([*words, "--help"])
    assert f"Example: governance {' '.join(words[:1])}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["frobnicate"],
        ["ingest"],
        ["backup"],
        ["erase", "rec_1"],
        ["erase", "rec_1", "--reason", "she asked for it"],
        ["redact"],
        ["keys"],
        ["serve", "--port", "many"],
        ["--tenant"],
    ],
)
def test_a_command_line_that_makes_no_sense_ends_with_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parse(words)
    assert ended.value.code == 2
    assert "usage: governance" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["--tenant", "acme", "recordings", "list"],
        ["recordings", "--tenant", "acme", "list"],
        ["recordings", "list", "--tenant=acme"],
    ],
)
def test_the_tenant_may_stand_anywhere(words: list[str]) -> None:
    arguments = cli.parse(words)
    assert (arguments.tenant, arguments.command, arguments.what) == ("acme", "recordings", "list")


def test_a_tenant_after_two_dashes_is_a_word_like_any_other() -> None:
    arguments = cli.parse(["redact", "text", "--", "--tenant"])
    assert (arguments.tenant, arguments.text) == ("default", "--tenant")


REFUSED = {
    "a setting that cannot be used": (["recordings", "list"], {"GOVERNANCE_PORT": "eighty"}, "GOVERNANCE_PORT"),
    "a database of a kind that is not known": (["init"], {"GOVERNANCE_DATABASE_URL": "mysql://x/y"}, "SQLite or PostgreSQL"),
    "keys beside the database in production": (["init"], {"GOVERNANCE_ENV": "production"}, "GOVERNANCE_KEYS"),
    "policies that are not there": (["policy", "check", "nowhere"], {}, "nowhere"),
    "a data folder nobody made": (["account", "list"], {}, "no data folder at"),
    "a database nobody made": (["backup", "--out", "b"], {"GOVERNANCE_DATABASE_URL": "sqlite:////nowhere/x.db"}, "no database at /nowhere/x.db"),
    "a setting that does not exist": (["init"], {"GOVERNANCE_HOMES": "x"}, "GOVERNANCE_HOMES is no setting; did you mean GOVERNANCE_HOME?"),
    "a log level that does not exist": (["init"], {"GOVERNANCE_LOG_LEVEL": "LOUD"}, "GOVERNANCE_LOG_LEVEL must be one of"),
    "a backup that is none": (["restore", "."], {}, "no whole backup"),
    "a port that cannot be had": (["serve", "--port", "70000"], {}, "cannot listen"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_one_line_and_ends_with_1(
    case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words, settings, said = REFUSED[case]
    monkeypatch.chdir(tmp_path)
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert __main__.main(words) == 1
    out, err = capsys.readouterr()
    (line,) = Told(1, out, err).complaints
    assert line.startswith("governance: ")
    assert said in line
    assert out == ""
    assert "nobody made" not in case or list(tmp_path.iterdir()) == []


def test_a_refusal_of_a_real_process_is_one_line_without_a_traceback(governance: Governance) -> None:
    made = governance("init")
    assert made.code == 0
    assert len(made.err.splitlines()) == 2, (
        "what is unsafe about the default places is said where they are made"
    )
    told = governance("erase", "rec_1", "--reason", "unlawful")
    assert (told.code, told.out, told.err) == (1, "", "governance: there is no such recording\n")
    told = governance("--tenant", "acme", "recordings", "list")
    assert told.code == 1
    assert "no such tenant" in told.err


def test_recordings_may_be_taken_into_a_new_house_and_it_is_said_that_it_is_new(
    governance: Governance, tmp_path: Path
) -> None:
    first, again = governance("ingest", "nowhere"), governance("ingest", "nowhere")
    made = f"governance: warning: there was no data folder at {tmp_path / '.governance'}: a new one is made"
    assert first.err.splitlines()[0] == made
    assert again.err == "nowhere: there is no such file or folder\n"


def test_a_database_that_cannot_be_reached_is_told_without_its_password(governance: Governance) -> None:
    url = "postgresql://someone:sesame@127.0.0.1:1/nothing"
    told = governance("init", GOVERNANCE_DATABASE_URL=url)
    assert told.code == 1
    (line,) = told.complaints
    assert "cannot be reached" in line
    assert "sesame" not in told.err


def test_an_error_nobody_foresaw_is_told_by_type_and_place_and_never_quoted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from governance import policy

    def fail(_folder: object) -> None:
        raise ValueError("4111 1111 1111 1111")

    monkeypatch.setattr(policy, "load", fail)
    assert __main__.main(["policy", "check", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "ValueError at test_main.py:" in told
    assert "4111" not in told
    assert len(told.splitlines()) == 1


def test_whoever_stops_reading_early_causes_no_noise(tmp_path: Path) -> None:
    command = f"{sys.executable} -m governance policy check | true"
    done = subprocess.run(
        command, shell=True, cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ
    )
    assert done.stderr == ""


def test_policies_are_checked_without_a_data_folder(governance: Governance, tmp_path: Path) -> None:
    told = governance("policy", "check", ROOT / "policies")
    assert told.code == 0
    assert "Digest" in told.out
    assert list(tmp_path.iterdir()) == []


def test_a_policy_that_cannot_be_obeyed_is_named(governance: Governance, tmp_path: Path) -> None:
    for name in ("access", "purposes", "redaction"):
        text = (ROOT / "policies" / f"{name}.yaml").read_text()
        (tmp_path / f"{name}.yaml").write_text(text + ("\nsurprise: 1\n" if name == "access" else ""))
    told = governance("policy", "check", tmp_path)
    assert told.code == 1
    (line,) = told.complaints
    assert "access.yaml" in line


@pytest.mark.parametrize(
    "words",
    [["policy", "check"], ["init"], ["redact", "text", "x"], ["redact", "audio", "x.wav", "--out", "o"]],
)
def test_a_language_that_no_detector_knows_stops_the_start(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    own = tmp_path / "policies" / "redaction.yaml"
    own.write_text(re.sub(r"(?m)^languages: .*$", "languages: [en-GB, sv]", own.read_text()))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GOVERNANCE_POLICIES", str(tmp_path / "policies"))
    assert __main__.main(words) == 1
    assert "languages: no detector knows sv; known: de, en, es, fr, it, nl, pt" in capsys.readouterr().err
