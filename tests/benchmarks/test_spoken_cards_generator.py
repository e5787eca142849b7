"""The generator of calls tells the truth: what it says a word is, and which digits it carries, is what it put there."""

from __future__ import annotations

import itertools
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.spoken_cards import cards, generate, innocent, say, template, trouble, ways
from benchmarks.spoken_cards.__main__ import made
from benchmarks.spoken_cards.say.language import Voice, joined
from benchmarks.spoken_cards.style import STYLES
from benchmarks.spoken_cards.template import SPOKEN, WRITTEN, Slot, Template
from benchmarks.spoken_cards.truth import CARD, WRONG, Call, Kind, Token

LEAST = dict.fromkeys(say.CODES, 12) | {"en": 25}


def call_of(
    talk: str,
    seed: int = 1,
    *,
    language: str = "en",
    style: str = "any",
    noise: str = "none",
    card: str = "16",
) -> Call:
    turns = tuple((line[0], line[2:].strip()) for line in talk.strip().splitlines())
    return generate.call(Template("test/one", language, turns, (card, "16", "16"), None, noise), seed, style)


def tokens(call: Call, *kinds: Kind) -> list[Token]:
    return [one.token for one in call.words if one.token.kind in kinds]


@pytest.mark.parametrize("language", say.CODES)
def test_a_template_and_a_seed_make_one_call_and_another_seed_another(language: str) -> None:
    first, again = list(made("development", language, 40, 7)), list(made("development", language, 40, 7))
    assert first == again
    for one, other in zip(first, made("development", language, 40, 8), strict=True):
        assert one.words != other.words, one.name


@pytest.mark.parametrize("language", say.CODES)
@pytest.mark.parametrize("way", ["any", *SPOKEN, *WRITTEN])
def test_the_words_of_a_number_carry_each_of_its_digits_once_and_in_order(language: str, way: str) -> None:
    for seed, style in itertools.product(range(12), STYLES):
        call = call_of(f"C: {{card {way}}}", seed, language=language, style=style, card="any")
        said = tokens(call, Kind.PAN)
        assert "".join(token.digits for token in said) == call.pans[0]
        assert tuple(place for token in said for place in token.places) == tuple(range(len(call.pans[0])))


