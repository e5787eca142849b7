"""What keys mean together: a card number, a security code, a choice in a menu.

Keys come one by one; people press them in runs, end them with `#`, and a voice menu asks for one thing after another.
`runs` groups them, `decide` says what each run or part of a run is, and `find` where to cut. A decision says why in a
sentence that never holds a digit. When in doubt a run is *suspected*: it is cut out everywhere, and a person decides
about the original.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from governance.redaction import brands
from governance.redaction.dtmf import Tone
from governance.redaction.spans import Entity, TimeSpan, Timing

RUN_GAP_MS = 8_000
MENU_KEYS = 1
SURE, LIKELY, UNSURE = 0.99, 0.8, 0.5
_AFTER_CARD_MS = 120_000
_AFTER_QUESTION_MS = 45_000
_SHORTEST_CODE = 3  # two keys are no complete code of any kind
_LONGEST_CODE = 8
_AMEX_LENGTH = 15
_LONGEST_USUAL = 16
_LONGEST_CHOICE = 2  # as the policy's `menu_presses_at_most`


@dataclass(frozen=True, slots=True)
class Run:
    """Keys pressed one after another on one channel."""

    tones: tuple[Tone, ...]

    @property
    def channel(self) -> int:
        """The channel all of them were heard on."""
        return self.tones[0].channel

    @property
    def start_ms(self) -> int:
        """When the first key begins."""
        return self.tones[0].start_ms

    @property
    def end_ms(self) -> int:
        """When the last key ends."""
        return max(tone.end_ms for tone in self.tones)

    @property
    def digits(self) -> str:
        """The keys without `*`, `#` and letters."""
        return "".join(tone.digit for tone in self.tones if tone.digit.isdigit())


@dataclass(frozen=True, slots=True)
class Question:
    """A moment at which words asked for a code (`CVV`, `PIN`), or asked for or said a card number (`PAN`)."""

    at_ms: int
    entity: Entity


@dataclass(frozen=True, slots=True)
class Keyed:
    """What keys were taken for. `is_choice` tells a choice in a menu, which a policy may let stay."""

    channel: int
    start_ms: int
    end_ms: int
    entity: Entity
    score: float
    because: str
    is_choice: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """The next `count` digits of a run and what they are."""

    count: int
    entity: Entity
    score: float
    because: str
    is_choice: bool = False


def runs(tones: Sequence[Tone], gap_ms: int = RUN_GAP_MS) -> list[Run]:
    """Return the keys grouped in runs, in order of time: a pause longer than `gap_ms` or a `#` ends a run."""
    grouped: list[Run] = []
    for channel in sorted({tone.channel for tone in tones}):
        current: list[Tone] = []
        for tone in sorted((t for t in tones if t.channel == channel), key=lambda t: t.start_ms):
            if current and (tone.start_ms - current[-1].end_ms > gap_ms or current[-1].digit == "#"):
                grouped.append(Run(tuple(current)))
                current = []
            current.append(tone)
        if current:
            grouped.append(Run(tuple(current)))
    return sorted(grouped, key=lambda run: (run.start_ms, run.channel))


def decide(
    found: Sequence[Run], questions: Sequence[Question] = (), menu_keys: int = MENU_KEYS
) -> list[Keyed]:
    """Return what each run is, part by part.

    12 to 19 digits are a card number, confirmed if the check digit agrees (ISO/IEC 7812-1); what follows a card
    number is its expiry or its security code; what follows a question for a code is that code (PCI DSS 3.3.1). Up to
    `menu_keys` digits are a choice in a menu. Three digits or more whose meaning is not known are suspected to be a
    code: nobody presses keys for fun.
    """
    decisions: list[Keyed] = []
    card_end_ms: int | None = None
    card_length = 0
    for run in found:
        is_after_card = card_end_ms is not None and run.start_ms - card_end_ms <= _AFTER_CARD_MS
        parts = _parts(run, _asked(run, questions), card_length if is_after_card else 0, menu_keys)
        decisions += _timed(run, parts)
        for part in parts:
            if part.entity is Entity.PAN:
                card_end_ms, card_length = run.end_ms, part.count
    return decisions


def spans(decisions: Sequence[Keyed]) -> list[TimeSpan]:
    """Return the decisions as spans to cut. The pauses between the keys of a run go too: they tell its rhythm.

    A span of entity `DTMF` that is only *suspected* may be a code of any kind: treat it as suspected SAD.
    """
    return [
        TimeSpan(k.start_ms, k.end_ms, k.channel, k.entity, Timing.EXACT, k.score, k.because)
        for k in decisions
    ]


def find(
    tones: Sequence[Tone],
    questions: Sequence[Question] = (),
    *,
    gap_ms: int = RUN_GAP_MS,
    menu_keys: int = MENU_KEYS,
    keep_menu_presses: bool = False,
) -> list[TimeSpan]:
    """Return the spans to cut for these keys: `runs`, `decide` and `spans` in one."""
    decided = decide(runs(tones, gap_ms), questions, menu_keys)
    return spans([keyed for keyed in decided if not (keyed.is_choice and keep_menu_presses)])


def _asked(run: Run, questions: Sequence[Question]) -> Entity | None:
    """Return what the latest question before the run asked for, if it is recent enough to be answered by it."""
    recent = [
        question
        for question in questions
        if question.at_ms <= run.end_ms and run.start_ms - question.at_ms <= _AFTER_QUESTION_MS
    ]
    return max(recent, key=lambda question: question.at_ms).entity if recent else None


def _timed(run: Run, parts: Sequence[_Part]) -> list[Keyed]:
    """Lay the parts over the tones; stars and hashes go with the part they stand in, so that no key is left out."""
    if len(parts) == 1:
        part = parts[0]
        return [
            Keyed(
                run.channel, run.start_ms, run.end_ms, part.entity, part.score, part.because, part.is_choice
            )
        ]
    timed, at = [], 0
    for index, part in enumerate(parts):
        first, left = at, part.count
        while at < len(run.tones) and (left > 0 or index == len(parts) - 1):
            left -= run.tones[at].digit.isdigit()
            at += 1
        tones = run.tones[first:at]
        end_ms = max(tone.end_ms for tone in tones)
        timed.append(
            Keyed(
                run.channel, tones[0].start_ms, end_ms, part.entity, part.score, part.because, part.is_choice
            )
        )
    return timed


def _parts(run: Run, asked: Entity | None, card_length: int, menu_keys: int) -> list[_Part]:
    digits = run.digits
    count = len(digits)
    if not digits:
        return [_Part(0, Entity.DTMF, SURE, "only star, hash or a letter was pressed", is_choice=True)]
    if asked in (Entity.CVV, Entity.PIN) and _SHORTEST_CODE <= count <= _LONGEST_CODE:
        return [_Part(count, asked, SURE, f"{count} keys pressed after a {asked.value} was asked for")]
    if count >= brands.SHORTEST:
        return _long(digits)
    if card_length and count > 1:
        return _after_card(digits, card_length)
    if asked is Entity.PAN and count > 1:
        if count <= _LONGEST_CODE // 2:
            return _after_card(digits, 0)
        return [_Part(count, Entity.PAN, UNSURE, f"{count} keys after talk of a card number: a part of one")]
    if count <= menu_keys:
        return [_Part(count, Entity.DTMF, SURE, f"{count} keys, as many as a menu takes", is_choice=True)]
    if count < _SHORTEST_CODE:
        return [_Part(count, Entity.DTMF, LIKELY, f"{count} keys, fewer than any code has")]
    return [_Part(count, Entity.DTMF, UNSURE, f"{count} keys whose meaning is not known")]


def _long(digits: str) -> list[_Part]:
    """Return what a run as long as a card number is: a card number, or one with what belongs to it."""
    count = len(digits)
    is_card = count <= brands.LONGEST and brands.passes_luhn(digits)
    for length in brands.BY_LIKELIHOOD:
        rest = count - length
        if count <= _LONGEST_USUAL:
            break  # cards of 12 or 13 digits are so rare that a split here would nearly always be chance
        if rest in (3, 4, 7, 8) and brands.is_card_number(digits[:length]):
            card = _Part(length, Entity.PAN, SURE, f"{length} keys that are a card number, followed by more")
            after = _after_card(digits[length:], length)
            if is_card:
                after = [_Part(rest, Entity.CVV, UNSURE, f"{rest} keys: the end of a card number, or a code")]
            return [card, *after]
    if is_card:
        return [_Part(count, Entity.PAN, SURE, f"{count} keys whose check digit agrees")]
    for lead in range(1, _LONGEST_CHOICE + 1):
        # Who presses 1 to pay and begins at once leaves no pause. The choice goes with the number: it may be a part of it.
        if brands.is_usual(digits[lead:]) and brands.is_card_number(digits[lead:]):
            return [
                _Part(count, Entity.PAN, SURE, f"{count - lead} keys that are a card number, after a choice")
            ]
    if count <= brands.LONGEST:
        return [
            _Part(
                count,
                Entity.PAN,
                UNSURE,
                f"{count} keys, as many as a card number, check digit does not agree",
            )
        ]
    return [_Part(count, Entity.DTMF, UNSURE, f"{count} keys, more than a card number has")]


def _after_card(digits: str, card_length: int) -> list[_Part]:
    count = len(digits)
    is_date = "01" <= digits[:2] <= "12"
    if count < _SHORTEST_CODE:
        return [_Part(count, Entity.EXPIRY, LIKELY, f"{count} keys after a card number, too few for a code")]
    if count == 4 and is_date and card_length != _AMEX_LENGTH:
        return [_Part(4, Entity.EXPIRY, LIKELY, "4 keys after a card number that read as month and year")]
    if count <= 4:
        return [_Part(count, Entity.CVV, SURE, f"{count} keys after a card number")]
    if count in (7, 8) and is_date:
        return [
            _Part(4, Entity.EXPIRY, LIKELY, "4 keys after a card number that read as month and year"),
            _Part(count - 4, Entity.CVV, LIKELY, f"{count - 4} keys after a card number and its expiry"),
        ]
    return [_Part(count, Entity.DTMF, UNSURE, f"{count} keys after a card number whose meaning is not known")]
