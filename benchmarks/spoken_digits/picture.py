"""The picture of what becomes of runs of spoken digits, by how many they are: three shares, each with its interval."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.spoken_digits.curve import OfRuns
from governance.policy.redaction import SpokenDigits
from governance.redaction.thresholds import Interval

_WIDTH, _HEIGHT = 900, 380
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 118, 40, 84
_APART = 6  # pixels between the intervals of two shares of one length
_STYLE = """
body { margin: 0; background: #fff; }
svg { background: #fff; }
text { font: 13px system-ui, sans-serif; fill: #586662; }
.title { font-size: 17px; font-weight: 650; fill: #15201e; }
.axis { fill: #15201e; }
.zone { font-size: 12.5px; fill: #15201e; }
.key { font-size: 13.5px; font-weight: 600; fill: #15201e; }
.rule { stroke: #e6ebe9; }
.ground { stroke: #15201e; }
.from { stroke: #8a9793; stroke-dasharray: 3 4; }
"""


@dataclass(frozen=True)
class _Share:
    """One of the shares: its name, its colour, the sign that stands for it (told apart without colours), and its numbers."""

    name: str
    colour: str
    sign: str
    of: Callable[[OfRuns], Interval]


# Dark, light, darkest: told apart in grey too, and by people who see no red or no green.
_SHARES = (
    _Share("silenced as card data", "#0b6bb8", "circle", lambda one: one.silenced),
    _Share("waits for a person", "#e59b00", "square", lambda one: one.waiting),
    _Share("stays audible", "#9b1c1c", "triangle", lambda one: one.audible),
)


def drawing(found: Sequence[OfRuns], policy: SpokenDigits, speakers: Sequence[str]) -> str:
    """Return the page: length to the right, per cent of the runs upwards, and where the policy draws its two lines."""
    lengths = [one.length for one in found]
    step = _WIDTH / len(lengths)

    def across(length: float) -> float:
        return _LEFT + (length - lengths[0] + 0.5) * step

    bottom = _TOP + _HEIGHT
    counts = {one.silenced.count for one in found}
    each = f"{min(counts):,}" if len(counts) == 1 else f"{min(counts):,} to {max(counts):,}"
    said = f"{len(speakers)} speakers whom the model has never heard, {each} runs of each length, no words known; 95 % by Wilson"
    parts = [
        _words(_LEFT, 26, "What becomes of digits that somebody says, by how many they are", "title"),
        _words(_LEFT, 47, said),
        *_key(),
        *_ground(lengths, across),
        *_zones(lengths, policy, across),
    ]
    for at, share in enumerate(_SHARES):
        parts += _line(share, found, across, (at - 1) * _APART)
    parts.append(_words(_LEFT + _WIDTH / 2, bottom + 66, "digits said one after the other", "axis", "middle"))
    size = f'width="{_LEFT + _WIDTH + _RIGHT}" height="{bottom + _BOTTOM}"'
    return f"<!doctype html><style>{_STYLE}</style><svg {size}>{''.join(parts)}</svg>"


def _key() -> Iterator[str]:
    x = float(_LEFT)
    for share in _SHARES:
        yield f'<line x1="{x}" y1="68" x2="{x + 28}" y2="68" stroke="{share.colour}" stroke-width="2"/>'
        yield _sign(share, x + 14, 68)
        yield _words(x + 36, 73, share.name, "key")
        x += 64 + 7.6 * len(share.name)


def _ground(lengths: Sequence[int], across: Callable[[float], float]) -> Iterator[str]:
    bottom = _TOP + _HEIGHT
    for percent in range(0, 101, 20):
        y = _up(percent / 100)
        kind = "rule" if percent else "ground"
        yield f'<line class="{kind}" x1="{_LEFT}" y1="{y}" x2="{_LEFT + _WIDTH}" y2="{y}"/>'
        yield _words(_LEFT - 10, y + 4, f"{percent} %", "axis", "end")
    middle = _TOP + _HEIGHT / 2
    yield (
        f'<text class="axis" transform="rotate(-90 18 {middle})" x="18" y="{middle}" '
        'text-anchor="middle">share of the runs</text>'
    )
    for length in lengths:
        yield _words(across(length), bottom + 20, str(length), "axis", "middle")
    for first, last, name in ((10, 11, "telephone numbers"), (15, 16, "most card numbers")):
        yield _words(across((first + last) / 2), bottom + 40, name, "", "middle")
        left, right = across(first - 0.4), across(last + 0.4)
        yield f'<line class="from" style="stroke-dasharray:none" x1="{left:.1f}" y1="{bottom + 26}" x2="{right:.1f}" y2="{bottom + 26}"/>'


def _zones(lengths: Sequence[int], policy: SpokenDigits, across: Callable[[float], float]) -> Iterator[str]:
    """Yield the lines of the policy, each with what it says of the lengths to its right."""
    edges = (
        (lengths[0], "fewer: said by the way"),
        (policy.uncertain_from, f"uncertain from {policy.uncertain_from}: a person decides"),
        (policy.card_from, f"a card from {policy.card_from}: silenced"),
    )
    for at, (length, name) in enumerate(edges):
        x = across(length - 0.5)
        if at:
            yield f'<line class="from" x1="{x:.1f}" y1="{_TOP - 24}" x2="{x:.1f}" y2="{_TOP + _HEIGHT}"/>'
        yield _words(x + (7 if at else 0), _TOP - 14, name, "zone")


def _line(
    share: _Share, found: Sequence[OfRuns], across: Callable[[float], float], aside: float
) -> Iterator[str]:
    """Yield one share: a line from length to length, and at each the sign with its interval, a little aside of the others'."""
    places = [(across(one.length) + aside, share.of(one)) for one in found]
    path = " ".join(f"{x:.1f},{_up(one.right / one.count):.1f}" for x, one in places)
    yield f'<polyline points="{path}" fill="none" stroke="{share.colour}" stroke-width="2" opacity="0.45"/>'
    for x, one in places:
        low, high = _up(one.low), _up(one.high)
        ends = "".join(f"M{x - 3.5:.1f} {y:.1f}h7" for y in (low, high))
        yield f'<path d="M{x:.1f} {low:.1f}V{high:.1f}{ends}" stroke="{share.colour}" stroke-width="1.6"/>'
        yield _sign(share, x, _up(one.right / one.count))


def _sign(share: _Share, x: float, y: float) -> str:
    paint = f'fill="{share.colour}" stroke="#fff" stroke-width="1"'
    if share.sign == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" {paint}/>'
    if share.sign == "square":
        return f'<rect x="{x - 4.5:.1f}" y="{y - 4.5:.1f}" width="9" height="9" {paint}/>'
    return f'<path d="M{x:.1f} {y - 6:.1f}l5.8 10h-11.6z" {paint}/>'


def _up(share: float) -> float:
    return _TOP + _HEIGHT * (1 - share)


def _words(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(text)}</text>'
