"""Imported by the process that lives are forked from: what takes seconds to load is loaded once, and nothing is opened."""

from __future__ import annotations

from governance.redaction import text
from tests.faults import lives  # noqa: F401 with all that a life needs
from tests.faults.calls import spoken_pin

text.detect("My number is four eight two seven.", language="en")
spoken_pin()
