"""The chain of shards: what a shard's first entry states of the one before, and whether a bundle agrees with it.

A shard may end before its time: a backup was restored, and what came after it is gone. Then the next one says so, and
the loss is declared. What nobody declared is refused: a shard left out, or an older copy put in its place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from governance.audit.checkpoint import Checkpoint
from governance.audit.merkle import HASH_SIZE
from governance.errors import IntegrityError

RootAt = Callable[[int], bytes]


@dataclass(frozen=True)
class Stated:
    """What entry 0 states: the shard before as the database had it, as the anchor knew it, and as it was last signed.

    `signed` is the newest checkpoint of the whole chain at that moment: of size 0 where nothing was ever signed, and
    None in a log that does not say.
    """

    old: Checkpoint
    anchored: Checkpoint | None
    signed: Checkpoint | None
    reason: str

    @property
    def needed(self) -> Checkpoint:
        """The origin that must lie before this shard, and the least that must be in it. Of size 0: nothing must."""
        if self.signed is not None:
            return self.signed
        return min((known for known in (self.old, self.anchored) if known), key=lambda known: known.size)

    @property
    def origins(self) -> set[str]:
        """The logs this statement accounts for."""
        return {self.old.origin, self.needed.origin}

    def refutes(self, before: Checkpoint | None, root_at: RootAt) -> str | None:
        """Return why `before` is not the shard that was continued, or None if it is; `root_at` gives its older roots."""
        needed = self.needed
        if before is None:
            return f"entry 0 continues {needed.origin}, which is not in the bundle" if needed.size else None
        if before.origin != needed.origin:
            return f"entry 0 does not continue {before.origin} as it was signed"
        if before.size < needed.size:
            return (
                f"entry 0 continues {before.origin} with {needed.size} entries or more, and the bundle has an older "
                f"copy with {before.size}"
            )

        def holds(known: Checkpoint) -> bool:
            return root_at(known.size) == known.root

        # Of two histories, the database's and the anchor's, a bundle can have one; what was signed is in both.
        histories = [
            holds(known)
            for known in (self.old, self.anchored)
            if known and known.origin == before.origin and 0 < known.size <= before.size
        ]
        if (needed.size and not holds(needed)) or (histories and not any(histories)):
            return f"entry 0 does not continue {before.origin} as it was signed"
        return None

    def losses(self, before: Checkpoint | None) -> list[str]:
        """Return what was vouched for or held once and is not in `before`: declared, so no flaw, but never unsaid."""
        origin = self.old.origin
        held = before.size if before is not None and before.origin == origin else 0
        vouched = self.anchored.size if self.anchored else 0
        found = []
        if vouched > held:
            found.append(f"{_entries(held, vouched)} of {origin} {_were(vouched - held)} lost: {self.reason}")
        if self.old.size > held:
            unsigned = self.old.size - held
            found.append(
                f"{_entries(held, self.old.size)} of {origin}, as its database had it when it ended, "
                f"{_were(unsigned)} never signed: {self.reason}"
            )
        return found


def stated(first: Mapping[str, Any]) -> Stated | None:
    """Return what a shard's entry 0 states of the shard before it; None where it names none.

    Raises `IntegrityError` if the statement is malformed.
    """
    det = first.get("det", {})
    if "old_origin" not in det:
        return None
    old = _checkpoint(det, "old", det["old_origin"])
    anchored = _checkpoint(det, "anchor", old.origin) if "anchor_size" in det else None
    signed = (
        _checkpoint(det, "signed", det.get("signed_origin", old.origin)) if "signed_size" in det else None
    )
    return Stated(old, anchored, signed, str(first.get("why", {}).get("code", "no reason stated")))


def _checkpoint(det: Mapping[str, Any], which: str, origin: object) -> Checkpoint:
    size, root = det.get(f"{which}_size"), det.get(f"{which}_root")
    try:
        if not isinstance(origin, str) or type(size) is not int or size < 0 or not isinstance(root, str):
            raise ValueError
        digest = bytes.fromhex(root)
        if len(digest) != HASH_SIZE:
            raise ValueError
    except ValueError:
        raise IntegrityError("entry 0 does not say which log it continues, at which size and root") from None
    return Checkpoint(origin, size, digest)


def _entries(first: int, end: int) -> str:
    return f"entry {first}" if end - first == 1 else f"entries {first} to {end - 1}"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"
