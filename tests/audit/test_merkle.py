"""Every batch split, every proof, and every change of a single bit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.audit import merkle, tiles
from governance.audit.tiles import Edge, TileReader
from governance.errors import IntegrityError


def leaf(number: int) -> bytes:
    return hashlib.sha256(b"leaf" + number.to_bytes(4, "big")).digest()


LEAVES = [leaf(number) for number in range(2_000)]


def tree(hashes: Sequence[bytes]) -> TileReader:
    edge, stored = Edge(), {}
    for tile in edge.append(hashes)[0]:
        stored[tile.level, tile.index] = tile.data
    return TileReader(lambda level, index: stored.get((level, index), edge.level(level)), len(hashes))


def flipped(data: bytes, bit: int) -> bytes:
    return bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(data))


@settings(max_examples=40)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=12))
def test_any_split_into_batches_gives_the_root_of_the_definition(batches: list[int]) -> None:
    edge, taken, full = Edge(), 0, []
    for batch in batches:
        hashes = LEAVES[taken : taken + batch]
        edge = Edge(edge.levels(), edge.size)  # as it comes back from the database
        full += edge.append(hashes)[0]
        taken += len(hashes)
    assert edge.root() == merkle.root_of(LEAVES[:taken])
    assert sorted((t.level, t.index) for t in full) == [
        (level, i) for level, i, w in tiles.shape(taken) if w == 256
    ]


@settings(max_examples=60)
@given(st.integers(1, 2_000), st.data())
def test_every_leaf_is_proved_and_no_other_is(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    root, path = merkle.root_of(LEAVES[:size]), tree(LEAVES[:size]).inclusion(index)
    assert merkle.verify_inclusion(index, size, LEAVES[index], path, root)
    other = data.draw(st.integers(0, 1_999).filter(lambda n: n != index))
    assert not merkle.verify_inclusion(index, size, LEAVES[other], path, root)
    assert not merkle.verify_inclusion(other, size, LEAVES[index], path, root)
    assert not merkle.verify_inclusion(index, size, LEAVES[index], [*path, root], root)
    if path:
        assert not merkle.verify_inclusion(index, size, LEAVES[index], path[:-1], root)
        bit = data.draw(st.integers(0, 256 * len(path) - 1))
        broken = [flipped(step, bit - 256 * at) if at == bit // 256 else step for at, step in enumerate(path)]
        assert not merkle.verify_inclusion(index, size, LEAVES[index], broken, root)
    bit = data.draw(st.integers(0, 255))
    assert not merkle.verify_inclusion(index, size, flipped(LEAVES[index], bit), path, root)
    assert not merkle.verify_inclusion(index, size, LEAVES[index], path, flipped(root, bit))


@settings(max_examples=60)
@given(st.integers(1, 2_000), st.data())
def test_every_older_tree_is_extended_and_no_other_is(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    roots = merkle.root_of(LEAVES[:old]), merkle.root_of(LEAVES[:new])
    reader = tree(LEAVES[:new])
    path = reader.consistency(old)
    assert reader.root(old) == roots[0]
    assert merkle.verify_consistency(old, new, *roots, path)
    bit = data.draw(st.integers(0, 255))
    assert not merkle.verify_consistency(old, new, flipped(roots[0], bit), roots[1], path)
    if old:
        assert not merkle.verify_consistency(old, new, roots[0], flipped(roots[1], bit), path)
    if path:
        assert not merkle.verify_consistency(old, new, *roots, path[:-1])
        assert not merkle.verify_consistency(old, new, *roots, [flipped(path[0], bit), *path[1:]])
    assert not merkle.verify_consistency(old, new, *roots, [*path, roots[1]])
    assert not merkle.verify_consistency(new + 1, new, *roots, path)


def test_all_proofs_of_all_small_trees_hold() -> None:
    for size in range(1, 40):
        reader, root = tree(LEAVES[:size]), merkle.root_of(LEAVES[:size])
        for index in range(size):
            assert merkle.verify_inclusion(index, size, LEAVES[index], reader.inclusion(index), root)
            old = merkle.root_of(LEAVES[:index])
            assert merkle.verify_consistency(index, size, old, root, reader.consistency(index))


def test_the_empty_tree_has_its_one_root() -> None:
    assert Edge().root() == merkle.EMPTY_ROOT == hashlib.sha256(b"").digest()
    assert merkle.verify_consistency(0, 5, merkle.EMPTY_ROOT, leaf(1), [])
    assert not merkle.verify_consistency(0, 5, leaf(2), leaf(1), [])
    assert not merkle.verify_inclusion(0, 0, leaf(0), [], merkle.EMPTY_ROOT)


def test_what_does_not_exist_cannot_be_proved() -> None:
    with pytest.raises(ValueError, match="no leaf"):
        tree(LEAVES[:3]).inclusion(3)
    with pytest.raises(ValueError, match="extend"):
        tree(LEAVES[:3]).consistency(4)


def test_an_edge_that_does_not_fit_the_size_is_refused() -> None:
    edge = Edge()
    edge.append(LEAVES[:300])
    with pytest.raises(IntegrityError):
        Edge(edge.levels(), 299)
    with pytest.raises(IntegrityError):
        Edge({}, 256)


def test_a_tile_that_is_too_short_is_refused() -> None:
    with pytest.raises(IntegrityError):
        TileReader(lambda _level, _index: LEAVES[0], 2).root()


@pytest.mark.parametrize("data", [b"\x00", b"\x00\x05abc", b"\x00\x01a\x00"])
def test_a_bundle_that_ends_inside_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityError):
        tiles.split_bundle(data)
