"""`python -m training.talk`: learn what stands around card data, and write `governance/redaction/weights.json`.

Learns from `benchmarks/spoken_cards/templates` and draws the lines on `benchmarks/spoken_cards/validation`, whose templates nothing
was learnt from; the table it prints is of those. The held-out templates are never read. Needs `training/requirements.lock`
(`make train` installs it) and some five minutes on two cores; the same seed makes the same weights on the same machine.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.spoken_cards import say
from governance.redaction.surroundings import EARLY, LATE
from governance.redaction.weighing import SURE_FROM
from governance.redaction.weights import Trees
from training.talk import fit
from training.talk.samples import Sample, samples

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "governance" / "redaction" / "weights.json"
NOTES = 3  # of every call that is learnt from
MAY_TAKE = {"may_take": 0.01, "may_take_short": 0.04}
LINES = {"takes": 0.07, "gives_up": 0.07}
ALONE = {"takes": 0.6, "gives_up": 0.0}
AGAIN = {"takes": 0.5, "gives_up": 0.15}
"""Where the lines are drawn (`redaction.weights`): by the table this prints; higher where nobody speaks twice, which is
seldom talk, and on a second look, so that little is taken anew."""
TAKES = (0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3)


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn, print what the validation set says, and write the weights."""
    asked = _parser().parse_args(arguments)
    known = _all("development", asked.calls, asked.seed, NOTES)
    unseen = _all("validation", asked.calls, asked.seed + 1, 0)
    print(f"{len(known)} numbers to learn from, {len(unseen)} to draw the lines on", flush=True)
    is_card, counts = fit.truth(known)
    words: dict[str, fit.Words] = {}
    late, late_unseen = _rows(known, "late"), _rows(unseen, "late")
    for language in say.CODES:
        mine = [at for at, one in enumerate(known) if one.language == language]
        words[language], late[mine, -1] = fit.weigh_words([known[at] for at in mine])
    late_unseen[:, -1] = fit.sums_of(words, unseen)
    stored = {
        "early": fit.trees(_rows(known, "early"), is_card, counts, asked.early, EARLY),
        "late": fit.trees(late, is_card, counts, asked.late, LATE),
    }
    early = Trees.of(stored["early"], EARLY).chances(_rows(unseen, "early").tolist())
    chances = Trees.of(stored["late"], LATE).chances(late_unseen.tolist())
    lines = {name: getattr(asked, name) for name in LINES}
    _tell(unseen, early, chances, asked.may_take, lines)
    if asked.out:
        Path(asked.out).write_text(_as_json(stored, words, lines, asked), encoding="utf-8")
        print(f"written: {Path(asked.out).name}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=12, help="calls of every template")
    parser.add_argument("--seed", type=int, default=21)
    parser.add_argument("--early", type=int, default=400, metavar="TREES")
    parser.add_argument("--late", type=int, default=600, metavar="TREES")
    for name, line in {**MAY_TAKE, **LINES}.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=float, default=line, metavar="CHANCE")
    parser.add_argument("--out", default=str(WEIGHTS), help="'' writes nothing")
    return parser


def _all(which: str, calls: int, seed: int, notes: int) -> list[Sample]:
    with ProcessPoolExecutor() as pool:
        parts = pool.map(partial(_of_language, which, calls, seed, notes), say.CODES)
        return [one for part in parts for one in part]


def _of_language(which: str, calls: int, seed: int, notes: int, language: str) -> list[Sample]:
    return list(samples(which, language, calls, seed, notes))


def _rows(numbers: Iterable[Sample], which: str) -> np.ndarray:
    return np.array([getattr(one, which) for one in numbers], dtype=np.float32)


def _tell(
    numbers: Sequence[Sample],
    early: Sequence[float],
    late: Sequence[float],
    may_take: float,
    lines: dict[str, float],
) -> None:
    """Print what the rules do with numbers that nothing was learnt from, and what the lines make of it, by where they are drawn.

    Without the finer points of `redaction.weighing` (looks, repeats, the last four): `benchmarks.spoken_cards` measures the whole.
    """
    print("\n| | card words masked | innocent number words masked | calls with a miss |\n|---|---|---|---|")
    print(_line("rules alone", numbers, [one.score > 0 for one in numbers]))
    for takes in sorted({*TAKES, lines["takes"]}):
        masked = [
            one.score >= SURE_FROM or chance >= lines["gives_up"]
            if one.score
            else chance >= takes and soon >= may_take
            for one, soon, chance in zip(numbers, early, late, strict=True)
        ]
        print(_line(f"takes from {takes}", numbers, masked))
    may = [chance >= may_take for chance in early]
    print(_line("what the early figures cannot rule out", numbers, may))


def _line(name: str, numbers: Sequence[Sample], masked: Sequence[bool]) -> str:
    card = sum(one.card for one in numbers)
    innocent = sum(one.innocent for one in numbers)
    covered = sum(one.card for one, is_masked in zip(numbers, masked, strict=True) if is_masked)
    hit = sum(one.innocent for one, is_masked in zip(numbers, masked, strict=True) if is_masked)
    missed = {one.call for one, is_masked in zip(numbers, masked, strict=True) if one.card and not is_masked}
    calls = len({one.call for one in numbers})
    return f"| {name} | {covered / card:.2%} of {card:,} | {hit / innocent:.2%} of {innocent:,} | {len(missed)} of {calls:,} |"


def _as_json(
    stored: dict[str, Any], words: dict[str, fit.Words], lines: dict[str, float], asked: argparse.Namespace
) -> str:
    """Return the file: a line for every tree and every place of words, so that a change can be read."""
    whole = {
        "version": f"{asked.seed}.{asked.calls}.{asked.early}.{asked.late}",
        **{name: getattr(asked, name) for name in MAY_TAKE},
        "lines": lines,
        "alone": ALONE,
        "again": AGAIN,
        **stored,
        "words": {
            language: {
                place: {word: round(weight * 1000) for word, weight in sorted(known.items())}
                for place, known in sorted(places.items())
            }
            for language, places in words.items()
        },
    }
    parts = []
    for key, value in whole.items():
        if key in stored:
            inner = [f'"{name}": {json.dumps(value[name])}' for name in ("figures", "bias")]
            inner += [
                f'"{name}": [\n'
                + ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in value[name])
                + "\n]"
                for name in ("trees", "leaves")
            ]
            parts.append(f'"{key}": {{\n' + ",\n".join(inner) + "\n}")
        else:
            parts.append(f'"{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    main()
