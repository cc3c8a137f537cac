"""Recognition, measured: what does a second of speech cost, how many words are wrong, and does it go round in
circles?

Four ways of hearing take the same recordings with the same weights, each in a process of its own, in turn:

openai       openai-whisper, fp32, beam 5, word times, one thread: the engine of
pipeline/adapters/asr/openai_whisper.py
sequential   faster-whisper, int8, beam 5, word times, voices picked out: what ourwords did before
ours         pipeline/speech/transcribe.py, second hearings and all
fast         `find = "fast"`: tiny.en over everything, base where a quote for each minute of a recording
may lie; its words are counted as heard, rough ones among them

on two lists that are fixed below: what somebody looked at while choosing settings, and what nobody did.
A model's loading is not counted. Hesitations are counted apart: engines leave them out by design. A loop is
a phrase of three words or more that comes three times in a row, and that nobody said three times.

openai-whisper lives in .venv-whisper (`make .venv-whisper/ready`). Where it, or a recording of the lists, is
not there, that is told and the exit code is 1.

By itself it takes recordings of up to 70 seconds: six minutes of two cores, most of them openai-whisper's.
`--quick` takes those of up to half a minute, `--full` all.

    python benchmarks/asr.py [--quick | --full] [--json] [--media DIR]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from difflib import SequenceMatcher
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))  # the pipeline beside this file, whatever is installed

import _untaken  # noqa: E402
import numpy as np  # noqa: E402
from boundaries import HZ, Recording, Spoken, plain_sound, recordings  # noqa: E402
from rapidfuzz.distance import Levenshtein  # noqa: E402

from pipeline.language.normalise import HESITATIONS  # noqa: E402
from pipeline.matching.match import Haystack, match  # noqa: E402
from pipeline.matching.model import Match  # noqa: E402
from pipeline.matching.near import Near  # noqa: E402
from pipeline.production.quotes import Quote  # noqa: E402
from pipeline.speech import in_places as rounds  # noqa: E402
from pipeline.speech import mixed  # noqa: E402
from pipeline.speech.transcript import Transcript  # noqa: E402

TUNED = (
    "amara",
    "ben",
    "carys",
    "ami_ES2003a_first30s",
    "acoustic_corpus",
    "grid first",
    "vctk p225",
    "autoeditor_example",
)
HELD_OUT = ("dev", "erin", "ami_ES2003b_first30s", "cold_corpus", "grid second", "vctk p226", "nasa_13013")
LISTS = {"tuned on": TUNED, "held out": HELD_OUT}
ENGINES = ("openai", "sequential", "ours", "fast")
EVERY, WORDS = 60, 9
"""Seconds of a recording for each quote that is taken of it, and how many words each has."""
WHISPER = ROOT / ".venv-whisper/bin/python"

BANANA = (
    "Hello. This is an example video for your convenience and pleasure. You are allowed to use this "
    "voice for any purpose, including commercial uses. "
    "On the bottom right, you can see the time. When the time reaches 40 seconds, I will say banana. Banana."
)
NASA = (
    "This is the optical and science segment of the Webb Space Telescope in one of the largest clean "
    "rooms in the world "
    "at NASA's Goddard Space Flight Center in Greenbelt, Maryland."
)
HALF = 29.6
"""Seconds at which the GRID recording is halved: between two sentences."""


def untimed(text: str) -> tuple[Spoken, ...]:
    return tuple(Spoken(word, -1.0, -1.0) for word in text.split())


def heard_by(media: Path) -> dict[str, tuple[Any, tuple[Spoken, ...]]]:
    """Sound and true words of every recording of the lists that is there."""
    found: dict[str, tuple[Any, tuple[Spoken, ...]]] = {}
    for recording in recordings(media):
        sound, words = recording.sound, recording.words
        if recording.name.startswith("grid"):
            cut = int(HALF * HZ)
            found["grid first"] = sound[:cut], tuple(word for word in words if word.end <= HALF)
            found["grid second"] = (
                sound[cut:],
                tuple(replace(w, start=w.start - HALF, end=w.end - HALF) for w in words if w.start >= HALF),
            )
        else:
            found[recording.name] = sound, words
    for voice in ("p225", "p226"):
        clips = sorted((media / "vctk").glob(f"{voice}_*.wav"))
        if clips:
            prompts = json.loads((media / "vctk/prompts.json").read_bytes())
            parts = [
                part for clip in clips for part in (plain_sound(clip), np.zeros(HZ * 4 // 5, np.float32))
            ]
            found[f"vctk {voice}"] = (
                np.concatenate(parts),
                untimed(" ".join(prompts[clip.stem[-3:]] for clip in clips)),
            )
    for name, text, track in (("autoeditor_example", BANANA, None), ("nasa_13013", NASA, 2)):
        if (path := media / f"{name}.mp4").is_file():
            found[name] = Recording(name, path, "", (), track).sound, untimed(text)
    return found


# One engine ----------------------------------------------------------------------------------


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def listen_with(engine: str, media: Path, names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """What one engine hears in each recording, and the processor time it took."""
    from pipeline.adapters.asr import registry
    from pipeline.speech.transcribe import transcribe

    recogniser: Any = registry.load(
        "openai-whisper" if engine == "openai" else "faster-whisper",
        "base",
        lambda text: print(text, file=sys.stderr),
    )
    if engine == "openai":
        import torch  # type: ignore[import-not-found]

        torch.set_num_threads(1)
    else:
        from pipeline.adapters.asr.faster_whisper import speech_spans
    recogniser.hear(np.zeros(HZ, np.float32), "en", (), lambda _: None)  # loads it
    rough: Any = registry.load("faster-whisper", "tiny.en", print, rough=True) if engine == "fast" else None
    if rough:
        rough.hear(np.zeros(HZ, np.float32), "en", (), lambda _: None)

    def whole(name: str, sound: Any, ear: Any) -> Transcript:
        return transcribe(
            name,
            lambda start, length: sound[round(start * HZ) : round((start + length) * HZ)],
            Fraction(len(sound), HZ),
            recogniser=ear,
            voiced=speech_spans,
            language="en",
            glossary=(),
            progress=lambda _: None,
        )

    for name, (sound, truth) in heard_by(media).items():
        if name not in names:
            continue
        quotes, found = list(excerpts(truth, len(sound) / HZ)), []
        before = cpu()
        if engine in ("ours", "fast"):
            made = (
                in_places(name, sound, quotes, whole, rough, recogniser)
                if rough
                else whole(name, sound, recogniser)
            )
            hay = Haystack.of(made)
            found = [told(match(one, [hay])) for one in quotes]
            words = list(made.heard)
        else:
            words = [
                word for segment in recogniser.hear(sound, "en", (), lambda _: None)[1] for word in segment
            ]
        spent = cpu() - before
        yield {
            "name": name,
            "seconds": len(sound) / HZ,
            "cpu": spent,
            "words": [[w.text, float(w.span.start)] for w in words],
            "quotes": found,
        }


def excerpts(truth: Sequence[Spoken], seconds: float) -> Iterator[Quote]:
    """Quotes that are the very words of a recording, spread over it."""
    number = max(1, round(seconds / EVERY))
    for at in range(number):
        first = round((at + 0.5) / number * max(0, len(truth) - WORDS))
        text = " ".join(word.text for word in truth[first : first + WORDS])
        yield Quote(f"q{at}", "", "", text, "", frozenset(), "", None, "", 2)


def told(found: Match) -> list[Any]:
    spans = found.best.spans if found.best else ()
    return [found.state.value, *([float(spans[0].start), float(spans[-1].end)] if spans else [])]


def in_places(
    name: str, sound: Any, quotes: Sequence[Quote], whole: Any, rough: Any, recogniser: Any
) -> Transcript:
    """As pipeline/speech/in_places.py hears a source, without a cache."""
    production: Any = SimpleNamespace(
        quotes=quotes, sources=[SimpleNamespace(id=name, contributor="")], source_named=lambda _: None
    )

    def listen(_: str, windows: mixed.Windows) -> rounds.Listened:
        heard = []
        for pack in mixed.packed(windows):
            parts = [sound[round(w.start.seconds * HZ) : round(w.end.seconds * HZ)] for w in pack]
            made = whole(name, mixed.end_to_end(parts), recogniser)
            heard.append((pack, replace(made, words=mixed.as_they_lay(made.words, pack))))
        return heard

    passing = {name: mixed.in_passing(whole(name, sound, rough))}
    duration = {name: Fraction(len(sound), HZ)}
    return rounds.in_rounds(passing, duration, Near(production, {}), listen)[name]


def run(engine: str, media: Path, names: Sequence[str], checkpoint: Path | None) -> list[dict[str, Any]]:
    python = str(WHISPER) if engine == "openai" else sys.executable
    environment = (
        os.environ
        | {"OMP_WAIT_POLICY": "passive"}
        | ({"OURWORDS_OPENAI_WHISPER": str(checkpoint)} if checkpoint else {})
    )
    asked = [python, __file__, "--engine", engine, "--media", str(media), "--only", *names]
    print(f"{engine} …", file=sys.stderr)
    done = subprocess.run(asked, check=True, stdout=subprocess.PIPE, text=True, env=environment)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def as_checkpoint(folder: Path) -> Path:
    """The same weights in openai-whisper's form."""
    from pipeline.adapters.asr import weights

    out = folder / "base.pt"
    turn = (
        f"from pathlib import Path; from pipeline.adapters.asr.checkpoints import convert; "
        f"convert(Path({str(weights.fetch('base'))!r}), Path({str(out)!r}))"
    )
    subprocess.run([WHISPER, "-c", turn], check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    return out


# Judging -------------------------------------------------------------------------------------


def forms(words: Sequence[str]) -> list[str]:
    """Words as they are compared: no case, no marks, no hyphens."""
    return [
        form
        for word in words
        for form in re.sub(r"[^\w ]", "", re.sub(r"[-–—…]", " ", word.lower()).replace("’", "")).split()
    ]


def is_um(form: str) -> bool:
    return form in HESITATIONS or form in ("um", "uh", "er", "erm", "err", "mm", "hmm")


def loops(heard: Sequence[str], said: Sequence[str]) -> int:
    """Phrases of three to twelve words three times in a row that are not in what was said."""
    text, count, at = " ".join(said), 0, 0
    while at < len(heard):
        size = next(
            (n for n in range(3, 13) if list(heard[at : at + n]) * 3 == list(heard[at : at + 3 * n])), 0
        )
        if size and " ".join(list(heard[at : at + size]) * 3) not in text:
            count, at = count + 1, at + 3 * size
        else:
            at += 1
    return count


@dataclass(frozen=True)
class Result:
    engine: str
    recording: str
    seconds: float
    cpu: float
    words: int
    errors: int
    loops: int
    ums: int
    ums_heard: int
    quotes: tuple[tuple[Any, ...], ...]
    """The state and the place of each quote, where it was looked for."""
    starts: tuple[float, ...]
    """How far each word that was heard right starts from the truth, in seconds."""
    last: str


def judge(engine: str, found: dict[str, Any], truth: Sequence[Spoken]) -> Result:
    said, heard = forms([word.text for word in truth]), forms([text for text, _ in found["words"]])
    true_words, heard_words = ([f for f in all_forms if not is_um(f)] for all_forms in (said, heard))
    ours = [("".join(forms([text])), start) for text, start in found["words"]]
    theirs = [("".join(forms([word.text])), word.start) for word in truth]
    blocks = SequenceMatcher(
        None, [form for form, _ in theirs], [form for form, _ in ours], autojunk=False
    ).get_matching_blocks()
    pairs = [(theirs[b.a + n][1], ours[b.b + n][1]) for b in blocks for n in range(b.size)]
    return Result(
        engine,
        found["name"],
        found["seconds"],
        found["cpu"],
        len(true_words),
        Levenshtein.distance(true_words, heard_words),
        loops(heard, said),
        sum(map(is_um, said)),
        sum(map(is_um, heard)),
        tuple(map(tuple, found["quotes"])),
        tuple(abs(a - b) for a, b in pairs if a >= 0),
        heard[-1] if heard else "",
    )


def summary(results: Sequence[Result]) -> dict[str, Any]:
    starts = [off for result in results for off in result.starts]
    return {
        "seconds": sum(r.seconds for r in results),
        "cpu_per_second": sum(r.cpu for r in results) / sum(r.seconds for r in results),
        "wer": 100 * sum(r.errors for r in results) / sum(r.words for r in results),
        "loops": sum(r.loops for r in results),
        "ums": sum(r.ums for r in results),
        "ums_heard": sum(r.ums_heard for r in results),
        "start_ms": 1000 * float(np.median(starts)) if starts else None,
    }


@dataclass(frozen=True)
class Aim:
    what: str
    value: float
    limit: float
    least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.limit if self.least else self.value <= self.limit

    def __str__(self) -> str:
        return (
            f"{self.what} {self.value:.3g} (aim {'≥' if self.least else '≤'} "
            f"{self.limit:.3g}){'' if self.met else ' MISSED'}"
        )


def aims(rows: dict[str, dict[str, Any]], results: Sequence[Result]) -> list[Aim]:
    ours = rows["held out, ours"]
    found = [Aim("loops", sum(r.loops for r in results if r.engine == "ours"), 0)]
    if theirs := rows.get("held out, openai"):
        found = [
            Aim(
                "P7 held out: openai-whisper's CPU ÷ ours",
                theirs["cpu_per_second"] / ours["cpu_per_second"],
                10,
                least=True,
            ),
            Aim("words wrong % held out", ours["wer"], theirs["wer"]),
            *found,
        ]
    if fast := rows.get("held out, fast"):
        lost, all_of = quotes_lost(results)
        found.append(Aim(f"quotes that fast does not find where ours does, of {all_of}", lost, 0))
        if theirs:
            ratio = theirs["cpu_per_second"] / fast["cpu_per_second"]
            found.append(Aim("P9 held out: openai-whisper's CPU ÷ fast", ratio, 20, least=True))
    banana = [r.last for r in results if r.engine == "ours" and r.recording == "autoeditor_example"]
    return [*found, *(Aim("words lost after a long silence", float(last != "banana"), 0) for last in banana)]


def quotes_lost(results: Sequence[Result]) -> tuple[int, int]:
    """How many quotes that the whole transcript has are not found at the same place in the other."""
    fast = {result.recording: result.quotes for result in results if result.engine == "fast"}
    pairs = [
        pair
        for result in results
        if result.engine == "ours" and result.recording in fast
        for pair in zip(result.quotes, fast[result.recording], strict=True)
        if pair[0][0] == "matched"
    ]
    return sum(not _same(*pair) for pair in pairs), len(pairs)


def _same(one: Sequence[Any], two: Sequence[Any]) -> bool:
    """Found as surely, at the same place: a recogniser's word may begin in the pause before it."""
    if one[0] != two[0]:
        return False
    shared = min(one[2], two[2]) - max(one[1], two[1])
    return bool(2 * shared > max(one[2] - one[1], two[2] - two[1]))


def table(rows: dict[str, dict[str, Any]]) -> str:
    lines = [["", "seconds", "CPU s/s", "words wrong %", "loops", "um said", "heard", "starts off ms"]]
    for name, row in rows.items():
        start = "–" if row["start_ms"] is None else f"{row['start_ms']:.0f}"
        lines.append(
            [
                name,
                f"{row['seconds']:.0f}",
                f"{row['cpu_per_second']:.4f}",
                f"{row['wer']:.1f}",
                *map(str, (row["loops"], row["ums"], row["ums_heard"])),
                start,
            ]
        )
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])]) for line in lines
    )


