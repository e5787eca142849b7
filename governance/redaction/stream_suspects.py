"""Which words of a language may be part of a number: what a stream holds back until it is known.

A word is suspect if the detectors could ever read it as part of a number, by itself (`four`, `double`, `oh`) or behind a word that
may be one (`and`, `hundred`, `to`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from governance.redaction.lexicon import HUNDRED, JOINER, THOUSAND, Trie, compiled


@dataclass(frozen=True)
class Suspects:
    """The words of a language that may be part of a number: by themselves, or behind one that may."""

    alone: frozenset[str]
    behind: frozenset[str]
    longest_cue: int

    def is_suspect(self, word: str, *, is_behind: bool) -> bool:
        """Return whether a folded word may be part of a number."""
        return "0" <= word[0] <= "9" or word in self.alone or (is_behind and word in self.behind)


@cache
def suspects(code: str) -> Suspects:
    """Return the suspect words of a language."""
    lexicon = compiled(code)
    common = {word for word in lexicon.homophones if word in lexicon.common}
    inner = {word for trie in lexicon.numbers.values() for word in _inner(trie)}
    joining = {word for word, role in lexicon.roles.items() if role & (JOINER | HUNDRED | THOUSAND)}
    alone = lexicon.numeric | (lexicon.homophones.keys() - common)
    return Suspects(
        alone,
        frozenset(common | inner | joining) - alone,
        max(map(_depth, lexicon.cues.values()), default=0) + 1,
    )


def _inner(trie: Trie) -> Iterator[str]:
    for word, below in trie.items():
        if word:
            yield word
            yield from _inner(below)


def _depth(trie: Trie) -> int:
    return max((1 + _depth(below) for word, below in trie.items() if word), default=0)
