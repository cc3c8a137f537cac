"""Word borders and cut points against word truth: how much of a quote is lost, how much of a neighbour is
heard?

Three questions, on every recording whose words somebody has timed:

words   The true words, in quotes of twelve, from times as rough as a recogniser's: how far from the
        truth are the starts and ends that the cut comes back with?
chosen  Quotes as groups choose them: whole clauses and sentences, 3 to 30 words between pauses of 0.2 s or
        the ends of sentences.
random  Quotes of 4 to 20 words from anywhere in the speech, most out of the middle of a sentence.

Quotes go through the real chain: heard by Whisper `base`, matched, aligned, cut. They begin and end with a
word that is not a hesitation (nobody approves an "um" at the edge), and nobody else speaks over them. A
quote whose first or last word was matched to another place is not a cut's affair (benchmarks/matching.py).

A quote is clipped where more than 30 ms of its first or last word are not heard. It leaks where more than
30 ms of the true word before or after it are. It is untold where it does either and no finding tells anybody
to listen. Labels made by hand are taken as they are, but for those shorter than 20 ms: slips of the hand.
The sample's last words run on into silence and the meeting's until the next one starts, so of theirs only
what is 10 dB louder than the room counts.

The chosen quotes of all recordings are judged together: by hand alone there are too few to see one in two
hundred. Random ones are told and not judged: where two words touch, a border 31 ms off is a clip or a leak,
whatever a cut does. The words are judged on hand labels alone.

By itself it asks some of each recording, of those labelled by hand nearly all; `--full` asks all.

    python benchmarks/boundaries.py [--quick | --full] [--json] [--media DIR] [--keep DIR]
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from random import Random
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
from pipeline.core.ports import Aligner, Speech
from pipeline.core.signal import calm, levels
from pipeline.core.time import Source, Span
from pipeline.core.word import Word
from pipeline.language.normalise import HESITATIONS, plain, ways_said
from pipeline.matching import edit_points, match
from pipeline.matching.model import Said, State, Stretch
from pipeline.production.quotes import Quote
from pipeline.speech import transcript_file
from pipeline.speech.transcribe import transcribe
from pipeline.speech.transcript import Transcript

ROOT = Path(__file__).parents[1]
HZ = 16_000
LOST = 0.030
"""Seconds of a word that may be missing, or of a neighbour that may be heard, before anybody notices."""

PAUSE = 0.050
"""Seconds between two words from which there is a place to cut."""

SHORTEST = 0.020
"""Seconds of a label below which it is a slip of the hand."""

BREATH = 0.200
"""Seconds between two words from which a listener hears a clause end."""

SHORT, LONG = 3, 30
"""Words of a clause or some sentences that a group chooses."""

NEAR = 0.300
"""Seconds by which a recogniser may miss a word and still mean it."""

AUDIBLE = 10 ** (10 / 10)
"""How much louder than the room, in power, sound of a label must be to be heard. By hand labels are taken as
they are; those of the others run on into silence, and silence is neither lost nor leaked.
"""

KINDS = {"hand": "hand-labelled", "sample": "the sample", "meeting": "a meeting"}
EVERY = "all"

ROUGH = 0.08
"""Standard deviation of the times that the aligner starts from where the words are known: about what a
recogniser's are off.
"""


@dataclass(frozen=True)
class Spoken:
    """A word as a person timed it."""

    text: str
    start: float
    end: float
    speaker: str = ""


@dataclass(frozen=True)
class Recording:
    """A file with word truth. `kind` is "hand", "sample" or "meeting"."""

    name: str
    path: Path
    kind: str
    words: tuple[Spoken, ...]
    track: int | None = None

    @cached_property
    def sound(self) -> Speech:
        if self.path.suffix in (".wav", ".flac"):
            return plain_sound(self.path)  # not footage: the pipeline would not open it
        media = probe.probe(self.path, "")
        track = next((t for t in media.tracks if t.number == self.track), None) or next(
            (t for t in media.tracks if t.default), media.tracks[0]
        )
        return sound.read_speech(self.path, media, track)

    @cached_property
    def _heard(self) -> Speech:
        """Whether each step of 10 ms is louder than the room around it (three seconds on either side)."""
        energy, reach = np.asarray(calm(levels(self.sound)), np.float32), 300
        padded = np.pad(energy, reach, mode="edge")
        around = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)[::50]
        room = np.repeat(np.percentile(around, 10, axis=1), 50)[: len(energy)]
        return np.asarray(energy > room * AUDIBLE, np.float32)

    def audible(self, start: float, end: float) -> float:
        """Seconds between two times in which something is heard."""
        if self.kind == "hand":
            return max(0.0, end - start)
        return float(self._heard[max(0, round(start * 100)) : max(0, round(end * 100))].sum()) / 100

    def listen(self, start: Fraction, duration: Fraction) -> Speech:
        low, count = round(start * HZ), round(duration * HZ)
        found = self.sound[max(0, low) : max(0, low + count)]
        return np.pad(found, (max(0, -low), max(0, count - len(found) - max(0, -low))))


def plain_sound(path: Path) -> Speech:
    with av.open(str(path)) as opened:
        resampler = av.AudioResampler("flt", "mono", HZ)
        frames = [
            done for frame in opened.decode(audio=0) for done in resampler.resample(frame)
        ] + resampler.resample(None)
        return np.concatenate([frame.to_ndarray()[0] for frame in frames]).astype(np.float32)


# What was said -------------------------------------------------------------------------------


def text_grid(file: Path) -> tuple[Spoken, ...]:
    """The first tier of a short TextGrid: start, end and text in turn, one a line."""
    lines = file.read_text(encoding="utf-8").split("\n")
    first = lines.index('"words"') + 4
    count = int(lines[first - 1])
    rows = [lines[first + 3 * n : first + 3 * n + 3] for n in range(count)]
    return tuple(
        Spoken(text.strip('"'), float(start), float(end))
        for start, end, text in rows
        if text.strip('" ') and float(end) - float(start) >= SHORTEST
    )


def table_of_words(file: Path) -> tuple[Spoken, ...]:
    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened, delimiter="\t"))
    found = [
        Spoken(row["word"].replace("_", ""), float(row["start"]), float(row["end"]), row.get("speaker", ""))
        for row in rows
    ]
    return tuple(sorted(found, key=lambda word: word.start))


def sample_words(file: Path) -> tuple[Spoken, ...]:
    return tuple(Spoken(w["word"], w["start"], w["end"], w["speaker"]) for w in json.loads(file.read_bytes()))


def recordings(media: Path) -> list[Recording]:
    """Every file with word truth that is there. The sample comes with the project, the others do not."""
    found = [
        Recording(grid.stem, grid.with_suffix(".wav"), "hand", text_grid(grid))
        for grid in sorted(media.glob("*.TextGrid"))
    ]
    for kind, pattern in (("hand", "grid_*.words.tsv"), ("meeting", "ami_*.words.tsv")):
        for file in sorted(media.glob(pattern)):
            name = file.name.removesuffix(".words.tsv")
            path = next(path for path in media.glob(f"{name}.*") if path.suffix != ".tsv")
            found.append(Recording(name, path, kind, table_of_words(file)))
    sample = ROOT / "assets/sample"
    for path in sorted((sample / "footage").iterdir()):
        found.append(
            Recording(
                path.stem,
                path,
                "sample",
                sample_words(sample / f"truth/{path.stem}.words.json"),
                2 if path.suffix == ".mkv" else None,
            )
        )
    return found


# The two questions ---------------------------------------------------------------------------


def rough_stretch(words: Sequence[Spoken], first: int, last: int, chance: Random) -> Stretch:
    """The words from `first` to `last`, the neighbours around them, all at times as a recogniser would have
    them.
    """
    low, high = max(0, first - match.NEIGHBOURS), min(len(words), last + 1 + match.NEIGHBOURS)
    heard, at = [], 0.0
    for word in words[low:high]:
        start = max(at, word.start + chance.gauss(0, ROUGH), 0.0)
        end = max(start + 0.05, word.end + chance.gauss(0, ROUGH))
        heard.append(Word(word.text, Span.measured(start, end), 0.9))
        at = start + 0.05
    mine = heard[first - low : last + 1 - low]
    said = tuple(Said(n, word.text, word.text, word.span) for n, word in enumerate(mine))
    lead, trail = tuple(heard[: first - low]), tuple(heard[last + 1 - low :])
    before = lead[-1].span.end if lead else Span[Source].measured(0, 1).start
    after = trail[0].span.start if trail else said[-1].span.end + Fraction(1)
    return Stretch(said, before, after, lead, trail)


def word_errors(
    recording: Recording, aligner: Aligner, count: int, seed: int = 1
) -> tuple[list[float], list[float], int, int]:
    """Start and end errors of every word in seconds, found in quotes of 12 words; how many words, and how
    many were aligned. `count` quotes at most.
    """
    starts, ends, words, aligned = [], [], 0, 0
    chance = Random(seed)
    for first in range(0, len(recording.words), 12)[:count]:
        last = min(first + 12, len(recording.words)) - 1
        found = edit_points.refine(
            rough_stretch(recording.words, first, last, chance), recording.listen, aligner
        )
        words += last + 1 - first
        aligned += found.aligned * (last + 1 - first)
        for word in found.stretch.said:
            if word.piece >= 0:
                starts.append(float(word.span.start) - recording.words[first + word.piece].start)
                ends.append(float(word.span.end) - recording.words[first + word.piece].end)
    return starts, ends, words, aligned


def hear(recording: Recording, keep: Path) -> Transcript:
    """What the recogniser hears, kept under the file's own digest."""
    file = keep / f"{recording.name}.{file_digest(recording.path)[:12]}.json"
    if not file.is_file():
        engine = registry.load("faster-whisper", "base", lambda text: print(text, file=sys.stderr))
        found = transcribe(
            recording.name,
            recording.listen,
            Fraction(len(recording.sound), HZ),
            recogniser=engine,
            voiced=speech_spans,
            language="en",
            glossary=(),
            progress=lambda _: None,
        )
        file.write_bytes(transcript_file.transcript_record(found, ""))
    return transcript_file.read_transcript(file.name, file.read_bytes())[0]


