"""Redaction of what is in the catalog: look, render, look again at what was stored, and only then release.

A run takes three steps and holds no transaction while it works on sound: one reads, one writes, and in between the
renditions are sealed. Before the first, sound without a transcript is written down where policy names an engine (`recognition`). The writing step compares the revision it read: if the recording changed meanwhile nothing is
written and the run is repeated. If we crash at any point the recording is still in quarantine, with its original.
"""

from dataclasses import dataclass, replace

from governance import ids
from governance.access import service as access
from governance.audit import service as audit
from governance.errors import ConflictError, InvalidError, NotFoundError
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.models import ERASED, Recording
from governance.recordings.reasons import AWAITING_REDACTION, FAILED, SUSPECTED_SAD
from governance.redaction import forms, material, outcome, recognition, settlement
from governance.redaction.firstlook import CARD_DATA, NOT_CARD_DATA, Obstacle
from governance.redaction.material import Material
from governance.redaction.models import Verdict
from governance.redaction.outcome import Outcome
from governance.runtime import Actor, Runtime, Work
from governance.vault import service as vault

SERVICE = "svc_redaction"
_TRIES = 3


@dataclass(frozen=True)
class Redacted:
    """What a run came to: `released`, or `quarantined` for `reasons`; `because` says so in a sentence."""

    recording_id: str
    state: str
    reasons: tuple[str, ...]
    because: str
    counts: dict[str, int]


def redact(runtime: Runtime, actor: Actor, recording_id: str) -> Redacted:
    """Redact the recording and release it if the second look at what was stored finds nothing; return what came of it.

    Whatever goes wrong, it stays in quarantine: an exception is an answer too, and never releases anything.
    Raises `NotFoundError`, `DeniedError`, and `ConflictError` where it keeps changing while it is worked on.
    """
    if actor.kind != "system":
        with runtime.work(actor) as work:
            row = catalog.recording(work, recording_id)
            if row is None or row.state == ERASED:
                raise NotFoundError("there is no such recording")
            access.require(work, "recording:redact", catalog.facts(work, row))
    asker = actor.id if actor.kind != "system" else None
    house = Actor.system(actor.tenant, SERVICE)
    unheard = recognition.write_down(runtime, house, recording_id)
    for _ in range(_TRIES):
        with runtime.work(house, write=False) as work:
            gathered = material.gather(work, recording_id)
        found = replace(gathered, unheard=unheard, asked_by=asker)
        policies = forms.with_key(runtime, house.tenant)
        result = outcome.work_out(runtime, house, found, policies)
        done = _settle(runtime, house, found, result)
        if done is not None:
            return done
    raise ConflictError("the recording keeps changing while it is redacted; try again")


def _settle(runtime: Runtime, house: Actor, found: Material, result: Outcome) -> Redacted | None:
    """Write what the run came to, in one transaction; None where the recording has changed since it was read."""
    stored = False
    try:
        with runtime.work(house) as work:
            work.heed_orders()  # before the row: whoever places an order holds them back, and then waits for rows
            row = catalog.for_update(work, found.recording_id)
            if row is None or row.state == ERASED:
                raise NotFoundError("there is no such recording")
            # A hold of a matter leaves the revision as it is, and keeps a master that policy might not.
            if row.revision != found.revision or bool(catalog.holds(work, row.id)) > found.is_held:
                return None
            result = forms.held_back(work, row.id, result)
            settlement.store(work, row, found, result)
            stored = result.is_clean
        return _told(result, found.recording_id)
    finally:
        if not stored:
            _discard(runtime, house, result)


def _discard(runtime: Runtime, house: Actor, result: Outcome) -> None:
    """Remove what was rendered and not kept. A commit that failed on its way back may have been stored: the rows decide."""
    with runtime.work(house, write=False) as work:
        unclaimed = [sealed for sealed in result.sealed() if not vault.is_kept(work, sealed)]
    for sealed in unclaimed:
        vault.discard(runtime, sealed)


def _told(result: Outcome, recording_id: str) -> Redacted:
    state = "released" if result.is_clean else "quarantined"
    reasons = tuple(dict.fromkeys(obstacle.reason for obstacle in result.obstacles))
    return Redacted(recording_id, state, reasons, result.because, dict(result.counts))


def redact_pending(runtime: Runtime, actor: Actor, limit: int = 50) -> list[Redacted]:
    """Redact recordings that await it, the oldest first, and return what came of each.

    One that fails is put into quarantine for it and does not stop the others.
    """
    house = Actor.system(actor.tenant, SERVICE)
    with runtime.work(house, write=False) as work:
        waiting = catalog.quarantined_for(work, [AWAITING_REDACTION], limit)
    done = []
    for recording_id in waiting:
        try:
            done.append(redact(runtime, house, recording_id))
        except NotFoundError:
            continue  # erased while it waited
        except Exception as error:  # noqa: BLE001 whatever the detectors or the codec raise, it stays in quarantine
            done.append(_failed(runtime, house, recording_id, type(error).__name__))
    return done


