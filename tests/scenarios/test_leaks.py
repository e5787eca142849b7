"""Card data fed through every route is afterwards nowhere: not in logs, answers, metrics, database, blobs or temp folders.

A canary goes the same ways and must be found, or the search would prove nothing.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.scenarios.samples import SAMPLES
from tests.server import Installation

PAN = "4539148803436467"
GROUPED = " ".join(PAN[at : at + 4] for at in range(0, 16, 4))
NAMES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SPOKEN = " ".join(NAMES[int(digit)] for digit in PAN)
FORMS = {
    "plain": PAN,
    "spaced": GROUPED,
    "dashed": GROUPED.replace(" ", "-"),
    "spoken": SPOKEN,
    "url-encoded": quote(GROUPED, safe=""),
    "base64": base64.b64encode(PAN.encode()).decode(),
}
CANARY = "canary-7f3a9c"


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    installation = Installation.at(tmp_path, database_url)
    installation.run("init")
    for login, role in (("dora", "dpo"), ("carl", "ciso"), ("ada", "administrator"), ("bot", "integration")):
        installation.run("account", "add", login, "--role", role)
    installation.start()
    yield installation
    installation.stop()


@pytest.mark.timeout(600)  # some two hundred requests
def test_a_card_is_nowhere_after_it_was_fed_through_every_route(house: Installation) -> None:
    dora, carl, ada, bot = (house.signed_in(login) for login in ("dora", "carl", "ada", "bot"))
    known = taken_in(bot, "plain-outage", external_id=CANARY)
    answers: list[httpx.Response] = []
    for form, card in FORMS.items():
        answers += fed(house, form, card, known, {"dora": dora, "carl": carl, "ada": ada, "bot": bot})
    for client, form in ((dora, "plain"), (ada, "base64"), (bot, "spoken")):
        answers += everywhere(client, FORMS[form], known)
    answers.append(httpx.get(f"{house.url}/metrics"))
    answers.append(bot.post("/v1/recordings/search", json={"external_id": CANARY}))
    told = "\n".join(one.text for one in answers)
    house.stop()
    where = {"answers": told, "log": house.log, **stored(house)}

    for place in ("answers", "database"):
        assert CANARY in where[place], f"the canary is not in the {place}: the search proves nothing"
    assert "request" in where["log"]
    assert "governance_" in where["answers"], "the metrics were not searched"
    found = sorted({f"{form} in {place}" for place, text in where.items() for form in hits(text)})
    assert not found, found


def taken_in(client: httpx.Client, name: str, transcript: Any = None, **metadata: Any) -> str:
    answer = ingest(client, name, transcript, **metadata)
    assert answer.status_code in (200, 201), answer.text
    recording_id: str = answer.json()["id"]
    return recording_id


def ingest(client: httpx.Client, name: str, transcript: Any = None, **metadata: Any) -> httpx.Response:
    facts = {**json.loads((SAMPLES / f"{name}.json").read_text()), **metadata}
    said = (
        transcript
        if transcript is not None
        else json.loads((SAMPLES / f"{name}.transcript.json").read_text())
    )
    return client.post(
        "/v1/recordings",
        files={
            "metadata": (None, json.dumps(facts), "application/json"),
            "audio": ("call.wav", (SAMPLES / f"{name}.wav").read_bytes(), "audio/wav"),
            "transcript": (None, json.dumps(said), "application/json"),
        },
    )


def fed(
    house: Installation, form: str, card: str, known: str, who: dict[str, httpx.Client]
) -> list[httpx.Response]:
    """Every route there is, with the card wherever a client can put something."""
    dora, carl, ada, bot = who["dora"], who["carl"], who["ada"], who["bot"]
    words = [
        {"text": word, "start_ms": 400 * at, "end_ms": 400 * at + 380, "channel": 1, "speaker": "customer"}
        for at, word in enumerate(f"my card number is {card}".split())
    ]
    said = {"language": "en", "words": words}
    return [
        ingest(bot, "plain-order-number", said, external_id=f"leak-{form}"),
        ingest(bot, "plain-dates", external_id=card),
        ingest(bot, "plain-dates", external_id=f"team-{form}", team=card),
        ingest(bot, "plain-dates", external_id=f"party-{form}", parties=[{"role": "customer", "name": card}]),
        ingest(bot, "plain-dates", external_id=f"extra-{form}", unknown=card),
        bot.post("/v1/recordings", content=card.encode(), headers={"Content-Type": "multipart/form-data"}),
        bot.post("/v1/recordings/search", json={"customer_number": card}),
        bot.post("/v1/recordings/search", json={"external_id": card}),
        bot.get("/v1/recordings", params={"team": card}),
        bot.get("/v1/recordings", params={card: "x"}),
        bot.get("/v1/recordings", params={"external_id": card}),
        bot.get("/v1/recordings", params={"after": card}),
        bot.get(f"/v1/recordings/{quote(card, safe='')}"),
        bot.get(f"/{quote(card, safe='')}"),
        bot.get("/v1/me", headers={"X-Request-ID": card, "User-Agent": card, "Idempotency-Key": card}),
        dora.get(f"/v1/recordings/{known}/audio", params={"purpose": card}),
        dora.post(f"/v1/recordings/{known}/holds", json={"matter": card}),
        dora.post(f"/v1/recordings/{known}/restrictions", json={"purpose": card, "reason": card}),
        dora.post(f"/v1/recordings/{known}/decision", json={"verdict": card}),
        dora.request("DELETE", f"/v1/recordings/{known}", json={"reason": card}),
        dora.get("/v1/audit/entries", params={"actor": card}),
        dora.post("/v1/audit/entries/search", json={"person": card}),
        carl.post(
            "/v1/break-glass",
            json={
                "recording_id": known,
                "purpose": "security_investigation",
                "minutes": 5,
                "reason": f"card {card}",
            },
        ),
        ada.post("/v1/accounts", json={"login": card, "role": "agent", "name": card}),
        ada.post("/v1/api-keys", json={"account_id": "acc_0", "title": card, "scopes": [card]}),
        httpx.post(f"{house.url}/v1/sessions", json={"login": card, "password": card}, timeout=60),
        httpx.post(f"{house.url}/v1/sign-in-links/redeem", json={"token": card}, timeout=60),
        httpx.get(f"{house.url}/v1/me", headers={"Authorization": f"Bearer {card}"}, timeout=60),
        bot.post("/v1/redactions/text", json={"text": f"my card number is {card}, thanks", "language": "en"}),
        bot.post("/v1/redactions/text", content=card.encode(), headers={"Content-Type": "application/json"}),
        bot.post("/v1/redactions/transcript", content=json.dumps(said)),
    ]


def everywhere(client: httpx.Client, card: str, known: str) -> list[httpx.Response]:
    """Every operation that the API declares, with the card as each of its parameters and in its body."""
    sent = []
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method, operation in operations.items():
            named = [one["name"] for one in operation.get("parameters", ()) if one["in"] == "query"]
            fields = (*named, "title", "name", "reason", "matter", "text", "password")
            for place in {re.sub(r"{\w+}", known, path), re.sub(r"{\w+}", quote(card, safe=""), path)}:
                if (method, path) != ("delete", "/v1/sessions/current"):
                    query, body = dict.fromkeys(named, card), dict.fromkeys(fields, card)
                    sent.append(client.request(method, place, params=query, json=body))
    return sent


def stored(house: Installation) -> dict[str, str]:
    """What is on the disk: the data folder with its database, and everything beside it, temp folders included."""
    found = {"database": "", "files": ""}
    for path in house.home.parent.rglob("*"):
        if path.is_file() and path.name != "server.log":
            place = "database" if path.name.startswith("governance.db") else "files"
            found[place] += path.read_bytes().decode("latin-1") + "\n"
    url = house.environment["GOVERNANCE_DATABASE_URL"]
    if url.startswith("postgresql"):
        found["database"] += dumped(url)
    return found


def dumped(url: str) -> str:
    import sqlalchemy as sa

    from governance.db import make_engine

    engine = make_engine(url)
    with engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        rows = [
            str(row) for table in tables for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')
        ]
    engine.dispose()
    return "\n".join(rows)


def hits(text: str) -> set[str]:
    """The forms of the card that stand in a text, however they are spaced or cased."""
    digits = re.sub(r"(?<=\d)[ \-]|%20(?=\d)", "", text)
    found = {form for form, card in FORMS.items() if card.lower() in text.lower()}
    return found | ({"plain"} if PAN in digits else set())
