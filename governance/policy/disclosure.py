"""policies/disclosure.yaml as a model: what somebody who asks for access is told and given, and whose voices stay out of it.

Texts are by language (`en`, `de-AT`); every one has the fallback's language at least.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

LanguageTag = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Words = Annotated[str, Field(min_length=3, max_length=4000)]
Text = Annotated[dict[LanguageTag, Words], Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Controller(_Strict):
    """Who answers, and to whom somebody can turn who is not content with the answer (GDPR Art. 12(4), 13(1)(a), (b))."""

    name: Words
    address: Words
    contact: Words
    authority: Text
    remedy: Text


class VoiceRule(_Strict):
    """How the voices and words of one sort of people are treated, and the reason the person is told."""

    treatment: Literal["keep", "withhold"]
    because: Text


class MixedRule(_Strict):
    """What happens where several people are on one channel.

    `turns` keeps the moments at which nobody speaks but those who may be heard, and silences the rest, where exact word
    times say when that is; `withhold` keeps the sound back.
    """

    treatment: Literal["turns", "withhold"]
    because: Text


class Voices(_Strict):
    """The balance between a person's right to a copy and the rights of others who are heard in it (GDPR Art. 15(4)).

    The person's own voice and words are always kept. Whoever cannot be told is treated as somebody else.
    """

    staff: VoiceRule
    others: VoiceRule
    mixed: MixedRule
    guard_ms: Annotated[int, Field(ge=0, le=2000)]

    @model_validator(mode="after")
    def _protective(self) -> Voices:
        if self.others.treatment != "withhold":
            raise ValueError("other customers are withheld: nobody has asked them (GDPR Art. 15(4))")
        return self


class PackageRules(_Strict):
    """How often a package can be fetched, and after how many wrong codes it takes a new one.

    How long it lives is the `package_days` of subjects.yaml.
    """

    fetches: Annotated[int, Field(ge=1, le=10)]
    tries: Annotated[int, Field(ge=3, le=20)]
    open_minutes: Annotated[int, Field(ge=5, le=720)]

    @property
    def opening(self) -> timedelta:
        """How long the code's page stays open for the download, resumed or not."""
        return timedelta(minutes=self.open_minutes)


class Information(_Strict):
    """What GDPR Art. 15(1) and (2) ask to be told, beyond the purposes themselves. `period` stands in for a recording
    whose end nobody can compute; `purposes` says a purpose's notice in other languages.
    """

    categories: Text
    recipients: Text
    period: Text
    rights: Text
    source: Text
    automated: Text
    transfers: Text
    purposes: dict[str, Text] = Field(default_factory=dict)


class DisclosurePolicy(_Strict):
    """Everything about answering. `language` is the fallback of letters, pages and texts."""

    version: Annotated[str, Field(min_length=1, max_length=40)]
    language: LanguageTag
    controller: Controller
    voices: Voices
    package: PackageRules
    information: Information

    @model_validator(mode="after")
    def _everybody_can_read_it(self) -> DisclosurePolicy:
        missing = sorted(place for place, text in self._texts() if self.language not in text)
        if missing:
            raise ValueError(f"not in the fallback language {self.language}: {', '.join(missing)}")
        return self

    def _texts(self) -> Iterator[tuple[str, dict[str, str]]]:
        yield "controller.authority", self.controller.authority
        yield "controller.remedy", self.controller.remedy
        for name in ("staff", "others", "mixed"):
            yield f"voices.{name}.because", getattr(self.voices, name).because
        for name in ("categories", "recipients", "period", "rights", "source", "automated", "transfers"):
            yield f"information.{name}", getattr(self.information, name)

    def say(self, text: dict[str, str], language: str) -> str:
        """Return `text` in `language`, in its main language, or in the fallback."""
        for tag in (language, language.partition("-")[0], self.language):
            if tag in text:
                return text[tag].strip()
        return next(iter(text.values())).strip()
