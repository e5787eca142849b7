"""Whom the benchmark measures: ours through its public door and over bare words, presidio-analyzer, and whatever you bring.

A system takes a call and says what survives; None means it refused to answer, so that nothing was given out.
"""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from benchmarks.spoken_cards import formats
from benchmarks.spoken_cards.survivors import Survivors, from_masked, survivors
from benchmarks.spoken_cards.truth import Call

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

System = Callable[[Call], Survivors | None]
Redactor = Callable[[bytes, str], bytes]


def through(redactor: Redactor, form: str) -> System:
    """Return a system that writes the call in a format, has it redacted as bytes, and looks at every copy that came back."""

    def system(call: Call) -> Survivors | None:
        rendering = formats.write(form, call)
        answer = redactor(rendering.data, call.language)
        return survivors(call, rendering, answer) if answer else None

    return system


def ours(data: bytes, language: str) -> bytes:
    """Return a transcript redacted by this project as its command and its API do, second look included; nothing if refused."""
    from governance.errors import GovernanceError
    from governance.redaction import reports

    try:
        content = reports.redact_transcript(data, _policy(), language).content
    except GovernanceError:
        return b""
    return content if isinstance(content, bytes) else content.encode()


def ours_over_words(call: Call) -> Survivors:
    """Return what our detector leaves of the bare words, without a file around them."""
    from governance.redaction import text
    from governance.redaction.spans import Timing, Word

    words = [
        Word(
            one.token.text,
            one.start_ms,
            one.end_ms,
            int(turn.speaker in "AI"),
            turn.speaker,
            Timing.EXACT,
            number,
        )
        for number, turn in enumerate(call.turns)
        for one in turn.words
    ]
    found = text.detect_words(words, call.language, policy=_policy())
    return from_masked(call, {at for span in found for at in range(span.first, span.last + 1)})


def presidio_by_turn(call: Call) -> Survivors:
    """Return what presidio-analyzer's stock CREDIT_CARD leaves where it is given one turn after another."""
    masked: set[int] = set()
    index = 0
    for turn in call.turns:
        words = [one.token.text for one in turn.words]
        masked.update(_presidio(words, [one.token.before for one in turn.words], index, call.language))
        index += len(words)
    return from_masked(call, masked)


def presidio_whole(call: Call) -> Survivors:
    """Return what presidio-analyzer's stock CREDIT_CARD leaves where it is given the whole call as one text."""
    words = [one.token.text for one in call.words]
    gaps = [one.token.before for one in call.words]
    return from_masked(call, set(_presidio(words, gaps, 0, call.language)))


def command(line: str) -> Redactor:
    """Return a redactor that is a command: it reads the transcript and writes the redacted one. `{language}` is filled in."""

    def redactor(data: bytes, language: str) -> bytes:
        arguments = [part.replace("{language}", language) for part in shlex.split(line)]
        done = subprocess.run(arguments, input=data, capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else b""

    return redactor


def function(name: str) -> Redactor:
    """Return a redactor that is a Python callable, `package.module:function`, of bytes and a language."""
    module, _, attribute = name.partition(":")
    found: Redactor = getattr(import_module(module), attribute)
    return found


@cache
def _policy() -> RedactionPolicy:
    """The policy that is delivered, for all languages and without personal data: this is about cards."""
    from governance import policy

    return policy.load().default.redaction.model_copy(update={"personal": {}})


def _presidio(words: list[str], gaps: list[str], first: int, language: str) -> set[int]:
    starts, text = [], ""
    for at, word in enumerate(words):
        text += gaps[at] if at else ""
        starts.append(len(text))
        text += word
    if not text.strip():
        return set()
    masked: set[int] = set()
    for hit in _analyser(language).analyze(text, language=language, entities=["CREDIT_CARD"]):
        masked.update(
            first + at
            for at, start in enumerate(starts)
            if start < hit.end and hit.start < start + len(words[at])
        )
    return masked


@cache
def _analyser(language: str) -> Any:
    """Build presidio's analyser with its own CREDIT_CARD recogniser and an engine that knows no words and downloads nothing."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine
    from presidio_analyzer.predefined_recognizers import CreditCardRecognizer

    class NoModel(NlpEngine):
        # presidio's interface; CREDIT_CARD is found by its pattern alone, with any engine.
        def load(self) -> None:
            return None

        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> Any:  # noqa: ARG002
            nothing: Any = []
            return NlpArtifacts(nothing, nothing, nothing, nothing, self, language)

        def process_batch(self, texts: Any, language: str, *_: Any, **__: Any) -> Any:
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, *_: Any, **__: Any) -> bool:
            return False

        def is_punct(self, *_: Any, **__: Any) -> bool:
            return False

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return [language]

    registry = RecognizerRegistry(
        recognizers=[CreditCardRecognizer(supported_language=language)], supported_languages=[language]
    )
    return AnalyzerEngine(registry=registry, nlp_engine=NoModel(), supported_languages=[language])
