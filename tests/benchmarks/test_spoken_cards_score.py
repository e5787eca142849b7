"""The score sees what is there: a planted miss, a planted mask too many, in every format and in every copy."""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks.spoken_cards import figures, formats, generate, say, systems
from benchmarks.spoken_cards.__main__ import made, main
from benchmarks.spoken_cards.formats.rendering import Ids, Rendering, Said
from benchmarks.spoken_cards.score import Count, allowed, judged, summed
from benchmarks.spoken_cards.survivors import digits_left, from_masked, survivors
from benchmarks.spoken_cards.template import Template
from benchmarks.spoken_cards.truth import CARD, HARM, Call, Kind
from governance.redaction import transcripts

TALK = (
    ("A", "Hello, what is your order number and the card?"),
    ("C", "Order {order digits}, card {card digits}, and then {expiry names}, code {cvv digits}."),
    ("A", "I have {card 1-4} {card 5-12} {card 13-}, thank you."),
    ("C", "Ends in {last4}, my PIN is {pin}."),
)
CALL = generate.call(Template("test/score", "en", TALK, noise="none"), 3, "lower")
FORMATS = sorted(formats.WRITERS)
Mask = Callable[[int, int], bool]  # of word number, and of the copy's number: is it masked?


def masked(rendering: Rendering, masks: Mask) -> bytes:
    """Return a file in which the copies that `masks` names are masked, each word as a label of its own."""

    def written(leaf: Said) -> str:
        text, at = "", 0
        for start, end, index in leaf.marks:
            seen[index] = seen.get(index, 0) + 1
            text += leaf[at:start] + ("[X]" if masks(index, seen[index] - 1) else leaf[start:end])
            at = end
        return text + leaf[at:]

    seen: dict[int, int] = {}
    return rewritten(rendering, written)


def masked_in_one(rendering: Rendering, call: Call, label: str) -> bytes:
    """Return a file in which each run of card words has become one label, as most redactors do."""

    def written(leaf: Said) -> str:
        text, at, was_card = "", 0, False
        for start, end, index in leaf.marks:
            kind = call.words[index].token.kind
            is_card = kind in CARD or (was_card and kind is Kind.WITHIN)
            if not (is_card and was_card):
                text += leaf[at:start] + (label if is_card else leaf[start:end])
            at, was_card = end, is_card
        return text + leaf[at:]

    return rewritten(rendering, written)


def rewritten(rendering: Rendering, written: Callable[[Said], str]) -> bytes:
    tree: Any = copy.deepcopy(rendering.parse(rendering.data))
    for path, leaf in rendering.leaves:
        holder = tree
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = [] if isinstance(leaf, Ids) else written(leaf)
    if isinstance(tree, list) and tree and isinstance(tree[0], str):
        return "\n".join(tree).encode()
    return json.dumps(tree).encode()


def is_card(index: int) -> bool:
    return CALL.words[index].token.kind in CARD


def first(kind: Kind) -> int:
    return next(at for at, word in enumerate(CALL.words) if word.token.kind is kind)


@pytest.mark.parametrize("form", FORMATS)
def test_who_masks_the_truth_covers_all_and_harms_nothing(form: str) -> None:
    rendering = formats.write(form, CALL)
    verdict = judged(CALL, survivors(CALL, rendering, masked(rendering, lambda index, _: is_card(index))))
    assert verdict.tally.covered.hits == verdict.tally.covered.of > 30
    assert not verdict.leaks
    assert not verdict.has_failed
    assert verdict.tally.other_words_hit.of > 20


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("label", ["[PAN]", ""], ids=["labelled", "removed"])
def test_who_masks_whole_numbers_in_one_is_judged_right_in_every_call(form: str, label: str) -> None:
    for language in say.CODES:
        for call in made("development", language, 8, 2):
            rendering = formats.write(form, call)
            verdict = judged(call, survivors(call, rendering, masked_in_one(rendering, call, label)))
            assert not verdict.has_failed, call.name


