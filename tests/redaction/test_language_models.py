"""spaCy models by name: what one finds is masked, nothing is downloaded, and one that cannot be used stops the start."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
import spacy

from governance.cli.policy import load
from governance.errors import PolicyError
from governance.policy.redaction import RedactionPolicy
from governance.redaction import language_models, personal, rules
from governance.redaction.spans import Entity

CARD: dict[str, dict[str, str]] = {name: {} for name in ("PAN", "CVV", "EXPIRY", "PIN", "TRACK", "DTMF")}
SAID = "Jane Miller of Springfield works for Acme, her mail is a.b@example.com, her social security number is 536904399"


@pytest.fixture(autouse=True)
def _trapped(monkeypatch: pytest.MonkeyPatch) -> None:
    def trap(*_args: Any, **_kwargs: Any) -> NoReturn:
        pytest.fail("somebody wanted to download a model")

    for name in ("getaddrinfo", "gethostbyname", "create_connection"):
        monkeypatch.setattr(socket, name, trap)
    monkeypatch.setattr("spacy.cli.download", trap)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("models") / "names", "en", "PERSON", "GPE", "ORG")


def made(folder: Path, language: str, *labels: str) -> Path:
    """A real pipeline, saved: it finds a few names by rules."""
    pipeline = spacy.blank(language)
    rows = {"PERSON": "Jane Miller", "GPE": "Springfield", "ORG": "Acme"}
    ruler: Any = pipeline.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": rows[label]} for label in labels])
    lemmas: Any = pipeline.add_pipe("attribute_ruler")
    for word in ("social", "security"):
        lemmas.add([[{"LOWER": word}]], {"LEMMA": word})
    pipeline.to_disk(folder)
    return folder


def policy(nlp: dict[str, Any], *personal: str, languages: tuple[str, ...] = ("en",)) -> RedactionPolicy:
    return RedactionPolicy.model_validate(
        {
            "version": "t",
            "languages": languages,
            "entities": CARD,
            "personal": {name: {} for name in personal},
            "nlp": nlp,
        }
    )


def masked(said: str, named: RedactionPolicy) -> str:
    found = personal.detect(said, "en", named)
    return rules.masked(said, [one for one in found if one.score >= 0.3], "en", named)


def test_what_the_model_finds_is_masked_beside_what_patterns_find(model: Path) -> None:
    named = policy({"model": str(model)}, "PERSON", "LOCATION", "EMAIL")
    assert masked(SAID, named).startswith(
        "[PERSON] of [LOCATION] works for Acme, her mail is [EMAIL], her social security number is 536904399"
    )


def test_only_what_the_policy_names_is_masked(model: Path) -> None:
    named = policy({"model": str(model)}, "ORGANIZATION")
    assert "[ORGANIZATION]" in masked(SAID, named)
    assert "Jane Miller of Springfield" in masked(SAID, named)


def test_with_the_models_words_the_words_around_a_number_count(model: Path) -> None:
    bare = policy({"model": str(model)}, "SSN").model_copy(update={"nlp": None})
    assert "536904399" in masked(SAID, bare)
    assert masked(SAID, policy({"model": str(model)}, "SSN")).endswith("number is [SSN]")


def test_a_language_without_a_model_is_read_by_patterns(model: Path) -> None:
    named = policy({"models": {"en": str(model)}}, "EMAIL", languages=("en", "de"))
    assert [one.entity for one in personal.detect("a.b@example.com", "de", named)] == [Entity.EMAIL]


def test_card_numbers_get_their_second_opinion_with_a_model_as_well(model: Path) -> None:
    named = policy({"model": str(model)}, "PERSON")
    assert [one.entity for one in personal.detect("4111 1111 1111 1111", "en", named)] == [Entity.PAN]


def test_a_model_that_is_there_is_no_reason_to_stop(model: Path) -> None:
    language_models.check(policy({"model": str(model)}, "PERSON", "LOCATION", "ORGANIZATION"))
    language_models.check(policy({"model": str(model)}).model_copy(update={"nlp": None}))


@pytest.mark.parametrize(
    "name", ["en_core_web_nowhere", "/nowhere/at/all", "governance", "../models", "os.path"]
)
def test_a_model_that_is_not_installed_stops_the_start(name: str) -> None:
    with pytest.raises(PolicyError, match=r"no spaCy model .* is installed here; nothing is downloaded"):
        language_models.check(policy({"model": name}, "PERSON"))


def test_a_model_of_another_language_stops_the_start(model: Path) -> None:
    named = policy({"model": str(model)}, "PERSON", languages=("en", "de"))
    with pytest.raises(PolicyError, match="is a model for en, and named for de"):
        language_models.check(named)


def test_a_model_for_all_languages_may_stand_for_each(tmp_path: Path) -> None:
    everybody = made(tmp_path / "all", "xx", "PERSON")
    language_models.check(policy({"model": str(everybody)}, "PERSON", languages=("en", "de")))


def test_a_model_that_cannot_find_what_is_named_stops_the_start(tmp_path: Path) -> None:
    places = made(tmp_path / "places", "en", "GPE")
    with pytest.raises(PolicyError, match="finds no PERSON, and personal names it"):
        language_models.check(policy({"model": str(places)}, "PERSON"))


def test_a_folder_that_is_no_model_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text("no JSON", encoding="utf-8")
    with pytest.raises(PolicyError, match="nothing is downloaded"):
        language_models.check(policy({"model": str(tmp_path)}, "PERSON"))


def test_the_door_asks(tmp_path: Path, shipped: Callable[[Path], Path]) -> None:
    folder = shipped(tmp_path / "policies")
    wrong = json.dumps(
        {"version": "t", "languages": ["en"], "entities": CARD, "nlp": {"model": "en_nowhere"}}
    )
    (folder / "redaction.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(PolicyError, match="no spaCy model en_nowhere"):
        load(folder)


@pytest.fixture
def shipped() -> Callable[[Path], Path]:
    from shutil import copytree

    from governance import policy as policies

    return lambda folder: copytree(policies.default_folder(), folder)
