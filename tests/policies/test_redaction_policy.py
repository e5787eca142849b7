"""`redaction.yaml`: what is shipped works, and what may not be allowed stops the start."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.errors import PolicyError
from governance.policy import read
from governance.policy.redaction import RedactionPolicy
from governance.recordings.reasons import NOT_EXAMINED
from governance.redaction import chats, firstlook, languages, reports, text
from governance.redaction.firstlook import Source
from governance.redaction.spans import Entity

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "policies" / "redaction.yaml"
WORKING = sorted((HERE / "redaction").glob("working_*.yaml"))
BUSTED = sorted((HERE / "redaction").glob("busted_*.yaml"))


def test_the_shipped_policy_is_obeyed() -> None:
    policy = read(SHIPPED, RedactionPolicy)
    treatment = policy.treatment("PAN")
    assert treatment is not None
    assert treatment.audio == "silence"
    assert policy.treatment("NOTHING") is None


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.stem)
def test_a_working_policy_is_read(path: Path) -> None:
    assert read(path, RedactionPolicy).version


@pytest.mark.parametrize("path", BUSTED, ids=lambda path: path.stem)
def test_a_busted_policy_stops_the_start_and_says_where(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(PolicyError, match=expected):
        read(path, RedactionPolicy)


def test_there_are_policies_of_both_kinds() -> None:
    assert len(WORKING) >= 2
    assert len(BUSTED) >= 6


SPOKEN = (
    "Meine Kartennummer ist vier eins eins eins eins eins eins eins eins eins eins eins eins eins eins eins"
)


def test_the_shipped_policy_examines_every_language_there_is() -> None:
    shipped = read(SHIPPED, RedactionPolicy)
    assert sorted(shipped.languages) == list(languages.known())
    assert [one.entity for one in text.detect(SPOKEN, "de", policy=shipped)] == [Entity.PAN]


@pytest.mark.parametrize("tag", ["de", "de-AT", "DE_de"])
def test_a_language_the_policy_does_not_list_is_not_examined(tag: str) -> None:
    narrow = read(SHIPPED, RedactionPolicy).model_copy(update={"languages": ("en", "fr-CA")})
    assert [narrow.examines(one) for one in ("fr", "en-GB", "de", None)] == [True, True, False, False]
    with pytest.raises(languages.UnsupportedLanguageError, match="It examines: en, fr-CA"):
        text.detect(SPOKEN, tag, policy=narrow)
    with pytest.raises(languages.UnsupportedLanguageError):
        reports.redact_transcript(SPOKEN.encode(), narrow, tag)
    chat = chats.look(SPOKEN.encode(), tag, narrow, None)
    assert [one.reason for one in chat.obstacles] == [NOT_EXAMINED]
    look = firstlook.look({}, [Source(0, None, tag, SPOKEN.encode())], [], narrow)
    assert [one.reason for one in look.obstacles] == [NOT_EXAMINED]
