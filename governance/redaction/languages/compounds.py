"""How the number words of a language are put together from a few: what most language files make their tables with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


def below_hundred(
    units: Mapping[str, str],
    teens: Mapping[str, str],
    tens: Mapping[str, str],
    joints: Iterable[str] = (" ",),
) -> dict[str, str]:
    """Return 0 to 99 where a unit follows its tens: `forty one`, `cuarenta y uno` (a joint of ` y `).

    `tens` maps to one digit, `units` and `teens` to what they are.
    """
    made = {**units, **teens}
    for ten, first in tens.items():
        made[ten] = first + "0"
        for unit, last in units.items():
            if last != "0":
                made.update({f"{ten}{joint}{unit}": first + last for joint in joints})
    return made


def unit_first(
    units: Mapping[str, str], teens: Mapping[str, str], tens: Mapping[str, str], joints: Iterable[str]
) -> dict[str, str]:
    """Return 0 to 99 where a unit stands before its tens: `einundvierzig` (a joint of `und`), `een en veertig`."""
    made = {**units, **teens}
    for ten, first in tens.items():
        made[ten] = first + "0"
        for unit, last in units.items():
            if last != "0":
                made.update({f"{unit}{joint}{ten}": first + last for joint in joints})
    return made


def glued(
    below: Mapping[str, str],
    heads: Mapping[str, str],
    hundred: str,
    thousand: str,
    *,
    joints: Iterable[str] = ("",),
    hundreds: Mapping[str, str] | None = None,
    thousands: str | None = None,
) -> dict[str, str]:
    """Return 100 to 9999 written as one word: `vierhundertelf`, `quattrocentoundici`, `tweeduizend`.

    `below` are the one-word forms of 1 to 99, `heads` what may multiply (`vier`, and an empty string where nothing
    means one; ten to nineteen may stand there: `neunzehnhundert`), `thousands` another word for several thousand
    (`mila`), `hundreds` further whole words for hundreds.
    """
    rests = {joint + word: digits.rjust(2, "0") for word, digits in below.items() for joint in joints
             if " " not in word and digits.strip("0")}  # fmt: skip
    rests[""] = "00"
    whole = {f"{head}{hundred}": digit for head, digit in heads.items()}
    whole.update(hundreds or {})
    made = {f"{stem}{rest}": digit + last for stem, digit in whole.items() for rest, last in rests.items()}
    small = {word: digits for word, digits in made.items() if len(digits) == 3}
    for head, digit in heads.items():
        if len(digit) > 1:
            continue
        stem = head + (thousands if thousands and digit != "1" else thousand)
        made.update({f"{stem}{rest}": digit + "0" + last for rest, last in rests.items()})
        made.update({f"{stem}{word}": digit + last for word, last in small.items()})
    return made


def repeated(
    times: Mapping[str, int], units: Mapping[str, str], joints: Iterable[str] = (" ",)
) -> dict[str, str]:
    """Return a digit said so many times where that takes more than one word: `deux fois le quatre`, `tres ceros`."""
    return {
        f"{time}{joint}{unit}": digit * count
        for time, count in times.items()
        for unit, digit in units.items()
        for joint in joints
    }
