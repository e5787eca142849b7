"""Reading a package from any byte on: its stretches one after the other, each opened when its turn comes.

Nothing is opened of a package of which a recording was erased since, or has gone back into quarantine: what was clean
when it was made may not be any more.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from governance.access import service as access
from governance.errors import ConflictError, NotFoundError
from governance.recordings import queries as catalog
from governance.recordings.models import RELEASED
from governance.runtime import Actor, Runtime, Work
from governance.subjects import package_queries
from governance.subjects.package_models import INCLUDED, READY
from governance.vault import service as vault
from governance.vault.cipher import CHUNK, Reader

SERVICE = "svc_packages"
_BECAUSE = "The person recorded fetches their copy (GDPR Art. 15(3))."


@dataclass(frozen=True)
class _Stretch:
    """Where a stretch begins, how long it is, and whose bytes it is."""

    begins: int
    size: int
    blob_id: str
    owner: str
    is_recording: bool


class Archive:
    """The bytes of a package that is ready. Raises `ConflictError` where it is not, or no longer whole."""

    def __init__(self, runtime: Runtime, tenant: str, package_id: str) -> None:
        self._runtime = runtime
        self._house = Actor.system(tenant, SERVICE)
        with runtime.work(self._house, write=False) as work:
            self._stretches = _stretches(work, package_id)
            self.manifest_sha256 = package_queries.package(work, package_id).manifest_sha256 or ""
        last = self._stretches[-1]
        self.size = last.begins + last.size

    def portions(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from `start` (included) to `end` (excluded), decrypted a chunk at a time.

        Raises `NotFoundError` where a stretch has gone meanwhile: half a recording must not look like a whole one.
        """
        for one in self._stretches:
            begin, stop = max(start, one.begins), min(end, one.begins + one.size)
            if begin >= stop:
                continue
            with self._open(one) as reader:
                reader.seek(begin - one.begins)
                left = stop - begin
                while left:
                    portion = reader.read(min(CHUNK, left)) or b""
                    if not portion:
                        raise NotFoundError("the package is shorter than it was")
                    left -= len(portion)
                    yield portion

    def _open(self, one: _Stretch) -> Reader:
        with self._runtime.work(self._house, write=False) as work:
            if one.is_recording:
                row = catalog.recording(work, one.owner)
                if row is None or row.state != RELEASED:
                    raise NotFoundError("a recording of the package is not there any more")
            permission = "recording:rendition:play" if one.is_recording else "request:manage"
            grant = access.house_grant(work, permission, one.owner, because=_BECAUSE)  # type: ignore[arg-type]
            return vault.open(work, grant, one.blob_id)


def _stretches(work: Work, package_id: str) -> list[_Stretch]:
    package = package_queries.package(work, package_id)
    if package.state != READY or package.blob_id is None:
        raise ConflictError("The package is not there yet, or not any more.")
    if package_queries.broken(work, package_id):
        raise ConflictError(
            "The package is no longer whole: something in it was erased or locked since it was made."
        )
    placed, at = [], 0
    for part in package_queries.parts(work, package_id):
        if part.state == INCLUDED and part.blob_id is not None:
            placed.append(_Stretch(at, part.size, part.blob_id, part.recording_id, True))
            at += part.size
    return [*placed, _Stretch(at, package.size - at, package.blob_id, package.id, False)]
