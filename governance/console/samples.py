"""The random sample at a browser: what waits, one recording to hear and read without its findings, and what was missed in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Response

from governance.console import leak_rates, wording
from governance.console.deps import Form, Sent, Signed, Visitor
from governance.console.rendering import page, see_other
from governance.errors import ConflictError, DeniedError, InvalidError, QuarantinedError
from governance.findings import service as findings
from governance.redaction import samples, transcripts
from governance.redaction.models import JUDGED, WAITING
from governance.redaction.sample_rules import Miss
from governance.redaction.spans import Entity, Word

router = APIRouter(prefix="/samples")

PAGE, ROWS = 50, 6
PURPOSE = "redaction_review"
KINDS = ("PAN", "CVV", "EXPIRY", "PIN", "TRACK", "DTMF")
SampleId = Annotated[str, Path(pattern=r"^smp_[0-9a-f]{32}$")]
Text = Annotated[str, Query(max_length=40)]
_PLACE = re.compile(r"(?:(\d{1,4}):)?(\d{1,5})(?:\.(\d{1,3}))?")
_DONE = {
    "clean": "Written down: nothing was missed. Thank you.",
    "missed": "Written down. The recording is in quarantine, and whoever accounts for it has been told.",
}


@router.get("")
def show(
    visitor: Signed,
    state: Text = WAITING,
    after: Annotated[str, Query(max_length=200)] = "",
    done: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """List what waits for somebody to examine it, or what was judged; the longest waiting first."""
    if state not in (WAITING, JUDGED):
        raise InvalidError("There is no such thing to choose.", "state")
    with visitor.work() as work:
        rows, following = samples.listing(work, state, after or None, PAGE)
        names = visitor.logins(work, [row.taken_by for row in rows])
    return page(
        "sample_list",
        visitor,
        rows=rows,
        state=state,
        names=names,
        done=_DONE.get(done),
        older=_address(state, following) if following else None,
        newest=_address(state, None) if after else None,
    )


def _address(state: str, after: str | None) -> str:
    return "/samples?" + urlencode({"state": state} | ({"after": after} if after else {}))


@router.get("/rate")
def rate(visitor: Signed) -> Response:
    """Show in how many recordings that were examined whole something was missed: of all, over time, and by what they are."""
    with visitor.work(write=False) as work:
        found = samples.leak_rate(work)
    return page(
        "leak_rate",
        visitor,
        found=found,
        chart=leak_rates.over_time(found),
        facts=leak_rates.by_fact(found),
    )


@dataclass(frozen=True)
class Said:
    """One turn of a transcript: its words, the number of the first of them, and when it begins."""

    position: int
    first: int
    start_ms: int | None
    speaker: str
    words: tuple[str, ...]


@router.get("/{sample_id}")
def detail(visitor: Signed, sample_id: SampleId, purpose: Text = "") -> Response:
    """Show one recording of the sample; with a purpose its sound and words, for whoever has taken it."""
    return _page(visitor, sample_id, purpose)


@router.post("/{sample_id}/claim")
def claim(visitor: Signed, form: Sent, sample_id: SampleId) -> Response:  # noqa: ARG001 - the form proves where it is from
    """Take it for oneself."""
    try:
        with visitor.work() as work:
            samples.claim(work, sample_id)
    except ConflictError as error:
        return _page(visitor, sample_id, "", 409, problem=wording.sentence(str(error)))
    return see_other(f"/samples/{sample_id}?purpose={PURPOSE}")


@router.post("/{sample_id}/judgement")
def judge(visitor: Signed, form: Sent, sample_id: SampleId) -> Response:
    """Store what was missed, or that nothing was."""
    try:
        misses = _misses(form)
        judged = samples.judge(visitor.runtime, visitor.actor, sample_id, misses)
    except (ConflictError, InvalidError) as error:
        status = 409 if isinstance(error, ConflictError) else 422
        return _page(visitor, sample_id, PURPOSE, status, problem=wording.sentence(str(error)))
    if judged.missed:
        findings.look_now(visitor.runtime, visitor.actor.tenant, "card_data_unexpected")
    return see_other(f"/samples?done={'missed' if judged.missed else 'clean'}")


def _misses(form: Form) -> list[Miss]:
    found = [miss for at in range(ROWS) if (miss := _miss(form, at)) is not None]
    answer = form.get("answer")
    if answer not in ("clean", "missed"):
        raise InvalidError("say whether anything was missed", "answer")
    if (answer == "missed") != bool(found):
        raise InvalidError("say what was missed, or that nothing was: not both, and not neither", "answer")
    return found


def _miss(form: Form, at: int) -> Miss | None:
    kind, *told = (
        form.get(f"{name}{at}").strip() for name in ("entity", "stream", "from", "to", "first", "last")
    )
    stream, start, end, first, last = told
    if not any((kind, start, end, first, last)):
        return None
    if kind not in KINDS:
        raise InvalidError("say what kind of data it is", "entity")
    if (start or end) and (first or last):
        raise InvalidError("say where in the sound, or where in the words", "from")
    if first or last:
        position, _, low = first.rpartition(".")
        _, _, high = (last or first).rpartition(".")
        return Miss(
            Entity(kind),
            position=_number(position or "0"),
            first_word=_number(low) - 1,
            last_word=_number(high) - 1,
        )
    return Miss(Entity(kind), stream=_number(stream or "1") - 1, start_ms=_ms(start), end_ms=_ms(end))


def _number(text: str) -> int:
    if not (text.isdecimal() and len(text) < 9):
        raise InvalidError("a place is a number", "first")
    return int(text)


def _ms(text: str) -> int:
    """Return `1:02.5` or `62.5` in milliseconds."""
    match = _PLACE.fullmatch(text)
    if match is None:
        raise InvalidError("a time is minutes, seconds and tenths: 1:02.5", "from")
    minutes, seconds, rest = match.groups()
    return (int(minutes or 0) * 60 + int(seconds)) * 1000 + int((rest or "0").ljust(3, "0"))


def _page(
    visitor: Visitor, sample_id: str, purpose: str, status: int = 200, *, problem: str | None = None
) -> Response:
    with visitor.work() as work:
        whole = samples.show(work, sample_id)
    facts: dict[str, Any] = {"turns": (), "voices": (), "refusal": None}
    if purpose and whole.is_mine and whole.sample.state == WAITING:
        try:
            facts["turns"] = _turns(visitor, sample_id, purpose, [one.position for one in whole.transcripts])
            facts["voices"] = [
                f"/v1/samples/{sample_id}/audio?{urlencode({'purpose': purpose, 'media': one.id})}"
                for one in whole.streams
            ]
        except (DeniedError, QuarantinedError, ConflictError) as error:
            facts["refusal"] = wording.sentence(str(error))
    return page(
        "sample", visitor, status, whole=whole, purpose=purpose or PURPOSE, kinds=KINDS, rows=range(ROWS),
        problem=problem, is_open=bool(facts["turns"] or facts["voices"]), **facts,
    )  # fmt: skip


def _turns(visitor: Visitor, sample_id: str, purpose: str, positions: Sequence[int]) -> list[Said]:
    said: list[Said] = []
    for position in positions:
        opened = samples.read(visitor.runtime, visitor.actor, sample_id, purpose=purpose, position=position)
        with opened.reader as reader:
            said += _grouped(position, transcripts.read(reader.readall()).words)
    return said


def _grouped(position: int, words: Sequence[Word]) -> list[Said]:
    grouped: dict[int, list[tuple[int, Word]]] = {}
    for at, word in enumerate(words):
        grouped.setdefault(word.turn, []).append((at, word))
    return [
        Said(
            position,
            turn[0][0],
            turn[0][1].start_ms,
            turn[0][1].speaker or "Speaker",
            tuple(word.text for _, word in turn),
        )
        for turn in grouped.values()
    ]
