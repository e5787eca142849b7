"""The structure walk: masks every copy of a finding in a document, wherever a vendor has put it.

What stands in a document is noted once (`survey`). Strings are examined a column at a time; what a column cannot show is
found by its value, by its time, or, for numbers and lists of numbers, by decoding them. Names of fields are examined too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from governance.redaction import digits, rules
from governance.redaction.languages import Language, load
from governance.redaction.spans import Span
from governance.redaction.transcripts import columns, decoded, keys, media, names, parsing
from governance.redaction.transcripts.columns import Place, Walk, findings, is_label, is_moment
from governance.redaction.transcripts.knowledge import Knowledge
from governance.redaction.transcripts.moments import Clock
from governance.redaction.transcripts.said import Said
from governance.redaction.transcripts.survey import Leaf, Survey, survey

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

__all__ = ["Knowledge", "get", "leaves", "mask", "put", "remains"]

Path = tuple[str | int, ...]
_NEST_AT_MOST = 4
_SHORTEST_OPENED = 16  # characters of Base64 that could hold anything


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield every value of a document that is no list and no object, with its path."""
    pending: list[tuple[Path, Any]] = [(path, tree)]
    while pending:
        at, value = pending.pop()
        if isinstance(value, dict):
            pending.extend(((*at, key), value[key]) for key in reversed(value))
        elif isinstance(value, list):
            pending.extend(((*at, index), value[index]) for index in range(len(value) - 1, -1, -1))
        else:
            yield at, value


def get(tree: Any, path: Path) -> Any:
    """Return what stands at a path."""
    for step in path:
        tree = tree[step]
    return tree


def put(tree: Any, path: Path, value: Any) -> None:
    """Replace what stands at a path."""
    get(tree, path[:-1])[path[-1]] = value


def place(tree: Any, path: Path) -> Place:
    """Return what a string is known by while its document stands: the identity of what holds it, and its key there."""
    return id(get(tree, path[:-1])), path[-1]


def mask(
    tree: Any,
    knowledge: Knowledge,
    said: Said,
    language: str,
    policy: RedactionPolicy | None = None,
    *,
    clock: Clock | None = None,
    skip: frozenset[Place] = frozenset(),
    twins: Mapping[Place, str] = MappingProxyType({}),
    depth: int = 0,
) -> Survey:
    """Mask, in place, every finding and every copy of one in `tree`, and return what was found in it.

    `said` knows the words that were masked already. `skip` are strings that are no text, or whose words were masked by their
    own place already: by the identity of what holds them, and their key. `twins` are strings that spell one masked word again,
    likewise, with what stands there afterwards.
    """
    walk = Walk(knowledge, load(language), policy, clock or Clock(), said, twins, depth)
    attendant = _Attendant(keys.are_wanted(knowledge, policy), decoded.Numbers(knowledge, walk.language.code))
    found = survey(tree, knowledge, walk.clock, attendant, skip)
    for leaf in found.bound:
        if "[" in leaf.text and columns.LABEL.search(leaf.text):
            leaf.put(leaf.text)
    for column in found.columns:
        rows = [leaf for leaf in column.leaves if not is_label(leaf.text) and not _was_opened(walk, leaf)]
        columns.mask(walk, column, rows)
    _mask_by_time(found)
    _mask_other_hypotheses(walk, found)
    decoded.mask_lists(found.lists, knowledge, walk.language.code)
    names.mask(found, lambda text: findings(walk, text), walk.language.code, policy)
    return found


class _Attendant:
    """Clears what is no text while the document is noted: keys pressed, sound, numbers that are card data."""

    def __init__(self, clears_keys: bool, numbers: decoded.Numbers) -> None:
        self._clears_keys = clears_keys
        self.take_number = numbers.mask
        # Objects with the same names are judged once.
        self._concerned: dict[tuple[str, ...], bool] = {}

    def take_object(self, item: dict[str, Any]) -> None:
        """Clear an object that tells of a key or holds sound."""
        kind = tuple(item)
        concerned = self._concerned.get(kind)
        if concerned is None:
            concerned = self._concerned[kind] = media.is_concerned(kind) or keys.is_concerned(kind)
        if concerned:
            media.clear(item)
            if self._clears_keys:
                keys.clear(item)


