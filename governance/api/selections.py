"""How a client names recordings by the thousand: the shape of a selection, whose identifiers stay in the request's body."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from governance.api.shapes import Asked, Label
from governance.recordings.selection import Selection
from governance.retention import selecting
from governance.runtime import Work

Some = Annotated[tuple[Label, ...], Field(max_length=200)]
RecordingIds = Annotated[
    tuple[Annotated[str, Field(pattern=r"^rec_[0-9a-f]{32}$")], ...], Field(max_length=1000)
]


class PersonAsked(Asked):
    """Somebody who takes part, by one identifier in any spelling."""

    kind: Literal["tel", "email", "customer_number"]
    value: Annotated[str, Field(min_length=1, max_length=200, repr=False)]


class SelectionAsked(Asked):
    """Which recordings: those that fit every field that is named, by any one of its values; all only by `everything`."""

    recording_ids: RecordingIds = ()
    sources: Some = ()
    sites: Some = ()
    teams: Some = ()
    agents: Some = ()
    lines_of_business: Some = ()
    jurisdictions: Some = ()
    languages: Some = ()
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    persons: Annotated[tuple[PersonAsked, ...], Field(max_length=200, repr=False)] = ()
    everything: bool = False

    def selection(self, work: Work) -> Selection:
        """Return the selection, people by blind tokens. Raises `InvalidError` for one that names nothing."""
        named: dict[str, Any] = self.model_dump(exclude={"persons"})
        return selecting.chosen(work, [(one.kind, one.value) for one in self.persons], **named)
