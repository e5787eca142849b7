"""The code of a package: it is sent apart from the link, and only its keyed hash is kept."""

from __future__ import annotations

import hmac
import secrets

from governance import tenancy
from governance.errors import ConflictError
from governance.runtime import Work
from governance.subjects import package_queries
from governance.subjects.package_models import READY, Package

# Without signs that are taken for one another, on paper or on the telephone.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUPS, _LENGTH = 5, 4
_KEY = "package_codes"
_LONGEST = 60


def renew(work: Work, package_id: str) -> str:
    """Return a new code for the package: 98 random bits in five groups. The one before it opens nothing any more,
    and what it had opened is closed.

    Wrong tries are forgotten with it. Raises `ConflictError` where there is nothing to fetch.
    """
    row = package_queries.package(work, package_id, lock=True)
    if row.state != READY:
        raise ConflictError("The package cannot be fetched: it is still being made, or its time is over.")
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(_LENGTH)) for _ in range(_GROUPS))
    code = "-".join(groups)
    row.code_hash, row.code_at = digest(work, row.id, code), work.now
    row.tries, row.fetches, row.covered = 0, 0, []
    work.session.add(row)
    for visit in package_queries.visits(work, row.id):
        work.session.delete(visit)
    work.session.flush()
    return code


def fits(work: Work, row: Package, code: str) -> bool:
    """Return whether `code` opens the package, in a time that does not tell how nearly. Spaces and case do not matter."""
    return hmac.compare_digest(digest(work, row.id, code[:_LONGEST]), row.code_hash or b"")


def digest(work: Work, package_id: str, code: str) -> bytes:
    """Return what is stored of a code: keyed, and bound to its package."""
    typed = "".join(sign for sign in code.upper() if sign.isalnum())
    return hmac.digest(tenancy.data_key(work, _KEY), f"{package_id}\0{typed}".encode(), "sha256")
