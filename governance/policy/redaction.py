"""`redaction.yaml` as a model: what is looked for, and what happens to it in the transcript and in the sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from governance.errors import ConfigurationError

CardEntityName = Literal["PAN", "CVV", "EXPIRY", "PIN", "TRACK", "DTMF"]
PersonalEntityName = Literal[
    "EMAIL", "PHONE", "IBAN", "IP", "SSN", "NINO", "BANK_ACCOUNT", "PASSPORT", "DRIVER_LICENSE", "TAX_ID",
    "MEDICAL_ID", "NATIONAL_ID", "SOCIAL_INSURANCE", "CRYPTO", "URL", "DATE",
    "PERSON", "LOCATION", "ORGANIZATION", "NRP",
]  # fmt: skip
TranscriptTreatment = Literal["remove", "label", "last_four", "bin_and_last_four", "token"]
AudioAction = Literal["silence", "tone", "keep"]
Threshold = Annotated[float, Field(ge=0.0, le=1.0)]
GuardBand = Annotated[int, Field(ge=0, le=2_000)]

SAD_NAMES = frozenset({"CVV", "PIN", "TRACK"})
CARD_NAMES: tuple[CardEntityName, ...] = ("PAN", "CVV", "EXPIRY", "PIN", "TRACK", "DTMF")
MODEL_NAMES = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "NRP"})
"""What no pattern can find: a language model must."""
CARD_THRESHOLD_AT_MOST = 0.5

Tokeniser = Callable[[str, str], str]
"""What makes a token of an entity's name and a value, under a key that the policy does not know."""


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


