"""Verification of a bundle, offline: no database, no server, no key of the house.

Stands alone: it rests on `merkle`, `leaf`, `note` and their like, and on `cryptography` for Ed25519. Whoever doubts
the house reads these files, or takes any other implementation of the same norms: the bundle is made of theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from governance.audit import checkpoint, proof, tiles
from governance.audit.checkpoint import Checkpoint
from governance.audit.examine import Examination, Flaw
from governance.audit.merkle import HASH_SIZE
from governance.audit.note import Note, VerifierKey
from governance.audit.policyfile import TrustPolicy
from governance.errors import IntegrityError, InvalidError

CHECKPOINT = "checkpoint"
SHARDS = "shards"
MAX_FILE = tiles.WIDTH * (2 + 65535)


@dataclass(frozen=True)
class Verdict:
    """What a verifier may say about a bundle.

    `is_consistent`: everything in it fits together. `is_proven`: and the checkpoint is signed as the trust file
    demands. `entry` names the first entry that does not hold, where one can be named. `notes` are remarks about
    completeness that do not refuse the bundle.
    """

    is_consistent: bool
    is_proven: bool
    because: str
    origin: str = ""
    size: int = 0
    entry: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all holds, 1 something does not, 3 consistent in itself with its origin unproven."""
        if not self.is_consistent:
            return 1
        return 0 if self.is_proven else 3


class Folder:
    """Tiles and leaves of one log as static files (C2SP tlog-tiles)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the tile's bytes. Raises `IntegrityError` if the file is missing or of another length."""
        path = tiles.tile_path(level, index, width)
        data = self.read(path)
        if len(data) != width * HASH_SIZE:
            raise IntegrityError(f"{path} does not hold {width} hashes")
        return data

    def leaves(self, index: int, width: int) -> list[bytes]:
        """Return the leaves of one entry bundle. Raises `IntegrityError` if the file is missing or broken."""
        path = tiles.tile_path("entries", index, width)
        try:
            return tiles.split_bundle(self.read(path))
        except IntegrityError as error:
            raise IntegrityError(f"{path}: {error}") from None

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises `IntegrityError` if it is not there or larger than any such file can be."""
        try:
            with (self._folder / path).open("rb") as file:
                data = file.read(MAX_FILE + 1)
        except OSError:
            raise IntegrityError(f"{path} is missing") from None
        if len(data) > MAX_FILE:
            raise IntegrityError(f"{path} is larger than it can be")
        return data

    def text(self, path: str) -> str:
        """Return a file's text. Raises `IntegrityError` if it is not there or not UTF-8."""
        try:
            return self.read(path).decode("utf-8")
        except UnicodeDecodeError:
            raise IntegrityError(f"{path} is not UTF-8") from None


def verify_bundle(folder: Path, policy: TrustPolicy | None) -> Verdict:
    """Return the verdict over the bundle in `folder`: each shard, their order, and each proof file.

    Without `policy` the best verdict is *consistent in itself, origin unproven*: a forger signs anew.
    """
    shards = [*_older_shards(folder), folder]
    verdict = Verdict(is_consistent=False, is_proven=False, because="there is nothing to verify")
    notes: list[str] = []
    before: Checkpoint | None = None
    for shard in shards:
        examined = _verify_shard(shard, policy, before)
        if isinstance(examined, Verdict):
            return examined
        before, remarks = examined
        notes += remarks
        verdict = Verdict(
            is_consistent=True,
            is_proven=policy is not None,
            because=_good_news(before, policy),
            origin=before.origin,
            size=before.size,
            notes=tuple(notes),
        )
    return verdict


def _good_news(signed: Checkpoint, policy: TrustPolicy | None) -> str:
    if policy is None:
        return f"{signed.origin}: {signed.size} entries are consistent in themselves, origin unproven"
    return f"{signed.origin}: all {signed.size} entries are what was logged, signed as the trust file demands"


