"""The picture of a recording with spans blanked: a recorded screen shows what is spoken, and more.

A picture is stored in groups that begin with a whole one. A group in which something is blanked is encoded once more, with
black in the place of every picture that stands on the screen at any moment of a span; the other groups are copied as they
are. What a group may carry beside pictures (comments of encoders, captions) stays behind. Afterwards everything is decoded
from what was written: as many pictures, at the same times, black where they must be.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO

from governance.errors import IntegrityError, InvalidError, TooLargeError, UnsupportedFormatError
from governance.formats import media
from governance.formats.audio import Limits, Picture
from governance.formats.framing import Framing
from governance.formats.media import Opened
from governance.redaction import blackout, parameter_sets

if TYPE_CHECKING:
    from av.packet import Packet
    from av.video.frame import VideoFrame

_MOST_PICTURES = 3_000_000  # ten hours at 80 a second
ENCODERS = {"H264": "libx264", "VP8": "libvpx", "VP9": "libvpx-vp9"}


@dataclass(frozen=True, slots=True)
class Group:
    """Packets `first` to `last` (excluded), in the order they are decoded, and whether something in them is blanked."""

    first: int
    last: int
    is_touched: bool


@dataclass(slots=True)
class Plan:
    """What is known of a recording before it is written: the bit rate of its sound, its pictures, what is blanked."""

    bit_rate: int = 0
    shown: Picture | None = None
    time_base: Any = None
    shown_at: array[int] = field(default_factory=lambda: array("q"))
    """When each picture is shown, in order."""
    decoded_at: array[int] = field(default_factory=lambda: array("q"))
    groups: list[Group] = field(default_factory=list)
    cut: list[tuple[int, int]] = field(default_factory=list)
    """What is blanked, in units of `time_base`: in order, and apart from one another."""

    def is_blank(self, at: int) -> bool:
        """Whether the picture shown from `at` on stands there at any moment that is cut."""
        place = bisect_right(self.shown_at, at)
        until = self.shown_at[place] if place < len(self.shown_at) else None
        nearest = bisect_right(self.cut, at, key=_end)
        return nearest < len(self.cut) and (until is None or self.cut[nearest][0] < until)


def _end(span: tuple[int, int]) -> int:
    return span[1]


def prepare(source: BinaryIO, framing: Framing, limits: Limits, cut_ms: Sequence[tuple[int, int]]) -> Plan:
    """Return what will be blanked, having walked the packets of the recording without decoding them.

    Raises `InvalidError` where the picture cannot be cut at groups, `UnsupportedFormatError` where nobody here encodes it.
    """
    plan = Plan()
    with media.opened(source, framing, limits) as medium:
        plan.shown = medium.shown
        whole_ones, packed = array("q"), 0
        order = array("q")
        hidden, unseen = bytearray(), bytearray()
        ends = 0.0
        streams = [medium.sound] if medium.picture is None else [medium.sound, medium.picture]
        for packet in medium.container.demux(*streams):
            if packet.stream_index == medium.sound.index:
                packed += packet.size
                if packet.pts is not None:
                    ends = max(ends, float((packet.pts + (packet.duration or 0)) * packet.time_base))
            elif packet.size:
                if packet.pts is None or packet.dts is None or packet.is_corrupt:
                    raise InvalidError("The picture is damaged: a part of it says not when it is shown.")
                if packet.is_keyframe and parameter_sets.is_whole(medium, packet):
                    whole_ones.append(len(order))
                hidden.append(packet.is_discard)
                unseen.append(packet.is_discard or not _is_shown(medium, packet))
                order.append(packet.pts)
                plan.decoded_at.append(packet.dts)
                if len(order) > _MOST_PICTURES:
                    raise TooLargeError("The recording holds more pictures than the limit.")
        plan.bit_rate = int(packed * 8 / max(ends, 0.02))
        if medium.picture is not None:
            plan.time_base = medium.picture.time_base
            _check_written(medium)
    if plan.shown is not None:
        _group(plan, order, whole_ones, hidden, unseen, cut_ms)
    return plan


def _check_written(medium: Opened) -> None:
    av = media.require()
    assert medium.shown is not None
    assert medium.picture is not None
    try:
        av.Codec(ENCODERS[medium.shown.codec], "w")
    except (av.error.FFmpegError, ValueError) as error:
        because = f"The FFmpeg that is installed does not write a picture in {medium.shown.codec}."
        raise UnsupportedFormatError(because) from error
    if medium.picture.codec_context.pix_fmt not in blackout.FORMATS:
        raise UnsupportedFormatError("The picture has colours in a form that is not written here.")


def _is_shown(medium: Opened, packet: Packet[Any]) -> bool:
    """Whether a packet is shown at all: VP8 has pictures that only later ones lean on (RFC 6386 §9.1)."""
    assert medium.shown is not None
    return medium.shown.codec != "VP8" or bool(bytes(packet)[0] & 0x10)


def _group(
    plan: Plan,
    order: array[int],
    whole_ones: array[int],
    hidden: bytearray,
    unseen: bytearray,
    cut_ms: Sequence[tuple[int, int]],
) -> None:
    if not order:
        raise InvalidError("The recording has a picture that shows nothing.")
    if not whole_ones or whole_ones[0] != 0:
        raise InvalidError("The picture does not begin with a whole one.")
    unit = plan.time_base * 1000
    plan.cut = _apart([(int(start // unit), -int(-end // unit)) for start, end in cut_ms])
    plan.shown_at = array(
        "q", sorted(at for at, is_unseen in zip(order, unseen, strict=True) if not is_unseen)
    )
    seen_until: int | None = None
    for first, last in pairwise([*whole_ones, len(order)]):
        times = order[first:last]
        if seen_until is not None and min(times) <= seen_until:
            raise InvalidError("The picture cannot be cut: its groups lean on one another.")
        seen_until = max(times)
        # What is hidden is not shown by a player that obeys, and stands in the file all the same.
        is_touched = any(hidden[first:last]) or any(plan.is_blank(at) for at in times)
        plan.groups.append(Group(first, last, is_touched))


def _apart(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order, those that touch made one."""
    apart: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if apart and start <= apart[-1][1]:
            apart[-1] = apart[-1][0], max(end, apart[-1][1])
        else:
            apart.append((start, end))
    return apart


def verify(sink: BinaryIO, framing: Framing, limits: Limits, plan: Plan) -> None:
    """Decode the picture of what was written and hold it against the plan.

    Raises `IntegrityError` where a picture is missing, stands at another time, or is not black where it must be.
    """
    if plan.shown is None:
        return
    try:
        with media.opened(sink, framing, limits) as copy:
            if copy.shown != plan.shown:
                raise IntegrityError("The redacted copy is not of the same kind as its source.")
            times = iter(plan.shown_at)
            for frame in _pictures(copy):
                expected = next(times, None)
                if expected is None or abs(float(frame.time or 0) - float(expected * plan.time_base)) > 0.002:
                    raise IntegrityError("In the redacted copy a picture stands at another time.")
                if plan.is_blank(expected) and not blackout.is_black(frame):
                    raise IntegrityError("In the redacted copy a picture can still be seen.")
            if next(times, None) is not None:
                raise IntegrityError("In the redacted copy a picture is missing.")
    except InvalidError as error:
        raise IntegrityError("The redacted copy cannot be read back.") from error


def _pictures(copy: Opened) -> Iterator[VideoFrame]:
    assert copy.picture is not None
    for packet in copy.container.demux(copy.picture):
        for frame in packet.decode():
            if frame.is_corrupt:
                raise IntegrityError("The picture of the redacted copy is damaged.")
            yield frame