def remains(found: Survey, knowledge: Knowledge, language: Language) -> bool:
    """Return whether a document still holds, in any string, a finding that nobody could take for something else."""
    if not knowledge.has_telling():
        return False
    # Each text once: a call says a few hundred words ten thousand times.
    texts = dict.fromkeys(leaf.text for column in found.columns for leaf in column.leaves)
    texts |= dict.fromkeys(leaf.text for leaf in found.bound)
    texts |= dict.fromkeys(name for holder in found.objects for name in holder.value)
    joined = names.APART.join(text for text in texts if not is_moment(text))
    return any(knowledge.is_left_in(group) for group in digits.groups(joined, language))


def mask_repeated(
    found: Survey, knowledge: Knowledge, language: Language, policy: RedactionPolicy | None
) -> None:
    """Mask what `remains` in copies that were masked as the words are: a finding that the words say again, where it is none.

    The words keep it there, because it was judged with all the talk around it. In a copy it would be a finding again for everybody
    who reads it by itself.
    """
    for column in found.columns:
        for leaf in column.leaves:
            if leaf.is_settled and any(map(knowledge.is_left_in, digits.groups(leaf.text, language))):
                leaf.put(rules.masked(leaf.text, knowledge.spans(leaf.text, language), language.code, policy))


def _was_opened(walk: Walk, leaf: Leaf) -> bool:
    """Mask a string that holds a document of its own (JSON, Base64) as a document; False if it holds none."""
    if len(leaf.text) < _SHORTEST_OPENED and leaf.text[0] not in "{[":
        return False
    if walk.depth >= _NEST_AT_MOST:
        return False
    if leaf.text.lstrip()[:1] in {"{", "["}:
        return _was_json(walk, leaf)
    if media.is_media(leaf.text):
        leaf.put("")
        return True
    text = decoded.from_base64(leaf.text)
    if text is None:
        return False
    if found := findings(walk, text):
        leaf.put(f"[{found[0].entity.value}]")
    return True


def _was_json(walk: Walk, leaf: Leaf) -> bool:
    if columns.LABEL.match(leaf.text.lstrip()):
        return False
    try:
        inner = parsing.parsed(leaf.text)
    except (ValueError, RecursionError):
        return False
    if not isinstance(inner, (dict, list)) or parsing.is_deeper(inner, parsing.DEEPEST):
        return False
    before = json.dumps(inner)
    mask(
        inner,
        walk.knowledge,
        walk.said,
        walk.language.code,
        walk.policy,
        clock=walk.clock,
        depth=walk.depth + 1,
    )
    after = json.dumps(inner)
    if after != before:
        written = json.dumps(inner, ensure_ascii=False)
        leaf.put(after if any("\ud800" <= sign <= "\udfff" for sign in written) else written)
    return True


def _mask_by_time(found: Survey) -> None:
    """Mask what else was written for the moments of a finding: other hypotheses, other spellings."""
    for leaf in found.timed:
        said = leaf.text.strip()
        covering = leaf.holder.covering or (leaf.holder.mostly if " " not in said else "")
        if leaf.is_settled:
            continue
        if covering and any(map(str.isalnum, said)) and not is_label(said):
            leaf.put(f"[{covering}]")


def _mask_other_hypotheses(walk: Walk, found: Survey) -> None:
    """Mask every number in what else may have been said where something was masked.

    Another hypothesis has other digits than the finding, and mostly the right ones: no value and no question tells which.
    """
    if not walk.knowledge.found_anything:
        return
    for column in found.columns:
        for leaf in column.leaves:
            if not leaf.is_settled and leaf.holder.is_other_hypothesis() and not is_moment(leaf.text):
                numbers = digits.groups(leaf.text, walk.language)
                spans = [Span(one.start, one.end, walk.knowledge.kind, 1.0, "") for one in numbers]
                if spans and column.is_spoken:
                    leaf.put(rules.masked(leaf.text, spans, walk.language.code))
