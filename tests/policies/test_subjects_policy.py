"""`subjects.yaml`: what is shipped works, and what no law or code could obey stops the start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from governance import policy
from governance.errors import PolicyError
from governance.policy import read
from governance.policy.subjects import SubjectsPolicy, disagreements

HERE = Path(__file__).parent
SHIPPED = HERE.parents[1] / "policies"
WORKING = sorted((HERE / "subjects").glob("working_*.yaml"))
BUSTED = sorted((HERE / "subjects").glob("busted_*.yaml"))


def test_the_shipped_policy_says_what_each_law_gives() -> None:
    shipped = policy.load(SHIPPED).default
    assert list(disagreements(shipped.subjects, shipped.purposes)) == []
    access = shipped.subjects.terms("gdpr", "access")
    assert access is not None
    assert (access.answer_within.months, access.pauses) == (1, ("identity",))
    californian = shipped.subjects.terms("ccpa", "access")
    assert californian is not None
    assert (californian.answer_within.days, californian.pauses) == (45, ())
    assert shipped.subjects.terms("ccpa", "objection") is None
    assert shipped.subjects.terms("nowhere", "access") is None


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.stem)
def test_a_working_policy_is_read(path: Path) -> None:
    found = read(path, SubjectsPolicy)
    assert found.terms(found.regime, "access") is not None


@pytest.mark.parametrize("path", BUSTED, ids=lambda path: path.stem)
def test_a_busted_policy_stops_the_start_and_says_where(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(PolicyError, match=expected):
        read(path, SubjectsPolicy)


def test_there_are_policies_of_both_kinds() -> None:
    assert len(WORKING) >= 2
    assert len(BUSTED) >= 20


@pytest.mark.parametrize(
    ("purpose", "because"),
    [("legal_claim", "no objection stops"), ("nothing_we_do", "is no purpose")],
)
def test_an_objection_that_could_not_stop_its_purpose_stops_the_start(
    tmp_path: Path, purpose: str, because: str
) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(SHIPPED, folder)
    path = folder / "subjects.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("stops: [marketing]", f"stops: [{purpose}]", 1), encoding="utf-8")
    with pytest.raises(PolicyError, match=because):
        policy.load(folder)
