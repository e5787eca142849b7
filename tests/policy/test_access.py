"""Policies about people: what is shipped can be obeyed, and what cannot be obeyed stops the start."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from governance import policy
from governance.errors import PolicyError
from governance.policy.access import AccessPolicy
from governance.policy.purposes import PurposesPolicy
from governance.policy.vocabulary import PERMISSIONS, ROLES

SHIPPED = policy.load().default
ROLE = {"roles": {"agent": {"recording:metadata:read": "own"}}}
PURPOSE: dict[str, Any] = {
    "title": "Quality",
    "basis": "legitimate_interests",
    "notice": "We listen to calls to improve.",
    "roles": ["agent"],
    "levels": ["rendition"],
    "objectionable": True,
}


def access_file(tmp_path: Path, content: Any) -> AccessPolicy:
    path = tmp_path / "access.yaml"
    path.write_text(content if isinstance(content, str) else yaml.safe_dump(content))
    return policy.read(path, AccessPolicy)


def purposes_file(tmp_path: Path, **changes: Any) -> PurposesPolicy:
    path = tmp_path / "purposes.yaml"
    path.write_text(yaml.safe_dump({"purposes": {"quality": PURPOSE | changes}}))
    return policy.read(path, PurposesPolicy)


def test_every_role_is_shipped_and_every_permission_but_one_is_somebodys() -> None:
    assert set(SHIPPED.access.roles) == set(ROLES)
    given = set().union(*(SHIPPED.access.permissions(role) for role in ROLES))
    assert set(PERMISSIONS) - given == {"recording:original:play"}


def test_whoever_runs_the_service_hears_nothing() -> None:
    for role in ("administrator", "integration", "ciso"):
        assert not any(PERMISSIONS[name].level for name in SHIPPED.access.permissions(role))


@pytest.mark.parametrize(
    "content",
    [
        {"roles": {"emperor": {"recording:metadata:read": "all"}}},
        {"roles": {"agent": {"recording:metadata:fly": "all"}}},
        {"roles": {"agent": {"recording:metadata:read": "galaxy"}}},
        {"roles": {"agent": {"audit:read": "team"}}},
        {"roles": {"dpo": {"recording:original:play": "all"}}},
        ROLE | {"sign_in": {"tries": 11}},
        ROLE | {"sign_in": {"tries": True}},
        ROLE | {"sign_in": {"locked_minutes": 29}},
        ROLE | {"sign_in": {"idle_minutes": 16}},
        ROLE | {"sign_in": {"password_minimum": 11}},
        ROLE | {"api_keys": {"max_days": 0}},
        ROLE | {"break_glas": {"max_minutes": 5}},
        "roles: {agent: {audit:read: all}, agent: {}}",
        "roles: [",
        "",
    ],
)
def test_an_access_policy_that_cannot_be_obeyed_stops_the_start(tmp_path: Path, content: Any) -> None:
    with pytest.raises(PolicyError, match=r"^access\.yaml"):
        access_file(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("roles:\n  agent: {}\n  agent: {}\n", "access.yaml, line 3: the key agent stands twice"),
        ("roles:\n  agent: [\n", "access.yaml, line 3: "),
        ("", "access.yaml is empty"),
        ("# nothing yet\n", "access.yaml is empty"),
    ],
)
def test_what_is_wrong_in_a_file_is_said_with_its_line(tmp_path: Path, content: str, said: str) -> None:
    with pytest.raises(PolicyError) as refused:
        access_file(tmp_path, content)
    assert str(refused.value).startswith(said)


@pytest.mark.parametrize(
    "name", ["acme/redactions.yaml", "acme/redaction.yml", "acme/more/x", "redaction.yaml"]
)
def test_a_file_of_a_tenant_that_nobody_would_read_stops_the_start(tmp_path: Path, name: str) -> None:
    shutil.copytree(policy.default_folder(), tmp_path, dirs_exist_ok=True)
    own = tmp_path / "tenants" / "acme" / "redaction.yaml"
    own.parent.mkdir(parents=True)
    shutil.copy(tmp_path / "redaction.yaml", own)
    (own.parent / "README.md").write_text("why")
    assert policy.load(tmp_path).for_tenant("acme").digest == SHIPPED.digest
    stray = tmp_path / "tenants" / name
    stray.parent.mkdir(exist_ok=True)
    stray.touch()
    with pytest.raises(PolicyError, match=r"^tenants/"):
        policy.load(tmp_path)


def test_what_is_wrong_in_the_file_of_a_tenant_is_said_with_the_tenant(tmp_path: Path) -> None:
    shutil.copytree(policy.default_folder(), tmp_path, dirs_exist_ok=True)
    own = tmp_path / "tenants" / "acme" / "purposes.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("")
    with pytest.raises(PolicyError, match=r"^tenants/acme/purposes\.yaml is empty"):
        policy.load(tmp_path)


def test_a_stricter_policy_is_obeyed(tmp_path: Path) -> None:
    stricter = access_file(
        tmp_path, ROLE | {"sign_in": {"tries": 3, "idle_minutes": 5, "password_minimum": 16}}
    )
    assert (stricter.sign_in.tries, stricter.sign_in.locked_minutes) == (3, 30)


@pytest.mark.parametrize(
    "changes",
    [
        {"basis": "because"},
        {"roles": []},
        {"roles": ["emperor"]},
        {"roles": ["agent", "agent"]},
        {"levels": ["original"]},
        {"levels": []},
        {"notice": "We do."},
        {"colour": "blue"},
    ],
)
def test_a_purpose_that_cannot_be_obeyed_stops_the_start(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=r"^purposes\.yaml"):
        purposes_file(tmp_path, **changes)


def test_what_serves_legal_claims_cannot_be_objected_to() -> None:
    assert not SHIPPED.purposes.purposes["legal_claim"].objectionable
    assert SHIPPED.purposes.purposes["quality"].objectionable


def test_every_purpose_can_be_used_by_somebody_who_hears_its_level_or_asks_for_it() -> None:
    for purpose in SHIPPED.purposes.purposes.values():
        able = {
            role
            for role in purpose.roles
            if SHIPPED.access.permissions(role) & {"recording:rendition:play", "break_glass:request"}
        }
        assert able == set(purpose.roles)


def test_the_digest_is_the_same_whatever_the_layout(tmp_path: Path) -> None:
    for name in policy.FILES:
        content = yaml.safe_load((policy.default_folder() / f"{name}.yaml").read_text())
        (tmp_path / f"{name}.yaml").write_text(
            yaml.safe_dump(content, sort_keys=True, default_flow_style=True)
        )
    shutil.copytree(policy.default_folder() / "letters", tmp_path / "letters")
    assert policy.load(tmp_path).default.digest == SHIPPED.digest
