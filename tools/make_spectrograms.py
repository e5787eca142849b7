"""Makes the pictures of sound in docs/redaction-quality.md anew: `python -m tools.make_spectrograms [--out DIR]`.

A sample call (made up, spoken by espeak-ng) is redacted as `governance redact audio` does it, and what went in and what
came out are drawn above one another: time to the right, pitch upwards, loudness as darkness, what was cut marked. Needs
Debian's chromium, which draws the words, and ffmpeg, which packs the pictures.
"""

from __future__ import annotations

import argparse
import base64
import html
import io
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from governance import policy
from governance.console import wording
from governance.redaction import standalone
from governance.redaction.residue import Verdict
from governance.redaction.spans import TimeSpan
from tools.pictures import MOST_BYTES, PICTURES, drawn

CALL = "keyed-and-spoken"
CHANNEL = 1
"""The customer's: keys and voice."""
SAMPLES = Path(__file__).resolve().parents[1] / "governance" / "samples"

_WINDOW = 256  # 32 ms at 8 kHz: speech shows its syllables, and a key its two tones
_QUIETEST_DB, _LOUDEST_DB = (
    -90.0,
    -12.0,
)  # against a tone at full scale: the line's noise is grey, silence is paper
_SHADES = 20  # enough for eyes, and few enough for a small picture
_WIDTH, _HEIGHT = 1080, 190
_LEFT, _TOP, _BETWEEN = 64, 84, 62
# From paper to ink, in the colours of the console: darker is louder, also in grey.
_PAPER_TO_INK = np.array([[255, 255, 255], [196, 219, 213], [47, 125, 111], [21, 32, 30]], dtype=float)
_STYLE = """
body { margin: 0; background: #fff; }
text { font: 13px system-ui, sans-serif; fill: #586662; }
.title { font-size: 15px; font-weight: 650; fill: #15201e; }
.name { font-weight: 600; fill: #15201e; }
.lid { fill: #15201e; }
.edge { stroke: #15201e; stroke-dasharray: 3 3; }
.rule { stroke: #dbe1df; fill: none; }
"""


def spectrogram(samples: NDArray[np.float64], width: int, height: int) -> NDArray[np.uint8]:
    """Return the sound as pixels (height × width × RGB): a Hann window at each column, full band from top to bottom.

    Each pixel is the loudest of what falls on it, so that nothing audible is averaged away.
    """
    hop = len(samples) / width
    padded = np.pad(samples, _WINDOW)
    window = np.hanning(_WINDOW)
    columns = []
    for at in range(width):
        # As many windows as leave no sample between two columns unseen.
        starts = _WINDOW // 2 + np.arange(
            int(at * hop), max(int((at + 1) * hop), int(at * hop) + 1), _WINDOW // 4
        )
        frames = np.stack([padded[start : start + _WINDOW] for start in starts]) * window
        columns.append(np.abs(np.fft.rfft(frames, axis=1)).max(axis=0))
    level = 20 * np.log10(np.stack(columns, axis=1) / (window.sum() / 2) + 1e-9)
    bins = np.linspace(len(level) - 1, 0, height)
    below = np.floor(bins).astype(int).clip(0, len(level) - 2)
    part = (bins - below)[:, None]
    smooth = level[below] * (1 - part) + level[below + 1] * part
    darkness = ((smooth - _QUIETEST_DB) / (_LOUDEST_DB - _QUIETEST_DB)).clip(0, 1)
    darkness = np.ceil(darkness * _SHADES) / _SHADES
    stops = np.linspace(0, 1, len(_PAPER_TO_INK))
    shades = [np.interp(darkness, stops, _PAPER_TO_INK[:, colour]) for colour in range(3)]
    return np.stack(shades, axis=2).round().astype(np.uint8)


