"""The checks, one for each kind of finding: what fails, asked as ONE query for all subjects or for a few of them.

A check looks down at the state of an area or at its log, never at what somebody says about them, and changes nothing.
"""

from __future__ import annotations

from typing import Final

from governance.findings.checks import house, promises, recordings, watch
from governance.findings.checks.contract import Check

CHECKS: Final[tuple[Check, ...]] = (
    recordings.NotExaminable(),
    recordings.SuspectedSad(),
    recordings.CardDataUnexpected(),
    recordings.SecondLookFailed(),
    recordings.ErasureIncomplete(),
    promises.ErasureOverdue(),
    promises.RetentionReviewDue(),
    promises.RetentionNotProved(),
    promises.HoldUnreviewed(),
    promises.RequestDue(),
    watch.LogNotVerified(),
    watch.LogNotSigned(),
    house.LogNotTold(),
    watch.RepeatedDenials(),
    watch.BreakGlassUnreviewed(),
    watch.AccountUnused(),
    watch.KeyRotationDue(),
    house.MessageUndeliverable(),
    house.JobFailing(),
    house.CheckFailing(),
)
"""Every check. The last looks at how the others ended."""
