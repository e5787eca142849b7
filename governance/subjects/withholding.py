"""Whose voice and words stay out of somebody's copy of a call (GDPR Art. 15(4)). Pure: no clock, no database, no bytes.

Everybody who takes part is *self*, *staff* or *other*, and whoever cannot be told is *other*. The person's own voice and
words are kept, the others by the policy's rule. A channel of people who are all kept is kept, one of people who are all
withheld is silenced, and on one that both share only the moments stay at which exact word times say that nobody but
those who may be heard speaks: what nobody wrote down is silenced too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from governance.policy.disclosure import Voices
from governance.redaction.spans import Timing, Word

Sort = Literal["self", "staff", "other"]
Code = Literal["other_person", "staff", "shared_channel", "speakers_unknown", "no_word_times"]

STAFF_ROLES: Final = frozenset({"agent", "supervisor", "sme", "bot"})
RULES: Final[dict[Code, str]] = {
    "other_person": "voices.others",
    "staff": "voices.staff",
    "shared_channel": "voices.mixed",
    "speakers_unknown": "voices.mixed",
    "no_word_times": "voices.mixed",
}
"""Under which rule of the policy something is withheld for this reason."""
_PAUSE_MS = (
    2000  # longer than this between two words, and somebody else may have spoken whom nobody wrote down
)


@dataclass(frozen=True)
class Voice:
    """Somebody who takes part, as the catalog knows them. `is_self` is the person who asks."""

    role: str
    channel: int | None = None
    is_self: bool = False

    @property
    def sort(self) -> Sort:
        """Who that is to the person who asks."""
        if self.is_self:
            return "self"
        return "staff" if self.role in STAFF_ROLES else "other"


@dataclass(frozen=True)
class Cut:
    """A stretch of sound that is silenced: on one channel, or on all."""

    start_ms: int
    end_ms: int
    channel: int | None
    code: Code


@dataclass(frozen=True)
class Turn:
    """What one person said in one go; `text` is None where it is withheld, and `code` says why."""

    sort: Sort | None
    start_ms: int | None
    end_ms: int | None
    channel: int | None
    text: str | None = field(repr=False)
    code: Code | None = None


@dataclass(frozen=True)
class SoundPlan:
    """What is done to the sound of one stream. Without anything left to hear, `is_kept` is false."""

    is_kept: bool
    cuts: tuple[Cut, ...]


@dataclass(frozen=True)
class Cast:
    """Who takes part, on which channel; `placeless` may be on any."""

    by_channel: Mapping[int, frozenset[Sort]]
    by_role: Mapping[str, frozenset[Sort]]
    placeless: frozenset[Sort]
    everybody: frozenset[Sort]

    def on(self, channel: int) -> frozenset[Sort]:
        """Return who may be heard on the channel; on one of which nobody knows anything, somebody else."""
        return (self.by_channel.get(channel, frozenset()) | self.placeless) or frozenset({"other"})

    def told(self, word: Word, *, is_split: bool) -> Sort | None:
        """Return whose word it is; None where nobody can tell.

        Of those who may be heard on its channel it is the only one, or the one whom the speaker is called after. A name
        that belongs to somebody on another channel tells nothing.
        """
        possible = self.on(word.channel) if is_split and word.channel is not None else self.everybody
        if len(possible) > 1:
            possible &= self.by_role.get((word.speaker or "").strip().casefold(), frozenset())
        return next(iter(possible)) if len(possible) == 1 else None


def cast(
    voices: Sequence[Voice], channel_roles: Mapping[int, str], *, has_agent: bool, channels: int = 1
) -> Cast:
    """Return who is heard where on `channels` channels.

    `channel_roles` is what the recorder says of them; `has_agent`, that it names an agent. Where it names nobody but
    the person, there is somebody on the other end all the same, of whom nothing is known. One who has no channel is on
    the only one that nobody else has, and else may be on any.
    """
    people = list(voices)
    if has_agent and not any(one.role in STAFF_ROLES for one in people):
        people.append(Voice("agent"))
    if len(people) < 2 or not any(one.is_self for one in people):
        people.append(Voice("unknown"))
    by_channel: dict[int, set[Sort]] = {}
    placed: list[Voice] = []
    for one in people:
        if one.channel is not None:
            by_channel.setdefault(one.channel, set()).add(one.sort)
            placed.append(one)
    for channel, role in channel_roles.items():
        own = [one for one in people if one.role == role]
        unplaced = [one for one in own if one.channel is None]
        if any(one.channel == channel for one in own):
            continue  # the catalog and the recorder agree
        if len(unplaced) == 1:
            by_channel.setdefault(channel, set()).add(unplaced[0].sort)
            placed.append(unplaced[0])
        else:
            by_channel.setdefault(channel, set()).add("staff" if role in STAFF_ROLES else "other")
    homeless = [one for one in people if not any(one is there for there in placed)]
    empty = [channel for channel in range(channels) if channel not in by_channel]
    if len(homeless) == len(empty) == 1 and by_channel:
        by_channel[empty[0]] = {homeless.pop().sort}
    roles = {one.role for one in people}
    return Cast(
        by_channel={channel: frozenset(sorts) for channel, sorts in by_channel.items()},
        by_role={role: frozenset(one.sort for one in people if one.role == role) for role in roles},
        placeless=frozenset(one.sort for one in homeless),
        everybody=frozenset(one.sort for one in people),
    )


def is_kept(sort: Sort, rules: Voices) -> bool:
    """Return whether that sort of people is kept."""
    return sort == "self" or (sort == "staff" and rules.staff.treatment == "keep")


def sound(
    players: Cast, rules: Voices, words: Sequence[Word], *, channels: int, is_split: bool, duration_ms: int
) -> SoundPlan:
    """Return what is silenced in one stream of `channels` channels and `duration_ms`, of which `words` were written down.

    `is_split` says that its channels are those of the catalog, so that people can be told by them.
    """
    if all(is_kept(sort, rules) for sort in players.everybody):
        return SoundPlan(True, ())
    cuts: list[Cut] = []
    for channel in range(channels):
        heard = players.on(channel) if is_split else players.everybody
        kept = {sort for sort in heard if is_kept(sort, rules)}
        if not kept:
            code: Code = "staff" if heard == {"staff"} else "other_person"
            cuts.append(Cut(0, duration_ms, channel, code))
        elif kept != heard:
            cuts += _mixed(players, rules, words, channel, is_split, duration_ms)
    silent = {one.channel for one in cuts if one.start_ms == 0 and one.end_ms >= duration_ms}
    return SoundPlan(len(silent) < channels, tuple(cuts))


def _mixed(
    players: Cast, rules: Voices, words: Sequence[Word], channel: int, is_split: bool, duration_ms: int
) -> list[Cut]:
    """Return the cuts of a channel that people share of whom some are withheld."""

    def whole(code: Code) -> list[Cut]:
        return [Cut(0, duration_ms, channel, code)]

    if rules.mixed.treatment == "withhold":
        return whole("shared_channel")
    spoken = [one for one in words if one.text]
    # A word without a channel may be on this one.
    here = [one for one in spoken if not is_split or one.channel in (channel, None)]
    if not here or any(one.timing is not Timing.EXACT or (is_split and one.channel is None) for one in here):
        return whole("no_word_times")
    runs, others = _spoken(players, rules, here, is_split)
    if not runs:
        return whole("speakers_unknown")
    return [Cut(start, end, channel, "other_person") for start, end in _silent(runs, others, duration_ms)]


def _spoken(
    players: Cast, rules: Voices, words: Sequence[Word], is_split: bool
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Return when those who are kept speak in one go, and when others do, with the guard band around them."""
    runs: list[tuple[int, int]] = []
    others: list[tuple[int, int]] = []
    before: Word | None = None
    for word in sorted(words, key=lambda one: (one.start_ms or 0, one.end_ms or 0)):
        start, end = word.start_ms or 0, word.end_ms or 0
        sort = players.told(word, is_split=is_split)
        if sort is None or not is_kept(sort, rules):
            others.append((start - rules.guard_ms, end + rules.guard_ms))
            before = None
            continue
        if before is not None and word.turn == before.turn and start - runs[-1][1] <= _PAUSE_MS:
            runs[-1] = (runs[-1][0], max(runs[-1][1], end))
        else:
            runs.append((start, end))
        before = word
    return runs, others


