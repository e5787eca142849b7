"""Who may do what: every decision, and that the SQL filter says what the check says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from governance import policy
from governance.access.permissions import LEVELS, PERMISSIONS, PERSONS_ONLY, ROLES, UNGRANTABLE, Permission
from governance.access.reasons import REASONS, SENTENCES
from governance.access.rules import BreakGlassFacts, Decision, RecordingFacts, conditions, decide, visible
from governance.policy import Policies
from governance.runtime import Actor

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
POLICIES: Policies = policy.load().default
CONTENT: list[Permission] = [name for name, meaning in PERMISSIONS.items() if meaning.level is not None]
PLAY: Permission = "recording:rendition:play"


def actor(role: str = "supervisor", **changes: Any) -> Actor:
    whole: dict[str, Any] = {
        "kind": "user",
        "id": "acc_1",
        "account_id": "acc_1",
        "tenant": "default",
        "role": role,
        "agent_id": "a1",
        "team": "blue",
        "site": "north",
        "person": "per_1",
    }
    return Actor(**(whole | changes))


def recording(**changes: Any) -> RecordingFacts:
    whole = RecordingFacts("rec_1", "default", agent_id="a1", team="blue", site="north", state="released")
    return replace(whole, **changes)


def opened(**changes: Any) -> BreakGlassFacts:
    whole = BreakGlassFacts(
        id="brk_1",
        tenant="default",
        recording_id="rec_1",
        level="rendition",
        purpose="complaint",
        requester_account="acc_1",
        requester_person="per_1",
        approver_person="per_2",
        expires_at=NOW + timedelta(minutes=30),
        state="approved",
    )
    return replace(whole, **changes)


def ask(who: Actor, permission: Permission, facts: RecordingFacts | None, **more: Any) -> Decision:
    return decide(who, permission, facts, POLICIES, now=NOW, **more)


def test_a_supervisor_hears_the_own_team_and_no_other() -> None:
    assert ask(actor(), PLAY, recording(), purpose="quality").allowed
    assert ask(actor(), PLAY, recording(team="red"), purpose="quality").code == "out_of_scope"


def test_an_agent_hears_only_the_own_calls() -> None:
    assert ask(actor("agent"), PLAY, recording(), purpose="training").allowed
    assert ask(actor("agent"), PLAY, recording(agent_id="a2"), purpose="training").code == "out_of_scope"


def test_nobody_is_in_the_team_of_a_recording_without_one() -> None:
    assert ask(actor(team=None), PLAY, recording(team=None), purpose="quality").code == "out_of_scope"


def test_nothing_crosses_from_one_tenant_to_another() -> None:
    for role in ROLES:
        for permission in PERMISSIONS:
            decision = ask(actor(role), permission, recording(tenant="other"), purpose="quality")
            assert decision.code == "other_tenant"


@pytest.mark.parametrize("permission", CONTENT)
@pytest.mark.parametrize("role", ROLES)
def test_nobody_plays_what_is_in_quarantine(role: str, permission: Permission) -> None:
    for glass in (None, opened(), opened(level="master", purpose="legal_claim")):
        for purpose in POLICIES.purposes.purposes:
            held = recording(state="quarantined")
            assert not ask(actor(role), permission, held, purpose=purpose, break_glass=glass).allowed


def test_quarantine_is_the_reason_given_to_who_could_else_hear_it() -> None:
    assert ask(actor(), PLAY, recording(state="quarantined"), purpose="quality").code == "quarantined"
    assert ask(actor(), PLAY, recording(state="erased"), purpose="quality").code == "erased"
    assert ask(actor(), "recording:metadata:read", recording(state="quarantined")).allowed


def test_suspected_sad_is_played_to_nobody_even_through_break_glass() -> None:
    suspected = recording(suspected_sad=True)
    assert ask(actor("dpo"), PLAY, suspected, purpose="quality").code == "suspected_sad"
    widened = ask(actor(team="red"), PLAY, suspected, purpose="complaint", break_glass=opened())
    assert widened.code == "suspected_sad"


def test_no_role_hears_an_original() -> None:
    for role in ROLES:
        decision = ask(actor(role), "recording:original:play", recording(), purpose="legal_claim")
        assert decision.code == "permission_missing"
    assert not any(POLICIES.access.permissions(role) & UNGRANTABLE for role in ROLES)


def test_a_purpose_must_be_named_known_and_allowed() -> None:
    assert ask(actor(), PLAY, recording()).code == "purpose_missing"
    assert ask(actor(), PLAY, recording(), purpose="curiosity").code == "purpose_unknown"
    assert ask(actor(), PLAY, recording(), purpose="legal_claim").code == "purpose_not_for_role"
    master: Permission = "recording:master:play"
    assert ask(actor("dpo"), master, recording(), purpose="quality").code == "purpose_not_for_level"
    assert ask(actor("dpo"), master, recording(), purpose="legal_claim").allowed


def test_a_restricted_purpose_is_refused_and_another_is_not() -> None:
    objected = recording(restricted_purposes=frozenset({"quality"}))
    assert ask(actor(), PLAY, objected, purpose="quality").code == "purpose_restricted"
    assert ask(actor(), PLAY, objected, purpose="complaint").allowed


def test_nobody_finds_what_they_may_use_for_nothing() -> None:
    find: Permission = "recording:metadata:read"
    one, every = recording(restricted_purposes=frozenset({"quality"})), frozenset(POLICIES.purposes.purposes)
    assert ask(actor(), find, one).allowed
    assert ask(actor(), find, one, purpose="quality").code == "purpose_restricted"
    assert ask(actor(), find, one, purpose="complaint").allowed
    assert ask(actor("qa_analyst"), find, recording(restricted_purposes=every)).code == "purpose_restricted"
    assert ask(actor("administrator"), find, recording(restricted_purposes=every)).allowed
    assert ask(actor("dpo"), "recording:restrict", recording(restricted_purposes=every)).allowed


def test_a_permission_opens_its_own_level_only() -> None:
    assert (
        ask(actor("dpo"), PLAY, recording(), purpose="legal_claim", level="master").code == "level_mismatch"
    )


def test_a_key_narrows_its_account_and_never_widens_it() -> None:
    key = actor(key_scopes=frozenset({"recording:metadata:read", "recording:master:play"}))
    assert ask(key, "recording:metadata:read", recording()).allowed
    assert ask(key, PLAY, recording(), purpose="quality").code == "not_in_key_scopes"
    assert ask(key, "recording:master:play", recording(), purpose="dispute").code == "permission_missing"


def test_a_disabled_account_may_do_nothing() -> None:
    assert ask(actor("dpo"), "recording:hold", recording(), disabled=True).code == "account_disabled"


def test_a_permission_that_ends_at_the_team_says_nothing_about_all() -> None:
    assert ask(actor(), "recording:metadata:read", None).code == "out_of_scope"
    assert ask(actor("dpo"), "audit:read", None).allowed


def test_break_glass_opens_one_recording_and_names_itself() -> None:
    far = recording(team="red")
    decision = ask(actor(), PLAY, far, purpose="complaint", break_glass=opened())
    assert decision.allowed
    assert decision.break_glass_id == "brk_1"
    assert ask(actor(), "recording:metadata:read", far, break_glass=opened()).allowed


def test_break_glass_opens_a_permission_the_role_lacks() -> None:
    glass = opened(level="master", purpose="dispute")
    assert ask(actor(), "recording:master:play", recording(), purpose="dispute", break_glass=glass).allowed


@pytest.mark.parametrize(
    ("glass", "code"),
    [
        (opened(expires_at=NOW), "break_glass_expired"),
        (opened(state="requested"), "break_glass_not_approved"),
        (opened(state="reviewed"), "break_glass_not_approved"),
        (opened(approver_person=None), "break_glass_not_approved"),
        (opened(approver_person="per_1"), "break_glass_same_person"),
        (opened(recording_id="rec_2"), "break_glass_other"),
        (opened(purpose="dispute"), "break_glass_other"),
        (opened(level="master"), "break_glass_other"),
        (opened(requester_account="acc_2"), "break_glass_other"),
        (opened(requester_person="per_3"), "break_glass_other"),
        (opened(tenant="other"), "break_glass_other"),
    ],
)
def test_break_glass_that_is_not_for_this_opens_nothing(glass: BreakGlassFacts, code: str) -> None:
    assert ask(actor(), PLAY, recording(team="red"), purpose="complaint", break_glass=glass).code == code


def test_break_glass_does_not_lift_a_restriction() -> None:
    far = recording(team="red", restricted_purposes=frozenset({"complaint"}))
    assert ask(actor(), PLAY, far, purpose="complaint", break_glass=opened()).code == "purpose_restricted"


def test_every_reason_has_a_sentence() -> None:
    assert set(REASONS) == set(SENTENCES)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())


def test_what_takes_a_person_is_a_permission() -> None:
    assert set(PERMISSIONS) >= PERSONS_ONLY
    assert {meaning.level for meaning in PERMISSIONS.values()} - {None} == set(LEVELS)


# ── the check and the filter are one ──────────────────────────────────────────────────────────────────────────────

TABLE = sa.Table(
    "recording",
    sa.MetaData(),
    sa.Column("id", sa.String, primary_key=True),
    sa.Column("tenant", sa.String),
    sa.Column("agent_id", sa.String),
    sa.Column("team", sa.String),
    sa.Column("site", sa.String),
    sa.Column("state", sa.String),
    sa.Column("suspected_sad", sa.Boolean),
    sa.Column("restricted_purposes", sa.String),
)


class Columns:
    """The table's columns under their names, and what a restriction is there."""

    def __getattr__(self, name: str) -> Any:
        return TABLE.c[name]

    def restricts(self, purpose: str) -> sa.ColumnElement[bool]:
        return TABLE.c.restricted_purposes.contains(f" {purpose} ")


