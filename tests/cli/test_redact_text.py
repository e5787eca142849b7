"""`governance redact text` and `redact transcript`, run as a person runs them."""

from __future__ import annotations

import argparse
import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from governance.cli import _lines, redact_text
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


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    """Let standard input say something."""
    return lambda data: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def test_standard_input_is_read(capsys: pytest.CaptureFixture[str], typed: Callable[[bytes], None]) -> None:
    typed(b"the cvv is 123\r\n")
    assert run("text") == 0
    assert capsys.readouterr().out == "the cvv is [CVV]\r\n"
    typed(vendors.ours())
    assert run("transcript", "-", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {span["entity"] for span in told["report"]["spans"]} == {"PAN", "CVV"}
    assert told["transcript"].keys() == json.loads(vendors.ours()).keys()


@pytest.mark.parametrize(
    "data", [b"4111 \xff", b"\xff\xfe4", b"4111 " * 5_000_000], ids=["latin", "half", "long"]
)
def test_what_cannot_be_read_is_said_and_not_shown(
    data: bytes, capsys: pytest.CaptureFixture[str], typed: Callable[[bytes], None]
) -> None:
    for kind in ("text", "transcript"):
        typed(data)
        assert run(kind) == 1
        told = capsys.readouterr()
        assert told.out == ""
        assert told.err.startswith(f"redact {kind}: ")
        assert "4111" not in told.err


def test_half_a_character_on_the_command_line_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("text", "4111 1111 1111 1111 \udcff") == 1
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "redact text: it is not UTF-8 text\n")


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
    assert captured.out.splitlines() == [
        "good.json: 2 spans masked", "late.vtt: 2 spans masked", "2 redacted, 1 failed: 4 spans masked",
    ]  # fmt: skip
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


@pytest.mark.parametrize(
    "words",
    [
        ["text", "x", "--file", "y"],
        ["text", "x", "--ndjson"],
        ["text", "--out", "y"],
        ["text", "--file", "y", "z"],
        ["transcript", "y", "z"],
        ["transcript", "."],
        ["transcript", "--ndjson", "y", "z"],
        ["transcript", "--jobs", "0"],
    ],
)
def test_a_command_line_that_makes_no_sense_ends_with_2(words: list[str]) -> None:
    def ended() -> int | str | None:
        try:
            return run(*words)
        except SystemExit as end:
            return end.code

    assert ended() == 2


def test_a_folder_is_walked_whatever_its_files_are_called(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls, out = tmp_path / "calls", tmp_path / "calls" / "clean"
    (calls / "march" / "3").mkdir(parents=True)
    (calls / "march" / "3" / "a.wav").write_bytes(vendors.webvtt())
    (calls / "march" / "no ending").write_bytes(vendors.ours())
    (calls / "b.json").write_bytes(b"RIFF\0\0\0\0WAVE")
    for _ in range(2):  # a second run does not take its own results for inputs
        assert run("transcript", str(calls), "--out", str(out)) == 0
        told = capsys.readouterr()
        assert told.out.splitlines() == [
            "march/no ending: 2 spans masked", "march/3/a.wav: 2 spans masked",
            "2 redacted, 1 left out: 4 spans masked",
        ]  # fmt: skip
        assert told.err == "1 file of the folders left out: no text\n"
        assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()) == [
            "march/3/a.wav", "march/3/a.wav.report.json", "march/no ending", "march/no ending.report.json",
        ]  # fmt: skip


def test_texts_of_a_folder_keep_their_line_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "one").write_bytes(b"card 4111 1111 1111 1111\r\nbye\r\n")
    (notes / "two").write_bytes("cvv 123 \u00e9".encode("utf-16"))
    assert run("text", "--file", str(notes), "--out", str(tmp_path / "out"), "--json", "--jobs", "1") == 0
    assert (tmp_path / "out" / "one").read_bytes() == b"card [PAN]\r\nbye\r\n"
    assert (tmp_path / "out" / "two").read_text() == "cvv [CVV] \u00e9"
    one, two, total = map(json.loads, capsys.readouterr().out.splitlines())
    assert (one["state"], one["spans"], two["spans"]) == ("redacted", {"PAN": 1}, {"CVV": 1})
    assert total == {"total": {"redacted": 2, "failed": 0, "left_out": 0, "spans": {"PAN": 1, "CVV": 1}}}


