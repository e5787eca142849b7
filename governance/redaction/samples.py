"""The random sample: whole renditions that people hear and read without being shown what was found, to mark what was missed.

One person takes a recording, opens it, and says what was missed, or that nothing was;
what they mark is in quarantine from the commit of their answer on, and gone from every version a later run makes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

from governance import ids
from governance.access import service as access
from governance.access.reasons import SENTENCES
from governance.audit import service as audit
from governance.errors import ConflictError, DeniedError, NotFoundError
from governance.recordings import playback
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.models import ERASED, RELEASED, RENDITION, Media, Recording, Transcript
from governance.recordings.playback import Playback
from governance.recordings.reasons import MISSED
from governance.redaction import material, queries, sample_queries, sample_rules, timeline, transcripts
from governance.redaction.leak_rate import Report, report
from governance.redaction.models import JUDGED, ReleaseSample, SampleMiss
from governance.redaction.sample_rules import Miss, Seen
from governance.redaction.uncertain import Moved
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault

_BECAUSE = "A person heard or read something in it that had to be masked."


@dataclass(frozen=True)
class Whole:
    """One of the sample with what its examiner opens: streams and transcripts, and nothing of what was found in them."""

    sample: ReleaseSample
    streams: Sequence[Media]
    transcripts: Sequence[Transcript]
    is_mine: bool
    is_taken: bool


def listing(
    work: Work, state: str, after: str | None, limit: int
) -> tuple[Sequence[ReleaseSample], str | None]:
    """Return one page of what the actor may judge (`waiting`) or could have (`judged`), the oldest first, and the next cursor.

    Raises `DeniedError` for somebody who may judge none, `InvalidError` for a cursor that is not one of ours.
    """
    if work.policies.access.scope(work.actor.role, "redaction:sample") is None:
        access.require(work, "redaction:sample")
    return sample_queries.listing(work, state, after, limit)


def leak_rate(work: Work) -> Report:
    """Return the residual leak rate of the whole tenant. Raises `DeniedError` for whoever may not read all certificates."""
    access.require(work, "redaction:read")
    return report(sample_queries.counted(work))


def show(work: Work, sample_id: str) -> Whole:
    """Return one of the sample, blind. Raises `NotFoundError`, `DeniedError`."""
    sample, row = _seen(work, sample_id)
    return _whole(work, sample, row)


def claim(work: Work, sample_id: str) -> Whole:
    """Take a recording of the sample for oneself: nobody else can for some hours, so that no two judge it by accident.

    Raises `NotFoundError`, `DeniedError` for whoever had to do with the recording, `ConflictError` where somebody else
    has taken it, where it is judged, and while it is in quarantine.
    """
    sample, row = _seen(work, sample_id, lock=True)
    if sample.taken_by != work.actor.id:
        if sample_rules.is_taken(sample.taken_by, sample.taken_at, work.now):
            raise ConflictError("somebody else is examining it")
        sample.heard_at = sample.read_at = sample.seen_run_id = None
    sample.taken_by, sample.taken_at = work.actor.id, work.now
    work.session.add(sample)
    audit.record(work, "sample.claimed", res=[("recording", row.id), ("sample", sample.id)])
    return _whole(work, sample, row)


def hear(
    runtime: Runtime,
    actor: Actor,
    sample_id: str,
    *,
    purpose: str,
    media_id: str | None = None,
    byte_range: tuple[int, int | None] | None = None,
) -> Playback:
    """Return the sound of a recording that the actor has taken, under the rules of playback and into the log like one."""
    recording_id = _opened(runtime, actor, sample_id)
    opened = playback.play(
        runtime, actor, recording_id, purpose=purpose, media_id=media_id, byte_range=byte_range
    )
    _mark(runtime, actor, sample_id, "heard_at")
    return opened


def read(runtime: Runtime, actor: Actor, sample_id: str, *, purpose: str, position: int = 0) -> Playback:
    """Return the masked transcript of a recording that the actor has taken, likewise."""
    recording_id = _opened(runtime, actor, sample_id)
    opened = playback.read_transcript(runtime, actor, recording_id, purpose=purpose, position=position)
    _mark(runtime, actor, sample_id, "read_at")
    return opened


def judge(runtime: Runtime, actor: Actor, sample_id: str, misses: Sequence[Miss]) -> ReleaseSample:
    """Store what was missed, or with no `misses` that nothing was, and put what leaks into quarantine in that transaction.

    Raises `NotFoundError`, `DeniedError`, `InvalidError` for a place that is none, and `ConflictError` where it is judged
    already, for whoever has not taken, heard and read it, and where it was released anew since they did.
    """
    with ExitStack() as opened:
        with runtime.work(actor) as work:
            sample, row = _seen(work, sample_id)
            _require_mine(work, sample, row)
            grant = access.require(work, "redaction:sample", catalog.facts(work, row))
            streams = {
                one.position: (one.channel_count or 1, one.duration_ms or row.duration_ms or 0)
                for one in _voices(work, row.id)
            }
            positions = {one.id: one.position for one in catalog.media(work, row.id)}
            pauses = material.recorder_pauses(work, grant, row.id)
            bodies = {
                text.position: (
                    positions.get(text.media_id or ""),
                    opened.enter_context(vault.open(work, grant, text.blob_id)),
                    material.counted(text.origin, pauses),
                )
                for text in catalog.transcripts(work, row.id, RENDITION)
            }
        # Only now, outside the transaction: what it takes to tell whether the places are some. Times are those of the file.
        words = {
            at: (stream, timeline.moved(transcripts.read(body.readall()).words, paused, stream or 0))
            for at, (stream, body, paused) in bodies.items()
        }
    with runtime.work(actor) as work:
        sample, row = _seen(work, sample_id, lock=True)
        _require_mine(work, sample, row)
        found = sample_rules.check(misses, Seen(streams, words), work.policies.redaction)
        sample.state, sample.missed = JUDGED, len(found)
        sample.judged_by, sample.judged_at = work.actor.id, work.now
        work.session.add(sample)
        for one in found:
            work.session.add(_stored(work, sample, row, one))
        if found:
            recordings.quarantine(work, row, MISSED, _BECAUSE)
        audit.record(
            work, "sample.judged", res=[("recording", row.id), ("sample", sample.id)],
            det={"missed": len(found), "kinds": sorted({one.entity.value for one in found})},
        )  # fmt: skip
        work.session.flush()
        return sample


def applied(work: Work, recording_id: str, moved: Mapping[str, Moved]) -> None:
    """Note, in the transaction that stores what a run made, that what people marked is gone, and where its words stand now."""
    for one in sample_queries.misses(work, recording_id):
        place = moved.get(one.id)
        if place is not None:
            one.first_word, one.last_word = place.places
        one.applied_at = one.applied_at or work.now
        work.session.add(one)


def _seen(work: Work, sample_id: str, *, lock: bool = False) -> tuple[ReleaseSample, Recording]:
    """Return one of the sample and its recording, for somebody who may judge it and had nothing to do with it."""
    sample = sample_queries.sample(work, sample_id)
    row = (catalog.for_update if lock else catalog.recording)(work, sample.recording_id or "")
    if row is None:
        raise NotFoundError("there is no such recording in the sample")
    facts = catalog.facts(work, row)
    access.require(work, "redaction:sample", facts)
    if row.state == ERASED:
        raise NotFoundError("there is no such recording in the sample")
    if lock:
        sample = sample_queries.sample(work, sample_id, lock=True)
        if sample.state == JUDGED:
            raise ConflictError("it has been judged already")
        if row.state != RELEASED:
            raise ConflictError("the recording is in quarantine")
    person = work.actor.person or work.actor.id
    is_own = row.agent_id is not None and row.agent_id == work.actor.agent_id
    if is_own or not sample_rules.may_judge(person, sample_queries.involved(work, row.id)):
        res = [("recording", row.id), ("sample", sample.id)]
        audit.record_denied(work, "sample.judged", res=res, why={"code": "decided_before"})
        raise DeniedError("decided_before", SENTENCES["decided_before"])
    return sample, row


def _whole(work: Work, sample: ReleaseSample, row: Recording) -> Whole:
    is_mine = sample.taken_by == work.actor.id
    is_taken = sample_rules.is_taken(sample.taken_by, sample.taken_at, work.now)
    texts = catalog.transcripts(work, row.id, RENDITION)
    return Whole(sample, _voices(work, row.id), texts, is_mine and is_taken, is_taken)


def _voices(work: Work, recording_id: str) -> list[Media]:
    stored = {one.media_id for one in catalog.renditions(work, recording_id) if one.level == RENDITION}
    return [one for one in catalog.media(work, recording_id) if one.kind == "voice" and one.id in stored]


def _require_mine(work: Work, sample: ReleaseSample, row: Recording) -> None:
    if sample.state == JUDGED:
        raise ConflictError("it has been judged already")
    if sample.taken_by != work.actor.id:
        raise ConflictError("take it first: one person examines a recording of the sample")
    if _voices(work, row.id) and sample.heard_at is None:
        raise ConflictError("hear it first: nobody judges what they have not heard")
    if catalog.transcripts(work, row.id, RENDITION) and sample.read_at is None:
        raise ConflictError("read it first: nobody judges what they have not read")
    if sample.seen_run_id != _release(work, row.id):
        raise ConflictError("it was released anew since you opened it: hear and read it again")


def _release(work: Work, recording_id: str) -> str | None:
    last = queries.certificates(work, recording_id)
    return last[0].run_id if last else None


def _opened(runtime: Runtime, actor: Actor, sample_id: str) -> str:
    with runtime.work(actor) as work:
        sample, row = _seen(work, sample_id, lock=True)
        if sample.taken_by != work.actor.id:
            raise ConflictError("take it first: one person examines a recording of the sample")
        release = _release(work, row.id)
        if sample.seen_run_id != release:
            sample.seen_run_id, sample.heard_at, sample.read_at = release, None, None
            work.session.add(sample)
        return row.id


def _mark(runtime: Runtime, actor: Actor, sample_id: str, what: str) -> None:
    with runtime.work(actor) as work:
        sample = sample_queries.sample(work, sample_id, lock=True)
        if sample.taken_by == work.actor.id and getattr(sample, what) is None:
            setattr(sample, what, work.now)
            work.session.add(sample)


def _stored(work: Work, sample: ReleaseSample, row: Recording, miss: Miss) -> SampleMiss:
    return SampleMiss(
        id=ids.new("mis"), tenant=work.tenant, sample_id=sample.id, recording_id=row.id,
        entity=miss.entity.value, stream=miss.stream, channel=miss.channel, start_ms=miss.start_ms,
        end_ms=miss.end_ms, position=miss.position, first_word=miss.first_word, last_word=miss.last_word,
    )  # fmt: skip
