"""The peer of the benchmarks: presidio-analyzer as it comes, with its default recognisers, where no model can be fetched.

Its documentation starts `AnalyzerEngine()`, which downloads a spaCy model. Here it gets spaCy's blank English, which
splits words and knows nothing of them, and in a second row presidio's own engine that does nothing. Both are faster than
what is documented.
"""

from __future__ import annotations

import warnings
from typing import Any

ENGINES = ("spaCy blank", "no engine")


def analyser(engine: str) -> Any:
    """Return an `AnalyzerEngine` with every recogniser that presidio loads by default, on one of `ENGINES`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from presidio_analyzer import AnalyzerEngine

        return AnalyzerEngine(nlp_engine=_engine(engine), supported_languages=["en"])


def _engine(name: str) -> Any:
    from presidio_analyzer.nlp_engine import NoOpNlpEngine, SpacyNlpEngine

    if name == "no engine":
        return NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}])
    import spacy

    blank: Any = SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    blank.nlp = {"en": spacy.blank("en")}  # loaded: its own load() would download
    return blank
