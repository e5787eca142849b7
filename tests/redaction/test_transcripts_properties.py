"""What holds for every format: structure, times and names stay, a second redaction changes nothing, no planted card is left."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

from governance.errors import InvalidError
from governance.redaction import text, transcripts
from governance.redaction.transcripts import walk
from tests.redaction import vendors
from tests.redaction.conversation import PAN

Path = tuple[str | int, ...]
_TIMES = re.compile(r"start|end|time|offset|position|duration|from$|to$", re.IGNORECASE)
_PLANTED_IN = tuple(
    name for name in vendors.JSON if name != "vcon"
)  # whose own sound and keys are cleared besides
_CLEARED = frozenset({"party_history", "parameters"})  # keys pressed, which go whatever they say
FORMATS = st.sampled_from(sorted(vendors.ALL))
JSON_FORMATS = st.sampled_from(sorted(vendors.JSON))


def redacted(data: bytes) -> bytes:
    document = transcripts.read(data)
    language = document.language or "en"
    return document.redact(text.detect_words(document.words, language), None, language).dumps()


def parsed(data: bytes) -> Any:
    try:
        return json.loads(data)
    except json.JSONDecodeError:
        return [json.loads(line) for line in data.splitlines()]


def written(tree: Any, like: bytes) -> bytes:
    if isinstance(tree, list) and b"\n" in like:
        return "\n".join(json.dumps(line) for line in tree).encode()
    return json.dumps(tree).encode()


@cache
def sample(name: str) -> bytes:
    """The conversation without the planted copies whose field names hold a card: those change, and that is tested elsewhere."""
    data = vendors.ALL[name]()
    return written(_without_extras(parsed(data)), data) if name in vendors.JSON else data


def _without_extras(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {
            key: _without_extras(value) for key, value in tree.items() if key not in {"extras", "extensions"}
        }
    return [_without_extras(value) for value in tree] if isinstance(tree, list) else tree


@cache
def strings_of(name: str) -> tuple[Path, ...]:
    return tuple(
        path
        for path, leaf in walk.leaves(parsed(sample(name)))
        if isinstance(leaf, str) and leaf and not _CLEARED & set(path)
    )


def spellings(pan: str) -> Iterator[str]:
    groups = [pan[at : at + 4] for at in range(0, len(pan), 4)]
    yield from (
        pan,
        " ".join(groups),
        "-".join(groups),
        ".".join(groups),
        " ".join(pan),
        "\u00a0".join(groups),
    )


SPELLED = st.sampled_from([*spellings(PAN), *spellings("4111111111111111"), *spellings("378282246310005")])


@given(FORMATS)
def test_a_second_redaction_changes_nothing(name: str) -> None:
    once = redacted(vendors.ALL[name]())
    assert redacted(once) == once


@given(JSON_FORMATS, st.data())
@settings(max_examples=60, deadline=None)
def test_a_card_planted_in_any_string_is_gone_and_nothing_else_is_touched(
    name: str, data: st.DataObject
) -> None:
    path = data.draw(st.sampled_from(strings_of(name)), label="place")
    spelled = data.draw(SPELLED, label="card")
    tree = parsed(sample(name))
    before = walk.get(tree, path)
    walk.put(tree, path, f"{before} my card number is {spelled} thanks")
    file = written(tree, sample(name))
    try:
        after = redacted(file)
    except InvalidError:
        event("it stood where the format has a time or a language: refused")
        return
    event("it was redacted")
    said = [leaf for _, leaf in walk.leaves(parsed(after)) if isinstance(leaf, str)]
    assert not any(spelled in leaf for leaf in said)
    assert not any(re.sub(r"\D", "", spelled) in re.sub(r"[ .\u00a0-]", "", leaf) for leaf in said)
    assert shape(parsed(after)) == shape(tree)


def shape(tree: Any) -> Any:
    """Names, kinds and lengths: lists of numbers may be emptied, since they may be tokens of the words that went."""
    if isinstance(tree, dict):
        return {name: shape(value) for name, value in tree.items()}
    if isinstance(tree, list):
        return "numbers" if all(type(item) is int for item in tree) else [shape(item) for item in tree]
    return type(tree).__name__


@given(JSON_FORMATS)
def test_times_and_numbers_stay(name: str) -> None:
    before, after = parsed(sample(name)), parsed(redacted(sample(name)))
    assert shape(after) == shape(before)
    assert numbers(after) == numbers(before)
    left = dict(walk.leaves(after))
    for path, leaf in walk.leaves(before):
        if isinstance(leaf, str) and isinstance(path[-1], str) and _TIMES.search(path[-1]):
            assert left[path] == leaf


def numbers(tree: Any) -> list[tuple[Path, Any]]:
    return [
        (path, leaf)
        for path, leaf in walk.leaves(tree)
        if isinstance(leaf, float)
        or (isinstance(leaf, int) and "tokens" not in path and not isinstance(path[-1], int))
    ]


@given(FORMATS)
def test_the_words_keep_their_times_speakers_and_turns(name: str) -> None:
    before = transcripts.read(vendors.ALL[name]()).words
    after = transcripts.read(redacted(vendors.ALL[name]())).words
    if name in vendors.TIMED:  # elsewhere a number of several words is one label
        assert [(w.start_ms, w.end_ms, w.channel, w.speaker, w.turn) for w in after] == [
            (w.start_ms, w.end_ms, w.channel, w.speaker, w.turn) for w in before
        ]
    else:
        assert {(w.speaker, w.turn) for w in after} == {(w.speaker, w.turn) for w in before}


@given(JSON_FORMATS, st.permutations(range(6)), st.booleans())
@settings(max_examples=40, deadline=None)
def test_the_order_of_fields_does_not_matter(name: str, order: list[int], backwards: bool) -> None:
    """A file with its fields in another order has the same words, and its redacted copy the same fields in that order."""
    tree = parsed(sample(name))
    moved = _reordered(copy.deepcopy(tree), order, backwards)
    document = transcripts.read(written(moved, sample(name)))
    assert document.words == transcripts.read(sample(name)).words
    assert json.dumps(parsed(redacted(written(moved, sample(name)))), sort_keys=True) == json.dumps(
        parsed(redacted(sample(name))), sort_keys=True
    )


def _reordered(tree: Any, order: list[int], backwards: bool) -> Any:
    if isinstance(tree, dict):
        names = sorted(tree, key=lambda name: (order[len(name) % len(order)], name), reverse=backwards)
        return {name: _reordered(tree[name], order, backwards) for name in names}
    return [_reordered(item, order, backwards) for item in tree] if isinstance(tree, list) else tree
