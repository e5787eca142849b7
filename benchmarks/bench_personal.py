"""What finding other personal data costs, beside presidio's own way on the same texts in the same run.

`python -m benchmarks.bench_personal [--rounds 30]` looks at made-up calls of 5,000 characters with the shipped policy: one
without digits, one with a dozen typed numbers, one full of them. The peers: the same recognisers shown the whole text one
after another, which is what this detector stands in for and must agree with, and presidio's default recognisers on an engine
without a model. Then the same for longer calls: the cost grows with the text and not faster. Processor time, the best of
the rounds.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from governance import policy
from governance.redaction import language_models, personal

SENTENCE = "I moved last week and would like to change the address on my account, please. "
NUMBERS = (
    "call 415-555-2671", "order 12345678", "card 4111 1111 1111 1111", "on 3/4/2024 at 10:30", "DE89 3704 0044 0532 0130 00",
    "ref AB-123-4567", "20 7946 0958", "536-90-4399", "1Z999AA10123456784", "10.20.30.40", "12.50 euro", "+44 7700 900123",
)  # fmt: skip
LENGTH = 5_000


def main() -> None:
    """Run the benchmark and print what was seen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=30)
    rounds = parser.parse_args().rounds
    decided = policy.load().default.redaction
    wanted = sorted(personal.named(decided.personal))
    same, stock = _same_recognisers(), _default_recognisers()

    print(f"{'':<30}{'ours':>9}{'the same, in full':>26}{'presidio’s defaults':>26}")
    calls = {"no digits": _call(0), "a dozen numbers": _call(12), "200 numbers": _call(200)}
    for name, said in calls.items():
        ours = _best(partial(personal.detect, said, "en", decided), rounds)
        full = _best(partial(same.analyze, said, language="en", entities=wanted), rounds)
        peer = _best(partial(stock.analyze, said, language="en"), max(rounds // 3, 1))
        full_told, peer_told = f"{full:.2f} ms = {full / ours:.0f} ×", f"{peer:.2f} ms = {peer / ours:.0f} ×"
        print(f"{name} ({len(said):,})".ljust(30) + f"{ours:6.3f} ms{full_told:>26}{peer_told:>26}")
        found = {(one.start, one.end) for one in personal.detect(said, "en", decided)}
        theirs = {(one.start, one.end) for one in same.analyze(said, language="en", entities=wanted)}
        assert found == theirs, "the two ways disagree"

    for times in (1, 10, 100):
        said = _call(12) * times
        ours = _best(partial(personal.detect, said, "en", decided), max(rounds // times, 1))
        print(f"{len(said):>9,} characters{ours:10.2f} ms{ours / len(said) * 1e6:8.0f} ns a character")


def _call(numbers: int) -> str:
    """Return a call of some 5,000 characters with so many numbers spread over it."""
    between = SENTENCE if numbers <= len(NUMBERS) else ""
    said = ""
    for at in range(numbers):
        said += f"{between * 3}{NUMBERS[at % len(NUMBERS)]}, "
    return (said + SENTENCE * (LENGTH // len(SENTENCE)))[: max(LENGTH, len(said))]


def _best(act: Callable[[], Any], rounds: int) -> float:
    """Return the milliseconds of processor time that it takes at best."""
    act()
    taken = []
    for _ in range(rounds):
        begun = time.process_time()
        act()
        taken.append(time.process_time() - begun)
    return min(taken) * 1e3


def _same_recognisers() -> Any:
    return language_models.analyser("en", _wordless())


def _default_recognisers() -> Any:
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry

    registry: Any = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.recognizers = [made for made in registry.recognizers if made.name != "SpacyRecognizer"]
    return AnalyzerEngine(registry=registry, nlp_engine=_wordless())


def _wordless() -> Any:
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    return NoOpNlpEngine([{"lang_code": "en", "model_name": "none"}])


if __name__ == "__main__":
    main()
