"""The verbs of the log: record what happened, put it in order, vouch for it, read it (which is recorded too), erase people."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from governance.audit import (
    acts,
    leaf,
    outbox,
    queries,
    seal,
    seal_queries,
    search_queries,
    selfaudit,
    sequencer,
    shards,
    signer,
    witnessing,
)
from governance.audit import bundle as bundles
from governance.audit import export as exports
from governance.audit.bundle import trust
from governance.audit.checkpoint import Checkpoint
from governance.audit.models import AuditLog
from governance.audit.outbox import Draft
from governance.audit.seal import Personal
from governance.audit.separation import check_separation
from governance.audit.sequencer import sequence
from governance.audit.shards import freeze_and_reopen, open_log
from governance.audit.signer import publish
from governance.audit.timestamping import check_authority, stamp
from governance.audit.witnessing import configured as witnesses
from governance.audit.witnessing import cosign
from governance.errors import GovernanceError, IntegrityError, InvalidError
from governance.runtime import Actor, Runtime, Work

__all__ = [
    "Draft",
    "Personal",
    "bundle",
    "check_authority",
    "check_separation",
    "cosign",
    "erase_person",
    "erase_recordings",
    "export",
    "freeze_and_reopen",
    "heartbeat",
    "open_log",
    "prove",
    "publish",
    "read",
    "record",
    "record_all",
    "record_denied",
    "search",
    "self_audit",
    "sequence",
    "stamp",
    "trust",
    "witnesses",
]


def record(
    work: Work,
    act: str,
    *,
    res: Iterable[tuple[str, str]] = (),
    det: Mapping[str, Any] | None = None,
    why: Mapping[str, str] | None = None,
    personal: Mapping[str, Personal] | None = None,
    out: str = "success",
) -> str:
    """Write an entry in the Work's own transaction and return its id: no entry, no act; no act, no entry.

    Who, from where, when, under which trace and policy is taken from the Work. `res`, `det` and `why` hold nothing
    personal; `personal` enters the leaf as salted commitments, its clear text is sealed aside and can be erased.

    Raises `InvalidError` for a malformed entry. The caller must not go on then (PCI DSS 10.2: no act unlogged).
    """
    return _write(work, Draft(act, tuple(res), det or {}, why or {}, personal or {}, out))


def record_all(work: Work, drafts: Sequence[Draft]) -> list[str]:
    """Write an entry for each of `drafts` and return their ids: as `record`, for many at once."""
    return outbox.write_all(work, drafts, _log(work), work.actor)


def record_denied(
    work: Work,
    act: str,
    *,
    res: Iterable[tuple[str, str]] = (),
    det: Mapping[str, Any] | None = None,
    why: Mapping[str, str] | None = None,
    personal: Mapping[str, Personal] | None = None,
    out: str = "denied",
) -> None:
    """Have a denial written once this Work has been rolled back, before its error reaches anybody (PCI DSS 10.2.1.4).

    The transaction of a refused act does not commit, so its entry needs one of its own. If the Work commits after
    all, nothing is written: then nothing was denied.

    Raises `InvalidError` at once for an act or outcome that could not be written later.
    """
    draft = Draft(act, tuple(res), det or {}, why or {}, personal or {}, out)
    if out not in leaf.OUTCOMES:
        raise InvalidError("the outcome is one of success, failure, denied", "out")

    def afterwards(own: Work) -> None:
        _write(own, draft)

    work.after_rollback(afterwards)


def heartbeat(work: Work) -> str:
    """Record that the log is alive, and with it the producer's counter: a number missing before it shows within a minute."""
    state = queries.health(work)
    return record(work, "audit.heartbeat", det={"waiting": state.waiting, "unsigned": state.unsigned})


def search(
    work: Work,
    *,
    actor: str | None = None,
    act: str | None = None,
    res: tuple[str, str] | None = None,
    purpose: str | None = None,
    person: str | None = None,
    known: search_queries.Known | None = None,
    source: str | None = None,
    outcome: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: str | None = None,
    limit: int = 50,
) -> queries.Page:
    """Return the entries that meet every condition, newest first, and record that they were read (PCI DSS 10.2.1.3).

    One entry a call, whatever it finds. A person or an address searched for is named in it by commitment only; `known` is what else
    they are known as.

    Raises `InvalidError` for an act, an outcome or a position that there is not: nothing found would pass for an answer.
    """
    acts.check(act)
    page = queries.search(
        work,
        actor=actor,
        act=act,
        res=res,
        purpose=purpose,
        person=person,
        known=known,
        source=source,
        outcome=outcome,
        since=since,
        until=until,
        before=before,
        limit=limit,
    )
    given = {
        "actor": actor,
        "act": act,
        "outcome": outcome,
        "since": since,
        "until": until,
        "person": person,
        "purpose": purpose,
        "res": res,
        "source": source,
    }
    det = {"found": len(page.entries), "by": sorted(name for name, value in given.items() if value)}
    _write(
        work, Draft("audit.read", (res,) if res else (), det, forgotten=search_queries.sought(person, source))
    )
    return page


