"""`disclosure.yaml`: what is shipped works in every language, and a balance that protects nobody stops the start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from governance import policy
from governance.errors import PolicyError
from governance.policy import read
from governance.policy.disclosure import DisclosurePolicy

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "policies"
WORKING = sorted((HERE / "disclosure").glob("working_*.yaml"))
BUSTED = sorted((HERE / "disclosure").glob("busted_*.yaml"))


def test_the_shipped_policy_speaks_every_language_of_the_letters() -> None:
    policies = policy.load(SHIPPED).default
    told = policies.disclosure
    for language in policies.letters.languages:
        assert all(language in text for _, text in told._texts())
        for name, purpose in policies.purposes.purposes.items():
            known = told.information.purposes.get(name, {})
            assert language in known or (language == "en" and purpose.notice)
    assert told.say({"en": "yes", "de": "ja"}, "de-AT") == "ja"
    assert told.say({"en": "yes", "de": "ja"}, "fr") == "yes"


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.stem)
def test_a_working_policy_is_read(path: Path) -> None:
    assert read(path, DisclosurePolicy).version


@pytest.mark.parametrize("path", BUSTED, ids=lambda path: path.stem)
def test_a_busted_policy_stops_the_start_and_says_where(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(PolicyError, match=expected):
        read(path, DisclosurePolicy)


def test_there_are_policies_of_both_kinds() -> None:
    assert len(WORKING) >= 2
    assert len(BUSTED) >= 6


def test_a_purpose_that_there_is_not_stops_the_start(tmp_path: Path) -> None:
    shutil.copytree(SHIPPED, tmp_path / "p")
    path = tmp_path / "p/disclosure.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("    quality:\n", "    qualty:\n"), encoding="utf-8"
    )
    with pytest.raises(PolicyError, match="no such purpose: qualty"):
        policy.load(tmp_path / "p")
