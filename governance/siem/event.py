"""One entry of the log on its way out: its bytes, its place, and what of it may be disclosed where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from governance.audit import leaf as leaves
from governance.audit import merkle
from governance.siem.ocsf_table import Mapped, mapped

VENDOR: Final = "Recording Governance"
PRODUCT: Final = "recording-governance"
_EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MEDIUM: Final = 3


@dataclass(frozen=True)
class Event:
    """An entry at its index. `opened` holds the personal values that its sink may see, by path; nothing unless said."""

    leaf: bytes
    index: int
    entry: Mapping[str, Any]
    opened: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, leaf: bytes, index: int, opened: Mapping[str, str] | None = None) -> Event:
        """Return the event of `leaf`. Raises `IntegrityError` unless it is an entry in its one spelling."""
        return cls(leaf, index, leaves.read(leaf), opened or {})

    @cached_property
    def leaf_hash(self) -> str:
        """The hash by which the entry stands in the tree, in hexadecimal (RFC 6962 §2.1)."""
        return merkle.leaf_hash(self.leaf).hex()

    @property
    def origin(self) -> str:
        """The log that the entry belongs to."""
        return str(self.entry["log"])

    @property
    def id(self) -> str:
        """The id of the entry."""
        return str(self.entry["id"])

    @property
    def act(self) -> str:
        """What was done."""
        return str(self.entry["act"])

    @property
    def outcome(self) -> str:
        """`success`, `failure` or `denied`."""
        return str(self.entry["out"])

    @property
    def actor(self) -> Mapping[str, str]:
        """Who did it: kind, opaque id, session."""
        found: Mapping[str, str] = self.entry["actor"]
        return found

    @property
    def source(self) -> Mapping[str, str]:
        """Where it was recorded: service, node, version."""
        found: Mapping[str, str] = self.entry["src"]
        return found

    @property
    def resources(self) -> tuple[Mapping[str, str], ...]:
        """What it concerned, as kind and id."""
        return tuple(self.entry.get("res", ()))

    @property
    def because(self) -> str:
        """The code of the reason, or the outcome where there is none."""
        return str(self.entry.get("why", {}).get("code", self.outcome))

    @property
    def milliseconds(self) -> int:
        """The producer's time in milliseconds since 1970, cut and not rounded: no event is told from the future."""
        return (datetime.fromisoformat(self.entry["at"]) - _EPOCH) // timedelta(milliseconds=1)

    @property
    def mapped(self) -> Mapped:
        """What the act is in OCSF."""
        return mapped(self.act)

    @property
    def severity(self) -> int:
        """OCSF's severity, 1 to 5: what was refused is medium at least, whatever was tried (PCI DSS 10.4.1)."""
        severity = self.mapped.severity
        return max(severity, _MEDIUM) if self.outcome == "denied" else severity

    @property
    def ten(self) -> int:
        """The severity on the scale of CEF and LEEF, where 10 is worst."""
        return self.severity * 2
