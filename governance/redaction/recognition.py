"""Recordings that came without a transcript get one, where the organisation has an engine and its policy names it.

What the engine writes is stored at once, encrypted, as a transcript of the original (`origin` is `engine`, its name and version): the
run reads it like any other, and what a person decides about it is decided about these words. Whatever goes wrong is an
obstacle: the recording stays in quarantine and says why.
"""

from collections.abc import Iterable

from governance.errors import PolicyError
from governance.policy.redaction import RedactionPolicy
from governance.recordings import additions
from governance.recordings.additions import Written
from governance.recordings.models import Transcript
from governance.recordings.reasons import NOT_EXAMINED
from governance.redaction import material
from governance.redaction.engines import writing
from governance.redaction.engines.contract import EngineError
from governance.redaction.firstlook import Obstacle
from governance.redaction.material import ENGINE, Material, Stream
from governance.runtime import Actor, Runtime


def write_down(runtime: Runtime, house: Actor, recording_id: str) -> tuple[Obstacle, ...]:
    """Store a transcript of every voice that came without one, if policy names an engine; return what stood in the way.

    Raises `NotFoundError` where there is no such recording, or not any more.
    """
    policy = runtime.policies.for_tenant(house.tenant).redaction
    if not writing.is_asked(policy, None):
        return ()
    with runtime.work(house, write=False) as work:
        found = material.gather(work, recording_id)
    silent = [one for one in found.streams if _is_unwritten(one, found)]
    if not silent or not writing.is_asked(policy, found.language):
        return ()
    written: list[Written] = []
    obstacles: list[Obstacle] = []
    for stream in silent:
        try:
            written.append(_heard(stream, found.language, policy))
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


def _heard(stream: Stream, language: str | None, policy: RedactionPolicy) -> Written:
    with stream.open() as sound:
        heard = writing.write_down(sound, language, policy)
    return Written(stream.media_id, heard.body, heard.language, f"{ENGINE} {heard.engine} {heard.version}")


def engines(transcripts: Iterable[Transcript]) -> dict[str, str]:
    """Return the engines that wrote transcripts, with their versions, as the list of detectors has them."""
    told = [(one.origin or "").split() for one in transcripts]
    return {name: version for kind, name, version in (one for one in told if len(one) == 3) if kind == ENGINE}
