"""Matching, measured: are approved words found where they were said, in every form people write them, and
never anywhere else?

Queries are made from the true words of every reference, at random but the same each time, and looked
for in what the recogniser made of it, in half of the cases over all sources. A query counts as

found    matched, and both ends of the cut within 0.3 s of the truth: `raw` by the recogniser's times,
         `cut` by the aligned ones, which is what a film would show;
wrong    matched, but in another source, or less than half of it is the true place. It must never be;
ends     matched in the right place, but a whole word more or less than was approved is heard at an end
         of a shot: the recogniser's times were too far off for the aligner. Not found, and listed;
asked    ambiguous or partial: a person is asked. Not found is told as such.

Where the texts differ the sound is asked, as in a build. Some queries must never be matched: sentences that
nobody said, half of one, true ones with a negation turned round, a number or a name changed, any word put in
or replaced, and true ones at other times than they were said. A word that was said and is not in the text
must be asked about or cut out of the sound. A heavily edited quote has words in it that nobody said: it is
found where a person is shown the right place. A sentence that is there twice must come out as ambiguous, with
both places.

The last part is scale: 200 quotes against 50 hours, in a process of its own, for its memory.

A run takes six quotes of each form from each interview, by the base weights; `--full` takes 25, and tiny.en's
hearing as well, and needs
half an hour. What recordings it misses is told, and the exit code is 1.

    python benchmarks/matching.py [--quick | --full] [--json] [--media DIR] [--cache DIR]
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from random import Random
from statistics import mean
from typing import Any

import _untaken
import av
import numpy as np

from pipeline.adapters.asr import registry
from pipeline.adapters.asr.faster_whisper import speech_spans
from pipeline.adapters.asr.pocketsphinx import Pocketsphinx
from pipeline.adapters.pyav import audio as sound
from pipeline.adapters.pyav import probe
from pipeline.core.digest import file_digest
from pipeline.core.ports import Speech
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.engine.tools import Tools
from pipeline.language.normalise import HESITATIONS, NEGATIONS, is_number, readings, tokens, ways_said
from pipeline.matching import edit_points, judge, match, tasks
from pipeline.matching.model import Match, State
from pipeline.production.quotes import Quote
from pipeline.speech import transcript_file
from pipeline.speech.transcribe import transcribe
from pipeline.speech.transcript import Transcript, Words

ROOT = Path(__file__).parents[1]
HZ = 16_000
MODELS = ("base", "tiny.en")
OTHERS = {"hand": "speech timed by hand", "meeting": "meetings", "codes": "spoken codes"}
"""Kinds of recording that do not come with the project."""
CLOSE = 0.3
"""Seconds that an end may be off."""
WHOLE = 0.8
"""Share of a word that is heard, or is lost, before it counts as a whole one."""
JUDGED = 0.15
"""Seconds of a word from which that can be told: the sample's truth is good to 0.05 s at either end. Borders
are benchmarks/boundaries.py's.
"""

Ranges = tuple[tuple[int, int], ...]
"""First and last true word of every stretch that was approved."""


@dataclass(frozen=True)
class Spoken:
    """A word as somebody timed it."""

    text: str
    start: float
    end: float
    speaker: str = ""


@dataclass(frozen=True)
class Reference:
    """A file with word truth. `kind` is "sample", "hand", "meeting" or "codes"; `speaker` is whose words may
    be quoted.
    """

    name: str
    path: Path
    kind: str
    words: tuple[Spoken, ...]
    speaker: str = ""
    track: int | None = None

    @cached_property
    def sound(self) -> Speech:
        if self.path.suffix in (".wav", ".flac"):  # not footage: the pipeline would not open it
            with av.open(str(self.path)) as opened:
                resampler = av.AudioResampler("flt", "mono", HZ)
                frames = [
                    done for frame in opened.decode(audio=0) for done in resampler.resample(frame)
                ] + resampler.resample(None)
                return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)
        media = probe.probe(self.path, "")
        track = next((t for t in media.tracks if t.number == self.track), None) or next(
            (t for t in media.tracks if t.default), media.tracks[0]
        )
        return sound.read_speech(self.path, media, track)

    def listen(self, start: Fraction, duration: Fraction) -> Speech:
        low, count = round(start * HZ), round(duration * HZ)
        found = self.sound[max(0, low) : max(0, low + count)]
        return np.pad(found, (max(0, -low), max(0, count - len(found) - max(0, -low))))


def references(media: Path) -> list[Reference]:
    """Every file with word truth that is there. The sample comes with the project, the others do not."""
    sample, found = ROOT / "assets/sample", []
    for path in sorted((sample / "footage").iterdir()):
        words = tuple(
            Spoken(w["word"], w["start"], w["end"], w["speaker"])
            for w in json.loads((sample / f"truth/{path.stem}.words.json").read_bytes())
        )
        found.append(
            Reference(path.stem, path, "sample", words, path.stem, 2 if path.suffix == ".mkv" else None)
        )
    for file in sorted(media.glob("*.TextGrid")):
        found.append(Reference(file.stem, file.with_suffix(".wav"), "hand", text_grid(file)))
    for kind, pattern in (("meeting", "ami_*.words.tsv"), ("codes", "grid_*.words.tsv")):
        for file in sorted(media.glob(pattern)):
            name = file.name.removesuffix(".words.tsv")
            path = next(path for path in media.glob(f"{name}.*") if path.suffix != ".tsv")
            found.append(Reference(name, path, kind, table_of_words(file)))
    return found


def text_grid(file: Path) -> tuple[Spoken, ...]:
    """The first tier of a short TextGrid: start, end and text in turn, one a line."""
    lines = file.read_text(encoding="utf-8").split("\n")
    first = lines.index('"words"') + 4
    rows = [lines[first + 3 * n : first + 3 * n + 3] for n in range(int(lines[first - 1]))]
    return tuple(
        Spoken(text.strip('"'), float(start), float(end)) for start, end, text in rows if text.strip('" ')
    )


def table_of_words(file: Path) -> tuple[Spoken, ...]:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t"))
    found = [
        Spoken(row["word"].replace("_", ""), float(row["start"]), float(row["end"]), row.get("speaker", ""))
        for row in rows
    ]
    return tuple(sorted(found, key=lambda word: word.start))


def hear(reference: Reference, model: str, cache: Path) -> Transcript:
    """What the recogniser hears, kept under the file's own digest."""
    file = cache / f"{reference.name}.{model}.{file_digest(reference.path)[:12]}.json"
    if not file.is_file():
        print(f"transcribing {reference.name} with {model}", file=sys.stderr)
        engine = registry.load("faster-whisper", model, lambda text: print(text, file=sys.stderr))
        found = transcribe(
            reference.name,
            reference.listen,
            Fraction(len(reference.sound), HZ),
            recogniser=engine,
            voiced=speech_spans,
            language="en",
            glossary=(),
            progress=lambda _: None,
        )
        file.write_bytes(transcript_file.transcript_record(found, ""))
    return transcript_file.read_transcript(file.name, file.read_bytes())[0]


