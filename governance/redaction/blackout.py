"""A black picture, and whether one is: what stands on a screen in the place of what must not be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from governance.formats import media

if TYPE_CHECKING:
    from av.video.frame import VideoFrame

FORMATS = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p"})
"""The forms of pictures in which black is known here: eight bits of light, then twice eight of colour."""
_BLACK, _FULL_BLACK, _GREY = 16, 0, 128
_SPREAD = 12  # by which an encoder may miss black
_FULL_RANGE = 2


def black(like: VideoFrame) -> VideoFrame:
    """Return a black picture of the size and colours of another."""
    av = media.require()
    picture: VideoFrame = av.VideoFrame(like.width, like.height, like.format.name)
    picture.color_range, picture.colorspace = like.color_range, like.colorspace
    for place, plane in enumerate(picture.planes):
        value = _GREY if place else _darkest(like)
        plane.update(bytes((value,)) * plane.buffer_size)
    return picture


def is_black(frame: VideoFrame) -> bool:
    """Whether nothing can be seen in a picture."""
    for place, plane in enumerate(frame.planes):
        values = (
            np.frombuffer(memoryview(plane), np.uint8)
            .reshape(-1, plane.line_size)[:, : plane.width]
            .astype(int)
        )
        value = _GREY if place else _darkest(frame)
        if int(np.abs(values - value).max()) > _SPREAD:
            return False
    return True


def _darkest(picture: VideoFrame) -> int:
    is_full = "yuvj" in picture.format.name or int(picture.color_range) == _FULL_RANGE
    return _FULL_BLACK if is_full else _BLACK
