"""An objection holds from its first commit on, for calls present and future, until whoever may has said otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from governance.access import service as access
from governance.errors import ConflictError, DeniedError, InvalidError
from governance.recordings import queries as catalog
from governance.recordings import standing, standing_queries
from governance.recordings.interaction import PartyFacts, Role
from governance.runtime import Actor, Runtime
from governance.subjects import candidate_queries, queries
from governance.subjects import service as requests
from governance.subjects.models import SubjectRequest
from governance.subjects.service import Asked, Identifier
from tests.access.people import logged
from tests.subjects.conftest import AGENT_PARTY, DPO, HOUSE, JANE, SECOND, STRANGER, TEL, Call, Opened, who

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def stopped(runtime: Runtime, recording_id: str) -> set[str]:
    with runtime.work(DPO, write=False) as work:
        return {one.purpose for one in standing_queries.restrictions(work, recording_id)}


def answered(runtime: Runtime, request: SubjectRequest) -> None:
    with runtime.work(DPO) as work:
        requests.answer(work, request.id, "by_hand", "told her on the telephone")


def grant(runtime: Runtime, request: SubjectRequest) -> None:
    with runtime.work(DPO) as work:
        requests.decide(work, request.id, "granted", "it is absolute")


def test_an_objection_stops_playback_at_once_and_covers_a_call_that_comes_tomorrow(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    qa = Actor(kind="user", id="qa", tenant="default", role="qa_analyst", site="leeds")

    def hear(recording_id: str) -> None:
        with runtime.work(qa) as work:
            row = catalog.recording(work, recording_id)
            assert row is not None
            facts = catalog.facts(work, row)
            access.require(work, "recording:rendition:play", facts, purpose="quality", level="rendition")

    own, other = call(site="leeds"), call(PartyFacts(role=Role.CUSTOMER, tel=SECOND), site="leeds")
    hear(own)
    opened("objection", ("tel", TEL))
    for recording_id in (own, call(site="leeds")):
        with pytest.raises(DeniedError) as refused:
            hear(recording_id)
        assert refused.value.reason == "purpose_restricted"
    hear(other)
    assert any('"quality"' in leaf for leaf in logged(runtime, "objection.applied"))


@ON_SQLITE
def test_what_a_stranger_asks_at_the_portal_is_in_force_and_its_time_tells_not_of_how_many_recordings(
    runtime: Runtime, call: Call
) -> None:
    """Whoever measures the answer must not learn whether somebody's number has been recorded: no row is written for one."""
    own = call()
    stranger = Actor(kind=requests.PUBLIC, id="visitor", tenant="default")
    with runtime.work(stranger) as work:
        asked = Asked(kind="marketing_objection", channel="portal", who=who(("tel", TEL)))
        request = requests.open_request(work, asked)
    with runtime.work(DPO, write=False) as work:
        (order,) = standing_queries.orders(work, request.id)
        assert (standing_queries.borne(work, order), order.carried_out_at) == (0, None)
        assert [one.purpose for one in standing_queries.restrictions(work, own)] == ["marketing"]
    assert standing.carry_out_all(runtime, HOUSE) == 1
    with runtime.work(DPO, write=False) as work:
        assert standing_queries.borne(work, order) == 1


