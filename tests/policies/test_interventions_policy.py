"""`interventions.yaml`: what is shipped works; a finding that nobody would own or be told of stops the start."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from governance.errors import PolicyError
from governance.policy import load, read
from governance.policy.interventions import KINDS, InterventionsPolicy

HERE = Path(__file__).parent
POLICIES = HERE.parents[1] / "policies"
WORKING = sorted((HERE / "interventions").glob("working_*.yaml"))
BUSTED = sorted((HERE / "interventions").glob("busted_*.yaml"))


def test_the_shipped_policy_is_obeyed_and_names_a_standard_for_every_kind() -> None:
    shipped = read(POLICIES / "interventions.yaml", InterventionsPolicy)
    assert all(shipped.path(kind).standard for kind in KINDS)
    assert "PCI DSS 12.10.7" in shipped.path("card_data_unexpected").standard
    assert len({shipped.path(kind).title for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("path", WORKING, ids=lambda path: path.stem)
def test_a_working_policy_is_read(path: Path) -> None:
    assert read(path, InterventionsPolicy).path("request_due").owner == "dpo"


@pytest.mark.parametrize("path", BUSTED, ids=lambda path: path.stem)
def test_a_busted_policy_stops_the_start_and_says_where(path: Path) -> None:
    expected = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
    with pytest.raises(PolicyError, match=expected):
        read(path, InterventionsPolicy)


def test_there_are_policies_of_both_kinds() -> None:
    assert len(WORKING) >= 2
    assert len(BUSTED) >= 10


@pytest.mark.parametrize(
    ("permission", "because"),
    [("finding:work", "its owner, ciso, does not have"), ("finding:read", "ciso, whom it is escalated to")],
)
def test_a_role_that_cannot_see_findings_can_neither_own_them_nor_be_told(
    tmp_path: Path, permission: str, because: str
) -> None:
    folder = tmp_path / "policies"
    shutil.copytree(POLICIES, folder)
    access = folder / "access.yaml"
    before, of_ciso = access.read_text(encoding="utf-8").split("\n  ciso:\n")
    access.write_text(f"{before}\n  ciso:\n" + of_ciso.replace(f"    {permission}: all\n", "", 1))
    with pytest.raises(PolicyError, match=f"interventions.yaml: .*{because}"):
        load(folder)


def test_the_documentation_says_of_every_kind_what_the_shipped_policy_says() -> None:
    shipped = read(POLICIES / "interventions.yaml", InterventionsPolicy)
    table = (HERE.parents[1] / "docs" / "findings.md").read_text(encoding="utf-8").splitlines()
    told = {line.split("`")[1]: line.split(" | ")[-2:] for line in table if line.startswith("| `")}
    assert list(told) == list(KINDS)
    for kind in KINDS:
        owner, deadline = told[kind]
        assert owner == shipped.path(kind).owner
        assert deadline.removesuffix(" |").startswith(str(shipped.path(kind).deadline)), kind