@pytest.mark.parametrize("language", say.CODES)
@given(
    number=st.text("0123456789", min_size=1, max_size=19),
    way=st.sampled_from(SPOKEN + WRITTEN),
    seed=st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_any_number_said_in_any_way_is_that_number(language: str, number: str, way: str, seed: int) -> None:
    for writes in (False, True):
        voice = Voice(Random(seed), say.language(language).countries[0])
        groups = ways.pieces(number, way, say.language(language), voice, writes_digits=writes)
        assert "".join(piece.digits for group in groups for piece in group) == number
        assert all(not piece.digits for group in groups for piece in group if piece.link)


@pytest.mark.parametrize(
    ("language", "number", "said"),
    [
        ("en", 41, "forty-one"), ("en", 4111, "four thousand one hundred and eleven"), ("es", 41, "cuarenta y uno"),
        ("es", 4111, "cuatro mil ciento once"), ("fr", 97, "quatre-vingt-dix-sept"), ("fr", 71, "soixante et onze"),
        ("de", 21, "einundzwanzig"), ("it", 28, "ventotto"), ("it", 4111, "quattromilacentoundici"),
        ("pt", 411, "quatrocentos e onze"), ("nl", 22, "tweeëntwintig"), ("nl", 411, "vierhonderdelf"),
    ],
)  # fmt: skip
def test_numbers_are_said_as_people_say_them(language: str, number: int, said: str) -> None:
    found = say.language(language)
    every = {joined(found.cardinal(number, Voice(Random(seed), found.countries[0]))) for seed in range(60)}
    assert said in every


def test_belgians_say_septante_and_brazilians_meia() -> None:
    french, portuguese = say.language("fr"), say.language("pt")
    assert joined(french.below_hundred(75, Voice(Random(1), "be"))) == "septante-cinq"
    assert "meia" in {portuguese.digit("6", Voice(Random(seed), "br")).text for seed in range(20)}
    assert "meia" not in {portuguese.digit("6", Voice(Random(seed), "pt")).text for seed in range(20)}


@pytest.mark.parametrize("language", say.CODES)
def test_who_counts_says_the_number_s_usual_word(language: str) -> None:
    found = say.language(language)
    for country, number, seed in itertools.product(found.countries, range(10), range(12)):
        assert found.number(number, Voice(Random(seed), country)) == found.digits[str(number)][0]


@pytest.mark.parametrize(
    ("language", "before"), [("es", "a las"), ("it", "alle"), ("pt", "às"), ("pt", "desde as")]
)
def test_an_hour_has_one_article(language: str, before: str) -> None:
    article = say.language(language).hour_article
    for seed in range(20):
        alone = call_of("C: {time}", seed, language=language, style="punctuated").turns[0].text
        after = call_of(f"C: {before} {{time}}", seed, language=language, style="punctuated").turns[0].text
        assert after == f"{before} {alone.removeprefix(f'{article} ')}"


@pytest.mark.parametrize("language", say.CODES)
@pytest.mark.parametrize("way", ["pairs", "hundreds", "mixture"])
def test_only_a_digit_s_own_word_is_misheard_as_one_that_sounds_like_it(language: str, way: str) -> None:
    found = say.language(language)
    for seed in range(60):
        voice = Voice(Random(seed), found.countries[seed % len(found.countries)])
        before = ways.pieces("2263702206", way, found, voice, writes_digits=False)
        after = trouble.interrupted(before, ("homophones",), found, Random(seed))
        for was, now in zip(itertools.chain(*before), itertools.chain(*after), strict=True):
            assert now == was or was.text in found.digits[was.digits]


@given(wish=st.sampled_from(cards.WISHES), seed=st.integers(0, 10**6))
def test_every_card_has_a_brand_a_length_of_it_and_a_right_check_digit(wish: str, seed: int) -> None:
    card = cards.made(wish, Random(seed))
    assert cards.passes_luhn(card.pan)
    assert cards.brand_of(card.pan) is not None
    assert 12 <= len(card.pan) <= 19
    assert len(card.cvv) == (4 if card.brand == "amex" else 3)
    assert wish != "16" or len(card.pan) == 16
    assert wish not in cards.RANGES or card.brand == wish


def test_luhn_knows_the_standard_s_own_example() -> None:
    assert cards.passes_luhn("79927398713")  # ISO/IEC 7812-1 annex B
    assert not cards.passes_luhn("79927398710")


@pytest.mark.parametrize(
    "what", ["phone", "order", "account", "customer", "tracking", "reference", "ticket", "iban", "number 16"]
)
def test_an_innocent_number_is_never_a_card_s(what: str) -> None:
    slot = template.slot(what)
    for code, seed in itertools.product(say.CODES, range(80)):
        language = say.language(code)
        value = innocent.value(slot, language, language.countries[0], Random(seed))
        assert not cards.is_card("".join(filter(str.isdigit, value))), value


@pytest.mark.parametrize("seed", range(10))
def test_a_slip_carries_no_place_and_a_lost_digit_is_missing(seed: int) -> None:
    wrong = tokens(call_of("C: {card digits wrong}", seed, style="lower"), Kind.PAN)
    assert [place for token in wrong for place in token.places].count(WRONG) == 1
    lost = tokens(call_of("C: {card digits lost}", seed, style="lower"), Kind.PAN)
    assert len({place for token in lost for place in token.places}) == 15
    doubled = tokens(call_of("C: {card digits doubled}", seed, style="lower"), Kind.PAN)
    assert len([place for token in doubled for place in token.places]) == 17


def test_what_may_stay_is_no_card_word_and_echoes_say_the_same_value() -> None:
    call = call_of(
        "A: ends in {last4 together}, begins with {bin together}\nC: {phone typed}\nA: {phone typed}",
        style="punctuated",
    )
    assert not tokens(call, *CARD)
    assert tokens(call, Kind.LAST_FOUR)[0].digits == call.pans[0][-4:]
    assert tokens(call, Kind.BIN)[0].digits == call.pans[0][:6]
    digits = ["".join(filter(str.isdigit, turn.text)) for turn in call.turns[1:]]
    assert digits[0] == digits[1]


def test_words_are_known_for_what_they_are() -> None:
    call = call_of("C: Just one moment, press 2 for {count}, {um} I say.", style="punctuated")
    kinds = {one.token.text.strip(",."): one.token.kind for one in call.words}
    assert kinds["one"] is Kind.INNOCENT_NUMBER
    assert kinds["2"] is Kind.INNOCENT_NUMBER
    assert kinds["moment"] is Kind.OTHER
    assert tokens(call, Kind.WITHIN)
    assert not tokens(
        call_of("C: Warten Sie einen Moment, eine Sekunde.", language="de"), Kind.INNOCENT_NUMBER
    )


def test_a_recogniser_without_punctuation_writes_neither_capitals_nor_commas() -> None:
    for call in made("development", "en", 60, 3, "lower"):
        for one in call.words:
            if one.token.kind is not Kind.TRACK:
                assert one.token.text == one.token.text.lower().strip(",?!"), one.token.text


@pytest.mark.parametrize("language", say.CODES)
def test_words_follow_one_another_in_time(language: str) -> None:
    for call in made("development", language, 20, 1):
        times = [time for word in call.words for time in (word.start_ms, word.end_ms)]
        assert times == sorted(times)


@pytest.mark.parametrize("language", say.CODES)
def test_there_are_enough_templates_and_enough_of_them_hold_no_card(language: str) -> None:
    found = template.load("development", language)
    without = [one for one in found if not one.has_card()]
    assert len(found) >= LEAST[language]
    assert len(without) >= 4


@pytest.mark.parametrize("which", sorted(template.SETS))
@pytest.mark.parametrize("language", say.CODES)
def test_every_template_makes_calls(which: str, language: str) -> None:
    for one in template.load(which, language):
        assert generate.call(one, 1).words


@pytest.mark.parametrize("language", say.CODES)
def test_of_a_held_out_card_more_is_said_than_the_first_six_and_last_four(language: str) -> None:
    for one in template.load("heldout", language):
        found = [slot for _, text in one.turns for slot in template.slots(text) if slot.what == "card"]
        for number in {slot.which for slot in found}:
            own = [slot for slot in found if slot.which == number]
            assert any(slot.first <= 12 and (slot.last or 16) >= 7 for slot in own), one.name


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("C: {crad}", "no such slot"), ("C: {card 1-4 loudly}", "'loudly'"), ("C: {number}", "how many digits"),
        ("X: hello", "begins with"), ("C: {card", "partner"), ("C: [a|[b|c]]", "partner"), ("C: {phone lost}", "'lost'"),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_template_is_said(tmp_path, line: str, complaint: str) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "one.yaml"
    path.write_text(f"- call: first\n  talk: |\n    {line}\n", encoding="utf-8")
    with pytest.raises(template.TemplateError, match=complaint):
        template.read(path, "en")


def test_a_slot_is_read_as_it_is_written() -> None:
    assert template.slot("card2 5-8 pairs fillers lost") == Slot(
        "card", 2, 5, 8, "", "pairs", 0, ("fillers", "lost")
    )
    assert template.slot("last4_2").which == 2
    assert template.slot("expiry month").part == "month"


@pytest.mark.parametrize("language", say.CODES)
def test_no_template_writes_digits_of_a_card_outside_of_its_slots(language: str) -> None:
    doubtful = [
        line
        for one in template.load("development", language)
        for line in one.doubtful(say.language(language).is_number)
    ]
    assert not doubtful


def test_digits_written_beside_a_card_s_slot_are_noticed() -> None:
    planted = Template(
        "test/planted",
        "en",
        (("C", "{card 1-4}, no, sorry, five two, {card 5-}"), ("C", "one two, one two.")),
    )
    assert list(planted.doubtful(say.language("en").is_number)) == [
        "{card 1-4}, no, sorry, five two, {card 5-}"
    ]
