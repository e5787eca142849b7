"""One entry has one spelling, and it is the one that an independent implementation of RFC 8785 writes."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from governance.audit import disclosure, leaf
from governance.errors import IntegrityError, InvalidError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = st.text(st.characters(max_codepoint=127), max_size=8)
documents = st.recursive(
    st.one_of(texts, st.booleans(), st.integers(-leaf.MAX_INTEGER, leaf.MAX_INTEGER)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=20,
)

ENTRY: dict[str, Any] = {
    "v": 1,
    "log": "example/audit/acme/2026",
    "id": "01a1ff0c-f362-7000-8000-000000000001",
    "at": "2026-11-21T17:00:01.250000Z",
    "act": "recording.playback",
    "out": "success",
    "actor": {"kind": "user", "id": "usr_1"},
    "src": {"svc": "s", "node": "n", "ver": "1"},
    "pn": {"inst": "n-1", "n": 2},
}


@given(documents)
def test_canonical_bytes_are_those_of_an_independent_implementation(document: Any) -> None:
    ours = leaf.canonical(document)
    assert ours == rfc8785.dumps(document)
    assert ours == json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "value",
    [1.5, None, 2**53, -(2**53), {"ü": 1}, {1: 1}, "\ud800", b"x", [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]],
)
def test_what_libraries_would_write_differently_is_refused(value: Any) -> None:
    with pytest.raises(InvalidError):
        leaf.canonical(value)


def test_an_entry_is_read_as_it_was_composed() -> None:
    assert leaf.read(leaf.compose(ENTRY)) == ENTRY
    assert leaf.compose(ENTRY | {"det": {}, "res": [], "req": ""}) == leaf.compose(ENTRY)


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"act": "Playback"},
        {"act": "a" * 33},
        {"out": "ok"},
        {"at": "2026-11-21T17:00:01Z"},
        {"actor": {"kind": "user"}},
        {"actor": None},
        {"pn": {"inst": "x", "n": 0}},
        {"pn": {"inst": "x", "n": True}},
        {"pn": {"inst": "x", "n": 1, "void": [0]}},
        {"pd": {"actor.name": 7}},
        {"why": {"code": "some free text"}},
        {"why": {"text": "x"}},
        {"res": [{"kind": "recording"}]},
        {"res": [{"kind": "recording", "id": "x", "name": "y"}]},
        {"det": "x"},
        {"det": {"part": 1.5}},
        {"det": {"müller": 1}},
        {"src": {"node": "n1", "müller": "x"}},
        {"src": {"node": 1}},
        {"pn": {"inst": "n1", "n": 2**53}},
        {"pn": {"inst": "n1", "n": 1, "more": "x"}},
        {"res": "recording"},
        {"more": 1},
    ],
)
def test_an_entry_of_another_form_is_neither_composed_nor_read(change: dict[str, Any]) -> None:
    entry = {name: value for name, value in (ENTRY | change).items() if value is not None}
    with pytest.raises(IntegrityError):
        leaf.read(orjson.dumps(entry, option=orjson.OPT_SORT_KEYS))
    if "v" not in change:
        with pytest.raises(InvalidError):
            leaf.compose(entry)


@pytest.mark.parametrize("spelling", [b"[]", b"{}", b"nonsense", b'{"v": 1}', b"", b'{"v":1,"v":1}'])
def test_another_spelling_is_no_entry(spelling: bytes) -> None:
    with pytest.raises(IntegrityError):
        leaf.read(spelling)


def test_an_empty_member_is_left_out_so_that_an_entry_has_one_spelling() -> None:
    empties: list[dict[str, Any]] = [{"det": {}}, {"res": []}, {"req": ""}, {"why": {}}]
    for empty in empties:
        assert leaf.compose(ENTRY | empty) == leaf.compose(ENTRY)
        with pytest.raises(IntegrityError):
            leaf.read(leaf.canonical(ENTRY | empty))


def test_white_space_makes_it_another_entry() -> None:
    with pytest.raises(IntegrityError):
        leaf.read(json.dumps(ENTRY, sort_keys=True).encode())


@given(texts)
def test_a_value_is_revealed_only_at_the_place_it_was_committed_to(value: str) -> None:
    made = disclosure.commit("party.name", value)
    assert disclosure.reveal(made.disclosure, {"party.name": made.digest}) == ("party.name", value)
    for commitments in ({"party.tel": made.digest}, {"party.name": "x"}, {}):
        with pytest.raises(IntegrityError):
            disclosure.reveal(made.disclosure, commitments)


def test_the_same_value_is_committed_to_differently_every_time() -> None:
    assert disclosure.commit("party.tel", "+49").digest != disclosure.commit("party.tel", "+49").digest


def test_a_disclosure_does_not_show_itself() -> None:
    made = disclosure.commit("party.tel", "+4930")
    assert made.disclosure not in repr(made)
    with pytest.raises(InvalidError):
        disclosure.commit("party.tel", "+49", b"short")


@pytest.mark.parametrize("text", ["", "?", "WyJhIl0", "e30", "Ww", "WzEsMiwzXQ"])
def test_what_is_no_disclosure_is_refused(text: str) -> None:
    with pytest.raises(IntegrityError):
        disclosure.reveal(text, {"a": "b"})
