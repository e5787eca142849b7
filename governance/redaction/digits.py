"""The digit stream: every number in a text, typed or spoken, as digits with the place each stands at.

A `Chunk` is one number as it was written or said (`4111`, `forty-one`, `double four`); a `Group` is the chunks of one
turn that nothing but separators and fillers divides. What is plainly another kind of number (a date, a time, an
amount, an address of a network) never enters the stream.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from governance.redaction.languages import Language

_TOKEN = re.compile(
    r"""
      (?P<label>\[[A-Z][A-Z_]+(?:\ [^\]\s]{1,24})?\])                       # what a first pass left behind
    | (?P<escape>%(?:20|2[BDEF]|0[9AD]|C2%A0|E2%80%[0-9A-F]{2})|\\u[0-9a-f]{4}|\\[nrt]|&\#?\w{2,7};)
    | (?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})
    | (?P<date>(?<!\d)(?<!\d[-/.])(?:
          (?:19|20)\d\d(?P<s1>[-/.])(?:0[1-9]|1[0-2])(?P=s1)(?:0[1-9]|[12]\d|3[01])(?!\d|(?P=s1)\d)
          (?:[T\ ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?
        | (?:0?[1-9]|[12]\d|3[01])(?P<s2>[-/.])(?:0?[1-9]|[12]\d|3[01])(?P=s2)(?:(?:19|20)\d\d|\d\d)(?!\d|(?P=s2)\d)))
    | (?P<time>(?<!\d)(?<!\d:)\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,6})?)?(?!\d|:\d))
    | (?P<address>(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?!\d|\.\d))
    | (?P<money>[$£€¥]\s?\d[\d,]*(?:\.\d+)?)
    | (?P<iban>(?<![A-Z0-9])[A-Z]{2}\d\d(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?(?![A-Z0-9]))
    | (?P<speaker>\b(?:speaker|spk|spkr|channel|party|participant)[\ _]?\d{1,2}(?=\s*[:\]>)]))
    | (?P<number>(?<!\d)\d{1,3}(?:,\d{3})+(?!\d|,\d)|\d+)
    | (?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)
    | (?P<percent>%)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_FILLERS_BETWEEN = 6
_LETTERS_IN_A_ROW = 8


# Two decimals and no month before them: 12.28 may be an expiry date.
_AMOUNT = re.compile(r"(?!(?:0?[1-9]|1[0-2])[.,]\d\d$)\d{1,5}[.,]\d\d")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One number as said or typed: its digits and the characters it stands at."""

    start: int
    end: int
    digits: str
    typed: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Chunks that belong together: one turn, nothing but separators and fillers between them."""

    chunks: tuple[Chunk, ...]
    turn: int
    plus: bool = False  # written with the + of an international telephone number

    @property
    def start(self) -> int:
        """Where the first chunk begins."""
        return self.chunks[0].start

    @property
    def end(self) -> int:
        """Where the last chunk ends."""
        return self.chunks[-1].end

    @property
    def digits(self) -> str:
        """All digits, in order."""
        return "".join(chunk.digits for chunk in self.chunks)


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of text as the stream sees it: a chunk, a filler, a word, or something that ends a number."""

    kind: str
    start: int
    end: int
    text: str


def tokens(text: str, language: Language) -> list[Token]:
    """Return the pieces of `text` that matter to numbers, number words already put together to chunks."""
    raw = [
        Token(match.lastgroup or "", match.start(), match.end(), match.group())
        for match in _TOKEN.finditer(text)
        if match.lastgroup != "escape"
    ]
    raw = [piece for token in raw for piece in _without_false_iban(token, text)]
    return list(_assembled(raw, text, language))


def _without_false_iban(token: Token, text: str) -> Iterator[Token]:
    """Keep an IBAN whole only if its check digits hold (ISO 13616): otherwise its digits may be a card's."""
    if token.kind != "iban":
        yield token
        return
    compact = token.text.replace(" ", "").upper()
    rearranged = compact[4:] + compact[:4]
    if len(compact) >= 15 and int("".join(str(int(sign, 36)) for sign in rearranged)) % 97 == 1:
        yield token
        return
    for match in re.finditer(r"(?P<number>\d+)|(?P<word>[^\W\d_]+)", text[token.start : token.end]):
        yield Token(
            match.lastgroup or "", token.start + match.start(), token.start + match.end(), match.group()
        )


def _assembled(raw: Sequence[Token], text: str, language: Language) -> Iterator[Token]:
    at = 0
    while at < len(raw):
        token = raw[at]
        if token.kind == "number":
            yield Token("typed", token.start, token.end, _ascii(token.text))
            at += 1
        elif token.kind == "word":
            digits, used = _spoken(raw, at, text, language)
            if used:
                yield Token("spoken", token.start, raw[at + used - 1].end, digits)
                at += used
            else:
                word = token.text.lower().replace("’", "'")
                yield Token("filler" if word in language.fillers else "word", token.start, token.end, word)
                at += 1
        else:
            yield token
            at += 1


def _ascii(number: str) -> str:
    """Return the digits of any script as 0 to 9, without thousands separators."""
    return "".join(str(int(sign)) for sign in number if sign.isdecimal())


def _word(raw: Sequence[Token], at: int) -> str:
    return raw[at].text.lower() if 0 <= at < len(raw) and raw[at].kind == "word" else ""


def _is_digit(raw: Sequence[Token], at: int, language: Language) -> bool:
    word = _word(raw, at)
    if word:
        return (
            word in language.units
            or word in language.teens
            or word in language.tens
            or word in language.multipliers
        )
    return 0 <= at < len(raw) and raw[at].kind == "number"


