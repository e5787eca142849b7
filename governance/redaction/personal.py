"""Personal data that is no card data: presidio-analyzer's recognisers, without a model, for the kinds a policy names.

Presidio is imported at first use only. Each recogniser is shown the passages in which it could find something, and
none at all where there are none; a test holds that this finds what presidio finds, which shows the whole text to each
of them in turn. Where a policy names a spaCy model, that way is taken, with the model's words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import regex

from governance.redaction import passages
from governance.redaction.passages import Excerpt
from governance.redaction.recognisers import ENTITIES, KINDS, PHONE, UnexaminedError, prepare, recogniser
from governance.redaction.spans import Entity, Span

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy
    from governance.redaction.recognisers import Kind

__all__ = ["ENTITIES", "UnexaminedError", "card_numbers", "detect", "named", "version"]

_NUMBERS = regex.compile(r"\d+")
_MOST_NUMBERS = 20_000
_CARD_SCORE = 0.9
_PHONE_SCORE = 0.4
_CARDS = frozenset({"CREDIT_CARD"})


def detect(text: str, language: str, policy: RedactionPolicy) -> list[Span]:
    """Return the personal data that `policy` names, and card numbers by a second opinion.

    Raises `UnexaminedError` if an expression ran out of time: presidio would return fewer findings and say nothing.
    """
    model = policy.nlp.for_language(language) if policy.nlp is not None else None
    if model is not None:
        from governance.redaction import language_models

        return _spans(language_models.detect(text, language, model, named(policy.personal)))
    return _spans(_found(text, language, named(policy.personal)))


def card_numbers(text: str, language: str = "en") -> list[Span]:
    """Return the card numbers presidio finds: an opinion that shares no code with `cards`."""
    return _spans(_found(text, language, _CARDS))


def named(personal: Collection[str]) -> frozenset[str]:
    """Return presidio's names for what a policy names by ours, and for card numbers."""
    return _CARDS | {finds for finds, entity in ENTITIES.items() if entity.value in personal}


@cache
def version() -> str:
    """Return the version of presidio-analyzer, as reports name it."""
    from importlib.metadata import version as version_of

    return version_of("presidio-analyzer")


def refuse_numbers_without_end(text: str) -> None:
    """Raise `UnexaminedError` for more numbers than the telephone library looks at: it stops, and says nothing."""
    if sum(1 for _ in _NUMBERS.finditer(text)) > _MOST_NUMBERS:
        raise UnexaminedError("The text holds more numbers than can be examined.")


def _found(text: str, language: str, wanted: Collection[str]) -> list[Any]:
    found: list[Any] = []
    for kind in KINDS:
        if kind.finds in wanted and (near := kind.reach.passages(text)):
            found += _in(text, near, kind, language)
    if PHONE in wanted:
        found += _phones(text, language)
    return without_copies(found) if len(found) > 1 else found


def _in(text: str, near: list[tuple[int, int]], kind: Kind, language: str) -> Iterator[Any]:
    """Yield what the recogniser finds in the passages, at its place in the text."""
    shown = passages.excerpt(text, near)
    made = recogniser(kind, language)
    for result in made.analyze(text=shown.text, entities=[kind.finds], nlp_artifacts=None):
        yield _moved(result, shown)


def _moved(result: Any, shown: Excerpt) -> Any:
    result.start, result.end = shown.original(result.start, result.end)
    return result


def _phones(text: str, language: str) -> list[Any]:
    from governance.redaction import phones

    near = passages.with_numbers(text, phones.FEWEST_DIGITS)
    if not near:
        return []
    refuse_numbers_without_end(text)
    prepare()
    from presidio_analyzer import RecognizerResult

    shown = passages.excerpt(text, near)
    return [
        RecognizerResult(PHONE, *shown.original(start, end), _PHONE_SCORE)
        for start, end in phones.find(shown.text, language)
    ]


def without_copies(found: list[Any]) -> list[Any]:
    """Return results without those that lie in another of their kind with as high a score, as presidio does."""
    from presidio_analyzer import EntityRecognizer

    return list(EntityRecognizer.remove_duplicates(found))


def _spans(results: Iterable[Any]) -> list[Span]:
    spans = []
    for result in results:
        entity = ENTITIES[result.entity_type]
        score = min(_CARD_SCORE, result.score) if entity is Entity.PAN else result.score
        because = f"presidio-analyzer names it {result.entity_type}"
        spans.append(Span(result.start, result.end, entity, score, because))
    return spans