def drawing(
    before: NDArray[np.float64],
    after: NDArray[np.float64],
    rate: int,
    spans: Sequence[TimeSpan],
    guard_ms: int,
) -> str:
    """Return both as one page: what went in, what came out, and over each what was cut, with its guard bands."""
    seconds = len(before) / rate
    parts = [
        _words(_LEFT, 24, "Before: what the customer said and keyed", "title"),
        _words(_LEFT, _TOP + _HEIGHT + 30, "After: the rendition", "title"),
    ]
    for sound, top in ((before, _TOP), (after, _TOP + _HEIGHT + _BETWEEN)):
        pixels = spectrogram(sound, _WIDTH, _HEIGHT)
        parts.append(
            f'<image x="{_LEFT}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" href="{_png(pixels)}"/>'
        )
        parts.append(f'<rect class="rule" x="{_LEFT}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}"/>')
        parts += _pitches(top, rate)
        for span in spans:
            parts += _span(span, top, seconds, guard_ms, is_named=top == _TOP)
    bottom = _TOP + 2 * _HEIGHT + _BETWEEN
    parts += [
        _words(_LEFT + second / seconds * _WIDTH, bottom + 18, f"{second} s", anchor="middle")
        for second in range(0, int(seconds) + 1, 2)
    ]
    size = f'width="{_LEFT + _WIDTH + 16}" height="{bottom + 32}"'
    return f"<!doctype html><style>{_STYLE}</style><svg {size}>{''.join(parts)}</svg>"


def _span(span: TimeSpan, top: int, seconds: float, guard_ms: int, *, is_named: bool) -> Iterator[str]:
    left, right = (
        _LEFT + min(max(ms / 1000 / seconds, 0), 1) * _WIDTH
        for ms in (span.start_ms - guard_ms, span.end_ms + guard_ms)
    )
    yield f'<rect class="lid" x="{left:.1f}" y="{top - 7}" width="{right - left:.1f}" height="7"/>'
    for x in (left, right):
        yield f'<line class="edge" x1="{x:.1f}" y1="{top}" x2="{x:.1f}" y2="{top + _HEIGHT}"/>'
    if is_named:
        yield _words(left, top - 28, wording.entity(span.entity), "name")
        yield _words(left, top - 13, f"{wording.place(span.start_ms)} to {wording.place(span.end_ms)}")


def _pitches(top: int, rate: int) -> Iterator[str]:
    for khz in range(rate // 2000 + 1):
        y = top + _HEIGHT * (1 - khz * 2000 / rate)
        yield f'<line class="rule" x1="{_LEFT - 6}" y1="{y:.1f}" x2="{_LEFT}" y2="{y:.1f}"/>'
        yield _words(_LEFT - 10, y + 4, f"{khz} kHz", anchor="end")


def _words(x: float, y: float, text: str, kind: str = "", anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(text)}</text>'


def _png(pixels: NDArray[np.uint8]) -> str:
    size = f"{pixels.shape[1]}x{pixels.shape[0]}"
    command = [
        "ffmpeg",
        "-nostdin",
        "-v",
        "error",
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        "-s",
        size,
        "-i",
        "-",
    ]
    made = subprocess.run(
        [*command, "-f", "image2pipe", "-c:v", "png", "-"],
        input=pixels.tobytes(),
        check=True,
        capture_output=True,
    )
    return "data:image/png;base64," + base64.b64encode(made.stdout).decode()


def main() -> int:
    """Redact the call, draw it and return 1 where the second look is not content or the picture is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURES)
    asked = parser.parse_args()
    sound = (SAMPLES / f"{CALL}.wav").read_bytes()
    clean, asked_of_it = io.BytesIO(), policy.load().default.redaction
    done = standalone.redact(
        io.BytesIO(sound),
        clean,
        asked_of_it,
        transcript=(SAMPLES / f"{CALL}.transcript.json").read_bytes(),
    )
    if done.examination.outcome is not Verdict.CLEAN:
        print(f"the second look: {done.examination.because}", file=sys.stderr)
        return 1
    (before, rate), (after, _) = (soundfile.read(io.BytesIO(one)) for one in (sound, clean.getvalue()))
    spans = [span for span in done.spans if span.channel in (None, CHANNEL)]
    page_of_it = drawing(before[:, CHANNEL], after[:, CHANNEL], rate, spans, asked_of_it.guard_ms("exact"))
    out = asked.out / "spectrogram.png"
    size = drawn(page_of_it, out)
    loudest = max(float(np.abs(_cut(after, rate, span, CHANNEL)).max()) for span in spans)
    print(f"{out.name}: {size:,} bytes; {len(spans)} spans, the loudest sample left inside them {loudest:g}")
    return 1 if size > MOST_BYTES or loudest else 0


def _cut(sound: NDArray[np.float64], rate: int, span: TimeSpan, channel: int) -> NDArray[np.float64]:
    return sound[span.start_ms * rate // 1000 : span.end_ms * rate // 1000, channel]


if __name__ == "__main__":
    sys.exit(main())
