"""The words of the area: what is asked, by whom, under which law, and how far it has come. A word not here is a mistake."""

from __future__ import annotations

from typing import Final, Literal, get_args

Kind = Literal["access", "objection", "marketing_objection", "opt_out"]
"""GDPR Art. 15; Art. 21(1); Art. 21(2); CCPA §1798.120. The last three stop purposes."""

Channel = Literal["portal", "api", "by_hand"]
Requester = Literal["customer", "staff"]

IdentifierKind = Literal["tel", "email", "customer_number", "agent_id"]
"""What recordings know a person by; `agent_id` for staff alone."""

State = Literal["received", "examining", "decided", "answered", "closed", "withdrawn"]
"""`closed` and `withdrawn` are final. Acknowledgement, doubt and pauses stand beside the state and are none."""

Identity = Literal["undoubted", "doubted", "proven"]
"""`undoubted`: nobody has written down a reason to doubt, and so no proof may be asked for (GDPR Art. 12(6))."""

Outcome = Literal["granted", "partly", "refused"]

RefusalCode = Literal[
    "identity_not_proven",
    "unfounded",
    "excessive",
    "rights_of_others",
    "compelling_grounds",
    "not_covered",
]
"""Why not: GDPR Art. 12(2) and (6), 12(5), 15(4), 21(1), or a law that does not reach the case."""

Grounds = Literal["undecided", "objection_upheld", "grounds_outweigh"]
"""Of an objection under Art. 21(1): whether a person found compelling legitimate grounds that outweigh it."""

PauseReason = Literal["identity", "clarification"]
CandidateDecision = Literal["undecided", "confirmed", "excluded"]
IdentityWay = Literal["code", "evidence"]

PUBLIC: Final = "subject"
"""The kind of actor that hands in a request at the portal, or a code: without account and role, and allowed nothing else."""

OBJECTIONS: Final[frozenset[Kind]] = frozenset({"objection", "marketing_objection", "opt_out"})
ABSOLUTE: Final[frozenset[Kind]] = frozenset({"marketing_objection", "opt_out"})
"""What is not weighed against anything: only the person can take it back (GDPR Art. 21(3), CCPA §1798.135(c)(4))."""
OPEN: Final[frozenset[State]] = frozenset({"received", "examining", "decided"})
"""The clock runs: nobody has answered yet."""
FINAL: Final[frozenset[State]] = frozenset({"closed", "withdrawn"})

KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
STATES: Final[tuple[State, ...]] = get_args(State)
IDENTIFIER_KINDS: Final[tuple[IdentifierKind, ...]] = get_args(IdentifierKind)
