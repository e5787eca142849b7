"""Recordings that came without a transcript get one, where the organisation has an engine and its policy names it.

What the engine writes is stored at once, encrypted, as a transcript of the original (`origin` is `engine`, its name and version): the
run reads it like any other, and what a person decides about it is decided about these words. Whatever goes wrong is an
obstacle: the recording stays in quarantine and says why.
"""

from collections.abc import Iterable

import orjson

from governance.errors import PolicyError
from governance.policy.redaction import RedactionPolicy, SpeechRecognition
from governance.recordings import additions
from governance.recordings.additions import Written
from governance.recordings.models import Transcript
from governance.recordings.reasons import NOT_EXAMINED
from governance.redaction import audio, material
from governance.redaction.engines import choice, process
from governance.redaction.engines.contract import EngineError, Transcription
from governance.redaction.firstlook import Obstacle
from governance.redaction.material import ENGINE, Material, Stream
from governance.redaction.transcripts import words
from governance.runtime import Actor, Runtime


def write_down(runtime: Runtime, house: Actor, recording_id: str) -> tuple[Obstacle, ...]:
    """Store a transcript of every voice that came without one, if policy names an engine; return what stood in the way.

    Raises `NotFoundError` where there is no such recording, or not any more.
    """
    policy = runtime.policies.for_tenant(house.tenant).redaction
    if policy.speech is None:
        return ()
    with runtime.work(house, write=False) as work:
        found = material.gather(work, recording_id)
    silent = [one for one in found.streams if _is_unwritten(one, found)]
    if not silent or not (found.language is None or policy.speech.is_for(found.language)):
        return ()
    written: list[Written] = []
    obstacles: list[Obstacle] = []
    for stream in silent:
        try:
            written.append(_heard(stream, found.language, policy, policy.speech))
        except (EngineError, PolicyError) as error:
            obstacles.append(Obstacle(NOT_EXAMINED, f"Nobody wrote down what is said: {error}."))
    additions.add_written(runtime, house, recording_id, written)
    return tuple(obstacles)


def _is_unwritten(stream: Stream, found: Material) -> bool:
    # What was released without words was proven to hold none, and its original has gone.
    written = {text.media_id for text in found.texts}
    return (
        found.has_original
        and stream.kind == "voice"
        and stream.source is not None
        and not written & {stream.media_id, None}
    )


def _heard(
    stream: Stream, language: str | None, policy: RedactionPolicy, asked: SpeechRecognition
) -> Written:
    engine = choice.engine(asked)
    with stream.open() as sound:
        facts = audio.describe(sound)
        minutes = facts.duration_ms * facts.channels / 60_000
        heard = process.transcribe(asked, sound, language, asked.seconds_per_minute * (minutes + 1))
    if not (policy.examines(heard.language) and asked.is_for(heard.language)):
        raise EngineError(f"the engine {engine.name} heard a language that it is not used for")
    return Written(stream.media_id, _body(heard), heard.language, f"{ENGINE} {engine.name} {engine.version}")


def _body(heard: Transcription) -> bytes:
    rows = [
        {"text": word.text, "start_ms": word.start_ms, "end_ms": word.end_ms, "channel": word.channel}
        for word in heard.words
    ]
    return orjson.dumps({"format": words.NAME, "language": heard.language, "words": rows})


def engines(transcripts: Iterable[Transcript]) -> dict[str, str]:
    """Return the engines that wrote transcripts, with their versions, as the list of detectors has them."""
    told = [(one.origin or "").split() for one in transcripts]
    return {name: version for kind, name, version in (one for one in told if len(one) == 3) if kind == ENGINE}
