"""Where words, keys, digits that are heard, several streams and pictures meet, nothing falls through between them."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from governance import policy
from governance.errors import InvalidError
from governance.recordings import intake
from governance.recordings.importers import sidecar
from governance.recordings.interaction import Interaction, MediaFacts, MediaKind, TranscriptFacts
from governance.redaction import given, material, queries, service, standalone
from governance.runtime import Actor, Runtime
from tests.oracle import check_everything
from tests.redaction import media_files, sounds
from tests.redaction.test_outcome import blanking
from tests.redaction.test_spokendigits import CARD, aloud
from tests.redaction.test_without_transcript import HOUSE, SAMPLES, TALK, trusting

__all__ = ["trusting"]


def words(said: str, start_ms: int, each_ms: int = 400) -> list[dict[str, Any]]:
    return [
        {"text": one, "start_ms": start_ms + each_ms * at, "end_ms": start_ms + each_ms * (at + 1) - 50}
        for at, one in enumerate(said.split())
    ]


def call(
    sound: Sequence[sounds.Sound], transcript: list[dict[str, Any]] | None, language: str
) -> Interaction:
    """Return a call of one stream for each sound, and a transcript that names no stream unless there is only one."""
    plain = sidecar.read(SAMPLES / "no-transcript.json")
    media = tuple(
        replace(plain.media[0], body=sounds.recording([one]).getvalue(), path=None, hashes=())
        for one in sound
    )
    texts: tuple[TranscriptFacts, ...] = ()
    if transcript is not None:
        body = json.dumps({"words": transcript}).encode()
        of = 0 if len(media) == 1 else None
        texts = (TranscriptFacts(body=body, media_index=of, language=language, origin="x"),)
    parties = tuple(replace(party, channel=None) for party in plain.parties)
    return replace(plain, media=media, transcripts=texts, language=language, channels=(), parties=parties)


def heard(runtime: Runtime, recording_id: str, position: int = 0, *, master: bool = False) -> np.ndarray:
    with runtime.work(Actor.system("default", service.SERVICE), write=False) as work:
        stream = material.gather(work, recording_id).streams[position]
    with stream.open_master() if master else stream.open() as sound:
        return sounds.decoded(io.BytesIO(sound.read()))


def test_of_what_only_the_sound_tells_nothing_stays_in_the_master(trusting: Runtime) -> None:
    card, code = aloud(CARD), aloud("737")
    said = np.concatenate([sounds.silence(5), card, sounds.silence(1.5), code, sounds.silence(3)])
    plain = sidecar.read(SAMPLES / "no-transcript.json")
    body = sounds.recording([sounds.spoken(TALK, "en-us"), said]).getvalue()
    media = replace(plain.media[0], body=body, path=None, hashes=())
    taken = intake.ingest(trusting, HOUSE, replace(plain, media=(media,), language="en")).recording_id
    assert service.redact(trusting, HOUSE, taken).state == "released"
    begins = 40_000 + len(card) + 12_000
    for of_master in (False, True):
        kept = heard(trusting, taken, master=of_master)
        assert not kept[begins : begins + len(code), 1].any()
        assert kept[:, 0].any()
    check_everything(trusting, "default")


def test_a_code_that_is_spoken_after_a_card_number_was_keyed_is_found(trusting: Runtime) -> None:
    code = aloud("737")
    keyed = sounds.keys(CARD + "#")
    said = np.concatenate([sounds.silence(2), keyed, sounds.silence(6), code, sounds.silence(3)])
    taken = intake.ingest(trusting, HOUSE, call([said], None, "en")).recording_id
    assert service.redact(trusting, HOUSE, taken).counts == {"PAN": 1, "CVV": 1}
    begins = 16_000 + len(keyed) + 48_000
    assert not heard(trusting, taken)[begins : begins + len(code)].any()


def test_a_stream_of_which_no_transcript_surely_tells_is_listened_to(trusting: Runtime) -> None:
    question = "please tell me the pin of your card"
    pin = aloud("6421")
    agent = np.concatenate([sounds.silence(1), sounds.spoken(question, "en-us"), sounds.silence(9)])
    customer = np.concatenate([sounds.silence(5), pin, sounds.silence(4)])
    both = call([agent, customer], words(question, 1_000, 250), "en")
    taken = intake.ingest(trusting, HOUSE, both).recording_id
    done = service.redact(trusting, HOUSE, taken)
    if done.state == "released":
        assert not heard(trusting, taken, 1)[40_000 : 40_000 + len(pin)].any()
    assert done.counts["PIN"] == 1


@pytest.mark.parametrize("start_ms", [-20_000, 60_000], ids=["before it begins", "after it has ended"])
def test_what_is_found_at_a_time_outside_the_sound_releases_nothing(runtime: Runtime, start_ms: int) -> None:
    said = np.concatenate([sounds.silence(0.5), aloud(CARD), sounds.silence(0.5)])
    number = "vier " + "eins " * 15
    talk = words("ja gut also dann machen wir das so wie immer und danke", 400, 450)
    transcript = [*words(number, start_ms), *talk]
    taken = intake.ingest(runtime, HOUSE, call([said], transcript, "de")).recording_id
    assert "span_unlocated" in service.redact(runtime, HOUSE, taken).reasons
    loaded = policy.load().default.redaction
    sink = io.BytesIO()
    with pytest.raises(InvalidError, match="outside the sound"):
        standalone.redact(
            sounds.recording([said]),
            sink,
            loaded,
            transcript=json.dumps({"words": transcript, "language": "de"}).encode(),
        )
    assert not sink.getvalue()


def test_a_span_that_is_given_for_no_time_of_the_sound_is_refused() -> None:
    spans = given.read(b'[{"start_ms": 61000, "end_ms": 94500, "reason": "payment-page"}]')
    sink = io.BytesIO()
    with pytest.raises(InvalidError, match="outside the sound"):
        standalone.redact(
            sounds.recording([sounds.silence(4)]), sink, policy.load().default.redaction, given=spans
        )
    assert not sink.getvalue()


@pytest.mark.parametrize("order", ["pc", "cp"])
def test_a_code_in_a_sentence_without_word_times_is_not_sought_among_the_digits_of_a_telephone_number(
    order: str,
) -> None:
    said = {
        "p": "you can call me back on five five five one two three four five six seven",
        "c": "and the security code is nine eight six",
    }
    sound = {
        "p": sounds.spoken(said["p"], "en-us"),
        # So fast and quiet that the model does not hear it.
        "c": np.float32(0.3) * sounds.spoken(said["c"], "en-us+whisper", 260),
    }
    parts, begins = [sounds.silence(1)], 0
    for one in order:
        begins = sum(map(len, parts)) if one == "c" else begins
        parts += [sound[one], sounds.silence(1.2)]
    whole = np.concatenate(parts)
    cue = f"WEBVTT\n\n00:00:00.900 --> 00:00:{len(whole) / 8000 - 0.5:06.3f}\n{' '.join(said[one] for one in order)}.\n"
    sink = io.BytesIO()
    loaded = policy.load().default.redaction
    standalone.redact(
        sounds.recording([whole]), sink, loaded, transcript=cue.encode(), language="en", declared="wav"
    )
    code = sounds.decoded(sink)[begins + len(sound["c"]) // 2 : begins + len(sound["c"]) - 4_000]
    assert not code.any()


@pytest.mark.parametrize("later_s", [0, 5])
def test_a_screen_is_black_while_something_is_cut_out_of_the_voice_beside_it(
    runtime: Runtime, tmp_path: Path, later_s: int
) -> None:
    media_files.require()
    blanking(runtime)
    plain = sidecar.read(SAMPLES / "card-visa-single-digits.json")
    clip = media_files._written(
        tmp_path, "s.mp4", "-f", "lavfi", "-i", "testsrc2=s=160x120:r=5:d=30", "-f", "lavfi", "-i",
        "anullsrc=r=8000:cl=mono", "-t", "30", "-c:v", "libx264", "-g", "10", "-pix_fmt", "yuv420p", "-c:a", "aac",
    )  # fmt: skip
    begun = plain.started_at
    screen = MediaFacts(
        kind=MediaKind.SCREEN,
        content_type="video/mp4",
        body=clip,
        started_at=begun + timedelta(seconds=later_s),
    )
    voice = replace(plain.media[0], started_at=begun)
    texts = tuple(replace(text, media_index=0) for text in plain.transcripts)
    taken = intake.ingest(
        runtime, HOUSE, replace(plain, media=(voice, screen), transcripts=texts)
    ).recording_id
    assert service.redact(runtime, HOUSE, taken).state == "released"
    with runtime.work(Actor.system("default", service.SERVICE), write=False) as work:
        streams = material.gather(work, taken).streams
        spans = [one for one in queries.runs(work, taken)[0].spans if one["stream"] == 0]
    (shown,) = [one for one in streams if one.kind == "screen"]
    with shown.open() as body:
        lights = media_files.light(body.read(), tmp_path)
    assert spans
    for span in spans:
        first = max(-(-(span["start_ms"] - later_s * 1000) // 200), 0)
        last = (span["end_ms"] - later_s * 1000) // 200
        assert all(light < 24 for light in lights[first:last])
    assert max(lights) > 40
