"""The tree as tiles (C2SP tlog-tiles): 256 hashes of one level at a time.

A full tile never changes, so storage keeps full tiles insert-only and beside them, for each level, one partial tile:
the *right edge*. Appending k hashes costs k + k/255 hashes and touches one or two levels of the edge. The partial
tile of an older size is a prefix of today's tile, so proofs for old sizes need nothing that is not there.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from governance.audit import merkle
from governance.audit.merkle import HASH_SIZE
from governance.errors import IntegrityError

WIDTH = 256
HEIGHT = 8
TILE_SIZE = WIDTH * HASH_SIZE


@dataclass(frozen=True)
class Tile:
    """One full tile: 256 hashes at `index` of tile level `level`."""

    level: int
    index: int
    data: bytes


class Edge:
    """The right edge of a tree of `size` leaves: for each tile level the hashes of its one partial tile."""

    def __init__(self, levels: Mapping[int, bytes] | None = None, size: int = 0) -> None:
        """Take up the edge as it was stored.

        Raises `IntegrityError` if the widths of `levels` are not those of a tree of `size` leaves: appending to such
        an edge would grow a tree nobody ever saw.
        """
        self._levels = {level: bytearray(data) for level, data in (levels or {}).items()}
        self.size = size
        for level in range(max([*self._levels, 0]) + 1):
            if len(self.level(level)) != size // span(level) % WIDTH * HASH_SIZE:
                raise IntegrityError(
                    f"the right edge at level {level} does not belong to a tree of {size} entries"
                )
        if size // span(max([*self._levels, 0]) + 1):
            raise IntegrityError(f"the right edge lacks levels of a tree of {size} entries")

    def level(self, level: int) -> bytes:
        """Return the hashes of the partial tile of `level`."""
        return bytes(self._levels.get(level, b""))

    def levels(self) -> dict[int, bytes]:
        """Return every level's partial tile."""
        return {level: bytes(data) for level, data in self._levels.items()}

    def append(self, hashes: Sequence[bytes]) -> tuple[list[Tile], set[int]]:
        """Append leaf `hashes`; return the tiles that became full and the levels whose partial tile changed."""
        full: list[Tile] = []
        touched: set[int] = set()
        rising, level = list(hashes), 0
        while rising:
            touched.add(level)
            # Index of the tile that is partial now: what is below it was full before this call.
            index = self.size // span(level + 1)
            partial = self._levels.setdefault(level, bytearray())
            partial += b"".join(rising)
            rising = []
            while len(partial) >= TILE_SIZE:
                data = bytes(partial[:TILE_SIZE])
                del partial[:TILE_SIZE]
                full.append(Tile(level, index, data))
                rising.append(fold(data)[HEIGHT][0])
                index += 1
            level += 1
        self.size += len(hashes)
        return full, touched

    def root(self) -> bytes:
        """Return the root of the whole tree, from the edge alone."""
        root: bytes | None = None
        for level in sorted(self._levels):
            for subtree in reversed(list(_complete_subtrees(bytes(self._levels[level])))):
                root = subtree if root is None else merkle.node_hash(subtree, root)
        return merkle.EMPTY_ROOT if root is None else root


class TileReader:
    """Nodes of a tree of `size` leaves, computed from tiles; what `merkle` asks for when it proves."""

    def __init__(self, read: Callable[[int, int], bytes], size: int) -> None:
        """Read tiles by `read(level, index)`, which returns at least the part of the tile that `size` leaves fill."""
        self._read, self.size = read, size
        self._folded = lru_cache(maxsize=1024)(self._fold)

    def node(self, height: int, index: int) -> bytes:
        """Return the root of the complete subtree of `2**height` leaves starting at leaf `index * 2**height`.

        Raises `IntegrityError` if the tile that holds it is missing or too short.
        """
        level, inner = divmod(height, HEIGHT)
        tile, position = divmod(index, 1 << (HEIGHT - inner))
        return self._folded(level, tile)[inner][position]

    def root(self, size: int | None = None) -> bytes:
        """Return the root at `size` leaves (default: all)."""
        return merkle.root(self.size if size is None else size, self.node)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the inclusion proof of leaf `index` at `size`."""
        return merkle.inclusion(index, self.size if size is None else size, self.node)

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """Return the consistency proof from size `old` to `new`."""
        return merkle.consistency(old, self.size if new is None else new, self.node)

    def _fold(self, level: int, index: int) -> list[list[bytes]]:
        width = width_at(level, index, self.size)
        data = self._read(level, index)[: width * HASH_SIZE]
        if len(data) != width * HASH_SIZE:
            raise IntegrityError(f"tile {level}/{index} holds fewer than {width} hashes")
        return fold(data)


def fold(data: bytes) -> list[list[bytes]]:
    """Return all complete subtree roots inside one tile, level 0 (its own hashes) to at most 8 (its root)."""
    levels = [hashes(data)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([merkle.node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return levels


def hashes(data: bytes) -> list[bytes]:
    """Return the hashes of one tile, in order."""
    return [data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE)]


def span(level: int) -> int:
    """Return how many leaves one hash at tile level `level` stands for: 256 to the power of `level`."""
    return 1 << HEIGHT * level


def width_at(level: int, index: int, size: int) -> int:
    """Return how many hashes tile `index` of `level` has in a tree of `size` leaves: 0 to 256."""
    return max(0, min(WIDTH, size // span(level) - index * WIDTH))


def shape(size: int) -> Iterable[tuple[int, int, int]]:
    """Yield level, index and width of every tile of a tree of `size` leaves."""
    level, count = 0, size
    while count:
        for index in range((count + WIDTH - 1) // WIDTH):
            yield level, index, min(WIDTH, count - index * WIDTH)
        level, count = level + 1, count // WIDTH


def tile_path(kind: int | str, index: int, width: int = WIDTH) -> str:
    """Return the path of a tile below the log's prefix: `tile/0/x001/x234/067`, `tile/entries/000.p/3`."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.insert(0, f"x{index % 1000:03d}")
    partial = "" if width == WIDTH else f".p/{width}"
    return f"tile/{kind}/{'/'.join(groups)}{partial}"


def entry_bundle(leaves: Iterable[bytes]) -> bytes:
    """Return `leaves` as one entry bundle: each with its length before it, 16 bits, big-endian."""
    return b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in leaves)


def split_bundle(data: bytes) -> list[bytes]:
    """Return the leaves of an entry bundle.

    Raises `IntegrityError` if a length points beyond the end.
    """
    leaves, at = [], 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        leaf = data[at + 2 : at + 2 + length]
        if at + 2 > len(data) or len(leaf) != length:
            raise IntegrityError("the entry bundle ends inside an entry")
        leaves.append(leaf)
        at += 2 + length
    return leaves


def _complete_subtrees(data: bytes) -> Iterable[bytes]:
    """Yield the roots of the largest complete subtrees of a partial tile, left to right."""
    width, position = len(data) // HASH_SIZE, 0
    for inner in range(HEIGHT - 1, -1, -1):
        if width >> inner & 1:
            part = data[position * HASH_SIZE : (position + (1 << inner)) * HASH_SIZE]
            yield fold(part)[inner][0]
            position += 1 << inner
