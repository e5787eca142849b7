"""The picture of a copy, written packet by packet: copied, or decoded, blanked and encoded once more.

The times of the copy are those of the original, to the tick, whichever of the two a group goes through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from governance.errors import InvalidError
from governance.formats import media
from governance.formats.media import Opened
from governance.redaction import blackout, parameter_sets
from governance.redaction.screen import ENCODERS, Group, Plan

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame

# One picture in, one out at once, and none that leans on a later one.
_OPTIONS: dict[str, dict[str, str]] = {
    "H264": {"preset": "veryfast", "tune": "zerolatency", "crf": "20"},
    "VP8": {"deadline": "realtime", "cpu-used": "4", "lag-in-frames": "0", "auto-alt-ref": "0", "crf": "10"},
    "VP9": {"deadline": "realtime", "cpu-used": "7", "lag-in-frames": "0", "auto-alt-ref": "0", "crf": "20", "b": "0"},
}  # fmt: skip
_AS_IT_COMES, _WHOLE = 0, 1  # what an encoder is told of a picture
_VP8_BIT_RATE = 4_000_000


class Writer:
    """Writes the picture into the copy, packet by packet: copied, or decoded, blanked and encoded."""

    def __init__(self, plan: Plan, medium: Opened, out: OutputContainer) -> None:
        assert medium.picture is not None
        assert medium.shown is not None
        self._plan, self._out, self._source, self._shown = plan, out, medium.picture, medium.shown
        self._stream = out.add_stream_from_template(medium.picture)
        self._sets = parameter_sets.Sets(medium) if self._shown.codec == "H264" else None
        self._groups = iter(plan.groups)
        self._group = Group(0, 0, False)
        self._place = 0
        self._encoder: Any = None
        self._was_blank = False
        self._times: list[int] = []
        if self._sets is not None:
            self._stream.codec_context.extradata = self._sets.joined(self._made())

    def write(self, packet: Packet[Any]) -> None:
        """Write one packet of the original, or what comes in its place."""
        if not packet.size:
            return
        while self._place >= self._group.last:
            self._end_group()
            self._group = next(self._groups)
        self._place += 1
        if not self._group.is_touched:
            body = bytes(packet) if self._sets is None else self._sets.without_comments(bytes(packet))
            self._mux(body, packet.pts, packet.dts, packet.duration, is_whole=packet.is_keyframe)
            return
        for frame in self._source.codec_context.decode(packet):
            self._encode(frame)

    def finish(self) -> None:
        """Write what the last group has held back."""
        self._end_group()

    def _end_group(self) -> None:
        if not self._group.is_touched:
            return
        for frame in self._source.codec_context.decode(None):
            self._encode(frame)
        self._source.codec_context.flush_buffers()
        if self._encoder is not None:
            self._put(self._encoder.encode(None))
        self._encoder, self._times, self._was_blank = None, [], False

    def _encode(self, frame: VideoFrame) -> None:
        if frame.pts is None or (frame.width, frame.height) != (self._shown.width, self._shown.height):
            raise InvalidError("The picture changes its size on the way.")
        if frame.is_corrupt:
            raise InvalidError("The picture is damaged: it cannot be decoded to its end.")
        if self._encoder is None:
            self._encoder = self._made()
            decoded_at = self._plan.decoded_at[self._group.first : self._group.last]
            self._times = sorted(decoded_at, reverse=True)
        is_blank = self._plan.is_blank(frame.pts)
        picture = blackout.black(frame) if is_blank else frame
        picture.pts, picture.time_base = frame.pts, self._plan.time_base
        # The first black picture is a whole one: as a difference to what stood there before it would keep a shade of that.
        picture.pict_type = _WHOLE if is_blank and not self._was_blank else _AS_IT_COMES
        self._was_blank = is_blank
        self._put(self._encoder.encode(picture))

    def _put(self, packets: Sequence[Packet[Any]]) -> None:
        for packet in packets:
            # In the n-th place of its group stands the time at which the n-th packet of the original was decoded: it is
            # never later than the n-th picture is shown, or the original could not have been shown either.
            decoded = self._times.pop() if self._times else packet.pts
            body = bytes(packet) if self._sets is None else self._sets.framed(bytes(packet))
            self._mux(body, packet.pts, decoded, packet.duration, is_whole=packet.is_keyframe)

    def _mux(
        self, body: bytes, shown: int | None, decoded: int | None, duration: int | None, *, is_whole: bool
    ) -> None:
        av = media.require()
        packet = av.Packet(body)
        packet.stream, packet.time_base = self._stream, self._plan.time_base
        packet.pts, packet.dts, packet.is_keyframe = shown, decoded, is_whole
        if duration:
            packet.duration = duration
        self._out.mux(packet)

    def _made(self) -> Any:
        """Return an encoder for one group, made as every other is."""
        av = media.require()
        told = self._source.codec_context
        encoder = av.CodecContext.create(ENCODERS[self._shown.codec], "w")
        encoder.width, encoder.height, encoder.pix_fmt = self._shown.width, self._shown.height, told.pix_fmt
        encoder.time_base, encoder.framerate = self._plan.time_base, self._source.average_rate or 25
        encoder.color_range, encoder.colorspace = told.color_range, told.colorspace
        encoder.color_primaries, encoder.color_trc = told.color_primaries, told.color_trc
        encoder.thread_count = 1
        options = dict(_OPTIONS[self._shown.codec])
        if self._shown.codec == "VP8":
            encoder.bit_rate = _VP8_BIT_RATE
        if self._sets is not None:
            options["x264-params"] = f"sps-id={self._sets.free}:bframes=0:keyint=infinite:scenecut=0"
            encoder.flags |= parameter_sets.GLOBAL_HEADER
        encoder.options = options
        encoder.open()
        return encoder
