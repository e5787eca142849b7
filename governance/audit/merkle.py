"""The Merkle tree of RFC 6962 and RFC 9162 with SHA-256: hashing, proofs and their verification.

Stands alone: it imports the standard library only, so that whoever doubts the log can read what a proof rests on in
one sitting. Proofs are generated over a function `node(height, index)`, the root of the complete subtree of
`2**height` leaves that starts at leaf `index * 2**height`; where those nodes come from (a list, tiles in a database,
files) is no concern of this module. Verification follows RFC 9162 and shares no code with generation: a mistake in
one is caught by the other.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence

HASH_SIZE = 32

EMPTY_ROOT = hashlib.sha256(b"").digest()
"""Root of the tree without leaves (RFC 6962 §2.1)."""

Node = Callable[[int, int], bytes]


def leaf_hash(leaf: bytes) -> bytes:
    """Return `SHA-256(0x00 || leaf)` (RFC 6962 §2.1).

    The prefix keeps leaves and inner nodes apart: without it an inner node could be passed off as an entry.
    """
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return `SHA-256(0x01 || left || right)` (RFC 6962 §2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Return the root over `hashes`, the leaf hashes in order, by the recursive definition of RFC 6962 §2.1.

    Slow and plain on purpose: it is what the faster ways are held against.
    """
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    cut = _split(len(hashes))
    return node_hash(root_of(hashes[:cut]), root_of(hashes[cut:]))


def root(size: int, node: Node) -> bytes:
    """Return the root of the first `size` leaves."""
    return EMPTY_ROOT if size == 0 else _range_hash(0, size, node)


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """Return the inclusion proof of leaf `index` in the tree of `size` leaves (`PATH`, RFC 6962 §2.1.1).

    The leaf's sibling comes first, the root's child last.

    Raises `ValueError` if there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    low, high, path = 0, size, []
    while high - low > 1:
        cut = low + _split(high - low)
        if index < cut:
            path.append(_range_hash(cut, high, node))
            high = cut
        else:
            path.append(_range_hash(low, cut, node))
            low = cut
    return path[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """Return the proof that the tree of `new` leaves extends the tree of `old` leaves (`PROOF`, RFC 6962 §2.1.2).

    Nothing has to be proved from the empty tree or between equal sizes: the proof is empty.

    Raises `ValueError` if `old` is larger than `new`.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves cannot extend one of {old}")
    if old in (0, new):
        return []
    low, high, path = 0, new, []
    while old != high:
        cut = low + _split(high - low)
        if old <= cut:
            path.append(_range_hash(cut, high, node))
            high = cut
        else:
            path.append(_range_hash(low, cut, node))
            low = cut
    if low:  # the old tree is no complete subtree of the new one, so its last part must be stated
        path.append(_range_hash(low, high, node))
    return path[::-1]


def verify_inclusion(
    index: int, size: int, leaf: bytes, proof: Sequence[bytes], expected_root: bytes
) -> bool:
    """Return whether `proof` places the leaf hash `leaf` at `index` under `expected_root` (RFC 9162 §2.1.3.2)."""
    if not 0 <= index < size:
        return False
    position, last, current = index, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            current = node_hash(step, current)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            current = node_hash(current, step)
        position >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(current, expected_root)


def verify_consistency(old: int, new: int, old_root: bytes, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Return whether `proof` shows that `new_root` extends `old_root` (RFC 9162 §2.1.4.2).

    The two trivial cases RFC 9162 leaves to the caller are answered here: equal sizes need equal roots, and the empty
    tree is extended by every tree, but only under its one true root.
    """
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and hmac.compare_digest(old_root, new_root)
    if old == 0:
        return not proof and hmac.compare_digest(old_root, EMPTY_ROOT)
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not proof:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position >>= 1
        last >>= 1
    of_old = of_new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            of_old, of_new = node_hash(step, of_old), node_hash(step, of_new)
            while position and not position & 1:
                position >>= 1
                last >>= 1
        else:
            of_new = node_hash(of_new, step)
        position >>= 1
        last >>= 1
    return last == 0 and hmac.compare_digest(of_old, old_root) and hmac.compare_digest(of_new, new_root)


def _split(count: int) -> int:
    """Return the largest power of two strictly below `count`: where a tree of `count` leaves divides."""
    return 1 << ((count - 1).bit_length() - 1)


def _range_hash(low: int, high: int, node: Node) -> bytes:
    count = high - low
    if count & (count - 1) == 0 and low % count == 0:
        height = count.bit_length() - 1
        return node(height, low >> height)
    cut = low + _split(count)
    return node_hash(_range_hash(low, cut, node), _range_hash(cut, high, node))
