"""Redaction without a catalog, by real HTTP, for whoever sends what no client should: a problem, and never the input.

What is sent is a card number in every place where it could come back from. A hang would end the test by its time-out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import httpx
import pytest

from tests.server import Installation

PAN = "4111 1111 1111 1111"
SPOKEN = "four one one one " * 4
DEEP = "[" * 60_000
HALF = "\\ud83d"
BOUND = 1024 * 1024


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("hostile")
    house = Installation.at(folder, f"sqlite:///{folder / 'house.db'}")
    house.environment["GOVERNANCE_MAX_TEXT_BYTES"] = str(BOUND)
    house.run("init")
    house.run("account", "add", "bot", "--role", "integration")
    key = house.run("key", "create", "bot", "--title", "x", "--scope", "redaction:use").split()[-1]
    house.start()
    yield house.client(key)
    house.stop()
    assert "4111" not in house.log
    assert "four one" not in house.log


# What is sent, and the status each of text, transcript and batch answers it with.
HOSTILE: dict[str, tuple[bytes, tuple[int, int, int]]] = {
    "nothing": (b"", (422, 415, 422)),
    "zeros": (b"\0" * 2_000, (422, 415, 422)),
    "no JSON": (f'{{"text": "{PAN}'.encode(), (422, 415, 422)),
    "a number": (PAN.replace(" ", "").encode(), (422, 200, 422)),
    "Latin": (f'{{"text": "caf\xe9 {PAN}"}}'.encode("latin-1"), (422, 415, 422)),
    "UTF-16 without a mark": (json.dumps({"text": PAN}).encode("utf-16-le"), (422, 415, 422)),
    "half a character": (f'{{"text": "{HALF} {PAN}", "language": "en"}}'.encode(), (422, 415, 422)),
    "half a character in a word": (f'{{"words": [{{"text": "{HALF} {PAN}"}}]}}'.encode(), (422, 415, 422)),
    "deep": (DEEP.encode(), (422, 415, 422)),
    "deep in a field": (f'{{"text": {DEEP}'.encode(), (422, 415, 422)),
    "deep and whole": (f'{{"text": "{PAN}", "words": {"[" * 200}{"]" * 200}}}'.encode(), (422, 415, 422)),
    "a field more": (f'{{"text": "x", "{PAN}": "{PAN}"}}'.encode(), (422, 415, 422)),
    "not a number": (b'{"words": [{"text": "hello", "start_ms": NaN, "end_ms": 5}]}', (422, 415, 422)),
    "twice": (f'{{"text": "{PAN}", "text": "{PAN}"}}'.encode(), (200, 415, 422)),
    "beyond every bound": (b"4111 " * (BOUND // 4), (413, 413, 413)),
    "no language": (f'{{"text": "x", "language": "{PAN}"}}'.encode(), (422, 415, 422)),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("kind", ["text", "transcript", "batch"])
def test_what_no_client_should_send_is_a_problem_that_repeats_nothing(
    client: httpx.Client, kind: str, name: str
) -> None:
    body, statuses = HOSTILE[name]
    answer = client.post(f"/v1/redactions/{kind}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == statuses[("text", "transcript", "batch").index(kind)], answer.text[:300]
    for secret in ("4111", PAN, HALF, "\\u0000"):
        assert secret not in answer.text
    if answer.status_code != 200:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]


ONE_WORD = {
    "letters": "a" * 250_000,
    "digits": "1" * 250_000,
    "a card again and again": "4111111111111111" * 15_000,
    "a card and letters": "x4111111111111111x" * 13_000,
    "digits and dashes": "4-1-1-1-" * 31_000,
    "an address": "a@" * 125_000,
    "dots": "1." * 125_000,
    "signs of another plane": "\U0001d7d2" * 60_000,
    "marks without a letter": "\u0301" * 120_000,
    "spaces of another width": "4\u2003" * 80_000,
}


@pytest.mark.parametrize("name", ONE_WORD)
def test_a_word_without_an_end_is_examined_or_refused(client: httpx.Client, name: str) -> None:
    word = ONE_WORD[name]
    sent = {
        "text": json.dumps({"text": word, "language": "en"}),
        "transcript": json.dumps({"language": "en", "words": [{"text": word}]}),
        "batch": json.dumps({"items": [{"id": "a", "text": word, "language": "en"}]}),
    }
    for kind, body in sent.items():
        answer = client.post(f"/v1/redactions/{kind}", content=body)
        assert answer.status_code in (200, 413, 415, 422), (kind, answer.text[:200])
        assert "4111111111111111" not in answer.text, kind
        assert "4-1-1-1-4-1-1-1-4-1-1-1-" not in answer.text, kind
        if answer.status_code != 200:
            assert word[:40] not in answer.text, kind


def test_ten_megabytes_in_one_word_are_refused_before_they_are_read(client: httpx.Client) -> None:
    word = "4111" * 2_500_000
    for kind in ("text", "transcript", "batch"):
        answer = client.post(f"/v1/redactions/{kind}", content=json.dumps({"text": word}))
        assert answer.status_code == 413
        assert "4111" not in answer.text

    def portions() -> Iterator[bytes]:  # no length is announced: the true one is counted
        for _ in range(200):
            yield word[:65_536].encode()

    try:
        answer = client.post("/v1/redactions/text", content=portions())
    except httpx.WriteError:  # the server had said enough
        return
    assert answer.status_code == 413
    assert "4111" not in answer.text


def test_the_largest_that_is_taken_is_examined_whole(client: httpx.Client) -> None:
    said = ("I would like to change my address please. " * 6_000)[:250_000] + f" my card is {PAN}"
    answer = client.post("/v1/redactions/text", json={"text": said, "language": "en"})
    assert answer.status_code == 200, answer.text[:300]
    assert answer.json()["text"].endswith("my card is [PAN]")


def test_numbers_larger_than_computers_like_come_back_as_they_were(client: httpx.Client) -> None:
    body = '{"language": "en", "words": [{"text": "hello", "confidence": 0.1234567890123456789, "n": 123456789012345678901}]}'
    answer = client.post("/v1/redactions/transcript", content=body)
    assert answer.status_code == 200
    assert "e+20" not in answer.text


def test_the_server_still_answers(client: httpx.Client) -> None:
    assert client.get("/healthz").status_code == 200
    answer = client.post(
        "/v1/redactions/text", json={"text": f"my card is {PAN} and {SPOKEN}", "language": "en"}
    )
    assert answer.status_code == 200
    assert "4111" not in answer.text
    assert "four one one one four" not in answer.text