def export(runtime: Runtime, actor: Actor, form: str, wanted: Mapping[str, Any]) -> Iterator[bytes]:
    """Return a search as a file, `csv` or `jsonl`, newest first, in portions; `wanted` is what `search` is asked.

    That it is taken out, and by which filter, is recorded and committed before this returns: if nothing could be
    recorded, nothing leaves. Who was looked for is named in it by commitment only.

    Raises `InvalidError` as `search` does, and for another form.
    """
    exports.checked(form)
    acts.check(wanted.get("act"))
    with runtime.work(actor) as work:
        first = queries.search(work, **wanted, limit=queries.MOST)
        _write(work, exports.told(work, form, wanted))
    return exports.lines(runtime, actor, form, wanted, first)


def read(work: Work, entry_id: str) -> queries.Detail:
    """Return one entry with its proof and what is personal in it and not erased, and record that it was read.

    Raises `NotFoundError` if it has no place in the tenant's log.
    """
    detail = queries.entry(work, entry_id)
    det = {"disclosed": sorted(detail.personal)} if detail.personal else {}
    _write(work, Draft("audit.read", (("audit_entry", entry_id),), det))
    return detail


def prove(work: Work, entry_id: str) -> str:
    """Return the `.tlog-proof` text of an entry, and record that it was exported.

    Raises `NotFoundError` if no signed checkpoint covers the entry yet.
    """
    proof = queries.inclusion_proof(work, entry_id)
    _write(work, Draft("audit.exported", (("audit_entry", entry_id),), {"format": "tlog-proof"}))
    return proof


def bundle(runtime: Runtime, actor: Actor, out_dir: Path, *, proofs: Iterable[str] = ()) -> Checkpoint:
    """Write everything an auditor needs into `out_dir` and return the checkpoint it stands under.

    That it is exported is recorded, sequenced and signed first, so that the bundle contains the entry of its own
    making; if nothing could be recorded, nothing leaves. Where the log no longer holds together and the signer
    refuses, the bundle stands under the last checkpoint: evidence of damage must not be withheld because of it. The
    witnesses are asked once; whom they do not answer has a bundle that lacks their lines, and says so when verified.

    Raises `NotFoundError` if nothing was ever signed, `InvalidError` if `out_dir` holds something else.
    """
    with runtime.work(actor) as work:
        _write(work, Draft("audit.exported", (), {"format": "tlog-tiles"}))
    with suppress(IntegrityError):
        sequencer.sequence(runtime, actor.tenant, wait=True)
        signer.publish(runtime, actor.tenant)
    with suppress(GovernanceError):
        witnessing.cosign(runtime, actor.tenant)
    with runtime.work(actor, write=False) as work:
        return bundles.write(work, out_dir, tuple(proofs))


def self_audit(runtime: Runtime, actor: Actor) -> selfaudit.SelfAudit:
    """Recompute the tenant's whole log and return what came out, which is recorded as well (PCI DSS 10.3.4)."""
    with runtime.work(actor, write=False) as work:
        anchored = selfaudit.anchors(work)
    with runtime.work(actor, write=False) as work:
        result = selfaudit.examine(work, anchored)
    with runtime.work(actor) as work:
        det: dict[str, Any] = {"size": result.size, "shards": result.shards, "flaws": len(result.flaws)}
        if result.entry is not None:
            det["entry"] = result.entry
        act = "audit.integrity.verified" if result.holds else "audit.integrity.failed"
        record(work, act, det=det, out="success" if result.holds else "failure")
    return result


def erase_person(work: Work, subject: str) -> int:
    """Make everything personal that the log holds of `subject` unreadable; return how many entries lost something.

    Their keys go, so that copies in backups go with them, and so does the free text of entries they appear in, since
    it can name anybody. The entries stay, and every proof keeps holding (GDPR Art. 17, PCI DSS 10.5). The entry that
    records the erasure commits to the subject under a salt that nobody keeps. Once the Work has committed, the caller
    has the database forget what was deleted (`db.forget_deleted`).

    Raises `InvalidError` without a subject.
    """
    if not subject:
        raise InvalidError("whose data is to be erased?", "subject")
    count = seal.erase(work, seal_queries.keys_of_person(work, subject))
    _write(work, Draft("audit.person.erased", (), {"entries": count}, forgotten={"subject.ref": subject}))
    return count


def erase_recordings(work: Work, recordings: Sequence[str]) -> dict[str, int]:
    """Make unreadable what the log holds of the people in recordings, and free text about them; return in how many entries.

    Who of the staff did what with the recording stays readable: that is what the log is for (PCI DSS 10.2.2).
    """
    if not all(recordings):
        raise InvalidError("which recording's data is to be erased?", "recording")
    counts = seal.erase_recordings(work, recordings)
    for start in range(0, len(recordings), leaf.MAX_RESOURCES):
        some = recordings[start : start + leaf.MAX_RESOURCES]
        res = tuple(("recording", one) for one in some)
        det = {"entries": sum(counts.get(one, 0) for one in some)}
        _write(work, Draft("audit.recording.erased", res, det))
    return counts


def _write(work: Work, draft: Draft) -> str:
    return outbox.write(work, draft, _log(work), work.actor)


def _log(work: Work) -> AuditLog:
    """Return the open log, asked for and locked once a Work."""
    log: AuditLog | None = work.session.info.get("audit.log")
    if log is None:
        log = shards.open_log(work)
        work.session.info["audit.log"] = log
    return log
