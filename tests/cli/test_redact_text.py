"""`governance redact text` and `redact transcript`, run as a person runs them."""

from __future__ import annotations

import argparse
import io
import json
import sys
from pathlib import Path

import pytest

from governance.cli import redact_text
from governance.redaction.spans import Entity, Span
from tests.redaction import vendors


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    redact_text.register(parser.add_subparsers(required=True))
    arguments = parser.parse_args(words)
    arguments.tenant = "default"
    code: int = arguments.run(arguments)
    return code


def test_a_text_is_printed_redacted(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("text", "card 4111 1111 1111 1111 cvv 123, mail a.b@example.com") == 0
    assert capsys.readouterr().out == "card [PAN] cvv [CVV], mail [EMAIL]\n"


def test_standard_input_is_read(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("the cvv is 123\n"))
    assert run("text") == 0
    assert capsys.readouterr().out == "the cvv is [CVV]\n"


def test_spans_are_printed_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("text", "--json", "card 4111 1111 1111 1111") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["text"] == "card [PAN]"
    assert [(span["start"], span["end"], span["entity"]) for span in told["spans"]] == [(5, 24, "PAN")]
    assert {"policy", "detectors", "language"} <= set(told)


def test_an_unknown_language_fails(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("text", "--language", "xx", "4111 1111 1111 1111") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "4111" not in captured.err


def test_transcripts_and_reports_are_written_and_a_bad_file_stops_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good, bad, late = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "late.vtt"
    good.write_bytes(vendors.ours())
    bad.write_bytes(b'{"number": "4111 1111 1111 1111"}')
    late.write_bytes(vendors.webvtt())
    out = tmp_path / "out"
    assert run("transcript", str(good), str(bad), str(late), "--out", str(out)) == 1
    assert sorted(path.name for path in out.iterdir()) == [
        "good.json", "good.json.report.json", "late.vtt", "late.vtt.report.json",
    ]  # fmt: skip
    captured = capsys.readouterr()
    assert captured.out.splitlines() == ["good.json: 2 spans masked", "late.vtt: 2 spans masked"]
    assert f"{bad}: " in captured.err
    assert "4111" not in captured.err
    report = json.loads((out / "good.json.report.json").read_text())
    assert {span["entity"] for span in report["spans"]} == {"PAN", "CVV"}
    assert set(report["spans"][0]) == {
        "start_ms",
        "end_ms",
        "channel",
        "entity",
        "timing",
        "score",
        "because",
    }
    assert report["second_look"] == "clean"
    assert {"policy", "detectors", "format"} <= set(report)


def test_the_source_is_never_overwritten(tmp_path: Path) -> None:
    source = tmp_path / "call.json"
    source.write_bytes(vendors.ours())
    assert run("transcript", str(source), "--out", str(tmp_path)) == 1
    assert source.read_bytes() == vendors.ours()


def test_what_a_second_look_finds_left_is_not_given_away(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Span(0, 1, Entity.PAN, 0.5, "whatever is masked")]
    monkeypatch.setattr("governance.redaction.looser.examine", lambda *_w, **_n: found)
    source = tmp_path / "call.json"
    source.write_bytes(vendors.ours())
    out = tmp_path / "out"
    assert run("transcript", str(source), "--out", str(out)) == 1
    assert list(out.iterdir()) == []
    assert run("text", "card 4111 1111 1111 1111") == 1
    assert run("text", "--json", "card 4111 1111 1111 1111") == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("A second look finds") == 3
    assert "4111" not in captured.err


def test_a_text_and_a_file_are_one_too_many(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        run("text", "x", "--file", str(tmp_path / "y"))
    assert ended.value.code == 2
