"""What `verify` catches, and what it says of films that are as they should be.

Films are made here of recordings whose words are known: the sample in quiet, with noise at 20 and 10 dB
under its speech, and clipped; and real speech. Transcripts are the truth, so no recogniser stands between.

caught  The film's quotes are tampered with, each in one of twelve ways, and the manifest is forged to the
        new bytes: hashes tell nothing. Caught is what has an error in the tampered shot. Beside it stands
        which check found it: `prints` (pictures against the kept parts, packet by packet), `eye` (captions
        read off the pixels), `sound` (against the footage), `words` (heard anew).
clean   The same films untouched: every error is a false one; warnings are told by the minute.

By itself it takes films of 16 quotes and tampers with one quote in each way; `--full` takes 44 and three.

    python benchmarks/verify.py [--quick | --full] [--json] [--each N] [--quotes N] [--only CONDITION]
    [--media DIR] [--keep DIR]
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import _film
import _untaken
import numpy as np
import numpy.typing as npt
from boundaries import ROOT, Recording, Spoken, recordings

import pipeline
from pipeline.adapters.ffmpeg.commands import join_pictures
from pipeline.core.finding import Finding
from pipeline.edit.timeline import Card, Take
from pipeline.language.normalise import HESITATIONS, is_number, plain, tokens

HZ = 48_000
RATE = 25
CONDITIONS = ("quiet", "20 dB", "10 dB", "clipped", "real")
TAMPERED = ("quiet", "10 dB")
SPEAKERS = ("amara", "ben", "dev", "erin")
"""Carys asked for a disguise, which keeps her out of films."""

HIDDEN = ("Quince", "Pargeter")
"""Names in the sample that are not to be heard."""

CHECKS = {
    "prints": ("other-picture", "length", "part-changed"),
    "eye": ("burnt-text", "contrast", "caption-missing", "covers-face"),
    "sound": ("other-sound", "beyond-cut", "not-approved", "name-heard"),
    "words": ("missing-words", "extra-words", "other-words", "not-heard", "caption-words"),
}

Sound = npt.NDArray[np.float32]


# Footage ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Speaker:
    """A recording of one contributor, and what is said in it."""

    name: str
    sound: Sound
    words: tuple[Spoken, ...]
    mine: frozenset[int]
    """Which of the words are the contributor's."""


def decoded(path: Path, track: int | None = None) -> Sound:
    """Stereo at 48 kHz. `track` counts from 1."""
    wanted = f"0:a:{track - 1 if track else 0}"
    asked = ["-v", "error", "-i", str(path), "-map", wanted, "-ac", "2", "-ar", str(HZ), "-f", "f32le", "-"]
    done = subprocess.run([_film.FFMPEG, *asked], check=True, capture_output=True)
    return np.frombuffer(done.stdout, np.float32).reshape(-1, 2).copy()


def speakers(condition: str, media: Path) -> list[Speaker]:
    """Whoever is heard in a condition."""
    real = condition == "real"
    found = []
    for one in recordings(media):
        if one.kind != ("hand" if real else "sample") or (not real and one.name not in SPEAKERS):
            continue
        if one.name.startswith("grid"):
            continue  # codes, not sentences
        mine = frozenset(
            n for n, word in enumerate(one.words) if word.speaker in ("", one.name.partition(".")[0])
        )
        sound = spoilt(decoded(one.path, one.track), one, condition)
        found.append(Speaker(one.name.replace("_", "-"), sound, one.words, mine))
    return found


def spoilt(sound: Sound, one: Recording, condition: str) -> Sound:
    """The recording as a worse room, or a worse hand, would have made it."""
    said = np.concatenate([sound[round(w.start * HZ) : round(w.end * HZ)] for w in one.words])
    power = float((said**2).mean())
    if condition.endswith("dB"):
        chance = np.random.default_rng(len(one.words))
        loud = np.sqrt(power / 10 ** (float(condition.split()[0]) / 10))
        sound = sound + pink(len(sound), chance)[:, None] * np.float32(loud)
    if condition == "clipped":
        ceiling = 1.5 * np.sqrt(power)
        sound = np.clip(sound, -ceiling, ceiling)
    peak = float(np.abs(sound).max())
    return np.asarray(sound * min(1.0, 0.98 / peak), np.float32)


