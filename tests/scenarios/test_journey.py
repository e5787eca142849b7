"""The journey, over HTTP, against a real server on both databases: in, silenced, heard by the right people, gone, and proven.

Two people of one team and another, two tenants; an older backup is restored, and at last somebody rewrites the past.
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
import sqlalchemy as sa

from governance.db import make_engine
from tests.scenarios.samples import SAMPLES, TRUTH
from tests.server import Installation

CARD, CODE, UNHEARD = "card-visa-single-digits", "suspected-code", "no-transcript"


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    installation = Installation.at(tmp_path, database_url)
    yield installation
    installation.stop()


@pytest.mark.timeout(600)  # a whole life, with a process for every command a person would type
def test_a_recording_comes_in_and_its_whole_life_is_governed_and_proven(house: Installation) -> None:
    people(house)
    house.start()
    recorder = house.client(api_key(house, "recorder"))
    priya, sam, rita = (house.signed_in(one) for one in ("priya", "sam", "rita"))
    dora, carl = house.signed_in("dora"), house.signed_in("carl")
    stranger = house.signed_in("dora", "other")

    # In, and nobody hears it before it is redacted and looked at again.
    card = take_in(recorder, CARD)
    code, unheard = take_in(recorder, CODE), take_in(recorder, UNHEARD)
    assert recorder.post("/v1/recordings", files=parts(CARD)).status_code == 200
    assert settled(dora, card)["state"] == "released"
    assert settled(dora, code)["quarantines"][0]["reason"] == "sad_suspected"
    assert settled(dora, unheard)["quarantines"][0]["reason"] == "not_examined"
    for client in (priya, sam, dora):
        answer = client.get(f"/v1/recordings/{unheard}/audio", params={"purpose": "complaint"})
        assert answer.status_code in (403, 404, 409), answer.text

    the_card_is_silent(hear(priya, card, "training").content, CARD)
    hear(sam, card, "quality")
    the_transcript_is_masked(priya, card)

    # Another team, another tenant, another level, another purpose: no.
    hear(rita, card, "quality", code=404)
    assert stranger.get(f"/v1/recordings/{card}").status_code == 404
    assert card not in {one["id"] for one in stranger.get("/v1/recordings").json()["items"]}
    assert hear(sam, card, "quality", level="master", code=403).json()["reason"] == "permission_missing"
    assert hear(sam, card, "legal_claim", code=403).json()["reason"] == "purpose_not_for_role"
    restriction = dora.post(
        f"/v1/recordings/{card}/restrictions", json={"purpose": "quality", "reason": "objection"}
    )
    assert restriction.status_code == 201, restriction.text
    assert hear(sam, card, "quality", code=403).json()["reason"] == "purpose_restricted"

    break_the_glass(house, carl, dora, card)

    # Suspected authentication data: a person decides, and the recording is looked at again.
    decided = dora.post(f"/v1/recordings/{code}/decision", json={"verdict": "card_data"})
    assert decided.json()["state"] == "released", decided.text
    the_card_is_silent(hear(dora, code, "complaint").content, CODE)

    # A backup, an erasure, and the older backup comes back: the erased stay erased.
    backup = house.home.parent / "backup"
    house.run("backup", "--out", str(backup))
    erase(dora, carl, card)
    hear(priya, card, "training", code=404)
    house.stop()
    house.run("restore", str(backup))
    house.start()
    dora, priya = house.signed_in("dora"), house.signed_in("priya")
    hear(priya, card, "training", code=404)
    hear(dora, code, "complaint")
    reapplied = dora.get("/v1/audit/entries", params={"act": "recording.erasure.reapplied"}).json()["items"]
    assert len(reapplied) == 1, reapplied
    house.stop()

    the_log_proves_it(house)


def people(house: Installation) -> None:
    house.run("init")
    house.run("tenant", "add", "other", "--name", "Another controller")
    for login, role, *more in (
        ("priya", "agent", "--agent-id", "agt-101", "--team", "payments", "--site", "leeds"),
        ("sam", "supervisor", "--team", "payments", "--site", "leeds"),
        ("rita", "supervisor", "--team", "renewals", "--site", "leeds"),
        ("dora", "dpo"),
        ("carl", "ciso"),
        ("recorder", "integration"),
    ):
        house.run("account", "add", login, "--role", role, *more)
    house.run("--tenant", "other", "account", "add", "dora", "--role", "dpo")


def api_key(house: Installation, login: str) -> str:
    scopes = ("--scope", "recording:ingest", "--scope", "recording:metadata:read")
    return house.run("key", "create", login, "--title", "recorder", *scopes).split()[-1]


def parts(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "metadata": (None, (SAMPLES / f"{name}.json").read_bytes(), "application/json"),
        "audio": (f"{name}.wav", (SAMPLES / f"{name}.wav").read_bytes(), "audio/wav"),
    }
    transcript = SAMPLES / f"{name}.transcript.json"
    if transcript.exists():
        found["transcript"] = (None, transcript.read_bytes(), "application/json")
    return found


def take_in(recorder: httpx.Client, name: str) -> str:
    answer = recorder.post("/v1/recordings", files=parts(name))
    assert answer.status_code == 201, answer.text
    recording_id: str = answer.json()["id"]
    return recording_id


def settled(client: httpx.Client, recording_id: str) -> dict[str, Any]:
    """The recording, once redaction has run over it."""
    end = time.monotonic() + 60
    while True:
        found: dict[str, Any] = client.get(f"/v1/recordings/{recording_id}").json()
        waiting = [one["reason"] for one in found["quarantines"]] == ["awaiting_redaction"]
        if not waiting:
            return found
        assert time.monotonic() < end, "redaction did not run"
        time.sleep(0.2)


def hear(
    client: httpx.Client, recording_id: str, purpose: str, level: str = "rendition", code: int = 200
) -> httpx.Response:
    answer = client.get(f"/v1/recordings/{recording_id}/audio", params={"purpose": purpose, "level": level})
    assert answer.status_code == code, answer.text[:500]
    return answer


def the_card_is_silent(content: bytes, name: str) -> None:
    """Nothing is heard inside the spans that truly hold card data, and the call goes on around them."""
    samples, rate = soundfile.read(io.BytesIO(content), always_2d=True)
    original, _ = soundfile.read(SAMPLES / f"{name}.wav", always_2d=True)
    assert samples.shape == original.shape
    for span in TRUTH[name]["spans"]:
        inside = samples[span["start_ms"] * rate // 1000 : span["end_ms"] * rate // 1000, span["channel"]]
        assert np.abs(inside).max() < 0.001, f"{span['entity']} can be heard"
    assert np.abs(samples).max() > 0.05


def the_transcript_is_masked(client: httpx.Client, recording_id: str) -> None:
    answer = client.get(f"/v1/recordings/{recording_id}/transcript", params={"purpose": "training"})
    assert answer.status_code == 200, answer.text
    words = " ".join(word["text"] for word in answer.json()["words"])
    assert "[PAN]" in words
    assert "[CVV]" in words
    assert "one one one" not in words


def break_the_glass(
    house: Installation, asker: httpx.Client, approver: httpx.Client, recording_id: str
) -> None:
    purpose = "security_investigation"
    hear(asker, recording_id, purpose, code=403)
    asked = asker.post(
        "/v1/break-glass",
        json={
            "recording_id": recording_id,
            "purpose": purpose,
            "minutes": 30,
            "reason": "Fraud is suspected here.",
        },
    )
    assert asked.status_code == 201, asked.text
    place = f"/v1/break-glass/{asked.json()['id']}"
    hear(asker, recording_id, purpose, code=403)
    assert asker.post(f"{place}/approval", json={"approve": True}).status_code == 403
    assert approver.post(f"{place}/approval", json={"approve": True}).status_code == 200
    hear(asker, recording_id, purpose)
    assert asker.post(f"{place}/review", json={"finding": "All is well."}).status_code == 403
    assert approver.post(f"{place}/review", json={"finding": "Opened once, as asked."}).status_code == 200
    hear(asker, recording_id, purpose, code=403)


def erase(dpo: httpx.Client, ciso: httpx.Client, recording_id: str) -> None:
    held = dpo.post(f"/v1/recordings/{recording_id}/holds", json={"matter": "2026-17"})
    assert held.status_code == 201, held.text
    asked = {"reason": "subject_request"}
    refused = dpo.request("DELETE", f"/v1/recordings/{recording_id}", json=asked)
    assert refused.status_code == 409, refused.text
    at = f"/v1/holds/{held.json()['id']}"
    assert dpo.delete(at).status_code == 403  # it takes another person
    assert ciso.delete(at).status_code == 200
    done = dpo.request("DELETE", f"/v1/recordings/{recording_id}", json=asked)
    assert done.status_code in (200, 202), done.text


def the_log_proves_it(house: Installation) -> None:
    """The exported log verifies against the trust file; once an entry is rewritten, verification names it."""
    folder = house.home.parent
    trust = folder / "trust.txt"
    trust.write_text(house.run("audit", "trust"))
    house.run("audit", "bundle", "--out", str(folder / "before"))
    assert "origin unproven" in house.run("audit", "verify", str(folder / "before"), code=3)
    house.run("audit", "verify", str(folder / "before"), "--policy", str(trust))

    index = rewrite_an_entry(house.environment["GOVERNANCE_DATABASE_URL"])
    assert f"entry {index}" in house.run("audit", "self-audit", code=1)
    forged = folder / "after"
    house.run("audit", "bundle", "--out", str(forged), code=None)
    if forged.exists():
        assert f"entry {index}" in house.run("audit", "verify", str(forged), "--policy", str(trust), code=1)


def rewrite_an_entry(url: str) -> int:
    """Make a playback somebody else's, as whoever owns the database could: triggers off, one row changed."""
    engine = make_engine(url)
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER audit_entry_no_update")
        else:
            connection.exec_driver_sql("ALTER TABLE audit_entry DISABLE TRIGGER ALL")
        log_id, index, leaf = connection.execute(
            sa.text(
                "SELECT log_id, idx, leaf FROM audit_entry WHERE act = 'recording.playback' AND outcome = 1"
                " OR act = 'recording.playback' ORDER BY log_id DESC, idx LIMIT 1"
            )
        ).one()
        forged = bytes(leaf).replace(b'"level":"rendition"', b'"level":"renditiom"')
        assert forged != bytes(leaf)
        connection.execute(
            sa.text("UPDATE audit_entry SET leaf = :leaf WHERE log_id = :log_id AND idx = :idx"),
            {"leaf": forged, "log_id": log_id, "idx": index},
        )
    engine.dispose()
    return int(index)
