"""Verification of a bundle, offline: no database, no server, no key of the house.

Stands alone: it rests on `merkle`, `leaf`, `note` and their like, and on `cryptography` for Ed25519. Whoever doubts
the house reads these files, or takes any other implementation of the same norms: the bundle is made of theirs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from governance.audit import chain, checkpoint, proof, stamps, submission, tiles
from governance.audit.chain import Stated
from governance.audit.checkpoint import Checkpoint
from governance.audit.examine import Examination, Flaw
from governance.audit.merkle import HASH_SIZE
from governance.audit.note import Note, VerifierKey
from governance.audit.policyfile import TrustPolicy
from governance.audit.stamps import Stamped
from governance.errors import IntegrityError, InvalidError

CHECKPOINT = "checkpoint"
SHARDS = "shards"
MAX_FILE = tiles.WIDTH * (2 + 65535)


@dataclass(frozen=True)
class Verdict:
    """What a verifier may say about a bundle.

    `is_consistent`: everything in it fits together. `is_proven`: and the checkpoint is signed as the trust file
    demands. `is_examined` is false where there was nothing to examine: then nothing was found, good or bad. `entry`
    names the first entry that does not hold, where one can be named. `shards` are the logs of the chain, oldest first.
    `losses` is what the log itself declares lost, and `notes` are remarks about completeness: neither refuses it.
    `stamped` is what its time stamps prove.
    """

    is_consistent: bool
    is_proven: bool
    because: str
    origin: str = ""
    size: int = 0
    entry: int | None = None
    notes: tuple[str, ...] = ()
    losses: tuple[str, ...] = ()
    shards: tuple[Checkpoint, ...] = ()
    is_examined: bool = True
    stamped: tuple[Stamped, ...] = ()

    @property
    def exit_code(self) -> int:
        """0 all holds, 1 something does not, 2 nothing could be examined, 3 consistent with its origin unproven."""
        if not self.is_examined:
            return 2
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
        data = self.read(path)
        try:
            return tiles.split_bundle(data)
        except IntegrityError as error:
            raise IntegrityError(f"{path}: {error}") from None

    def names(self, folder: str, ending: str) -> list[str]:
        """Return the names, without `ending`, of the files of `folder` that end in it."""
        return [path.name.removesuffix(ending) for path in (self._folder / folder).glob(f"*{ending}")]

    def read(self, path: str) -> bytes:
        """Return a file's bytes. Raises `IntegrityError` if it is not there or larger than any such file can be."""
        try:
            with (self._folder / path).open("rb") as file:
                data = file.read(MAX_FILE + 1)
        except FileNotFoundError:
            raise IntegrityError(f"{path} is missing") from None
        except OSError:
            raise IntegrityError(f"{path} cannot be read") from None
        if len(data) > MAX_FILE:
            raise IntegrityError(f"{path} is larger than it can be")
        return data

    def text(self, path: str) -> str:
        """Return a file's text. Raises `IntegrityError` if it is not there or not UTF-8."""
        try:
            return self.read(path).decode("utf-8")
        except UnicodeDecodeError:
            raise IntegrityError(f"{path} is not UTF-8") from None


@dataclass(frozen=True)
class _Shard:
    """A shard that holds in itself, and continues the one before it."""

    signed: Checkpoint
    stated: Stated | None
    notes: tuple[str, ...]
    losses: tuple[str, ...]
    files: Folder

    def root_at(self, size: int) -> bytes:
        """Return the root that the first `size` entries had, out of tiles that were examined before."""

        def read(level: int, index: int) -> bytes:
            return self.files.tile(level, index, tiles.width_at(level, index, self.signed.size))

        return tiles.TileReader(read, self.signed.size).root(size)


class _RefusedError(Exception):
    """The bundle does not hold, for the reason in `verdict`."""

    def __init__(self, flaw: Flaw, origin: str = "", size: int = 0) -> None:
        super().__init__(flaw.because)
        self.verdict = Verdict(
            is_consistent=False,
            is_proven=False,
            because=flaw.because,
            origin=origin,
            size=size,
            entry=flaw.entry,
        )


def verify_bundle(
    folder: Path, policy: TrustPolicy | None, authorities: Sequence[x509.Certificate] = ()
) -> Verdict:
    """Return the verdict over the bundle in `folder`: each shard, their order, each proof and each time stamp.

    A time stamp is believed if it leads to `authorities`; without them it is held against the tree only. Without `policy` the best verdict is *consistent in itself, origin unproven*: a forger signs anew.
    """
    shards: list[_Shard] = []
    stamped: list[Stamped] = []
    try:
        (folder / CHECKPOINT).open("rb").close()
        for each in [*_older_shards(folder), folder]:
            shards.append(_verify_shard(each, policy, shards[-1] if shards else None))
            stamped += _stamped(shards[-1], policy, authorities)
        if policy is not None:
            _account_for(policy, shards)
    except OSError:
        return Verdict(
            is_consistent=False,
            is_proven=False,
            because="nothing was verified: the folder or its checkpoint is missing, or cannot be read",
            is_examined=False,
        )
    except _RefusedError as error:
        return error.verdict
    newest = shards[-1].signed
    losses = tuple(loss for shard in shards for loss in shard.losses)
    return Verdict(
        is_consistent=True,
        is_proven=policy is not None,
        because=_good_news(newest, policy) + ("; it declares a loss itself" if losses else ""),
        origin=newest.origin,
        size=newest.size,
        notes=tuple(note for shard in shards for note in shard.notes),
        losses=losses,
        shards=tuple(shard.signed for shard in shards),
        stamped=tuple(stamped),
    )


