"""Lists show what reading would allow, people are found without being named, and sound leaves for a purpose only."""

from __future__ import annotations

from typing import Any

import pytest

from governance.redaction import service as redaction
from tests.api.conftest import Door, tone, transcript

SAID = "thank you for calling how can I help you today with your order"


def released(door: Door, external_id: str = "call-1", **other: Any) -> str:
    """Return the id of a recording that has been ingested, redacted and released."""
    answer = door.ingest(external_id, said=SAID, **other)
    assert answer.status_code == 201, answer.text
    done = redaction.redact(door.runtime, door.house, answer.json()["id"])
    assert done.state == "released", done.because
    recording_id: str = answer.json()["id"]
    return recording_id


def test_a_list_shows_what_reading_would_allow(door: Door) -> None:
    mine, theirs = (
        door.ingest("call-1").json()["id"],
        door.ingest("call-2", team="claims", site="york").json()["id"],
    )
    for who in ("agent", "supervisor", "outsider", "qa", "dpo", "recorder"):
        listed = {
            row["id"] for row in door.client.get("/v1/recordings", headers=door.as_(who)).json()["items"]
        }
        read = {
            one
            for one in (mine, theirs)
            if door.client.get(f"/v1/recordings/{one}", headers=door.as_(who)).status_code == 200
        }
        assert listed == read, who


