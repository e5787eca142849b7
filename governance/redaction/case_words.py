"""Which words of a call may stand in a test case, and what stands instead of the others: a word of the same shape that means nothing.

Pure. Nothing is searched for that should go: what is not on the list goes. The list is what the detectors know of a
language: frequent small words, and the words with which card data is asked for. Names, places and whatever nobody
thought of are on no list.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from governance.redaction import languages
from governance.redaction.cutting import Tokens
from governance.redaction.lexicon import ORDINAL, Lexicon, Trie, compiled, words_of

_VOWELS, _CONSONANTS = "aeiou", "bcdfghjklmnprstvwz"
_APOSTROPHES = frozenset("'’")
_TRIES = 200
# What introduces a name, in the seven languages: so many words behind it go even if they are frequent words.
_INTRODUCED: dict[tuple[str, ...], int] = {
    tuple(said.split()): count
    for count, all_ in (
        (3, """my name is|name is|name's|i am called|call me|speaking with|mein name ist|ich heisse|name war|
            je m'appelle|mon nom est|me llamo|mi nombre es|mi chiamo|il mio nome|meu nome e|chamo me|mijn naam is|ik heet"""),
        (2, """mr|mrs|ms|miss|dr|sir|herr|herrn|frau|doktor|monsieur|madame|mademoiselle|senor|senora|senorita|signor|signora|
            signore|senhor|senhora|dona|meneer|mevrouw|dhr|mw|first name|last name|surname|vorname|nachname|prenom|nom|
            apellido|nombre|cognome|nome|apelido|voornaam|achternaam"""),
        (1, "this is|i'm|i am|hier ist|ich bin|c'est|je suis|soy|sono|sou|aqui e|dit is|ik ben|met"),
    )
    for said in (" ".join(words_of(one)) for one in all_.replace("\n", " ").split("|"))
}  # fmt: skip
_LONGEST_INTRODUCTION = max(len(said) for said in _INTRODUCED)


@dataclass(frozen=True)
class Allowed:
    """The words of a language that may stay: `asking` wherever they stand, `small` ones unless they may be a name there."""

    lexicon: Lexicon
    asking: frozenset[str]
    small: frozenset[str]
    ordinals: tuple[str, ...]

    def __contains__(self, word: str) -> bool:
        return (
            word in self.asking or word in self.small or word in self.lexicon.numeric or word in self.ordinals
        )


@cache
def allowed(code: str) -> Allowed:
    """Return what may stay of a language. Raises `UnsupportedLanguageError` for one that nobody here examines."""
    lexicon, language = compiled(code), languages.load(code)
    asking = frozenset(_in_trie(lexicon.cues)) - lexicon.numeric
    named = (
        *language.common,
        *language.fillers,
        *language.quantities,
        *language.determiners,
        *language.names_before,
    )
    known = (*named, *language.joiners, *language.multipliers, *language.hundred, *language.thousand)
    ordinals = frozenset(word for word, role in lexicon.roles.items() if role & ORDINAL)
    small = frozenset(piece for one in known for piece in words_of(one)) - lexicon.numeric - ordinals
    return Allowed(lexicon, asking - ordinals - small, small, tuple(sorted(ordinals)))


def _in_trie(trie: Mapping[str, Trie]) -> Iterator[str]:
    for word, below in trie.items():
        if word:
            yield word
            if isinstance(below, dict):
                yield from _in_trie(below)


def asked_for(tokens: Tokens, known: Allowed) -> set[int]:
    """Return the tokens of phrases that ask for card data: the sixteen of "the sixteen digits" is nobody's number."""
    found: set[int] = set()
    for at in range(len(tokens)):
        node: Trie | None = known.lexicon.cues.get(tokens.words[at])
        place, last = at, -1
        while isinstance(node, dict):
            if "" in node:
                last = place
            place += 1
            node = node.get(tokens.words[place]) if place < len(tokens) else None
        found.update(range(at, last + 1))
    return found


def staying(tokens: Tokens, known: Allowed, turn_starts: Sequence[int]) -> list[bool]:
    """Return for each token whether it may stay as it is: on the list, and nothing about its place makes it a name."""
    named, introduced = _introduced(tokens)
    asked = asked_for(tokens, known)
    stays = []
    for at, word in enumerate(tokens.words):
        if word[0].isdigit() or word in known.lexicon.numeric:
            stays.append(at in asked)
        elif at in named or _is_in_a_code(tokens, at):
            stays.append(False)
        elif word in known.asking:
            stays.append(True)
        else:
            small = word in known.small or is_contraction(tokens, at)
            stays.append(small and at not in introduced and not _may_be_a_name(tokens, at, turn_starts))
    return stays


def _introduced(tokens: Tokens) -> tuple[set[int], set[int]]:
    """Return the tokens that are names whatever they say, and those that may be: `my name is` and `this is`."""
    named: set[int] = set()
    maybe: set[int] = set()
    for at in range(len(tokens)):
        for length in range(1, _LONGEST_INTRODUCTION + 1):
            count = _INTRODUCED.get(tuple(tokens.words[at : at + length]), 0)
            behind = range(at + length, at + length + count)
            (named if count > 1 else maybe).update(behind)
    return named, maybe


def _is_in_a_code(tokens: Tokens, at: int) -> bool:
    """Whether a word belongs to letters mixed with digits, to an address of mail or of a page, or is spelled out."""
    begin, end = tokens.starts[at], tokens.end(at)
    while begin > 0 and not tokens.text[begin - 1].isspace():
        begin -= 1
    while end < len(tokens.text) and not tokens.text[end].isspace():
        end += 1
    around = tokens.text[begin:end]
    if any(sign in around for sign in "@/\\_#&=+<>{}") or any(sign.isdigit() for sign in around):
        return True
    inner = around.strip(".,;:!?\"'()[]-…")
    if "." in inner:
        return True
    return (
        len(tokens.words[at]) == 1
        and not is_contraction(tokens, at)
        and any(0 <= near < len(tokens) and len(tokens.words[near]) == 1 for near in (at - 1, at + 1))
    )


def is_contraction(tokens: Tokens, at: int) -> bool:
    """Whether a letter or two are the rest of a shortened word: it's, we'll, l'ai."""
    behind = tokens.gap(at + 1) if at + 1 < len(tokens) else ""
    beside = tokens.gap(at) in _APOSTROPHES or behind in _APOSTROPHES
    return len(tokens.words[at]) <= 2 and beside


def _may_be_a_name(tokens: Tokens, at: int, turn_starts: Sequence[int]) -> bool:
    """Whether a word is written with a capital where no sentence begins."""
    start = tokens.starts[at]
    if not tokens.text[start].isupper() or tokens.words[at] == "i":
        return False
    before = tokens.text[:start].rstrip()
    return start not in turn_starts and before[-1:] not in {"", ".", "!", "?", "…", ":"}


def pseudo(written: str, known: Allowed, never: frozenset[str], draw: random.Random) -> str:
    """Return a word of the shape of `written` (length, capitals, vowels) that is on no list and in `never`.

    Raises `LookupError` where there is none: the caller must not go on with what was there.
    """
    for _ in range(_TRIES):
        made = "".join(_like(sign, draw) for sign in written)
        word = words_of(made)
        if (
            len(word) == 1
            and word[0] not in known
            and word[0] not in never
            and word[0] not in known.lexicon.homophones
        ):
            return made
    raise LookupError("no word of this shape means nothing")


def _like(sign: str, draw: random.Random) -> str:
    made = draw.choice(_VOWELS if words_of(sign)[0] in _VOWELS else _CONSONANTS)
    return made.upper() if sign.isupper() else made