def pink(count: int, chance: np.random.Generator) -> Sound:
    """Noise as a room with people and fans in it has: as much in every octave."""
    spectrum = np.fft.rfft(chance.standard_normal(count))
    spectrum /= np.sqrt(np.maximum(1, np.arange(len(spectrum)) / (40 * count / HZ)))
    found = np.fft.irfft(spectrum, count)
    return np.asarray(found / found.std(), np.float32)


# A production -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A quote: whose, and which of the recording's words."""

    id: str
    of: Speaker
    first: int
    last: int

    @property
    def words(self) -> tuple[Spoken, ...]:
        return self.of.words[self.first : self.last + 1]

    @property
    def text(self) -> str:
        kept = [word.text for word in self.words if plain(word.text) not in HESITATIONS]
        return " ".join(kept)

    @property
    def hides(self) -> bool:
        return any(plain(word.text) in map(plain, HIDDEN) for word in self.words)


def lines(of: Sequence[Speaker]) -> list[Line]:
    """Whole sentences of 6 to 22 words; of speech without sentences, runs of 12."""
    found = []
    for one in of:
        runs, run = [], list[int]()
        for number, word in enumerate(one.words):
            if number not in one.mine or (run and word.start - one.words[run[-1]].end > 1.2):
                runs, run = [*runs, run], []
            if number in one.mine:
                run.append(number)
            marked = any(word.text.endswith(mark) for mark in ".?!")
            if run and (marked or (not any(w.text.endswith(".") for w in one.words) and len(run) == 12)):
                runs, run = [*runs, run], []
        for each in [*runs, run]:
            inside = trimmed(one, each)
            if 6 <= len(inside) <= 22:
                found.append(Line("", one, inside[0], inside[-1]))
    turns = itertools.zip_longest(*([line for line in found if line.of is one] for one in of))
    mixed = [line for turn in turns for line in turn if line]
    return [replace(line, id=f"q{number:02}") for number, line in enumerate(mixed, 1)]


def trimmed(one: Speaker, run: list[int]) -> list[int]:
    """Nobody approves an "um" at an edge."""
    while run and plain(one.words[run[0]].text) in HESITATIONS:
        run = run[1:]
    while run and plain(one.words[run[-1]].text) in HESITATIONS:
        run = run[:-1]
    return run


def produce(root: Path, of: Sequence[Speaker], some: Sequence[Line]) -> None:
    """A production ready to be built: footage, lists, and transcripts that are the truth."""
    (root / "footage").mkdir(parents=True)
    for number, one in enumerate(of):
        raw = root / "raw.f32"
        raw.write_bytes(one.sound.tobytes())
        pictures = ["-f", "lavfi", "-i", _film.picture("320x180", number)]
        sound = ["-f", "f32le", "-ar", str(HZ), "-ac", "2", "-i", str(raw), "-t", str(len(one.sound) / HZ)]
        coded = "-c:v libx264 -preset ultrafast -crf 23 -g 50 -c:a pcm_s16le".split()
        _film.ffmpeg(root, *pictures, *sound, *coded, f"footage/{one.name}.mov")
        raw.unlink()
    (root / "production.toml").write_text(settings(of, some))
    quotes = [
        [q.id, q.of.name, q.of.name, q.text, "bench", "training", "the benchmark", "2025-01-01"] for q in some
    ]
    head = ["id", "contributor", "source", "text", "theme", "use", "approved_by", "approved_on"]
    table(root / "quotes.csv", [head, *quotes])
    given = [[one.name, one.name.title(), "training", "none", "2025-01-01", "", ""] for one in of]
    head = ["contributor", "display_name", "scope", "anonymise", "given_on", "expires_on", "withdrawn_on"]
    table(root / "consent.csv", [head, *given])
    for one in of:
        words = [{"word": w.text, "start": w.start, "end": w.end} for w in one.words]
        heard = root / f"{one.name}.whisper.json"
        heard.write_text(json.dumps({"segments": [{"words": words}]}))
        _film.ourwords(root, "transcribe", one.name, "--import", str(heard))


