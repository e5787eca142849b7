"""Which question each number answers: the topics of a conversation, opened by cues and answered by digits.

A topic stays open until it has been answered: a card number until a whole one was given, a security code until three
digits were. What is asked in one breath ("the number, the expiry and the code") is answered in any order by shape. A
number in whose own turn something is named belongs to that; else it goes to the latest topic that still wants digits.
"""

from __future__ import annotations

from collections.abc import Sequence

from governance.redaction import brands
from governance.redaction.cutting import Label
from governance.redaction.digits import Group
from governance.redaction.naming import FITS, TOO_FAR, Naming, fitting
from governance.redaction.talk import Cue, Talk
from governance.redaction.topic import IN_ONE_BREATH, Asked, Topic, ends_whole

_TURNS_BACK, _TOKENS_BACK = 30, 400
_ABANDONED_FROM = 8
_SPECIFIC = frozenset({"pan", "cvv", "expiry", "pin", "part", "other", "code"})
_OF_CARDS = frozenset({"cvv", "expiry", "pin"})
_ANSWERED_WITHIN, _OTHER_AT_MOST = 2, 14
_FULL = {"cvv": (3, 4), "pin": (4,)}  # as many digits as the answer has: it may be mended
_MASKS = {
    "pan": ("PAN",),
    "card": ("PAN",),
    "cvv": ("CVV",),
    "code": ("CVV",),
    "expiry": ("EXPIRY",),
    "pin": ("PIN",),
}
_AGAIN_AT_LEAST = 4
_THING_AT_MOST = 11
_INNOCENT_PART = 6
_DICTATED_WITHIN = 4
_CARD_WITHIN = 2


def attribute(talk: Talk) -> list[Asked]:
    """Return for each group of a conversation what it was asked as."""
    return Attribution(talk).run()