class SpokenDigits(_Strict):
    """Where digits are listened for in the sound itself, and from how many on a run of them is what.

    `card_from` is the point on the curve of docs/redaction-quality.md: fewer digits silence more cards and more of other
    numbers. A run from `uncertain_from` on is nobody's guess: the recording stays in quarantine until a person decides.
    `suffices_in` names the languages in which a recording without a transcript counts as examined once the model has
    listened; the model knows English only.
    """

    listen: Literal["always", "without_transcript", "never"] = "without_transcript"
    second_look: bool = True
    card_from: Annotated[int, Field(ge=6, le=19)] = 14
    uncertain_from: Annotated[int, Field(ge=3, le=19)] = 9
    suffices_in: Annotated[tuple[Literal["en"], ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _is_a_curve(self) -> Self:
        if self.uncertain_from > self.card_from:
            raise ValueError(
                "spoken_digits.uncertain_from: not above card_from, or nothing between would be looked at"
            )
        if self.suffices_in and (self.listen == "never" or not self.second_look):
            raise ValueError("spoken_digits.suffices_in: what nobody listens to twice cannot suffice")
        return self


class StreamHold(_Strict):
    """How long live text holds a word back that may be part of a number: whichever comes first. Then it is masked."""

    hold_words: Annotated[int, Field(ge=2, le=40)] = 8
    hold_ms: Annotated[int, Field(ge=250, le=15_000)] = 2_000


class GuardBands(_Strict):
    """What is silenced on both sides of a finding, in milliseconds, by what the times of its words are worth."""

    exact: GuardBand = 150
    interpolated: GuardBand = 300
    turn: GuardBand = 300


class SoundJobs(_Strict):
    """Sound without a catalog: how much of it is answered at once, what becomes a job, and how long what it leaves lies here."""

    answer_at_once_s: Annotated[int, Field(ge=0, le=86_400)] = 900
    answer_at_once_mib: Annotated[int, Field(ge=0, le=64)] = 64
    held_at_most: Annotated[int, Field(ge=1, le=1_000)] = 20
    worked_within_minutes: Annotated[int, Field(ge=1, le=10_080)] = 1_440
    result_kept_minutes: Annotated[int, Field(ge=1, le=10_080)] = 60
    fetches_begun_at_most: Annotated[int, Field(ge=1, le=20)] = 5

    @property
    def worked_within(self) -> timedelta:
        """How long an original may wait; after that it is gone, worked off or not."""
        return timedelta(minutes=self.worked_within_minutes)

    @property
    def result_kept(self) -> timedelta:
        """How long a result can be fetched."""
        return timedelta(minutes=self.result_kept_minutes)


class Sampling(_Strict):
    """Which part of what is released people examine whole: the rate of what is missed is known by nothing else."""

    share: Annotated[float, Field(ge=0.0, le=1.0)] = 0.01
    least_per_month: Annotated[int, Field(ge=0, le=10_000)] = 0

    @property
    def parts_per_million(self) -> int:
        """The share in whole numbers, as certificates state it."""
        return round(self.share * 1_000_000)


class LanguageModels(_Strict):
    """spaCy models that are installed, by name or by folder: one for every language, or one a language."""

    model: Annotated[str, Field(min_length=1)] | None = None
    models: dict[str, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.model is None) == (not self.models):
            raise ValueError("nlp names either one model or models by language")
        return self

    def for_language(self, language: str) -> str | None:
        """Return the model that reads a language; None where the policy names none for it."""
        return self.model or self.models.get(_primary(language))


class SpeechRecognition(_Strict):
    """What writes down a recording that came without a transcript: an engine that is installed, with a model that lies here.

    `languages` are those it may be used for, all that are examined where none are named. It may take `seconds_per_minute` for
    every minute of a channel, and as long again to start; what takes longer has failed.
    """

    engine: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    model: Annotated[str, Field(min_length=1)]
    languages: Annotated[tuple[str, ...], Field(min_length=1, strict=False)] | None = None
    device: Literal["cpu", "cuda"] = "cpu"
    compute_type: Literal["default", "int8", "int8_float16", "float16", "float32"] = "default"
    threads: Annotated[int, Field(ge=1, le=64)] = 2
    seconds_per_minute: Annotated[int, Field(ge=1, le=3_600)] = 120

    def is_for(self, language: str) -> bool:
        """Return whether the engine may be used for a language."""
        return self.languages is None or _primary(language) in {_primary(code) for code in self.languages}


class RedactionPolicy(_Strict):
    """What one organisation removes from its recordings.

    Some things are not for a policy to allow, and a file that tries stops the start: a card entity left out, SAD kept in
    any form, a token included (PCI DSS 3.3.1), more of a PAN shown than BIN and last four (PCI DSS 3.4.1), suspected SAD
    released without a person, names looked for by nothing that could find them. A PAN has one treatment, so one policy
    never shows parts of it beside tokens (3.5.1); `redaction.forms` holds what a tenant's earlier policies have left.
    """

    version: Annotated[str, Field(min_length=1, max_length=40)]
    languages: Annotated[tuple[str, ...], Field(min_length=1, strict=False)]
    entities: dict[CardEntityName, Treatment]
    personal: dict[PersonalEntityName, Treatment] = Field(default_factory=dict)
    nlp: LanguageModels | None = None
    speech: SpeechRecognition | None = None
    review_below: Threshold = 0.7
    guard_band_ms: GuardBand | GuardBands = 150
    dtmf: DtmfAllowance = DtmfAllowance()
    spoken_digits: SpokenDigits = SpokenDigits()
    stream: StreamHold = StreamHold()
    jobs: SoundJobs = SoundJobs()
    sampling: Sampling = Sampling()
    suspected_sad: Literal["quarantine"] = "quarantine"
    screens: Literal["quarantine", "blank_with_sound"] = "quarantine"
    keep_master: bool = True
    _tokeniser: Tokeniser | None = PrivateAttr(default=None)

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
            if name != "PAN" and treatment.transcript == "token":
                raise ValueError(f"entities.{name}.transcript: of card data only a PAN may leave a token")
        for personal, treatment in self.personal.items():
            if treatment.transcript == "bin_and_last_four":
                raise ValueError(f"personal.{personal}.transcript: only a PAN has a BIN")
        return self

    @model_validator(mode="after")
    def _writes_down_what_is_examined(self) -> Self:
        for language in (self.speech.languages if self.speech else None) or ():
            if not self.examines(language):
                raise ValueError(f"speech.languages: {language} is not among the languages that are examined")
        return self

    @model_validator(mode="after")
    def _looks_for_names_with_a_model(self) -> Self:
        for name in sorted(MODEL_NAMES.intersection(self.personal)):
            for language in self.languages:
                if self.nlp is None or self.nlp.for_language(language) is None:
                    raise ValueError(
                        f"personal.{name}: no pattern finds it, only a language model, and nlp names none for {language}"
                    )
        return self

    def examines(self, language: str | None) -> bool:
        """Return whether this language is one of those that are examined; what is in another stays in quarantine."""
        return _primary(language or "") in {_primary(code) for code in self.languages}

    def guard_ms(self, timing: str) -> int:
        """Return what is silenced on both sides of a finding whose times are worth `timing`; one number holds for all."""
        bands = self.guard_band_ms
        if isinstance(bands, int):
            return bands
        known = {"exact": bands.exact, "interpolated": bands.interpolated, "turn": bands.turn}
        return known.get(timing, max(known.values()))

    @property
    def gives_tokens(self) -> bool:
        """Whether anything leaves a token, so that nothing can be masked without the tenant's key."""
        return any(one.transcript == "token" for one in (*self.entities.values(), *self.personal.values()))

    def with_tokens(self, tokeniser: Tokeniser) -> Self:
        """Return the same policy, able to give tokens. The key is no part of what it says, of its digest or its text."""
        able = self.model_copy()
        able._tokeniser = tokeniser  # noqa: SLF001  # its own, of another instance
        return able

    def token(self, entity: str, value: str) -> str:
        """Return the token of a value. Raises `ConfigurationError` without a key: a hash without one can be guessed."""
        if self._tokeniser is None:
            raise ConfigurationError("The policy gives tokens, and the key that makes them is not at hand.")
        return self._tokeniser(entity, value)

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


def _primary(language: str) -> str:
    """Return the language of a BCP 47 tag: `en` of `en-GB` and `en_US`."""
    return language.strip().lower().replace("_", "-").split("-")[0]
