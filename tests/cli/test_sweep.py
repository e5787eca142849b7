"""`governance sweep`, `retention event` and `policy diff`, as people have them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from governance import policy
from governance.config import Settings
from tests.cli.conftest import ROOT, Told

Several = Callable[..., list[Told]]
GOOD = ROOT / "governance" / "samples" / "card-amex-correction.json"

SOON = """version: "soon"
default:
  because: Nobody needs a call of the past.
  stages: [{action: erase, period: {days: 1}}]
"""
NEVER = """version: "shadow"
rules:
  - {name: all_cards, because: The first of the two., when: {found: [card_data]}, stages: [{action: erase, period: {years: 9}}]}
  - {name: codes, because: The second of the two., when: {found: [CVV]}, stages: [{action: erase, period: {days: 1}}]}
default:
  because: Nobody needs a call of the past.
  stages: [{action: erase, period: {years: 90}}]
"""


@pytest.fixture
def policies(tmp_path: Path) -> Callable[[str, str], Path]:
    """Make a folder of the shipped policies with another retention.yaml, and return it."""

    def made(name: str, content: str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for path in policy.default_folder().iterdir():
            if path.is_dir():
                (folder / path.name).symlink_to(path)
            elif path.suffix == ".yaml":
                (folder / path.name).write_bytes(path.read_bytes())
        (folder / "retention.yaml").write_text(content, encoding="utf-8")
        return folder

    return made


def test_what_is_due_is_shown_erased_and_proven(
    several: Several,
    settings: Settings,
    policies: Callable[[str, str], Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GOVERNANCE_POLICIES", str(policies("soon", SOON)))
    _, dry, nothing_yet, swept, again, proof, bad = several(
        ["ingest", GOOD],
        ["sweep", "--dry-run"],
        ["recordings", "list"],
        ["sweep", "--json"],
        ["sweep"],
        ["sweep", "--prove", "--json"],
        ["sweep", "--prove", "--dry-run"],
    )
    assert "1  to be erased           default" in dry.out
    assert "Nothing was written: this was a dry run." in dry.out
    assert "call-0005" in nothing_yet.out
    assert json.loads(swept.out)["done"] == [
        {"month": "now", "rule": "default", "action": "erase", "count": 1}
    ]
    assert again.out == "Nothing is due.\n"
    told = json.loads(proof.out)
    assert (proof.code, told["holds"], told["counts"]["recordings"]) == (0, True, 0)
    assert (bad.code, len(bad.complaints)) == (1, 1)


def test_a_change_of_policy_is_compared_and_a_rule_in_the_shadow_is_warned_of(
    several: Several, policies: Callable[[str, str], Path]
) -> None:
    soon, never = policies("soon", SOON), policies("never", NEVER)
    _, diff, files, same, check, missing = several(
        ["ingest", GOOD],
        ["policy", "diff", never, soon],
        ["policy", "diff", never / "retention.yaml", soon / "retention.yaml", "--json"],
        ["policy", "diff", soon, soon],
        ["policy", "check", never],
        ["policy", "diff", soon, soon / "nothing.yaml"],
    )
    assert diff.code == 0, diff.err
    assert diff.out.startswith(
        "1 recording, 0 of them as before.\n\nAt once due:\n        1  erase         sooner"
    )
    found = json.loads(files.out)
    assert (found["recordings"], found["unchanged"], len(found["at_once"]) + len(found["moves"])) == (1, 0, 1)
    assert same.out == "1 recording, 1 of them as before.\n"
    assert check.code == 0
    assert "the rule codes can never win: all_cards, which stands before it" in check.err
    assert missing.code == 1


def test_an_event_is_noted_for_a_recording_or_a_customer(several: Several) -> None:
    _, listed = several(["ingest", "--no-redact", GOOD], ["recordings", "list", "--json"])
    recording = json.loads(listed.out)["id"]
    noted, nobody, neither, naive = several(
        ["retention", "event", "case_closed", recording, "--at", "2026-03-01T00:00:00+00:00"],
        [
            "retention",
            "event",
            "contract_ended",
            "--customer-number",
            "K-4711",
            "--at",
            "2026-03-01T00:00:00+00:00",
        ],
        ["retention", "event", "contract_ended", "--at", "2026-03-01T00:00:00+00:00"],
        ["retention", "event", "contract_ended", recording, "--at", "2026-03-01"],
    )
    assert noted.out == "Noted for 1 recording.\n"
    assert [one.code for one in (nobody, neither, naive)] == [1, 1, 1]