def settings(of: Sequence[Speaker], some: Sequence[Line]) -> str:
    head = (
        '[film]\ntitle = "Bench"\nsize = "320x180"\nrate = "25"\nquality = "draft"\n\n'
        '[transcribe]\nmodel = "base"\nlanguage = "en"\n\n[captions]\nprofile = "plain"\nlabels = false\n'
    )
    sources = "".join(
        f'\n[[source]]\nid = "{one.name}"\nfile = "footage/{one.name}.mov"\ncontributor = "{one.name}"\n'
        for one in of
    )
    listed = ", ".join(f'"{line.id}"' for line in some)
    scene = f'\n[[scene]]\ntitle = "All of it"\nseconds = 2.0\nquotes = [{listed}]\n'
    pause = f'\n[[scene.pause]]\nquote = "{some[0].id}"\nafter = 1.0\n'
    ask = f'\n[[scene.reflection]]\nafter = "{some[1].id}"\nprompt = "What did you hear?"\nseconds = 2.0\n'
    hidden = {(line.of.name, name) for line in some for name in HIDDEN if name in line.text}
    bleeps = "".join(
        f'\n[[bleep]]\ncontributor = "{who}"\nname = "{name}"\ncaption_as = "[a name]"\n'
        for who, name in sorted(hidden)
    )
    return head + sources + scene + pause + ask + bleeps