def _stamped(
    shard: _Shard, policy: TrustPolicy | None, authorities: Sequence[x509.Certificate]
) -> list[Stamped]:
    try:
        submission.verify(shard.files, shard.signed, shard.root_at, policy)
        return stamps.verify(shard.files, shard.signed, shard.root_at, policy, authorities)
    except IntegrityError as error:
        raise _RefusedError(Flaw(str(error)), shard.signed.origin, shard.signed.size) from None


def _good_news(signed: Checkpoint, policy: TrustPolicy | None) -> str:
    if policy is None:
        return f"{signed.origin}: {signed.size} entries are consistent in themselves, origin unproven"
    return f"{signed.origin}: all {signed.size} entries are what was logged, signed as the trust file demands"


def _older_shards(folder: Path) -> list[Path]:
    """Return the folders of the shards before the current one, oldest first: they are numbered."""
    shards = folder / SHARDS
    found = [path for path in shards.iterdir() if path.is_dir()] if shards.is_dir() else []
    return sorted(found, key=lambda path: path.name)


def _account_for(policy: TrustPolicy, shards: Sequence[_Shard]) -> None:
    """Refuse a bundle that leaves out a log of its own chain which the trust file names, the newest for instance.

    A trust file may name the logs of others too: those of one chain differ after the last slash only.
    """
    known = {shard.signed.origin for shard in shards}
    chains = {origin.rpartition("/")[0] for origin in known}
    known |= {origin for shard in shards if shard.stated for origin in shard.stated.origins}
    for key in policy.logs:
        if key.name not in known and key.name.rpartition("/")[0] in chains:
            raise _RefusedError(
                Flaw(
                    f"the trust file names {key.name}, which the bundle does not have: it was left out, or the bundle "
                    "is older than the trust file"
                )
            )


def _verify_shard(folder: Path, policy: TrustPolicy | None, before: _Shard | None) -> _Shard:
    """Return the shard in `folder`. Raises `_RefusedError` with the first thing that does not hold."""
    files = Folder(folder)
    origin, size = "", 0
    try:
        signed, note = checkpoint.parse(files.text(CHECKPOINT))
        origin, size = signed.origin, signed.size
        if policy is not None:
            policy.accept(origin, note)
        examination = Examination(files, origin, size, is_first_shard=before is None)
        flaw = examination.run() or _against(examination, signed, note)
        if flaw is None:
            stated = chain.stated(examination.first)
            flaw = _against_the_past(stated, before)
        if flaw is None:
            _verify_proofs(files, folder, signed, policy)
        gaps = examination.completeness.gaps()
    except IntegrityError as error:
        raise _RefusedError(Flaw(str(error)), origin, size) from None
    open_gaps = [gap for gap in gaps if not gap.is_explained]
    if flaw is None and open_gaps:
        flaw = Flaw(f"before entry {open_gaps[0].index}: {open_gaps[0].because}", open_gaps[0].index)
    if flaw is not None:
        raise _RefusedError(flaw, origin, size)
    losses = stated.losses(before.signed if before else None) if stated else []
    return _Shard(signed, stated, tuple(gap.because for gap in gaps), tuple(losses), files)


def _against(examination: Examination, signed: Checkpoint, note: Note) -> Flaw | None:
    """Hold what came out against the checkpoint, and the keys the log named itself."""
    if examination.root != signed.root:
        last = max(signed.size - 1, 0)
        return Flaw(f"entries 0 to {last} do not lead to the root that the checkpoint states", last=last)
    if examination.completeness.repeated:
        index = examination.completeness.repeated[0]
        return Flaw(f"entry {index} carries a producer's number that was used before", index)
    try:
        keys = [VerifierKey.parse(text) for text in examination.verifier_keys]
        if keys and note.signed_by(keys):
            return None
    except (IntegrityError, InvalidError) as error:
        return Flaw(str(error))
    return Flaw("the checkpoint is not signed by a key that the log itself has named")


def _against_the_past(stated: Stated | None, before: _Shard | None) -> Flaw | None:
    """Hold what entry 0 states of the shard before against that shard."""
    if stated is None:
        return (
            Flaw(f"entry 0 does not continue {before.signed.origin} as it was signed", 0) if before else None
        )
    because = (
        stated.refutes(before.signed, before.root_at) if before else stated.refutes(None, lambda _size: b"")
    )
    return Flaw(because, 0) if because else None


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
