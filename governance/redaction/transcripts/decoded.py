"""Copies that are no text: numbers in JSON, lists of token ids, digits or character codes, and Base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from governance.redaction.brands import begins_like_a_card, brand_of, is_card_number
from governance.redaction.spans import Entity
from governance.redaction.transcripts.knowledge import Knowledge
from governance.redaction.transcripts.survey import Holder

_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
_TOKEN_LISTS = re.compile(r"(?:^|_)(?:tokens?|token_ids|ids|input_ids|codes)$", re.IGNORECASE)
_NUMBER_KINDS = frozenset({Entity.PAN, Entity.CVV, Entity.PIN, Entity.TRACK})
_SHORTEST_LIST, _SHORTEST_NUMBER, _LONGEST_NUMBER, _LONGEST_CODE = 12, 12, 19, 6
_LONGEST_SPELLED = 400
_PREFIX = 6  # digits by which a brand is known
_PROBE = "491763"  # digits by which the name of a field is tried: a code or a PIN like any other


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


def heading(name: str) -> str:
    """Return the name of a field as words: `cardNumber` and `card_number` say a lot about what stands there."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_-]+", " ", name)


@lru_cache(maxsize=4_096)
def _is_issued(prefix: str, length: int) -> bool:
    # Times of the clock are as long as a card number, one behind the other, and begin alike.
    return brand_of(prefix.ljust(length, "0")) is not None


@lru_cache(maxsize=4_096)
def _begins(prefix: str) -> bool:
    return begins_like_a_card(prefix)


class Numbers:
    """Decides which numbers of a document are card data: by their digits, or by the name of the field they stand in.

    The detector is asked once for each name where it can be.
    """

    def __init__(self, knowledge: Knowledge, language: str) -> None:
        self._knowledge = knowledge
        self._language = language
        self._wants_pan = knowledge.wants(Entity.PAN)
        self._telling: dict[tuple[str, int], bool] = {}

    def mask(self, held: Any, key: str | int, number: int) -> None:
        """Put 0 where a JSON number is a card number, a known finding, or a code by the name of its field.

        Zero keeps the type, so that who reads the document next does not stumble.
        """
        digits = str(abs(number))
        is_card = (
            len(digits) >= _SHORTEST_NUMBER
            and self._wants_pan
            and _is_issued(digits[:_PREFIX], len(digits))
            and is_card_number(digits)
        )
        if is_card or self._knowledge.is_in_number(digits) or self._is_named_a_code(key, digits):
            held[key] = type(held[key])(0)

    def _is_named_a_code(self, name: str | int, digits: str) -> bool:
        """Return whether the detector takes digits for a code or a card because of the name they stand under."""
        if not isinstance(name, str):
            return False
        if len(digits) > _LONGEST_CODE:
            # Times of the clock and counters are as long as a card number; they do not begin like one.
            is_as_long = _SHORTEST_NUMBER <= len(digits) <= _LONGEST_NUMBER
            return is_as_long and _begins(digits[:_PREFIX]) and self._is_found(name, digits)
        kind = (name, len(digits))
        if kind not in self._telling:
            self._telling[kind] = self._is_found(name, _PROBE[: len(digits)])
        return self._telling[kind] and self._is_found(name, digits)

    def _is_found(self, name: str, digits: str) -> bool:
        from governance.redaction import text

        found = text.detect(f"{heading(name)}: {digits}", self._language)
        return any(span.entity in _NUMBER_KINDS and self._knowledge.wants(span.entity) for span in found)


def mask_lists(lists: Iterable[tuple[str, Holder]], knowledge: Knowledge, language: str) -> None:
    """Empty lists of numbers that decode to a finding.

    What token ids decode to depends on a model nobody ships with the file, so they go wherever the text beside them
    was changed, was spoken at the moment of a finding, or is not there to judge by.
    """
    for name, rows in lists:
        goes = (
            knowledge.found_anything and bool(_TOKEN_LISTS.search(name)) and not _is_judged_clean(rows.above)
        )
        if goes or _spells(rows.value, knowledge, language):
            rows.value.clear()


def _is_judged_clean(beside: Holder | None) -> bool:
    if beside is None or beside.has_change or beside.is_near:
        return False
    values = beside.value.values() if isinstance(beside.value, dict) else beside.value
    return any(isinstance(other, str) and " " in other for other in values)


def _spells(numbers: Sequence[int], knowledge: Knowledge, language: str) -> bool:
    """Whether a list of numbers is a card number digit by digit, in groups, or as character codes."""
    from governance.redaction import text

    if len(numbers) <= _LONGEST_SPELLED and all(0 <= number <= 9999 for number in numbers):
        joined = " ".join(map(str, numbers))
        digits = joined.replace(" ", "")
        if knowledge.is_in_number(digits):
            return True
        if (
            len(digits) >= _SHORTEST_NUMBER
            and knowledge.wants(Entity.PAN)
            and any(span.entity is Entity.PAN for span in text.detect(joined, language))
        ):
            return True
    if len(numbers) >= _SHORTEST_LIST and all(
        number in (9, 10, 13) or 32 <= number < 127 for number in numbers
    ):
        spelled = "".join(map(chr, numbers))
        return any(knowledge.wants(span.entity) for span in text.detect(spelled, language))
    return False
