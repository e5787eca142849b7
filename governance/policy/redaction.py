"""`redaction.yaml` as a model: what is looked for, and what happens to it in the transcript and in the sound."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

CardEntityName = Literal["PAN", "CVV", "EXPIRY", "PIN", "TRACK", "DTMF"]
PersonalEntityName = Literal[
    "EMAIL", "PHONE", "IBAN", "IP", "SSN", "NINO", "BANK_ACCOUNT", "PASSPORT", "DRIVER_LICENSE", "TAX_ID",
    "MEDICAL_ID", "CRYPTO", "URL", "DATE",
]  # fmt: skip
TranscriptTreatment = Literal["remove", "label", "last_four", "bin_and_last_four"]
AudioAction = Literal["silence", "tone", "keep"]
Threshold = Annotated[float, Field(ge=0.0, le=1.0)]

SAD_NAMES = frozenset({"CVV", "PIN", "TRACK"})
CARD_NAMES: tuple[CardEntityName, ...] = ("PAN", "CVV", "EXPIRY", "PIN", "TRACK", "DTMF")
CARD_THRESHOLD_AT_MOST = 0.5


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Treatment(_Strict):
    """What happens to one kind of data: in the transcript, in the sound, and from which score on."""

    transcript: TranscriptTreatment = "label"
    audio: AudioAction = "silence"
    threshold: Threshold = 0.3
    review_below: Threshold | None = None


class DtmfAllowance(_Strict):
    """Which keypad tones may stay: short sequences that choose from a menu. Everything longer is card data."""

    keep_menu_presses: bool = False
    menu_presses_at_most: Annotated[int, Field(ge=0, le=2)] = 1
    sequence_gap_ms: Annotated[int, Field(ge=500, le=60_000)] = 8_000


class RedactionPolicy(_Strict):
    """What one organisation removes from its recordings.

    Some things are not for a policy to allow, and a file that tries stops the start: a card entity left out, SAD kept in
    any form (PCI DSS 3.3.1), more of a PAN shown than BIN and last four (PCI DSS 3.4.1), suspected SAD released without
    a person.
    """

    version: Annotated[str, Field(min_length=1, max_length=40)]
    languages: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    entities: dict[CardEntityName, Treatment]
    personal: dict[PersonalEntityName, Treatment] = Field(default_factory=dict)
    review_below: Threshold = 0.7
    guard_band_ms: Annotated[int, Field(ge=0, le=2_000)] = 150
    dtmf: DtmfAllowance = DtmfAllowance()
    suspected_sad: Literal["quarantine"] = "quarantine"
    keep_master: bool = True

    @model_validator(mode="after")
    def _keeps_what_may_not_be_kept(self) -> Self:
        missing = [name for name in CARD_NAMES if name not in self.entities]
        if missing:
            raise ValueError(f"entities must name every kind of card data; missing: {', '.join(missing)}")
        for name, treatment in self.entities.items():
            if treatment.audio == "keep":
                raise ValueError(f"entities.{name}.audio: card data is never kept in the sound")
            if treatment.threshold > CARD_THRESHOLD_AT_MOST:
                raise ValueError(f"entities.{name}.threshold: at most {CARD_THRESHOLD_AT_MOST} for card data")
            if name != "PAN" and treatment.transcript in ("last_four", "bin_and_last_four"):
                raise ValueError(f"entities.{name}.transcript: only of a PAN may digits be shown")
        for personal, treatment in self.personal.items():
            if treatment.transcript == "bin_and_last_four":
                raise ValueError(f"personal.{personal}.transcript: only a PAN has a BIN")
        return self

    def treatment(self, entity: str) -> Treatment | None:
        """Return what happens to an entity; None where the policy does not name it, so that it stays."""
        for name, treatment in (*self.entities.items(), *self.personal.items()):
            if name == entity:
                return treatment
        return None

    def is_for_review(self, entity: str, score: float) -> bool:
        """Return whether a finding of this score is so uncertain that a person looks at it."""
        treatment = self.treatment(entity)
        own = treatment.review_below if treatment is not None else None
        return score < (self.review_below if own is None else own)
