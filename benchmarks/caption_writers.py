"""Our readers and writers of TTML/IMSC, SCC and STL, and ttconv's: what each gets right, and in what time.

    python benchmarks/caption_writers.py FOLDER [FOLDER …] [--json]

Files of these formats in the folders are read by both. Every SRT and WebVTT file there is a reference too:
its cues are written by either and read by either. A cue is right that comes back with its words, and with
its times to half a frame of the format. Crashes are whatever is raised but a refusal that says why.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from time import process_time
from xml.etree import ElementTree as ET

import ttconv.imsc.reader
import ttconv.imsc.writer
import ttconv.isd
import ttconv.model
import ttconv.scc.reader
import ttconv.scc.writer
import ttconv.srt.reader
import ttconv.stl.reader
from ttconv.scc.config import SccWriterConfiguration
from ttconv.stl.config import STLReaderConfiguration

from pipeline.captions.formats import read, write
from pipeline.captions.model import Captions
from pipeline.errors import InputError

Shown = list[tuple[Fraction, Fraction, str]]
HALF_A_FRAME = {"ttml": Fraction(1, 1000), "scc": Fraction(1001, 60000)}
ENDINGS = ("ttml", "scc", "stl")


@dataclass
class Score:
    """What one pair of hands did with all files of a format."""

    files: int = 0
    crashes: int = 0
    refused: int = 0
    cues: int = 0
    right: int = 0
    seconds: float = 0.0
    why: Counter[str] = field(default_factory=Counter)


# Readers and writers -------------------------------------------------------------------------


def ours(kind: str, data: bytes) -> Shown:
    """What our reader shows."""
    return [
        (c.span.start.seconds, c.span.end.seconds, " ".join(c.text.split()))
        for c in read(f"a.{kind}", data).cues
    ]


def theirs(kind: str, data: bytes) -> Shown:
    """What ttconv shows: a text from one change on the screen to the next."""
    if kind == "ttml":
        document = ttconv.imsc.reader.to_model(ET.parse(io.BytesIO(data)))
    elif kind == "scc":
        document = ttconv.scc.reader.to_model(data.decode())
    else:
        settings = STLReaderConfiguration(program_start_tc="TCP")
        document = ttconv.stl.reader.to_model(io.BytesIO(data), settings)
    return list(_snapshots(document)) if document else []


def _snapshots(document: ttconv.model.ContentDocument) -> Iterator[tuple[Fraction, Fraction, str]]:
    times = ttconv.isd.ISD.significant_times(document)
    for start, end in zip(times, [*times[1:], None], strict=True):
        screen = ttconv.isd.ISD.from_model(document, start)
        regions = list(screen.iter_regions()) if screen else []
        said = [_text(p) for r in regions for p in r.dfs_iterator() if isinstance(p, ttconv.model.P)]
        if text := " ".join(" ".join(said).split()):
            yield start, start + 4 if end is None else end, text


def _text(element: ttconv.model.ContentElement) -> str:
    if isinstance(element, ttconv.model.Br):
        return "\n"
    return str(element.get_text()) if isinstance(element, ttconv.model.Text) else "".join(map(_text, element))


def we_write(kind: str, captions: Captions) -> bytes:
    """Our TTML or SCC."""
    return write(kind, captions).encode()


def they_write(kind: str, captions: Captions) -> bytes:
    """Theirs, from the same cues."""
    document = ttconv.srt.reader.to_model(io.StringIO(write("srt", captions)))
    if kind == "scc":
        return ttconv.scc.writer.from_model(document, SccWriterConfiguration(force_popon=True)).encode()
    tree = ttconv.imsc.writer.from_model(document)
    return ET.tostring(tree.getroot())


# Measuring -----------------------------------------------------------------------------------


def tried(score: Score, work: Callable[[], object]) -> object:
    """What comes of it; None, and counted, where nothing does."""
    began = process_time()
    try:
        return work()
    except InputError:
        score.refused += 1
    except Exception as problem:  # noqa: BLE001 - whatever it is, a user would meet it
        score.crashes += 1
        score.why[f"{type(problem).__name__}: {str(problem)[:60]}"] += 1
    finally:
        score.seconds += process_time() - began
    return None


def right(found: Shown, wanted: Shown, off: Fraction) -> int:
    """Cues that are there with their words and their times."""
    left = list(found)
    count = 0
    for start, end, text in wanted:
        same = [
            one for one in left if one[2] == text and abs(one[0] - start) <= off and abs(one[1] - end) <= off
        ]
        if same:
            left.remove(same[0])
            count += 1
    return count


def references(folders: Sequence[Path]) -> list[Captions]:
    """Every SRT and WebVTT file whose cues follow one another."""
    found = []
    for file in sorted(
        file for folder in folders for file in folder.rglob("*") if file.suffix in (".srt", ".vtt")
    ):
        try:
            cues = read(file.name, file.read_bytes()).cues
            found.append(Captions("en", cues))
        except (InputError, ValueError):
            continue
    return [one for one in found if one.cues]


def said(kind: str, captions: Captions) -> Shown:
    """The cues as the format may say them: SCC has no typographic quotes and dashes."""
    signs = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "…": "..."})
    return [
        (
            cue.span.start.seconds,
            cue.span.end.seconds,
            " ".join((cue.text.translate(signs) if kind == "scc" else cue.text).split()),
        )
        for cue in captions.cues
    ]


def written_and_read(folders: Sequence[Path]) -> dict[str, Score]:
    """By format, writer and reader."""
    scores: dict[str, Score] = {}
    texts = references(folders)
    for kind, off in HALF_A_FRAME.items():
        for writer, by in (("ours", we_write), ("ttconv", they_write)):
            made = scores[f"{kind} written by {writer}"] = Score()
            read_back = {name: Score() for name in ("ours", "ttconv")}
            scores |= {f"{kind} written by {writer}, read by {name}": one for name, one in read_back.items()}
            for captions in texts:
                made.files += 1
                made.cues += len(captions.cues)
                data = tried(made, lambda by=by, kind=kind, captions=captions: by(kind, captions))
                if not isinstance(data, bytes):
                    continue
                for name, reader in (("ours", ours), ("ttconv", theirs)):
                    score = read_back[name]
                    score.files += 1
                    score.cues += len(captions.cues)
                    found = tried(score, lambda reader=reader, kind=kind, data=data: reader(kind, data))
                    score.right += right(found, said(kind, captions), off) if isinstance(found, list) else 0
    return scores


def files_read(folders: Sequence[Path]) -> tuple[dict[str, Score], list[str]]:
    """Files of the formats, read by both; and those that they do not read alike, blanks apart."""
    scores, unlike = {}, []
    for kind in ENDINGS:
        one, two = Score(), Score()
        scores |= {f"{kind} files, read by ours": one, f"{kind} files, read by ttconv": two}
        for file in sorted(file for folder in folders for file in folder.rglob(f"*.{kind}")):
            found = []
            for score, reader in ((one, ours), (two, theirs)):
                score.files += 1
                shown = tried(
                    score, lambda reader=reader, kind=kind, file=file: reader(kind, file.read_bytes())
                )
                found.append(shown if isinstance(shown, list) else [])
                score.cues += len(found[-1])
            alike = [[(start, "".join(text.split())) for start, _, text in shown] for shown in found]
            one.right += alike[0] == alike[1]
            two.right += alike[0] == alike[1]
            if alike[0] != alike[1]:
                unlike.append(f"{file.name}: {len(found[0])} cues by ours, {len(found[1])} by ttconv")
            elif [text for *_, text in found[0]] != [text for *_, text in found[1]]:
                unlike.append(f"{file.name}: blanks differ")
    return scores, unlike


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    logging.disable(logging.CRITICAL)
    files, unlike = files_read(arguments.folders)
    scores = files | written_and_read(arguments.folders)
    if arguments.json:
        print(json.dumps({"scores": {name: asdict(one) for name, one in scores.items()}, "unlike": unlike}))
        return 0
    print(f"{'':38}{'files':>6}{'crashed':>9}{'refused':>9}{'right':>7} of {'cues':>5}{'CPU s':>8}")
    for name, one in scores.items():
        hands = f"{name:38}{one.files:6}{one.crashes:9}{one.refused:9}"
        print(f"{hands}{one.right:7} of {one.cues:5}{one.seconds:8.2f}")
        for why, count in one.why.most_common(3):
            print(f"{'':8}{count} × {why}")
    print("(of files: right are files that both read alike, blanks apart)", *unlike, sep="\n  ")
    return 0


if __name__ == "__main__":
    sys.exit(main())
