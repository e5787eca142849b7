"""`python -m benchmarks.spoken_cards`: how much card data a redactor leaves in calls, ours and presidio-analyzer in one run.

`--set heldout` asks the templates nobody tunes on. `--redactor` measures yours instead of ours. `--failures 5` shows calls
that failed (every number in them is made up). `--check FOLDER` examines templates and says one call of each.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.spoken_cards import figures, formats, generate, say, score, systems, template
from benchmarks.spoken_cards.score import Tally, Verdict, judged
from benchmarks.spoken_cards.style import STYLES
from benchmarks.spoken_cards.truth import Call


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and print its tables."""
    asked = _parser().parse_args(arguments)
    if asked.check:
        return _check(Path(asked.check), asked.language or list(say.CODES), asked.seed)
    languages = [code for code in asked.language or say.CODES if template.load(asked.set, code)]
    if not languages:
        print("There are no templates in this set.", file=sys.stderr)
        return 2
    report: dict[str, dict[str, Tally]] = {}
    spread: dict[str, dict[str, str]] = {}
    for code in languages:
        calls = list(made(asked.set, code, asked.calls, asked.seed, asked.style))
        for name, system in _systems(asked).items():
            verdicts = [(call, _asked(system, call)) for call in calls]
            tally = score.summed(verdict for _, verdict in verdicts)
            report.setdefault(name, {})[code] = tally
            spread.setdefault(name, {})[code] = figures.by_template(
                (call.name.split("#")[0], verdict.tally.covered) for call, verdict in verdicts
            )
            print(
                f"{code} {name}: {figures.share(tally.covered)} covered, {tally.leaking.hits} leak",
                file=sys.stderr,
            )
            if asked.failures and not name.startswith("presidio"):
                _show([pair for pair in verdicts if pair[1].has_failed][: asked.failures])
    _publish(report, spread, asked)
    return 0


def made(which: str | Path, language: str, count: int, seed: int, style: str = "any") -> Iterator[Call]:
    """Yield `count` calls of a language, the templates in turn, each time with another seed."""
    templates = template.load(which, language)
    for at in range(count):
        yield generate.call(templates[at % len(templates)], f"{seed}.{at // len(templates)}", style)


def _systems(asked: argparse.Namespace) -> dict[str, systems.System]:
    found: dict[str, systems.System] = {}
    redactor: systems.Redactor = systems.ours
    name = "ours"
    if asked.redactor:
        is_function = ":" in asked.redactor and " " not in asked.redactor
        redactor = systems.function(asked.redactor) if is_function else systems.command(asked.redactor)
        name = asked.redactor
    elif "bare" in asked.format:
        found["ours, bare words"] = systems.ours_over_words
    for form in asked.format:
        if form != "bare":
            found[f"{name}, {form}"] = systems.through(redactor, form)
    if not asked.no_peers:
        found["presidio-analyzer, turn by turn"] = systems.presidio_by_turn
        found["presidio-analyzer, whole call"] = systems.presidio_whole
    return found


def _asked(system: systems.System, call: Call) -> Verdict:
    left = system(call)
    if (
        left is None
    ):  # nothing was given out: nothing leaks, and nothing of use is left; the words are not counted
        return Verdict(Tally(calls=1, refused=1), (), (), leaks=False)
    return judged(call, left)


def _publish(
    report: dict[str, dict[str, Tally]], spread: dict[str, dict[str, str]], asked: argparse.Namespace
) -> None:
    today = datetime.now(tz=UTC).date().isoformat()
    parts = [f"Set {asked.set}, seed {asked.seed}, {asked.calls} calls a language, {today}."]
    for name, by_language in report.items():
        rows = list(by_language.items())
        if len(rows) > 1:
            total = Tally()
            for _, tally in rows:
                total += tally
            rows.append(("all", total))
        parts.append(f"**{name}**\n\n{figures.table(rows, spread[name])}")
    page = "\n\n".join(parts) + "\n"
    print(page)
    if asked.out:
        Path(asked.out).write_text(page, encoding="utf-8")
    if asked.json:
        values = {
            name: {code: figures.as_json(one) for code, one in rows.items()} for name, rows in report.items()
        }
        Path(asked.json).write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def _show(failed: list[tuple[Call, Verdict]]) -> None:
    for call, verdict in failed:
        print(
            f"\n{call.language} {call.name} ({call.style}, {call.country}){' LEAKS' if verdict.leaks else ''}"
        )
        at = 0
        for turn in call.turns:
            marked = [
                _marked(spoken.token.text, at + index, verdict) for index, spoken in enumerate(turn.words)
            ]
            if any(text[0] in "‹«" for text in marked):
                print(f"  {turn.speaker}: {' '.join(marked)}")
            at += len(turn.words)
        if verdict.where:
            print(f"  left in {', '.join(sorted(verdict.where))}")
    if failed:
        print("\n  ‹missed›  «masked for nothing»")


def _marked(text: str, index: int, verdict: Verdict) -> str:
    if index in verdict.missed:
        return f"‹{text}›"
    return f"«{text}»" if index in verdict.harmed else text


def _check(folder: Path, languages: list[str], seed: int) -> int:
    """Say what is wrong in templates; print a call of each. A folder has languages in it, or its name is one."""
    root, codes = (folder.parent, [folder.name]) if folder.name in say.CODES else (folder, languages)
    wrong = 0
    for code in codes:
        for path in sorted((root / code).glob("*.yaml")):
            try:
                found = template.read(path, code)
            except template.TemplateError as error:
                wrong += 1
                print(f"\n{error}", file=sys.stderr)
                continue
            for one in found:
                call = generate.call(one, seed)
                print(
                    f"\n{call.name} ({call.style}, {call.country}) {'card' if one.has_card() else 'no card'}"
                )
                print("\n".join(f"  {turn.speaker}: {turn.text}" for turn in call.turns))
                for line in one.doubtful(say.language(code).is_number):
                    print(
                        f"{one.name}: two numbers in a row beside a card, outside of a slot: {line}",
                        file=sys.stderr,
                    )
    return 1 if wrong else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spoken_cards", description=__doc__)
    parser.add_argument("--language", nargs="+", choices=say.CODES)
    parser.add_argument("--set", default="development", help="development, heldout, or a folder of templates")
    parser.add_argument("--calls", "-n", type=int, default=300, help="calls a language (300)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--style", default="any", choices=("any", *STYLES), help="how the recogniser writes")
    parser.add_argument("--format", nargs="+", default=["words"], choices=("bare", *formats.WRITERS))
    parser.add_argument(
        "--redactor", help="a command that reads a transcript and writes it redacted, or module:function"
    )
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="show N calls that failed")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--out", metavar="FILE.md")
    parser.add_argument("--check", metavar="FOLDER")
    return parser


if __name__ == "__main__":
    sys.exit(main())
