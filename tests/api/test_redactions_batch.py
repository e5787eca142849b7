"""Many redactions in one request: every item has its own answer, and none holds what was to be redacted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from governance.api.rates import Rates
from governance.redaction import reports
from tests.api.conftest import ON_SQLITE, Door, transcript

PAN = "4111 1111 1111 1111"
SPOKEN = "my card number is four one one one one one one one one one one one one one one one thanks"
VTT = f"WEBVTT\n\n00:00.000 --> 00:04.000\nmy card is {PAN}\n"


def batch(door: Door, items: Any) -> Any:
    return door.client.post("/v1/redactions/batch", json={"items": items}, headers=door.as_("recorder"))


@ON_SQLITE
def test_texts_and_transcripts_of_any_format_come_back_each_in_its_place(door: Door) -> None:
    items: list[Any] = [
        {"id": "note", "text": f"my card is {PAN}, thanks"},
        {"id": "call", "transcript": transcript(SPOKEN)},
        {"id": "subtitles", "transcript": VTT},
    ]
    answer = batch(door, items)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["redacted"], told["failed"]) == (3, 0)
    note, call, subtitles = told["items"]
    assert [note["id"], call["id"], subtitles["id"]] == ["note", "call", "subtitles"]
    alone = door.client.post(
        "/v1/redactions/text", json={"text": items[0]["text"]}, headers=door.as_("recorder")
    )
    assert note["result"] == alone.json()
    alone = door.client.post(
        "/v1/redactions/transcript", json=items[1]["transcript"], headers=door.as_("recorder")
    )
    assert call["result"] == alone.json()
    assert subtitles["result"]["transcript"].startswith("WEBVTT\n\n00:00.000 --> 00:04.000\n")
    assert "4111" not in answer.text
    assert "one one one" not in answer.text


BAD = {
    "no object": 4111111111111111,
    "no id": {"text": PAN},
    "an id that is card data": {"id": PAN.replace(" ", ""), "text": "x"},
    "neither": {"id": "b"},
    "both": {"id": "b", "text": PAN, "transcript": {}},
    "a field more": {"id": "b", "text": "x", PAN: PAN},
    "no text": {"id": "b", "text": 4111111111111111},
    "half a character": {"id": "b", "text": f"\ud83d {PAN}"},
    "half a character in a document": {"id": "b", "transcript": {"words": [{"text": f"\ud83d {PAN}"}]}},
    "no format": {"id": "b", "transcript": {"number": PAN}},
    "an unknown language": {"id": "b", "text": PAN, "language": "xx"},
    "no language": {"id": "b", "text": "x", "language": PAN},
    "too long": {"id": "b", "text": "4111 " * 60_000},
    "too deep": {"id": "b", "transcript": json.loads("[" * 500 + f'"{PAN}"' + "]" * 500)},
}


@ON_SQLITE
def test_a_bad_item_has_its_problem_and_fails_no_other(door: Door) -> None:
    items = [item for bad in BAD.values() for item in (bad, {"id": "good", "text": f"card {PAN}"})]
    answer = door.client.post(
        "/v1/redactions/batch", content=json.dumps({"items": items}), headers=door.as_("recorder")
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["redacted"], told["failed"]) == (len(BAD), len(BAD))
    assert "4111" not in answer.text
    for name, (bad, good) in zip(BAD, zip(*[iter(told["items"])] * 2, strict=True), strict=True):
        assert good["result"]["text"] == "card [PAN]", name
        assert bad["problem"]["status"] in (413, 415, 422), name
        assert bad["problem"]["type"].startswith("urn:recording-governance:problem:"), name
        assert bad["problem"]["detail"], name
        assert bad["problem"]["instance"] == "urn:trace:" + answer.headers["x-request-id"], name
        assert bad["id"] == ("b" if "id" not in name and name != "no object" else None), name


@ON_SQLITE
@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"items": []}', '{"items": {}}', '{"items": [1], "more": 1}', '{"items": [NaN]}', "[" * 100_000,
     '{"items": [' + "[" * 100_000, f'{{"items": [{{"id": "a", "text": "{PAN}"}}'],
)  # fmt: skip
def test_a_body_that_is_no_batch_is_one_problem(door: Door, body: str) -> None:
    answer = door.client.post("/v1/redactions/batch", content=body, headers=door.as_("recorder"))
    assert answer.status_code == 422
    assert answer.json()["field"] == "body"
    assert "4111" not in answer.text


@ON_SQLITE
def test_a_batch_has_a_bound(door: Door) -> None:
    answer = batch(door, [{"id": str(at), "text": "x"} for at in range(501)])
    assert answer.status_code == 413
    assert "500" in answer.json()["detail"]


@ON_SQLITE
def test_each_item_counts_as_a_redaction(door_with: Callable[[Rates], Iterator[Door]]) -> None:
    for door in door_with(Rates(redaction_per_key="5/minute")):
        items = [{"id": str(at), "text": "x"} for at in range(3)]
        assert [batch(door, items).status_code, batch(door, items).status_code] == [200, 429]
        assert batch(door, items[:2]).status_code == 200


@ON_SQLITE
def test_an_item_that_breaks_the_detector_says_nothing_and_fails_no_other(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = reports.redact_text

    def broken(said: str, *rest: Any) -> reports.Redacted:
        if "break" in said:
            raise RuntimeError(said)
        return whole(said, *rest)

    monkeypatch.setattr(reports, "redact_text", broken)
    told = batch(door, [{"id": "a", "text": f"break {PAN}"}, {"id": "b", "text": PAN}])
    bad, good = told.json()["items"]
    assert bad["problem"]["status"] == 500
    assert good["result"]["text"] == "[PAN]"
    assert "4111" not in told.text


@ON_SQLITE
def test_a_batch_is_one_entry_of_the_log(door: Door) -> None:
    items = [{"id": str(at), "text": f"card {PAN}" if at else "x"} for at in range(3)]
    batch(door, items)
    (det,) = door.logged("redaction.used")
    assert (det["kind"], det["requests"], det["spans"]) == ("batch", 1, 2)
