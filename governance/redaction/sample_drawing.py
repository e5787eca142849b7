"""How releases come into the random sample, and how what is erased leaves it: the writes around the draw.

A release is drawn in its own transaction, and its certificate states the draw, so that nobody changes it unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta

import orjson

import governance
from governance import ids, tenancy
from governance.access import service as access
from governance.audit import service as audit
from governance.recordings import queries as catalog
from governance.recordings.models import RELEASED, RENDITION, Media, Recording, Transcript
from governance.redaction import sample_draw, sample_queries
from governance.redaction.certificate import Told
from governance.redaction.languages import primary
from governance.redaction.models import JUDGED, LAPSED, WAITING, RedactionCertificate, ReleaseSample
from governance.runtime import Actor, Runtime, Work

SERVICE = "svc_samples"
KEY = "sampling"
SHARE, LEAST = "share", "least"


def draw(work: Work, recording_id: str, run_id: str) -> Told:
    """Return what was drawn for a release, as its certificate states it: from then on nobody changes it unseen."""
    share = work.policies.redaction.sampling.parts_per_million
    number = sample_draw.number(tenancy.data_key(work, KEY), recording_id, run_id)
    return {
        "run_id": run_id,
        "parts_per_million": share,
        "is_drawn": sample_draw.is_drawn(number, share),
    }


def note(work: Work, row: Recording, drawn: Told) -> None:
    """Put a release that was drawn among those that wait for somebody. A recording that waits already waits once."""
    known = sample_queries.of(work, row.id)
    if not drawn["is_drawn"] or any(one.state == WAITING or one.run_id == drawn["run_id"] for one in known):
        return
    _add(work, row, str(drawn["run_id"]), SHARE, f"{work.now:%Y-%m}")


def _examinable(work: Work, row: Recording) -> tuple[list[Media], Sequence[Transcript]]:
    """Return what an examiner hears and reads: in a chat alone no place can be marked."""
    voices = [one for one in catalog.media(work, row.id) if one.kind == "voice" and one.codec]
    return voices, catalog.transcripts(work, row.id, RENDITION)


def _add(work: Work, row: Recording, run_id: str, by: str, month: str) -> bool:
    voices, texts = _examinable(work, row)
    if not voices and not texts:
        return False
    language = row.language or next((one.language for one in texts if one.language), None) or "und"
    sample = ReleaseSample(
        id=ids.new("smp"), tenant=work.tenant, recording_id=row.id, run_id=run_id, state=WAITING, drawn_by=by,
        drawn_at=work.now, month=month, language=primary(language),
        channels=max((one.channel_count or 1 for one in voices), default=0),
        codec=(voices[0].codec or "text") if voices else "text", product=governance.__version__,
    )  # fmt: skip
    work.session.add(sample)
    work.session.flush()
    res = [("recording", row.id), ("sample", sample.id)]
    audit.record(work, "sample.drawn", res=res, why={"code": by})
    return True


def top_up(runtime: Runtime, tenant: str) -> int:
    """Draw, once a month is over, as many more of its releases as policy wants at least; return how many those were.

    Those with the lowest numbers: what a larger share would have drawn, so it is as unbiased and can be recomputed.
    """
    with runtime.work(Actor.system(tenant, SERVICE)) as work:
        month = f"{work.now.replace(day=1) - timedelta(days=1):%Y-%m}"
        wanted = work.policies.redaction.sampling.least_per_month - sample_queries.drawn_in(work, month)
        if wanted <= 0:
            return 0
        key = tenancy.data_key(work, KEY)
        releases = (
            (one.recording_id, str(drawn["run_id"]))
            for one in sample_queries.undrawn(work, month)
            if (drawn := orjson.loads(one.document).get("sample")) is not None
        )
        chosen = sample_draw.lowest(key, releases, wanted)
        added = 0
        for recording_id, run_id in chosen:
            row = catalog.for_update(work, recording_id)
            if row is not None and row.state == RELEASED:
                added += _add(work, row, run_id, LEAST, month)
        return added


def forget_erased(runtime: Runtime, actor: Actor, batch: int = 500) -> int:
    """Take away what points into erased recordings; return how many of the sample that were.

    What the rate is counted from stays, under a new id and the day alone; what nobody had judged has lapsed.
    """
    count = 0
    while True:
        with runtime.work(Actor.system(actor.tenant, SERVICE)) as work:
            gone = sample_queries.of_erased(work, batch)
            for sample in gone:
                for miss in sample_queries.misses_of(work, sample.id):
                    work.session.delete(miss)
                work.session.flush()
                work.session.add(_without_trace(sample))
                work.session.delete(sample)
            work.session.flush()
        count += len(gone)
        if not gone:
            return count


def _without_trace(sample: ReleaseSample) -> ReleaseSample:
    day = sample.drawn_at.combine(sample.drawn_at.date(), time(), sample.drawn_at.tzinfo)
    return ReleaseSample(
        id=ids.new("smp"), tenant=sample.tenant, state=JUDGED if sample.state == JUDGED else LAPSED,
        drawn_by=sample.drawn_by, drawn_at=day, month=sample.month, language=sample.language,
        channels=sample.channels, codec=sample.codec, product=sample.product, missed=sample.missed,
    )  # fmt: skip


@dataclass(frozen=True)
class Recomputed:
    """What drawing again came to: releases, those in the share, and certificates that state another draw than the key gives.

    `left_out` are recordings that were drawn, are still here, and stand nowhere in the sample.
    """

    releases: int
    drawn: int
    wrong: tuple[str, ...]
    left_out: tuple[str, ...]


def recompute(work: Work, month: str | None = None) -> Recomputed:
    """Return what drawing every release again comes to, by the key and by the share that its certificate states.

    Raises `DeniedError` for somebody who may not read every certificate.
    """
    access.require(work, "redaction:read")
    key = tenancy.data_key(work, KEY)
    releases, drawn, wrong, left_out = 0, 0, list[str](), list[str]()
    for one in sample_queries.certificates(work, month):
        told = orjson.loads(one.document).get("sample")
        if told is None:
            continue
        releases += 1
        drawn += bool(told["is_drawn"])
        number = sample_draw.number(key, one.recording_id, told["run_id"])
        if sample_draw.is_drawn(number, told["parts_per_million"]) != told["is_drawn"]:
            wrong.append(one.id)
        if told["is_drawn"] and _is_left_out(work, one):
            left_out.append(one.recording_id)
    return Recomputed(releases, drawn, tuple(wrong), tuple(left_out))


def _is_left_out(work: Work, one: RedactionCertificate) -> bool:
    if sample_queries.of(work, one.recording_id):
        return False
    row = catalog.recording(work, one.recording_id)
    return row is not None and row.state == RELEASED and any(_examinable(work, row))
