"""One pass over a whole log that recomputes every hash: what a self-audit of the database and a bundle's verifier share.

Entries are hashed and held against the level-0 tiles; tiles are folded and held against the tiles above; the root
comes out at the end. The first thing that does not hold is named, by entry wherever an entry can be named.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from governance.audit import merkle, tiles
from governance.audit.completeness import Completeness
from governance.audit.leaf import read
from governance.audit.tiles import WIDTH, Edge, Tile
from governance.errors import IntegrityError


@dataclass(frozen=True)
class Flaw:
    """Something that does not hold. `entry` is the index of the first entry it concerns, where one can be named."""

    because: str
    entry: int | None = None
    last: int | None = None


class Source(Protocol):
    """Where the tiles and the leaves of one log come from."""

    def tile(self, level: int, index: int, width: int) -> bytes:
        """Return the tile's bytes. Raises `IntegrityError` if it is not there."""

    def leaves(self, index: int, width: int) -> Sequence[bytes]:
        """Return the leaves below the level-0 tile `index`. Raises `IntegrityError` if they are not there."""


class Examination:
    """The state of one pass over a log of `origin` with `size` entries."""

    def __init__(
        self,
        source: Source,
        origin: str,
        size: int,
        *,
        is_first_shard: bool = True,
        heed: Callable[[int, Mapping[str, Any]], None] | None = None,
    ) -> None:
        """Begin; `heed` is told the members of each entry that holds, so that no one reads it a second time."""
        self._source, self._origin, self.size, self._heed = source, origin, size, heed
        self._edge = Edge()
        self._ids: set[str] = set()
        self.completeness = Completeness(is_first_shard=is_first_shard)
        self.first: dict[str, Any] = {}
        self.verifier_keys: list[str] = []
        """Keys the log itself has named: at its creation, and at each rotation."""
        self.roots: dict[int, bytes] = {}
        """Roots at the sizes that were asked for by `run`."""

    def run(self, sizes: Sequence[int] = ()) -> Flaw | None:
        """Recompute everything; return the first flaw, or None.

        Roots at `sizes` are kept on the way, so that older checkpoints can be held against them.
        """
        wanted = sorted({size for size in sizes if 0 < size <= self.size})
        try:
            for index in range((self.size + WIDTH - 1) // WIDTH):
                flaw = self._tile(index, wanted)
                if flaw is not None:
                    return flaw
            return self._upper_edge()
        except IntegrityError as error:
            return Flaw(str(error))

    @property
    def root(self) -> bytes:
        """The root over all entries taken so far."""
        return self._edge.root()

    def _tile(self, index: int, wanted: Sequence[int]) -> Flaw | None:
        width = tiles.width_at(0, index, self.size)
        start = index * WIDTH
        stored = tiles.hashes(self._source.tile(0, index, width))
        leaves = self._source.leaves(index, width)
        if len(stored) != width:
            return Flaw(
                f"the tile over entries {start} to {start + width - 1} is not whole", start, start + width - 1
            )
        for offset, (leaf, expected) in enumerate(zip(leaves, stored, strict=False)):
            if merkle.leaf_hash(leaf) != expected:
                return Flaw(
                    f"entry {start + offset} is not what was logged: its hash differs from the tree's",
                    start + offset,
                )
            flaw = self._entry(start + offset, leaf)
            if flaw is not None:
                return flaw
        if len(leaves) != width:
            missing = start + min(len(leaves), width)
            return Flaw(f"entry {missing} is missing, or one too many follows", missing)
        return self._grow(stored, [size for size in wanted if start < size <= start + width])

    def _entry(self, index: int, leaf: bytes) -> Flaw | None:
        try:
            entry = read(leaf)
        except IntegrityError as error:
            return Flaw(f"entry {index}: {error}", index)
        if entry["log"] != self._origin:
            return Flaw(f"entry {index} belongs to another log", index)
        if entry["id"] in self._ids:
            return Flaw(f"entry {index} stands in the log twice", index)
        self._ids.add(entry["id"])
        self.completeness.take(index, entry)
        if index == 0:
            self.first = entry
        if entry["act"] in ("audit.log.created", "audit.key.rotated") and "vkey" in entry.get("det", {}):
            self.verifier_keys.append(str(entry["det"]["vkey"]))
        if self._heed is not None:
            self._heed(index, entry)
        return None

    def _grow(self, hashes: Sequence[bytes], wanted: Sequence[int]) -> Flaw | None:
        """Append one tile's hashes, stopping at the sizes whose roots are wanted; check the tiles that became full."""
        start = self._edge.size
        for size in (*wanted, start + len(hashes)):
            full, _touched = self._edge.append(hashes[self._edge.size - start : size - start])
            if size in wanted:
                self.roots[size] = self._edge.root()
            for tile in full:
                flaw = self._compare(tile) if tile.level else None
                if flaw is not None:
                    return flaw
        return None

    def _upper_edge(self) -> Flaw | None:
        """Compare the partial tiles above level 0, which no full tile has confirmed."""
        for level, data in self._edge.levels().items():
            if level and data:
                flaw = self._compare(Tile(level, self.size // tiles.span(level + 1), data))
                if flaw is not None:
                    return flaw
        return None

    def _compare(self, tile: Tile) -> Flaw | None:
        stored = self._source.tile(tile.level, tile.index, len(tile.data) // merkle.HASH_SIZE)
        for position, (ours, theirs) in enumerate(
            zip(tiles.hashes(tile.data), tiles.hashes(stored), strict=False)
        ):
            if ours != theirs:
                first = (tile.index * WIDTH + position) * tiles.span(tile.level)
                last = first + tiles.span(tile.level) - 1
                because = (
                    f"entries {first} to {last}: their hashes do not lead to tile {tile.level}/{tile.index}"
                )
                return Flaw(because, first, last)
        if len(stored) != len(tile.data):
            return Flaw(f"tile {tile.level}/{tile.index} is not whole")
        return None
