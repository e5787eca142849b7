"""Fetching a package: a code opens it, a visit downloads it, and every try and every fetch is in the log.

Looking at the page changes nothing, since mail scanners follow links. A right code opens a visit, whose token downloads
from any byte on, as often as a broken line demands, until the visit's time is over. A fetch counts once every byte has
left; the policy says how many there may be. Tries are counted under a lock and commit whatever the answer is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from governance import ids
from governance.access import tokens
from governance.errors import DeniedError, NotFoundError, UnauthenticatedError
from governance.runtime import Actor, Runtime, Work
from governance.subjects import acts, package_codes, package_queries, queries, rules
from governance.subjects.package_models import READY, Package, PackageVisit
from governance.subjects.package_reading import Archive
from governance.tenancy import DEFAULT

VISITOR = "subject"
"""The kind of actor who fetches: no account, no role, known by a code alone."""
NOTED_EVERY = 8 * 1024 * 1024
_PREFIX = "gp_"
_MOST_PIECES = 64
_REFUSALS = {
    "wrong_code": "This code does not open the package, or not any more.",
    "too_many_tries": "There were too many wrong codes. Ask us for a new one.",
    "used_up": "The package has been fetched. If you need it again, ask us for a new code.",
    "not_now": "The package cannot be handed over at the moment. Please ask us.",
    "not_whole": "The package has to be made again. Please ask us.",
}


@dataclass(frozen=True)
class Opened:
    """A visit: the token that downloads, and what there is to download."""

    token: str = field(repr=False)
    seconds: int


@dataclass(frozen=True)
class Waiting:
    """What the page of a visit shows."""

    size: int
    until: datetime
    is_complete: bool


class Download:
    """The bytes of a package for one visit. Reading them is noted, so that a fetch counts once it is whole."""

    def __init__(self, runtime: Runtime, actor: Actor, package_id: str, archive: Archive) -> None:
        self._runtime, self._actor, self._package_id, self._archive = runtime, actor, package_id, archive
        self.size = archive.size
        self.tag = f'"{package_id}-{archive.manifest_sha256[:16]}"'

    def portions(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` (included) to `end` (excluded); what has left is noted as it goes.

        A portion counts once the next one is asked for: then it has been handed on.
        """
        at = noted = start
        for portion in self._archive.portions(start, end):
            yield portion
            at += len(portion)
            if at - noted >= NOTED_EVERY or at == end:
                self._note(noted, at)
                noted = at

    def _note(self, start: int, end: int) -> None:
        with self._runtime.work(self._actor) as work:
            package = package_queries.package(work, self._package_id, lock=True)
            covered = _merged([*package.covered, [start, end]])
            if covered == [[0, self.size]]:
                package.fetches, covered = package.fetches + 1, []
                _record(work, package, "complete", {"fetches": package.fetches})
            package.covered = covered
            work.session.add(package)


def open_with(runtime: Runtime, package_id: str, code: str, ip: str | None = None) -> Opened:
    """Return a visit to the package that `code` opens.

    Raises `UnauthenticatedError` for a wrong code and for a package that is not there, which are the same to whoever
    has no code; `DeniedError` with the reason where it is right and still does not open, or too many were wrong.
    """
    actor = _visitor(runtime, package_id, ip)
    if actor is None:
        raise UnauthenticatedError(_REFUSALS["wrong_code"])
    with runtime.work(actor) as work:
        # The count of tries must be kept: the Work ends well, and the refusal is raised after it.
        opened, refusal = _try(work, package_id, code)
    if opened is not None:
        return opened
    if refusal == "wrong_code":
        raise UnauthenticatedError(_REFUSALS[refusal])
    raise DeniedError(refusal, _REFUSALS[refusal])


def _try(work: Work, package_id: str, code: str) -> tuple[Opened | None, str]:
    package = package_queries.package(work, package_id, lock=True)
    limits = work.policies.disclosure.package
    fits = package_codes.fits(work, package, code)
    if package.state != READY or package.expires_at is None or work.now >= package.expires_at:
        refusal = "wrong_code"
    elif package.tries >= limits.tries:
        refusal = "too_many_tries"
    elif not fits:
        package.tries += 1
        refusal = "wrong_code"
    elif package.fetches >= limits.fetches:
        refusal = "used_up"
    elif _is_held_back(work, package):
        refusal = "not_now"
    elif package_queries.broken(work, package.id):
        refusal = "not_whole"
    else:
        package.tries = 0
        work.session.add(package)
        _record(work, package, "opened")
        return _visit(work, package), ""
    work.session.add(package)
    _record(work, package, refusal, {"tries": package.tries}, out="failure")
    return None, refusal