@dataclass(frozen=True)
class Tried:
    """A quote and its cut, in seconds: what of its outer words is lost, what of its neighbours is heard, and
    the gaps beside it.
    """

    recording: str
    text: str
    at: float
    lost: tuple[float, float]
    heard: tuple[float, float]
    gaps: tuple[float, float]
    told: bool
    """Whether a finding told somebody to listen."""

    @property
    def clipped(self) -> bool:
        return max(self.lost) > LOST

    @property
    def leaked(self) -> bool:
        return max(self.heard) > LOST

    def ends(self, *, at_pause: bool) -> list[tuple[bool, bool]]:
        """Clipped and leaking, of each end that lies at a pause, or of each that does not."""
        return [
            (lost > LOST, heard > LOST)
            for lost, heard, gap in zip(self.lost, self.heard, self.gaps, strict=True)
            if (gap >= PAUSE) == at_pause
        ]


def random_quotes(recording: Recording, count: int) -> list[tuple[int, int]]:
    """First and last word of quotes of one voice, without another one over them."""
    chance, words = Random(recording.name), recording.words
    out: list[tuple[int, int]] = []
    for _ in range(count * 30):
        length = chance.randint(4, 20)
        if len(out) == count or len(words) < length + 2:
            break
        first = chance.randrange(1, len(words) - length)
        if _fit(recording, first, first + length - 1) and (first, first + length - 1) not in out:
            out.append((first, first + length - 1))
    return out


