"""The verbs of retention: reckon deadlines, sweep what is due, say why something is kept, and prove that nothing is late.

They live in the files named after what they are about; from outside the area they are called through here.
"""

from __future__ import annotations

from governance.retention.adoption import adopt, is_in_force, sweep_in_force
from governance.retention.events import note_event
from governance.retention.explanation import Effect, Explanation, explain, kept_until
from governance.retention.matters import recover as recover_matters
from governance.retention.preview import Difference, Line, Move, Preview, Sample, compare, preview
from governance.retention.proof import prove, prove_quarterly
from governance.retention.reviews import decide_review, reasons_of
from governance.retention.schedule import schedule, schedule_next
from governance.retention.sweep import SERVICE, SweepReport, sweep

__all__ = [
    "SERVICE",
    "Difference",
    "Effect",
    "Explanation",
    "Line",
    "Move",
    "Preview",
    "Sample",
    "SweepReport",
    "adopt",
    "compare",
    "decide_review",
    "explain",
    "is_in_force",
    "kept_until",
    "note_event",
    "preview",
    "prove",
    "prove_quarterly",
    "reasons_of",
    "recover_matters",
    "schedule",
    "schedule_next",
    "sweep",
    "sweep_in_force",
]
