"""How the outcome of a run is written into the catalog: versions kept and the original gone, or reasons and nothing else."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import orjson

from governance import ids
from governance.audit import service as audit
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.models import Recording
from governance.redaction import (
    certificates,
    detectors,
    forms,
    material,
    queries,
    recognition,
    review_items,
    sample_drawing,
    samples,
)
from governance.redaction.firstlook import Obstacle
from governance.redaction.material import Material
from governance.redaction.models import RedactionRun
from governance.redaction.outcome import Outcome
from governance.redaction.spans import TimeSpan
from governance.runtime import Work


def store(work: Work, row: Recording, found: Material, result: Outcome) -> None:
    """Write what the run came to, in the Work's transaction.

    Clean: the new versions take the place of all older ones, whose keys go, the original's with them: confirmed SAD
    leaves here, also under a hold (PCI DSS 3.3.1). Not clean: nothing is kept but the reasons, and the original
    stays in quarantine.
    """
    earlier = queries.last_redactions(work, [row.id]).get(row.id)
    if earlier is not None and earlier.outcome != "clean" and found.has_original:
        earlier = None  # of what it found nothing was cut out: it is found again
    run = add_run(work, row, "redaction", result.obstacles, result, earlier, found.asked_by)
    if not result.is_clean:
        for obstacle in result.obstacles:
            recordings.quarantine(work, row, obstacle.reason, obstacle.because)
        named = {obstacle.reason for obstacle in result.obstacles}
        for quarantine in catalog.quarantines(work, row.id):
            if quarantine.reason not in named:
                recordings.end_quarantine(work, row, quarantine.reason, "A newer run found other reasons.")
        reasons = sorted(named)
        audit.record(
            work,
            "recording.quarantined",
            res=[("recording", row.id)],
            det={"reasons": reasons},
            out="failure",
        )
        return
    before = certificates.originals(work, row.id)
    gone = material.drop_versions(work, row.id, "Two looks found nothing in the new versions.")
    streams = {stream.position: stream for stream in found.streams}
    texts = {text.position: text for text in found.texts}
    digest = result.policies.digest
    for version in result.versions:
        if version.is_text:
            text = texts[version.position]
            recordings.add_transcript(
                work, row.id, text.media_id, version.position, version.level, version.sealed,
                format=version.format, language=version.language, origin=text.origin,
            )  # fmt: skip
        else:
            media_id = streams[version.position].media_id
            recordings.add_rendition(work, row.id, media_id, version.level, version.sealed, digest)
    forms.note(work, row.id, result)
    for quarantine in catalog.quarantines(work, row.id):
        recordings.end_quarantine(work, row, quarantine.reason, result.because)
    review_items.replace(work, row, run.id, result.left)
    samples.applied(work, row.id, result.left.moved)
    issued = certificates.prepare(work, row, run, result, before)
    det = {
        "findings": dict(result.counts), "versions": len(result.versions), "keys_destroyed": gone,
        "certificate": issued.sha256,
    }  # fmt: skip
    res = [("recording", row.id), ("certificate", issued.id)]
    issued.entry_id = audit.record(work, "recording.redacted", res=res, det=det)
    work.session.add(issued)
    work.session.flush()
    sample_drawing.note(work, row, orjson.loads(issued.document)["sample"])


def add_run(
    work: Work,
    row: Recording,
    kind: str,
    obstacles: Sequence[Obstacle],
    result: Outcome | None = None,
    earlier: RedactionRun | None = None,
    asked_by: str | None = None,
) -> RedactionRun:
    """Return the record of one run: what was found where, by which detectors, under which policy.

    `earlier` is what runs before it have cut out of what it had to work on: it is still cut out.
    """
    spans: list[dict[str, Any]] = []
    for position, stream in sorted(result.look.spans.items()) if result else ():
        spans += [{"stream": position, **_told(span)} for span in stream]
    counts = Counter(result.counts if result else {})
    if earlier is not None:
        spans = [*(one for one in earlier.spans if one not in spans), *spans]
        counts |= Counter(earlier.counts)
    run = RedactionRun(
        id=ids.new("run"),
        tenant=work.tenant,
        recording_id=row.id,
        kind=kind,
        outcome="quarantined" if obstacles else "clean",
        because=" ".join(obstacle.because for obstacle in obstacles)
        or "Nothing was found on the second look.",
        policy_digest=work.policies.digest,
        policy_version=work.policies.redaction.version,
        detectors=detectors.versions() | recognition.engines(catalog.transcripts(work, row.id)),
        spans=spans,
        counts=dict(counts),
        second_look={"obstacles": [obstacle.reason for obstacle in obstacles]},
        asked_by=asked_by,
        at=work.now,
    )
    work.session.add(run)
    work.session.flush()
    return run


def _told(span: TimeSpan) -> dict[str, object]:
    """A span as reports have it: kind, place and reason, never the data."""
    return {
        "start_ms": span.start_ms,
        "end_ms": span.end_ms,
        "channel": span.channel,
        "entity": span.entity.value,
        "timing": span.timing.value,
        "score": round(span.score, 3),
        "because": span.because,
    }