def chosen_quotes(recording: Recording, count: int) -> list[tuple[int, int]]:
    """First and last word of whole clauses and sentences, as groups choose them: such as use an end that no
    other one has used come first, so that few quotes try many ends.
    """
    words, rest = recording.words, range(1, len(recording.words) - 1)
    starts = [at for at in rest if _clause_begins(words, at)]
    stops = [at for at in rest if _clause_begins(words, at + 1)]
    whole = [
        (first, last)
        for first in starts
        for last in stops
        if SHORT <= last + 1 - first <= LONG and _fit(recording, first, last)
    ]
    Random(recording.name).shuffle(whole)
    new: list[tuple[int, int]] = []
    again: list[tuple[int, int]] = []
    tried: set[tuple[str, int]] = set()
    for first, last in whole:
        ends = {("start", first), ("end", last)}
        (again if ends <= tried else new).append((first, last))
        tried |= ends
    return [*new, *again][:count]


def _clause_begins(words: Sequence[Spoken], at: int) -> bool:
    """Whether a word is the first after a pause or after the end of a sentence."""
    before = words[at - 1]
    return words[at].start - before.end >= BREATH or before.text.rstrip("”’\"'")[-1:] in tuple(".?!…")


def _fit(recording: Recording, first: int, last: int) -> bool:
    """Whether one voice alone says these words, and begins and ends with a word that a group would."""
    words = recording.words
    alone = len({word.speaker for word in words[first : last + 1]}) == 1
    over = any(
        w.start < words[last].end and w.end > words[first].start
        for n, w in enumerate(words)
        if not first <= n <= last
    )
    edges = {plain(words[first].text), plain(words[last].text)}
    return alone and not over and not edges & HESITATIONS