def test_only_the_purposes_that_are_named_stop_and_only_those_that_can(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    own = call()
    opened("objection", ("tel", TEL), purposes=("training",))
    assert stopped(runtime, own) == {"training"}
    for purposes in (("legal_claim",), ("training", "nothing_we_know")):
        with pytest.raises(InvalidError, match="cannot be stopped"):
            opened("objection", ("tel", TEL), purposes=purposes)
    with pytest.raises(InvalidError, match="identifier"):
        requests_without = opened("objection", ("customer_number", "C-1"))
        assert requests_without.state == "received"
        with runtime.work(DPO) as work:
            requests.drop_identifier(
                work, requests_without.id, Identifier("customer_number", "C-1"), "it is somebody else's"
            )


def test_what_grounds_outweigh_is_free_only_once_the_person_was_told(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    own = call()
    request = opened("objection", ("tel", TEL))
    requests.search_candidates(runtime, DPO, request.id)
    with pytest.raises(ConflictError, match="by hand"), runtime.work(DPO) as work:
        requests.decide_grounds(work, request.id, "grounds_outweigh", "fraud is being looked into")
    with runtime.work(DPO) as work:
        for one in candidate_queries.candidates(work, request.id):
            requests.confirm(work, one.id, "her voice")
    with pytest.raises(ConflictError, match="decide about the grounds"), runtime.work(DPO) as work:
        requests.decide(work, request.id, "granted", "she asked for it")
    with pytest.raises(InvalidError), runtime.work(DPO) as work:
        requests.decide_grounds(work, request.id, "grounds_outweigh", "")
    with runtime.work(DPO) as work:
        requests.decide_grounds(work, request.id, "grounds_outweigh", "fraud is being looked into")
    assert stopped(runtime, own) == {"quality", "training", "complaint"}, "Art. 18(3): not before she is told"
    with pytest.raises(ConflictError, match="letter"), runtime.work(DPO) as work:
        requests.answer(work, request.id, "letter")
    assert stopped(runtime, own)
    answered(runtime, request)
    assert stopped(runtime, own) == set()
    assert stopped(runtime, call()) == set()
    assert any("compelling_grounds" in leaf for leaf in logged(runtime, "objection.lifted"))


@ON_SQLITE
def test_an_objection_that_is_upheld_stands_for_good(runtime: Runtime, call: Call, opened: Opened) -> None:
    own = call()
    request = opened("objection", ("tel", TEL))
    with runtime.work(DPO) as work:
        requests.decide_grounds(work, request.id, "objection_upheld", "we have nothing to say against it")
    answered(runtime, request)
    with runtime.work(DPO) as work:
        requests.close(work, request.id)
    assert stopped(runtime, own) == stopped(runtime, call()) == {"quality", "training", "complaint"}


@pytest.mark.parametrize(("kind", "regime"), [("marketing_objection", "gdpr"), ("opt_out", "ccpa")])
@ON_SQLITE
def test_what_is_absolute_is_weighed_by_nobody_and_ended_by_the_person_alone(
    runtime: Runtime, call: Call, opened: Opened, kind: str, regime: str
) -> None:
    own = call()
    request = opened(kind, ("tel", TEL), regime=regime)
    assert stopped(runtime, own) == {"marketing"}
    attempts: list[Any] = [
        lambda work: requests.decide(work, request.id, "refused", "we would rather not", "unfounded"),
        lambda work: requests.decide_grounds(work, request.id, "grounds_outweigh", "it is worth a lot to us"),
        lambda work: requests.doubt_identity(work, request.id, "anybody could write this"),
        lambda work: requests.take_back(work, request.id, "we think she has changed her mind"),
    ]
    for attempt in attempts:
        with pytest.raises(ConflictError), runtime.work(DPO) as work:
            attempt(work)
    grant(runtime, request)
    answered(runtime, request)
    with runtime.work(DPO) as work:
        requests.close(work, request.id)
    assert stopped(runtime, own) == stopped(runtime, call()) == {"marketing"}
    with runtime.work(DPO) as work:
        requests.take_back(work, request.id, "she wrote that she wants offers again")
    assert stopped(runtime, own) == stopped(runtime, call()) == set()
    with runtime.work(DPO, write=False) as work:
        found = queries.request(work, request.id)
        assert found is not None
        assert found.state == "closed"
    with pytest.raises(ConflictError, match="nothing any more"), runtime.work(DPO) as work:
        requests.take_back(work, request.id, "once more")


def test_a_shared_number_is_stopped_until_the_strangers_calls_are_excluded(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    own, strangers = call(), call(STRANGER, AGENT_PARTY)
    request = opened("objection", ("tel", TEL), ("email", JANE.email or ""))
    assert stopped(runtime, strangers), "the safe side: what was heard cannot be unheard"
    requests.search_candidates(runtime, DPO, request.id)
    with runtime.work(DPO) as work:
        found = {one.recording_id: one for one in candidate_queries.candidates(work, request.id)}
        requests.exclude(work, found[strangers].id, "another voice, another name")
    assert stopped(runtime, strangers) == set()
    assert stopped(runtime, own)
    with runtime.work(DPO) as work:
        requests.drop_identifier(work, request.id, Identifier("tel", TEL), "it is her flatmate's telephone")
    assert stopped(runtime, call(STRANGER, AGENT_PARTY)) == set()
    assert stopped(runtime, own), "her address leads to it all the same"
    assert stopped(runtime, call())


@ON_SQLITE
def test_while_identity_is_in_doubt_the_purposes_stay_stopped_and_unproven_they_are_freed(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    own = call()
    request = opened("objection", ("tel", TEL))
    with runtime.work(DPO) as work:
        requests.doubt_identity(work, request.id, "the number is the victim's of a stalker")
    assert stopped(runtime, own)
    for verdict in ("objection_upheld", "grounds_outweigh"):
        with pytest.raises(ConflictError, match="doubt"), runtime.work(DPO) as work:
            requests.decide_grounds(work, request.id, verdict, "whoever it is")
    with runtime.work(DPO) as work:
        requests.decide(work, request.id, "refused", "nobody proved who asks", "identity_not_proven")
    assert stopped(runtime, own)
    answered(runtime, request)
    assert stopped(runtime, own) == set()


@ON_SQLITE
def test_staff_object_to_what_is_done_with_the_calls_they_made(
    runtime: Runtime, call: Call, opened: Opened
) -> None:
    own, other = call(agent_id="a-17"), call(agent_id="a-18")
    opened("objection", ("agent_id", "a-17"), requester="staff", purposes=("training",))
    assert stopped(runtime, own) == {"training"}
    assert stopped(runtime, call(agent_id="a-17")) == {"training"}
    assert stopped(runtime, other) == set()


@ON_SQLITE
def test_a_withdrawn_objection_stops_nothing(runtime: Runtime, call: Call, opened: Opened) -> None:
    own = call()
    request = opened("objection", ("tel", TEL))
    twin = opened("objection", ("tel", TEL), purposes=("training",))
    with runtime.work(DPO) as work:
        requests.withdraw(work, request.id, "she rang and took it back")
    assert stopped(runtime, own) == {"training"}, "another objection stands on its own"
    with runtime.work(DPO) as work:
        requests.withdraw(work, twin.id, "and that one too")
    assert stopped(runtime, own) == set()