def main() -> int:
    options = argparse.ArgumentParser(description="Measure recognition: cost, wrong words, loops.")
    options.add_argument("--quick", action="store_true", help="recordings of up to half a minute")
    options.add_argument("--full", action="store_true", help="all recordings: twenty minutes")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument(
        "--media", type=Path, default=ROOT.parent / "shared/media", help="recordings with references"
    )
    options.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    options.add_argument("--only", nargs="*", default=[], help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.engine:
        for line in listen_with(asked.engine, asked.media, asked.only):
            print(json.dumps(line), flush=True)
        return 0
    known = heard_by(asked.media)
    truth = {
        name: (sound, words)
        for name, (sound, words) in known.items()
        if asked.full or len(sound) <= (31 if asked.quick else 70) * HZ
    }
    there = WHISPER.with_name("python").is_file() and (ROOT / ".venv-whisper/ready").is_file()
    untaken = [
        f"{name} (not in {asked.media})" for names in LISTS.values() for name in names if name not in known
    ]
    untaken += [] if there else ["P7 (openai-whisper is not in .venv-whisper: make .venv-whisper/ready)"]
    results = []
    with tempfile.TemporaryDirectory(prefix="asr-") as folder:
        checkpoint = as_checkpoint(Path(folder)) if there else None
        for engine in ENGINES if there else ENGINES[1:]:
            results += [
                judge(engine, found, truth[found["name"]][1])
                for found in run(engine, asked.media, list(truth), checkpoint)
            ]
    rows = {}
    for name, members in LISTS.items():
        for engine in ENGINES:
            if mine := [r for r in results if r.engine == engine and r.recording in members]:
                rows[f"{name}, {engine}"] = summary(mine)
    each = {f"  {r.recording}, {r.engine}": summary([r]) for r in results}
    judged = aims(rows, results) if "held out, ours" in rows else []
    if asked.json:
        print(
            json.dumps(
                {
                    "rows": rows,
                    "recordings": each,
                    "aims": [asdict(aim) | {"met": aim.met} for aim in judged],
                    "not_taken": untaken,
                }
            )
        )
    else:
        print(table(rows | each), end="\n\n")
        print(
            ("; ".join(map(str, judged)) or "no held-out recording is there: nothing to judge")
            + _untaken.line(untaken)
        )
    return 0 if judged and not untaken and all(aim.met for aim in judged) else 1


if __name__ == "__main__":
    sys.exit(main())