@pytest.mark.parametrize("form", FORMATS)
def test_who_masks_nothing_leaks_everything(form: str) -> None:
    rendering = formats.write(form, CALL)
    verdict = judged(CALL, survivors(CALL, rendering, rendering.data))
    assert verdict.tally.covered.hits == 0
    assert verdict.leaks
    assert verdict.tally.secrets_left.hits == verdict.tally.secrets_left.of
    assert not verdict.harmed


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", [Kind.PAN, Kind.CVV, Kind.EXPIRY, Kind.PIN])
def test_a_planted_miss_is_found_in_whatever_copy_it_stands(form: str, kind: Kind) -> None:
    rendering, planted = formats.write(form, CALL), first(kind)
    copies = sum(
        index == planted
        for _, leaf in rendering.leaves
        if not isinstance(leaf, Ids)
        for _, _, index in leaf.marks
    )
    for kept in range(copies):

        def all_but_one(index: int, number: int, kept: int = kept) -> bool:
            return is_card(index) and (index, number) != (planted, kept)

        answer = masked(rendering, all_but_one)
        verdict = judged(CALL, survivors(CALL, rendering, answer))
        assert verdict.missed == (planted,), (form, kept)
        assert len(verdict.where) == 1


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("kind", sorted(HARM))
def test_a_mask_too_many_is_found(form: str, kind: Kind) -> None:
    rendering, planted = formats.write(form, CALL), first(kind)
    answer = masked(rendering, lambda index, _: is_card(index) or index == planted)
    verdict = judged(CALL, survivors(CALL, rendering, answer))
    assert verdict.harmed == (planted,)
    assert not verdict.missed


def test_tokens_that_were_not_emptied_give_the_words_back() -> None:
    rendering = formats.write("whisper", CALL)
    tree = json.loads(masked(rendering, lambda index, _: is_card(index)))
    original = json.loads(rendering.data)
    for segment, before in zip(tree["segments"], original["segments"], strict=True):
        segment["tokens"] = before["tokens"]
    assert judged(CALL, survivors(CALL, rendering, json.dumps(tree).encode())).leaks


def test_words_that_were_moved_are_found_all_the_same() -> None:
    rendering = formats.write("words", CALL)
    said = [row["text"] for row in json.loads(rendering.data)["words"]]
    verdict = judged(CALL, survivors(CALL, rendering, json.dumps({"all": " ".join(said)}).encode()))
    assert verdict.tally.covered.hits == 0


def test_of_a_word_said_twice_and_masked_once_the_right_one_is_gone() -> None:
    talk = (("C", "{card digits} is it, so that is two"),)
    for seed in range(40):
        call = generate.call(Template("test/twice", "en", talk, noise="none"), seed, "lower")
        rendering = formats.write("plain", call)
        answer = "Customer: [PAN] is it so that is two"
        verdict = judged(call, survivors(call, rendering, answer.encode()))
        assert not verdict.missed
        assert not verdict.harmed


def test_an_answer_that_is_no_such_file_is_read_all_the_same() -> None:
    rendering = formats.write("words", CALL)
    said = "\n".join(turn.text for turn in CALL.turns)
    verdict = judged(CALL, survivors(CALL, rendering, said.encode()))
    assert verdict.tally.covered.hits == 0
    assert verdict.leaks


def test_first_six_and_last_four_are_no_leak_and_one_digit_more_is() -> None:
    pan = [at for at, word in enumerate(CALL.words) if word.token.kind is Kind.PAN]
    fine = {at for at in pan if not set(CALL.words[at].token.places) <= allowed(CALL.pans[0])}
    assert not judged(CALL, from_masked(CALL, fine)).leaks
    one = min(fine)
    assert judged(CALL, from_masked(CALL, fine - {one})).leaks


def test_pieces_from_several_turns_are_put_together() -> None:
    talk = (("C", "{card 1-4 digits} {card 5-8 digits}"), ("A", "{card 9-16 digits}"))
    call = generate.call(Template("test/turns", "en", talk, noise="none"), 1, "lower")
    places = [set(word.token.places) for word in call.words]
    middle = {at for at, own in enumerate(places) if own <= set(range(6, 12))}
    everything = set(range(len(call.words)))
    assert judged(call, from_masked(call, everything - {min(middle)})).leaks
    assert judged(call, from_masked(call, everything - {max(middle)})).leaks
    assert not judged(call, from_masked(call, middle)).leaks


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [
        ("4111222233334444", "[PAN]", set()),
        ("4111222233334444", "411122******4444", {0, 1, 2, 3, 4, 5, 12, 13, 14, 15}),
        ("4111 2222 3333 4444", "4111 22** **** 4444", {0, 1, 2, 3, 4, 5, 12, 13, 14, 15}),
        ("4111-2222-3333-4444", "[PAN 4444]", {12, 13, 14, 15}),
        ("4111222233334444", "4111…4444", {0, 1, 2, 3, 12, 13, 14, 15}),
        ("123", "1**", {0}),
    ],
)
def test_digits_that_a_mask_leaves_are_counted(before: str, after: str, left: set[int]) -> None:
    assert digits_left(before, after) == left


