"""`governance audit` at the command line: what it finds, what it refuses, and the codes it ends with."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Told

Several = Callable[..., list[Told]]


def test_the_log_is_searched_by_login_and_a_search_for_nothing_there_is_is_an_error(several: Several) -> None:
    _init, made, found, nope, malformed, nowhere, misspelled = several(
        ["init"],
        ["account", "add", "ada", "--role", "administrator"],
        ["audit", "search", "--person", "ada"],
        ["audit", "search", "--act", "nope"],
        ["audit", "search", "--recording", "rec_1"],
        ["audit", "search", "--purpose", "quality", "--source", "192.0.2.1"],
        ["audit", "search", "--purpose", "Quality!"],
    )
    assert made.code == 0, made.err
    assert "account.created" in {json.loads(line)["act"] for line in found.out.splitlines()}
    assert nope.code == 1
    assert "recording.playback" in nope.complaints[0]
    assert (malformed.code, malformed.out) == (1, "")
    assert "rec_" in malformed.complaints[0]
    assert (nowhere.code, nowhere.out) == (0, "")
    assert (misspelled.code, misspelled.out) == (1, "")


def test_a_bundle_ends_with_the_code_that_says_what_is_known_of_it(several: Several, tmp_path: Path) -> None:
    bundle, trust = tmp_path / "bundle", tmp_path / "trust.txt"
    *_, printed = several(["init"], ["audit", "bundle", "--out", bundle], ["audit", "trust"])
    trust.write_text(printed.out)
    checks: list[list[object]] = [
        ["audit", "verify", bundle, "--policy", trust],
        ["audit", "verify", bundle],
        ["audit", "verify", tmp_path / "nothing", "--policy", trust],
        ["audit", "verify", bundle, "--policy", tmp_path / "nothing"],
        ["audit", "verify", bundle, "--policy", bundle / "VERIFY.md"],
    ]
    assert [told.code for told in several(*checks)] == [0, 3, 2, 2, 2]
    (entries,) = (bundle / "tile/entries").rglob("000.p/*")
    entries.write_bytes(entries.read_bytes().replace(b'"success"', b'"failure"'))
    (damaged,) = several(checks[0])
    assert damaged.code == 1
    assert "entry 0 " in damaged.err


def test_sinks_are_listed_and_a_reset_that_would_leave_a_gap_is_refused(several: Several) -> None:
    _init, bare, listed, unknown = several(
        ["init"],
        ["audit", "sinks"],
        ["audit", "sinks", "list", "--json"],
        ["audit", "sinks", "reset", "soc", "--from", "0"],
    )
    assert (bare.code, bare.out, listed.code, listed.out) == (0, "", 0, "")
    assert unknown.code == 1
    assert "no such sink" in unknown.complaints[0]


def test_a_search_is_taken_out_into_a_new_file_and_leaves_none_where_it_fails(
    several: Several, tmp_path: Path
) -> None:
    whole, again, wrong = tmp_path / "log.jsonl", tmp_path / "log.jsonl", tmp_path / "wrong.csv"
    _init, _made, taken, twice, refused, shown, found = several(
        ["init"],
        ["account", "add", "ada", "--role", "administrator"],
        ["audit", "export", "--format", "jsonl", "--out", whole],
        ["audit", "export", "--format", "jsonl", "--out", again],
        ["audit", "export", "--act", "nope", "--out", wrong],
        ["audit", "export", "--act", "audit.exported"],
        ["audit", "search", "--act", "audit.exported"],
    )
    assert (taken.code, taken.out) == (0, ""), taken.err
    assert json.loads(whole.read_text().splitlines()[-1])["idx"] == 0
    assert (twice.code, refused.code) == (1, 1)
    assert "there already" in twice.complaints[0]
    assert not wrong.exists()
    assert shown.out.startswith("origin,idx,leaf_hash,id,at,act,")
    assert [json.loads(line)["det"]["format"] for line in found.out.splitlines()] == ["csv", "jsonl"]
