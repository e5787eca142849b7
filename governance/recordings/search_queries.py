"""What a search narrows a list of recordings to beyond its plain filters: written so that an index answers it.

A list is read newest first, and both databases would rather walk it in that order than look a name up, however rare
the name: over a million recordings that takes a third of a second. So what is rare is asked for as a set of ids.
"""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from governance.recordings.listing_queries import Columns
from governance.recordings.models import QUARANTINED, Recording
from governance.recordings.person_queries import recordings_of
from governance.runtime import Work

# Written out, not bound: an index of some rows serves only a question that can be seen to be about those.
_QUARANTINED: sa.ColumnElement[str] = sa.literal_column(f"'{QUARANTINED}'")


def narrowed(
    work: Work,
    *,
    state: str = "",
    line: str = "",
    external_id: str = "",
    purpose: str = "",
    persons: Sequence[bytes] = (),
) -> sa.ColumnElement[bool]:
    """Return the condition that a recording is in `state`, of the line, called so by its source, free for the purpose,
    and that somebody with one of the blind tokens `persons` takes part in it. What is empty narrows nothing.
    """
    wanted: list[sa.ColumnElement[bool]] = [sa.true()]
    if state:
        wanted.append(col(Recording.state) == (_QUARANTINED if state == QUARANTINED else state))
    if line:
        wanted.append(_of_line(work) == line)
    if external_id:
        same = sa.select(col(Recording.id)).where(col(Recording.external_id) == external_id)
        wanted.append(col(Recording.id).in_(same))
    if purpose:
        wanted.append(~Columns(work).restricts(purpose))
    if persons:
        wanted.append(col(Recording.id).in_(recordings_of(persons)))
    return sa.and_(*wanted)


def _of_line(work: Work) -> Any:
    """Return the line's column; as an expression for whoever sees a team or less.

    There are few lines and many teams: to find a team's calls among a line's, by the line's index, means to read those of
    every other team. An expression has no index, so the team's is taken.
    """
    column = col(Recording.line_of_business)
    sees_all = work.policies.access.scope(work.actor.role, "recording:metadata:read") == "all"
    return column if sees_all else sa.func.coalesce(column, "")
