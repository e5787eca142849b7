"""What is known of people by the blind tokens of their identifiers: nobody is named in a question or an answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from governance.recordings.models import PartyIndex


def recordings_of(tokens: Sequence[bytes]) -> Any:
    """Return the question for the ids of all recordings in which somebody with one of `tokens` takes part."""
    return sa.select(col(PartyIndex.recording_id)).where(col(PartyIndex.token).in_(list(tokens)))
