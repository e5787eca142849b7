"""What a number is called beside itself: by the words before it in its turn, by those right behind it, or by its shape."""

from __future__ import annotations

from collections.abc import Sequence

from governance.redaction import brands
from governance.redaction.codes import is_month_and_year
from governance.redaction.cutting import MASKED
from governance.redaction.digits import Group
from governance.redaction.lexicon import JOINER
from governance.redaction.runs import is_regular
from governance.redaction.talk import Cue, Talk
from governance.redaction.topic import Topic

TOO_FAR = 16
"""So many plain words from what names it, a number is named by it no more."""
TRAIL_TOKENS = 6
"""How far behind a number its name may begin."""
FITS = {"cvv": 4, "expiry": 6, "pin": 6, "card": 19}
"""How many digits an answer has at most."""

_NEAR_THING, _BUNDLE_WITHIN = 2, 6
_LEADS_WITHIN, _LEADS_TO_MASK = 8, 40
_ALONE = frozenset({"other", "thing", "part"})
_NAMED_BEHIND = {"pan": 7, "card": 12, "part": 3}


class Naming:
    """The words of a conversation that name its numbers, and the topics that they have opened."""

    def __init__(self, talk: Talk) -> None:
        """Take up a conversation of which nothing has been asked yet."""
        self._talk = talk
        self._topics: list[Topic] = []
        self._card_talk = False
        self._after_pan = False
        self._named = ""
        self._innocent: list[str] = []  # what was given for other numbers

    def _led(self, group: Group, lead: Sequence[Cue]) -> tuple[Topic, bool, tuple[str, ...]] | None:
        """Return the topic that the group's own turn names before it."""
        talk = self._talk
        telling = [cue for cue in lead if cue.kind != "pay"]
        while telling:
            cue = telling[-1]
            far = talk.plain_between(cue.last + 1, group.first)
            if MASKED in talk.tokens.folded[talk.tokens.end(cue.last) : group.start]:
                telling.pop()  # it has been answered, by what an earlier pass has masked
                continue
            is_thing = cue.kind == "thing"
            if far > TOO_FAR or (is_thing and group.first - cue.last > _NEAR_THING):
                telling.pop()
                continue
            pan = self._open_pan() if is_thing else None
            is_shaped = len(group.digits) in (4, *range(12, 20)) and (
                not group.chunks[0].typed or is_regular(group)
            )
            is_beside = group.first - cue.last == 1 and not is_shaped
            if (
                pan
                and not is_beside
                and len(group.digits) >= 4
                and (pan.pieces > 1 or brands.begins_like_a_card(group.digits))
            ):
                telling.pop()
                continue
            break
        if not telling:
            return None
        bundle = [telling[-1]]
        for cue in reversed(telling[:-1]):
            if (
                telling[-1].kind in _ALONE
                or bundle[-1].first - cue.last > _BUNDLE_WITHIN
                or cue.kind in {"thing", "card"}
            ):
                break
            bundle.append(cue)
        is_cvv = any(topic.kind == "cvv" and not topic.is_satisfied for topic in self._topics)
        kinds = tuple("cvv" if is_cvv and cue.kind == "code" else cue.kind for cue in reversed(bundle))
        kind = fitting(kinds, group) if len(kinds) > 1 else kinds[0]
        topic = next((topic for topic in reversed(self._topics) if topic.kind == kind), None)
        return topic or Topic(kind, telling[-1].last, group.turn), True, kinds

    def _open_pan(self) -> Topic | None:
        return next((t for t in reversed(self._topics) if t.kind == "pan" and not t.is_satisfied), None)

    def _trail(self, index: int, group: Group, at: int) -> str:
        """What is named right behind a number, unless that leads to the next one: `one two three is the security code`."""
        talk, cues = self._talk, self._talk.cues
        following = talk.groups[index + 1] if index + 1 < len(talk.groups) else None
        end = talk.bounds(group.turn)[1]
        while (
            at < len(cues)
            and cues[at].kind in {"pay", "thing"}
            and cues[at].first - group.last <= TRAIL_TOKENS
        ):
            at += 1
        if at >= len(cues) or cues[at].first - group.last > TRAIL_TOKENS or cues[at].first >= end:
            return ""
        cue = cues[at]
        if following is not None and following.first < cue.first:
            return ""
        roles, words = talk.lexicon.roles, talk.tokens.words
        if cue.kind != "pin" and any(
            roles.get(words[at], 0) & JOINER for at in range(group.last + 1, cue.first)
        ):
            return ""  # "218, and the code on the card?" asks for what comes
        between = talk.tokens.folded[group.end : talk.tokens.starts[cue.first]]
        if "?" in between or ". " in between or "\n" in between or MASKED in between:
            return ""
        behind = talk.tokens.end(cue.last)
        masked = talk.tokens.folded.find(MASKED, behind, behind + _LEADS_TO_MASK)
        to = masked if masked >= 0 else behind
        if (
            following is not None
            and following.turn == group.turn
            and following.first - cue.last <= _LEADS_WITHIN
        ):
            to = following.start
        if to > behind and not any(sign in talk.tokens.folded[behind:to] for sign in ".;,?!\n"):
            return ""  # it names what comes behind it
        if cue.kind in {"other", "code"} and self._open_pan() and len(group.digits) >= 3:
            return ""
        if cue.kind == "pin" and len(group.digits) > FITS["pin"]:
            return ""
        if cue.kind in _NAMED_BEHIND and len(group.digits) < _NAMED_BEHIND[cue.kind]:
            return ""  # it asks for the next number
        return cue.kind

    def _names_other(self, group: Group) -> bool:
        """Whether the group's own turn speaks of another number before it."""
        return any(
            cue.turn == group.turn and cue.first < group.first and cue.kind in {"other", "thing"}
            for cue in self._talk.cues
        )


def fitting(kinds: Sequence[str], group: Group) -> str:
    """Return which of several things asked in one breath a number answers, by its shape."""
    size = len(group.digits)
    for kind in ("pan", "card"):
        if kind in kinds and size >= 5:
            return kind
    if "expiry" in kinds and (group.explained or (size <= 6 and is_month_and_year(group.digits))):
        return "expiry"
    if "cvv" in kinds and size in (3, 4) and not ("pan" in kinds and size == 4):
        return "cvv"
    if "pin" in kinds and size == 4 and "pan" not in kinds:
        return "pin"
    return kinds[0] if kinds[0] not in {"other", "thing", "card"} else kinds[-1]