# Forms ---------------------------------------------------------------------------------------

CONTRACTED = {
    "i am": "I'm",
    "it is": "it's",
    "do not": "don't",
    "did not": "didn't",
    "that is": "that's",
    "cannot": "can't",
    "they are": "they're",
    "you are": "you're",
    "i had": "I'd",
    "i would": "I'd",
    "they had": "they'd",
    "i have": "I've",
    "was not": "wasn't",
    "is not": "isn't",
    "we are": "we're",
    "there is": "there's",
    "does not": "doesn't",
    "has not": "hasn't",
    "going to": "gonna",
    "i will": "I'll",
}
WRITTEN_OUT = {
    short.lower(): long for long, short in CONTRACTED.items() if short not in ("I'd", "they'd")
} | {"i'd": "I had", "they'd": "they would"}
SPELLINGS = [
    ("practise", "practice"),
    ("colour", "color"),
    ("grey", "gray"),
    ("organise", "organize"),
    ("recognise", "recognize"),
    ("apologise", "apologize"),
    ("favourite", "favorite"),
    ("mum", "mom"),
    ("programme", "program"),
    ("centre", "center"),
    ("towards", "toward"),
    ("cheque", "check"),
    ("realise", "realize"),
    ("neighbour", "neighbor"),
    ("behaviour", "behavior"),
    ("honour", "honor"),
    ("licence", "license"),
    ("tyre", "tire"),
]
FIGURES = {word: number for number in range(100) for word in readings(number) if " " not in word}
NUMERIC = {*FIGURES, *"half past quarter hundred thousand and a point".split()}
PAUSE = 0.4
"""Seconds between two words that are no longer said in one breath."""
STRANGERS = (
    "window purple carefully remember garden Thursday several kettle honest sometimes picture "
    "bottle younger quietly decided ladder"
).split()


@dataclass(frozen=True)
class Query:
    """A quote made from a reference's words. `truth` is where it was said; none where it may not be
    matched.
    """

    form: str
    reference: str
    text: str
    truth: Ranges
    everywhere: bool


Maker = Callable[[Reference, Random, int, int], tuple[str, Ranges] | None]
"""Text and truth of a form from the true words of a range; None where they give no example of it."""


def bare(text: str) -> str:
    return re.sub(r"[^\w']", "", text.lower())


def carries_meaning(text: str) -> bool:
    """Words whose loss would be another statement, which is measured by itself."""
    return any(token.form in NEGATIONS or is_number(token.form) for token in tokens([text]))


def texts(reference: Reference, first: int, last: int) -> list[str]:
    return [word.text for word in reference.words[first : last + 1]]


def verbatim(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges]:
    return " ".join(texts(reference, first, last)), ((first, last),)


def tidy(words: list[str]) -> list[str]:
    """Without hesitations and repeats of one or two words."""
    out: list[str] = []
    for text in words:
        if bare(text) in HESITATIONS:
            continue
        out.append(text)
        for size in (2, 1):
            if [bare(t) for t in out[-size:]] == [bare(t) for t in out[-2 * size : -size]]:
                del out[-size:]
    return out


