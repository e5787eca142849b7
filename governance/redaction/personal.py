"""Personal data that is no card data: presidio-analyzer on an engine without a model, for the kinds a policy names.

Presidio is imported at first use only, downloads nothing and asks no name server: its e-mail recogniser would fetch
the public suffix list, its default engine a language model. Where one of its expressions runs out of time presidio
skips it with a warning; here that is an error, because what was skipped was not examined.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from governance.errors import InvalidError
from governance.redaction.spans import Entity, Span

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

    from governance.policy.redaction import RedactionPolicy

ENTITIES = {
    "CREDIT_CARD": Entity.PAN,
    "EMAIL_ADDRESS": Entity.EMAIL,
    "PHONE_NUMBER": Entity.PHONE,
    "IBAN_CODE": Entity.IBAN,
    "IP_ADDRESS": Entity.IP,
    "US_SSN": Entity.SSN,
    "UK_NINO": Entity.NINO,
    "US_BANK_NUMBER": Entity.BANK_ACCOUNT,
    "US_PASSPORT": Entity.PASSPORT,
    "UK_PASSPORT": Entity.PASSPORT,
    "US_DRIVER_LICENSE": Entity.DRIVER_LICENSE,
    "UK_DRIVING_LICENCE": Entity.DRIVER_LICENSE,
    "US_ITIN": Entity.TAX_ID,
    "UK_NHS": Entity.MEDICAL_ID,
    "MEDICAL_LICENSE": Entity.MEDICAL_ID,
    "CRYPTO": Entity.CRYPTO,
    "URL": Entity.URL,
    "DATE_TIME": Entity.DATE,
}
"""Presidio's names for what it finds, and ours."""

_NUMBERS = re.compile(r"\d+")
_MOST_NUMBERS = 20_000
_SECONDS_PER_PATTERN = 5
_CARD_SCORE = 0.9
_SERIAL = Lock()


class UnexaminedError(InvalidError):
    """A detector could not finish with this text: nothing may be concluded from what it did not find."""

    code = "unexamined"


def detect(text: str, language: str, policy: RedactionPolicy) -> list[Span]:
    """Return the personal data that `policy` names, and card numbers by a second opinion.

    Raises `UnexaminedError` if an expression ran out of time: presidio would return fewer findings and say nothing.
    """
    wanted = {
        presidio for presidio, ours in ENTITIES.items() if ours.value in policy.personal or ours is Entity.PAN
    }
    return _analyse(text, language, frozenset(wanted))


def card_numbers(text: str, language: str = "en") -> list[Span]:
    """Return the card numbers presidio finds: an opinion that shares no code with `cards`."""
    return _analyse(text, language, frozenset({"CREDIT_CARD"}))


@cache
def version() -> str:
    """Return the version of presidio-analyzer, as reports name it."""
    from importlib.metadata import version as version_of

    return version_of("presidio-analyzer")


def _analyse(text: str, language: str, wanted: frozenset[str]) -> list[Span]:
    if not text.strip():
        return []
    # After 65535 numbers that are none the telephone library stops looking, and says nothing; each costs time.
    if "PHONE_NUMBER" in wanted and sum(1 for _ in _NUMBERS.finditer(text)) > _MOST_NUMBERS:
        raise UnexaminedError("The text holds more numbers than can be examined.")
    results = _engine(language).analyze(
        text, language=language, entities=sorted(wanted), return_decision_process=False
    )
    found = []
    for result in results:
        entity = ENTITIES[result.entity_type]
        score = min(_CARD_SCORE, result.score) if entity is Entity.PAN else result.score
        found.append(
            Span(result.start, result.end, entity, score, f"presidio-analyzer names it {result.entity_type}")
        )
    return found


class _PatientExpression:
    """A compiled expression that says so when it runs out of time, instead of being skipped."""

    def __init__(self, expression: Any) -> None:
        self._expression = expression

    def finditer(self, text: str, timeout: float | None = None) -> Iterator[Any]:
        """Return all matches, or raise `UnexaminedError`. The caller's longer timeout is not waited for."""
        seconds = min(timeout or _SECONDS_PER_PATTERN, _SECONDS_PER_PATTERN)
        try:
            return iter(list(self._expression.finditer(text, timeout=seconds)))
        except TimeoutError:
            raise UnexaminedError("The text could not be examined in time.") from None


