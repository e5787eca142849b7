"""The random sample: whole renditions, taken by one person, heard and read blind, and judged by marking what was missed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Header, Path, Query, Response
from pydantic import Field

from governance.api import playback
from governance.api.deps import Caller, needs
from governance.api.playback import Purpose
from governance.api.problems import documented
from governance.api.shapes import Answer, Asked
from governance.api.small import SmallBody
from governance.findings import service as findings
from governance.redaction import samples
from governance.redaction.sample_rules import MOST_MISSES, Miss
from governance.redaction.samples import Whole
from governance.redaction.spans import Entity

router = APIRouter(prefix="/v1/samples", tags=["samples"], route_class=SmallBody)

SampleId = Annotated[
    str, Path(pattern=r"^smp_[0-9a-f]{32}$", examples=["smp_0199d5f2c7a07b1e8c55c3d1f0a9b2e4"])
]
Examiner = Annotated[Caller, needs("redaction:sample")]
_DONE = documented(401, 403, 404, 409, 413)
Ms = Annotated[int, Field(ge=0, le=10**9)]
WordNumber = Annotated[int, Field(ge=0, lt=10_000_000)]


class SampleShape(Answer):
    """One recording of the sample. Neither which recording it is nor anything that was found in it."""

    id: str
    state: Literal["waiting", "judged"]
    drawn_at: datetime
    language: str
    channels: int
    codec: str
    taken_at: datetime | None
    judged_at: datetime | None
    missed: int


class SamplePage(Answer):
    """One page, the longest waiting first. `next` is the `after` of the next page; null on the last."""

    items: list[SampleShape]
    next: str | None


class StreamShape(Answer):
    """One stream that can be heard: `position` is the `stream` of a place in it."""

    id: str
    position: int
    channel_count: int | None
    duration_ms: int | None


class WordsShape(Answer):
    """One transcript that can be read: words are counted from 0 in it."""

    position: int
    language: str | None


class WholeShape(Answer):
    """One of the sample with what its examiner opens. `is_taken`: by anybody; `is_mine`: by the caller."""

    sample: SampleShape
    streams: list[StreamShape]
    transcripts: list[WordsShape]
    is_mine: bool
    is_taken: bool


class MissShape(Asked):
    """One thing that was missed, in the sound (`start_ms`, `end_ms`) or in words (`position`, `first_word`, `last_word`)."""

    entity: Entity
    stream: Annotated[int, Field(ge=0, lt=64)] | None = None
    channel: Annotated[int, Field(ge=0, lt=64)] | None = None
    start_ms: Ms | None = None
    end_ms: Ms | None = None
    position: Annotated[int, Field(ge=0, lt=64)] | None = None
    first_word: WordNumber | None = None
    last_word: WordNumber | None = None


class Judgement(Asked):
    """What was missed; an empty list says that nothing was. Places and kinds: there is nowhere to write the data in."""

    missed: Annotated[list[MissShape], Field(max_length=MOST_MISSES)]


class LeaksShape(Answer):
    """In `right` of `count` judged recordings something was missed; the rate lies between the bounds 95 times in 100."""

    right: int
    count: int
    low: float
    high: float


class RateShape(Answer):
    """What is known of some recordings. `leaks` and `share` are null where none was judged: nothing measured is not none."""

    name: str
    drawn: int
    judged: int
    lapsed: int
    leaks: LeaksShape | None
    share: float | None
    because: str


class LeakRateShape(Answer):
    """The residual leak rate per recording (Wilson, 95 %): of all, and by one fact at a time."""

    overall: RateShape
    by_language: list[RateShape]
    by_channels: list[RateShape]
    by_codec: list[RateShape]
    by_product: list[RateShape]
    by_month: list[RateShape]


@router.get("", responses=documented(401, 403))
def list_samples(
    caller: Examiner,
    state: Literal["waiting", "judged"] = "waiting",
    after: Annotated[str | None, Query(max_length=200)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> SamplePage:
    """List what waits for somebody to examine it, the longest waiting first, or what was judged."""
    with caller.work(write=False) as work:
        rows, following = samples.listing(work, state, after, limit)
        return SamplePage(items=[SampleShape.model_validate(row) for row in rows], next=following)


@router.get("/rate", responses=documented(401, 403))
def read_rate(caller: Annotated[Caller, needs("redaction:read")]) -> LeakRateShape:
    """Read the residual leak rate of the tenant: in how many recordings that were examined whole something was missed."""
    with caller.work(write=False) as work:
        return LeakRateShape.model_validate(samples.leak_rate(work))


@router.get("/{sample_id}", responses=documented(401, 403, 404))
def read_sample(caller: Examiner, sample_id: SampleId) -> WholeShape:
    """Read what there is to open of one recording of the sample."""
    with caller.work(write=False) as work:
        return _shape(samples.show(work, sample_id))


@router.post("/{sample_id}/claim", responses=documented(401, 403, 404, 409))
def claim(caller: Examiner, sample_id: SampleId) -> WholeShape:
    """Take it: nobody else can for eight hours. Whoever decided about the recording cannot."""
    with caller.work() as work:
        return _shape(samples.claim(work, sample_id))


@router.get("/{sample_id}/audio", response_class=Response, responses=_DONE)
def hear(
    caller: Examiner,
    sample_id: SampleId,
    purpose: Purpose,
    media: Annotated[str | None, Query(pattern=r"^med_[0-9a-f]{32}$")] = None,
    range_header: Annotated[str | None, Header(alias="Range", max_length=200)] = None,
) -> Response:
    """Hear what one has taken: the rendition, as everybody hears it; in the log before its first byte leaves."""
    asked = playback.asked_range(range_header)
    opened = samples.hear(
        caller.runtime,
        caller.actor,
        sample_id,
        purpose=purpose,
        media_id=media,
        byte_range=asked if asked is not None and asked[0] >= 0 else None,
    )
    return playback.answer(opened, asked, caller.trace)


@router.get("/{sample_id}/transcript", response_class=Response, responses=_DONE)
def read_words(
    caller: Examiner,
    sample_id: SampleId,
    purpose: Purpose,
    position: Annotated[int, Query(ge=0, lt=64)] = 0,
) -> Response:
    """Read what one has taken: the transcript, as everybody reads it."""
    opened = samples.read(caller.runtime, caller.actor, sample_id, purpose=purpose, position=position)
    return playback.answer(opened, None, caller.trace)


@router.post("/{sample_id}/judgement", responses=_DONE)
def judge(caller: Examiner, sample_id: SampleId, asked: Judgement) -> SampleShape:
    """Say what was missed, or that nothing was. What leaks is in quarantine, and a finding, before this answers."""
    misses = [Miss(**one.model_dump()) for one in asked.missed]
    judged = samples.judge(caller.runtime, caller.actor, sample_id, misses)
    if judged.missed:
        findings.look_now(caller.runtime, caller.actor.tenant, "card_data_unexpected")
    return SampleShape.model_validate(judged)


def _shape(whole: Whole) -> WholeShape:
    return WholeShape.model_validate(whole)