def _silent(
    runs: Iterable[tuple[int, int]], others: Iterable[tuple[int, int]], duration_ms: int
) -> list[tuple[int, int]]:
    """Return what of the whole is silenced: everything between `runs`, and `others` in any case."""
    silent, at = [], 0
    for start, end in merged(runs):
        silent.append((at, start))
        at = max(at, end)
    silent += [(at, duration_ms), *others]
    inside = ((max(start, 0), min(end, duration_ms)) for start, end in silent)
    return merged((start, end) for start, end in inside if end > start)


def merged(stretches: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the stretches in order, those that touch as one."""
    whole: list[tuple[int, int]] = []
    for start, end in sorted(stretches):
        if whole and start <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], end))
        else:
            whole.append((start, end))
    return whole


def turns(players: Cast, rules: Voices, words: Iterable[Word], *, is_split: bool) -> list[Turn]:
    """Return a transcript as turns, each whole or withheld, in the order of its file."""
    said: list[tuple[Sort | None, list[Word]]] = []
    for word in words:
        sort = players.told(word, is_split=is_split)
        if said and said[-1][0] == sort and said[-1][1][-1].turn == word.turn:
            said[-1][1].append(word)
        else:
            said.append((sort, [word]))
    everybody = all(is_kept(sort, rules) for sort in players.everybody)
    return [
        _turn(sort, spoken, everybody or (sort is not None and is_kept(sort, rules))) for sort, spoken in said
    ]


def _turn(sort: Sort | None, words: Sequence[Word], is_whole: bool) -> Turn:
    starts = [one.start_ms for one in words if one.start_ms is not None]
    ends = [one.end_ms for one in words if one.end_ms is not None]
    why: Code = "speakers_unknown" if sort is None else "staff" if sort == "staff" else "other_person"
    return Turn(
        sort=sort,
        start_ms=min(starts, default=None),
        end_ms=max(ends, default=None),
        channel=words[0].channel,
        text=" ".join(one.text for one in words if one.text) if is_whole else None,
        code=None if is_whole else why,
    )
