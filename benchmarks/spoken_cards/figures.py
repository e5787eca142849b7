"""Figures with their intervals, and the table of them."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from benchmarks.spoken_cards.score import Count, Tally

_Z = 1.959964  # 95 %
_DRAWS = 1000
_COLUMNS = ("language", "calls", "card words covered", "calls leaking a PAN", "CVV/PIN/track words left", "in calls",
            "innocent numbers hit", "other words hit")  # fmt: skip


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Return the Wilson 95 % interval of a share; everything is possible where nothing was counted."""
    if of == 0:
        return 0.0, 1.0
    share = hits / of
    centre = share + _Z**2 / (2 * of)
    spread = _Z * math.sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    scale = 1 + _Z**2 / of
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)


def by_template(verdicts: Iterable[tuple[str, Count]]) -> str:
    """Return how many templates a miss is in, and the 95 % interval of card words covered if other templates had been written.

    The words of a call, and the calls of a template, fail together: an interval that takes words for independent is far too
    narrow. Templates are drawn with replacement a thousand times (a cluster bootstrap), by a fixed seed.
    """
    counts: dict[str, Count] = {}
    for name, count in verdicts:
        known = counts.setdefault(name, Count())
        known += count
    counted = [(one.hits, one.of) for one in counts.values() if one.of]
    if not counted:
        return "no card words"
    chance = random.Random(1)
    shares = []
    for _ in range(_DRAWS):
        drawn = chance.choices(counted, k=len(counted))
        shares.append(sum(hits for hits, _ in drawn) / sum(of for _, of in drawn))
    shares.sort()
    low, high = shares[_DRAWS // 40], shares[-(_DRAWS // 40) - 1]
    missed = sum(hits < of for hits, of in counted)
    return f"{missed} of {len(counted)} templates have a miss; by template {100 * low:.1f}–{100 * high:.1f} %"


def share(count: Count) -> str:
    """Return a share as "99.53 % (98.91–99.80) of 1,204"."""
    if not count.of:
        return "–"
    low, high = wilson(count.hits, count.of)
    return f"{100 * count.hits / count.of:.2f} % ({100 * low:.2f}–{100 * high:.2f}) of {count.of:,}"


def number(count: Count) -> str:
    """Return a number of failures as "0 of 240 (≤ 1.6 %)": the bound is the interval's upper end."""
    return (
        f"{count.hits:,} of {count.of:,} (≤ {100 * wilson(count.hits, count.of)[1]:.1f} %)"
        if count.of
        else "–"
    )


def table(rows: Sequence[tuple[str, Tally]], spread: Mapping[str, str] | None = None) -> str:
    """Return a Markdown table of tallies, and below it how each is spread over the templates."""
    lines = [f"| {' | '.join(_COLUMNS)} |", f"|{'---|' * len(_COLUMNS)}"]
    for name, tally in rows:
        refused = f" ({tally.refused} refused)" if tally.refused else ""
        cells = (name, f"{tally.calls:,}{refused}", share(tally.covered), number(tally.leaking), number(tally.secrets_left),
                 number(tally.calls_with_secrets_left), share(tally.innocent_numbers_hit), share(tally.other_words_hit))  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    if spread:
        lines += ["", "; ".join(f"{name}: {said}" for name, said in spread.items()) + "."]
    return "\n".join(lines)


def as_json(tally: Tally) -> Mapping[str, Any]:
    """Return a tally as JSON values, every share with its interval."""
    found: dict[str, Any] = {}
    for one in fields(tally):
        value = getattr(tally, one.name)
        if isinstance(value, Count):
            low, high = wilson(value.hits, value.of)
            value = {"hits": value.hits, "of": value.of, "low": round(low, 5), "high": round(high, 5)}
        found[one.name] = value
    return found