def tidied(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    words = texts(reference, first, last)
    short = tidy(words)
    # Not where a repeat or an "er" stands at an end, within the quote or across it: nobody could say which
    # was meant.
    around = texts(reference, max(0, first - 4), min(len(reference.words) - 1, last + 4))
    ends_well = (
        words[:4] == short[:4] and words[-4:] == short[-4:] and " ".join(short) in " ".join(tidy(around))
    )
    return (" ".join(short), ((first, last),)) if ends_well and short != words else None


def edited(dropped: float, replaced: float, inserted: float) -> Maker:
    def make(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
        words, out = texts(reference, first, last), []
        for index, text in enumerate(words):
            luck = chance.random()
            fixed = index in (0, len(words) - 1) or carries_meaning(
                text
            )  # the ends stay, so that there is a truth about them
            if luck < dropped and not fixed:
                continue
            out.append(
                chance.choice(STRANGERS) if dropped <= luck < dropped + replaced and not fixed else text
            )
            if chance.random() < inserted and index < len(words) - 1:
                out.append(chance.choice(STRANGERS))
        return " ".join(tidy(out)), ((first, last),)

    return make


def ellipses(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    """A tenth of the words to nearly half of them left out, in one to three places, four words and more
    staying at a time.
    """
    marks, last = chance.randint(1, 3), min(last + 20, len(reference.words) - 1)
    if last - first < 8 * marks:
        return None
    points = sorted(chance.sample(range(first, last + 2), 2 * marks + 2))
    points[0], points[-1] = first, last + 1
    parts = tuple((low, high - 1) for low, high in zip(points[::2], points[1::2], strict=True))
    if (
        not of_one_voice(reference, first, last)
        or any(high - low < 3 for low, high in parts)
        or any(b[0] - a[1] < 3 for a, b in itertools.pairwise(parts))
    ):
        return None
    if not all(is_quotable(reference, *part) for part in parts):
        return None
    mark = chance.choice([" … ", " ... ", " [...] ", " […] "])
    return mark.join(" ".join(texts(reference, *part)) for part in parts), parts


def brackets(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges]:
    words = texts(reference, first, last)
    words.insert(
        chance.randint(1, len(words) - 1),
        chance.choice(["[at the surgery]", "[the nurse]", "[laughs]", "[in 2019]"]),
    )
    return " ".join(words), ((first, last),)


def rewritten(change: Callable[[str], str]) -> Maker:
    """The same words written another way; None where there is nothing to write otherwise."""

    def make(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
        text = " ".join(texts(reference, first, last))
        return (change(text), ((first, last),)) if change(text).lower() != text.lower() else None

    return make


def swap(pairs: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    table = {one.lower(): two for one, two in pairs}
    pattern = re.compile(
        r"\b(" + "|".join(sorted(map(re.escape, table), key=len, reverse=True)) + r")\b", re.IGNORECASE
    )
    return lambda text: pattern.sub(lambda found: table[found[0].lower()], text)


def figures(text: str) -> str:
    """Number words as figures, and figures as words. "one" is not always a number."""
    words = [
        str(FIGURES[bare(w)]) + re.sub(r"[\w'-]", "", w) if bare(w) in FIGURES and bare(w) != "one" else w
        for w in text.split()
    ]
    words = [
        readings(int(w))[0] if w.isdigit() and w == before else w
        for w, before in zip(words, text.split(), strict=True)
    ]
    for pattern, joined in (
        (r"\b([2-9])0 ([1-9])\b", r"\1\2"),
        (r"\b(1\d|20) (\d\d)\b", r"\1\2"),
        (r"\b(\d) thousand(?: and)? (\d)\b", r"\g<1>00\2"),
        (r"half past (\d+)", r"\1.30"),
    ):
        words = re.sub(pattern, joined, " ".join(words)).split()
    return re.sub(
        r"\b(\d) hundred(?: and)? (\d+)\b",
        lambda found: str(int(found[1]) * 100 + int(found[2])),
        " ".join(words),
    )


def typographic(text: str) -> str:
    return f"“{text.replace(chr(39), '’').replace(' and ', ' – and ')}”"


def names(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    """With a name in it, which the recogniser may never have met."""
    words = texts(reference, first, last)
    inside = [
        w
        for before, w in itertools.pairwise(words)
        if w[0].isupper() and not before.endswith((".", "?", "!", ",")) and bare(w).split("'")[0] != "i"
    ]
    return (" ".join(words), ((first, last),)) if inside and reference.kind == "sample" else None


def interrupted(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    """Across a question of the interviewer, without a mark."""
    words = reference.words
    question = next(
        (n for n in range(first, last) if reference.speaker and words[n].speaker != reference.speaker), None
    )
    if question is None or question - first < 4:
        return None
    after = next(
        (n for n in range(question, len(words)) if words[n].speaker == reference.speaker), len(words)
    )
    end = after + last - question
    if (
        end >= len(words)
        or end - after < 4
        or not is_quotable(reference, first, question - 1)
        or not is_quotable(reference, after, end)
        or any(w.speaker != reference.speaker for w in words[after : end + 1])
    ):
        return None
    return " ".join(texts(reference, first, question - 1) + texts(reference, after, end)), (
        (first, question - 1),
        (after, end),
    )


def denied(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    """A negation taken out, or one put in: not at an end, where another sentence would be left that was said,
    too.
    """
    one, *inner, other = texts(reference, first, last)
    text = " ".join(inner)
    turned = re.sub(
        r"\b(can)'t\b|\b(\w+)n't\b|\bnot |\bnever |\bno (?=[a-z])",
        lambda found: found[1] or found[2] or "",
        text,
        count=1,
        flags=re.IGNORECASE,
    )
    if turned == text:
        turned = re.sub(
            r"\b(was|is|are|were|have|had|did|can|could|would|will|do|does)\b(?!n't|')",
            r"\1 not",
            text,
            count=1,
            flags=re.IGNORECASE,
        )
    return (f"{one} {turned} {other}", ()) if turned != text else None


def renumbered(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    """One number changed to another."""
    words = texts(reference, first, last)
    numbers = [n for n, text in enumerate(words) if bare(text) in FIGURES and bare(text) != "one"]
    if not numbers:
        return None
    chosen = chance.choice(numbers)
    words[chosen] = chance.choice(
        [word for word in FIGURES if word not in (bare(words[chosen]), "zero", "one")]
    )
    return " ".join(words), ()


def with_a_word(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    """A word put in that nobody said."""
    words, at = texts(reference, first, last), chance.randint(1, last - first)
    word = chance.choice("really the a very always just hardly never so not almost only I".split())
    if word.lower() in (bare(words[at - 1]), bare(words[at])):
        return None
    return " ".join([*words[:at], word, *words[at:]]), ()


def another_word(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    """One word replaced, every other time by one of the small ones."""
    words, at = texts(reference, first, last), chance.randint(0, last - first)
    word = chance.choice([*STRANGERS, *"the it was my them to he she in on could and".split()])
    if bare(words[at]) in (word.lower(), *HESITATIONS):
        return None
    return " ".join([*words[:at], word, *words[at + 1 :]]), ()


def another_name(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    made = names(reference, chance, first, last)
    if not made:
        return None
    words = made[0].split()
    inside = [
        n for n, w in enumerate(words) if n and w[0].isupper() and not words[n - 1].endswith((".", "?", "!"))
    ]
    inside = [n for n in inside if bare(words[n]).split("'")[0] != "i"]
    words[inside[0]] = chance.choice(["Thompson", "Rosalind", "Kemal", "Bridget", "Whitby"])
    return " ".join(words), ()


def half(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    """Half of a sentence that was said, and half of one that was not."""
    words = texts(reference, first, last)
    return " ".join([*words[: len(words) // 2], *chance.sample(STRANGERS, (len(words) + 1) // 2)]), ()


def without_a_word(reference: Reference, chance: Random, first: int, last: int) -> tuple[str, Ranges] | None:
    """A word left out that was said, and no repeat."""
    at, words = chance.randint(first + 1, last - 1), reference.words
    near = [bare(words[n].text) for n in range(at - 2, at + 3) if n != at and 0 <= n < len(words)]
    if bare(words[at].text) in (*near, *HESITATIONS):
        return None
    text = " ".join([*texts(reference, first, at - 1), *texts(reference, at + 1, last)])
    return text, ((first, at - 1), (at + 1, last))


FORMS: dict[str, Maker] = {
    "verbatim": verbatim,
    "tidied": tidied,
    "light editing": edited(0.08, 0.0, 0.0),
    "heavy editing": edited(0.10, 0.10, 0.05),
    "ellipses": ellipses,
    "brackets": brackets,
    "spelling": rewritten(swap([*SPELLINGS, *((two, one) for one, two in SPELLINGS)])),
    "numbers": rewritten(figures),
    "contractions": rewritten(
        lambda text: (
            swap(list(WRITTEN_OUT.items()))(text) if "'" in text else swap(list(CONTRACTED.items()))(text)
        )
    ),
    "names": names,
    "typographic": rewritten(typographic),
    "interruption": interrupted,
    "negation turned": denied,
    "number changed": renumbered,
    "name changed": another_name,
    "a word in": with_a_word,
    "a word replaced": another_word,
    "half a sentence": half,
    "a word out": without_a_word,
}


def of_one_voice(reference: Reference, first: int, last: int) -> bool:
    """All the same speaker's, and nobody's over them."""
    words = reference.words
    mine = words[first : last + 1]
    over = any(
        w.start < words[last].end and w.end > words[first].start
        for n, w in enumerate(words)
        if not first <= n <= last
    )
    return (
        len({w.speaker for w in mine}) == 1
        and (not reference.speaker or mine[0].speaker == reference.speaker)
        and not over
    )


def is_quotable(reference: Reference, first: int, last: int) -> bool:
    """Could somebody have approved these words, and could anybody say where they are?

    Not where a quote would begin or end with an "er", within a number or a time, within a repeat
    ("the, the"), or with a word that a pause divides from the rest of it.
    """
    words, said = [bare(word.text) for word in reference.words], reference.words
    for before, inner, step in ((first - 1, first, 1), (last + 1, last, -1)):
        around = [words[n] for n in (before, inner) if 0 <= n < len(words)]
        near = {words[n] for n in range(inner - 3, inner + 4) if 0 <= n < len(words) and n != inner}
        two = sorted((said[inner], said[inner + step]), key=lambda word: word.start)
        if any(word in HESITATIONS for word in around) or (
            len(around) == 2 and all(word in NUMERIC for word in around)
        ):
            return False
        if words[inner] in near or two[1].start - two[0].end > PAUSE:
            return False
    return True


def queries(reference: Reference, count: int, seed: int) -> Iterator[Query]:
    """Up to `count` of each form, of 5 to 25 words; codes of at least three sentences, as one differs from
    the next in two words.
    """
    shortest = 18 if reference.kind == "codes" else 5
    for form, make in FORMS.items():
        chance, seen = Random(f"{seed} {form} {reference.name}"), set()
        for _ in range(count * 60):
            length = chance.randint(shortest, 25)
            if length > len(reference.words):
                continue
            first = chance.randrange(len(reference.words) - length + 1)
            last = first + length - 1
            if form != "interruption" and not of_one_voice(reference, first, last):
                continue
            if not is_quotable(reference, first, last):
                continue
            made = make(reference, chance, first, last)
            if made and made[0] not in seen:
                seen.add(made[0])
                yield Query(form, reference.name, made[0], made[1], everywhere=len(seen) % 2 == 0)
            if len(seen) == count:
                break


# Judging -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Result:
    form: str
    reference: str
    kind: str
    model: str
    text: str
    state: str
    score: float
    wrong: str
    """Why the match is wrong, blank where it is right or is none."""
    place: bool
    """Is the place that a person is shown the right one?"""
    ends: str
    """The words too many or lost at an end, blank where there are none."""
    raw_s: float | None
    cut_s: float | None
    """How far the worse end is off, where it was matched."""
    ms: float


def quote(text: str, source: str = "") -> Quote:
    return Quote("q", "", source, text, "", frozenset(), "", None, "", 1)


def settled(found: Match, reference: Reference, court: judge.Court) -> Match:
    """What a build makes of it: the sound is asked where words differ."""
    answers = [judge.ask(one, reference.listen, court) for one in found.differences]
    return match.settled(found, answers) if answers else found


def ask(
    query: Query,
    reference: Reference,
    model: str,
    hays: dict[str, match.Haystack],
    aligner: Pocketsphinx | None,
    court: judge.Court,
) -> Result:
    there = list(hays.values()) if query.everywhere else [hays[query.reference]]
    started = time.perf_counter()
    found = match.match(quote(query.text), there)
    ms = (time.perf_counter() - started) * 1000
    best = found.best
    place = bool(
        best
        and query.truth
        and best.source == reference.name
        and not is_elsewhere(list(best.spans), reference, query.truth)
    )
    if best and best.source == reference.name and query.form != HEAVY:
        found = settled(found, reference, court)
    wrong, ends, raw_s, cut_s = "", "", None, None
    if found.state is State.MATCHED and best:
        spans = list(best.spans)
        raw_s = ends_off(spans, reference, query.truth) if query.truth else None
        if aligner and query.truth and best.source == reference.name:
            spans = [
                edit_points.refine(stretch, reference.listen, aligner).stretch.span
                for stretch in best.stretches
            ]
            cut_s = ends_off(spans, reference, query.truth)
        wrong = (
            "may not be matched"
            if not query.truth
            else "another source"
            if best.source != reference.name
            else ""
        )
        if not wrong and is_elsewhere(spans, reference, query.truth):
            wrong = "another place"
        ends = "" if wrong else words_off(spans, reference, query.truth)
        if query.form == WORD_OUT and "too many" in ends:
            wrong, ends = "plays a word that was not approved", ""
    score = best.score if best else 0.0
    told = (query.form, query.reference, reference.kind, model, query.text, found.state.value)
    return Result(*told, score, wrong, place, ends, raw_s, cut_s, ms)


def ends_off(spans: Sequence[Span[Source]], reference: Reference, truth: Ranges) -> float:
    first, last = reference.words[truth[0][0]], reference.words[truth[-1][1]]
    return max(abs(float(spans[0].start) - first.start), abs(float(spans[-1].end) - last.end))


def heard_of(spans: Sequence[Span[Source]], reference: Reference, number: int) -> float:
    """How much of a true word is within the spans, 0 to 1."""
    span = Span[Source].measured(reference.words[number].start, reference.words[number].end)
    return float(sum(span.overlap(other) for other in spans) / span.duration)


def is_elsewhere(spans: Sequence[Span[Source]], reference: Reference, truth: Ranges) -> bool:
    """Fewer than half of the approved words, or more of something else than of them."""
    hulls = [
        Span[Source].measured(reference.words[low].start, reference.words[high].end) for low, high in truth
    ]
    inside = float(sum(one.overlap(two) for one in spans for two in hulls))
    approved = [n for low, high in truth for n in range(low, high + 1)]
    return mean(heard_of(spans, reference, n) > 0.5 for n in approved) < 0.5 or inside * 2 < float(
        sum(span.duration for span in spans)
    )


def words_off(spans: Sequence[Span[Source]], reference: Reference, truth: Ranges) -> str:
    """Whole words of the same voice that are heard and were not approved; words at an end that were approved
    and are not heard.
    """
    words = reference.words
    approved = [n for low, high in truth for n in range(low, high + 1)]
    voices = {words[n].speaker for n in approved}
    judged = [n for n, word in enumerate(words) if word.end - word.start > JUDGED]
    more = [
        n
        for n in judged
        if n not in approved
        and words[n].speaker in voices
        and bare(words[n].text) not in HESITATIONS
        and heard_of(spans, reference, n) > WHOLE
    ]
    less = [n for ends in truth for n in ends if n in judged and heard_of(spans, reference, n) < 1 - WHOLE]
    return "; ".join(
        [*(f"“{words[n].text}” too many" for n in more), *(f"“{words[n].text}” is lost" for n in less)]
    )


def nobody_said(
    references: Sequence[Reference], media: Path, count: int, seed: int
) -> Iterator[tuple[Query, Reference]]:
    """Sentences from elsewhere, and words of the source in another order."""
    chance = Random(f"{seed} nobody")
    prompts = (
        list(json.loads((media / "vctk/prompts.json").read_bytes()).values())
        if (media / "vctk/prompts.json").is_file()
        else []
    )
    for reference in references:
        others = [other for other in references if other.kind != "codes" and other is not reference]
        for number in range(count):
            if prompts and number % 3 == 0:
                text = chance.choice(prompts)
            elif number % 3 == 1 and others:
                other = chance.choice(others)
                first = chance.randrange(len(other.words) - 12)
                text = " ".join(texts(other, first, first + chance.randint(6, 12)))
            else:
                text = " ".join(chance.sample(texts(reference, 0, len(reference.words) - 1), 9))
            yield Query("nobody said it", reference.name, text, (), everywhere=False), reference


def is_said(text: str, reference: Reference) -> bool:
    """A short sentence from elsewhere may have been said here too."""
    mine, theirs = (
        [token.form for token in tokens(words)]
        for words in (text.split(), texts(reference, 0, len(reference.words) - 1))
    )
    return any(theirs[n : n + len(mine)] == mine for n in range(len(theirs)))


def said_twice(
    reference: Reference, model: str, hays: dict[str, match.Haystack], count: int, seed: int
) -> Iterator[Result]:
    """The whole source twice over: every quote of it is ambiguous."""
    words = hays[reference.name].words
    later = words[-1].span.end.seconds + 5
    double = match.Haystack(
        reference.name,
        Words.of([*words, *(replace(w, span=Span(w.span.start + later, w.span.end + later)) for w in words)]),
    )
    for query in [q for q in queries(reference, count, seed) if q.form == "verbatim"]:
        started = time.perf_counter()
        found = match.match(quote(query.text), [double])
        ms = (time.perf_counter() - started) * 1000
        wrong = "not asked which" if found.state is State.MATCHED else ""
        told = ("said twice", reference.name, reference.kind, model, query.text, found.state.value)
        yield Result(*told, found.best.score if found.best else 0.0, wrong, True, "", None, None, ms)


def given_times(
    reference: Reference,
    model: str,
    hays: dict[str, match.Haystack],
    count: int,
    seed: int,
    court: judge.Court,
) -> Iterator[Result]:
    """In and out times that a person wrote down: of the words, and of other words."""
    asked = [q for q in queries(reference, 2 * count, seed) if q.form == "verbatim"]
    for n, (query, other) in enumerate(zip(asked, [*asked[1:], *asked[:1]], strict=True)):
        form = GIVEN if n % 2 else OTHER_TIMES
        (low, high), *_ = (query if form == GIVEN else other).truth
        if form == OTHER_TIMES and low <= query.truth[0][1] and query.truth[0][0] <= high:
            continue
        span = Span[Source].measured(reference.words[low].start, reference.words[high].end)
        started = time.perf_counter()
        found = match.given(replace(quote(query.text), pinned_times=span), hays[reference.name])
        ms = (time.perf_counter() - started) * 1000
        found = settled(found, reference, court)
        wrong = "other words" if form == OTHER_TIMES and found.state is State.MATCHED else ""
        told = (form, reference.name, reference.kind, model, query.text, found.state.value)
        yield Result(*told, found.best.score if found.best else 0.0, wrong, True, "", 0.0, 0.0, ms)


@dataclass(frozen=True)
class Much:
    """How many quotes of each form are asked of each interview, and of each other recording; by whose
    hearing; and in how many hours at once.
    """

    interview: int
    other: int
    nobody: int
    models: tuple[str, ...]
    hours: int


QUICK, USUAL, FULL = Much(1, 1, 2, MODELS[:1], 5), Much(6, 2, 4, MODELS[:1], 50), Much(25, 12, 20, MODELS, 50)


def measure(media: Path, cache: Path, much: Much, seed: int) -> list[Result]:
    found = []
    references_there = references(media)
    aligner = Pocketsphinx(ways_said)
    tools = Tools()
    for model in much.models:
        court = tasks.court(tools, tools.witnesses("en", model))
        hays = {
            reference.name: match.Haystack.of(hear(reference, model, cache)) for reference in references_there
        }
        for reference in references_there:
            count = much.interview if reference.kind == "sample" else much.other
            found += [
                ask(query, reference, model, hays, aligner, court)
                for query in queries(reference, count, seed)
            ]
            found += said_twice(reference, model, hays, max(2, count // 3), seed)
            found += given_times(reference, model, hays, max(2, count // 3), seed, court)
        negatives = nobody_said(references_there, media, much.nobody, seed)
        found += [
            ask(query, reference, model, hays, None, court)
            for query, reference in negatives
            if not is_said(query.text, reference)
        ]
    return found


# Scale ---------------------------------------------------------------------------------------

HOURS, ASKED, WORDS_AN_HOUR = 50, 200, 9000


def scale(media: Path, cache: Path, hours: int) -> dict[str, float]:
    """Seconds and memory for quotes against hours of recycled speech: every hour has its own share of words
    changed, so that no two are the same.
    """
    chance = Random(1)
    heard = [
        word
        for reference in references(media)
        if reference.kind == "sample"
        for word in hear(reference, "base", cache).heard
    ]
    invented = [
        "".join(chance.choice("bdklmnprst" if n % 2 == 0 else "aeiou") for n in range(chance.randint(4, 9)))
        for _ in range(20_000)
    ]
    hays, asked = [], []
    for number in range(hours):
        words, at = [], Fraction(0)
        while len(words) < WORDS_AN_HOUR:
            low = chance.randrange(len(heard) - 60)
            for word in heard[low : low + chance.randint(3, 60)]:
                text = chance.choice(invented) if chance.random() < 0.3 else word.text
                words.append(Word(text, Span(Time(at), Time(at + Fraction(3, 10))), word.confidence))
                at += Fraction(2, 5)
        hays.append(match.Haystack(f"hour {number}", Words.of(words)))
    for _ in range(ASKED * hours // HOURS or 4):
        hay, first, length = chance.choice(hays), chance.randrange(WORDS_AN_HOUR - 60), chance.randint(6, 40)
        said = [word.text for word in hay.words[first : first + length] if chance.random() > 0.1]
        if chance.random() < 0.3 and len(said) > 12:
            said[5:9] = ["…"]
        asked.append((hay.source, first, " ".join(said)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started, right = time.perf_counter(), 0
    for source, first, text in asked:
        best = match.match(quote(text), hays).best
        right += bool(best and best.source == source and abs(float(best.spans[0].start) - 0.4 * first) < 4)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "hours": hours,
        "quotes": len(asked),
        "seconds": seconds,
        "peak_mb": peak / 1024,
        "transcripts_mb": before / 1024,
        "right_place": right,
    }


def scale_alone(media: Path, cache: Path, hours: int) -> dict[str, float]:
    """In a process of its own: what the measurement before it took is not counted."""
    asked = [sys.executable, __file__, "--scale", str(hours), "--media", str(media), "--cache", str(cache)]
    found: dict[str, float] = json.loads(
        subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    )
    return found


# Telling -------------------------------------------------------------------------------------

GIVEN, OTHER_TIMES, HEAVY, WORD_OUT, CHOOSE = (
    "given times",
    "other times",
    "heavy editing",
    "a word out",
    "said twice",
)
NEVER = (
    "negation turned",
    "number changed",
    "name changed",
    "a word in",
    "a word replaced",
    "half a sentence",
    OTHER_TIMES,
    "nobody said it",
)
HONEST = (
    "verbatim",
    "tidied",
    "brackets",
    "spelling",
    "numbers",
    "contractions",
    "names",
    "typographic",
    GIVEN,
)
"""What nobody should have to look at: the very words, as people write them."""


def is_found(result: Result) -> bool:
    off = result.raw_s if result.cut_s is None else result.cut_s
    return (
        result.state == "matched"
        and not result.wrong
        and not result.ends
        and off is not None
        and off <= CLOSE
    )


def rows(results: Sequence[Result]) -> list[dict[str, Any]]:
    out = []
    for model in MODELS:
        for form in [*FORMS, CHOOSE, GIVEN, OTHER_TIMES, "nobody said it"]:
            for kinds in (("sample", "hand"), ("meeting",), ("codes",)):
                mine = [r for r in results if (r.model, r.form) == (model, form) and r.kind in kinds]
                if mine:
                    states = Counter(r.state for r in mine)
                    raw = sum(
                        r.state == "matched"
                        and not r.wrong
                        and not r.ends
                        and r.raw_s is not None
                        and r.raw_s <= CLOSE
                        for r in mine
                    )
                    out.append(
                        {
                            "model": model,
                            "form": form,
                            "speech": {"sample": "interviews"}.get(kinds[0], kinds[0]),
                            "quotes": len(mine),
                            "found": sum(map(is_found, mine)),
                            "found_raw": raw,
                            "right": sum(is_right(r) for r in mine),
                            "wrong": sum(bool(r.wrong) for r in mine),
                            "ends": sum(bool(r.ends) for r in mine),
                            **{state.value: states[state.value] for state in State},
                            "ms": mean(r.ms for r in mine),
                        }
                    )
    return out


def is_right(result: Result) -> bool:
    """What the form asks for: found, never matched, or asked which."""
    return (
        result.state != "matched"
        if result.form in NEVER
        else result.state == "ambiguous"
        if result.form == CHOOSE
        else result.place
        if result.form == HEAVY
        else not result.wrong
        if result.form == WORD_OUT
        else is_found(result)
    )


def asked_share(found: Sequence[dict[str, Any]]) -> float:
    """Of honest quotes of the interviews, how many a person has to look at, in percent."""
    mine = [row for row in found if row["form"] in HONEST and row["speech"] == "interviews"]
    asked = sum(row["ambiguous"] + row["partial"] for row in mine)
    return 100 * asked / max(1, sum(row["quotes"] for row in mine))


def share(found: Sequence[dict[str, Any]], form: str) -> float:
    mine = [
        row
        for row in found
        if row["model"] == "base" and row["form"] == form and row["speech"] == "interviews"
    ]
    return 100 * sum(row["right"] for row in mine) / max(1, sum(row["quotes"] for row in mine))


@dataclass(frozen=True)
class Aim:
    what: str
    value: float
    limit: float
    unit: str = ""
    least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.least else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥ " if self.least else "" if self.limit == 0 else "≤ "
        return (
            f"{self.what} {self.value:.4g}{self.unit} (aim "
            f"{sign}{self.limit:.4g}{self.unit}){'' if self.met else ' MISSED'}"
        )


def aims(found: Sequence[dict[str, Any]], scaled: dict[str, float]) -> list[Aim]:
    wanted = (("verbatim", 97), ("tidied", 97), ("ellipses", 95), ("heavy editing", 85))
    return [
        *(Aim(form, share(found, form), least, " %", least=True) for form, least in wanted),
        Aim("honest quotes sent to a person", asked_share(found), 3, " %"),
        Aim("wrong as matched", sum(row["wrong"] for row in found), 0),
        Aim(f"{scaled['quotes']:.0f} quotes in {scaled['hours']:.0f} hours", scaled["seconds"], 60, " s"),
        Aim("memory", scaled["peak_mb"], 1000, " MB"),
    ]


def table(found: Sequence[dict[str, Any]]) -> str:
    head = [
        "model",
        "form",
        "speech",
        "quotes",
        "right %",
        "raw %",
        "wrong",
        "ends",
        "matched",
        "ambiguous",
        "partial",
        "not-found",
        "ms",
    ]
    lines = [head]
    for row in found:
        raw = f"{100 * row['found_raw'] / row['quotes']:.0f}" if row["form"] not in (*NEVER, CHOOSE) else ""
        states = [str(row[state.value]) for state in State]
        lines.append(
            [
                row["model"],
                row["form"],
                row["speech"],
                str(row["quotes"]),
                f"{100 * row['right'] / row['quotes']:.1f}",
                raw,
                str(row["wrong"]),
                str(row["ends"]),
                *states,
                f"{row['ms']:.0f}",
            ]
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([*map(str.ljust, line[:3], widths), *map(str.rjust, line[3:], widths[3:])])
        for line in lines
    )


def main() -> int:
    options = argparse.ArgumentParser(description="Measure how well quotes are found.")
    options.add_argument(
        "--quick", action="store_true", help="a few quotes of each form, and five hours for fifty"
    )
    options.add_argument(
        "--full", action="store_true", help="25 quotes of each form, by both weights: half an hour"
    )
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument(
        "--media", type=Path, default=ROOT.parent / "shared/media", help="recordings with word truth"
    )
    options.add_argument(
        "--cache",
        type=Path,
        default=Path(tempfile.gettempdir()) / "ourwords-matching",
        help="where transcripts are kept",
    )
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--scale", type=int, help=argparse.SUPPRESS)
    asked = options.parse_args()
    asked.cache.mkdir(parents=True, exist_ok=True)
    if asked.scale:
        print(json.dumps(scale(asked.media, asked.cache, asked.scale)))
        return 0
    much = QUICK if asked.quick else FULL if asked.full else USUAL
    results = measure(asked.media, asked.cache, much, asked.seed)
    found, scaled = rows(results), scale_alone(asked.media, asked.cache, much.hours)
    judged, kinds = aims(found, scaled), {result.kind for result in results}
    untaken = [
        f"{what} (no such recording in {asked.media})" for kind, what in OTHERS.items() if kind not in kinds
    ]
    if asked.json:
        wrong = [asdict(result) for result in results if result.wrong or result.ends]
        print(
            json.dumps(
                {
                    "rows": found,
                    "scale": scaled,
                    "wrong": wrong,
                    "aims": [asdict(aim) | {"met": aim.met} for aim in judged],
                    "not_taken": untaken,
                }
            )
        )
    else:
        print(table(found), end="\n\n")
        for result in results:
            if result.wrong or result.ends:
                kind = "wrong" if result.wrong else "ends"
                print(
                    f"{kind}: {result.model} {result.form}, {result.reference}: "
                    f"{result.wrong or result.ends} in “{result.text}”"
                )
        print(
            "{quotes:.0f} quotes against {hours:.0f} h: {right_place:.0f} in the right place, "
            "{seconds:.1f} s, ".format(**scaled),
            end="",
        )
        print(
            "{peak_mb:.0f} MB at most, of which {transcripts_mb:.0f} MB are the transcripts\n".format(
                **scaled
            )
        )
        print("; ".join(map(str, judged)) + _untaken.line(untaken))
    return 0 if not untaken and all(aim.met for aim in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
