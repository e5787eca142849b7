"""The first look: everything a recording holds that must not be heard or read, and what stands in the way of saying so.

Pure: bytes in, findings out. Words, keypad tones and the source's own record of keys are brought together per stream,
so that one finding is cut out wherever it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from governance.errors import InvalidError
from governance.recordings.reasons import NOT_EXAMINED, SUSPECTED_SAD, UNLOCATED, UNREADABLE
from governance.redaction import (
    audio,
    dtmf,
    keypad,
    placement,
    review_rules,
    rules,
    speech,
    spokendigits,
    text,
    timeline,
    transcripts,
    unwritten,
    witnesses,
)
from governance.redaction.digitruns import DigitRun
from governance.redaction.dtmf import Tone
from governance.redaction.languages import UnsupportedLanguageError
from governance.redaction.review_rules import Judged
from governance.redaction.spans import SAD, Certainty, Entity, TimeSpan, Word, certainty_of
from governance.redaction.text import WordSpan
from governance.redaction.timeline import Pause
from governance.redaction.transcripts.document import TranscriptDocument

if TYPE_CHECKING:
    from governance.policy.redaction import RedactionPolicy

CARD_DATA, NOT_CARD_DATA = "card_data", "not_card_data"


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a recording cannot leave quarantine: a reason code and a sentence that holds no data."""

    reason: str
    because: str


