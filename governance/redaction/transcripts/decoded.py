"""Copies that are no text: numbers in JSON, lists of token ids, digits or character codes, and Base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Any

from governance.redaction.brands import is_card_number
from governance.redaction.spans import Entity
from governance.redaction.transcripts.known import Knowledge

Path = tuple[str | int, ...]
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_TOKEN_LISTS = re.compile(r"(?:^|_)(?:tokens?|token_ids|ids|input_ids|codes)$", re.IGNORECASE)
_NUMBER_KINDS = frozenset({Entity.PAN, Entity.CVV, Entity.PIN, Entity.TRACK})
_SHORTEST_LIST, _SHORTEST_NUMBER, _TELLING = 12, 12, 7


def from_base64(text: str) -> str | None:
    """Return the text a string encodes in Base64 (either alphabet); None if it encodes none."""
    compact = text.strip()
    if not _BASE64.fullmatch(compact) or compact.isdigit():
        return None
    padded = compact.rstrip("=") + "=" * (-len(compact.rstrip("=")) % 4)
    try:
        decoded = base64.b64decode(padded.replace("-", "+").replace("_", "/"), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return decoded if decoded.isprintable() or "\n" in decoded else None


def mask_numbers(tree: Any, knowledge: Knowledge, language: str) -> None:
    """Put 0 where a JSON number is a card number, a known finding, or a code by the name of its field.

    Zero keeps the type, so that who reads the document next does not stumble.
    """
    from governance.redaction import text

    wants_pan = knowledge.wants(Entity.PAN)
    for container, key, value in _numbers(tree):
        digits = str(abs(value))
        is_known = any(known in digits for known in knowledge.values if len(known) >= _TELLING)
        if is_known or (wants_pan and len(digits) >= _SHORTEST_NUMBER and is_card_number(digits)):
            container[key] = type(container[key])(0)
        elif isinstance(key, str) and 3 <= len(digits) <= 19:
            heading = re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", key)
            found = text.detect(f"{heading}: {digits}", language)
            if any(span.entity in _NUMBER_KINDS and knowledge.wants(span.entity) for span in found):
                container[key] = type(container[key])(0)


def _numbers(tree: Any) -> Iterator[tuple[Any, str | int, int]]:
    pending = [tree]
    while pending:
        value = pending.pop()
        items: list[tuple[str | int, Any]] = []
        if isinstance(value, dict):
            items = list(value.items())
        elif isinstance(value, list):
            items = list(enumerate(value))
        for key, item in items:
            if isinstance(item, (dict, list)):
                pending.append(item)
            elif isinstance(item, int) and not isinstance(item, bool):
                yield value, key, item
            elif isinstance(item, float) and item.is_integer() and abs(item) < 1e20:
                yield value, key, int(item)


def mask_lists(tree: Any, knowledge: Knowledge, language: str, changed: set[Path]) -> None:
    """Empty lists of numbers that decode to a finding.

    What token ids decode to depends on a model nobody ships with the file, so they go wherever the text beside them
    was changed, was spoken at the moment of a finding, or is not there to judge by.
    """
    touched = {path[:length] for path in changed for length in range(len(path) + 1)}
    pending: list[tuple[Path, Any]] = [((), tree)]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending.extend(((*path, key), item) for key, item in value.items())
            for key, item in value.items():
                if not _is_numbers(item):
                    continue
                judged = any(isinstance(other, str) and " " in other for other in value.values())
                near = path in touched or knowledge.touches(value) or not judged
                if (_TOKEN_LISTS.search(key) and knowledge.found_anything and near) or _spells(
                    item, knowledge, language
                ):
                    item.clear()
        elif isinstance(value, list):
            pending.extend(((*path, index), item) for index, item in enumerate(value))
            if _is_numbers(value) and _spells(value, knowledge, language):
                value.clear()


def _is_numbers(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, int) and not isinstance(item, bool) for item in value)
    )


def _spells(numbers: list[int], knowledge: Knowledge, language: str) -> bool:
    """Whether a list of numbers is a card number digit by digit, in groups, or as character codes."""
    from governance.redaction import text

    if all(0 <= number <= 9999 for number in numbers) and len(numbers) <= 400:
        joined = " ".join(str(number) for number in numbers)
        digits = joined.replace(" ", "")
        if any(known in digits for known in knowledge.values if len(known) >= _TELLING):
            return True
        if knowledge.wants(Entity.PAN) and any(
            span.entity is Entity.PAN for span in text.detect(joined, language)
        ):
            return True
    if len(numbers) >= _SHORTEST_LIST and all(
        number in (9, 10, 13) or 32 <= number < 127 for number in numbers
    ):
        spelled = "".join(map(chr, numbers))
        return any(knowledge.wants(span.entity) for span in text.detect(spelled, language))
    return False
