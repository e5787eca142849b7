"""Webhooks, dead letters and a test mail from the command line, in one process."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from governance.__main__ import main
from governance.config import Settings
from governance.messages import service as messages
from governance.runtime import Actor, Runtime
from tests.cli.conftest import named
from tests.messages.conftest import SENDER, MailSink, mail_server

Say = Callable[..., tuple[int, str]]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def say(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run a command line and return its exit code and what it printed."""
    for name, value in named(settings).items():
        monkeypatch.setenv(name, value)

    def run(*words: str) -> tuple[int, str]:
        code = main(words)
        out, err = capsys.readouterr()
        return code, out + err

    return run


def test_a_webhook_is_made_listed_rotated_tried_and_removed(say: Say, runtime: Runtime) -> None:
    url = "https://hooks.example.com/in"
    code, text = say("webhook", "add", url, "--title", "desk", "--event", "finding.opened")
    assert code == 0
    made = re.fullmatch(r"(whk_[0-9a-f]{32})\n(whsec_\S{44})\n", text)
    assert made, text
    listed = say("webhook", "list")[1]
    assert listed == f"{made[1]}  active  desk  {url}  [finding.opened]\n"
    assert re.match(r"whsec_\S{44}\n", say("webhook", "rotate", made[1])[1])
    assert re.match(r"msg_[0-9a-f]{32} is sent by the jobs", say("webhook", "test", made[1])[1])
    assert say("messages", "dead")[1].startswith("0 undeliverable, 1 waiting; no mail server is set up")
    assert say("webhook", "remove", made[1]) == (0, f"{made[1]} is removed\n")
    assert say("webhook", "remove", made[1]) == (1, "governance: there is no such webhook\n")
    assert say("webhook", "add", "https://10.0.0.1/", "--title", "x", "--event", "*")[0] == 1


def test_what_could_not_be_delivered_is_listed_and_sent_again(
    say: Say, runtime: Runtime, actor: Actor
) -> None:
    with MailSink(to_recipient="550 no such user").running() as sink:
        runtime.settings = replace(runtime.settings, mail=mail_server(sink.port))
        with runtime.work(actor) as work:
            about = [("finding", "fnd_1")]
            written = messages.mail(
                work, to="canary@example.test", subject="canary", body="canary", about=about
            )
        messages.deliver_due(runtime, actor)
    code, text = say("messages", "dead")
    assert code == 0
    assert "canary" not in text
    assert re.search(rf"{written}  \S+ \S+  mail +1 tries  refused_550  finding:fnd_1\n1 undeliverable", text)
    assert say("messages", "retry", written) == (0, f"{written} will be sent again\n")
    assert say("messages", "retry", written)[0] == 1


def test_a_test_mail_says_what_became_of_it(
    say: Say, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = say("messages", "test-mail", "me@example.test")
    assert (code, "GOVERNANCE_SMTP_URL" in text) == (1, True)
    with MailSink().running() as sink:
        monkeypatch.setenv("GOVERNANCE_SMTP_URL", f"smtp://127.0.0.1:{sink.port}")
        monkeypatch.setenv("GOVERNANCE_MAIL_FROM", SENDER)
        assert say("messages", "test-mail", "me@example.test") == (0, "the mail server has taken it\n")
        assert [mail["To"] for mail in sink.mails] == ["me@example.test"]
        sink.to_recipient = "550 no such user"
        assert say("messages", "test-mail", "me@example.test") == (1, "not sent: refused_550\n")
        assert say("messages", "test-mail", "no address")[0] == 1
