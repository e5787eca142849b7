"""The package that answers a request for access: ordered by a person, made by a job recording by recording, and gone in time.

A step is one recording: read, written and sealed outside any transaction, then kept in one that looks again whether it
may be. If the process dies, the steps that were kept stay and the next run goes on. Nothing is made for a request
whose candidates are not confirmed by hand or whose person is in doubt; what changes meanwhile ends the making.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import orjson

from governance import ids
from governance.access import service as access
from governance.audit import service as audit
from governance.errors import ConflictError, GovernanceError
from governance.policy import Policies
from governance.recordings import queries as catalog
from governance.recordings import service as recordings
from governance.recordings.models import RELEASED, RENDITION
from governance.runtime import Actor, Runtime, Work
from governance.subjects import (
    acts,
    package_contents,
    package_queries,
    package_tail,
    person,
    queries,
    rules,
    sealing,
)
from governance.subjects.models import SubjectRequest
from governance.subjects.package_archive import File, Stretch
from governance.subjects.package_contents import Source, Writing
from governance.subjects.package_models import (
    GONE,
    INCLUDED,
    LEFT_OUT,
    MAKING,
    READY,
    WAITING,
    Package,
    PackagePart,
)
from governance.vault import service as vault
from governance.vault.service import Sealed

SERVICE = "svc_packages"
KIND = "package_part"
_MOST_STEPS = 50


@dataclass(frozen=True)
class _Step:
    """What is made next: one recording (`source`; why not, where it is a text), or the end of the package (None)."""

    package_id: str
    at: datetime
    policies: Policies = field(repr=False)
    language: str
    part_id: str = ""
    number: int = 0
    source: Source | str | None = None


def order(work: Work, request_id: str) -> Package:
    """Return the package of the request, to be made of every recording that a person has confirmed.

    Raises `DeniedError`, `NotFoundError`, and `ConflictError` where access is not granted, somebody is still in doubt,
    or there is a package already.
    """
    request = acts.take(work, request_id, "disclose")
    if package_queries.alive(work, request.id) is not None:
        raise ConflictError("There is a package already: discard it before another is made.")
    _, language = work.policies.letters.template("access_answer", request.language)
    package = Package(
        id=ids.new("pkg"),
        tenant=work.tenant,
        request_id=request.id,
        state=MAKING,
        language=language,
        policy_digest=work.policies.digest,
        ordered_by=work.actor.id,
        ordered_at=work.now,
    )
    work.session.add(package)
    work.session.flush()
    confirmed = package_queries.confirmed(work, request.id)
    for position, candidate in enumerate(confirmed, 1):
        work.session.add(
            PackagePart(
                id=ids.new("pkp"),
                tenant=work.tenant,
                package_id=package.id,
                recording_id=candidate.recording_id,
                party_id=candidate.party_id,
                position=position,
                state=WAITING,
            )
        )
    work.session.flush()
    acts.record(
        work,
        "request.package.ordered",
        request,
        det={"recordings": len(confirmed)},
        res=[("package", package.id)],
    )
    return package


def make(runtime: Runtime, actor: Actor, request_id: str) -> Package:
    """Return the request's package, made to its end: ordered by `actor` unless it is, and carried on by the house.

    Raises as `order` does, and `ConflictError` where what changed meanwhile has ended it.
    """
    with runtime.work(actor) as work:
        acts.allow(work, "request:manage")
        found = package_queries.alive(work, request_id)
        package_id = found.id if found is not None else order(work, request_id).id
    while carry_on(runtime, actor.tenant, package_id):
        pass
    with runtime.work(actor, write=False) as work:
        made = package_queries.package(work, package_id)
    if made.state != READY:
        raise ConflictError("The request has changed while its package was made: look at it again.")
    return made


def make_pending(runtime: Runtime, actor: Actor, steps: int = _MOST_STEPS) -> int:
    """Carry on with the packages that were ordered, some steps at a time so that the process can end; return how many
    steps were made. A job.
    """
    with runtime.work(actor, write=False) as work:
        waiting = package_queries.unfinished(work)
    made = 0
    for package_id in waiting:
        while made < steps and carry_on(runtime, actor.tenant, package_id):
            made += 1
    return made


def carry_on(runtime: Runtime, tenant: str, package_id: str) -> bool:
    """Make one step of the package; return whether there is another. What was made stays if the next one fails."""
    house = Actor.system(tenant, SERVICE)
    with runtime.work(house) as work:
        step = _next(work, package_id)
    if step is None:
        return False
    if step.source is None:
        package_tail.finish(runtime, house, package_id)
        return False
    if isinstance(step.source, str):
        with runtime.work(house) as work:
            _leave_out(work, step, step.source)
        return True
    try:
        with vault.seal(runtime, tenant) as sink:
            stretch = Stretch(sink, step.at)
            writing = Writing(step.source, stretch, step.number, step.policies.disclosure, step.language)
            writing.write()
    except GovernanceError as error:
        with runtime.work(house) as work:
            _leave_out(work, step, "unreadable", error)
        return True
    # If we crash here the sealed bytes have no key anywhere, and this step is made again.
    with runtime.work(house) as work:
        is_kept = _keep(work, step, sink.sealed, stretch.files, writing)
    if not is_kept:
        vault.discard(runtime, sink.sealed)
    return True


def _next(work: Work, package_id: str) -> _Step | None:
    package = package_queries.package(work, package_id, lock=True)
    request = queries.request(work, package.request_id)
    if package.state != MAKING or request is None:
        return None
    if rules.why_not("disclose", acts.situation(work, request)) is not None:
        _end(work, package, request, "request_changed")
        clear(work, package)
        return None
    part = package_queries.next_part(work, package.id)
    known = (package.id, package.ordered_at, work.policies, package.language)
    if part is None:
        return _Step(*known)
    is_agent = request.requester == "staff" and _names_agent(work, request, part.recording_id)
    return _Step(*known, part.id, part.position, package_contents.gather(work, part, is_agent=is_agent))


def _names_agent(work: Work, request: SubjectRequest, recording_id: str) -> bool:
    row = catalog.recording(work, recording_id)
    agents = {one.value for one in person.of(work, request).identifiers if one.kind == "agent_id"}
    return row is not None and row.agent_id in agents


def _leave_out(work: Work, step: _Step, code: str, error: GovernanceError | None = None) -> None:
    part = package_queries.part(work, step.part_id)
    if part is not None and part.state == WAITING:
        part.state, part.code = LEFT_OUT, code
        work.session.add(part)
        res = [("recording", part.recording_id), ("package", part.package_id)]
        det = {"error": error.code} if error is not None else {}
        audit.record(work, "recording.disclosed", res=res, det=det, why={"code": code}, out="failure")


def _keep(work: Work, step: _Step, sealed: Sealed, files: Sequence[File], writing: Writing) -> bool:
    """Keep what was made, if it still may be: the package is being made, and the recording is as it was read."""
    assert isinstance(step.source, Source)
    package = package_queries.package(work, step.package_id, lock=True)
    row = catalog.for_update(work, step.source.recording_id)
    part = package_queries.part(work, step.part_id)
    if package.state != MAKING or part is None or part.state != WAITING or row is None:
        return False
    if row.state != RELEASED or row.revision != step.source.revision:
        return False  # the next step reads it again, or leaves it out
    made = recordings.add_derived(work, row.id, KIND, RENDITION, sealed, "application/zip")
    withheld = [one.told() for one in writing.withheld]
    facts = orjson.dumps({"files": [asdict(one) for one in files], "withheld": withheld}).decode()
    part.state, part.blob_id, part.size, part.withheld = INCLUDED, made.blob_id, sealed.bytes, len(withheld)
    part.facts_sealed = sealing.seal(work, part.id, "facts", facts)
    work.session.add(part)
    res = [("recording", row.id), ("request", package.request_id), ("package", package.id)]
    audit.record(
        work, "recording.disclosed", res=res, det={"withheld": len(withheld)}, why={"code": "access"}
    )
    return True


def discard(runtime: Runtime, actor: Actor, package_id: str) -> None:
    """Take the package back: nobody can fetch it from the first commit on, and its keys are destroyed right after.

    Raises `DeniedError`, `NotFoundError`.
    """
    with runtime.work(actor) as work:
        acts.allow(work, "request:manage")
        package = package_queries.package(work, package_id, lock=True)
        request = queries.request(work, package.request_id)
        if package.state != GONE and request is not None:
            _end(work, package, request, "discarded")
    clear_gone(runtime, Actor.system(actor.tenant, SERVICE))


def expire(runtime: Runtime, actor: Actor) -> int:
    """Delete the keys of packages whose time is over; return how many there were. A job: the page has refused them already."""
    with runtime.work(actor, write=False) as work:
        due = package_queries.expired(work)
    for package_id in due:
        with runtime.work(actor) as work:
            package = package_queries.package(work, package_id, lock=True)
            request = queries.request(work, package.request_id)
            if package.state == READY and request is not None:
                _end(work, package, request, "expired")
    clear_gone(runtime, Actor.system(actor.tenant, SERVICE))
    return len(due)


def clear_gone(runtime: Runtime, house: Actor) -> int:
    """Destroy the keys of packages that are gone and still have some; return how many there were. A job, too."""
    with runtime.work(house, write=False) as work:
        left = package_queries.uncleared(work)
    for package_id in left:
        with runtime.work(house) as work:
            clear(work, package_queries.package(work, package_id, lock=True))
    return len(left)


def clear(work: Work, package: Package) -> None:
    """Destroy, in the Work's transaction, the keys of everything in the package and what was noted of it. For the house."""
    because = "The package is gone."
    for part in package_queries.parts(work, package.id):
        if part.blob_id is not None:
            grant = access.house_grant(work, "recording:erase", part.recording_id, because=because)
            vault.shred(work, grant, part.blob_id)
            for made in catalog.derived(work, part.recording_id):
                if made.blob_id == part.blob_id:
                    work.session.delete(made)
        part.blob_id, part.facts_sealed = None, b""
        work.session.add(part)
    package_tail.drop(work, package, because)
    work.session.flush()


def _end(work: Work, package: Package, request: SubjectRequest, code: str) -> None:
    package.state, package.gone_at, package.gone_because = GONE, work.now, code
    package.code_hash = None
    work.session.add(package)
    acts.record(work, "request.package.expired", request, code=code, res=[("package", package.id)])