def _older_shards(folder: Path) -> list[Path]:
    """Return the folders of the shards before the current one, oldest first: they are numbered."""
    shards = folder / SHARDS
    found = [path for path in shards.iterdir() if path.is_dir()] if shards.is_dir() else []
    return sorted(found, key=lambda path: path.name)


def _verify_shard(
    folder: Path, policy: TrustPolicy | None, before: Checkpoint | None
) -> Verdict | tuple[Checkpoint, list[str]]:
    files = Folder(folder)
    origin, size = "", 0
    try:
        signed, note = checkpoint.parse(files.text(CHECKPOINT))
        origin, size = signed.origin, signed.size
        if policy is not None:
            policy.accept(origin, note)
        examination = Examination(files, origin, size, is_first_shard=before is None)
        flaw = examination.run() or _against(examination, signed, note, before)
        if flaw is None:
            _verify_proofs(files, folder, signed, policy)
        gaps = examination.completeness.gaps()
    except IntegrityError as error:
        flaw, gaps = Flaw(str(error)), []
    open_gaps = [gap for gap in gaps if not gap.is_explained]
    if flaw is None and open_gaps:
        flaw = Flaw(f"before entry {open_gaps[0].index}: {open_gaps[0].because}", open_gaps[0].index)
    if flaw is not None:
        return Verdict(
            is_consistent=False,
            is_proven=False,
            because=flaw.because,
            origin=origin,
            size=size,
            entry=flaw.entry,
        )
    return signed, [gap.because for gap in gaps]


def _against(
    examination: Examination, signed: Checkpoint, note: Note, before: Checkpoint | None
) -> Flaw | None:
    """Hold what came out against the checkpoint, the keys the log named itself, and the shard before."""
    if examination.root != signed.root:
        last = max(signed.size - 1, 0)
        return Flaw(f"entries 0 to {last} do not lead to the root that the checkpoint states", last=last)
    if examination.completeness.repeated:
        index = examination.completeness.repeated[0]
        return Flaw(f"entry {index} carries a producer's number that was used before", index)
    stated = examination.first.get("det", {})
    if before is not None and not _continues(stated, before):
        return Flaw(f"entry 0 does not continue {before.origin} as it was signed", 0)
    # Nothing of it was there to hand over where its size is 0: the database had lost it, and entry 0 says so.
    if before is None and stated.get("old_size", 0) != 0:
        return Flaw(f"entry 0 continues {stated.get('old_origin')}, which is not in the bundle", 0)
    try:
        keys = [VerifierKey.parse(text) for text in examination.verifier_keys]
        if keys and note.signed_by(keys):
            return None
    except (IntegrityError, InvalidError) as error:
        return Flaw(str(error))
    return Flaw("the checkpoint is not signed by a key that the log itself has named")


def _continues(stated: Mapping[str, Any], before: Checkpoint) -> bool:
    """Return whether entry 0 names the shard before, and its root where it states the size that was signed."""
    known = [
        stated.get(f"{who}_root") == before.root.hex()
        for who in ("old", "anchor")
        if stated.get(f"{who}_size") == before.size
    ]
    return stated.get("old_origin") == before.origin and (not known or any(known))


def _verify_proofs(files: Folder, folder: Path, signed: Checkpoint, policy: TrustPolicy | None) -> None:
    """Check each proof file against its entry. Raises `IntegrityError` naming the first that does not hold."""
    for path in sorted((folder / "proofs").glob("*.tlog-proof")):
        try:
            stated = proof.parse(files.text(f"proofs/{path.name}"))
            if not stated.index < signed.size:
                raise IntegrityError("it points behind the end of the log")
            index, offset = divmod(stated.index, tiles.WIDTH)
            leaves = files.leaves(index, tiles.width_at(0, index, signed.size))
            stated.verify(leaves[offset], policy)
        except IntegrityError as error:
            raise IntegrityError(f"proofs/{path.name}: {error}") from None
