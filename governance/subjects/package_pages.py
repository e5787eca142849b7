"""The pages in a package: letter, information, list of recordings, transcripts. Plain HTML that prints, made of nothing else.

Every value is escaped where it is put in; there is no template, no script, and no address that a reader could be sent to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from typing import Any

from governance.policy import Policies
from governance.policy.disclosure import DisclosurePolicy
from governance.subjects.letter_words import main_language
from governance.subjects.page_words import words
from governance.subjects.withholding import RULES, Code, Turn

_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.55 system-ui, sans-serif; max-width: 44rem; margin: 2.5rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; } h2 { font-size: 1.0625rem; margin: 2rem 0 .25rem; }
p { margin: .25rem 0 .75rem; } .letter { white-space: pre-wrap; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .375rem .75rem .375rem 0; border-bottom: 1px solid #8884; }
.turn { display: grid; grid-template-columns: 4rem 6.5rem 1fr; gap: 0 .75rem; margin: 0 0 .375rem; }
time, .who, .fine { opacity: .75; } .gone { font-style: italic; opacity: .75; }
@media (max-width: 34rem) { .turn { grid-template-columns: 4rem 1fr; } .turn > :last-child { grid-column: 1 / -1; } }
@media print { body { margin: 0; max-width: none; } .turn, tr { break-inside: avoid; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(title: str, body: str, language: str) -> str:
    """Return a whole page. `title` is text, `body` is HTML that was escaped where values stand in it."""
    return (
        f'<!doctype html>\n<html lang="{escape(main_language(language))}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def letter(subject: str, body: str, language: str) -> str:
    """Return a letter as a page."""
    return page(subject, f'<h1>{escape(subject)}</h1>\n<div class="letter">{escape(body)}</div>', language)


def because(told: DisclosurePolicy, code: Code, language: str) -> str:
    """Return why something is withheld, as the policy tells the person."""
    rule = RULES[code].rpartition(".")[2]
    return told.say(getattr(told.voices, rule).because, language)


def transcript(turns: Sequence[Turn], started: datetime, told: DisclosurePolicy, language: str) -> str:
    """Return what was said as a page; where a turn is withheld, the reason stands in its place."""
    said = words(language)
    title = f"{said['transcript']}, {started:%Y-%m-%d %H:%M} UTC"
    rows = []
    for one in turns:
        at = clock(one.start_ms) if one.start_ms is not None else ""
        if one.text is not None:
            shown = escape(one.text)
        else:
            why = because(told, one.code or "speakers_unknown", language)
            shown = f'<span class="gone">[{escape(said["withheld"])}: {escape(why)}]</span>'
        who = escape(said[one.sort or "unknown"])
        rows.append(
            f'<div class="turn"><time>{at}</time><span class="who">{who}</span><span>{shown}</span></div>'
        )
    return page(
        title,
        f"<h1>{escape(title)}</h1>\n" + "\n".join(rows or [f"<p>{escape(said['nothing'])}</p>"]),
        language,
    )


def recordings(rows: Iterable[Mapping[str, Any]], language: str) -> str:
    """Return the list of recordings as a page: what is there, until when each is kept, and why one is not there."""
    said = words(language)
    body = [
        f"<h1>{escape(said['recordings'])}</h1>",
        f'<p class="fine">{escape(said["times"])}</p>',
        "<table><thead><tr>",
    ]
    body += [
        f"<th>{escape(said[name])}</th>" for name in ("recording", "begun", "length", "files", "kept_until")
    ]
    body.append("</tr></thead><tbody>")
    for row in rows:
        begun = f"{row['started_at']:%Y-%m-%d %H:%M}" if row["started_at"] else ""
        length = clock(row["duration_ms"]) if row["duration_ms"] is not None else ""
        files = "<br>".join(f'<a href="{escape(name)}">{escape(name)}</a>' for name in row["files"])
        if row["code"]:
            files = f"{escape(said['left_out'])}: {escape(said[row['code']])}"
        until = f"{row['kept_until']:%Y-%m-%d}" if row["kept_until"] else ""
        body.append(
            f"<tr><td>{row['number']}</td><td>{begun}</td><td>{length}</td><td>{files}</td><td>{until}</td></tr>"
        )
    body.append("</tbody></table>")
    return page(said["recordings"], "\n".join(body), language)


def information(policies: Policies, language: str) -> dict[str, Any]:
    """Return what GDPR Art. 15(1)(a) to (h) and (2) ask for, in the language, from the policies as they stand."""
    told, said = policies.disclosure, words(language)
    about = told.information
    purposes = [
        {
            "purpose": name,
            "notice": told.say({told.language: one.notice} | about.purposes.get(name, {}), language),
            "basis": said.get(one.basis, one.basis),
        }
        for name, one in policies.purposes.purposes.items()
    ]
    parts = ("categories", "recipients", "period", "rights", "source", "automated", "transfers")
    return {
        "purposes": purposes,
        **{name: told.say(getattr(about, name), language) for name in parts},
        "controller": f"{told.controller.name}\n{told.controller.address.strip()}\n{told.controller.contact}",
        "authority": told.say(told.controller.authority, language),
        "remedy": told.say(told.controller.remedy, language),
    }


def information_page(facts: Mapping[str, Any], language: str) -> str:
    """Return the same as a page."""
    said = words(language)
    body = [f"<h1>{escape(said['information'])}</h1>", f"<h2>{escape(said['purposes'])}</h2>", "<ul>"]
    body += [
        f'<li>{escape(one["notice"])} <span class="fine">({escape(one["basis"])})</span></li>'
        for one in facts["purposes"]
    ]
    body.append("</ul>")
    for name, text in facts.items():
        if name != "purposes":
            body.append(f'<h2>{escape(said[name])}</h2>\n<p class="letter">{escape(text)}</p>')
    return page(said["information"], "\n".join(body), language)


def clock(ms: int) -> str:
    """Return a place in a recording, or its length: `4:07`, `1:02:09`."""
    hours, rest = divmod(timedelta(milliseconds=ms) // timedelta(seconds=1), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
