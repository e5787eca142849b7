"""spaCy models that an organisation has and its policy names: with one, names and places are found as well.

Nothing is downloaded, ever: presidio's and spaCy's own ways to load a model fetch one that is missing, so neither is
used. A model that is not there, is of another language, or cannot find what the policy names stops the start.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from governance.errors import PolicyError
from governance.redaction import phones
from governance.redaction.recognisers import KINDS, NAMED, prepare, recogniser
from governance.redaction.spans import Entity

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

_ANY_LANGUAGE = "xx"  # spaCy's code of a model for several
_SERIAL = Lock()


def check(policy: RedactionPolicy) -> None:
    """Return if every model that the policy names is installed, speaks its language and finds what is looked for.

    Asked at the door: whoever names a model believes that names are masked. Raises `PolicyError`.
    """
    if policy.nlp is None:
        return
    for language in policy.languages:
        name = policy.nlp.for_language(language)
        if name is None:
            continue
        about = _about(name)
        spoken = about.get("lang")
        if spoken not in (language.split("-")[0].lower(), _ANY_LANGUAGE):
            raise PolicyError(
                f"redaction.yaml: nlp: {name} is a model for {spoken}, and named for {language}"
            )
        found = _finds(about)
        for entity in policy.personal:
            if entity in NAMED.values() and Entity(entity) not in found:
                raise PolicyError(f"redaction.yaml: nlp: {name} finds no {entity}, and personal names it")


def _about(name: str) -> dict[str, Any]:
    """Return what the model says of itself, without loading it."""
    folder = Path(name)
    if not (folder / "meta.json").is_file():
        # A package may be asked for by its name only: a dotted or spelt-out path would import what it finds.
        package = find_spec(name) if name.isidentifier() else None
        folder = Path(package.origin).parent if package is not None and package.origin else folder
    try:
        about: dict[str, Any] = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise PolicyError(
            f"redaction.yaml: nlp: no spaCy model {name} is installed here; nothing is downloaded"
        ) from None
    return about


def _finds(about: dict[str, Any]) -> set[Entity]:
    from presidio_analyzer.nlp_engine import NerModelConfiguration

    told = NerModelConfiguration().model_to_presidio_entity_mapping or {}
    labels = {str(label) for each in about.get("labels", {}).values() for label in each}
    return {NAMED[told[label]] for label in labels if told.get(label, "") in NAMED}


def detect(text: str, language: str, model: str, wanted: Collection[str]) -> list[Any]:
    """Return what presidio finds in the text with the model's words: entities by its own names, scores by context too.

    One text at a time for each model: what it learns of the words in it is forgotten at the end, or it would grow.
    """
    analyser, spoken, lock = _analyser(language, model)
    with lock, spoken.memory_zone():
        return list(analyser.analyze(text, language=language, entities=sorted(wanted)))


def _analyser(language: str, model: str) -> tuple[Any, Any, Lock]:
    with _SERIAL:
        return _built(language, model)


@cache
def _built(language: str, model: str) -> tuple[Any, Any, Lock]:
    prepare()
    import spacy
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    _about(model)
    spoken = spacy.load(model)
    engine: Any = SpacyNlpEngine(models=[{"lang_code": language, "model_name": model}])
    engine.nlp = {language: spoken}  # loaded: its own load() would download
    return analyser(language, engine), spoken, Lock()


def analyser(language: str, engine: Any) -> Any:
    """Return presidio's analyser with every recogniser there is here, on an engine that is loaded, with words or without."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine
    from presidio_analyzer.predefined_recognizers import SpacyRecognizer

    made = list(_recognisers(language))
    if isinstance(engine, SpacyNlpEngine):
        made.append(SpacyRecognizer(supported_language=language, supported_entities=[*NAMED, "DATE_TIME"]))
    registry = RecognizerRegistry(recognizers=made, supported_languages=[language])
    return AnalyzerEngine(
        registry=registry, nlp_engine=engine, log_decision_process=False, supported_languages=[language]
    )


def _recognisers(language: str) -> Iterator[Any]:
    from presidio_analyzer import predefined_recognizers as predefined

    yield from (recogniser(kind, language) for kind in KINDS)
    regions = phones.REGIONS.get(language, ())
    yield predefined.PhoneRecognizer(supported_language=language, supported_regions=regions)
    yield predefined.PhoneRecognizer(supported_language=language, supported_regions=(None,), leniency=0)