def _visit(work: Work, package: Package) -> Opened:
    token = tokens.make(_PREFIX)
    lifetime = work.policies.disclosure.package.opening
    assert package.expires_at is not None
    ends = min(work.now + lifetime, package.expires_at)
    visit = PackageVisit(
        id=ids.new("pkv"),
        tenant=work.tenant,
        package_id=package.id,
        token_hash=tokens.digest(token),
        opened_at=work.now,
        expires_at=ends,
    )
    work.session.add(visit)
    return Opened(token, int((ends - work.now).total_seconds()))


def waiting(runtime: Runtime, package_id: str, token: str) -> Waiting | None:
    """Return what the visit with `token` can download; None where it is over, or never was. Changes nothing."""
    actor = _visitor(runtime, package_id, None) if token else None
    if actor is None:
        return None
    with runtime.work(actor, write=False) as work:
        visit = _alive(work, package_id, token)
        if visit is None:
            return None
        package = package_queries.package(work, package_id)
        return Waiting(package.size, visit.expires_at, package.fetches > 0)


def download(
    runtime: Runtime, package_id: str, token: str, ip: str | None = None, from_byte: int = 0
) -> Download:
    """Return the package for the visit with `token`. That somebody fetches is in the log before the first byte leaves.

    Raises `UnauthenticatedError` where the visit is over, `ConflictError` where the package is no longer whole.
    """
    actor = _visitor(runtime, package_id, ip)
    if actor is None:
        raise UnauthenticatedError("Enter your code again: its time is over.")
    with runtime.work(actor) as work:
        visit = _alive(work, package_id, token)
        if visit is not None:
            _record(work, package_queries.package(work, package_id), "download", {"from_byte": from_byte})
    if visit is None:
        raise UnauthenticatedError("Enter your code again: its time is over.")
    return Download(runtime, actor, package_id, Archive(runtime, actor.tenant, package_id))


def _alive(work: Work, package_id: str, token: str) -> PackageVisit | None:
    """Return the visit with this token while it lasts."""
    visit = package_queries.visit(work, package_id, tokens.digest(token))
    if visit is None or not tokens.matches(token, visit.token_hash) or work.now >= visit.expires_at:
        return None
    package = package_queries.package(work, package_id)
    return visit if package.state == READY and not _is_held_back(work, package) else None


def _is_held_back(work: Work, package: Package) -> bool:
    """Return whether the request no longer lets its package go: who asks is in doubt again, or it was taken back."""
    request = queries.request(work, package.request_id)
    return request is None or rules.why_not("fetch", acts.situation(work, request)) is not None


def forget_visits(runtime: Runtime, actor: Actor, limit: int = 500) -> int:
    """Delete visits that are over; return how many. A job."""
    with runtime.work(actor) as work:
        over = package_queries.visits_before(work, work.now, limit)
        for visit in over:
            work.session.delete(visit)
        return len(over)


def _visitor(runtime: Runtime, package_id: str, ip: str | None) -> Actor | None:
    """Return whoever fetches, as somebody of the package's tenant; None where there is no such package."""
    with runtime.unscoped(Actor.system(DEFAULT, "svc_packages")) as work:
        found = package_queries.anywhere(work, package_id)
    return Actor(kind=VISITOR, id="visitor", tenant=found.tenant, ip=ip) if found is not None else None


def _record(
    work: Work, package: Package, code: str, det: dict[str, int] | None = None, out: str = "success"
) -> None:
    request = queries.request(work, package.request_id)
    if request is None:
        raise NotFoundError("there is no such request")
    acts.record(
        work, "request.package.fetched", request, code=code, det=det, res=[("package", package.id)], out=out
    )


def _merged(pieces: list[list[int]]) -> list[list[int]]:
    """Return the pieces in order, those that touch as one. Beyond some, the smallest are forgotten and fetched again."""
    whole: list[list[int]] = []
    for start, end in sorted(pieces):
        if whole and start <= whole[-1][1]:
            whole[-1] = [whole[-1][0], max(whole[-1][1], end)]
        else:
            whole.append([start, end])
    while len(whole) > _MOST_PIECES:
        whole.remove(min(whole, key=lambda piece: piece[1] - piece[0]))
    return whole
