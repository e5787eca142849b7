"""Check a bundle with Sigstore's Python client, or with pymerkle. In an environment of yours:

    pip install sigstore==4.5.1 && python DIR/programs/verify_with.py sigstore DIR TRUSTFILE
    pip install pymerkle==7.0.0 && python DIR/programs/verify_with.py pymerkle DIR

Sigstore checks the signature of the checkpoint and every proof in `proofs/`. pymerkle knows no signatures: it builds a
tree of its own over the entries, holds its root against the checkpoint, checks `proofs/`, and proves that the log only
grew since each checkpoint in `timestamps/`.
Both are asked for modules they keep to themselves, so the versions are exact.
"""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

ED25519 = 1
SPKI = bytes.fromhex("302a300506032b6570032100")
"""What goes before an Ed25519 key to make it a SubjectPublicKeyInfo."""


class RefusedError(Exception):
    """The bundle does not hold."""


def checkpoint(note: str) -> tuple[str, int, bytes]:
    """Return origin, size and root that `note` states; its signatures are not looked at."""
    origin, size, root = note.split("\n")[:3]
    return origin, int(size), base64.b64decode(root, validate=True)


def entries(folder: Path, size: int) -> list[bytes]:
    """Return the entries of the bundle: two bytes of length, then the entry, 256 to a file (C2SP tlog-tiles)."""
    found = []
    for tile in range((size + 255) // 256):
        width = min(256, size - tile * 256)
        digits = str(tile).zfill((len(str(tile)) + 2) // 3 * 3)
        groups = [digits[i : i + 3] for i in range(0, len(digits), 3)]
        name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
        data = (folder / "tile/entries" / (name + (f".p/{width}" if width < 256 else ""))).read_bytes()
        while data:
            length = int.from_bytes(data[:2], "big")
            found.append(data[2 : 2 + length])
            data = data[2 + length :]
    if len(found) != size:
        raise RefusedError(f"the bundle holds {len(found)} entries and not {size}")
    return found


def proofs(folder: Path) -> Iterator[tuple[str, int, list[bytes], str]]:
    """Yield name, index, hashes and checkpoint of each proof file (C2SP tlog-proof)."""
    for path in sorted((folder / "proofs").glob("*.tlog-proof")):
        head, _, note = path.read_text(encoding="utf-8").partition("\n\n")
        lines = [line for line in head.split("\n")[1:] if not line.startswith("extra ")]
        hashes = [base64.b64decode(line, validate=True) for line in lines[1:]]
        yield path.name, int(lines[0].removeprefix("index ")), hashes, note


def _keys_of(origin: str, trust: Path) -> dict[bytes, bytes]:
    """Return the keys that the trust file names for the log, by the SHA-256 whose first four bytes are a key's id."""
    keys = {}
    for line in trust.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"log {origin}+"):
            key = base64.b64decode(line.removeprefix(f"log {origin}+").partition("+")[2], validate=True)
            if len(key) != 33 or key[0] != ED25519:
                raise RefusedError("the trust file names a log whose key is not Ed25519")
            keys[hashlib.sha256(origin.encode() + b"\n" + key).digest()] = key[1:]
    if not keys:
        raise RefusedError(f"the trust file does not name {origin}")
    return keys


def sigstore(folder: Path, trust: Path) -> str:
    """Return what holds, by Sigstore's account. Raises `RefusedError` for what does not."""
    from sigstore._internal.merkle import verify_merkle_inclusion
    from sigstore._internal.rekor.checkpoint import verify_checkpoint
    from sigstore._internal.trust import Keyring
    from sigstore.errors import VerificationError
    from sigstore_models.common.v1 import PublicKey, PublicKeyDetails

    newest = (folder / "checkpoint").read_text(encoding="utf-8")
    origin, size, _root = checkpoint(newest)
    keys = _keys_of(origin, trust)

    def check(note: str, index: int = 0, leaf: bytes = b"", hashes: list[bytes] | None = None) -> None:
        """Ask about a checkpoint, and about a proof under it. Raises `VerificationError` for what does not hold."""
        _origin, under, root = checkpoint(note)
        proof = SimpleNamespace(log_index=index, tree_size=under, root_hash=root, hashes=hashes)
        proof.checkpoint = SimpleNamespace(envelope=note)
        inner = SimpleNamespace(canonicalized_body=leaf, log_index=index, inclusion_proof=proof)
        for number, (key_id, key) in enumerate(keys.items(), 1):
            spki = base64.b64encode(SPKI + key)
            ring = Keyring([PublicKey(raw_bytes=spki, key_details=PublicKeyDetails.PKIX_ED25519)])
            inner.log_id = SimpleNamespace(key_id=key_id)
            try:
                verify_checkpoint(ring, SimpleNamespace(_inner=inner))
                break
            except VerificationError:
                if number == len(keys):  # no other key is left to try
                    raise
        if hashes is not None:
            verify_merkle_inclusion(SimpleNamespace(_inner=inner))

    count = 0
    try:
        check(newest)
        leaves = entries(folder, size)
        for name, index, hashes, note in proofs(folder):
            said, under, _root = checkpoint(note)
            if said != origin or not 0 <= index < min(under, size):
                raise RefusedError(f"{name} is not of this log")
            check(note, index, leaves[index], hashes)
            count += 1
    except VerificationError as error:
        raise RefusedError(str(error)) from None
    if not count:
        raise RefusedError("the bundle holds no proof file: ask for one of an entry you know")
    return f"{origin}: the checkpoint over {size} entries and {count} proofs hold, by sigstore"


def pymerkle(folder: Path) -> str:
    """Return what holds, by pymerkle's account. Raises `RefusedError` for what does not."""
    from pymerkle import InclusionProof, InmemoryTree, InvalidProof
    from pymerkle.core import _inclusion_path_layout
    from pymerkle.hasher import MerkleHasher

    origin, size, root = checkpoint((folder / "checkpoint").read_text(encoding="utf-8"))
    leaves = entries(folder, size)
    tree = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        tree.append_entry(leaf)
    if tree.get_root() != root:
        raise RefusedError("the entries do not lead to the root of the checkpoint")

    count = 0
    try:
        for name, index, hashes, note in proofs(folder):
            _origin, under, stated = checkpoint(note)
            if not 0 <= index < min(under, size):
                raise RefusedError(f"{name} points behind the end of the log")
            base = MerkleHasher("sha256").hash_buff(leaves[index])
            rule, _ranges = _inclusion_path_layout(index + 1, under)  # it counts leaves from one
            InclusionProof("sha256", True, under, index + 1, rule, [base, *hashes]).verify(
                base, stated, index=index + 1, size=under, algorithm="sha256"
            )
            count += 1
        for stamped in sorted((folder / "timestamps").glob("*.checkpoint")):
            _origin, old, old_root = checkpoint(stamped.read_text(encoding="utf-8"))
            if not 0 < old <= size:
                raise RefusedError(f"{stamped.name} is of another log")
            # Its proofs are longer than the norm's, so it cannot read consistency/ and makes its own.
            tree.prove_consistency(old, size).verify(old_root, root, prior_size=old, later_size=size)
            count += 1
    except InvalidProof as error:
        raise RefusedError(str(error) or "a proof does not hold") from None
    return f"{origin}: a tree over {size} entries has the checkpoint's root, and {count} proofs hold, by pymerkle"


def main(words: list[str]) -> int:
    """Check as the command line asks and return 0, or 1 for what does not hold, or 2 for a command that makes no sense."""
    try:
        match words:
            case ["sigstore", folder, trust]:
                print(sigstore(Path(folder), Path(trust)))
            case ["pymerkle", folder]:
                print(pymerkle(Path(folder)))
            case _:
                print("usage: verify_with.py sigstore DIR TRUSTFILE | pymerkle DIR", file=sys.stderr)
                return 2
    except RefusedError as error:
        print("REFUSED", error)
    except (OSError, ValueError) as error:  # a file is missing, or not of its form
        print("REFUSED", f"the bundle cannot be read: {error}")
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
