"""The last word on what rules leave open: numbers that only the whole talk around them tells to be card data, or to be none.

The rules know what is asked for and how numbers look. What they do not know is weighed: a number they leave is taken if its
surroundings make it likely enough to be card data, and a finding is given up if its surroundings make that very unlikely. What a
rule is sure of stays, and so does every piece of a complete card number, and track data, whatever is said around.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from governance.redaction import weights
from governance.redaction.codes import UNSHAPED, Verdict, is_month_and_year
from governance.redaction.digits import Group
from governance.redaction.echoes import Echoes
from governance.redaction.lexicon import LETTER
from governance.redaction.shapes import LOOKS_LIKE, TELLING, UNPROMPTED
from governance.redaction.spans import CARD_DATA, Entity
from governance.redaction.surroundings import LATE, Surroundings
from governance.redaction.topic import Asked

SURE_FROM = UNPROMPTED
"""The score from which a rule is sure."""
_AT_MOST = 0.9
_BECAUSE = "what is said before and behind makes it likely that this is card data, though no rule says so"
_MASKS = frozenset(entity.value for entity in CARD_DATA)
_MAKE_A_NUMBER = LATE.index("pieces make a number")
_EVEN, _LIKELY, _VERY_LIKELY = 0.5, 0.6, 0.8
_ENTITIES = {"cvv": Entity.CVV, "pin": Entity.PIN, "expiry": Entity.EXPIRY}


class Weighed(Echoes):
    """Finds what only the talk as a whole tells, and gives up what it speaks against."""

    def weigh(self) -> None:
        """Take numbers that no rule took, and give up findings, by how likely they are to be card data.

        Where masks of an earlier look stand, what that look has left or given up is not taken up again for a little more
        likelihood: the masked numbers are missing from the surroundings, and masking twice is masking once.
        """
        learnt = weights.load()
        found = [self.surest(index) for index in range(len(self._groups))]
        left = [index for index, score in enumerate(found) if not score]
        may_be = learnt.may_be([(self._groups[index], self._asked[index]) for index in left])
        may_be_taken = {index for index, is_open in zip(left, may_be, strict=True) if is_open}
        complete = {index for index, _ in self._numbers}
        doubtful = {
            index for index, score in enumerate(found) if 0 < score < SURE_FROM and index not in complete
        }
        if not may_be_taken and not doubtful:
            return
        chances, unlikely = self._chances([*may_be_taken, *doubtful], learnt)
        lines = self._lines(learnt)
        taken = {
            index
            for index in may_be_taken
            if chances[index] >= self._takes(index, lines, is_unlikely=index in unlikely)
        }
        given_up = {index for index in doubtful if chances[index] < lines.gives_up}
        self._agree(taken, given_up, may_be_taken)
        for index in given_up:
            for at in range(len(self._groups[index].chunks)):
                self._verdicts.pop((index, at), None)
        for index in taken:
            self._take_as_likely(index, chances[index])

    def _lines(self, learnt: weights.Weights) -> weights.Lines:
        if any(label.name in _MASKS for label in self._talk.tokens.labels):
            return learnt.again
        return learnt.lines if self._is_talk else learnt.alone

    @cached_property
    def _is_talk(self) -> bool:
        """Whether turns come and go: somebody speaks twice. A form and a letter have a name before each line, and none again."""
        turns = self._talk.turns
        return len({turn.speaker for turn in turns}) < len(turns)

    def _chances(self, places: Sequence[int], learnt: weights.Weights) -> tuple[dict[int, float], set[int]]:
        """Return how likely numbers are to be card data, and which of them stand where nobody speaks of a card or makes a number.

        What is said more than once is as likely each time.
        """
        around = Surroundings(self._talk, self._asked, learnt.words.get(self._talk.lexicon.code, {}))
        rows = [around.late(index) for index in places]
        chances = dict(zip(places, learnt.late.chances(rows), strict=True))
        again: dict[str, list[int]] = {}
        for index in places:
            again.setdefault(self._groups[index].digits, []).append(index)
        for digits, same in again.items():
            if len(same) > 1 and len(digits) >= TELLING:
                chances |= dict.fromkeys(same, sum(chances[index] for index in same) / len(same))
        unlikely = {
            index
            for index, row in zip(places, rows, strict=True)
            if not self._speaks_of_cards and not row[_MAKE_A_NUMBER]
        }
        return chances, unlikely

    def _agree(self, taken: set[int], given_up: set[int], may_be_taken: set[int]) -> None:
        """Let what is masked in one place be masked where it stands again, as far as it may be taken there.

        What a live call has shown by then cannot be taken back: the same number is not taken elsewhere either.
        """
        changed = True
        while changed:
            changed = False
            masked = {
                index
                for index in range(len(self._groups))
                if index in taken or (self.surest(index) and index not in given_up)
            }
            telling = {digits for index in masked if len(digits := self._groups[index].digits) >= TELLING}
            if not telling:
                return
            pattern = re.compile("|".join(sorted(telling)))
            for index, group in enumerate(self._groups):
                if index in masked or not pattern.search(group.digits):
                    continue
                if index in given_up:
                    given_up.discard(index)
                    changed = True
                elif index in may_be_taken:
                    taken.add(index)
                    changed = True
                elif same := {at for at in taken if self._groups[at].digits == group.digits}:
                    taken -= same
                    may_be_taken -= same
                    changed = True

    def _takes(self, index: int, lines: weights.Lines, *, is_unlikely: bool) -> float:
        """Return from which chance a number is taken: from a higher one where it looks like something else or nobody speaks of a card.

        The last four may be shown where nobody gives the rest: not taken at all if they are said to be that, and hardly if they were
        asked for as that. Nor is the month of a day.
        """
        asked, group = self._asked[index], self._groups[index]
        if asked.kind == "part" and not asked.begun:
            return 1.0 if asked.here else max(lines.takes, _VERY_LIKELY)
        if any(chunk.is_month for chunk in group.chunks) and not self._is_month(index):
            return max(lines.takes, _VERY_LIKELY)
        if is_unlikely:
            return max(lines.takes, _LIKELY) if self._is_talk else 1.0
        return max(lines.takes, _EVEN) if asked.kind == "part" or group.explained else lines.takes

    def _take_as_likely(self, index: int, chance: float) -> None:
        group = self._groups[index]
        entity = _entity(group, self._asked[index])
        least = LOOKS_LIKE if entity is Entity.PAN else UNSHAPED
        verdict = Verdict(entity, min(max(chance, least), _AT_MOST), _BECAUSE)
        for at in range(len(group.chunks) - self._undecided(group)):
            self._verdicts[index, at] = verdict

    def _undecided(self, group: Group) -> int:
        """Return how many `oh` stand at the end of a turn: a stream shows them, because the next turn tells whether they are zeros."""
        words, roles = self._talk.tokens.words, self._talk.lexicon.roles
        count = 0
        for chunk in reversed(group.chunks):
            if chunk.digits != "0" or chunk.typed or not roles.get(words[chunk.first], 0) & LETTER:
                break
            count += 1
        return count


def _entity(group: Group, asked: Asked) -> Entity:
    """Return what a number is that is card data: what was asked for, or what it looks like behind a card number."""
    if asked.kind in _ENTITIES:
        return _ENTITIES[asked.kind]
    if any(chunk.is_month for chunk in group.chunks):
        return Entity.EXPIRY
    if asked.after_pan and len(group.digits) == 3:
        return Entity.CVV
    is_date = asked.after_pan and len(group.digits) in (4, 6) and is_month_and_year(group.digits)
    return Entity.EXPIRY if is_date else Entity.PAN