def stored(row: RecordingFacts) -> dict[str, Any]:
    restricted = "".join(f" {purpose} " for purpose in sorted(row.restricted_purposes))
    return {column.name: getattr(row, column.name) for column in TABLE.c} | {
        "restricted_purposes": restricted
    }


# Names that SQL and Python could see differently: case, spaces, signs of LIKE, accents, nothing at all.
NAMES = ["blue", "Blue", "blue ", "", "%", "_", "blau'", "bläu"]
NAME = st.none() | st.sampled_from(NAMES)
FACTS = st.builds(
    RecordingFacts,
    id=st.uuids().map(str),
    tenant=st.sampled_from(["default", "other"]),
    agent_id=NAME,
    team=NAME,
    site=NAME,
    state=st.sampled_from(["quarantined", "released", "erased"]),
    suspected_sad=st.booleans(),
    restricted_purposes=st.frozensets(st.sampled_from(list(POLICIES.purposes.purposes)))
    | st.just(frozenset(POLICIES.purposes.purposes)),
)
PURPOSES = st.none() | st.sampled_from(list(POLICIES.purposes.purposes))
ACTORS = st.builds(
    Actor,
    kind=st.just("user"),
    id=st.just("acc_1"),
    tenant=st.sampled_from(["default", "other"]),
    account_id=st.just("acc_1"),
    role=st.none() | st.sampled_from([*ROLES, "nobody"]),
    agent_id=NAME,
    team=NAME,
    site=NAME,
    person=st.just("per_1"),
    key_scopes=st.none() | st.frozensets(st.sampled_from(list(PERMISSIONS)), max_size=6),
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> sa.Engine:
    path: Path = tmp_path_factory.mktemp("filter") / "rows.db"
    engine = sa.create_engine(f"sqlite:///{path}")
    TABLE.create(engine)
    return engine


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    who=ACTORS,
    permission=st.sampled_from(list(PERMISSIONS)),
    rows=st.lists(FACTS, max_size=12, unique_by=lambda row: row.id),
    data=st.data(),
)
def test_a_list_shows_exactly_what_the_check_allows(
    database: sa.Engine, who: Actor, permission: Permission, rows: list[RecordingFacts], data: st.DataObject
) -> None:
    ids = frozenset(data.draw(st.sets(st.sampled_from([row.id for row in rows])))) if rows else frozenset()
    purpose = data.draw(PURPOSES)
    allowed = set()
    for row in rows:
        # Widened as `decide` widens it: by the break-glass of this recording alone.
        whole = conditions(who, permission, POLICIES, ids & {row.id}, purpose)
        if not isinstance(whole, str) and all(condition.holds(row) for condition in whole):
            allowed.add(row.id)
    with database.begin() as connection:
        connection.execute(TABLE.delete())
        if rows:
            connection.execute(TABLE.insert(), [stored(row) for row in rows])
        clause = visible(who, permission, POLICIES, Columns(), ids, purpose)
        shown = set(connection.execute(sa.select(TABLE.c.id).where(clause)).scalars())
    assert shown == allowed


@settings(max_examples=200, deadline=None)
@given(who=ACTORS, row=FACTS, wide=st.booleans())
def test_the_check_is_the_whole_decision_for_an_entry(who: Actor, row: RecordingFacts, wide: bool) -> None:
    permission: Permission = "recording:metadata:read"
    glass = opened(recording_id=row.id, tenant=who.tenant) if wide else None
    decision = decide(who, permission, row, POLICIES, now=NOW, break_glass=glass)
    whole = conditions(who, permission, POLICIES, frozenset({row.id}) if wide else frozenset())
    holds = not isinstance(whole, str) and all(condition.holds(row) for condition in whole)
    assert decision.allowed == holds


def test_the_filter_takes_any_thing_with_the_right_names() -> None:
    columns = SimpleNamespace(**{name: TABLE.c[name] for name in ("id", "tenant", "team")})
    columns.restricts = lambda purpose: TABLE.c.restricted_purposes == purpose
    text = str(visible(actor(), "recording:metadata:read", POLICIES, columns))
    assert "team" in text
    assert "tenant" in text


def test_every_reason_is_documented() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "permissions.md").read_text()
    assert not [code for code, sentence in SENTENCES.items() if f"| `{code}` | {sentence} |" not in text]
