"""A large archive, made up: rows as years of calls leave them, written past every verb. For benchmarks alone.

`fill` is deterministic: the same number of recordings are the same recordings. There are no bytes in the store, no
entries in the log and no real keys: what is measured here is what databases do.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

BEGAN = datetime(2019, 1, 7, 7, 0, tzinfo=UTC)
YEARS = 7
AGENTS, TEAMS, SITES = 400, 40, 8
LINES = ("mortgages", "cards", "insurance", "accounts", "collections", "service")
JURISDICTIONS = ("DE", "FR", "GB", "US-CA", "AT")
LANGUAGES = ("de", "fr", "en", "en-US", "de-AT")
SOURCES = ("avaya", "genesys", "teams")
PORTION = 5000
_SEALED = bytes(range(61))

_COLUMNS = {
    "recording": "id tenant source external_id content_sha256 state revision started_at ended_at duration_ms agent_id "
    "team site language jurisdiction line_of_business direction notice_given notice channels warnings created_at",
    "media": "id tenant recording_id position kind content_type container codec rate channel_count frames duration_ms",
    "blob": "id tenant owner bytes sha256 created_at",
    "blob_key": "blob_id tenant kek_id wrapped",
    "rendition": "id tenant recording_id media_id level blob_id sha256 policy_digest created_at",
    "transcript": "id tenant recording_id media_id position level format language blob_id sha256 created_at",
    "party": "id tenant recording_id position role channel box",
    "party_index": "token party_id tenant recording_id",
    "quarantine": "id tenant recording_id reason because since",
    "audit_subject_key": "key_id tenant subject_ref recording entry_id wrapped",
    "audit_private": "entry_id key_id tenant subject_ref nonce box",
}


@dataclass(frozen=True)
class Archive:
    """What was filled in: how many recordings and people, of which tenant."""

    tenant: str
    recordings: int
    people: int

    def tokens(self, person: int) -> list[bytes]:
        """Return the blind tokens of a person: one to three numbers, some of them another's too, sometimes more."""
        return [token(self.tenant, kind, value) for kind, value in _identifiers(person, self.people)]


@dataclass
class _Rows:
    """The rows of one portion, by table."""

    of: dict[str, list[tuple[Any, ...]]] = field(default_factory=lambda: {name: [] for name in _COLUMNS})

    def add(self, table: str, *values: Any) -> None:
        self.of[table].append(values)


