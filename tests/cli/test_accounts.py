"""Accounts, keys, links and tenants from the command line, in one process, on both databases."""

import io
import sys
from collections.abc import Callable

import pytest

from governance.__main__ import main
from governance.access import service as access
from governance.clock import SystemClock
from governance.config import Settings
from governance.db import make_engine
from governance.runtime import Runtime

Say = Callable[..., tuple[int, str]]


@pytest.fixture
def say(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command line and return its exit code and what it printed."""
    monkeypatch.setenv("GOVERNANCE_HOME", str(settings.home))
    monkeypatch.setenv("GOVERNANCE_DATABASE_URL", settings.database_url)
    monkeypatch.setenv("GOVERNANCE_KEYS", str(settings.keys))
    monkeypatch.setenv("GOVERNANCE_ANCHOR", str(settings.anchor))

    def run(*words: str) -> tuple[int, str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, out + err

    return run


def test_an_account_is_made_listed_shut_and_opened(say: Say) -> None:
    assert (
        say("account", "add", "ana", "--role", "supervisor", "--team", "blue", "--name", "Ana Canary")[0] == 0
    )
    code, text = say("account", "list")
    assert code == 0
    assert "supervisor" in text
    assert "Canary" not in text
    assert say("account", "disable", "ana") == (0, "ana is disabled\n")
    assert say("account", "enable", "ana") == (0, "ana is active\n")
    assert say("account", "role", "ana", "agent") == (0, "ana is agent\n")
    assert say("account", "lock-status", "ana")[1].startswith("ana is active")


@pytest.mark.parametrize(
    ("role", "option"), [("agent", "--agent-id"), ("supervisor", "--team"), ("qa_analyst", "--site")]
)
def test_whoever_will_see_nothing_is_warned_about(say: Say, role: str, option: str) -> None:
    warning = f"governance: warning: without {option} ana sees no recording"
    assert warning in say("account", "add", "ana", "--role", role)[1]
    assert "warning: without" not in say("account", "add", "ben", "--role", role, option, "x")[1]
    assert "warning: without" not in say("account", "add", "dora", "--role", "dpo")[1]


def test_what_cannot_be_done_is_one_line_and_exit_code_1(say: Say) -> None:
    assert say("account", "disable", "nobody") == (1, "governance: there is no such account\n")
    assert say("--tenant", "acme", "account", "list")[0] == 1


def test_a_password_comes_through_a_pipe_and_signs_in(
    say: Say, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("a long enough passphrase\n"))
    assert say("account", "add", "ana", "--role", "agent", "--password")[0] == 0
    runtime = opened(settings)
    token = access.sign_in(runtime, "default", "ana", "a long enough passphrase")
    assert access.authenticate(runtime, token).role == "agent"
    runtime.close()


def test_a_key_is_printed_once_and_works_until_revoked(say: Say, settings: Settings) -> None:
    say("account", "add", "rec", "--role", "integration")
    code, text = say(
        "key", "create", "rec", "--title", "recorder", "--scope", "recording:ingest", "--days", "7"
    )
    assert code == 0
    first, token = text.splitlines()
    key_id = first.split()[0]
    runtime = opened(settings)
    assert access.authenticate(runtime, token).key_scopes == frozenset({"recording:ingest"})
    runtime.close()
    assert token not in say("key", "list")[1]
    assert "active" in say("key", "list", "rec")[1]
    say("account", "disable", "rec")
    assert "disabled" in say("key", "list")[1]
    say("account", "enable", "rec")
    assert "active" in say("key", "list")[1]
    assert say("key", "revoke", key_id)[0] == 0
    assert "revoked" in say("key", "list")[1]


def test_a_link_signs_in_whom_it_names(say: Say, settings: Settings) -> None:
    say("account", "add", "ana", "--role", "agent")
    code, text = say("sign-in-link", "ana")
    assert code == 0
    runtime = opened(settings)
    session = access.redeem_link(runtime, text.split("/sign-in#")[1].split()[0])
    assert access.authenticate(runtime, session).role == "agent"
    runtime.close()


def test_a_tenant_has_accounts_of_its_own(say: Say) -> None:
    assert say("tenant", "add", "acme", "--name", "Acme") == (0, "acme is a tenant\n")
    assert say("--tenant", "acme", "account", "add", "ana", "--role", "dpo")[0] == 0
    assert "ana" not in say("account", "list")[1]
    assert "ana" in say("account", "list", "--tenant", "acme")[1]
    assert "acme" in say("tenant", "list")[1]


def opened(settings: Settings) -> Runtime:
    from governance import policy
    from governance.keys import LocalKeys
    from governance.storage.local import LocalBlobs

    keys, blobs = LocalKeys(settings.home / "keys"), LocalBlobs(settings.home / "blobs")
    engine = make_engine(settings.database_url)
    return Runtime(settings, engine, keys, blobs, policy.load(), SystemClock())
