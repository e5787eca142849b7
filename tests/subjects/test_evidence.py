"""What stands beside a candidate: for whoever must tell a person from a stranger, and naming neither."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime

import pytest

from governance.recordings import queries as catalog
from governance.recordings.interaction import PartyFacts, Role
from governance.recordings.models import ERASED
from governance.runtime import Runtime
from governance.subjects import candidate_queries, evidence, queries
from governance.subjects import service as requests
from governance.subjects.evidence import Evidence, Sharing
from governance.subjects.models import SubjectRequest
from tests.subjects.conftest import AGENT_PARTY, DPO, EMAIL, JANE, NUMBER, STRANGER, TEL, Call, Opened

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def shown(runtime: Runtime, request: SubjectRequest) -> tuple[dict[str, Evidence], dict[str, Sharing]]:
    requests.search_candidates(runtime, DPO, request.id)
    with runtime.work(DPO, write=False) as work:
        row = queries.request(work, request.id)
        assert row is not None
        found = evidence.of(work, row, candidate_queries.candidates(work, request.id))
        shared = evidence.sharing(work, row)
        return {one.recording_id: one for one in found}, {one.kind: one for one in shared.values()}


def test_who_else_used_a_number_in_the_period_is_counted_and_not_named(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    """A number that was given to somebody else: Max had it until 2021, Jane has it since."""
    formerly = [call(STRANGER, AGENT_PARTY, at=datetime(2020, month, 1, tzinfo=UTC)) for month in (1, 6)]
    hers = [call(JANE, AGENT_PARTY, at=datetime(2024, month, 1, tzinfo=UTC)) for month in (1, 6, 9)]
    found, shared = shown(runtime, opened("access", ("tel", TEL), ("email", EMAIL)))
    users = {one.is_requesters: one for one in shared["tel"].users}
    assert (users[True].recordings, users[False].recordings) == (3, 2)
    assert users[False].last_at == datetime(2020, 6, 1, tzinfo=UTC)
    assert users[True].first_at == datetime(2024, 1, 1, tzinfo=UTC)
    assert shared["tel"].others == 1
    assert shared["email"].others == 0
    assert {found[one].hint for one in hers} == {"agrees"}
    assert {found[one].hint for one in formerly} == {"differs"}
    assert found[formerly[0]].shared_with == 1
    whole = str([list(map(asdict, found.values())), list(map(asdict, shared.values()))])
    for clear in ("Jane", "Max", "C-0815", TEL, EMAIL, NUMBER):
        assert clear not in whole


@ON_SQLITE
@pytest.mark.parametrize(
    ("party", "hint"),
    [
        (PartyFacts(role=Role.CUSTOMER, tel=TEL), "shared"),
        (PartyFacts(role=Role.CUSTOMER, tel=TEL, name="Jane Roe"), "agrees"),
        (PartyFacts(role=Role.CUSTOMER, tel=TEL, name="ROE, jane"), "agrees"),
        (PartyFacts(role=Role.CUSTOMER, tel=TEL, name="John Roe"), "shared"),
        (PartyFacts(role=Role.CUSTOMER, tel=TEL, name="Max Stranger"), "differs"),
        (PartyFacts(role=Role.CUSTOMER, tel=TEL, email=EMAIL), "agrees"),
        (PartyFacts(role=Role.CUSTOMER, tel=TEL, email="other@example.com"), "differs"),
    ],
)
def test_a_hint_says_what_the_evidence_comes_to(
    runtime: Runtime, call: Call, opened: Opened, party: PartyFacts, hint: str
) -> None:
    one = call(party, AGENT_PARTY)
    call(STRANGER, AGENT_PARTY)
    found, _ = shown(runtime, opened("access", ("tel", TEL), ("email", EMAIL)))
    assert found[one].hint == hint


@ON_SQLITE
def test_one_thing_that_agrees_is_thin_and_the_others_on_the_call_are_shown_masked(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    other = PartyFacts(role=Role.THIRD_PARTY, name="Ann Other", tel="+447700900555")
    one = call(PartyFacts(role=Role.CUSTOMER, tel=TEL), other, team="sales", agent_id="a-17")
    found, _ = shown(runtime, opened("access", ("tel", TEL)))
    assert found[one].hint == "thin"
    assert (found[one].team, found[one].agent_id) == ("sales", "a-17")
    beside = found[one].parties[1]
    assert (beside.name, beside.identifiers, beside.is_match) == (
        "A••• O•••",
        (("tel", "+44••••••••55"),),
        False,
    )
    assert beside.differing == (), "only whoever matches is compared"


@ON_SQLITE
def test_what_an_erasure_took_is_no_candidate_and_breaks_no_page(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    one, gone = call(), call()
    request = opened("access", ("tel", TEL))
    requests.search_candidates(runtime, DPO, request.id)
    with runtime.work(DPO) as work:
        row = candidate_queries.recordings(work, [gone])[gone]
        row.state = ERASED
        for index in catalog.party_index(work, gone):
            work.session.delete(index)
        work.session.flush()
        for party in catalog.parties(work, gone):
            work.session.delete(party)
        work.session.add(row)
    found, _ = shown(runtime, request)
    assert found[gone].state == "erased"
    assert found[gone].parties == ()
    assert found[one].parties
