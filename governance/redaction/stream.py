"""Live text: words as a recogniser sends them, given back as soon as they are safe to show, each as it was or as a label.

A word that may be part of a number is held back until `stream_rules.could_become` has decided; at the bound of the policy (so
long after it was heard, or so many words behind it) and at the end of its turn what is undecided is masked. So is what follows
it in the meantime, because words come back in the order they were heard in. The stream masks at least what `text.detect_words`
masks over the same final words, turns being what one voice says until another speaks.

Only the open turn and a few words before it are kept, and digits that were masked (`stream_known`), in memory alone.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from governance.errors import ConflictError
from governance.redaction import cards, codes, disguised, marks, text, tongues
from governance.redaction.cutting import Tokens
from governance.redaction.languages import UnsupportedLanguageError, known, load
from governance.redaction.lexicon import words_of
from governance.redaction.spans import Entity, Word
from governance.redaction.stream_reading import Decided, Reading
from governance.redaction.stream_rules import Fate
from governance.redaction.talk import Talk

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

NUMBER = "NUMBER"
"""What a masked number is called that was not yet known to be card data."""

UNDECIDED = "what follows could still have made it card data"
HOLD_WORDS, HOLD_MS = 8, 2_000

_AT_ONCE = 64
_TURN_AT_MOST, _TURN_NEVER_MORE = 400, 800
_CONTEXT_WORDS, _CONTEXT_TURNS = 60, 2
_LONGEST_WORD = 4096
_TELLING_WORDS, _RECENT_WORDS = 20, 200
_BEFORE_PERSONAL = 12
_WITHIN_NUMBER = 2  # words that may stand between the words of a number
_TRACK_BEGINS = re.compile(r"\d{12,19}\^[^^]*$")
_TRACK_CHARACTERS = 44
_MARK_BEGINS = re.compile(r"\[[A-Z][A-Z_]+$")
_DRAWN = re.compile(
    r"&#|[\u00b2\u00b3\u00b9\u2070-\u2089\u2460-\u249b\u24ea-\u24ff\u2776-\u2793\U0001f100-\U0001f10a]"
)
_KINDS = {"pan": Entity.PAN, "cvv": Entity.CVV, "pin": Entity.PIN, "expiry": Entity.EXPIRY}


@dataclass(frozen=True, slots=True)
class Released:
    """A word that is safe to show: the `at`-th of those heard, as it was, or a label that says what it was and why."""

    at: int
    text: str
    channel: int | None
    speaker: str | None
    start_ms: int | None
    end_ms: int | None
    entity: str | None = None
    because: str | None = None


@dataclass(slots=True)
class _Heard:
    word: Word
    at: int
    heard_ms: int
    is_suspect: bool
    fate: Fate
    entity: str = NUMBER
    because: str = UNDECIDED
    is_sign: bool = False
    is_out: bool = False


class LiveText:
    """One live call: what is heard goes in, what is safe to show comes out, in the same order."""

    def __init__(self, policy: RedactionPolicy | None = None, language: str = "en") -> None:
        """Begin a call in `language`; with `auto` numbers of every language are held until it is known which is spoken.

        Raises `UnsupportedLanguageError` where the language cannot be examined, or the policy does not list it.
        """
        self._policy = policy
        self.hold_words = policy.stream.hold_words if policy is not None else HOLD_WORDS
        self.hold_ms = policy.stream.hold_ms if policy is not None else HOLD_MS
        self._is_told = language != tongues.AUTO
        self._readings = [Reading(code) for code in ((language,) if self._is_told else known())]
        self._refuse_unexamined()
        self._open: list[_Heard] = []
        self._is_cut = False
        self._context: list[Word] = []
        self._turn = 0
        self._count = 0
        self._tokens = 0
        self._is_behind = [False] * len(self._readings)
        self._track = 0  # characters within which a magnetic stripe that has begun goes on
        self._is_mark = False
        self._recent: deque[str] = deque(maxlen=_RECENT_WORDS)
        self._unheeded = 0  # words since the language was last listened for
        self._is_over = False

    @property
    def language(self) -> str | None:
        """The language that is spoken; None while that is not known."""
        return self._readings[0].language.code if self._is_told else None

    @property
    def held(self) -> int:
        """How many words are held back."""
        return sum(not one.is_out for one in self._open)

    @property
    def kept(self) -> int:
        """How many words are kept in memory: those of the open turn and a few before it, however long the call is."""
        return len(self._context) + len(self._open)

    def hear(self, words: Sequence[Word], *, final: bool = True, now_ms: int) -> list[Released]:
        """Take words, and return what is safe to show now.

        Words that are not final may still be replaced, so they release nothing of themselves: see `preview`.
        Raises `ConflictError` once the call is over.
        """
        self._refuse_late()
        released: list[Released] = []
        for portion in _portions(words) if final else ():
            if self._open and _voice(self._open[-1].word) != _voice(portion[0]):
                released += self._end_turn()
            for word in portion:
                self._take(word, now_ms)
            self._mask_personal(len(portion))
            released += self._advance(now_ms)
        return [*released, *self._advance(now_ms)]

    def tick(self, now_ms: int) -> list[Released]:
        """Return what is safe to show by now: what was held for as long as the policy says is masked."""
        self._refuse_late()
        return self._advance(now_ms)

    def finish(self) -> list[Released]:
        """End the call, and return what was held: what is undecided is masked. A call that is dropped is not finished."""
        self._refuse_late()
        released = self._end_turn()
        self._is_over = True
        return released

    def preview(self, words: Sequence[Word]) -> list[Released]:
        """Return words that are not final, with whatever may be part of a number masked; nothing where a policy looks for
        other personal data, which no word shows by itself.
        """
        if self._policy is not None and self._policy.personal:
            return []
        is_behind = [False] * len(self._readings)
        shown = []
        for word in words:
            is_safe = not self._is_suspect(words_of(word.text), is_behind) and len(word.text) < _AT_ONCE // 4
            hidden = Released(
                -1, f"[{NUMBER}]", word.channel, word.speaker, word.start_ms, word.end_ms, NUMBER, UNDECIDED
            )
            shown.append(replace(hidden, text=word.text, entity=None, because=None) if is_safe else hidden)
        return shown

    # Taking words ----------------------------------------------------------------------------------------------------

    def _take(self, word: Word, now_ms: int) -> None:
        said = word.text if word.text.isascii() else unicodedata.normalize("NFC", word.text)
        heard = _Heard(replace(word, text=said, turn=self._turn), self._count, now_ms, False, Fate.SHOWN)
        self._count += 1
        if len(said) > _LONGEST_WORD:
            heard.word = replace(heard.word, text="")
            heard.fate, heard.because = Fate.MASKED, "longer than any word"
        else:
            self._look_at(heard)
        self._open.append(heard)
        self._recent.append(said[:_AT_ONCE])
        self._unheeded += 1

    def _look_at(self, heard: _Heard) -> None:
        said = heard.word.text
        pieces = Tokens(said).words if "[" in said else words_of(said)
        self._tokens += len(pieces)
        # A dash between two numbers belongs to them: a word of signs alone shares the fate of the one before it.
        heard.is_sign = not pieces
        heard.is_suspect = self._is_suspect(pieces, self._is_behind) if pieces else any(self._is_behind)
        if heard.is_suspect:
            heard.fate = Fate.OPEN
        for entity, because in self._layouts(said):
            heard.fate, heard.entity, heard.because = Fate.MASKED, entity, because

    def _is_suspect(self, pieces: Sequence[str], is_behind: list[bool]) -> bool:
        found = False
        for at, reading in enumerate(self._readings):
            for piece in pieces:
                is_behind[at] = reading.suspects.is_suspect(piece, is_behind=is_behind[at])
                found |= is_behind[at]
        return found

    def _layouts(self, said: str) -> Iterator[tuple[str, str]]:
        """Yield what a word is by how it is written, whatever is said around it: a magnetic stripe, digits in disguise, an old mask."""
        was_track, was_mark = self._track, self._is_mark
        self._track = (
            _TRACK_CHARACTERS
            if _TRACK_BEGINS.search(said)
            else 0
            if "^" in said
            else max(0, self._track - len(said) - 1)
        )
        self._is_mark = bool(_MARK_BEGINS.search(said))
        if was_track or self._track or codes.tracks(said):
            yield Entity.TRACK.value, "laid out like the magnetic stripe of a card"
        elif _DRAWN.search(said) or any(disguised.spans(said)):
            yield Entity.PAN.value, "written so that it reads as digits"
        elif self._policy is not None and (was_mark or self._is_mark or any(marks.spans(said, self._policy))):
            yield NUMBER, "a mask of an earlier pass"

    def _mask_personal(self, count: int) -> None:
        """Mask other personal data in the words that were taken last, read with a few words before them."""
        if self._policy is None or not self._policy.personal:
            return
        from governance.redaction.personal import detect

        heard = self._open[-(count + _BEFORE_PERSONAL) :]
        joined, offsets, _ = text.as_one_text([one.word for one in heard])
        for span in detect(joined, self._readings[0].language.code, self._policy):
            for one in heard[bisect_right(offsets, span.start) - 1 : bisect_right(offsets, span.end - 1)]:
                if one.fate is not Fate.MASKED:
                    one.fate, one.entity, one.because = Fate.MASKED, span.entity.value, span.because

    # Deciding --------------------------------------------------------------------------------------------------------

    def _advance(self, now_ms: int) -> list[Released]:
        if any(one.fate is Fate.OPEN for one in self._open):
            self._read(is_over=False)
            self._mask_overdue(now_ms)
        released = list(self._out())
        if self._tokens > _TURN_AT_MOST:
            released += self._cut()
        return released

    def _mask_overdue(self, now_ms: int) -> None:
        """Mask what was held for as long as it may be, counted from the last word of its number."""
        behind = apart = ended_ms = 0
        for one in reversed(self._open):
            if not one.is_suspect:
                behind, apart = behind + 1, apart + 1
                continue
            if apart > _WITHIN_NUMBER or not ended_ms:
                ended_ms = one.heard_ms
            apart = 0
            if one.fate is Fate.OPEN and (behind >= self.hold_words or now_ms - ended_ms >= self.hold_ms):
                one.fate = Fate.MASKED
        if any(one.fate is Fate.MASKED for one in self._open):
            for reading in self._readings:
                reading.is_carded = True

    def _read(self, *, is_over: bool) -> list[tuple[Reading, Talk, int, list[Decided]]]:
        """Decide on the words of the open turn, in every language that is listened for."""
        words = [*self._context, *(one.word for one in self._open)]
        joined, offsets, turns = text.as_one_text(words)
        starts, last = offsets[len(self._context) :], len(turns) - 1
        read = []
        for reading in self._readings:
            talk = Talk(joined, reading.language, turns)
            fates, groups = reading.fates(talk, last, is_over=is_over, is_cut=self._is_cut)
            masked: dict[int, Fate] = {}
            for token, fate in fates.items():
                at = bisect_right(starts, talk.tokens.starts[token]) - 1
                if fate is not Fate.SHOWN:
                    masked[at] = Fate.MASKED if Fate.MASKED in (fate, masked.get(at)) else fate
            read.append((reading, talk, last, groups))
            self._note(masked, first=reading is self._readings[0])
            self._name(talk, groups, starts, {at for at, fate in masked.items() if fate is Fate.MASKED})
        return read

    def _note(self, fates: dict[int, Fate], *, first: bool) -> None:
        for at, one in enumerate(self._open):
            if one.is_out or one.fate is Fate.MASKED or not one.is_suspect:
                continue
            fate = fates.get(at, Fate.SHOWN)
            if one.is_sign and at:
                fate = self._open[at - 1].fate
            one.fate = fate if first or fate is Fate.MASKED or one.fate is Fate.SHOWN else one.fate

    def _name(self, talk: Talk, groups: Sequence[Decided], starts: Sequence[int], masked: set[int]) -> None:
        """Say of masked words what they are, as far as that is known by now."""
        unnamed = [at for at in masked if not self._open[at].is_out and self._open[at].entity == NUMBER]
        if not unnamed:
            return
        for span in cards.find(talk):
            for at in range(bisect_right(starts, span.start) - 1, bisect_right(starts, span.end - 1)):
                if at in unnamed:
                    self._open[at].entity, self._open[at].because = span.entity.value, span.because
        for group, asked, _ in groups:
            for at in range(bisect_right(starts, group.start) - 1, bisect_right(starts, group.end - 1)):
                if at in unnamed and self._open[at].entity == NUMBER and asked.kind in _KINDS:
                    self._open[at].entity = _KINDS[asked.kind].value
                    self._open[at].because = "said where it was asked for"

    # Giving back -----------------------------------------------------------------------------------------------------

    def _out(self) -> Iterator[Released]:
        for one in self._open:
            if one.is_out:
                continue
            if one.fate is Fate.OPEN:
                return
            one.is_out = True
            yield self._released(one)

    def _released(self, one: _Heard) -> Released:
        word = one.word
        shown = Released(one.at, word.text, word.channel, word.speaker, word.start_ms, word.end_ms)
        if one.fate is Fate.SHOWN:
            return shown
        treatment = self._policy.treatment(one.entity) if self._policy is not None else None
        is_removed = treatment is not None and treatment.transcript == "remove"
        return replace(
            shown, text="" if is_removed else f"[{one.entity}]", entity=one.entity, because=one.because
        )

    def _end_turn(self) -> list[Released]:
        """End the open turn: everything in it is decided."""
        if not self._open:
            return []
        self._close(self._open)
        released = list(self._out())
        self._open, self._is_cut = [], False
        self._listen()
        return released

    def _close(self, heard: list[_Heard]) -> None:
        """Let words become past: the open turn, or the beginning of one that is too long."""
        rest, self._open = self._open[len(heard) :], heard
        for reading, talk, turn, groups in self._read(is_over=True):
            reading.close(talk, turn, groups)
        self._open = [*heard, *rest]
        self._context = _shortened([*self._context, *(one.word for one in heard)])
        self._turn += 1
        self._tokens = 0
        for one in rest:
            one.word = replace(one.word, turn=self._turn)
            self._tokens += len(words_of(one.word.text))

    def _cut(self) -> list[Released]:
        """Forget the beginning of a turn that is too long. Nothing may reach across the cut; if that cannot be, all of it is masked."""
        released: list[Released] = []
        decided = next((at for at, one in enumerate(self._open) if one.fate is Fate.OPEN), len(self._open))
        at = self._place_to_cut(decided)
        if at is None:
            if self._tokens <= _TURN_NEVER_MORE:
                return []
            for one in self._open:
                one.fate = Fate.MASKED if one.fate is Fate.OPEN else one.fate
            at = len(self._open)
            released = list(self._out())
        heard, rest = self._open[:at], self._open[at:]
        self._close(heard)
        self._open, self._is_cut = rest, True
        return released

    def _place_to_cut(self, decided: int) -> int | None:
        joined, offsets, turns = text.as_one_text([*self._context, *(one.word for one in self._open)])
        starts, last = offsets[len(self._context) :], len(turns) - 1
        talks = [(reading, Talk(joined, reading.language, turns)) for reading in self._readings]
        for at in range(decided - 1, decided // 2, -1):
            tokens = talks[0][1].tokens
            token = bisect_right(tokens.starts, starts[at] - 1)
            if (
                0 < token < len(tokens)
                and tokens.starts[token] >= starts[at]
                and all(reading.may_cut(talk, last, token) for reading, talk in talks)
            ):
                return at
        return None

    # Languages -------------------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        """Find out which language is spoken, or whether another one is than the one named."""
        if self._unheeded < _TELLING_WORDS:
            return
        self._unheeded = 0
        recent = " ".join(self._recent)
        if not self._is_told:
            code = tongues.language_of(recent)
            if code is None:
                return
            kept = [at for at, reading in enumerate(self._readings) if reading.language.code == code]
            self._readings = [self._readings[at] for at in kept]
            self._is_behind = [self._is_behind[at] for at in kept]
            self._is_told = True
            self._refuse_unexamined()
            return
        for code in tongues.spoken(recent, self._readings[0].language.code):
            if all(reading.language.code != code for reading in self._readings):
                self._readings.append(Reading(load(code).code))
                self._is_behind.append(False)

    def _refuse_unexamined(self) -> None:
        if (
            self._is_told
            and self._policy is not None
            and not self._policy.examines(self._readings[0].language.code)
        ):
            raise UnsupportedLanguageError(
                f"The policy does not examine this language. It examines: {', '.join(self._policy.languages)}.",
                field="language",
            )

    def _refuse_late(self) -> None:
        if self._is_over:
            raise ConflictError("The call is over.")


def _voice(word: Word) -> tuple[int | None, str | None]:
    return word.channel, word.speaker


def _portions(words: Sequence[Word]) -> Iterator[list[Word]]:
    """Yield words in portions of one voice that are not too long to be read at once."""
    portion: list[Word] = []
    for word in words:
        if portion and (len(portion) >= _AT_ONCE or _voice(portion[-1]) != _voice(word)):
            yield portion
            portion = []
        portion.append(word)
    if portion:
        yield portion


def _shortened(words: list[Word]) -> list[Word]:
    """Return the last words of the past, and some of at least two turns."""
    kept = words[-_CONTEXT_WORDS:]
    if kept and len({word.turn for word in kept}) < _CONTEXT_TURNS:
        earlier = [word for word in words[: -len(kept)] if word.turn != kept[0].turn]
        kept = [*earlier[-_CONTEXT_TURNS:], *kept]
    return kept
