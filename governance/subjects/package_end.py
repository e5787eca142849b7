"""The end of a package: discarded, over in time, or of a request that has changed. Its keys go, and with them every copy.

It is gone for everybody from the commit that says so; its keys are destroyed by the house right after, and by a job where
the process died in between.
"""

from __future__ import annotations

from governance.access import service as access
from governance.recordings import queries as catalog
from governance.runtime import Actor, Runtime, Work
from governance.subjects import acts, package_queries, package_tail, queries
from governance.subjects.models import SubjectRequest
from governance.subjects.package_models import GONE, READY, Package
from governance.vault import service as vault

SERVICE = "svc_packages"


def discard(runtime: Runtime, actor: Actor, package_id: str) -> None:
    """Take the package back: nobody can fetch it from the first commit on, and its keys are destroyed right after.

    Raises `DeniedError`, `NotFoundError`.
    """
    with runtime.work(actor) as work:
        acts.allow(work, "request:manage")
        package = package_queries.package(work, package_id, lock=True)
        request = queries.request(work, package.request_id)
        if package.state != GONE and request is not None:
            end(work, package, request, "discarded")
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
                end(work, package, request, "expired")
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


def end(work: Work, package: Package, request: SubjectRequest, code: str) -> None:
    """Say that the package is gone, and why, in the Work's transaction: nobody can fetch it from its commit on."""
    package.state, package.gone_at, package.gone_because = GONE, work.now, code
    package.code_hash = None
    work.session.add(package)
    acts.record(work, "request.package.expired", request, code=code, res=[("package", package.id)])
