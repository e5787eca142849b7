"""Recordings as telephony and recorders of screens write them, made by programs not ours; and ffmpeg as the judge of copies."""

from __future__ import annotations

import importlib.util
import io
import json
import random
import struct
import subprocess
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests import peers
from tests.redaction import sounds

SECONDS = 6.0
AMR_NB_BYTES = (12, 13, 15, 17, 19, 20, 26, 31)
AMR_WB_BYTES = (17, 23, 32, 36, 40, 46, 50, 58, 60)


def require() -> None:
    """Skip, or fail in CI, where the extra `media` is not installed."""
    if importlib.util.find_spec("av") is None:
        peers.absent("av", "PyAV is not installed (the extra media)")


def ffmpeg(*words: str, given: bytes = b"") -> bytes:
    """Return what ffmpeg writes to its standard output."""
    command = [str(peers.require("ffmpeg")), "-v", "error", *words, "-"]
    return subprocess.run(command, input=given, check=True, capture_output=True).stdout


def _written(tmp: Any, name: str, *words: str) -> bytes:
    # Containers that go back to their head cannot be written to a pipe.
    target = tmp / name
    subprocess.run([str(peers.require("ffmpeg")), "-v", "error", "-y", *words, str(target)], check=True)
    return bytes(target.read_bytes())


def _voices(tmp: Any, rate: int, channels: int) -> str:
    voices = [sounds.babble(SECONDS, rate, seed) for seed in range(1, channels + 1)]
    source = tmp / f"in-{rate}-{channels}.wav"
    source.write_bytes(sounds.recording(voices, "WAV", "PCM_16", rate).getvalue())
    return str(source)


SECRET = "Rosa Delgado 4111111111111111"
_TAGGED = ("-metadata", f"title={SECRET}", "-metadata", f"comment={SECRET}")


def m4a(tmp: Any, rate: int = 8000, channels: int = 2) -> bytes:
    return _written(tmp, "a.m4a", "-i", _voices(tmp, rate, channels), *_TAGGED, "-c:a", "aac", "-b:a", "64k")


def adts(tmp: Any) -> bytes:
    return _written(tmp, "a.aac", "-i", _voices(tmp, 16000, 1), "-c:a", "aac", "-b:a", "48k")


def webm(tmp: Any) -> bytes:
    return _written(tmp, "a.webm", "-i", _voices(tmp, 48000, 2), *_TAGGED, "-c:a", "libopus", "-b:a", "64k")


def matroska(tmp: Any) -> bytes:
    return _written(tmp, "a.mkv", "-i", _voices(tmp, 16000, 1), *_TAGGED, "-c:a", "aac")


def g722(tmp: Any) -> bytes:
    return _written(tmp, "a.wav", "-i", _voices(tmp, 16000, 1), *_TAGGED, "-c:a", "g722")


def amr_nb(tmp: Any, mode: int = 7) -> bytes:
    target = tmp / "a.amr-nb"
    subprocess.run([peers.require("sox"), _voices(tmp, 8000, 1), "-C", str(mode), str(target)], check=True)
    return bytes(target.read_bytes())


def amr_wb(tmp: Any = None, seed: int = 1) -> bytes:
    """Return frames of every mode with any bits: what decodes them hears noise, and loud enough of it.

    No free program that is a peer here encodes it; every bit pattern is a frame, whatever the mode.
    """
    chance = random.Random(seed)
    frames = []
    for _ in range(int(SECONDS * 50)):
        mode = chance.randrange(2, 9)
        frames.append(bytes((mode << 3 | 4,)) + chance.randbytes(AMR_WB_BYTES[mode]))
    return b"#!AMR-WB\n" + b"".join(frames)


def g729_frames(seed: int = 1) -> bytes:
    """Return frames of G.729 with any bits, but for the parity of the pitch."""
    chance = random.Random(seed)
    frames = []
    for _ in range(int(SECONDS * 100)):
        bits = int.from_bytes(chance.randbytes(10), "big")
        pitch = bits >> 54 & 0xFF
        parity = (pitch >> 2).bit_count() + 1 & 1
        frames.append((bits & ~(1 << 53) | parity << 53).to_bytes(10, "big"))
    return b"".join(frames)


def amr_nb_frames(seed: int = 1) -> bytes:
    """Return frames of narrow band of every mode with any bits."""
    chance = random.Random(seed)
    modes = (chance.randrange(8) for _ in range(int(SECONDS * 50)))
    return b"".join(bytes((mode << 3 | 4,)) + chance.randbytes(AMR_NB_BYTES[mode]) for mode in modes)