def test_no_result_replaces_another(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.json").write_bytes(vendors.ours())
    (tmp_path / "b" / "x.json.report.json").write_bytes(vendors.ours())
    words = ["transcript", str(tmp_path / "a"), str(tmp_path / "b"), "--out", str(tmp_path / "out")]
    assert run(*words) == 1
    told = capsys.readouterr()
    assert told.out.splitlines() == ["x.json: 2 spans masked", "1 redacted, 2 failed: 2 spans masked"]
    assert told.err.count("another input has this name") == 2


def test_lines_are_answered_one_by_one_and_in_order(
    capsys: pytest.CaptureFixture[str], typed: Callable[[bytes], None]
) -> None:
    lines = [
        json.dumps({"id": 7, "text": "card 4111 1111 1111 1111", "language": "en"}),
        json.dumps({"id": "c", "transcript": json.loads(vendors.ours())}),
        json.dumps({"id": "v", "transcript": vendors.webvtt().decode()}),
        json.dumps(json.loads(vendors.ours())),
        "",
        "4111 1111 1111 1111",
        '{"id": "4111111111111111", "text": "x"}',
        '{"id": "t", "text": 4111111111111111}',
        '{"id": "s", "text": "4111 1111 1111 1111 \\ud83d"}',
        '{"id": "l", "text": "4111 1111 1111 1111", "language": "xx"}',
        '{"number": "4111 1111 1111 1111"}',
        '{"id": "n", "transcript": {"words": [{"text": "x", "start_ms": NaN}]}}',
        "[" * 100_000,
        '{"id": "last", "text": "good"}',
    ]
    typed(b"\xef\xbb\xbf" + "\n".join(lines).encode())
    assert run("text", "--ndjson") == 1
    told = capsys.readouterr()
    assert "4111" not in told.out + told.err
    assert told.err == "redact text: 8 of 13 lines failed\n"
    rows = [json.loads(row) for row in told.out.splitlines()]
    assert rows[0] == {"id": 7, "text": "card [PAN]"}
    assert rows[1].keys() == {"id", "transcript"}
    assert rows[1]["transcript"] == rows[3]
    assert rows[2]["transcript"].startswith("WEBVTT")
    assert [row.get("line") for row in rows[4:]] == [6, 7, 8, 9, 10, 11, 12, 13, None]
    assert [row.get("id") for row in rows[4:]] == [None, None, "t", "s", "l", None, None, None, "last"]
    assert all(row["error"] and row["detail"] for row in rows[4:-1])


def test_lines_come_with_their_reports_where_asked(
    capsys: pytest.CaptureFixture[str], typed: Callable[[bytes], None]
) -> None:
    typed(b'{"id": "a", "text": "cvv 123"}\n' + json.dumps(json.loads(vendors.ours())).encode())
    assert run("transcript", "--ndjson", "--json") == 0
    text, document = map(json.loads, capsys.readouterr().out.splitlines())
    assert text["spans"][0]["entity"] == "CVV"
    assert {span["entity"] for span in document["report"]["spans"]} == {"PAN", "CVV"}


def test_many_lines_in_several_processes_keep_their_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    many = tmp_path / "many"
    many.write_text("".join(f'{{"id": {at}, "text": "cvv 123"}}\n' for at in range(700)))
    assert run("text", "--ndjson", "--file", str(many), "--out", str(tmp_path / "out"), "--jobs", "2") == 0
    rows = [json.loads(row) for row in (tmp_path / "out" / "many").read_text().splitlines()]
    assert rows == [{"id": at, "text": "cvv [CVV]"} for at in range(700)]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["many"]


def test_a_line_longer_than_lines_may_be_fails_alone() -> None:
    source = io.BytesIO(b"short\n" + b"4" * 5_000 + b"\nnext\n" + b"4" * 5_000)
    (portion,) = _lines.portions(source, 1_000)
    assert [(line.number, line.data) for line in portion] == [
        (1, b"short\n"),
        (2, None),
        (3, b"next\n"),
        (4, None),
    ]


def test_a_file_of_lines_is_told_apart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    many = tmp_path / "calls.json"
    many.write_bytes(json.dumps(json.loads(vendors.ours())).encode() + b"\n{}\n")
    assert run("transcript", str(many)) == 1
    assert "--ndjson" in capsys.readouterr().err
