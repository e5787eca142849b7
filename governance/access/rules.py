"""Who may do what with one recording: pure. One definition gives the check in Python and the filter in SQL.

Order of decisions: tenant · account disabled · scopes of the API key · permission and its scope · erased, quarantine,
suspected SAD (nobody, whatever role or break-glass) · level · purpose known and allowed · purpose restricted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, Protocol

import sqlalchemy as sa

from governance.access.conditions import Condition, Unrestricted
from governance.access.permissions import PERMISSIONS, UNGRANTABLE, Permission
from governance.access.reasons import SENTENCES, Reason
from governance.policy import Policies

State = Literal["quarantined", "released", "erased"]


class Who(Protocol):
    """What a decision needs to know of an actor."""

    @property
    def tenant(self) -> str:
        """The tenant the actor belongs to."""

    @property
    def account_id(self) -> str | None:
        """The account, if the actor came by one."""

    @property
    def role(self) -> str | None:
        """The role."""

    @property
    def agent_id(self) -> str | None:
        """The agent that recordings name."""

    @property
    def team(self) -> str | None:
        """The team."""

    @property
    def site(self) -> str | None:
        """The site."""

    @property
    def person(self) -> str | None:
        """The human behind the account."""

    @property
    def key_scopes(self) -> frozenset[str] | None:
        """What an API key was made for; None for whoever signed in."""


@dataclass(frozen=True)
class RecordingFacts:
    """What a decision needs to know of a recording, from whoever has the catalog."""

    id: str
    tenant: str
    agent_id: str | None
    team: str | None
    site: str | None
    state: State
    suspected_sad: bool = False
    restricted_purposes: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BreakGlassFacts:
    """One break-glass as a decision sees it: who may open what of which recording, for what, until when."""

    id: str
    tenant: str
    recording_id: str
    level: str
    purpose: str
    requester_account: str
    requester_person: str
    approver_person: str | None
    expires_at: datetime | None
    state: str


@dataclass(frozen=True)
class Decision:
    """Whether it is allowed, and why. `code` is `allowed`, `break_glass` or one of the reasons."""

    allowed: bool
    code: str
    because: str
    break_glass_id: str | None = None


def conditions(
    actor: Who,
    permission: Permission,
    policies: Policies,
    opened: frozenset[str] = frozenset(),
    purpose: str | None = None,
) -> tuple[Condition | Unrestricted, ...] | Reason:
    """Return what a recording must fulfil for `permission`, or the reason why none can.

    `opened` are the recordings that a break-glass opens for this actor and permission: it takes the place of
    permission and scope, and of nothing else. Who looks for recordings finds none that is restricted for `purpose`,
    or for every purpose of the role (GDPR Art. 18, 21); a role without purposes manages what it never uses.
    """
    if actor.key_scopes is not None and permission not in actor.key_scopes:
        return "not_in_key_scopes"
    scope = policies.access.scope(actor.role, permission)
    if permission in UNGRANTABLE or (scope is None and not opened):
        return "permission_missing"
    whole = [Condition("other_tenant", (("tenant", frozenset({actor.tenant})),))]
    if scope != "all":
        field, mine = {
            "own": ("agent_id", actor.agent_id),
            "team": ("team", actor.team),
            "site": ("site", actor.site),
            None: ("id", None),
        }[scope]
        values = frozenset({mine} if mine else ())
        whole.append(Condition("out_of_scope", ((field, values), ("id", opened))))
    if PERMISSIONS[permission].level is not None:
        whole.append(Condition("erased", (("state", frozenset({"quarantined", "released"})),)))
        whole.append(Condition("quarantined", (("state", frozenset({"released"})),)))
        whole.append(Condition("suspected_sad", (("suspected_sad", frozenset({False})),)))
    usable = frozenset({purpose} if purpose else policies.purposes.of_role(actor.role))
    is_looking = permission == "recording:metadata:read" and usable
    return (*whole, Unrestricted(usable)) if is_looking else tuple(whole)


def visible(
    actor: Who,
    permission: Permission,
    policies: Policies,
    columns: Any,
    opened: frozenset[str] = frozenset(),
    purpose: str | None = None,
) -> sa.ColumnElement[bool]:
    """Return the SQL filter for the recordings of which `decide` would say yes to `permission`.

    `columns` has attributes named as the fields of `RecordingFacts`, and `restricts(purpose)`. Whether a purpose suits
    role and level is asked when content is opened, one recording at a time.
    """
    whole = conditions(actor, permission, policies, opened, purpose)
    if isinstance(whole, str):
        return sa.false()
    return sa.and_(*(condition.clause(columns) for condition in whole))


def decide(
    actor: Who,
    permission: Permission,
    facts: RecordingFacts | None,
    policies: Policies,
    *,
    now: datetime,
    purpose: str | None = None,
    level: str | None = None,
    break_glass: BreakGlassFacts | None = None,
    disabled: bool = False,
) -> Decision:
    """Return whether `actor` may use `permission` on the recording that `facts` describe.

    `break_glass` counts only where the role alone does not reach: it opens one recording, level and purpose until it
    expires, if another person approved it, and is then named in the decision so that its use is reviewed.
    """
    question = _Question(actor, permission, facts, policies, purpose, level, disabled)
    plain = _answer(question, frozenset())
    is_widened = plain.code in ("permission_missing", "out_of_scope")
    if break_glass is None or facts is None or not is_widened:
        return plain
    obstacle = _obstacle(question, facts, break_glass, now)
    if obstacle is not None:
        return _refuse(obstacle)
    widened = _answer(question, frozenset({facts.id}))
    if not widened.allowed:
        return widened
    because = "A break-glass that another person approved opens this recording for this purpose."
    return Decision(True, "break_glass", because, break_glass.id)


@dataclass(frozen=True)
class _Question:
    actor: Who
    permission: Permission
    facts: RecordingFacts | None
    policies: Policies
    purpose: str | None
    level: str | None
    disabled: bool


def _refuse(code: Reason) -> Decision:
    return Decision(False, code, SENTENCES[code])


def _answer(question: _Question, opened: frozenset[str]) -> Decision:
    actor, permission, facts = question.actor, question.permission, question.facts
    if facts is not None and facts.tenant != actor.tenant:
        return _refuse("other_tenant")
    if question.disabled:
        return _refuse("account_disabled")
    whole = conditions(actor, permission, question.policies, opened, question.purpose)
    if isinstance(whole, str):
        return _refuse(whole)
    scope = question.policies.access.scope(actor.role, permission)
    if facts is not None:
        broken = next((condition for condition in whole if not condition.holds(facts)), None)
        if broken is not None:
            return _refuse(broken.code)
    elif scope != "all":
        # Asked about no recording in particular: a permission that ends at one's own team says nothing about that.
        return _refuse("out_of_scope")
    obstacle = _purpose(question)
    if obstacle is not None:
        return _refuse(obstacle)
    return Decision(True, "allowed", f"The role {actor.role} has {permission} with the scope {scope}.")


def _purpose(question: _Question) -> Reason | None:
    level, purpose, facts = PERMISSIONS[question.permission].level, question.purpose, question.facts
    if question.level is not None and question.level != level:
        return "level_mismatch"
    if purpose is None:
        return "purpose_missing" if level is not None else None
    decided = question.policies.purposes.get(purpose)
    if decided is None:
        return "purpose_unknown"
    if question.actor.role not in decided.roles:
        return "purpose_not_for_role"
    if level is not None and level not in decided.levels:
        return "purpose_not_for_level"
    if facts is not None and purpose in facts.restricted_purposes:
        return "purpose_restricted"
    return None


def _obstacle(
    question: _Question, facts: RecordingFacts, given: BreakGlassFacts, now: datetime
) -> Reason | None:
    actor = question.actor
    mine = given.requester_account == actor.account_id and given.requester_person == actor.person
    here = (given.tenant, given.recording_id) == (actor.tenant, facts.id)
    # Who may hear a recording may also read its entry, so that there is something to press "play" on.
    matches = given.purpose == question.purpose or PERMISSIONS[question.permission].level is None
    if not (mine and here and matches) or question.permission not in opened_by(given.level):
        return "break_glass_other"
    if given.state != "approved" or given.approver_person is None or given.expires_at is None:
        return "break_glass_not_approved"
    if given.approver_person == given.requester_person:
        return "break_glass_same_person"
    return "break_glass_expired" if now >= given.expires_at else None


def opened_by(level: str) -> frozenset[Permission]:
    """Return the permissions that a break-glass for `level` can take the place of. The original is at no level of it."""
    if level == "rendition":
        return frozenset({"recording:metadata:read", "recording:transcript:read", "recording:rendition:play"})
    if level == "master":
        return frozenset({"recording:metadata:read", "recording:master:play"})
    return frozenset()