def _spoken(raw: Sequence[Token], at: int, text: str, language: Language) -> tuple[str, int]:
    """Return the digits said from token `at` on and how many tokens they took; 0 where no number is said."""
    word = _word(raw, at)
    if word in language.multipliers:
        return _multiplied(raw, at, language)
    if word in language.letters:
        return _letter(raw, at, text, language)
    if word in language.homophones:
        between = _is_digit(raw, at - 1, language) and _is_digit(raw, at + 1, language)
        return (language.homophones[word], 1) if between else ("", 0)
    return _cardinal(raw, at, language)


def _multiplied(raw: Sequence[Token], at: int, language: Language) -> tuple[str, int]:
    times, following = language.multipliers[_word(raw, at)], _word(raw, at + 1)
    digit = language.units.get(following, "0" if following in language.letters else "")
    if not digit and at + 1 < len(raw) and raw[at + 1].kind == "number" and len(raw[at + 1].text) == 1:
        digit = _ascii(raw[at + 1].text)
    return (digit * times, 2) if digit else ("", 0)


def _letter(raw: Sequence[Token], at: int, text: str, language: Language) -> tuple[str, int]:
    """O and oh are zero beside a digit or beside another one that is; with a comma after it, oh is a sigh."""
    after = before = at
    while after - at < _LETTERS_IN_A_ROW and _word(raw, after + 1) in language.letters:
        after += 1
    while at - before < _LETTERS_IN_A_ROW and _word(raw, before - 1) in language.letters:
        before -= 1
    beside_next, beside_last = _is_digit(raw, after + 1, language), _is_digit(raw, before - 1, language)
    sigh = beside_next and text[raw[at].end : raw[at].end + 1] in {",", "!"} and not beside_last
    return ("0", 1) if (beside_next and not sigh) or beside_last else ("", 0)


def _cardinal(raw: Sequence[Token], at: int, language: Language) -> tuple[str, int]:
    value, used = _below_hundred(raw, at, language)
    if not used:
        return "", 0
    if _word(raw, at + used) in language.hundred:
        value, used = _with_rest(raw, at, value, used + 1, 2, language)
    if _word(raw, at + used) in language.thousand:
        value, used = _with_rest(raw, at, value, used + 1, 3, language)
    return value, used


def _with_rest(
    raw: Sequence[Token], at: int, head: str, used: int, places: int, language: Language
) -> tuple[str, int]:
    """Add what follows a hundred (two places) or a thousand (three): four hundred AND TWELVE."""
    skip = 1 if _word(raw, at + used) in language.joiners else 0
    rest, taken = _below_hundred(raw, at + used + skip, language)
    if places == 3 and taken and _word(raw, at + used + skip + taken) in language.hundred:
        rest, taken = _with_rest(raw, at + used + skip, rest, taken + 1, 2, language)
    # A single digit after a bare hundred is more often the next digit of a number than its last place.
    if not taken or len(rest) > places or (len(rest) == 1 and not skip):
        return head + "0" * places, used
    return head + rest.rjust(places, "0"), used + skip + taken


def _below_hundred(raw: Sequence[Token], at: int, language: Language) -> tuple[str, int]:
    word = _word(raw, at)
    if word in language.units:
        return language.units[word], 1
    if word in language.teens:
        return language.teens[word], 1
    if word in language.tens:
        unit = language.units.get(_word(raw, at + 1), "0")
        return (language.tens[word] + unit, 2) if unit != "0" else (language.tens[word] + "0", 1)
    return "", 0


def groups(text: str, language: Language, turn_starts: Sequence[int] = (0,)) -> list[Group]:
    """Return the numbers of `text` in groups; a group never crosses the start of a turn."""
    return group_tokens(text, tokens(text, language), language, turn_starts)


def group_tokens(
    text: str, stream: Sequence[Token], language: Language, turn_starts: Sequence[int]
) -> list[Group]:
    """Return the groups of a stream that has been cut into tokens already."""
    found: list[Group] = []
    open_chunks: list[Chunk] = []
    fillers = 0
    turn = 0

    def close(following: Token | None) -> None:
        if open_chunks and not _is_quantity(open_chunks, following, text, language):
            plus = text[max(0, open_chunks[0].start - 1) : open_chunks[0].start] == "+"
            found.append(Group(tuple(open_chunks), turn, plus))
        open_chunks.clear()

    for token in stream:
        now = max(0, bisect_right(turn_starts, token.start) - 1)
        if now != turn:
            close(None)
            turn, fillers = now, 0
        if token.kind in {"typed", "spoken"}:
            open_chunks.append(Chunk(token.start, token.end, token.text, token.kind == "typed"))
            fillers = 0
        elif token.kind == "filler" and fillers < _FILLERS_BETWEEN and token.text not in language.quantities:
            fillers += 1
        else:
            close(token)
            fillers = 0
    close(None)
    return found


def _is_quantity(chunks: Sequence[Chunk], following: Token | None, text: str, language: Language) -> bool:
    """Whether one number counts or measures something: 49.99, 50 dollars, three digits, 20 %, the 4th."""
    if _AMOUNT.fullmatch(text[chunks[0].start : chunks[-1].end]):
        return True
    if len(chunks) != 1 or len(chunks[0].digits) > 7 or following is None:
        return False
    beside = not re.search(r"[^\s\-]", text[chunks[0].end : following.start])
    return beside and (following.kind == "percent" or following.text in language.quantities)
