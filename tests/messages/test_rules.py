"""What may leave, and when it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.errors import InvalidError
from governance.messages import rules
from governance.messages.rules import Outcome

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = Outcome("later", "timed_out")


def test_each_wait_is_four_times_the_one_before_up_to_eight_hours() -> None:
    waits = [rules.PATIENCE.after(attempt, 0.0).total_seconds() for attempt in range(1, 9)]
    assert waits == [20, 80, 320, 1280, 5120, 20480, 28800, 28800]


@given(attempt=st.integers(1, 10_000), jitter=st.floats(0, 1, exclude_max=True))
def test_jitter_takes_off_half_at_most_and_adds_nothing(attempt: int, jitter: float) -> None:
    whole, wait = rules.PATIENCE.after(attempt, 0.0), rules.PATIENCE.after(attempt, jitter)
    assert whole / 2 <= wait <= whole <= timedelta(hours=8)
    assert wait >= rules.REST  # a message is never due while its own way still rests


def test_what_fails_for_two_days_is_dead_and_not_before() -> None:
    for jitter, low, high in ((0.0, 48, 72), (0.999, 24, 40)):
        at, attempt = NOW, 1
        while (follows := rules.after(LATER, attempt, at, jitter)).state == "waiting":
            at, attempt = follows.due, attempt + 1
        assert (follows.state, follows.code, attempt) == ("dead", "timed_out", rules.MOST_TRIES)
        assert timedelta(hours=low) < at - NOW < timedelta(hours=high)


@pytest.mark.parametrize("end", ["dead", "gone"])
def test_what_was_refused_for_good_is_dead_at_the_first_try(end: str) -> None:
    assert rules.after(Outcome(end, "refused_550"), 1, NOW, 0).state == "dead"  # type: ignore[arg-type]


def test_a_receiver_may_ask_for_more_time_but_not_for_ever() -> None:
    asked = Outcome("later", "answered_429", wait=timedelta(minutes=5))
    assert rules.after(asked, 1, NOW, 0.5).due == NOW + timedelta(minutes=5)
    for_ever = Outcome("later", "answered_503", wait=timedelta(days=300))
    assert rules.after(for_ever, 1, NOW, 0).due == NOW + timedelta(hours=8)


@pytest.mark.parametrize(
    ("given", "is_read_as"),
    [
        ("jane.roe+calls@example.test", "jane.roe+calls@example.test"),
        (" o'neil@Example.TEST ", "o'neil@example.test"),
        ("jane@bücher.example", "jane@xn--bcher-kva.example"),
        ("root@localhost", "root@localhost"),
    ],
)
def test_an_address_is_read_as_mail_servers_know_it(given: str, is_read_as: str) -> None:
    assert rules.address(given) == is_read_as


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jane",
        "@example.test",
        "jane@",
        "jane@example.test\r\nBcc: eve@example.test",
        "jane@example.test\nX: y",
        "jane@example.test,eve@example.test",
        "jane@example.test>\r\nRCPT TO:<eve@example.test",
        "Jane <jane@example.test>",
        "<jane@example.test>",
        '"jane\r\n"@example.test',
        "jane roe@example.test",
        "jane..roe@example.test",
        "jane@exa mple.test",
        "jane@-example.test",
        "jane@example..test",
        "jäne@example.test",
        "jane@example.test\0",
        "a" * 65 + "@example.test",
        "a@" + "b." * 120 + "test",
    ],
)
def test_what_a_mail_server_could_read_in_another_way_is_no_address(text: str) -> None:
    with pytest.raises(InvalidError) as refused:
        rules.address(text)
    assert "example" not in str(refused.value)


@given(st.text(max_size=80))
def test_no_text_makes_an_address_with_a_line_break_or_two_recipients(text: str) -> None:
    try:
        found = rules.address(text)
    except InvalidError:
        return
    assert found.isascii()
    assert found.isprintable()
    assert found.count("@") == 1
    assert not set(found) & set(' ,;<>()"\\\r\n')


@pytest.mark.parametrize("subject", ["", "a\r\nBcc: eve@example.test", "a\nb", "a\x00b", "x" * 201])
def test_a_subject_is_one_line(subject: str) -> None:
    with pytest.raises(InvalidError):
        rules.check_mail(subject, "body", ())


@pytest.mark.parametrize(
    "attachment",
    [
        ("../x", "text/plain", b""),
        ("a\r\nb", "text/plain", b""),
        ('a"b', "text/plain", b""),
        ("a", "text", b""),
    ],
)
def test_an_attachment_has_a_plain_name_and_a_type(attachment: tuple[str, str, bytes]) -> None:
    with pytest.raises(InvalidError):
        rules.check_mail("s", "b", (attachment,))


def test_attachments_are_bounded_together() -> None:
    half = ("a", "text/plain", bytes(rules.MOST_ATTACHED // 2 + 1))
    rules.check_mail("s", "b", (half,))
    with pytest.raises(InvalidError):
        rules.check_mail("s", "b", (half, half))


def test_a_webhook_carries_ids_codes_numbers_and_moments() -> None:
    data = {
        "id": "fnd_0199d5f2c7a07b1e8c55c3d1f0a9b2e4",
        "entry": "0199d5f2-c7a0-7b1e-8c55-c3d1f0a9b2e4",
        "digest": "0" * 64,
        "log": "recording-governance.local/default/2026",
        "kind": "erasure_overdue",
        "count": 3,
        "open": True,
        "by": None,
        "deadline": "2026-03-04T12:00:00+00:00",
        "day": "2026-03-04",
        "recordings": ["rec_1", {"id": "rec_2"}],
    }
    assert rules.payload(data) == data


@pytest.mark.parametrize(
    "value",
    [
        "jane@example.test",
        "+44 7700 900123",
        "447700900123",
        447700900123,
        "Jane Roe",
        "jane roe",
        "4111111111111111",
        "a\nb",
        "",
        1.5,
        b"x",
        "x" * 200,
    ],
)
def test_what_could_name_somebody_is_withheld_however_deep_it_lies(value: object) -> None:
    assert rules.payload({"who": value}) == {"who": "withheld"}
    assert rules.payload({"who": [{"tel": value}]}) == {"who": [{"tel": "withheld"}]}
    assert rules.payload({"who": {"jane@example.test": "x", "ok": value}}) == {"who": {"ok": "withheld"}}
    deep: object = value
    for _ in range(20):
        deep = [deep]
    assert str(value) not in str(rules.payload({"who": deep})) or value == ""