@pytest.mark.parametrize(
    ("mask", "leaks"),
    [("[PAN]", False), ("{0}******{1}", False), ("{2}*****{1}", True)],
    ids=["label", "six and four", "seven and four"],
)
def test_a_half_masked_number_leaks_only_if_more_than_six_and_four_are_left(mask: str, leaks: bool) -> None:
    call = generate.call(
        Template("test/half", "en", (("C", "my card is {card together} ok"),), noise="none"), 1, "lower"
    )
    pan = call.pans[0]
    rendering = formats.write("plain", call)
    answer = rendering.data.decode().replace(pan, mask.format(pan[:6], pan[-4:], pan[:7]))
    verdict = judged(call, survivors(call, rendering, answer.encode()))
    assert verdict.leaks is leaks
    assert bool(verdict.missed) is leaks


def test_the_interval_is_wilson_s() -> None:
    assert figures.wilson(0, 100) == pytest.approx((0.0, 0.03699), abs=1e-4)
    assert figures.wilson(50, 100) == pytest.approx((0.40383, 0.59617), abs=1e-4)
    assert figures.wilson(0, 0) == (0.0, 1.0)


def test_the_interval_by_template_is_as_wide_as_the_templates_differ() -> None:
    alike = [(f"template {at}", Count(90, 100)) for at in range(20)]
    apart = [(f"template {at}", Count(100 if at % 2 else 80, 100)) for at in range(20)]
    assert figures.by_template(alike) == "20 of 20 templates have a miss; by template 90.0–90.0 %"
    low, high = figures.by_template(apart).split(" ")[-2].split("–")
    assert 80 < float(low) < 88 < 92 < float(high) < 100
    assert figures.by_template([("no card", Count(0, 0))]) == "no card words"


# What our readers call each format, and whether they read every word of the call from it, in its order.
READ_AS = {
    "words": "governance/words@1", "amazon_transcribe": "amazon-transcribe", "call_analytics": "amazon-call-analytics",
    "contact_lens": "amazon-contact-lens", "deepgram": "deepgram", "whisper": "whisper", "faster_whisper": "faster-whisper",
    "whisperx": "whisperx", "genesys": "genesys", "genesys_notification": "genesys-notification", "audiohook": "audiohook",
    "twilio": "twilio", "vcon": "vcon", "wtf": "wtf", "plain": "plain-text", "webvtt": "webvtt", "srt": "srt",
}  # fmt: skip


def test_every_format_has_a_reader() -> None:
    assert set(READ_AS) == set(FORMATS)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_our_readers_read_every_word_that_our_writers_write(form: str, language: str) -> None:
    for call in made("development", language, 12, 5):
        document = transcripts.read(formats.write(form, call).data)
        assert document.format == READ_AS[form]
        read = [word.text.strip(".,?!;:").lower() for word in document.words if word.text not in _NAMES]
        wrote = [word.token.text.strip(".,?!;:").lower() for word in call.words]
        expected = [word for word in wrote if word]
        assert [word for word in read if word][: len(expected)] == expected


_NAMES = {"Agent:", "Customer:", "System:", "Other:"}  # of speakers, in plain text


def test_the_command_measures_any_redactor_and_shows_what_it_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, table = tmp_path / "figures.json", tmp_path / "table.md"
    line = f'{sys.executable} -c "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"'
    asked = [
        "--language",
        "en",
        "-n",
        "3",
        "--redactor",
        line,
        "--no-peers",
        "--failures",
        "1",
        "--json",
        str(out),
        "--out",
        str(table),
    ]
    assert main(asked) == 0
    (figure,) = json.loads(out.read_text(encoding="utf-8")).values()
    assert figure["en"]["covered"]["hits"] == 0
    assert figure["en"]["leaking"]["hits"] == figure["en"]["leaking"]["of"] > 0
    assert "0.00 %" in table.read_text(encoding="utf-8")
    assert "‹" in capsys.readouterr().out


def test_a_redactor_that_fails_gave_nothing_out_and_is_counted_as_refusing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert (
        main(
            [
                "--language",
                "en",
                "-n",
                "3",
                "--redactor",
                f"{sys.executable} -c 'raise SystemExit(3)'",
                "--no-peers",
            ]
        )
        == 0
    )
    assert "3 (3 refused)" in capsys.readouterr().out


def test_presidio_finds_what_is_typed_in_its_way_and_nothing_that_is_spoken() -> None:
    def covered(slot: str) -> float:
        call: Call = generate.call(
            Template("test/peer", "en", (("C", f"my card is {slot}"),), ("visa", "16", "16"), None, "none"),
            2,
            "lower",
        )
        count = summed([judged(call, systems.presidio_by_turn(call))]).covered
        return count.hits / count.of

    assert covered("{card spaces}") == 1
    assert covered("{card digits}") == 0