def _refuse_timeouts(record: logging.LogRecord) -> bool:
    """Turn presidio's warning about an expression it skipped into an error, for the recognisers with their own loops."""
    if "timed out" in str(record.msg):
        raise UnexaminedError("The text could not be examined in time.")
    return True


def _engine(language: str) -> AnalyzerEngine:
    with _SERIAL:
        return _build(language)


@cache
def _build(language: str) -> AnalyzerEngine:
    """Build the analyser without a model and without the network."""
    import regex
    import tldextract
    import tldextract.tldextract as suffixes

    # Before presidio is built: its e-mail recogniser uses this module-wide extractor, which would fetch a list.
    suffixes.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    # Presidio logs what it decides, word by word, when asked to; nobody asks it here, and warnings hold no text.
    logger = logging.getLogger("presidio-analyzer")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_refuse_timeouts)
    from presidio_analyzer import AnalyzerEngine, PatternRecognizer, RecognizerRegistry

    flags = regex.IGNORECASE | regex.MULTILINE | regex.DOTALL
    recognisers = list(_recognisers(language))
    for recogniser in recognisers:
        patterns = getattr(recogniser, "patterns", []) if isinstance(recogniser, PatternRecognizer) else []
        for pattern in patterns:
            pattern.compiled_regex = _PatientExpression(regex.compile(pattern.regex, flags))
            pattern.compiled_with_flags = flags
    registry = RecognizerRegistry(
        recognizers=recognisers, global_regex_flags=flags, supported_languages=[language]
    )
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=_model_free_engine(language),
        log_decision_process=False,
        supported_languages=[language],
    )


def _recognisers(language: str) -> Iterator[Any]:
    from presidio_analyzer import predefined_recognizers as predefined

    names = (
        "CreditCardRecognizer", "EmailRecognizer", "IbanRecognizer", "IpRecognizer", "UsSsnRecognizer",
        "UkNinoRecognizer", "UsBankRecognizer", "UsPassportRecognizer", "UkPassportRecognizer", "UsLicenseRecognizer",
        "UkDrivingLicenceRecognizer", "UsItinRecognizer", "NhsRecognizer", "MedicalLicenseRecognizer",
        "CryptoRecognizer", "UrlRecognizer", "DateRecognizer",
    )  # fmt: skip
    for name in names:
        yield getattr(predefined, name)(supported_language=language)

    yield predefined.PhoneRecognizer(
        supported_language=language, supported_regions=("US", "GB", "DE", "FR", "IL", "IN", "CA", "BR", "AU")
    )
    # With its country in front a number counts if it is as long as one may be there: the ranges given out change.
    yield predefined.PhoneRecognizer(supported_language=language, supported_regions=(None,), leniency=0)


def _model_free_engine(language: str) -> Any:
    """Return an engine that knows no words: the pattern recognisers need none, and no model is downloaded."""
    from presidio_analyzer.nlp_engine import NlpArtifacts, NlpEngine

    class ModelFreeEngine(NlpEngine):
        # Every text has no words: patterns are matched on the text itself.
        def load(self) -> None:
            return None

        def is_loaded(self) -> bool:
            return True

        def process_text(self, text: str, language: str) -> Any:  # noqa: ARG002  # presidio's signature
            nothing: Any = []
            return NlpArtifacts(nothing, nothing, nothing, nothing, self, language)

        def process_batch(self, texts: Any, language: str, *_: Any, **__: Any) -> Iterator[tuple[str, Any]]:
            return ((text, self.process_text(text, language)) for text in texts)

        def is_stopword(self, *_: Any, **__: Any) -> bool:
            return False

        def is_punct(self, *_: Any, **__: Any) -> bool:
            return False

        def get_supported_entities(self) -> list[str]:
            return []

        def get_supported_languages(self) -> list[str]:
            return [language]

    return ModelFreeEngine()
