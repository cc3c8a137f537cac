"""The judge, measured: how near do words that nobody said come to those that were said?

Clauses of recordings with word truth are altered in one place and looked for in their true words, so that
every difference is a false one: whatever the sound bears out of it is wrong. For each kind of alteration it
tells how far behind each set of weights has the false reading where it comes nearest (nats: by the whole, and
by the worse of both measures; the bars of pipeline/matching/judge.py stand above that), and how many the
judge bears out, hearings included. It may be none.

A run takes two of each kind from each recording, `--full` six, `--quick` one from each interview. What
recordings it misses is told, and the exit code is 1.

    python benchmarks/judge.py [--quick | --full] [--json] [--media DIR]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import Any

import _untaken
import matching as bench

from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.engine.tools import Tools
from pipeline.matching import judge, match, tasks
from pipeline.matching.judge import Court, Lead
from pipeline.matching.model import Answer, Difference
from pipeline.speech.transcript import Words

ROOT = Path(__file__).parents[1]
WEIGHTS = ("tiny.en", "base")

PAIRS = """
he/she him/them this/that could/should could/would my/our is/was had/have in/on her/his they/he when/then
some/any want/wanted it/him was/were me/them I/you I/we a/the and/but go/went say/said take/took see/saw
to/for at/in more/much all/most man/men woman/women doctor/doctors day/days label/labels
""".split()
"""Small words, and endings, of which one is easily read for the other."""

TURNED = {"can't": "can", "never": "ever", "nobody": "somebody", "nothing": "something", "no": "a"}


def near_words(
    reference: bench.Reference, chance: Random, first: int, last: int
) -> tuple[str, bench.Ranges] | None:
    """One word replaced by another that is like it."""
    like: dict[str, list[str]] = {}
    for one, two in (pair.split("/") for pair in PAIRS):
        like.setdefault(one.lower(), []).append(two)
        like.setdefault(two.lower(), []).append(one)
    words = bench.texts(reference, first, last)
    places = [n for n, text in enumerate(words) if bench.bare(text) in like]
    if not places:
        return None
    at = chance.choice(places)
    words[at] = chance.choice(like[bench.bare(words[at])])
    return " ".join(words), ()


def denial_out(
    reference: bench.Reference, chance: Random, first: int, last: int
) -> tuple[str, bench.Ranges] | None:
    """A negation taken out."""
    words = bench.texts(reference, first, last)
    for at, text in enumerate(words):
        form = bench.bare(text)
        if form == "not":
            return " ".join([*words[:at], *words[at + 1 :]]), ()
        if form in TURNED or form.endswith("n't"):
            return " ".join([*words[:at], TURNED.get(form, form.removesuffix("n't")), *words[at + 1 :]]), ()
    return None


def denial_in(
    reference: bench.Reference, chance: Random, first: int, last: int
) -> tuple[str, bench.Ranges] | None:
    """A "not" put in."""
    words = bench.texts(reference, first, last)
    verbs = "was is are were have had did can could would will do does".split()
    places = [n for n, text in enumerate(words) if bench.bare(text) in verbs]
    if not places:
        return None
    at = chance.choice(places)
    return " ".join([*words[: at + 1], "not", *words[at + 1 :]]), ()


KINDS: dict[str, Callable[[bench.Reference, Random, int, int], tuple[str, bench.Ranges] | None]] = {
    "“not” in": denial_in,
    "“not” out": denial_out,
    "number changed": bench.renumbered,
    "name changed": bench.another_name,
    "a word in": bench.with_a_word,
    "a word replaced": bench.another_word,
    "by one like it": near_words,
    "a word out": bench.without_a_word,
}


@dataclass(frozen=True)
class Asked:
    """One false difference, and what was made of it. `leads`: (whole, sound) by each set of weights."""

    kind: str
    recording: str
    approved: str
    heard: str
    leads: tuple[tuple[float, float], ...]
    answer: str

    @property
    def wrong(self) -> bool:
        return self.answer == Answer.APPROVED.name


def true_words(reference: bench.Reference) -> match.Haystack:
    """What a recogniser without a fault would have written."""
    rows = sorted(reference.words, key=lambda word: word.start)
    words = [Word(w.text, Span.measured(w.start, max(w.end, w.start + 0.01)), 1.0) for w in rows]
    return match.Haystack(reference.name, Words.of(words))


def altered(reference: bench.Reference, count: int, seed: int) -> Iterator[tuple[str, str]]:
    """(kind, text) of clauses of 5 to 14 words."""
    for kind, make in KINDS.items():
        chance, seen = Random(f"{seed} {kind} {reference.name}"), set()
        for _ in range(count * 60):
            length = chance.randint(5, 14)
            if len(seen) == count or length >= len(reference.words):
                break
            first = chance.randrange(len(reference.words) - length + 1)
            if bench.of_one_voice(reference, first, first + length - 1):
                made = make(reference, chance, first, first + length - 1)
                if made and made[0] not in seen:
                    seen.add(made[0])
                    yield kind, made[0]


def ask(
    reference: bench.Reference, one: Difference, court: Court, courts: Sequence[Court]
) -> tuple[tuple[tuple[float, float], ...], Answer]:
    speech = reference.listen(one.span.start.seconds, one.span.duration)
    found = [judge.lead(speech, one, asked.witnesses[0].scorer) or Lead(0, 0) for asked in courts]
    leads = tuple((round(each.whole, 1), round(each.sound, 1)) for each in found)
    return leads, judge.ask(one, reference.listen, court)


def measure(references: Sequence[bench.Reference], count: int, seed: int) -> list[Asked]:
    tools = Tools()
    court = tasks.court(tools, tools.witnesses("en", "base"))  # as for a transcript that `base` wrote
    both = tasks.court(tools, tools.witnesses("en", "tiny.en"))  # `tiny.en`, and `base`
    courts = [Court([one]) for one in both.witnesses]
    out = []
    for reference in references:
        hay, done = true_words(reference), 0
        for kind, text in altered(reference, count, seed):
            for one in match.match(bench.quote(text), [hay]).differences:
                leads, answer = ask(reference, one, court, courts)
                out.append(Asked(kind, reference.name, one.approved, one.heard, leads, answer.name))
                done += 1
        print(f"{reference.name}: {done} false differences", file=sys.stderr, flush=True)
    return out


def rows(found: Sequence[Asked]) -> list[dict[str, Any]]:
    out = []
    for kind in KINDS:
        mine = [one for one in found if one.kind == kind]
        nearest = [
            max((one.leads[n] for one in mine), key=min, default=(0.0, 0.0)) for n in range(len(WEIGHTS))
        ]
        whole = [max((one.leads[n][0] for one in mine), default=0.0) for n in range(len(WEIGHTS))]
        out.append(
            {
                "kind": kind,
                "differences": len(mine),
                "whole": dict(zip(WEIGHTS, whole, strict=True)),
                "both": {name: min(pair) for name, pair in zip(WEIGHTS, nearest, strict=True)},
                "wrong": sum(one.wrong for one in mine),
            }
        )
    return out


def table(found: Sequence[dict[str, Any]]) -> str:
    head = [
        "altered by",
        "differences",
        *(f"{name} {what}" for name in WEIGHTS for what in ("whole", "both")),
        "wrong",
    ]
    lines = [head]
    for row in found:
        nearest = [f"{row[what][name]:+.1f}" for name in WEIGHTS for what in ("whole", "both")]
        lines.append([row["kind"], str(row["differences"]), *nearest, str(row["wrong"])])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines
    )


def main() -> int:
    options = argparse.ArgumentParser(description="Measure how near false words come.")
    options.add_argument("--quick", action="store_true", help="one of each kind from each interview")
    options.add_argument("--full", action="store_true", help="six of each kind from each recording")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--media", type=Path, default=ROOT.parent / "shared/media")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    there = [one for one in bench.references(asked.media) if one.kind in ("sample", "hand", "meeting")]
    kinds = {one.kind for one in there}
    untaken = [
        f"{what} (no such recording in {asked.media})"
        for kind, what in bench.OTHERS.items()
        if kind not in kinds | {"codes"}
    ]
    if asked.quick:
        there = [one for one in there if one.kind == "sample"]
    found = measure(there, 1 if asked.quick else 6 if asked.full else 2, asked.seed)
    told, wrong = rows(found), [one for one in found if one.wrong]
    aim = bench.Aim(f"borne out of {len(found)} false differences", len(wrong), 0)
    if asked.json:
        rest = {"wrong": list(map(asdict, wrong)), "not_taken": untaken}
        print(json.dumps({"rows": told, "aims": [asdict(aim) | {"met": aim.met}], **rest}))
    else:
        print(table(told), end="\n\n")
        for one in wrong:
            print(f"wrong: {one.kind}, {one.recording}: “{one.approved}” for “{one.heard}” {one.leads}")
        print(str(aim) + _untaken.line(untaken))
    return 0 if aim.met and not untaken else 1


if __name__ == "__main__":
    sys.exit(main())
