"""Entries for the tests of what is told to sinks: one of every act, and those that hypothesis thinks of."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from governance.audit import leaf as leaves
from governance.siem.event import Event

ORIGIN = "log.example.test/audit/default/2026"
KINDS = {
    "account": "account",
    "role": "account",
    "auth": "account",
    "finding": "finding",
    "request": "request",
    "audit": "audit_entry",
    "webhook": "webhook",
}


def entry(act: str = "recording.playback", index: int = 7, **changed: Any) -> Event:
    """Return the event of one entry; `changed` replaces members of it, and `opened` what its sink may see."""
    opened = changed.pop("opened", {})
    kind = KINDS.get(act.split(".", maxsplit=1)[0], "recording")
    members = {
        "log": ORIGIN,
        "id": "0195c5d1-7b2c-7def-8a3b-5c6d7e8f9a0b",
        "at": "2026-03-02T09:00:00.123456Z",
        "act": act,
        "out": "success",
        "actor": {"kind": "user", "id": "usr_ana", "sid": "ses_1"},
        "src": {"svc": "recording-governance", "node": "node1", "ver": "0.1.0"},
        "req": "4bf92f",
        "res": [{"kind": kind, "id": f"{kind[:3]}_1"}],
        "why": {"policy": "00ff"},
        "pn": {"inst": "node1-1-abc", "n": 3},
    }
    return Event.read(leaves.compose(members | changed), index, opened)


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=40)
hostile = st.lists(
    st.sampled_from(["a", " ", "=", "|", "\\", "\n", "\r", "\t", '"', "]", "[", "\u2028", "\x85", "\x0b", "ä", "cs1=", "\\n"]),
    min_size=1,
    max_size=12,
).map("".join)  # fmt: skip
anything = st.one_of(hostile, texts)


@st.composite
def events(draw: st.DrawFn) -> Event:
    """Return an entry whose every free text is something that a format could stumble over."""
    return entry(
        index=draw(st.integers(0, 2**40)),
        actor={"kind": "user", "id": draw(anything)},
        src={"svc": draw(anything), "node": draw(anything), "ver": draw(anything)},
        res=[{"kind": draw(anything), "id": draw(anything)}],
        out=draw(st.sampled_from(["success", "failure", "denied"])),
        opened={"actor.name": draw(anything), "actor.email": draw(anything)},
    )