def table(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(rows)


# Tampering --------------------------------------------------------------------------------------


@dataclass
class Bench:
    """A built film, open, and its sound to be tampered with."""

    project: Any
    lines: Sequence[Line]
    sound: Sound
    pictures: dict[int, Path] = field(default_factory=dict)
    """Shots whose picture is another now, by number from 0."""

    @property
    def shots(self) -> Sequence[Any]:
        return self.project.timeline.shots

    def take(self, line: Line) -> Take:
        return next(shot for shot in self.shots if isinstance(shot, Take) and shot.quote == line.id)

    def inside(self, line: Line) -> list[Spoken]:
        """The words that the quote's first shot plays wholly, at times from its start; whoever's they are."""
        take = self.take(line)
        zero = take.first / RATE
        low, high = float(take.sound.start) - 0.05, float(take.sound.end) + 0.05
        mine = [w for w in line.words if w.start >= low and w.end <= high]
        return [replace(w, start=w.start - zero, end=w.end - zero) for w in mine]

    def part(self, line: Line) -> slice:
        take = self.take(line)
        return slice(take.at * HZ // RATE, take.end * HZ // RATE)

    def footage(self, line: Line, start: float, end: float) -> Sound:
        """A stretch of the line's recording, as loud as the film plays it."""
        take = self.take(line)
        played = line.of.sound[take.first * HZ // RATE :][: take.frames * HZ // RATE]
        gain = self.sound[self.part(line)].std() / max(1e-6, played.std())
        return np.asarray(faded(line.of.sound[round(start * HZ) : round(end * HZ)]) * gain, np.float32)

    def edit(self, line: Line, at: float, till: float, piece: Sound | None = None) -> None:
        """In the quote's shot, put a piece (or nothing) for what is between two moments; the rest moves."""
        here = self.part(line)
        was, words = self.sound[here], self.inside(line)
        new = piece if piece is not None else np.zeros((0, 2), np.float32)
        low, high = round(at * HZ), round(till * HZ)
        surplus = len(new) - (high - low)
        tail = was[high:]
        if surplus > 0:  # the longest pause after it gives way, so that no word is lost
            tail = shortened(
                tail, surplus, [(w.start - till, w.end - till) for w in words if w.start >= till]
            )
        made = np.concatenate([was[:low], new, tail])[: len(was)]
        self.sound[here] = np.concatenate([made, np.zeros((len(was) - len(made), 2), np.float32)])


def faded(sound: Sound, seconds: float = 0.01) -> Sound:
    count = min(round(seconds * HZ), len(sound) // 2)
    ramp = np.linspace(0, 1, count, dtype=np.float32)[:, None]
    out = sound.copy()
    out[:count] *= ramp
    out[len(out) - count :] *= ramp[::-1]
    return out


def shortened(tail: Sound, surplus: int, words: Sequence[tuple[float, float]]) -> Sound:
    gaps = [(two[0] - one[1], one[1]) for one, two in itertools.pairwise(words)]
    for length, at in sorted(gaps, reverse=True):
        spare = min(surplus, round((length - 0.04) * HZ))
        if spare > 0.05 * HZ:
            low = round((at + 0.02) * HZ)
            return np.concatenate([tail[:low], tail[low + spare :]])
    return tail


Tamper = Callable[[Bench, Line, Sequence[Line]], bool]
"""Do it to a quote, with the help of the others; False where the quote gives no occasion. A swap is done to
the first of the others by the same person, and that one is not used again.
"""


def word_out(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    found = [w for w in bench.inside(line)[2:-2] if len(plain(w.text)) > 3 and not critical(w)]
    if not found:
        return False
    bench.edit(line, found[0].start, found[0].end)
    return True


def not_in(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    """Before "a", "the" or the word after "was": where a "not" would turn the sentence round."""
    verbs = {"is", "was", "are", "were", "am", "i'm", "it's", "that's", "he's", "they're", "you're", "did"}
    words = bench.inside(line)
    at = next((two for one, two in itertools.pairwise(words) if plain(one.text) in verbs), None)
    said = [w for n, w in enumerate(line.of.words) if n in line.of.mine and plain(w.text) == "not"]
    if not at or not said or any(critical(w) for w in words):
        return False
    bench.edit(line, at.start, at.start, bench.footage(line, said[0].start, said[0].end))
    return True


def not_out(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    found = [w for w in bench.inside(line) if plain(w.text) in ("not", "never")]
    if not found:
        return False
    bench.edit(line, found[0].start, found[0].end)
    return True


def number_changed(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    def number(word: Spoken) -> str:
        forms = [token.form for token in tokens([word.text])]
        return forms[0] if len(forms) == 1 and is_number(forms[0]) else ""

    was = next((w for w in bench.inside(line) if number(w)), None)
    if not was:
        return False
    other = next((w for w in line.of.words if number(w) and number(w) != number(was)), None)
    if not other:
        return False
    bench.edit(line, was.start, was.end, bench.footage(line, other.start, other.end))
    return True


def swapped(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    mine = bench.part(line)
    two = partner(line, others)
    if not two:
        return False
    theirs = bench.part(two)
    count = min(mine.stop - mine.start, theirs.stop - theirs.start)
    one, other = (bench.sound[part.start : part.start + count] for part in (mine, theirs))
    one[:], other[:] = other.copy(), one.copy()
    return True


def partner(line: Line, others: Sequence[Line]) -> Line | None:
    return next((one for one in others if one.of is line.of and not one.hides), None)


def neighbour(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    """The word before the quote is heard before it; a pause in it gives way."""
    words = bench.inside(line)
    before = line.of.words[line.first - 1] if line.first - 1 in line.of.mine else None
    if not before or not words or plain(before.text) in HESITATIONS or words[0].start > 0.6:
        return False
    at = max(0.0, words[0].start - 0.02)
    bench.edit(line, at, at, bench.footage(line, before.start, before.end))
    return True


def under_noise(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    """A second of somebody's unapproved speech, 6 dB below the voice, and noise as loud as it."""
    here = bench.part(line)
    start = here.start + HZ
    if here.stop - start < 1.5 * HZ:
        return False
    other = next(
        w for n, w in enumerate(line.of.words) if n in line.of.mine and not line.first - 9 < n < line.last + 9
    )
    voice = bench.footage(line, other.start, other.start + 1)
    level = bench.sound[here].std() / 2
    noise = pink(len(voice), np.random.default_rng(1))[:, None] * np.float32(level)
    bench.sound[start : start + len(voice)] += voice * (level / max(1e-6, voice.std())) + noise
    return True


def other_voice(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    """Somebody else speaks in the whole shot."""
    here = bench.part(line)
    count = here.stop - here.start
    two = next(
        (one for one in others if one.of is not line.of and len(bench.sound[bench.part(one)]) >= count), None
    )
    if not two:
        return False
    bench.sound[here] = bench.sound[bench.part(two)][:count]
    return True


def name_bared(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    take = bench.take(line)
    if not take.bleeps:
        return False
    here, zero = bench.part(line), take.first / RATE
    for span in take.bleeps:
        low, high = float(span.start), float(span.end)
        piece = bench.footage(line, low, high)
        at = here.start + round((low - zero) * HZ)
        bench.sound[at : at + len(piece)] = piece
    return True


def redrawn(bench: Bench, number: int, shot: Any, ass: str) -> None:
    """The picture of a shot, made anew as the pipeline makes it."""
    film = bench.project.film
    room = bench.project.production.build.parent / f"room{number}"
    room.mkdir()
    studio = film.workspace.tools.renderer(film.material)
    (studio.take if isinstance(shot, Take) else studio.card)(room, shot, film.look, ass, lambda _: None)
    captioned = room / "captioned.mp4"
    bench.pictures[number] = captioned if captioned.is_file() else room / "clean.mp4"


def shot_replaced(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    """Another recording's picture under the same sound and captions."""
    take = bench.take(line)
    two = next((bench.take(one) for one in others if one.of is not line.of), None)
    if not two:
        return False
    drawn = bench.project.film.rendering.drawn(take)
    redrawn(
        bench,
        bench.shots.index(take),
        replace(take, source=two.source, first=two.first, sound=two.sound),
        drawn,
    )
    return True


def caption_changed(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    """One word of a caption is another."""
    take = bench.take(line)
    drawn = bench.project.film.rendering.drawn(take)
    word = max((plain(w.text) for w in bench.inside(line)), key=len)
    at = drawn.lower().rfind(word)
    if at < 0 or len(word) < 4:
        return False
    redrawn(bench, bench.shots.index(take), take, f"{drawn[:at]}nothing{drawn[at + len(word) :]}")
    return True


def card_changed(bench: Bench, line: Line, others: Sequence[Line]) -> bool:
    number, card = next((n, shot) for n, shot in enumerate(bench.shots) if isinstance(shot, Card))
    redrawn(bench, number, replace(card, text="None of it"), "")
    return True


def critical(word: Spoken) -> bool:
    form = plain(word.text)
    return form in ("not", "never", "no") or form.endswith("n't") or is_number(form)


KINDS: dict[str, Tamper] = {
    "a name not hidden": name_bared,
    "“not” out": not_out,
    "“not” in": not_in,
    "a number changed": number_changed,
    "a neighbour's word": neighbour,
    "a word out": word_out,
    "speech under noise": under_noise,
    "two quotes swapped": swapped,
    "another's voice": other_voice,
    "a shot replaced": shot_replaced,
    "a caption changed": caption_changed,
    "a card changed": card_changed,
}
"""The rarest occasions first."""


def tamper(bench: Bench, each: int) -> list[tuple[str, Line]]:
    """Each kind in `each` quotes, each quote once."""
    done, free = [], list(bench.lines[2:])
    for kind, do in KINDS.items():
        count = 0
        for line in list(free):
            if count < each and line in free and (not line.hides or do is name_bared):
                others = [one for one in free if one is not line]
                if do(bench, line, others):
                    two = partner(line, others) if do is swapped else None
                    free = [one for one in free if one not in (line, two)]
                    done.append((kind, line))
                    count += 1
    return done


def forge(bench: Bench) -> None:
    """Write the tampered film, and a manifest that says that it is right."""
    root = bench.project.production.build.parent
    film, raw = root / "build/cut.mp4", root / "raw.f32"
    raw.write_bytes(bench.sound.astype("<f4").tobytes())
    parts = []
    for number, (shot, part) in enumerate(zip(bench.shots, bench.project.film.parts, strict=True)):
        picture = part / "captioned.mp4"
        own = picture if picture.is_file() else part / "clean.mp4"
        parts.append((bench.pictures.get(number, own), shot.frames))
    join_pictures(parts, Fraction(RATE), root / "joined.mp4")
    inputs = ["-i", "joined.mp4", "-f", "f32le", "-ar", str(HZ), "-ac", "2", "-i", str(raw)]
    coded = "-map 0:v -map 1:a -c:v copy -c:a aac -b:a 160k".split()
    _film.ffmpeg(root, *inputs, *coded, "forged.mp4")
    film.unlink()
    (root / "forged.mp4").rename(film)
    manifest = root / "build/manifest.json"
    record = json.loads(manifest.read_bytes())
    for entry in record["files"]:
        if entry["path"] == "cut.mp4":
            entry["sha256"] = sha256(film.read_bytes()).hexdigest()
    manifest.unlink()
    manifest.write_text(json.dumps(record))


# Verifying --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Caught:
    """A place that was tampered with, and which checks have an error there."""

    condition: str
    kind: str
    quote: str
    checks: tuple[str, ...]
    what: tuple[str, ...]


@dataclass(frozen=True)
class Cleared:
    """What was said of a clean film."""

    condition: str
    minutes: float
    errors: int
    warnings: int
    seconds: float
    """Of processor time, for the whole verification."""
    what: tuple[str, ...]

    @property
    def per_minute(self) -> float:
        return self.warnings / self.minutes


def check_of(found: Finding) -> str:
    if found.rule == "name-heard" and found.measured == "heard":
        return "words"
    return next((name for name, rules in CHECKS.items() if found.rule in rules), found.rule)


def moment(found: Finding) -> float:
    """Seconds into the film; −1 where it is not told."""
    clock = found.where.split()[0].split(":")
    try:
        return sum(float(part) * 60**power for power, part in enumerate(reversed(clock)))
    except ValueError:
        return -1


def told(found: Finding) -> str:
    return f"{found.severity} {found.where} {found.rule}: {found.what} ({found.measured})"


def verified(root: Path, condition: str) -> Cleared:
    started = time.process_time()
    with pipeline.open(root) as project:
        found = project.verify().findings
        minutes = project.timeline.frames / RATE / 60
    count = Counter(one.severity for one in found)
    what = tuple(told(one) for one in found if one.severity in ("error", "warning"))
    spent = time.process_time() - started
    return Cleared(condition, minutes, count["error"], count["warning"], spent, what)


def caught(root: Path, condition: str, some: Sequence[Line], each: int) -> list[Caught]:
    with pipeline.open(root) as project:
        bench = Bench(project, some, decoded(root / "build/cut.mp4"))
        assert len(bench.sound) >= project.timeline.frames * HZ // RATE
        done = tamper(bench, each)
        forge(bench)
        found = [one for one in project.verify().findings if one.severity == "error"]
        out = []
        for kind, line in done:
            shot: Any = (
                bench.take(line)
                if kind != "a card changed"
                else next(one for one in bench.shots if isinstance(one, Card))
            )
            here = [one for one in found if shot.at / RATE - 0.1 <= moment(one) < shot.end / RATE - 0.05]
            checks = tuple(sorted({check_of(one) for one in here}))
            out.append(Caught(condition, kind, line.id, checks, tuple(map(told, here))))
    return out


def chosen(some: Sequence[Line], count: int) -> list[Line]:
    """So many quotes, those first that give occasions for the rarest kinds."""

    def worth(line: Line) -> int:
        forms = [token.form for token in tokens(line.text.split())]
        rare = ("not" in forms and "not" in map(plain, line.text.split())) + any(map(is_number, forms))
        return -(2 * line.hides + rare)

    picked = sorted(some, key=worth)[:count]
    return [line for line in some if line in picked]


def run(asked: argparse.Namespace, room: Path) -> tuple[list[Caught], list[Cleared], list[str]]:
    tampered, clean, untaken = list[Caught](), list[Cleared](), list[str]()
    conditions = [asked.only] if asked.only else ("quiet", "10 dB") if asked.quick else CONDITIONS
    for condition in conditions:
        of = speakers(condition, asked.media)
        if not of:
            untaken.append(f"{condition} (nothing with word truth in {asked.media})")
            continue
        some = chosen(lines(of), asked.quotes)
        root = room / condition.replace(" ", "-")
        if not (root / "build/cut.mp4").is_file():
            produce(root, of, some)
            _film.ourwords(root, "build-cut")
        clean.append(verified(root, condition))
        if condition in TAMPERED and (not asked.quick or condition == "10 dB"):
            copy = room / f"{root.name}-tampered"
            subprocess.run(["cp", "-r", str(root), str(copy)], check=True)
            tampered += caught(copy, condition, some, asked.each)
    return tampered, clean, untaken


def tables(tampered: Sequence[Caught], clean: Sequence[Cleared]) -> Iterator[str]:
    by_kind = defaultdict(list)
    for one in tampered:
        by_kind[one.kind, one.condition].append(one)
    names = list(CHECKS)
    yield _film.rows(
        ["tampered", "in", "films", "caught", *names],
        [
            [kind, condition, len(some), sum(bool(one.checks) for one in some)]
            + [sum(name in one.checks for one in some) for name in names]
            for (kind, condition), some in by_kind.items()
        ],
    )
    yield _film.rows(
        ["clean", "minutes", "errors", "warnings", "a minute", "CPU s"],
        [[c.condition, c.minutes, c.errors, c.warnings, c.per_minute, c.seconds] for c in clean],
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="quiet and noise at 10 dB, tampered in noise")
    parser.add_argument("--full", action="store_true", help="44 quotes, three a kind")
    parser.add_argument("--json", action="store_true", help="every finding as JSON")
    parser.add_argument("--each", type=int, default=1, help="quotes that each kind is done to")
    parser.add_argument("--quotes", type=int, default=16, help="quotes in a film")
    parser.add_argument("--only", choices=CONDITIONS, help="one condition")
    parser.add_argument("--media", type=Path, default=ROOT.parent / "shared/media", help="real speech")
    parser.add_argument("--keep", type=Path, help="a folder for the films, used again where they are there")
    asked = parser.parse_args()
    if asked.full:
        asked.each, asked.quotes = 3, 44
    with tempfile.TemporaryDirectory() as folder:
        room = asked.keep or Path(folder)
        tampered, clean, untaken = run(asked, room)
    missed = [one for one in tampered if not one.checks]
    aims = [
        _film.Aim("tampered and not caught", len(missed), 0),
        _film.Aim("errors on clean films", sum(one.errors for one in clean), 0),
        _film.Aim("warnings a minute, at most", max((one.per_minute for one in clean), default=0.0), 1),
    ]
    found = {"tampered": [asdict(one) for one in tampered], "clean": [asdict(one) for one in clean]}
    table_of_all = "\n\n".join(tables(tampered, clean)) + _untaken.line(untaken)
    code = _film.finish(found, aims, as_json=asked.json, table=table_of_all)
    return code or bool(untaken)


if __name__ == "__main__":
    sys.exit(main())