def g729(tmp: Any = None, seed: int = 1, times: int = 1) -> bytes:
    body = g729_frames(seed) * times
    form = struct.pack("<HHIIHHH", 0x0083, 1, 8000, 1000, 10, 0, 0)
    chunks = b"fmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def screen(tmp: Any, name: str, *words: str, rate: str = "10", seconds: float = SECONDS) -> bytes:
    """Return a moving test picture beside two voices."""
    picture = ("-f", "lavfi", "-i", f"testsrc2=s=320x240:r={rate}:d={seconds}")
    return _written(tmp, name, *picture, "-i", _voices(tmp, 16000, 2), *_TAGGED, *words, "-shortest")


def mp4_screen(tmp: Any, *words: str, rate: str = "10") -> bytes:
    coded = ("-c:v", "libx264", "-g", "10", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac")
    return screen(tmp, "v.mp4", *coded, *words, rate=rate)


def vp9_screen(tmp: Any) -> bytes:
    return screen(tmp, "v.webm", "-c:v", "libvpx-vp9", "-g", "10", "-cpu-used", "8", "-c:a", "libopus")


def vp8_screen(tmp: Any) -> bytes:
    return screen(tmp, "v8.webm", "-c:v", "libvpx", "-g", "10", "-cpu-used", "8", "-c:a", "libopus")


# name → how it is made, what ffprobe calls its codec, and by how many seconds a copy may differ in length
KINDS: dict[str, tuple[Callable[[Any], bytes], str, float]] = {
    "m4a": (m4a, "aac", 2048 / 8000),
    "m4a-48k": (lambda tmp: m4a(tmp, 48000, 1), "aac", 2048 / 48000),
    "aac": (adts, "aac", 2048 / 16000),
    "webm": (webm, "opus", 0.02),
    "matroska": (matroska, "aac", 2048 / 16000),
    "g722": (g722, "adpcm_g722", 0.001),
    "g729": (g729, "g729", 0.0),
    "amr": (amr_nb, "amr_nb", 0.0),
    "amr-wb": (amr_wb, "amr_wb", 0.0),
}
SCREENS: dict[str, Callable[[Any], bytes]] = {"h264": mp4_screen, "vp8": vp8_screen, "vp9": vp9_screen}


def heard(data: bytes, tmp: Any) -> NDArray[np.float32]:
    """Return what ffmpeg hears in a recording, frames × channels at its own rate."""
    told = probed(data, tmp)["audio"]
    raw = ffmpeg("-i", str(_kept(data, tmp)), "-vn", "-f", "f32le")
    return np.frombuffer(raw, np.float32).reshape(-1, int(told["channels"]))


def seen(data: bytes, tmp: Any) -> list[tuple[float, str]]:
    """Return the pictures as ffmpeg sees them: when each is shown, and a digest of it."""
    told = ffmpeg(
        "-i",
        str(_kept(data, tmp)),
        "-an",
        "-fps_mode",
        "passthrough",
        "-copyts",
        "-f",
        "framehash",
        "-hash",
        "md5",
    )
    lines = told.decode().splitlines()
    unit = Fraction(next(line.split(":")[1].strip() for line in lines if line.startswith("#tb 0:")))
    rows = [line.split(",") for line in lines if not line.startswith("#")]
    return [(float(int(row[2]) * unit), row[5].strip()) for row in rows]


def light(data: bytes, tmp: Any) -> list[float]:
    """Return how light each picture is, 0 to 255."""
    raw = ffmpeg("-i", str(_kept(data, tmp)), "-an", "-fps_mode", "passthrough", "-vf", "scale=16:12:flags=area,format=gray", "-f", "rawvideo")  # fmt: skip
    return [float(one) for one in np.frombuffer(raw, np.uint8).reshape(-1, 192).max(axis=1)]


def probed(data: bytes, tmp: Any) -> dict[str, Any]:
    """Return what ffprobe says of the container and of its first sound and picture."""
    command = [
        peers.require("ffprobe"),
        "-v",
        "error",
        "-show_format",
        "-show_streams",
        "-of",
        "json",
        _kept(data, tmp),
    ]
    told = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    streams = {one["codec_type"]: one for one in reversed(told["streams"])}
    return {"format": told["format"], **streams}


def _kept(data: bytes, tmp: Any) -> Any:
    path = tmp / "judged"
    path.write_bytes(data)
    return path


@cache
def made(name: str, tmp: Any) -> bytes:
    """Return the recording of that kind, made once a folder."""
    return KINDS[name][0](tmp) if name in KINDS else SCREENS[name](tmp)


def redacted(data: bytes, *spans: Any, **how: Any) -> bytes:
    """Return the copy of a recording without these spans."""
    from governance.redaction import audio

    sink = io.BytesIO()
    audio.redact(io.BytesIO(data), sink, spans, **how)
    return sink.getvalue()
