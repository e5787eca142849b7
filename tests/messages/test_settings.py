"""The settings of mail and webhooks: what cannot be used stops the start, and no password is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from governance.config import MailServer, Settings
from governance.errors import ConfigurationError

FROM = "Recording Governance <governance@example.test>"


def settings(**more: str) -> Settings:
    return Settings.from_env({f"GOVERNANCE_{name}": value for name, value in more.items()})


def test_without_settings_there_is_no_mail_and_no_host_of_the_house_is_allowed() -> None:
    found = settings()
    assert (found.mail, found.webhook_hosts) == (None, frozenset())
    assert found.keep_messages == timedelta(days=30)


@pytest.mark.parametrize(
    ("url", "host", "port", "is_tls", "needs_starttls"),
    [
        ("smtp://localhost", "localhost", 25, False, False),
        ("smtp://127.0.0.2:2525", "127.0.0.2", 2525, False, False),
        ("smtp://[::1]", "::1", 25, False, False),
        ("smtp://mail.example.test", "mail.example.test", 25, False, True),
        ("smtp://localhost.example.test", "localhost.example.test", 25, False, True),
        ("smtp://10.0.0.1", "10.0.0.1", 25, False, True),
        ("smtp://u:p@mail.example.test", "mail.example.test", 587, False, True),
        ("smtps://u:p@mail.example.test", "mail.example.test", 465, True, False),
    ],
)
def test_only_this_machine_is_spoken_to_without_tls(
    url: str, host: str, port: int, is_tls: bool, needs_starttls: bool
) -> None:
    found = MailServer.read(url, FROM)
    assert (found.host, found.port, found.is_tls) == (host, port, is_tls)
    assert found.needs_starttls == needs_starttls


def test_user_and_password_are_percent_encoded_and_never_shown() -> None:
    found = settings(SMTP_URL="smtp://me%40example.test:c%2Fanary@mail.example.test", MAIL_FROM=FROM)
    assert found.mail is not None
    assert (found.mail.user, found.mail.password) == ("me@example.test", "c/anary")
    assert "anary" not in repr(found)


@pytest.mark.parametrize(
    "url",
    ["mail.example.test", "http://mail.example.test", "smtp://", "smtp://h:port", "smtp://h/x", "smtp://u@h",
     "smtp://h?x=canary", "smtp://u:canary@h:99999", "smtp://h_h"],
)  # fmt: skip
def test_a_url_that_is_no_mail_server_stops_the_start_without_being_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        settings(SMTP_URL=url, MAIL_FROM=FROM)
    assert "canary" not in str(refused.value)


@pytest.mark.parametrize(
    "sender",
    ["nobody", "a@b, c@d", "A <a@b>\r\nBcc: <c@d>", "A <a@b> <c@d>", 'A "<a@b>', "a@b c", "@b", "a@"],
)
def test_mail_comes_from_one_address(sender: str) -> None:
    with pytest.raises(ConfigurationError):
        settings(SMTP_URL="smtp://localhost", MAIL_FROM=sender)


def test_mail_needs_both_settings() -> None:
    for more in ({"SMTP_URL": "smtp://localhost"}, {"MAIL_FROM": FROM}):
        with pytest.raises(ConfigurationError):
            settings(**more)


def test_hosts_for_webhooks_are_names() -> None:
    assert settings(WEBHOOK_HOSTS=" Intranet, 10.0.0.7 ,").webhook_hosts == {"intranet", "10.0.0.7"}
    for wrong in ("https://intranet/", "intranet:8080", "*.example.test", "a b"):
        with pytest.raises(ConfigurationError):
            settings(WEBHOOK_HOSTS=wrong)
    with pytest.raises(ConfigurationError):
        settings(KEEP_MESSAGES_DAYS="0")
