"""Selections: what is stored means what was meant, and SQL and Python mean the same by it."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance import ids
from governance.errors import InvalidError
from governance.recordings import queries as catalog
from governance.recordings.models import Party, PartyIndex, Recording
from governance.recordings.selection import Selection
from governance.runtime import Work

BEGAN = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
TOKENS = [bytes([number]) * 16 for number in range(6)]
IDS = [f"rec_{number:032x}" for number in range(60)]
VOCABULARY = {
    "sources": ("avaya", "genesys"),
    "sites": ("north", "süd", "o'hara"),
    "teams": ("t1", "t2", "t3"),
    "agents": ("agt-1", "agt-2", "agt-3"),
    "lines_of_business": ("cards", "loans"),
    "jurisdictions": ("DE", "US-CA"),
    "languages": ("de", "de-AT", "en"),
}


def some(values: tuple[str, ...] | list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from([*values, "nowhere"]), max_size=3).map(tuple)


def moments() -> st.SearchStrategy[datetime | None]:
    zones = st.sampled_from([timedelta(0), timedelta(hours=2)])
    within = st.integers(-1, 61).map(lambda hours: BEGAN + timedelta(hours=hours))
    return st.none() | st.builds(lambda at, zone: at.astimezone(_zone(zone)), within, zones)


def _zone(offset: timedelta) -> object:
    from datetime import timezone

    return timezone(offset)


@st.composite
def selections(draw: st.DrawFn) -> Selection:
    named = {name: draw(some(values) | st.just(())) for name, values in VOCABULARY.items()}
    named["recording_ids"] = draw(st.just(()) | st.just(()) | some(IDS))
    tokens = st.lists(st.sampled_from(TOKENS), max_size=3)
    named["persons"] = tuple(token.hex() for token in draw(st.just([]) | tokens))
    since, until = draw(moments()), draw(moments())
    if since is not None and until is not None and since >= until:
        until = None
    is_empty = since is None and until is None and not any(named.values())
    return Selection(**named, since=since, until=until, everything=is_empty)


@given(selections())
def test_what_is_stored_is_what_was_meant(selection: Selection) -> None:
    stored = orjson.loads(orjson.dumps(selection.to_json()))
    assert Selection.from_json(stored) == selection
    assert Selection.from_json(stored).to_json() == stored


def fill(work: Work) -> dict[str, tuple[Recording, set[bytes]]]:
    chance, filled = random.Random(7), {}
    for hour, recording_id in enumerate(IDS):
        maybe = {name: chance.choice([None, *values]) for name, values in VOCABULARY.items()}
        row = Recording(
            id=recording_id, tenant=work.tenant, source=maybe["sources"] or "teams", external_id=str(hour),
            content_sha256="0" * 64, state="quarantined", started_at=BEGAN + timedelta(hours=hour), site=maybe["sites"],
            team=maybe["teams"], agent_id=maybe["agents"], line_of_business=maybe["lines_of_business"],
            jurisdiction=maybe["jurisdictions"], language=maybe["languages"], created_at=BEGAN,
        )  # fmt: skip
        work.session.add(row)
        work.session.flush()
        tokens = set(chance.sample(TOKENS, chance.randrange(4)))
        party = Party(
            id=ids.new("par"), tenant=work.tenant, recording_id=row.id, position=0, role="customer", box=b""
        )
        work.session.add(party)
        work.session.flush()
        for token in tokens:
            work.session.add(
                PartyIndex(tenant=work.tenant, token=token, party_id=party.id, recording_id=row.id)
            )
        filled[row.id] = (row, tokens)
    work.session.flush()
    return filled


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=150)
@given(data=st.data())
def test_the_database_finds_what_python_would(work: Work, data: st.DataObject) -> None:
    filled: dict[str, tuple[Recording, set[bytes]]] = work.session.info.get("filled") or fill(work)
    work.session.info["filled"] = filled
    selection = data.draw(selections())
    wanted = [one for one, (row, tokens) in filled.items() if selection.matches(row, tokens)]
    assert list(catalog.matching(work, selection)) == wanted
    assert catalog.count(work, selection) == len(wanted)


def test_a_selection_of_a_hundred_thousand_recordings_is_asked_at_once(work: Work) -> None:
    fill(work)
    many = Selection(recording_ids=tuple(f"rec_{number:032x}" for number in range(30, 100_000)))
    assert list(catalog.matching(work, many)) == IDS[30:]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"everything": False},
        {"everything": True, "teams": ["t1"]},
        {"team": ["t1"]},
        {"teams": "t1"},
        {"teams": [""]},
        {"teams": [7]},
        {"teams": ["a\nb"]},
        {"persons": ["+447700900123"]},
        {"persons": ["0" * 31]},
        {"since": "2026-01-05T08:00:00"},
        {"since": "yesterday"},
        {"since": 7},
        {"since": "2026-01-05T08:00:00+00:00", "until": "2026-01-05T09:00:00+01:00"},
        {"everything": 1},
        [],
        None,
    ],
)
def test_what_is_no_selection_is_refused(given: object) -> None:
    with pytest.raises(InvalidError):
        Selection.from_json(given)


def test_a_selection_tells_nobody_s_number() -> None:
    with pytest.raises(InvalidError) as refused:
        Selection(persons=("+447700900123",))
    assert "447700900123" not in str(refused.value)
