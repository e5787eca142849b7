"""Keys and anchor belong apart from the database: a warning at home, a refusal in production."""

from __future__ import annotations

from pathlib import Path

import pytest

from governance.audit.separation import check_separation
from governance.config import Settings
from governance.errors import ConfigurationError


def settings(home: Path, **more: str) -> Settings:
    return Settings.from_env({"GOVERNANCE_HOME": str(home), **more})


def test_the_embedded_default_is_warned_about_both(tmp_path: Path) -> None:
    warnings = check_separation(settings(tmp_path))
    assert len(warnings) == 2
    assert "signing keys" in warnings[0]
    assert "anchor" in warnings[1]


def test_one_that_lies_apart_is_not_warned_about(tmp_path: Path) -> None:
    apart = settings(
        tmp_path / "data", GOVERNANCE_KEYS=str(tmp_path / "keys"), GOVERNANCE_ANCHOR=str(tmp_path / "anchor")
    )
    assert check_separation(apart) == []


def test_production_refuses_what_lies_beside_the_database(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="GOVERNANCE_ANCHOR"):
        check_separation(
            settings(tmp_path / "data", GOVERNANCE_ENV="production", GOVERNANCE_KEYS=str(tmp_path / "keys"))
        )


def test_a_link_is_followed_and_a_database_below_the_keys_counts_too(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "data")
    linked = settings(
        tmp_path / "data",
        GOVERNANCE_KEYS=str(tmp_path / "link" / "keys"),
        GOVERNANCE_ANCHOR=str(tmp_path),
    )
    assert len(check_separation(linked)) == 2


def test_a_database_server_keeps_its_files_elsewhere(tmp_path: Path) -> None:
    assert check_separation(settings(tmp_path, GOVERNANCE_DATABASE_URL="postgresql://db/governance")) == []
