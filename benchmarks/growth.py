"""What grows with hours of footage, and what with quotes: a first build, and a build after one card was
changed.

The film is the same whatever it is cut from: so many quotes of six words, spread over one interview of two
minutes, an hour or
five hours. The interview is a still picture with a hum, its transcript imported: about 170 words a minute in
sentences of eight,
of words as often as they come in the sample's interviews. Processor time is of the command and all its
children, memory the most
that all of them held at once; of the changed card's three builds the cheapest counts.

What still grows is told as a slope: processor seconds for each hour of footage and for each quote, by least
squares over all films.

By itself it takes 3 and 30 quotes from two minutes, an hour and five hours: five minutes of two cores.
`--full` takes 100 quotes and twenty hours as well; goal P10 is held at five hours, what twenty cost is told.

    python benchmarks/growth.py [--quotes 3 30] [--minutes 2 60 300] [--quick | --full] [--json] [--keep DIR]
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import _film as film
import numpy as np

TRUTH = film.ROOT / "assets/sample/truth"
SIZE = "320x180"
MINUTE = 60
STEP, SENTENCE, PAUSE = 0.27, 8, 0.7
"""Seconds from word to word, words of a sentence, and seconds of quiet after each."""
QUOTED = 6
"""Words of a quote: there are three ways to take them from a sentence, so two minutes have a hundred."""
COMMON = 40
"""Words that are every other one of what people say."""

GROWS = 1.3
"""Goal P10: a changed card, and memory, from five hours of footage ÷ from the least."""

JUDGED = 300.0
"""Minutes of footage up to which that is held."""

CHANGES = 3


@dataclass(frozen=True)
class Grown:
    """What a film of so many quotes from so many minutes costs."""

    quotes: int
    minutes: float
    first: film.Cost
    card: film.Cost


# Footage and what is said in it ---------------------------------------------------------------


def record(folder: Path, minutes: float) -> Path:
    """A minute is encoded and copied end to end."""
    folder.mkdir(parents=True, exist_ok=True)
    one, whole = folder / "minute.mp4", folder / f"{minutes:g}.mp4"
    if not one.is_file():
        inputs = [
            "-f",
            "lavfi",
            "-i",
            f"testsrc=s={SIZE}:r=5",
            "-f",
            "lavfi",
            "-i",
            "sine=f=2000:r=16000,tremolo=f=4:d=0.8,volume=0.4",
        ]
        still = ["-vf", "trim=end_frame=1,loop=-1:1,format=yuv420p", "-r", "5", "-c:v", "libx264", "-g", "50"]
        film.ffmpeg(folder, *inputs, *still, "-c:a", "aac", "-b:a", "32k", "-t", str(MINUTE), one.name)
    film.ffmpeg(
        folder, "-stream_loop", str(max(0, round(minutes) - 1)), "-i", one.name, "-c", "copy", whole.name
    )
    return whole


def sentences(minutes: float) -> list[list[str]]:
    """Every other word is a common one; the rest are any of the words that the sample's people say."""
    heard = Counter(
        entry["word"].strip(".,?!").lower()
        for path in sorted(TRUTH.glob("*.words.json"))
        for entry in json.loads(path.read_text())
    )
    often = [word for word, _ in heard.most_common(COMMON)]
    rest, draw = sorted(set(heard) - set(often)), random.Random(minutes)
    count = int(minutes * MINUTE / (SENTENCE * STEP + PAUSE))
    return [[draw.choice(rest if place % 2 else often) for place in range(SENTENCE)] for _ in range(count)]


