"""What one run comes to: what was found, the versions made of it, and what the second look said of them as stored."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import BufferedReader, BytesIO

from governance.policy import Policies
from governance.policy.redaction import RedactionPolicy
from governance.recordings.models import MASTER, RENDITION
from governance.recordings.reasons import UNREADABLE
from governance.redaction import (
    chats,
    firstlook,
    renditions,
    review_copies,
    review_rules,
    secondlook,
    streams,
    text,
    transcripts,
    uncertain,
)
from governance.redaction.chats import Chat
from governance.redaction.firstlook import FirstLook, Obstacle, Said, Source
from governance.redaction.material import Material, Stream
from governance.redaction.spans import SAD
from governance.redaction.uncertain import Uncertainty
from governance.runtime import Actor, Runtime
from governance.vault import service as vault
from governance.vault.service import Sealed


@dataclass(frozen=True)
class Version:
    """One stored version that waits to be kept: of the media or the transcript at `position`, at `level`."""

    position: int
    level: str
    is_text: bool
    sealed: Sealed
    format: str = ""
    language: str | None = None


@dataclass(frozen=True)
class Outcome:
    """What was found, what was made of it, and what stands in the way. Clean means: nothing does."""

    look: FirstLook
    chats: Mapping[int, Chat]
    versions: tuple[Version, ...]
    obstacles: tuple[Obstacle, ...]
    policies: Policies = field(repr=False)
    left: Uncertainty = field(default_factory=Uncertainty)
    """What is masked and released, and uncertain: for people to look at."""

    @property
    def is_clean(self) -> bool:
        """Whether the recording may be released."""
        return not self.obstacles

    @property
    def because(self) -> str:
        """Why it is released, or why it is not."""
        if self.is_clean:
            return "Two looks found nothing that must not be heard or read."
        return " ".join(obstacle.because for obstacle in self.obstacles)

    @property
    def counts(self) -> Counter[str]:
        """How many findings of each kind there are, in the sound and in the transcripts, each place counted once."""
        heard = Counter(
            one.entity.value for spans in self.look.spans.values() for one in spans if one.is_data
        )
        read = Counter(found.entity.value for said in self.look.said for found in said.found)
        typed = Counter(found.entity.value for chat in self.chats.values() for found in chat.found)
        return (heard | read) + typed

    def sealed(self) -> Iterator[Sealed]:
        """Yield everything that lies in the store for this run."""
        for version in self.versions:
            yield version.sealed


def work_out(runtime: Runtime, house: Actor, found: Material, policies: Policies) -> Outcome:
    """Return what a run over `found` comes to; its versions are sealed in the store and kept by nobody yet."""
    policy = policies.redaction
    sound = streams.heard(found, policy)
    look = firstlook.look(
        {position: stream.open for position, stream in sound.items()},
        found.sources(),
        [key.as_tone() for key in found.keys],
        policy,
        found.verdict,
        found.judged,
        found.language,
        pauses=found.pauses,
        ordered=found.orders.sounds,
    )
    look = streams.blanked(look, sound)
    written = _chats(found, policy)
    obstacles = [*look.obstacles, *streams.unseen(found, policy, sound.keys()), *found.orders.obstacles]
    obstacles += (obstacle for chat in written.values() for obstacle in chat.obstacles)
    if obstacles:
        return Outcome(look, written, (), tuple(dict.fromkeys(obstacles)), policies)
    versions: list[Version] = []
    try:
        for stream in sound.values():
            versions += _render(runtime, house, found, stream, look, policy)
        for said in look.said:
            versions += _write(runtime, house, found, said, policy)
        for position, chat in written.items():
            versions += _write_chat(runtime, house, found, position, chat, policy)
        obstacles = _second_look(runtime, found, look, versions, policy)
        for position in written:
            obstacles += _second_look_at_chat(runtime, found, position, versions)
        stored = partial(_stored, runtime, versions)
        one_source = frozenset(text.position for text in found.texts if text.is_one)
        left = uncertain.examine(look.said, found.judged, stored, policy, one_source)
    except BaseException:
        for version in versions:
            vault.discard(runtime, version.sealed)
        raise
    return Outcome(look, written, tuple(versions), tuple(dict.fromkeys(obstacles)), policies, left)


def _stored(
    runtime: Runtime, versions: Sequence[Version], position: int, level: str, *, is_text: bool = True
) -> bytes | None:
    for version in versions:
        if (version.position, version.level, version.is_text) == (position, level, is_text):
            with BufferedReader(vault.reopen(runtime, version.sealed)) as clear:
                return clear.read()
    return None


def _chats(found: Material, policy: RedactionPolicy) -> dict[int, Chat]:
    looked = {}
    for stream in found.streams:
        if stream.source is not None and streams.is_chat(stream):
            with stream.open() as body:
                looked[stream.position] = chats.look(body.read(), found.language, policy, found.verdict)
    return looked


def _keeps_master(found: Material, policy: RedactionPolicy) -> bool:
    # A hold keeps all but authentication data, and that is what the master is.
    return policy.keep_master or found.is_held


def _write_chat(
    runtime: Runtime, house: Actor, found: Material, position: int, chat: Chat, policy: RedactionPolicy
) -> Iterator[Version]:
    yield Version(position, RENDITION, False, renditions.seal(runtime, house, BytesIO(chat.masked.encode())))
    stream = next(one for one in found.streams if one.position == position)
    if _keeps_master(found, policy) and stream.master_source is not None:
        with stream.open_master() as body:
            kept = chats.look(body.read(), found.language, policy, found.verdict).without_sad
        yield Version(position, MASTER, False, renditions.seal(runtime, house, BytesIO(kept.encode())))


def _second_look_at_chat(
    runtime: Runtime, found: Material, position: int, versions: Sequence[Version]
) -> list[Obstacle]:
    stored = _stored(runtime, versions, position, RENDITION, is_text=False)
    if stored is None:
        return [Obstacle(UNREADABLE, "A chat was not stored.")]
    return chats.look_again(stored, found.language, found.verdict)


def _render(
    runtime: Runtime,
    house: Actor,
    found: Material,
    stream: Stream,
    look: FirstLook,
    policy: RedactionPolicy,
) -> Iterator[Version]:
    with stream.open() as source:
        rendition = renditions.cut(runtime, house, source, look.spans[stream.position], policy)
    yield Version(stream.position, RENDITION, False, rendition)
    if _keeps_master(found, policy) and stream.master_source is not None:
        with stream.open_master() as source:
            master = renditions.cut(runtime, house, source, look.leaves_master(stream.position), policy)
        yield Version(stream.position, MASTER, False, master)


def _write(
    runtime: Runtime, house: Actor, found: Material, said: Said, policy: RedactionPolicy
) -> Iterator[Version]:
    judged = [one for one in found.judged if one.position == said.position]
    masked = review_copies.redact(said.document, said.found, judged, policy, said.language).dumps()
    form, language = said.document.format, said.language
    yield Version(
        said.position, RENDITION, True, renditions.seal(runtime, house, BytesIO(masked)), form, language
    )
    source = next(text for text in found.texts if text.position == said.position)
    if _keeps_master(found, policy) and source.master_body is not None:
        document = transcripts.read(source.master_body)
        mine = said.found
        if not source.is_one:
            mine = tuple(text.detect_words(document.words, said.language, policy=policy))
        sad = [one for one in mine if one.entity in SAD]
        ordered = review_rules.in_master(said, document.words, judged)
        sad = review_rules.with_ordered(document.words, sad, ordered)
        kept = review_copies.redact(document, sad, ordered, policy, said.language, only=SAD).dumps()
        yield Version(
            said.position, MASTER, True, renditions.seal(runtime, house, BytesIO(kept)), form, language
        )


def _second_look(
    runtime: Runtime,
    found: Material,
    look: FirstLook,
    versions: Sequence[Version],
    policy: RedactionPolicy,
) -> list[Obstacle]:
    """Return what a looser detector, or the decoder, finds in what was *stored*."""
    texts = {one.position: _stored(runtime, versions, one.position, RENDITION) or b"" for one in look.said}
    sources = [
        Source(one.position, one.stream, one.language, texts[one.position], one.pauses) for one in look.said
    ]
    obstacles = secondlook.read(sources, policy, found.verdict)
    for version in versions:
        if version.is_text or version.position not in look.spans:
            continue
        with BufferedReader(vault.reopen(runtime, version.sealed)) as stored:
            if version.level == MASTER:
                obstacles += secondlook.cut(stored, look.leaves_master(version.position))
            else:
                obstacles += secondlook.hear(
                    stored,
                    version.position,
                    streams.bound(look.spans.keys(), sources),
                    look.spans[version.position],
                    policy,
                    found.verdict,
                    found.language,
                )
    return list(dict.fromkeys(obstacles))


def look_again(found: Material, policies: Policies) -> list[Obstacle]:
    """Return what today's second look finds in what is stored: the recording was released, and may have to go back."""
    sources = found.sources()
    obstacles = secondlook.read(sources, policies.redaction, found.verdict)
    sound = streams.heard(found, policies.redaction)
    for position, stream in sound.items():
        with stream.open() as stored:
            obstacles += secondlook.hear(
                stored,
                position,
                streams.bound(sound.keys(), sources),
                (),
                policies.redaction,
                found.verdict,
                found.language,
            )
    for stream in found.streams:
        if streams.is_chat(stream) and stream.source is not None:
            with stream.open() as stored:
                obstacles += chats.look_again(stored.read(), found.language, found.verdict)
    return list(dict.fromkeys(obstacles))
