"""Where the sample calls are, and what is truly in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[2] / "governance" / "samples"
TRUTH: dict[str, dict[str, Any]] = {
    call["name"]: call for call in json.loads((SAMPLES / "truth.json").read_text())["calls"]
}
