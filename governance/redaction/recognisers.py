"""Which of presidio's recognisers there are here, what each must see to find anything, and how they are built.

They are built without a model and without the network: presidio's e-mail recogniser would fetch the public suffix list.
Where one of its expressions runs out of time presidio skips it with a warning; here that is an error, because what was
skipped was not examined.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

import regex

from governance.errors import InvalidError
from governance.redaction.passages import Reach
from governance.redaction.spans import Entity

_SECONDS_PER_PATTERN = 5
_SERIAL = Lock()


class UnexaminedError(InvalidError):
    """A detector could not finish with this text: nothing may be concluded from what it did not find."""

    code = "unexamined"


@dataclass(frozen=True, slots=True)
class Kind:
    """One of presidio's recognisers: its class, its name for what it finds and ours, and how far it reaches."""

    recogniser: str
    finds: str
    entity: Entity
    anchors: tuple[str, ...]
    margin: int = 0

    @property
    def reach(self) -> Reach:
        """What a text must hold, and where, for the recogniser to find anything."""
        return _reach(self.anchors, self.margin)


@cache
def _reach(anchors: tuple[str, ...], margin: int) -> Reach:
    return Reach(tuple(regex.compile(anchor) for anchor in anchors), margin)


def _kind(recogniser: str, finds: str, entity: Entity, *anchors: str, margin: int = 0) -> Kind:
    return Kind(f"{recogniser}Recognizer", finds, entity, anchors, margin)


KINDS = (
    _kind("CreditCard", "CREDIT_CARD", Entity.PAN, r"\d{4}[- ]?\d{3,4}[- ]?\d{3}", margin=24),
    _kind("Email", "EMAIL_ADDRESS", Entity.EMAIL, "@"),
    _kind("Iban", "IBAN_CODE", Entity.IBAN, "[A-Z]{2}[0-9]{2}", margin=48),
    _kind("Ip", "IP_ADDRESS", Entity.IP, r"\.[0-9]", ":[0-9A-Fa-f]{0,4}:"),
    _kind("Crypto", "CRYPTO", Entity.CRYPTO, r"\w{26}"),
    _kind("Url", "URL", Entity.URL, r"\.\w"),
    _kind("Date", "DATE_TIME", Entity.DATE, r"\d[-/.]", r"[-/.]\d"),
    _kind("UsSsn", "US_SSN", Entity.SSN, "[0-9]{3}[- .]?[0-9]{2}", margin=13),
    _kind("UsBank", "US_BANK_NUMBER", Entity.BANK_ACCOUNT, "[0-9]{8}", margin=19),
    _kind("UsItin", "US_ITIN", Entity.TAX_ID, r"9\d{2}[- ]?\d{2}", margin=13),
    _kind("UsPassport", "US_PASSPORT", Entity.PASSPORT, "[0-9]{8}", margin=11),
    _kind("UsLicense", "US_DRIVER_LICENSE", Entity.DRIVER_LICENSE, "[0-9]", margin=24),
    _kind("MedicalLicense", "MEDICAL_LICENSE", Entity.MEDICAL_ID, r"\d{7}", margin=10),
    _kind("CaSin", "CA_SIN", Entity.NATIONAL_ID, r"\d{3}[- ]?\d{3}", margin=13),
    _kind("UkNino", "UK_NINO", Entity.NINO, "[0-9]{2} ?[0-9]{2} ?[0-9]{2}", margin=13),
    _kind("Nhs", "UK_NHS", Entity.MEDICAL_ID, "[0-9]{3}[- ]?[0-9]{3}[- ]?[0-9]{4}", margin=15),
    _kind("UkPassport", "UK_PASSPORT", Entity.PASSPORT, r"\d{7}", margin=11),
    _kind("UkDrivingLicence", "UK_DRIVING_LICENCE", Entity.DRIVER_LICENSE, r"\w{16}", margin=18),
    _kind("EsNif", "ES_NIF", Entity.NATIONAL_ID, "[0-9]{7}", margin=13),
    _kind("EsNie", "ES_NIE", Entity.NATIONAL_ID, "[0-9]{7}", margin=13),
    _kind("EsPassport", "ES_PASSPORT", Entity.PASSPORT, "[0-9]{6}", margin=11),
    _kind("ItFiscalCode", "IT_FISCAL_CODE", Entity.TAX_ID, r"\w{16}", margin=18),
    _kind("ItIdentityCard", "IT_IDENTITY_CARD", Entity.NATIONAL_ID, r"\d{5}", margin=16),
    _kind("ItPassport", "IT_PASSPORT", Entity.PASSPORT, r"\d{7}", margin=11),
    _kind("ItDriverLicense", "IT_DRIVER_LICENSE", Entity.DRIVER_LICENSE, r"\w{10}", margin=12),
    _kind("DeIdCard", "DE_ID_CARD", Entity.NATIONAL_ID, r"\w{8}", margin=11),
    _kind("DePassport", "DE_PASSPORT", Entity.PASSPORT, r"\w{8}", margin=11),
    _kind("DeFuehrerschein", "DE_FUEHRERSCHEIN", Entity.DRIVER_LICENSE, r"\d{8}", margin=13),
    _kind("DeTaxId", "DE_TAX_ID", Entity.TAX_ID, r"\d{10}", margin=13),
    _kind("DeTaxNumber", "DE_TAX_NUMBER", Entity.TAX_ID, r"\d{2}/\d{3}", r"\d{12}", margin=19),
    _kind("DeSocialSecurity", "DE_SOCIAL_SECURITY", Entity.SOCIAL_INSURANCE, r"\d{8}", margin=14),
    _kind("DeHealthInsurance", "DE_HEALTH_INSURANCE", Entity.MEDICAL_ID, r"\d{9}", margin=12),
)
"""Every recogniser but the telephone's. They know identifiers, not languages: an Italian may have a German passport."""