def fill(engine: sa.Engine, tenant: str, n: int) -> Archive:
    """Fill the tenant's tables with `n` recordings of seven years and all that belongs to them; return what they are.

    The tenant must exist. Indexes are made anew afterwards where that is quicker.
    """
    archive = Archive(tenant, n, max(1, n // 4))
    if engine.dialect.name == "sqlite":
        _fill_sqlite(engine, archive)
    else:
        _fill_postgresql(engine, archive)
    return archive


def token(tenant: str, kind: str, value: str) -> bytes:
    """Return the blind token that the archive has for an identifier."""
    return hashlib.sha256(f"{tenant}\0{kind}\0{value}".encode()).digest()[:16]


def _identifiers(person: int, people: int) -> list[tuple[str, str]]:
    """Every person has a number; some two or three, the last of them shared with the next person; some write mails."""
    found = [("tel", f"{person}-0")]
    if person % 3 == 0:
        found.append(("tel", f"{person}-1"))
    if person % 10 == 0:
        found.append(("tel", f"shared-{person // 20 * 20 % people}"))
    if person % 4 == 1:
        found.append(("email", str(person)))
    if person % 5 < 2:
        found.append(("customer_number", str(person)))
    return found


def _portions(archive: Archive, on_sqlite: bool) -> Iterator[_Rows]:
    chance = random.Random(7463)
    step = timedelta(days=365 * YEARS) / max(1, archive.recordings)
    rows = _Rows()
    for number in range(archive.recordings):
        _recording(rows, archive, number, BEGAN + step * number, chance, on_sqlite)
        if (number + 1) % PORTION == 0:
            yield rows
            rows = _Rows()
    yield rows


def _recording(
    rows: _Rows, archive: Archive, number: int, began: datetime, chance: random.Random, on_sqlite: bool
) -> None:
    tenant, agent = archive.tenant, int(chance.triangular(0, AGENTS - 0.001, 0))
    team = agent * TEAMS // AGENTS
    seconds = int(chance.lognormvariate(5.2, 0.8)) + 5

    def moment(after: int) -> Any:
        at = began + timedelta(seconds=after)
        return at.strftime("%Y-%m-%d %H:%M:%S.%f") if on_sqlite else at

    def named(prefix: str, part: int = 0) -> str:
        ms = int(began.timestamp() * 1000)
        return f"{prefix}_{ms:012x}7{number:08x}{part:03x}{hashlib.md5(f'{tenant}{number}'.encode()).hexdigest()[:8]}"

    recording, media = named("rec"), named("med")
    place = number * 31 % len(JURISDICTIONS)
    is_quarantined = number % 500 == 77
    rows.add(
        "recording", recording, tenant, SOURCES[team % 3], f"call-{number}", "0" * 64,
        "quarantined" if is_quarantined else "released", 2, moment(0), moment(seconds), seconds * 1000,
        f"agt-{agent:03}", f"team-{team:02}", f"site-{team * SITES // TEAMS}", LANGUAGES[place], JURISDICTIONS[place],
        LINES[(agent + number) % 17 % len(LINES)], "inbound" if number % 4 else "outbound", True, "{}", "[]", "[]",
        moment(seconds + 30),
    )  # fmt: skip
    rows.add(
        "media", media, tenant, recording, 0, "voice", "audio/wav", "wav", "PCM_16", 8000, 2, seconds * 8000,
        seconds * 1000,
    )  # fmt: skip
    for part, level in enumerate(("master", "rendition")):
        blob = _blob(rows, tenant, recording, named("blob", part), seconds * 32000, moment(seconds + 60))
        made = (blob, "1" * 64, "2" * 64, moment(seconds + 60))
        rows.add("rendition", named("ren", part), tenant, recording, media, level, *made)
    blob = _blob(rows, tenant, recording, named("blob", 2), seconds * 40, moment(seconds + 60))
    rows.add(
        "transcript", named("trn"), tenant, recording, media, 0, "rendition", "words", LANGUAGES[place], blob, "1" * 64,
        moment(seconds + 60),
    )  # fmt: skip
    person = int(chance.triangular(0, archive.people - 0.001, 0))
    known = _identifiers(person, archive.people)
    told = {known[chance.randrange(len(known))], *(one for one in known if one[0] == "customer_number")}
    rows.add("party", named("par", 0), tenant, recording, 0, "customer", 0, _SEALED)
    rows.add("party", named("par", 1), tenant, recording, 1, "agent", 1, _SEALED)
    for kind, value in sorted(told):
        rows.add("party_index", token(tenant, kind, value), named("par", 0), tenant, recording)
    rows.add("audit_subject_key", named("ask"), tenant, named("par", 0), recording, "", _SEALED)
    rows.add(
        "audit_private", named("ent")[-36:], named("ask"), tenant, named("par", 0), _SEALED[:12], _SEALED
    )
    if is_quarantined:
        rows.add(
            "quarantine", named("qua"), tenant, recording, "redaction_failed", "It could not be read.", moment(seconds)
        )  # fmt: skip


def _blob(rows: _Rows, tenant: str, owner: str, blob: str, size: int, at: Any) -> str:
    rows.add("blob", blob, tenant, owner, size, "1" * 64, at)
    rows.add("blob_key", blob, tenant, f"{tenant}.1", _SEALED)
    return blob


def _fill_sqlite(engine: sa.Engine, archive: Archive) -> None:
    raw = sqlite3.connect(str(engine.url.database), isolation_level=None)
    for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000", "temp_store=MEMORY"):
        raw.execute(f"PRAGMA {pragma}")
    tables = ",".join(f"'{name}'" for name in _COLUMNS)
    indexes = raw.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name IN ({tables})"
    ).fetchall()
    raw.execute("BEGIN IMMEDIATE")
    for name, _ in indexes:
        raw.execute(f"DROP INDEX {name}")
    for rows in _portions(archive, on_sqlite=True):
        for table, values in rows.of.items():
            columns = _COLUMNS[table].split()
            marks = ",".join("?" * len(columns))
            raw.executemany(f"INSERT INTO {table} ({','.join(columns)}) VALUES ({marks})", values)
    for _, sql in indexes:
        raw.execute(sql)
    raw.execute("COMMIT")
    raw.execute("ANALYZE")
    raw.close()


def _fill_postgresql(engine: sa.Engine, archive: Archive) -> None:
    raw: Any = engine.raw_connection()
    with raw.cursor() as cursor:
        for rows in _portions(archive, on_sqlite=False):
            for table, values in rows.of.items():
                _copy(cursor, table, values)
        cursor.execute("COMMIT")
        cursor.execute("ANALYZE")
    raw.commit()
    raw.close()


def _copy(cursor: Any, table: str, values: Sequence[tuple[Any, ...]]) -> None:
    columns = ", ".join(_COLUMNS[table].split())
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in values:
            copy.write_row(row)
