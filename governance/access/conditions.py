"""What a recording must fulfil for somebody to use it: one definition that is asked of facts in Python and of rows in SQL. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from governance.access.reasons import Reason

if TYPE_CHECKING:
    from governance.access.rules import RecordingFacts


@dataclass(frozen=True)
class Condition:
    """That at least one of a recording's fields has one of the values given for it; else `code` is why not.

    An actor without a team is in no team, and a recording without one in nobody's: None is never a value.
    """

    code: Reason
    one_of: tuple[tuple[str, frozenset[Any]], ...]

    def holds(self, facts: RecordingFacts) -> bool:
        """Return whether the condition holds for `facts`."""
        return any(getattr(facts, name) in values for name, values in self.one_of)

    def clause(self, columns: Any) -> sa.ColumnElement[bool]:
        """Return the condition over `columns`, whose attributes are named as the fields of `RecordingFacts`."""
        given = [(getattr(columns, name), name, sorted(values)) for name, values in self.one_of if values]
        if not given:
            return sa.false()
        if len(given) == 1:
            only: sa.ColumnElement[bool] = given[0][0].in_(given[0][2])
            return only
        return sa.or_(*(_in_order(column, name).in_(values) for column, name, values in given))


@dataclass(frozen=True)
class Unrestricted:
    """That a recording may still be used for one of `purposes` at least: nobody finds what they may not use."""

    purposes: frozenset[str]
    code: Reason = "purpose_restricted"

    def holds(self, facts: RecordingFacts) -> bool:
        """Return whether the condition holds for `facts`."""
        return not self.purposes <= facts.restricted_purposes

    def clause(self, columns: Any) -> sa.ColumnElement[bool]:
        """Return the condition over `columns`, whose `restricts(purpose)` says whether a restriction stands."""
        return sa.not_(sa.and_(*(columns.restricts(purpose) for purpose in sorted(self.purposes))))


def _in_order(column: Any, name: str) -> Any:
    """Return the column of one side of an "or", as an expression where it is a team's or a site's.

    SQLite would gather both sides by their indexes and sort tens of thousands of rows for a page of 25. What has no index
    leaves it the list's own order, in which every twentieth row is the team's.
    """
    return sa.func.coalesce(column, "") if name in ("team", "site") else column
