"""`governance redact audio` and `governance detect dtmf` as a person calls them."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import pytest

from governance import cli
from governance.errors import InvalidError
from governance.redaction import audio, dtmf
from tests.redaction import media_files, sounds


def run(*words: str | Path) -> int:
    arguments = cli.parse([str(word) for word in words])
    return int(arguments.run(arguments) or 0)


def test_a_file_that_fails_leaves_no_output_and_the_others_go_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ("keyed-visa", "broken-truncated", "keyed-amex")
    out = tmp_path / "out"
    code = run("redact", "audio", *(sounds.SAMPLES / f"{name}.wav" for name in names), "--out", out,
               "--transcripts", sounds.SAMPLES)  # fmt: skip
    assert code == 1
    assert sorted(path.name for path in out.iterdir()) == [
        "keyed-amex.wav", "keyed-amex.wav.report.json", "keyed-visa.wav", "keyed-visa.wav.report.json",
    ]  # fmt: skip
    told = capsys.readouterr()
    assert "broken-truncated.wav: The WAV file is cut short" in told.err
    assert "not examined" not in told.out
    before = audio.probe(io.BytesIO((sounds.SAMPLES / "keyed-visa.wav").read_bytes()))
    assert audio.probe(io.BytesIO((out / "keyed-visa.wav").read_bytes())) == before
    with (out / "keyed-visa.wav").open("rb") as copy:
        assert dtmf.listen(copy) == []
    report = json.loads((out / "keyed-visa.wav.report.json").read_text())
    assert [span["entity"] for span in report["spans"]] == ["PAN", "CVV"]


def test_a_folder_is_redacted_with_all_below_and_what_is_no_sound_by_name_is_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    calls, out = tmp_path / "calls", tmp_path / "out"
    (calls / "june").mkdir(parents=True)
    for name, where in (("keyed-visa", calls / "june"), ("keyed-amex", calls)):
        for end in (".wav", ".transcript.json"):
            shutil.copy(sounds.SAMPLES / f"{name}{end}", where)
    (calls / "june" / "broken.wav").write_bytes(b"RIFF and nothing more")
    (calls / "june" / "broken.json").write_text("{}")
    assert run("redact", "audio", calls, "--out", out, "--transcripts", calls, "--jobs", "2") == 1
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == [
        "june/keyed-visa.wav", "june/keyed-visa.wav.report.json", "keyed-amex.wav", "keyed-amex.wav.report.json",
    ]  # fmt: skip
    told = capsys.readouterr()
    first, second, total = told.out.splitlines()
    assert (first[:14], second[:19]) == ("keyed-amex.wav", "june/keyed-visa.wav")
    assert total.startswith("2 redacted, 1 failed: ")
    assert f"{calls / 'june/broken.wav'}: " in told.err
    assert "3 files of the folders left out: no sound by name" in told.err


def test_a_folder_without_sound_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "calls").mkdir()
    (tmp_path / "calls" / "readme.txt").write_text("no sound")
    assert run("redact", "audio", tmp_path / "calls", "--out", tmp_path / "out") == 1
    assert "1 file of the folders left out" in capsys.readouterr().err


def test_without_transcripts_the_report_says_what_was_not_examined(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = sounds.SAMPLES / "keyed-visa.wav"
    assert run("redact", "audio", call, "--out", tmp_path, "--treatment", "tone") == 0
    assert "speech not examined" in capsys.readouterr().out
    report = json.loads((tmp_path / "keyed-visa.wav.report.json").read_text())
    assert report["spoken_digits"] == "not examined"
    assert report["treatment"] == "tone"


def test_speech_that_nobody_examined_is_warned_about_or_refused_when_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = sounds.SAMPLES / "keyed-visa.wav"
    assert run("redact", "audio", call, "--out", tmp_path / "out") == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{call}: warning: speech not examined but for digits")
    assert run("redact", "audio", call, "--out", tmp_path / "strict", "--require-examined") == 1
    assert list((tmp_path / "strict").iterdir()) == []
    assert f"{call}: speech not examined" in capsys.readouterr().err


def test_sound_in_which_nobody_speaks_needs_no_transcript(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = tmp_path / "tones.wav"
    call.write_bytes(sounds.recording([sounds.silence(1.0), sounds.keys("4111111111111111")]).getvalue())
    assert run("redact", "audio", call, "--out", tmp_path / "out", "--require-examined") == 0
    told = capsys.readouterr()
    assert (told.out, told.err) == ("tones.wav: 1 span cut out\n", "")


def test_where_transcripts_are_given_one_that_is_missing_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call, out = sounds.SAMPLES / "keyed-visa.wav", tmp_path / "out"
    empty = tmp_path / "transcripts"
    empty.mkdir()
    assert run("redact", "audio", call, "--out", out, "--transcripts", empty) == 1
    assert list(out.iterdir()) == []
    assert f"{call}: its transcript is missing" in capsys.readouterr().err
    for nowhere in (tmp_path / "nowhere", call):
        with pytest.raises(InvalidError, match="no folder of transcripts"):
            run("redact", "audio", call, "--out", tmp_path / "more", "--transcripts", nowhere)
    assert not (tmp_path / "more").exists()


def test_residue_means_no_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dtmf, "listen", lambda _: [])  # a first look that misses everything
    code = run("redact", "audio", sounds.SAMPLES / "keyed-visa.wav", "--out", tmp_path)
    assert code == 1
    assert list(tmp_path.iterdir()) == []
    assert "keypad tones can still be heard" in capsys.readouterr().err


def test_a_source_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    mine = tmp_path / "keyed-visa.wav"
    shutil.copy(sounds.SAMPLES / mine.name, mine)
    before = mine.read_bytes()
    assert run("redact", "audio", mine, "--out", tmp_path) == 1
    assert mine.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [mine.name]
    assert run("redact", "audio", mine, sounds.SAMPLES / mine.name, "--out", tmp_path / "out") == 1
    assert "this name" in capsys.readouterr().err


def test_detect_dtmf_prints_the_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = tmp_path / "call.wav"
    call.write_bytes(sounds.recording([sounds.silence(1.0), sounds.keys("42#")]).getvalue())
    assert run("detect", "dtmf", call, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [tone["digit"] for tone in found] == ["4", "2", "#"]
    assert set(found[0]) == {"start_ms", "end_ms", "channel", "digit"}
    assert run("detect", "dtmf", call) == 0
    assert len(capsys.readouterr().out.splitlines()) == 3
    assert run("detect", "dtmf", sounds.SAMPLES / "truth.json") == 1
    assert run("detect", "dtmf", tmp_path / "nothing.wav") == 1


def test_detect_digits_prints_the_runs_and_what_they_are_taken_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = tmp_path / "call.wav"
    number = "four nine two nine, one two three four, five six seven eight, nine zero one two"
    call.write_bytes(sounds.recording([sounds.silence(1.0), sounds.spoken(number, "en-us")]).getvalue())
    assert run("detect", "digits", call, "--json") == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert set(found) == {
        "start_ms",
        "end_ms",
        "channel",
        "count",
        "digits",
        "entity",
        "uncertain",
        "because",
    }
    assert (found["channel"], found["entity"], found["uncertain"]) == (1, "PAN", False)
    assert run("detect", "digits", call) == 0
    assert "PAN: " in capsys.readouterr().out
    assert run("detect", "digits", sounds.SAMPLES / "truth.json") == 1
    assert run("detect", "digits", tmp_path / "nothing.wav") == 1


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    """A folder with a recorded screen, a call of a PBX without a header, and one of a mobile network."""
    media_files.require()
    folder = tmp_path / "calls"
    folder.mkdir()
    (folder / "screen.mp4").write_bytes(media_files.mp4_screen(tmp_path))
    (folder / "pbx.g729").write_bytes(media_files.g729_frames())
    (folder / "mobile.amr").write_bytes(media_files.amr_nb(tmp_path))
    (folder / "in.amr").write_bytes(media_files.amr_nb(tmp_path))
    (folder / "phone.3gp").write_bytes(
        media_files._written(tmp_path, "phone.3gp", "-i", str(folder / "in.amr"), "-c:a", "copy")
    )
    (folder / "in.amr").unlink()
    return folder


def test_spans_that_are_given_are_cut_out_of_sound_and_picture(
    calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spans, out = tmp_path / "spans", tmp_path / "out"
    spans.mkdir()
    (spans / "screen.spans.json").write_text('[{"start_ms": 1000, "end_ms": 2000, "reason": "payment-page"}]')
    (spans / "pbx.spans.json").write_text("[]")
    code = run("redact", "audio", calls / "screen.mp4", calls / "pbx.g729", calls / "mobile.amr", "--out", out, "--spans", spans)  # fmt: skip
    told = capsys.readouterr()
    assert code == 1
    assert f"{calls / 'mobile.amr'}: its spans are missing" in told.err
    assert "screen.mp4: 1 span cut out" in told.out
    assert sorted(path.name for path in out.iterdir()) == [
        "pbx.g729", "pbx.g729.report.json", "screen.mp4", "screen.mp4.report.json",
    ]  # fmt: skip
    report = json.loads((out / "screen.mp4.report.json").read_text())
    assert report["given"] == [{"start_ms": 1000, "end_ms": 2000, "reason": "payment-page", "channel": None}]
    assert report["picture"]["codec"] == "H264"
    lights = media_files.light((out / "screen.mp4").read_bytes(), tmp_path)
    assert [at for at, light in enumerate(lights) if light < 24] == list(range(8, 22))
    assert len((out / "pbx.g729").read_bytes()) == len((calls / "pbx.g729").read_bytes())


def test_a_picture_that_nobody_examined_is_warned_about_or_refused_when_asked(
    calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    screen = calls / "screen.mp4"
    assert run("redact", "audio", screen, "--out", tmp_path / "out") == 0
    assert f"{screen}: warning: the picture" in capsys.readouterr().err
    report = json.loads((tmp_path / "out" / "screen.mp4.report.json").read_text())
    assert report["picture"]["examined"] == "not examined"
    assert run("redact", "audio", screen, "--out", tmp_path / "strict", "--require-examined") == 1
    assert list((tmp_path / "strict").iterdir()) == []


def test_what_cannot_be_written_fails_by_itself_or_is_converted_when_asked(
    calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert run("redact", "audio", calls / "phone.3gp", calls / "mobile.amr", "--out", out) == 1
    assert "can be read here, but not written" in capsys.readouterr().err
    assert sorted(path.name for path in out.iterdir()) == ["mobile.amr", "mobile.amr.report.json"]
    assert (
        run("redact", "audio", calls / "phone.3gp", calls / "mobile.amr", "--out", out, "--convert", "flac")
        == 0
    )
    assert "phone.3gp: 0 spans cut out, written as FLAC" in capsys.readouterr().out
    report = json.loads((out / "phone.3gp.flac.report.json").read_text())
    assert (report["file"], report["converted_from"]) == ("phone.3gp.flac", "MP4 AMR_NB")
    assert json.loads((out / "mobile.amr.report.json").read_text())["converted_from"] is None
    assert (out / "phone.3gp.flac").read_bytes()[:4] == b"fLaC"


def test_two_recordings_never_share_a_result(
    calls: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    (calls / "phone.3gp.wav").write_bytes(sounds.recording([sounds.silence(1)]).getvalue())
    assert run("redact", "audio", calls, "--out", out, "--convert", "wav", "--jobs", "1") == 1
    told = capsys.readouterr()
    assert f"{calls / 'phone.3gp'}: another input has this name" in told.err
    assert json.loads((out / "phone.3gp.wav.report.json").read_text())["converted_from"] is None


def test_a_converted_copy_shows_no_picture_and_does_not_say_so(calls: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    webm = calls / "vorbis.webm"
    webm.write_bytes(
        media_files._written(
            tmp_path,
            "vorbis.webm",
            "-f",
            "lavfi",
            "-i",
            "testsrc2=s=160x120:r=5:d=3",
            "-f",
            "lavfi",
            "-i",
            "anullsrc=r=16000:cl=mono",
            "-t",
            "3",
            "-c:v",
            "libvpx",
            "-c:a",
            "libvorbis",
        )
    )
    assert run("redact", "audio", webm, "--out", out, "--convert", "flac") == 0
    report = json.loads((out / "vorbis.webm.flac.report.json").read_text())
    assert report["converted_from"]
    assert report["picture"] is None


def test_a_file_that_fails_leaves_no_copy_of_an_earlier_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call, out = tmp_path / "call.wav", tmp_path / "out"
    call.write_bytes(sounds.recording([sounds.silence(1)]).getvalue())
    assert run("redact", "audio", call, "--out", out) == 0
    call.write_bytes(b"RIFF")
    assert run("redact", "audio", call, "--out", out) == 1
    assert list(out.iterdir()) == []
    assert run("redact", "audio", call, "--out", tmp_path) == 1, "the result would replace its source"
    assert call.exists()
    capsys.readouterr()
