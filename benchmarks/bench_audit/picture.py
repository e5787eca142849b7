"""The picture of how questions fare while the log grows: the 99th percentile over the size, both on logarithmic axes."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence

from benchmarks.bench_audit.growing import Growth

_WIDTH, _HEIGHT, _LEFT, _TOP, _PANEL, _GAP = 400, 300, 70, 90, 420, 60
_LOWEST, _HIGHEST = 0.1, 100.0  # milliseconds
# Colour, dash and mark: told apart in grey too.
_LINES = {
    "inclusion proof": ("#0b6bb8", "", "circle"),
    "search by actor": ("#b35c00", "7 4", "square"),
    "search by recording": ("#9b1c1c", "2 4", "triangle"),
    "the bare rows by key": ("#586662", "1 6", "none"),
}
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#3c4845}.title{font-size:17px;font-weight:650;fill:#15201e}"
    ".rule{stroke:#e6ebe9}.ground{stroke:#15201e}.target{stroke:#15201e;stroke-dasharray:6 5}"
)


def drawing(grown: Sequence[Growth]) -> str:
    """Return the picture as SVG: a panel a database, a line a kind of question, the targets of 2 and 20 ms as dashes."""
    width = _LEFT + len(grown) * (_PANEL + _GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_TOP + _HEIGHT + 110}" role="img">',
        f"<style>{_STYLE}</style><rect width='100%' height='100%' fill='#fff'/>",
        _text(_LEFT, 28, "What a question to the log takes while it grows", "title"),
        _text(
            _LEFT,
            50,
            "99th percentile in milliseconds, by how many entries the log has; both axes logarithmic",
        ),
    ]
    for at, growth in enumerate(grown):
        parts += _panel(growth, _LEFT + at * (_PANEL + _GAP))
    for at, (name, (colour, dash, mark)) in enumerate(_LINES.items()):
        x, y = _LEFT + at * 200, _TOP + _HEIGHT + 78
        parts += [
            f'<line x1="{x}" y1="{y}" x2="{x + 34}" y2="{y}" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>',
            _mark(mark, colour, x + 17, y),
            _text(x + 42, y + 4, name),
        ]
    return "\n".join([*parts, "</svg>", ""])


def _panel(growth: Growth, left: float) -> list[str]:
    sizes = sorted({one.size for one in growth.seen})
    lowest, highest = math.log10(sizes[0]), max(math.log10(sizes[-1]), math.log10(sizes[0]) + 1)

    def across(size: float) -> float:
        return left + (math.log10(size) - lowest) / (highest - lowest) * _WIDTH

    parts = [
        _text(left, _TOP - 12, {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[growth.dialect], "title")
    ]
    for tick in (0.1, 1, 10, 100):
        parts.append(
            f'<line class="rule" x1="{left}" x2="{left + _WIDTH}" y1="{_up(tick):.1f}" y2="{_up(tick):.1f}"/>'
        )
        parts.append(_text(left - 8, _up(tick) + 4, f"{tick:g}", anchor="end"))
    for target in (2, 20):
        parts.append(
            f'<line class="target" x1="{left}" x2="{left + _WIDTH}" y1="{_up(target):.1f}" y2="{_up(target):.1f}"/>'
        )
        parts.append(_text(left + _WIDTH, _up(target) - 5, f"target {target} ms", anchor="end"))
    parts += [_text(across(size), _TOP + _HEIGHT + 22, f"{size:,}", anchor="middle") for size in sizes]
    parts.append(
        f'<line class="ground" x1="{left}" x2="{left + _WIDTH}" y1="{_TOP + _HEIGHT}" y2="{_TOP + _HEIGHT}"/>'
    )
    parts.append(_text(left + _WIDTH / 2, _TOP + _HEIGHT + 46, "entries", anchor="middle"))
    for name, (colour, dash, mark) in _LINES.items():
        points = [(across(one.size), _up(one.p99)) for one in growth.seen if one.question == name]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
        )
        parts += [_mark(mark, colour, x, y) for x, y in points]
    return parts


def _up(milliseconds: float) -> float:
    held = min(max(milliseconds, _LOWEST), _HIGHEST)
    share = (math.log10(held) - math.log10(_LOWEST)) / (math.log10(_HIGHEST) - math.log10(_LOWEST))
    return _TOP + _HEIGHT * (1 - share)


def _mark(kind: str, colour: str, x: float, y: float) -> str:
    shapes = {
        "circle": f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}"/>',
        "square": f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}"/>',
        "triangle": f'<path d="M{x:.1f} {y - 5:.1f}l5 9h-10z" fill="{colour}"/>',
    }
    return shapes.get(kind, "")


def _text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(words)}</text>'