def through_the_chain(
    recording: Recording, haystack: match.Haystack, aligner: Aligner, first: int, last: int
) -> Tried | None:
    """The quote matched, aligned and cut; None where it is not found, or somewhere else."""
    words = recording.words
    text = " ".join(word.text for word in words[first : last + 1])
    found = match.match(Quote("q", "", recording.name, text, "", frozenset(), "", None, "", 1), [haystack])
    one, two, before, after = words[first], words[last], words[first - 1], words[last + 1]
    if found.state is not State.MATCHED or not found.best or not _there(found.best.stretches, one, two):
        return None
    cuts = [edit_points.refine(stretch, recording.listen, aligner) for stretch in found.best.stretches]
    start, end = float(cuts[0].sound.start), float(cuts[-1].sound.end)
    return Tried(
        recording.name,
        text,
        one.start,
        (recording.audible(one.start, min(start, one.end)), recording.audible(max(end, two.start), two.end)),
        (
            recording.audible(max(start, before.start), before.end),
            recording.audible(after.start, min(end, after.end)),
        ),
        (one.start - before.end, after.start - two.end),
        any(edit_points.findings("q", done) for done in cuts),
    )


def _there(stretches: Sequence[Stretch], one: Spoken, two: Spoken) -> bool:
    """Whether the first and the last word were matched to themselves: a word found in another sentence is
    benchmarks/matching.py's business, not a cut in the wrong place.
    """
    begins, ends = stretches[0].said[0].span, stretches[-1].said[-1].span
    return (
        float(begins.start) < one.end + NEAR
        and float(begins.end) > one.start - NEAR
        and float(ends.start) < two.end + NEAR
        and float(ends.end) > two.start - NEAR
    )


@dataclass(frozen=True)
class Amount:
    """How much of each recording is asked: quotes of twelve true words, chosen quotes and random ones."""

    words: int
    chosen: int
    random: int


WHOLE, USUAL, QUICK = Amount(1000, 45, 80), Amount(200, 20, 20), Amount(3, 10, 3)