def test_pages_follow_one_another_without_a_gap(door: Door) -> None:
    made = [door.ingest(f"call-{number}").json()["id"] for number in range(5)]
    seen, after = [], None
    while True:
        query = {"limit": 2} | ({"after": after} if after else {})
        page = door.client.get("/v1/recordings", params=query, headers=door.as_("dpo")).json()
        seen += [row["id"] for row in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert sorted(seen) == sorted(made)


def test_a_person_is_found_by_any_spelling_of_a_number(door: Door) -> None:
    made = door.ingest().json()["id"]
    for spelling in ("+447700900123", "07700 900123", "+44 (0)7700 900-123"):
        found = door.client.post("/v1/recordings/search", json={"tel": spelling}, headers=door.as_("dpo"))
        assert [row["id"] for row in found.json()["items"]] == [made], found.text
    other = door.client.post("/v1/recordings/search", json={"tel": "+447700900124"}, headers=door.as_("dpo"))
    assert other.json()["items"] == []


def test_identifiers_are_read_by_those_who_may_and_the_log_knows(door: Door) -> None:
    made = door.ingest().json()["id"]
    masked = door.client.get(f"/v1/recordings/{made}", headers=door.as_("dpo")).json()
    assert masked["parties"][0]["tel"] is None
    clear = door.client.get(f"/v1/recordings/{made}?identifiers=true", headers=door.as_("dpo")).json()
    assert clear["parties"][0]["tel"] == "+447700900123"
    refused = door.client.get(f"/v1/recordings/{made}?identifiers=true", headers=door.as_("supervisor"))
    assert (refused.status_code, refused.json()["reason"]) == (403, "permission_missing")


def test_another_teams_recording_is_not_there(door: Door) -> None:
    made = door.ingest().json()["id"]
    there = door.client.get(f"/v1/recordings/{made}", headers=door.as_("outsider"))
    never = door.client.get("/v1/recordings/rec_" + "0" * 32, headers=door.as_("outsider"))
    assert there.status_code == never.status_code == 404
    assert {**there.json(), "instance": 0} == {**never.json(), "instance": 0}


def test_nobody_hears_what_is_in_quarantine(door: Door) -> None:
    made = door.ingest().json()["id"]
    for who in ("agent", "supervisor", "dpo"):
        for level in ("rendition", "master"):
            url = f"/v1/recordings/{made}/audio?purpose=legal_claim&level={level}"
            assert door.client.get(url, headers=door.as_(who)).status_code in (403, 409)
    assert door.client.get(
        f"/v1/recordings/{made}/audio?purpose=quality&level=original", headers=door.as_("dpo")
    ).status_code == 422  # fmt: skip


def test_a_released_recording_is_heard_whole_and_in_ranges(door: Door) -> None:
    url = f"/v1/recordings/{released(door)}/audio?purpose=quality"
    whole = door.client.get(url, headers=door.as_("supervisor"))
    assert whole.status_code == 200
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["cache-control"] == "no-store"
    assert whole.headers["content-type"] == "audio/wav"
    assert len(whole.content) == len(tone()) == int(whole.headers["content-length"])
    size = len(whole.content)
    for asked, start, end in (
        ("bytes=0-0", 0, 1),
        ("bytes=100-", 100, size),
        ("bytes=10-19", 10, 20),
        ("bytes=-7", size - 7, size),
        (f"bytes=10-{size * 9}", 10, size),
        (f"bytes=-{size * 9}", 0, size),
    ):
        part = door.client.get(url, headers=door.as_("supervisor") | {"Range": asked})
        assert part.status_code == 206, asked
        assert part.content == whole.content[start:end], asked
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{size}", asked
    for asked in (f"bytes={size}-", "bytes=-0"):
        beyond = door.client.get(url, headers=door.as_("supervisor") | {"Range": asked})
        assert beyond.status_code == 416
        assert beyond.headers["content-range"] == f"bytes */{size}"
    for ignored in ("bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=-"):
        assert door.client.get(url, headers=door.as_("supervisor") | {"Range": ignored}).status_code == 200
    stale = door.as_("supervisor") | {"Range": "bytes=0-9", "If-Range": '"another"'}
    assert door.client.get(url, headers=stale).status_code == 200
    fresh = door.as_("supervisor") | {"Range": "bytes=0-9", "If-Range": whole.headers["etag"]}
    assert door.client.get(url, headers=fresh).status_code == 206


@pytest.mark.parametrize(
    ("who", "query", "reason"),
    [
        ("supervisor", "purpose=legal_claim", "purpose_not_for_role"),
        ("supervisor", "purpose=sightseeing", "purpose_unknown"),
        ("supervisor", "purpose=quality&level=master", "permission_missing"),
        ("recorder", "purpose=quality", "permission_missing"),
    ],
)
def test_a_refusal_to_play_says_why(door: Door, who: str, query: str, reason: str) -> None:
    answer = door.client.get(f"/v1/recordings/{released(door)}/audio?{query}", headers=door.as_(who))
    assert (answer.status_code, answer.json()["reason"]) == (403, reason)


def test_playing_takes_a_purpose(door: Door) -> None:
    answer = door.client.get(f"/v1/recordings/{released(door)}/audio", headers=door.as_("supervisor"))
    assert answer.status_code == 422


def test_a_transcript_is_read_masked_for_a_purpose(door: Door) -> None:
    made = released(door)
    answer = door.client.get(
        f"/v1/recordings/{made}/transcript?purpose=quality", headers=door.as_("supervisor")
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["text"] == SAID
    none = door.client.get(
        f"/v1/recordings/{made}/transcript?purpose=quality&position=3", headers=door.as_("supervisor")
    )
    assert none.status_code == 404


def test_damage_in_the_store_is_an_error_and_no_sound(door: Door) -> None:
    made = released(door)
    for path in door.runtime.settings.blobs.rglob("*/*"):
        content = bytearray(path.read_bytes())
        content[-1] ^= 1
        content[len(content) // 2] ^= 1
        path.write_bytes(bytes(content))
    answer = door.client.get(f"/v1/recordings/{made}/audio?purpose=quality", headers=door.as_("supervisor"))
    assert answer.status_code == 500
    assert answer.json()["type"].endswith(":integrity")


def test_a_transcript_that_comes_later_puts_the_recording_back_until_it_is_examined(door: Door) -> None:
    made = door.ingest().json()["id"]
    assert (
        redaction.redact(door.runtime, door.house, made).state == "released"
    )  # a tone, in which nobody speaks
    said = "my card number is four one one one one one one one one one one one one one one one"
    url = f"/v1/recordings/{made}/transcript"
    unread = door.client.post(url, content=b"{}", headers=door.as_("recorder"))
    assert unread.status_code == 415, unread.text
    assert door.client.post(url, json=transcript(said), headers=door.as_("supervisor")).status_code == 403
    added = door.client.post(url, json=transcript(said), headers=door.as_("recorder"))
    assert added.status_code == 201, added.text
    assert door.client.post(url, json=transcript(said), headers=door.as_("recorder")).status_code == 409
    hear = f"/v1/recordings/{made}/audio?purpose=quality"
    assert door.client.get(hear, headers=door.as_("supervisor")).status_code == 403
    assert redaction.redact(door.runtime, door.house, made).state == "released"
    read = door.client.get(f"{url}?purpose=quality", headers=door.as_("supervisor"))
    assert "one one" not in read.text
    whole = door.client.get(hear, headers=door.as_("supervisor"))
    assert whole.status_code == 200
    assert whole.content != tone()


def test_a_list_for_a_purpose_leaves_out_who_objected_to_it(door: Door) -> None:
    objected, free = (door.ingest(one).json()["id"] for one in ("call-1", "call-2"))
    asked = {"purpose": "quality", "reason": "objection"}
    url = f"/v1/recordings/{objected}/restrictions"
    assert door.client.post(url, json=asked, headers=door.as_("dpo")).status_code == 201

    def listed(purpose: str | None, login: str = "qa") -> list[str]:
        ways = []
        query = f"?purpose={purpose}" if purpose else ""
        ways.append(door.client.get(f"/v1/recordings{query}", headers=door.as_(login)))
        body = {"source": "recorder-1"} | ({"purpose": purpose} if purpose else {})
        ways.append(door.client.post("/v1/recordings/search", json=body, headers=door.as_(login)))
        found = [sorted(item["id"] for item in way.json()["items"]) for way in ways]
        assert found[0] == found[1]
        return found[0]

    assert listed("quality") == [free]
    assert listed("complaint") == listed(None) == sorted([objected, free])
    for wrong in ("curiosity", "legal_claim"):
        answer = door.client.get(f"/v1/recordings?purpose={wrong}", headers=door.as_("qa"))
        assert answer.status_code == 422