def chosen(count: int, said: Sequence[Sequence[str]]) -> list[list[str]]:
    """Quotes at even distances over all that was said."""
    ways = SENTENCE - QUOTED + 1
    places = [divmod(number * len(said) * ways // count, ways) for number in range(count)]
    return [list(said[sentence][first : first + QUOTED]) for sentence, first in places]


def write(root: Path, wanted: Sequence[Sequence[str]]) -> None:
    names = ", ".join(f'"q{number:03}"' for number in range(len(wanted)))
    (root / "production.toml").write_text(
        f'[film]\ntitle = "Growth"\nsize = "{SIZE}"\nrate = "25"\nquality = "draft"\nclean = false\n\n'
        '[[source]]\nid = "one"\nfile = "one.mp4"\ncontributor = "one"\n\n'
        f'[[card]]\nplace = "start"\nkind = "title"\nseconds = 2.0\ntext = "Card 0"\n\n[[scene]]\n'
        f'title = "All"\nquotes = [{names}]\n'
    )
    rows = [
        f"q{number:03},one,one,{' '.join(words).capitalize()}.,bench,training,the benchmark,2025-01-01"
        for number, words in enumerate(wanted)
    ]
    (root / "quotes.csv").write_text(
        "\n".join(["id,contributor,source,text,theme,use,approved_by,approved_on", *rows, ""])
    )
    (root / "consent.csv").write_text(
        "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on\n"
"one,One,training,none,2025-01-01,,\n"
    )  # fmt: skip


def hear(root: Path, said: Sequence[Sequence[str]]) -> None:
    whole = SENTENCE * STEP + PAUSE
    segments = [
        {
            "words": [
                {
                    "word": word,
                    "start": at * whole + n * STEP,
                    "end": at * whole + (n + 0.9) * STEP,
                    "probability": 0.9,
                }
                for n, word in enumerate(words)
            ]
        }
        for at, words in enumerate(said)
    ]
    (root / "heard.json").write_text(json.dumps({"segments": segments}))
    film.ourwords(root, "transcribe", "one", "--import", str(root / "heard.json"))


# Costs ----------------------------------------------------------------------------------------


def grown(folder: Path, footage: Mapping[float, Path], quotes: int) -> list[Grown]:
    """Films of so many quotes. Their cards are changed in turn, so that whatever else the machine does is
    done to all of them.
    """
    roots = {minutes: folder / f"{quotes} from {minutes:g}" for minutes in footage}
    first = {minutes: build(root, footage[minutes], quotes, minutes) for minutes, root in roots.items()}
    again: dict[float, list[film.Cost]] = {minutes: [] for minutes in footage}
    for number in range(CHANGES):
        for minutes, root in roots.items():
            settings = root / "production.toml"
            settings.write_text(settings.read_text().replace(f"Card {number}", f"Card {number + 1}"))
            again[minutes].append(film.ourwords(root, "build-cut"))
    return [
        Grown(quotes, minutes, first[minutes], min(again[minutes], key=lambda cost: cost.cpu))
        for minutes in footage
    ]


def build(root: Path, footage: Path, quotes: int, minutes: float) -> film.Cost:
    said = sentences(minutes)
    root.mkdir()
    (root / "one.mp4").hardlink_to(footage)
    write(root, chosen(quotes, said))
    hear(root, said)
    return film.ourwords(root, "build-cut")


def slopes(found: Sequence[Grown], spent: Sequence[float]) -> tuple[float, float]:
    """CPU seconds that an hour of footage adds, and that a quote does."""
    known = np.array([[1.0, one.minutes / 60, one.quotes] for one in found])
    (_, hour, quote), *_ = np.linalg.lstsq(known, np.array(spent))
    return float(hour), float(quote)


def main() -> int:
    options = argparse.ArgumentParser(description="What grows with hours of footage, and what with quotes.")
    options.add_argument("--quotes", type=int, nargs="+", default=[3, 30])
    options.add_argument("--minutes", type=float, nargs="+", default=[2.0, 60.0, 300.0])
    options.add_argument("--quick", action="store_true", help="3 and 10 quotes from 2 and 60 minutes")
    options.add_argument("--full", action="store_true", help="3, 30 and 100 quotes, from up to 20 hours")
    options.add_argument("--json", action="store_true", help="JSON only")
    options.add_argument("--keep", type=Path, help="make the productions here, and leave them")
    asked = options.parse_args()
    if asked.quick:
        asked.quotes, asked.minutes = [3, 10], [2.0, 60.0]
    if asked.full:
        asked.quotes, asked.minutes = [3, 30, 100], [2.0, 60.0, 300.0, 1200.0]
    with tempfile.TemporaryDirectory(prefix="growth-") as scratch:
        folder = asked.keep or Path(scratch)
        footage = {minutes: record(folder / "footage", minutes) for minutes in asked.minutes}
        found = [one for quotes in asked.quotes for one in grown(folder, footage, quotes)]
    return tell(found, as_json=asked.json)


def tell(found: Sequence[Grown], *, as_json: bool) -> int:
    aims = [
        aim
        for quotes in dict.fromkeys(one.quotes for one in found)
        for aim in _aims([one for one in found if one.quotes == quotes])
    ]
    growing = {
        "first build": slopes(found, [one.first.cpu for one in found]),
        "one card changed": slopes(found, [one.card.cpu for one in found]),
    }
    least = {one.quotes: one for one in sorted(found, key=lambda one: -one.minutes)}
    lines = []
    for one in found:
        first, card = (
            cost.cpu / base.cpu
            for cost, base in ((one.first, least[one.quotes].first), (one.card, least[one.quotes].card))
        )
        lines.append(
            [
                f"{one.quotes} from {one.minutes:g} min",
                one.first.cpu,
                first,
                one.first.peak,
                one.card.cpu,
                card,
                one.card.peak,
            ]
        )
    table = film.rows(
        ["quotes and footage", "first CPU s", "÷ least", "peak MB", "card CPU s", "÷ least", "peak MB"], lines
    )
    table += "\n\n" + film.rows(
        ["what still grows", "CPU s an hour", "CPU s a quote"],
        [[name, *map(_three, both)] for name, both in growing.items()],
    )
    return film.finish(
        {"films": [asdict(one) for one in found], "slopes": growing}, aims, as_json=as_json, table=table
    )


def _three(value: float) -> str:
    return f"{value:.3f}"


def _aims(mine: Sequence[Grown]) -> list[film.Aim]:
    held = sorted((one for one in mine if one.minutes <= JUDGED), key=lambda one: one.minutes)
    if len(held) < 2:
        return []
    least, most = held[0], held[-1]
    what = f"{most.quotes} quotes, {most.minutes:g} min ÷ {least.minutes:g} min"
    return [
        film.Aim(f"P10 one card changed, {what}", most.card.cpu / least.card.cpu, GROWS),
        film.Aim(f"its memory, {what}", most.card.peak / least.card.peak, GROWS),
        film.Aim(f"the first build's memory, {what}", most.first.peak / least.first.peak, GROWS),
    ]


if __name__ == "__main__":
    sys.exit(main())