def ask(recording: Recording, amount: Amount, keep: Path, aligner: Aligner) -> dict[str, Any]:
    """All questions of one recording."""
    starts, ends, words, aligned = word_errors(recording, aligner, amount.words)
    haystack = match.Haystack.of(hear(recording, keep))
    asked = {
        "chosen": chosen_quotes(recording, amount.chosen),
        "random": random_quotes(recording, amount.random),
    }
    tried = {
        name: [
            found
            for found in (through_the_chain(recording, haystack, aligner, *quote) for quote in quotes)
            if found
        ]
        for name, quotes in asked.items()
    }
    return {
        "name": recording.name,
        "kind": recording.kind,
        "words": words,
        "aligned": aligned,
        "starts": starts,
        "ends": ends,
        "asked": {name: len(quotes) for name, quotes in asked.items()},
        "tried": tried,
    }


# Judging and telling -------------------------------------------------------------------------


def spread(errors: Sequence[float]) -> dict[str, float]:
    """Milliseconds: median, mean and 95th percentile of how far off, and the median with its sign."""
    off = np.abs(np.array(errors or [np.nan])) * 1000
    return {
        "median": float(np.median(off)),
        "mean": float(off.mean()),
        "p95": float(np.percentile(off, 95)),
        "bias": float(np.median(errors or [np.nan]) * 1000),
    }


def shares(tried: Sequence[Tried]) -> dict[str, float]:
    """Per cent of the quotes that are clipped, that leak, and that do either without a word said about it."""
    bad: dict[str, list[bool]] = {
        "clipped": [one.clipped for one in tried],
        "leaked": [one.leaked for one in tried],
        "untold": [(one.clipped or one.leaked) and not one.told for one in tried],
        "told": [one.told for one in tried],
    }
    return {"quotes": float(len(tried))} | {
        name: 100 * float(np.mean(found)) if found else float("nan") for name, found in bad.items()
    }


def ends(found: Sequence[tuple[bool, bool]]) -> dict[str, float]:
    """How many ends, and per cent of them clipped and leaking."""
    clipped, leaked = (np.array(found, float).mean(axis=0) * 100).tolist() if found else (np.nan, np.nan)
    return {"ends": float(len(found)), "clipped": clipped, "leaked": leaked}


def summary(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {
        "start": spread([error for each in found for error in each["starts"]]),
        "end": spread([error for each in found for error in each["ends"]]),
        "words": sum(each["words"] for each in found),
        "aligned": sum(each["aligned"] for each in found),
    }
    for name in ("chosen", "random"):
        tried = [one for each in found for one in each["tried"][name]]
        told: dict[str, Any] = {**shares(tried)}
        out[name] = told | {
            "asked": sum(each["asked"][name] for each in found),
            "at pauses": ends([end for one in tried for end in one.ends(at_pause=True)]),
            "in running speech": ends([end for one in tried for end in one.ends(at_pause=False)]),
        }
    return out


@dataclass(frozen=True)
class Aim:
    what: str
    value: float
    limit: float
    unit: str

    @property
    def met(self) -> bool:
        return self.value <= self.limit

    def __str__(self) -> str:
        return (
            f"{self.what} {self.value:.1f} {self.unit} (aim ≤ {self.limit:g}){'' if self.met else ' MISSED'}"
        )


def aims(hand: dict[str, Any], every: dict[str, Any]) -> list[Aim]:
    borders = [
        Aim(f"{side} {what}", hand[side][what], limit, "ms")
        for what, limit in (("median", 15), ("mean", 25))
        for side in ("start", "end")
    ]
    limits = {"clipped": 2, "leaked": 2, "untold": 0.5}
    return [
        *borders,
        *(Aim(f"chosen {what}", every["chosen"][what], most, "%") for what, most in limits.items()),
    ]


SHOWN = [f"{what} %" for what in ("clipped", "leaked", "untold", "told")]


def table(rows: dict[str, dict[str, Any]]) -> str:
    """A line a recording: its words' borders, and its chosen and its random quotes."""
    head = ["", "words", "start med", "mean", "p95", "bias", "end med", "mean", "p95", "bias"]
    lines = [[*head, "chosen", "found", *SHOWN, "random", "found", *SHOWN]]
    for name, row in rows.items():
        borders = [
            f"{row[s][what]:.0f}" for s in ("start", "end") for what in ("median", "mean", "p95", "bias")
        ]
        line = [name, str(row["words"]), *borders]
        for which in ("chosen", "random"):
            of = row[which]
            line += [str(of["asked"]), f"{of['quotes']:.0f}"]
            line += [f"{of[what]:.1f}" for what in ("clipped", "leaked", "untold", "told")]
        lines.append(line)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines
    )


