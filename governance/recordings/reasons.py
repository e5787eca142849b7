"""Why a recording is in quarantine: the closed vocabulary that the catalog stores and everybody else speaks.

One definition, since access decides on one of them (nobody opens what may hold authentication data) and redaction
writes it: two spellings would be a recording that one side holds back and the other lets out.
"""

from __future__ import annotations

AWAITING_REDACTION = "awaiting_redaction"
"""Nothing has looked at it yet."""
FAILED = "redaction_failed"
"""A run broke; it is tried again."""
SUSPECTED_SAD = "sad_suspected"
"""Authentication data is suspected and not certain: a person decides."""
UNLOCATED = "span_unlocated"
"""Something was found that has no place in the sound, so it cannot be cut out."""
NOT_EXAMINED = "not_examined"
"""There is something nobody here could look into."""
UNREADABLE = "unreadable"
"""A part of it is in no format that is read."""
BOTH_FORMS = "both_forms"
"""Its masks are tokens and those of other recordings show parts of card numbers, or the other way round."""
MISSED = "missed"
"""A person heard or read card data in what had been released."""
RESIDUE = "residue"
"""The second look found something in what was stored."""