@dataclass(frozen=True, slots=True)
class Said:
    """A transcript that was read: its words, and what was found among them."""

    position: int
    stream: int | None
    language: str
    document: TranscriptDocument
    found: tuple[WordSpan, ...]
    pauses: tuple[Pause, ...] = ()

    def words(self, position: int) -> list[Word]:
        """Return its words with the times at which they stand in the sound at `position`."""
        return timeline.moved(self.document.words, self.pauses, position)


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What was found: spans for each stream, findings for each transcript, and the obstacles.

    `unread` are the spans of which only the sound tells, by stream: number and code are one run there, so that nothing of
    them may be kept as a card number (PCI DSS 3.3.1).
    """

    spans: Mapping[int, tuple[TimeSpan, ...]]
    said: tuple[Said, ...]
    obstacles: tuple[Obstacle, ...]
    unread: Mapping[int, tuple[TimeSpan, ...]] = field(default_factory=dict)

    def leaves_master(self, position: int) -> list[TimeSpan]:
        """Return what is cut out of the master of a stream too."""
        known = [span for span in self.spans[position] if leaves_master(span.entity, span.score)]
        return [*known, *self.unread.get(position, ())]


@dataclass(frozen=True, slots=True)
class Source:
    """A transcript as it came: `stream` is the position of the sound it writes down, None for all of it.

    `pauses` are those of the recorder that its times may count.
    """

    position: int
    stream: int | None
    language: str | None
    body: bytes
    pauses: tuple[Pause, ...] = ()


def look(
    streams: Mapping[int, Callable[[], BinaryIO]],
    sources: Sequence[Source],
    keys: Sequence[tuple[int | None, Tone]],
    policy: RedactionPolicy,
    verdict: str | None = None,
    judged: Sequence[Judged] = (),
    language: str | None = None,
    pauses: Sequence[Pause] = (),
    ordered: Sequence[tuple[int | None, TimeSpan]] = (),
) -> FirstLook:
    """Return what must not be heard or read in the streams (sound, by position) and the transcripts.

    What cannot be read, is in a language that cannot be examined, or is found and has no place in time, is an
    obstacle: the caller must not release anything then. `verdict` is what a person decided about suspected SAD:
    `card_data` makes it certain, `not_card_data` takes it out of the findings. `judged` are findings of earlier runs that
    people have decided about: what they ordered is found whatever the detector says. So is `ordered`, what they marked in
    the sound of one stream, or (None) of all. `language` is what is spoken, `pauses` are those of the recorder.
    """
    said: list[Said] = []
    obstacles: list[Obstacle] = []
    for source in sources:
        try:
            said.append(_read(source, policy, verdict, judged))
        except UnsupportedLanguageError as error:
            obstacles.append(Obstacle(NOT_EXAMINED, f"A transcript was not examined: {error}"))
        except InvalidError as error:
            obstacles.append(Obstacle(UNREADABLE, f"A transcript cannot be read: {error}"))
    spans: dict[int, tuple[TimeSpan, ...]] = {}
    unread: dict[int, tuple[TimeSpan, ...]] = {}
    for position, opened in streams.items():
        mine = [one for one in said if one.stream in (None, position)]
        tones = [tone for stream, tone in keys if stream in (None, position)]
        marked = [span for stream, span in ordered if stream in (None, position)]
        with opened() as sound:
            heard = _listen(
                sound, position, mine, tones, marked, policy, verdict, language, pauses, len(streams)
            )
        spans[position], unread[position] = heard.spans, heard.unread
        obstacles += heard.obstacles
    obstacles += _suspicion([*spans.values()], said, verdict)
    return FirstLook(spans, tuple(said), tuple(dict.fromkeys(obstacles)), unread)


@dataclass(frozen=True, slots=True)
class _Heard:
    """What must not be heard in one stream, what of it only the sound tells, and what stands in the way."""

    spans: tuple[TimeSpan, ...]
    unread: tuple[TimeSpan, ...]
    obstacles: list[Obstacle]


def _listen(
    sound: BinaryIO,
    position: int,
    said: Sequence[Said],
    tones: Sequence[Tone],
    marked: Sequence[TimeSpan],
    policy: RedactionPolicy,
    verdict: str | None,
    language: str | None,
    pauses: Sequence[Pause],
    streams: int,
) -> _Heard:
    placed = [(one, one.words(position)) for one in said]
    words = [word for _, mine in placed for word in mine]
    length_ms = audio.describe(sound).duration_ms
    tones = [*tones, *dtmf.listen(sound)]
    located, obstacles = _located(placed, policy)
    spoken_in = next((one.language for one in said), language)
    digits = witnesses.hear(sound, located, spoken_in, policy.spoken_digits)
    if digits:
        located, obstacles = _located(placed, policy, digits)
    obstacles += _unsure(located, pauses, position)
    voice = speech.syllables(sound) if located else ()
    has_words = any(mine for one, mine in placed if is_bound(one.stream, streams))
    heard = unwritten.first_look(sound, words, language, policy.spoken_digits, has_words=has_words)
    asked = questions([(mine, one.language) for one, mine in placed], [*located, *marked])
    pressed = keyed(tones, asked, policy)
    spoken = spokendigits.decide(heard, policy.spoken_digits, asked, [*located, *marked, *pressed])
    uncertain = [one for one in spoken if one.is_uncertain]
    if uncertain and verdict is None:
        obstacles.append(_uncertain(len(uncertain)))
        # Both are said: a person's word about the run does not examine the rest of what is spoken.
        if not has_words and not unwritten.suffices(language, policy.spoken_digits, has_words=False):
            obstacles.append(Obstacle(NOT_EXAMINED, "Somebody is speaking and no transcript says what."))
    certain = [one.span() for one in spoken if not one.is_uncertain or verdict == CARD_DATA]
    if any(placement.is_outside(span, length_ms) for span in (*located, *marked, *pressed, *certain)):
        obstacles.append(Obstacle(UNLOCATED, "Something was found at a time that lies outside the sound."))
    cut = placement.placed(located, words, voice, digits)
    paused = timeline.marked(pauses, position, length_ms)
    spans = rules.merged([*cut, *marked, *pressed, *certain, *paused])
    return _Heard(tuple(spans), tuple(certain), obstacles)


def _read(source: Source, policy: RedactionPolicy, verdict: str | None, judged: Sequence[Judged]) -> Said:
    document = transcripts.read(source.body)
    language = source.language or document.language
    if language is None:
        raise InvalidError("its language is not known")
    found = _decided(text.detect_words(document.words, language, policy=policy), verdict)
    mine = [one for one in judged if one.position == source.position]
    found = review_rules.with_ordered(document.words, found, mine)
    return Said(source.position, source.stream, language, document, tuple(found), source.pauses)


def _decided(found: Sequence[WordSpan], verdict: str | None) -> list[WordSpan]:
    """Return the findings without the suspected SAD that a person has said is none."""
    return [one for one in found if verdict != NOT_CARD_DATA or not is_suspected_sad(one.entity, one.score)]


def questions(
    spoken: Iterable[tuple[Sequence[Word], str | None]], located: Sequence[TimeSpan]
) -> list[keypad.Question]:
    """Return what the words say that keys were pressed for: a card number that was spoken is followed by its code."""
    asked = [
        keypad.Question(at_ms, entity)
        for words, language in spoken
        for at_ms, entity in text.questions(words, language)
    ]
    numbers = [keypad.Question(span.end_ms, span.entity) for span in located if span.entity is Entity.PAN]
    return sorted([*asked, *numbers], key=lambda question: question.at_ms)


def keyed(tones: Sequence[Tone], asked: Sequence[keypad.Question], policy: RedactionPolicy) -> list[TimeSpan]:
    """Return where keys were pressed that must not be heard, given what was asked before them."""
    # Keys are cut out whatever a person decided about them: nobody needs to hear them, and the second look would.
    return keypad.find(
        tones,
        asked,
        gap_ms=policy.dtmf.sequence_gap_ms,
        menu_keys=policy.dtmf.menu_presses_at_most,
        keep_menu_presses=policy.dtmf.keep_menu_presses,
    )


def is_bound(stream: int | None, streams: int) -> bool:
    """Return whether a transcript says which speech it writes down: of several streams one for all (None) says it of none."""
    return stream is not None or streams == 1


def _located(
    said: Sequence[tuple[Said, Sequence[Word]]], policy: RedactionPolicy, runs: Sequence[DigitRun] = ()
) -> tuple[list[TimeSpan], list[Obstacle]]:
    spans: list[TimeSpan] = []
    obstacles: list[Obstacle] = []
    for one, words in said:
        decision = rules.decide(words, one.found, policy, runs)
        spans += decision.spans
        if decision.unlocated:
            kinds = ", ".join(sorted({found.entity.value for found in decision.unlocated}))
            because = (
                f"{kinds} stands in the transcript without a time, so it cannot be cut out of the sound."
            )
            obstacles.append(Obstacle(UNLOCATED, because))
    return spans, obstacles


def _unsure(located: Sequence[TimeSpan], pauses: Sequence[Pause], position: int) -> list[Obstacle]:
    """Return an obstacle where something was found at a time that may be off by a pause nobody can place."""
    start = timeline.unsure_from(pauses, position)
    if start is None or all(span.end_ms <= start for span in located):
        return []
    because = "The recorder paused and does not say where and for how long, so that what was found has no sure place."
    return [Obstacle(UNLOCATED, because)]


def _suspicion(
    spans: Sequence[Sequence[TimeSpan]], said: Sequence[Said], verdict: str | None
) -> list[Obstacle]:
    if verdict is not None:
        return []
    heard = [span.entity for stream in spans for span in stream if is_suspected_sad(span.entity, span.score)]
    read = [one.entity for text_ in said for one in text_.found if is_suspected_sad(one.entity, one.score)]
    if not heard and not read:
        return []
    kinds = ", ".join(sorted({entity.value for entity in (*heard, *read)}))
    return [Obstacle(SUSPECTED_SAD, f"{kinds} is suspected and not certain; a person decides.")]


def _uncertain(count: int) -> Obstacle:
    runs = "A run" if count == 1 else f"{count} runs"
    because = f"{runs} of spoken digits may be a part of a card number, and may be none; a person decides."
    return Obstacle(SUSPECTED_SAD, because)


def leaves_master(entity: Entity, score: float) -> bool:
    """Whether a finding is cut out of the master too: authentication data, keys that may be a code of any kind, and pauses.

    A recorder is paused for authentication data, and what is masked in the file should be silent anyway.
    """
    return entity in SAD | {Entity.RECORDER_PAUSE} or is_suspected_sad(entity, score)


def is_suspected_sad(entity: Entity, score: float) -> bool:
    """Whether a finding may be authentication data and is not certain: then a person decides."""
    # Keys whose meaning is not known may be a code of any kind.
    return entity in SAD | {Entity.DTMF} and certainty_of(score) is Certainty.SUSPECTED