def by_gap(every: dict[str, Any]) -> str:
    """The single ends of all random quotes, by where they lie."""
    told = [
        f"{where}: {at['ends']:.0f} ends, clipped {at['clipped']:.1f} %, leaked {at['leaked']:.1f} %"
        for where in ("at pauses", "in running speech")
        for at in [every["random"][where]]
    ]
    return f"Random, {'; '.join(told)} (a pause: {PAUSE * 1000:.0f} ms or more)."


LEGEND = """Words in ms against the truth; quotes: asked, and found where they were said; untold: clipped
or leaking, and no finding tells anybody to listen; told: a finding does, with or without need."""


def some(every: Sequence[Recording]) -> list[Recording]:
    """All that are labelled by hand, and the first of each other kind."""
    first = {recording.kind: recording for recording in reversed(every)}
    return [one for one in every if one.kind == "hand" or one is first[one.kind]]


def run(asked: Sequence[Recording], keep: Path, amount: Amount) -> dict[str, dict[str, Any]]:
    aligner = Pocketsphinx(ways_said)
    found = []
    for recording in asked:
        print(f"{recording.name} …", file=sys.stderr)
        found.append(ask(recording, amount, keep, aligner))
    rows = {each["name"]: summary([each]) for each in found}
    for kind in dict.fromkeys(each["kind"] for each in found):
        rows[KINDS[kind]] = summary([each for each in found if each["kind"] == kind])
    return rows | {EVERY: summary(found)}


def main() -> int:
    options = argparse.ArgumentParser(description="Measure word borders and cut points against word truth.")
    options.add_argument("--quick", action="store_true", help="some of the quotes of some recordings")
    options.add_argument("--full", action="store_true", help="all quotes of all recordings")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument(
        "--media", type=Path, default=ROOT.parent / "shared/media", help="recordings with word truth"
    )
    options.add_argument("--keep", type=Path, help="keep transcripts here, and use those that are there")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="boundaries-") as folder:
        keep = asked.keep or Path(folder)
        keep.mkdir(parents=True, exist_ok=True)
        every = recordings(asked.media)
        rows = (
            run(some(every), keep, QUICK) if asked.quick else run(every, keep, WHOLE if asked.full else USUAL)
        )
    judged = aims(rows[KINDS["hand"]], rows[EVERY]) if KINDS["hand"] in rows else []
    untaken = [f"{name} (no such recording in {asked.media})" for name in KINDS.values() if name not in rows]
    if asked.json:
        text = json.dumps(
            {"rows": rows, "aims": [asdict(aim) | {"met": aim.met} for aim in judged], "not_taken": untaken}
        )
        print(
            json.dumps(json.loads(text, parse_constant=lambda _: None))
        )  # JSON has no word for "not a number"
    else:
        print(table(rows), end=f"\n\n{LEGEND}\n{by_gap(rows[EVERY])}\n\n")
        print(
            ("; ".join(map(str, judged)) or "no hand-labelled recording is there: nothing to judge")
            + _untaken.line(untaken)
        )
    return 0 if judged and not untaken and all(aim.met for aim in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
