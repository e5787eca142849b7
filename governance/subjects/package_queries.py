"""What is known of letters and packages, and of the recordings that may go into one."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, func, or_, select

from governance.errors import NotFoundError
from governance.recordings.models import RELEASED, Recording
from governance.runtime import Work
from governance.subjects.models import Candidate
from governance.subjects.package_models import (
    GONE,
    INCLUDED,
    MAKING,
    READY,
    WAITING,
    Letter,
    Package,
    PackagePart,
    PackageVisit,
)
from governance.vault.models import BlobKey


def letter(work: Work, letter_id: str, *, lock: bool = False) -> Letter:
    """Return the letter, locked until the transaction ends where `lock`. Raises `NotFoundError`."""
    asked = select(Letter).where(Letter.id == letter_id)
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    found = work.session.exec(asked).first()
    if found is None:
        raise NotFoundError("there is no such letter")
    return found


def letters(work: Work, request_id: str) -> Sequence[Letter]:
    """Return the request's letters, oldest first."""
    asked = select(Letter).where(Letter.request_id == request_id)
    return work.session.exec(asked.order_by(col(Letter.prepared_at), col(Letter.id))).all()


def package(work: Work, package_id: str, *, lock: bool = False) -> Package:
    """Return the package, locked until the transaction ends where `lock`. Raises `NotFoundError`."""
    asked = select(Package).where(Package.id == package_id)
    if lock:
        asked = asked.with_for_update().execution_options(populate_existing=True)
    found = work.session.exec(asked).first()
    if found is None:
        raise NotFoundError("there is no such package")
    return found


def anywhere(work: Work, package_id: str) -> Package | None:
    """Return the package whoever's it is: for the one page that is opened by its code alone."""
    return work.session.exec(select(Package).where(Package.id == package_id)).first()


def packages(work: Work, request_id: str) -> Sequence[Package]:
    """Return the request's packages, newest first: those that are gone too."""
    asked = select(Package).where(Package.request_id == request_id)
    return work.session.exec(asked.order_by(col(Package.ordered_at).desc(), col(Package.id).desc())).all()


def alive(work: Work, request_id: str) -> Package | None:
    """Return the request's package that is being made or can be fetched, or None."""
    return next((one for one in packages(work, request_id) if one.state != GONE), None)


def unfinished(work: Work) -> Sequence[str]:
    """Return the ids of packages that are being made, in the order they were ordered."""
    asked = select(Package.id).where(Package.state == MAKING)
    return work.session.exec(asked.order_by(col(Package.ordered_at), col(Package.id))).all()


def expired(work: Work) -> Sequence[str]:
    """Return the ids of packages whose time is over and that are still there."""
    asked = select(Package.id).where(Package.state == READY, col(Package.expires_at) <= work.now)
    return work.session.exec(asked.order_by(col(Package.expires_at))).all()


def parts(work: Work, package_id: str) -> Sequence[PackagePart]:
    """Return the package's parts in their order."""
    asked = select(PackagePart).where(PackagePart.package_id == package_id)
    return work.session.exec(asked.order_by(col(PackagePart.position))).all()


def next_parts(work: Work, package_id: str, limit: int) -> Sequence[PackagePart]:
    """Return the first parts that wait to be made, in their order."""
    asked = select(PackagePart).where(PackagePart.package_id == package_id, PackagePart.state == WAITING)
    return work.session.exec(asked.order_by(col(PackagePart.position)).limit(limit)).all()


def part(work: Work, part_id: str) -> PackagePart | None:
    """Return the part, locked until the transaction ends."""
    asked = select(PackagePart).where(PackagePart.id == part_id).with_for_update()
    return work.session.exec(asked.execution_options(populate_existing=True)).first()


def confirmed(work: Work, request_id: str) -> Sequence[Candidate]:
    """Return the candidates that a person has confirmed to be the requester's, the oldest recording first."""
    asked = (
        select(Candidate)
        .join(Recording, col(Recording.id) == col(Candidate.recording_id))
        .where(Candidate.request_id == request_id, Candidate.decision == "confirmed")
    )
    return work.session.exec(asked.order_by(col(Recording.started_at), col(Recording.id))).all()


def broken(work: Work, package_id: str) -> int:
    """Return how many parts may not be handed over any more: erased since, or back in quarantine."""
    included = select(func.count(col(PackagePart.id))).where(
        PackagePart.package_id == package_id, PackagePart.state == INCLUDED
    )
    sound = included.join(Recording, col(Recording.id) == col(PackagePart.recording_id)).join(
        BlobKey, col(BlobKey.blob_id) == col(PackagePart.blob_id)
    )
    return (
        work.session.exec(included).one() - work.session.exec(sound.where(Recording.state == RELEASED)).one()
    )


def part_at(work: Work, package_id: str, position: int) -> PackagePart | None:
    """Return the part at that place of the package, or None."""
    asked = select(PackagePart).where(PackagePart.package_id == package_id, PackagePart.position == position)
    return work.session.exec(asked).first()


def visit(work: Work, package_id: str, token_hash: str) -> PackageVisit | None:
    """Return the visit with this token, or None."""
    asked = select(PackageVisit).where(
        PackageVisit.package_id == package_id, PackageVisit.token_hash == token_hash
    )
    return work.session.exec(asked).first()


def visits(work: Work, package_id: str) -> Sequence[PackageVisit]:
    """Return the package's visits, those that are over too."""
    return work.session.exec(select(PackageVisit).where(PackageVisit.package_id == package_id)).all()


def visits_before(work: Work, moment: datetime, limit: int) -> Sequence[PackageVisit]:
    """Return visits that are over by then."""
    return work.session.exec(
        select(PackageVisit).where(col(PackageVisit.expires_at) <= moment).limit(limit)
    ).all()


def uncleared(work: Work) -> Sequence[str]:
    """Return the ids of packages that are gone and whose keys are still there."""
    parted = select(PackagePart.package_id).where(col(PackagePart.blob_id).is_not(None))
    left = or_(col(Package.blob_id).is_not(None), col(Package.id).in_(parted))
    return work.session.exec(select(Package.id).where(Package.state == GONE, left)).all()
