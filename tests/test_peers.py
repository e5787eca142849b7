"""What the tests stand on: real peers that come, answer and go, and a missing one that is never passed over in CI."""

import psycopg
import pytest

from tests import peers


def test_postgres_makes_a_database_a_test_and_drops_it_afterwards(postgres_url: str) -> None:
    with peers.database(postgres_url) as url:
        with psycopg.connect(url) as connection:
            connection.execute("CREATE TABLE proof (x int)")
        with peers.database(postgres_url, url.rsplit("/", 1)[1]) as copy, psycopg.connect(copy) as connection:
            assert connection.execute("SELECT count(*) FROM proof").fetchone() == (0,)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_a_missing_peer_skips_by_name_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-peer is not installed"):
        peers.require("no-such-peer")


def test_a_missing_peer_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="CI must provide no-such-peer"):
        peers.require("no-such-peer")
