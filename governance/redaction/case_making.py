"""A decision about an uncertain finding as a test case: the words around it, with test values in place of all that is anybody's.

Pure. Fails closed: what cannot be replaced for certain is not exported, and what is exported was checked: none of its words
is a word of the call unless it is on the list of the language, and no three digits in a row are.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import Any

from governance.redaction import case_numbers, languages
from governance.redaction.case_words import Allowed, allowed, is_contraction, pseudo, staying
from governance.redaction.casefile import Case
from governance.redaction.cutting import Tokens
from governance.redaction.digits import Group, groups
from governance.redaction.languages import UnsupportedLanguageError
from governance.redaction.lexicon import ORDINAL
from governance.redaction.review_places import Places
from governance.redaction.spans import Word

_MASK = re.compile(r"\[([A-Z][A-Z_]*)(?: [^\]\s]{1,64})?\]")
_ESCAPE = re.compile(r"\\|%[0-9A-Fa-f]{2}|&#?\w+;")
_ROLES = {"agent": "agent", "customer": "customer", "caller": "customer", "client": "customer"}
_ROUNDS = 8


class NotSafeError(Exception):
    """The passage cannot be exported: the sentence says why and holds nothing of it."""


def make(
    words: Sequence[Word],
    places: Places,
    entity: str | None,
    language: str,
    origin: Mapping[str, Any],
    draw: random.Random | None = None,
) -> Case:
    """Return the words as a case in which every number, name and identifier is a test value of the same shape.

    `places` are the words that were decided about; `entity` is what they are, None if nothing. Times begin at 0. Raises
    `NotSafeError` where something cannot be replaced for certain, or is masked already, so that nothing could be tested.
    """
    try:
        known = allowed(languages.load(language).code)
    except UnsupportedLanguageError:
        raise NotSafeError("its language is not examined here") from None
    said = [_MASK.sub(lambda mask: f"[{mask.group(1)}]", word.text) for word in words]
    if any(_MASK.search(one) for one in said[places.first : places.last + 1]):
        raise NotSafeError("a part of what was decided about is gone")
    chosen = draw or random.SystemRandom()
    for _ in range(_ROUNDS):
        made = _replaced(said, words, known, chosen, places, entity)
        if _same_shape(said, made, words, known):
            check(said, made, words, known)
            return Case(known.lexicon.code, _shifted(words, made), places.first, places.last, entity, origin)
    raise NotSafeError("its numbers read differently once they are replaced")


def _replaced(
    said: Sequence[str],
    words: Sequence[Word],
    known: Allowed,
    draw: random.Random,
    places: Places,
    entity: str | None,
) -> list[str]:
    text, offsets, turns = _joined(said, words)
    tokens = Tokens(text)
    _refuse_hidden(tokens)
    stays = staying(tokens, known, turns)
    kept = {at for at, is_kept in enumerate(stays) if is_kept}
    found = groups(text, languages.load(known.lexicon.code), turns)
    numbers = [one for one in found if not set(range(one.first, one.last + 1)) <= kept]
    try:
        new = _numbers(numbers, tokens, known, draw, _runs(tokens, found), (offsets, places, entity))
        never = frozenset(tokens.words)
        for at, word in enumerate(tokens.words):
            if at not in new and not stays[at]:
                new[at] = _instead(tokens, at, word, known, never, draw)
    except (case_numbers.NumberError, LookupError):
        raise NotSafeError("something in it has no other value of its shape") from None
    return _rebuilt(said, tokens, offsets, new)


def _numbers(
    found: Sequence[Group],
    tokens: Tokens,
    known: Allowed,
    draw: random.Random,
    forbidden: set[str],
    decided: tuple[Sequence[int], Places, str | None],
) -> dict[int, str]:
    """Return what the numbers become. A card number that is said over several turns is one number."""
    offsets, places, entity = decided
    pieces = [one for one in found if _is_among(one, offsets, places)]
    is_split = entity == "PAN" and len(pieces) > 1
    new: dict[int, str] = {}
    before = ("", "")
    for group in found:
        is_piece = group in pieces
        drawn, digits = case_numbers.replaced(
            group, tokens, known, forbidden, draw,
            is_expiry=entity == "EXPIRY" and is_piece,
            before=before if is_split and is_piece else None,
            is_last=group is pieces[-1] if is_split and is_piece else True,
        )  # fmt: skip
        new |= drawn
        if is_piece:
            before = (before[0] + group.digits, before[1] + digits)
    return new


def _is_among(group: Group, offsets: Sequence[int], places: Places) -> bool:
    end = offsets[places.last + 1] if places.last + 1 < len(offsets) else group.end
    return offsets[places.first] <= group.start and group.end <= end


def _instead(
    tokens: Tokens, at: int, word: str, known: Allowed, never: frozenset[str], draw: random.Random
) -> str:
    written = tokens.text[tokens.starts[at] : tokens.end(at)]
    if word[0].isdigit():
        return case_numbers.like(word, draw)
    others: Sequence[str] = ()
    if word in known.lexicon.months:
        others = [one for one in known.lexicon.months if one != word]
    elif known.lexicon.roles.get(word, 0) & ORDINAL:
        others = [one for one in known.ordinals if one != word]
    elif word in known.lexicon.numeric:
        return written  # no number here: an article, or a word that puts numbers together
    if others:
        made = draw.choice(list(others))
        return made.capitalize() if written[:1].isupper() else made
    return pseudo(written, known, never, draw)


def _refuse_hidden(tokens: Tokens) -> None:
    """Raise `NotSafeError` where something is written that is read as no word: escapes, signs that mean numbers."""
    if _ESCAPE.search(tokens.text):
        raise NotSafeError("characters are written as codes in it")
    inside = {place for at in range(len(tokens)) for place in range(tokens.starts[at], tokens.end(at))} | {
        place for label in tokens.labels for place in range(label.start, label.end)
    }
    if any(
        (sign.isnumeric() and not sign.isdecimal()) or (sign.isalnum() and place not in inside)
        for place, sign in enumerate(tokens.text)
    ):
        raise NotSafeError("signs are in it that mean a number or a letter")


def check(said: Sequence[str], made: Sequence[str], words: Sequence[Word], known: Allowed) -> None:
    """Return if nothing of the call is left in the case but words of the list. Raises `NotSafeError` otherwise."""
    before, after = Tokens(_joined(said, words)[0]), Tokens(_joined(made, words)[0])
    if _own(before, known) & _own(after, known):
        raise NotSafeError("a word of the call is left in it")
    language = languages.load(known.lexicon.code)
    turns = _joined(said, words)[2]
    there = _runs(after, groups(after.text, language, _joined(made, words)[2]))
    if _runs(before, groups(before.text, language, turns)) & there:
        raise NotSafeError("digits of the call are left in it")


def _own(tokens: Tokens, known: Allowed) -> set[str]:
    """Return the words that are on no list."""
    return {
        word
        for at, word in enumerate(tokens.words)
        if not word[0].isdigit() and word not in known and not is_contraction(tokens, at)
    }


def _runs(tokens: Tokens, found: Sequence[Group]) -> set[str]:
    typed = {run for word in tokens.words if word[0].isdigit() for run in case_numbers.runs(word)}
    return typed | {run for group in found for run in case_numbers.runs(group.digits)}


def _same_shape(said: Sequence[str], made: Sequence[str], words: Sequence[Word], known: Allowed) -> bool:
    """Whether the numbers of the case are read as those of the call were: as many, as long, explained alike."""
    language = languages.load(known.lexicon.code)
    read = []
    for texts in (said, made):
        text, _, turns = _joined(texts, words)
        read.append(
            [
                (len(one.digits), one.turn, one.explained, len(one.chunks))
                for one in groups(text, language, turns)
            ]
        )
    return read[0] == read[1]


def _joined(said: Sequence[str], words: Sequence[Word]) -> tuple[str, list[int], tuple[int, ...]]:
    pieces, offsets, turns, at = [], [], [], 0
    for index, text in enumerate(said):
        if (
            index == 0
            or words[index].turn != words[index - 1].turn
            or words[index].speaker != words[index - 1].speaker
        ):
            turns.append(at)
        offsets.append(at)
        pieces.append(text + " ")
        at += len(text) + 1
    return "".join(pieces), offsets, tuple(turns) or (0,)


def _rebuilt(
    said: Sequence[str], tokens: Tokens, offsets: Sequence[int], new: Mapping[int, str]
) -> list[str]:
    made, token = [], 0
    for offset, text in zip(offsets, said, strict=True):
        pieces, at, end = [], offset, offset + len(text)
        while token < len(tokens) and tokens.starts[token] < end:
            pieces.append(tokens.text[at : tokens.starts[token]])
            pieces.append(new.get(token, tokens.text[tokens.starts[token] : tokens.end(token)]))
            at = tokens.end(token)
            token += 1
        made.append("".join([*pieces, tokens.text[at:end]]))
    return made


def _shifted(words: Sequence[Word], made: Sequence[str]) -> tuple[Word, ...]:
    starts = [word.start_ms for word in words if word.start_ms is not None]
    begin = min(starts, default=0)
    turns = {turn: at for at, turn in enumerate(dict.fromkeys(word.turn for word in words))}
    names = dict.fromkeys(word.speaker for word in words if word.speaker)
    roles = {name: _ROLES.get(name.lower(), f"speaker {at}") for at, name in enumerate(names, 1)}
    return tuple(
        Word(
            text=text,
            start_ms=None if word.start_ms is None else word.start_ms - begin,
            end_ms=None if word.end_ms is None else word.end_ms - begin,
            channel=word.channel,
            speaker=roles.get(word.speaker or ""),
            timing=word.timing,
            turn=turns[word.turn],
        )
        for word, text in zip(words, made, strict=True)
    )