class Attribution(Naming):
    """The topics of a conversation as they are opened and answered; `redaction.stream_topics` follows one turn by turn."""

    def run(self) -> list[Asked]:
        """Go through the conversation once, opening topics and answering them."""
        talk, cues = self._talk, self._talk.cues
        asked: list[Asked] = []
        at = 0
        masks = iter((*talk.tokens.labels, None))
        mask = next(masks)
        for index, group in enumerate(talk.groups):
            lead: list[Cue] = []
            while at < len(cues) and cues[at].first < group.first:
                while mask is not None and mask.start < talk.tokens.starts[cues[at].first]:
                    self._answered_by(mask)
                    mask = next(masks)
                self._open(cues[at])
                if cues[at].turn == group.turn:
                    lead.append(cues[at])
                at += 1
            while mask is not None and mask.start < group.start:
                self._answered_by(mask)
                mask = next(masks)
            topic, here, bundle = self._topic(index, group, lead, at)
            apart = group.first - lead[-1].last - 1 if lead else 99
            asked.append(self._told(group, topic, here, bundle, apart))
            self._note(topic, group)
        return asked

    def _answered_by(self, mask: Label) -> None:
        """Take a mask that an earlier pass left for the answer that it hides: masking twice is masking once."""
        for topic in self._topics:
            if mask.name in _MASKS.get(topic.kind, ()):
                topic.is_over = True
        self._after_pan = self._after_pan or mask.name == "PAN"

    def _open(self, cue: Cue) -> None:
        kind = cue.kind
        if kind in {"pay", "card", "pan", "cvv", "expiry"}:
            self._card_talk = True
        if kind in _SPECIFIC:
            self._named = kind
        if kind == "pay":
            self._leave_things(cue.turn)
            return
        if kind == "code" and any(topic.kind == "cvv" and not topic.is_satisfied for topic in self._topics):
            kind = "cvv"  # "The security code? - The code?"
        if kind in {"card", "thing"} and any(
            topic.kind in {"pan", "cvv", "pin", "expiry"}
            and not topic.is_satisfied
            and cue.turn - topic.turn <= _TURNS_BACK
            for topic in self._topics[-3:]
        ):
            return
        if kind in _OF_CARDS:
            for topic in self._topics:
                if topic.kind == "pan" and len(topic.most) >= _ABANDONED_FROM and topic.turn != cue.turn:
                    topic.is_over = True
        known = next((topic for topic in self._topics if topic.kind == kind), None)
        if known is not None:
            self._topics.remove(known)
            if known.is_satisfied or kind != "pan":
                known = None
        topic = known or Topic(kind, cue.last, cue.turn)
        topic.token, topic.turn = cue.last, cue.turn
        topic.voice = self._talk.turns[cue.turn].speaker
        self._topics.append(topic)

    def _leave_things(self, turn: int) -> None:
        """End the things spoken of in a turn that comes to the payment: the parcel is out tomorrow; now, how do you pay?"""
        for topic in self._topics:
            if topic.kind == "thing" and topic.turn == turn:
                topic.is_over = True

    def _topic(
        self, index: int, group: Group, lead: Sequence[Cue], at: int
    ) -> tuple[Topic | None, bool, tuple[str, ...]]:
        found = self._led(group, lead)
        if found and not (found[0].kind == "thing" and self._trail(index, group, at) == "pin"):
            return found
        if self._is_innocent(group):
            return Topic("other", group.last, group.turn), False, ("other",)
        if trail := self._trail(index, group, at):
            return Topic(trail, group.last, group.turn), True, (trail,)
        return self._pending(group)

    def _is_innocent(self, group: Group) -> bool:
        """Whether a number was given before as something that is no card."""
        digits = group.digits
        return len(digits) >= _AGAIN_AT_LEAST and any(
            digits in said or (len(said) >= _INNOCENT_PART and said in digits) for said in self._innocent
        )

    def _pending(self, group: Group) -> tuple[Topic | None, bool, tuple[str, ...]]:
        near = [
            topic
            for topic in self._topics
            if group.turn - topic.turn <= _TURNS_BACK and group.first - topic.token <= _TOKENS_BACK
        ]
        if not near:
            return None, False, ()
        # To mention a card asks for nothing: what is spoken of after it comes first, unless it is a thing nobody asks about.
        latest = next(
            (topic for topic in reversed(near) if topic.kind != "thing" or self._is_put_to(topic, group)),
            None,
        )
        wanting = [
            topic for topic in near if not topic.is_satisfied and (topic.kind != "card" or topic is latest)
        ]
        is_card = len(group.digits) >= 13 and brands.begins_like_a_card(group.digits)
        if is_card and (self._card_talk or brands.is_card_number(group.digits)):
            wanting = [topic for topic in wanting if topic.kind not in {"other", "thing"}]
        # What its own turn speaks of counts only right beside a number, and nobody answers what they said themselves.
        wanting = [topic for topic in wanting if topic.kind != "thing" or self._is_put_to(topic, group)]
        is_read_out = len(group.digits) >= _AGAIN_AT_LEAST and self._talk.plain_in_turn(group.turn) <= 2
        if is_read_out or len(group.digits) > _THING_AT_MOST:
            # A card for the booking: what is read out after that is the card.
            cards = [topic.turn for topic in near if topic.kind == "card"]
            wanting = [
                topic
                for topic in wanting
                if topic.kind != "thing"
                or (
                    topic.turn == group.turn - 1
                    and not any(0 <= topic.turn - turn <= _CARD_WITHIN for turn in cards)
                )
            ]
        wanting = [
            topic
            for topic in wanting
            if topic.kind not in {"other", "thing"} or group.turn - topic.turn <= _ANSWERED_WITHIN
        ]
        if not wanting:
            return self._answered(near[-1], group)
        latest = wanting[-1]
        bundle = [
            topic for topic in wanting if topic.turn == latest.turn and latest.token - topic.token <= 40
        ]
        kinds = tuple(topic.kind for topic in bundle)
        kind = fitting(kinds, group) if len(kinds) > 1 else latest.kind
        chosen = next(topic for topic in bundle if topic.kind == kind)
        return chosen, chosen.turn == group.turn, kinds

    def _is_put_to(self, topic: Topic, group: Group) -> bool:
        """Whether somebody else spoke of a thing before: `your order?`."""
        speaker = self._talk.speaker(group)
        return topic.turn != group.turn and (speaker is None or topic.voice != speaker)

    def _answered(self, topic: Topic, group: Group) -> tuple[Topic | None, bool, tuple[str, ...]]:
        """Return the last topic, though it has been answered, where a number says the answer again or mends it."""
        talk, said = self._talk, topic.said.values()
        again = any(
            group.digits in one or (len(one) >= _AGAIN_AT_LEAST and one in group.digits)
            for one in said
            if one
        )
        if topic.kind in {"other", "thing", "part", "code"}:
            goes_on = talk.speaker(group) == topic.speaker and group.turn - topic.answered <= _ANSWERED_WITHIN
            is_short = len(topic.most) + len(group.digits) <= _OTHER_AT_MOST
            is_weak = topic.kind == "thing" and self._card_talk
            claims = again or (goes_on and talk.plain_in_turn(group.turn) <= 2 and is_short and not is_weak)
            is_card = self._card_talk and len(group.digits) >= 13 and brands.begins_like_a_card(group.digits)
            if topic.answered == group.turn and not topic.is_measured and not is_card:
                spelled = all(len(word) == 1 for word in talk.tokens.words[topic.token + 1 : group.first])
                claims = claims or spelled or talk.plain_between(topic.token + 1, group.first) <= TOO_FAR // 2
        else:
            fits = topic.kind == "pan" or len(group.digits) <= FITS[topic.kind]
            words = talk.plain_in_turn(group.turn)
            is_close = words <= 3 or talk.plain_near(group) == 0
            is_dense = words <= 1 or (
                is_close and (topic.kind in {"pan", "card"} or len(group.digits) in _FULL.get(topic.kind, ()))
            )
            claims = again or (fits and is_dense and not self._names_other(group))
        return (topic, topic.turn == group.turn, (topic.kind,)) if claims else (None, False, ())

    def _told(
        self, group: Group, topic: Topic | None, here: bool, bundle: tuple[str, ...], apart: int
    ) -> Asked:
        pan = self._open_pan()
        dictated = next((one for one in reversed(self._topics) if one.kind == "pan" and one.pieces > 1), None)
        return Asked(
            topic.kind if topic else "",
            here,
            bundle,
            pan is not None,
            (pan is not None and len(pan.most) >= 3)
            or (dictated is not None and group.turn - dictated.answered <= _DICTATED_WITHIN),
            self._after_pan,
            self._card_talk,
            self._named,
            apart,
        )

    def _note(self, topic: Topic | None, group: Group) -> None:
        if group.explained:
            for one in {id(one): one for one in (topic, *self._topics[-1:]) if one is not None}.values():
                if one.kind in {"expiry", "thing"}:
                    one.is_measured = one.is_measured or not one.pieces
                    one.answer(None, group.digits, group.turn)
            return
        speaker = self._talk.speaker(group)
        if topic is not None and topic.kind in {"other", "thing"} and len(group.digits) >= _AGAIN_AT_LEAST:
            self._innocent.append(group.digits)
        if topic is not None:
            topic.answer(speaker, group.digits, group.turn)
            topic.token, topic.turn, topic.voice = max(topic.token, group.last), group.turn, speaker
            if topic.kind == "pan" and topic.is_satisfied:
                self._after_pan = True
            if topic.kind != "pan" and len(group.digits) >= 12 and (pan := self._open_pan()):
                pan.answer(speaker, group.digits, group.turn)
        is_whole = len(group.digits) >= IN_ONE_BREATH and ends_whole(group.digits[: brands.LONGEST])
        is_given = topic is not None and topic.kind in {"pan", "card"} and len(topic.most) >= brands.SHORTEST
        self._after_pan = self._after_pan or is_whole or is_given