PHONE = "PHONE_NUMBER"
NAMED: Mapping[str, Entity] = {
    "PERSON": Entity.PERSON,
    "LOCATION": Entity.LOCATION,
    "ORGANIZATION": Entity.ORGANIZATION,
    "NRP": Entity.NRP,
}
"""What only a language model finds."""

ENTITIES: Mapping[str, Entity] = {
    **{kind.finds: kind.entity for kind in KINDS},
    PHONE: Entity.PHONE,
    **NAMED,
}
"""Presidio's names for what it finds, and ours."""


class PatientExpression:
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


def recogniser(kind: Kind, language: str) -> Any:
    """Return presidio's recogniser of the kind, built at its first use."""
    with _SERIAL:
        return _built(kind, language)


@cache
def _built(kind: Kind, language: str) -> Any:
    prepare()
    from presidio_analyzer import predefined_recognizers as predefined

    flags = regex.IGNORECASE | regex.MULTILINE | regex.DOTALL
    made = getattr(predefined, kind.recogniser)(supported_language=language)
    for pattern in made.patterns:
        pattern.compiled_regex = PatientExpression(regex.compile(pattern.regex, flags))
        pattern.compiled_with_flags = flags
    made.validate_result = _steady(made.validate_result)
    return made


def _steady(check: Callable[[str], bool | None]) -> Callable[[str], bool | None]:
    """Return a check of check digits that leaves open what it stumbles over: digits of other scripts, for one."""

    def steady(found: str) -> bool | None:
        try:
            return check(found)
        except (ArithmeticError, LookupError, ValueError):
            return None

    return steady


@cache
def prepare() -> None:
    """Take from presidio the ways to the network and the log, before anything of it is built."""
    import tldextract
    import tldextract.tldextract as suffixes

    # Its e-mail recogniser uses this module-wide extractor, which would fetch a list.
    suffixes.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    # Presidio logs what it decides, word by word, when asked to; nobody asks it here, and warnings hold no text.
    logger = logging.getLogger("presidio-analyzer")
    logger.setLevel(logging.WARNING)
    logger.addFilter(_refuse_timeouts)
