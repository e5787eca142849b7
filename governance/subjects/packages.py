"""The package that answers a request for access: ordered by a person, made by a job recording by recording, and gone in time.

A step is some recordings: read, written and sealed one by one outside any transaction, then kept in one that looks again
whether each may be. If the process dies, the steps that were kept stay and the next run goes on. Nothing is made for a
request whose candidates are not confirmed by hand or whose person is in doubt; what changes meanwhile ends the making.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import orjson

from governance import ids
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
    package_end,
    package_queries,
    package_tail,
    person,
    queries,
    rules,
    sealing,
)
from governance.subjects.models import SubjectRequest
from governance.subjects.package_archive import File, Stretch
from governance.subjects.package_contents import Source, Withheld, Writing
from governance.subjects.package_end import SERVICE, clear_gone, discard, expire
from governance.subjects.package_models import (
    INCLUDED,
    LEFT_OUT,
    MAKING,
    READY,
    WAITING,
    Package,
    PackagePart,
)
from governance.subjects.package_tail import tell_again
from governance.vault import service as vault
from governance.vault.service import Sealed

__all__ = [
    "SERVICE",
    "carry_on",
    "clear_gone",
    "discard",
    "expire",
    "make",
    "make_pending",
    "order",
    "tell_again",
]

KIND = "package_part"
BATCH = 20
"""How many recordings one step makes, in one transaction."""
_MOST_STEPS = 5


@dataclass(frozen=True)
class _Part:
    """One recording of a step: what it is made from, or the code of why it is not."""

    id: str
    number: int
    source: Source | str


@dataclass(frozen=True)
class _Step:
    """What is made next: some recordings, or, where there is none left, the end of the package."""

    package_id: str
    at: datetime
    policies: Policies = field(repr=False)
    language: str
    parts: tuple[_Part, ...]


@dataclass(frozen=True)
class _Made:
    """One recording's stretch, sealed and kept by nobody yet; or why there is none."""

    part: _Part
    sealed: Sealed | None = None
    files: tuple[File, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    code: str | None = None


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
    if not step.parts:
        package_tail.finish(runtime, house, package_id)
        return False
    made: list[_Made] = []
    kept: set[str] = set()
    try:
        for part in step.parts:
            made.append(_make(runtime, tenant, step, part))  # noqa: PERF401 what was made before one fails is discarded
        # If we crash before the commit the sealed bytes have no key anywhere, and this step is made again.
        with runtime.work(house) as work:
            kept = _keep(work, step, made)
    finally:
        for one in made:
            if one.sealed is not None and one.part.id not in kept:
                vault.discard(runtime, one.sealed)
    return True


def _next(work: Work, package_id: str) -> _Step | None:
    package = package_queries.package(work, package_id, lock=True)
    request = queries.request(work, package.request_id)
    if package.state != MAKING or request is None:
        return None
    if rules.why_not("disclose", acts.situation(work, request)) is not None or _has_strayed(work, package):
        package_end.end(work, package, request, "request_changed")
        package_end.clear(work, package)
        return None
    parts = []
    for row in package_queries.next_parts(work, package.id, BATCH):
        is_agent = request.requester == "staff" and _names_agent(work, request, row.recording_id)
        parts.append(_Part(row.id, row.position, package_contents.gather(work, row, is_agent=is_agent)))
    return _Step(package.id, package.ordered_at, work.policies, package.language, tuple(parts))


def _has_strayed(work: Work, package: Package) -> bool:
    """Whether the package was ordered of something else than what is confirmed now: then nobody has allowed it."""
    ordered = {(one.recording_id, one.party_id) for one in package_queries.parts(work, package.id)}
    confirmed = package_queries.confirmed(work, package.request_id)
    return ordered != {(one.recording_id, one.party_id) for one in confirmed}


def _make(runtime: Runtime, tenant: str, step: _Step, part: _Part) -> _Made:
    if isinstance(part.source, str):
        return _Made(part, code=part.source)
    try:
        with vault.seal(runtime, tenant) as sink:
            stretch = Stretch(sink, step.at)
            writing = Writing(
                runtime, part.source, stretch, part.number, step.policies.disclosure, step.language
            )
            writing.write()
    except GovernanceError:
        return _Made(part, code="unreadable")
    return _Made(part, sink.sealed, tuple(stretch.files), tuple(writing.withheld))


def _names_agent(work: Work, request: SubjectRequest, recording_id: str) -> bool:
    row = catalog.recording(work, recording_id)
    agents = {one.value for one in person.of(work, request).identifiers if one.kind == "agent_id"}
    return row is not None and row.agent_id in agents


def _keep(work: Work, step: _Step, made: Sequence[_Made]) -> set[str]:
    """Keep what was made, each if it still may be; return the ids of the parts that were kept."""
    package = package_queries.package(work, step.package_id, lock=True)
    if package.state != MAKING:
        return set()
    return {one.part.id for one in made if _keep_one(work, package, one)}


def _keep_one(work: Work, package: Package, made: _Made) -> bool:
    part = package_queries.part(work, made.part.id)
    if part is None or part.state != WAITING:
        return False
    res = [("recording", part.recording_id), ("request", package.request_id), ("package", package.id)]
    if made.sealed is None or not isinstance(made.part.source, Source):
        part.state, part.code = LEFT_OUT, made.code
        work.session.add(part)
        audit.record(
            work, "recording.disclosed", res=res, why={"code": made.code or "unreadable"}, out="failure"
        )
        return True
    row = catalog.for_update(work, part.recording_id)
    if row is None or row.state != RELEASED or row.revision != made.part.source.revision:
        return False  # the next step reads it again, or leaves it out
    copy = recordings.add_derived(work, row.id, KIND, RENDITION, made.sealed, "application/zip")
    withheld = [one.told() for one in made.withheld]
    facts = orjson.dumps({"files": [asdict(one) for one in made.files], "withheld": withheld}).decode()
    part.state, part.blob_id, part.size, part.withheld = (
        INCLUDED,
        copy.blob_id,
        made.sealed.bytes,
        len(withheld),
    )
    part.facts_sealed = sealing.seal(work, part.id, "facts", facts)
    work.session.add(part)
    audit.record(
        work, "recording.disclosed", res=res, det={"withheld": len(withheld)}, why={"code": "access"}
    )
    return True
