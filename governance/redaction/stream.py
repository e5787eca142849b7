"""Live text: words as a recogniser sends them, given back as soon as they are safe to show, each as it was or as a label.

A word that may be part of a number is held back until `stream_rules.could_become` has decided; at the bound of the policy (so
long after it was heard, or so many words behind it) and at the end of its turn what is undecided is masked. So is what follows
it in the meantime, because words come back in the order they were heard in. The stream masks at least what `text.detect_words`
masks over the same final words, turns being what one voice says until another speaks.

Only the open turn and a few words before it are kept, and digits that were masked (`stream_known`), in memory alone.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from governance.errors import ConflictError
from governance.redaction import text
from governance.redaction.cutting import Tokens
from governance.redaction.lexicon import words_of
from governance.redaction.spans import Word
from governance.redaction.stream_ears import Ears
from governance.redaction.stream_heard import NUMBER, Heard, Layouts, Released, portions, voice
from governance.redaction.stream_rules import Fate
from governance.redaction.stream_turn import OpenTurn

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

HOLD_WORDS, HOLD_MS = 8, 2_000
_LONGEST_WORD = 4096
_LONGEST_PREVIEWED = 15
_BEFORE_PERSONAL = 12
_BEGINNING = 3


class LiveText:
    """One live call: what is heard goes in, what is safe to show comes out, in the same order."""

    def __init__(self, policy: RedactionPolicy | None = None, language: str = "en") -> None:
        """Begin a call in `language`; with `auto` numbers of every language are held until it is known which is spoken.

        Raises `UnsupportedLanguageError` where the language cannot be examined, or the policy does not list it.
        """
        self._policy = policy
        self.hold_words = policy.stream.hold_words if policy is not None else HOLD_WORDS
        self.hold_ms = policy.stream.hold_ms if policy is not None else HOLD_MS
        self._ears = Ears(policy, language)
        self._turn = OpenTurn(self._ears)
        self._layouts = Layouts(policy)
        self._count = 0
        self._is_over = False

    @property
    def language(self) -> str | None:
        """The language that is spoken; None while that is not known."""
        return self._ears.language

    @property
    def held(self) -> int:
        """How many words are held back."""
        return sum(not one.is_out for one in self._turn.heard)

    @property
    def kept(self) -> int:
        """How many words are in memory: those of the open turn and a few before it, however long the call is."""
        return self._turn.kept

    def hear(self, words: Sequence[Word], *, final: bool = True, now_ms: int) -> list[Released]:
        """Take words, and return what is safe to show now.

        Words that are not final may still be replaced, so they release nothing of themselves: see `preview`. Where they go on with
        a number it has not ended, and the time of the policy has not begun.
        Raises `ConflictError` once the call is over, `UnsupportedLanguageError` where the policy does not list what is spoken.
        """
        self._refuse_late()
        if not final and words and self._goes_on(words):
            self._turn.go_on(now_ms)
        released: list[Released] = []
        for portion in portions(words) if final else ():
            if self._turn.heard and voice(self._turn.heard[-1].word) != voice(portion[0]):
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
        self._is_over = True
        return self._told(self._turn.end())

    def preview(self, words: Sequence[Word]) -> list[Released]:
        """Return words that are not final, with whatever may be part of a number masked.

        Nothing where a policy looks for other personal data, which no word shows by itself.
        """
        if self._policy is not None and self._policy.personal:
            return []
        is_behind = [False] * len(self._ears.readings)
        shown = []
        for word in words:
            is_long = len(word.text) > _LONGEST_PREVIEWED
            is_safe = not is_long and not self._ears.suspects(words_of(word.text), is_behind)
            masked = Heard(word, -1, 0, fate=Fate.MASKED).released(None)
            shown.append(replace(masked, text=word.text, entity=None, because=None) if is_safe else masked)
        return shown

    def _goes_on(self, words: Sequence[Word]) -> bool:
        """Whether words that are not final begin with a number, said by the voice whose turn it is."""
        if not self._turn.heard or voice(self._turn.heard[-1].word) != voice(words[0]):
            return False
        is_behind = [True] * len(self._ears.readings)
        return any(self._ears.suspects(words_of(word.text), is_behind) for word in words[:_BEGINNING])

    def _take(self, word: Word, now_ms: int) -> None:
        said = word.text if word.text.isascii() else unicodedata.normalize("NFC", word.text)
        heard = Heard(replace(word, text=said, turn=self._turn.number), self._count, now_ms)
        self._count += 1
        tokens = 0
        if len(said) > _LONGEST_WORD:
            heard.word = replace(heard.word, text="")
            heard.mask(NUMBER, "longer than any word")
        else:
            pieces = Tokens(said).words if "[" in said else words_of(said)
            tokens, heard.is_sign = len(pieces), not pieces
            heard.is_suspect = self._ears.hears_a_number(said, pieces)
            heard.fate = Fate.OPEN if heard.is_suspect else Fate.SHOWN
            if layout := self._layouts.of(said):
                heard.mask(*layout)
        self._turn.add(heard, tokens)

    def _mask_personal(self, count: int) -> None:
        """Mask other personal data in the words that were taken last, read with a few words before them."""
        if self._policy is None or not self._policy.personal:
            return
        from governance.redaction.personal import detect

        heard = self._turn.heard[-(count + _BEFORE_PERSONAL) :]
        joined, offsets, _ = text.as_one_text([one.word for one in heard])
        for span in detect(joined, self._ears.readings[0].language.code, self._policy):
            for one in heard[bisect_right(offsets, span.start) - 1 : bisect_right(offsets, span.end - 1)]:
                if one.fate is not Fate.MASKED:
                    one.mask(span.entity.value, span.because)

    def _advance(self, now_ms: int) -> list[Released]:
        self._turn.decide(now_ms, self.hold_words, self.hold_ms)
        return [*self._told(self._turn.given()), *self._told(self._turn.cut())]

    def _end_turn(self) -> list[Released]:
        released = self._told(self._turn.end())
        self._ears.listen()
        return released

    def _told(self, heard: Iterable[Heard]) -> list[Released]:
        return [one.released(self._policy) for one in heard]

    def _refuse_late(self) -> None:
        if self._is_over:
            raise ConflictError("The call is over.")
