"""Where the pictures of the documentation lie, how large one may be, and how a page becomes one.

Needs Debian's chromium, which draws the words, and ffmpeg, which packs the pictures.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from pathlib import Path

from tests.console.browser import Look, chromium

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "images"
MOST_BYTES = 150_000


def drawn(page_of_it: str, out: Path, scale: float = 1) -> int:
    """Write what the first drawing (SVG) of a page looks like and return how many bytes that took."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        page = Look("picture", 1200, 800).context(browser, device_scale_factor=scale).new_page()
        page.set_content(page_of_it)
        raw = Path(folder) / "raw.png"
        page.locator("svg").first.screenshot(path=raw)
        return reduced(raw, out)


def reduced(raw: Path, out: Path) -> int:
    """Write the picture with at most 128 colours and return how many bytes that took."""
    reduce = "split[a][b];[a]palettegen=max_colors=128:reserve_transparent=0[p];[b][p]paletteuse=dither=none"
    command = ["ffmpeg", "-nostdin", "-v", "error", "-y", "-i", str(raw), "-vf", reduce]
    command += ["-compression_level", "100", "-pred", "none", "-map_metadata", "-1", str(out)]
    subprocess.run(command, check=True)
    if not re.fullmatch(rb"\x89PNG\r\n\x1a\n", out.read_bytes()[:8]):
        raise RuntimeError(f"ffmpeg made no picture of {raw.name}")
    out.chmod(0o644)  # the service makes its own files for its owner alone
    return out.stat().st_size
