"""Where one can go: the places of the console in their order, each with its sub-pages and the permissions that open them.

Pure: what a page offers. What is allowed, the areas decide when the page is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from governance.access.permissions import Permission

MayDo = Callable[[Permission], bool]


@dataclass(frozen=True)
class Tab:
    """One page of a place. `permissions` are those of which one opens it; with none it is open to whoever has signed in."""

    key: str
    title: str
    path: str
    permissions: tuple[Permission, ...] = ()

    def is_open(self, may: MayDo) -> bool:
        """Return whether somebody who may do what `may` says is shown the way here."""
        return not self.permissions or any(may(permission) for permission in self.permissions)


@dataclass(frozen=True)
class Place:
    """One entry of the navigation, and the pages under it."""

    key: str
    title: str
    icon: str
    tabs: tuple[Tab, ...]

    def open_tabs(self, may: MayDo) -> list[Tab]:
        """Return the pages of the place that are offered; the first is where the navigation leads."""
        return [tab for tab in self.tabs if tab.is_open(may)]


PLACES = (
    Place("today", "Today", "today", (Tab("today", "Today", "/"),)),
    Place(
        "recordings",
        "Recordings",
        "recordings",
        (
            Tab("recordings", "Recordings", "/recordings", ("recording:metadata:read",)),
            Tab("reviews", "To review", "/reviews", ("redaction:review",)),
            Tab("samples", "Sample", "/samples", ("redaction:sample",)),
            Tab("leak_rate", "Leak rate", "/samples/rate", ("redaction:read",)),
        ),
    ),
    Place("requests", "Requests", "requests", (Tab("requests", "Requests", "/requests", ("request:read",)),)),
    Place(
        "retention",
        "Holds & retention",
        "hold",
        (
            Tab("due", "What falls due", "/retention", ("retention:read",)),
            Tab("matters", "Holds", "/matters", ("recording:hold",)),
            Tab("reviews", "To decide", "/retention/reviews", ("retention:read",)),
            Tab("policy", "The policy", "/retention/policy", ("retention:read",)),
            Tab("proofs", "Proofs", "/retention/proofs", ("retention:read",)),
        ),
    ),
    Place("findings", "Findings", "findings", (Tab("findings", "Findings", "/findings", ("finding:read",)),)),
    Place(
        "people",
        "People",
        "people",
        (
            Tab("accounts", "Accounts", "/people", ("account:read",)),
            Tab("keys", "API keys", "/people/keys", ("api_key:manage", "api_key:own")),
            Tab(
                "break_glass",
                "Break-glass",
                "/break-glass",
                ("break_glass:request", "break_glass:approve", "break_glass:review"),
            ),
        ),
    ),
    Place(
        "log",
        "Log",
        "log",
        (
            Tab("entries", "Entries", "/log", ("audit:read",)),
            Tab("health", "Health", "/log/health", ("audit:read",)),
        ),
    ),
)
_BY_KEY = {place.key: place for place in PLACES}


def offered(may: MayDo) -> list[tuple[Place, str]]:
    """Return the places that somebody is shown, each with the address that it leads to."""
    found = ((place, place.open_tabs(may)) for place in PLACES)
    return [(place, tabs[0].path) for place, tabs in found if tabs]


def tabs(key: str, may: MayDo) -> list[Tab]:
    """Return the pages under the place `key` that are offered; a place with one page needs no tabs."""
    found = _BY_KEY[key].open_tabs(may)
    return found if len(found) > 1 else []