def _failed(runtime: Runtime, house: Actor, recording_id: str, kind: str) -> Redacted:
    because = f"Redaction failed ({kind}); the original stays in quarantine."
    with runtime.work(house) as work:
        row = catalog.for_update(work, recording_id)
        if row is not None and row.state != ERASED:
            open_for = {one.reason for one in catalog.quarantines(work, row.id)}
            if AWAITING_REDACTION not in open_for:
                # A commit that failed on its way back was stored, or another process was first: the rows decide.
                return Redacted(
                    recording_id, row.state, tuple(sorted(open_for)), "A run has been stored.", {}
                )
            recordings.quarantine(work, row, FAILED, because)
            recordings.end_quarantine(work, row, AWAITING_REDACTION, "Redaction was tried.")
            res = [("recording", recording_id)]
            audit.record(work, "recording.redaction.failed", res=res, out="failure", why={"code": "error"})
    return Redacted(recording_id, "quarantined", (FAILED,), because, {})


def queue_failed(runtime: Runtime, actor: Actor, limit: int = 200) -> int:
    """Put recordings whose redaction failed back among those that await it; return how many.

    What failed may have been the disk or the database of that moment. They are in quarantine all the while.
    """
    house = Actor.system(actor.tenant, SERVICE)
    with runtime.work(house) as work:
        failed = catalog.quarantined_for(work, [FAILED], limit)
        for recording_id in failed:
            row = catalog.for_update(work, recording_id)
            if row is not None and row.state != ERASED:
                recordings.quarantine(work, row, AWAITING_REDACTION, "Redaction failed and is tried again.")
                recordings.end_quarantine(work, row, FAILED, "It is tried again.")
    return len(failed)


def decide(runtime: Runtime, actor: Actor, recording_id: str, verdict: str) -> Redacted:
    """Carry out what a person decided about suspected authentication data: `card_data` or `not_card_data`.

    `card_data` makes the suspicion certain, so that it leaves with the original; `not_card_data` lets what was
    suspected stand. Either way the recording is redacted again and looked at again before anybody may play it.

    Raises `ConflictError` where nothing is suspected, and where something has come in that no run has examined yet:
    nobody decides about what they were not told of.
    """
    if verdict not in (CARD_DATA, NOT_CARD_DATA):
        raise InvalidError("the verdict is card_data or not_card_data", "verdict")
    with runtime.work(actor) as work:
        row = catalog.for_update(work, recording_id)
        if row is None or row.state == ERASED:
            raise NotFoundError("there is no such recording")
        access.require(work, "recording:quarantine:decide", catalog.facts(work, row))
        reasons = {one.reason for one in catalog.quarantines(work, row.id)}
        if SUSPECTED_SAD not in reasons:
            raise ConflictError("nothing is suspected in this recording")
        if AWAITING_REDACTION in reasons:
            raise ConflictError("the recording has to be examined first: something has come in since")
        work.session.add(
            Verdict(
                id=ids.new("ver"),
                tenant=work.tenant,
                recording_id=row.id,
                verdict=verdict,
                decided_by=work.actor.id,
                decided_at=work.now,
            )
        )
        row.revision += 1
        work.session.add(row)
        audit.record(work, "recording.suspicion.decided", res=[("recording", row.id)], why={"code": verdict})
    return redact(runtime, Actor.system(actor.tenant, SERVICE), recording_id)


def recheck(runtime: Runtime, actor: Actor, batch: int = 200) -> list[Redacted]:
    """Examine every released rendition again with today's detectors and policy; return those that went back.

    A hit puts the recording into quarantine at once; it is then redacted again from what is stored.
    """
    house = Actor.system(actor.tenant, SERVICE)
    hits: list[Redacted] = []
    after = ""
    while True:
        with runtime.work(house, write=False) as work:
            page = catalog.released_ids(work, after, batch)
        if not page:
            return hits
        after = page[-1]
        for one in page:
            try:
                hit = _recheck(runtime, house, one)
            except Exception as error:  # noqa: BLE001 what cannot be examined is not released, and stops no other
                hit = _failed(runtime, house, one, type(error).__name__)
            hits += [hit] if hit is not None else []


def _recheck(runtime: Runtime, house: Actor, recording_id: str) -> Redacted | None:
    with runtime.work(house, write=False) as work:
        try:
            found = material.gather(work, recording_id)
        except NotFoundError:
            return None
        policies = work.policies
    obstacles = outcome.look_again(found, policies)
    with runtime.work(house) as work:
        row = catalog.for_update(work, recording_id)
        if row is None or row.state == ERASED or row.revision != found.revision:
            return None
        _note_recheck(work, row, obstacles)
    if not obstacles:
        return None
    because = " ".join(obstacle.because for obstacle in obstacles)
    reasons = tuple(dict.fromkeys(obstacle.reason for obstacle in obstacles))
    return Redacted(recording_id, "quarantined", reasons, because, {})


def _note_recheck(work: Work, row: Recording, obstacles: list[Obstacle]) -> None:
    settlement.add_run(work, row, "recheck", obstacles)
    for obstacle in obstacles:
        recordings.quarantine(work, row, obstacle.reason, obstacle.because)
    why = {"code": obstacles[0].reason if obstacles else "clean"}
    audit.record(work, "recording.rechecked", res=[("recording", row.id)], why=why)
