"""Caption files that people made, in every format and back: what others' readers find of them again.

    python benchmarks/caption_formats.py FOLDER [FOLDER …] [--quick] [--json]

Every caption file in the folders is read, by us and by whoever else reads it: where they differ is listed.
Then it is converted to each format that we write, and read by another's reader: srt for SRT, webvtt-py for
WebVTT, ttconv for TTML, IMSC and SCC, pysubs2 for ASS. A cue is kept that is there with its times (as exact
as the format has them) and its words. One that is not is either among what `captions convert` lists as lost,
or a fault of ours. Its own format gives the same bytes.

Aims: nothing crashes, nothing is lost that is not listed, the own format gives the same bytes, and 98 of 100
cues are kept by each text format. A miss ends with 1, as do folders without a caption file. `--quick` takes
each fifth file.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import re
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from html import unescape
from pathlib import Path
from time import process_time
from xml.etree import ElementTree as ET

import pysubs2
import srt
import ttconv.imsc.reader
import ttconv.model
import ttconv.scc.reader
import ttconv.stl.reader
import webvtt
from ttconv.stl.config import STLReaderConfiguration

from pipeline.captions.convert import Converted, converted
from pipeline.captions.formats import CODECS, Subtitles, of_file, read, written
from pipeline.errors import InputError

Shown = list[tuple[Fraction, Fraction, str]]
Reader = Callable[[bytes], Shown]
MOSTLY = 0.98
"""Of all cues, what each text format keeps: SRT has no `<` and no `{`, which are listed."""
LONG = 100 * 3600
"""Seconds up to which all of these readers go: pysubs2 reads two digits of hours."""
INVISIBLE = str.maketrans("", "", "\u200e\u200f\u2060")
"""Marks that our ASS has for the direction of lines, and to tell a backslash from an escape."""


def said(text: str) -> str:
    """Words, whatever blanks part them and whatever marks they have beside letters."""
    return " ".join(text.translate(INVISIBLE).split())


# Others' readers -----------------------------------------------------------------------------


def by_srt(data: bytes) -> Shown:
    return [
        (
            Fraction(round(one.start.total_seconds() * 1000), 1000),
            Fraction(round(one.end.total_seconds() * 1000), 1000),
            said(re.sub(r"</?[a-zA-Z][^<>]*>|\{\\[^{}]*\}", "", one.content)),
        )
        for one in srt.parse(data.decode("utf-8-sig"))
    ]


def by_webvtt(data: bytes) -> Shown:
    return [
        (_clock(one.start), _clock(one.end), said(unescape(re.sub(r"<[^<>]*>", "", one.raw_text))))
        for one in webvtt.from_buffer(io.StringIO(data.decode("utf-8-sig"))).captions
    ]


def _clock(text: str) -> Fraction:
    hours, minutes, seconds = text.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + Fraction(seconds)


_OURS = re.compile(r"\\([{}])")


def by_pysubs2(data: bytes) -> Shown:
    """Escaped braces are told apart first: pysubs2 takes them for tags (its issue 2)."""
    text = data.decode("utf-8-sig")
    text = _OURS.sub(lambda found: {"{": "\ue000", "}": "\ue001"}[found[1]], text)
    return [
        (
            Fraction(one.start, 1000),
            Fraction(one.end, 1000),
            said(one.plaintext.replace("\ue000", "{").replace("\ue001", "}")),
        )
        for one in pysubs2.SSAFile.from_string(text, "ass")
        if not one.is_comment and not one.is_drawing
    ]


def by_ttconv(data: bytes) -> Shown:
    return list(_paragraphs(ttconv.imsc.reader.to_model(ET.parse(io.BytesIO(data)))))


def scc_by_ttconv(data: bytes) -> Shown:
    return list(_paragraphs(ttconv.scc.reader.to_model(data.decode())))


def stl_by_ttconv(data: bytes) -> Shown:
    settings = STLReaderConfiguration(program_start_tc="TCP")
    return list(_paragraphs(ttconv.stl.reader.to_model(io.BytesIO(data), settings)))


def _paragraphs(document: ttconv.model.ContentDocument | None) -> Iterator[tuple[Fraction, Fraction, str]]:
    body = document.get_body() if document else None
    for p in body.dfs_iterator() if body else ():
        if isinstance(p, ttconv.model.P) and (text := said(_text(p))):
            begin, end = _span(p)
            yield begin, begin + 4 if end is None else end, text


def _span(element: ttconv.model.ContentElement) -> tuple[Fraction, Fraction | None]:
    """Its times in the document, whose parents have times as well."""
    begin, end = element.get_begin() or Fraction(0), element.get_end()
    parent = element.parent()
    if parent is None:
        return begin, end
    since, until = _span(parent)
    ends = [one for one in (until, None if end is None else since + end) if one is not None]
    return since + begin, min(ends, default=None)


def _text(element: ttconv.model.ContentElement) -> str:
    if isinstance(element, ttconv.model.Br):
        return "\n"
    return str(element.get_text()) if isinstance(element, ttconv.model.Text) else "".join(map(_text, element))


WRITTEN: dict[str, Reader] = {
    "srt": by_srt,
    "vtt": by_webvtt,
    "ttml": by_ttconv,
    "imsc": by_ttconv,
    "ass": by_pysubs2,
    "scc": scc_by_ttconv,
}
"""Who reads what we write."""

GIVEN: dict[str, tuple[str, Reader]] = {
    "srt": ("srt", by_srt),
    "vtt": ("webvtt-py", by_webvtt),
    "ttml": ("ttconv", by_ttconv),
    "ass": ("pysubs2", by_pysubs2),
    "scc": ("ttconv", scc_by_ttconv),
    "stl": ("ttconv", stl_by_ttconv),
}
"""Who reads what people gave, by the format that we took it for."""


# Measuring -----------------------------------------------------------------------------------


@dataclass
class Target:
    """What became of all files in one format."""

    format: str
    reader: str
    files: int = 0
    refused: int = 0
    crashed: int = 0
    cues: int = 0
    kept: int = 0
    listed: int = 0
    unlisted: int = 0
    seconds: float = 0.0
    lost: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


@dataclass
class Given:
    """Files of one format, by us and by another."""

    format: str
    reader: str
    files: int = 0
    refused: int = 0
    crashed: int = 0
    alike: int = 0
    unlike: list[str] = field(default_factory=list)


def shown(found: Subtitles) -> Shown:
    return [
        (cue.span.start.seconds, cue.span.end.seconds, said(cue.text))
        for cue in found.cues
        if cue.span.end.seconds < LONG
    ]


def missing(wanted: Shown, there: Shown, off: Fraction) -> Shown:
    """Cues that are not there with their words and their times."""
    left, found = list(there), []
    for start, end, text in wanted:
        same = (
            one for one in left if one[2] == text and abs(one[0] - start) <= off and abs(one[1] - end) <= off
        )
        if (one := next(same, None)) is None:
            found.append((start, end, text))
        else:
            left.remove(one)
    return found


def given(file: Path, row: Given) -> Subtitles | None:
    """A file as we read it, held against another's reading."""
    row.files += 1
    data = file.read_bytes()
    try:
        found = read(file.name, data)
    except InputError:
        row.refused += 1
        return None
    except Exception as problem:  # noqa: BLE001 - whatever it is, a user would meet it
        row.crashed += 1
        row.unlike.append(f"{file.name}: {type(problem).__name__}")
        return None
    try:
        theirs = GIVEN[found.format][1](data)
    except Exception as problem:  # noqa: BLE001 - theirs may be anything
        row.unlike.append(
            f"{file.name}: {len(found.cues)} cues by us, {type(problem).__name__} by {row.reader}"
        )
        return found
    ours = [(start, "".join(text.split())) for start, _, text in shown(found)]
    if sorted(ours) == sorted((start, "".join(text.split())) for start, _, text in theirs if text):
        row.alike += 1
    else:
        row.unlike.append(f"{file.name}: {len(ours)} cues by us, {len(theirs)} by {row.reader}")
    return found


def convert(file: Path, found: Subtitles, row: Target) -> None:
    """One file to one format, read by another."""
    row.files += 1
    codec = CODECS[row.format]
    began = process_time()
    try:
        new = converted(found, row.format)
    except InputError as problem:
        row.refused += 1
        row.lost["refused: " + re.sub('[0-9“”"].*', "…", problem.what)] += 1
        return
    except Exception as problem:  # noqa: BLE001 - whatever it is, a user would meet it
        row.crashed += 1
        row.faults.append(f"{file.name}: {type(problem).__name__}: {str(problem)[:60]}")
        return
    finally:
        row.seconds += process_time() - began
    asked = shown(found)
    row.cues += len(asked)
    row.lost.update({one.what: one.count for one in new.lost})
    if row.format == found.format:
        row.kept += len(asked)
        if new.data != found.data:
            row.faults.append(f"{file.name}: is another file in its own format")
            row.unlisted += 1
        return
    gone = _gone(new, found, WRITTEN[row.format], codec.resolution)
    told = sum(one.count for one in new.lost if one.what in ("signs", "times", "cues", "cues at once"))
    row.kept += len(asked) - len(gone)
    row.listed += min(told, len(gone))
    if len(gone) > told:
        row.unlisted += len(gone) - told
        row.faults.append(f"{file.name}: {len(gone)} not found, {told} listed; “{gone[0][2][:40]}”")


def _gone(new: Converted, found: Subtitles, reader: Reader, off: Fraction) -> Shown:
    try:
        return missing(shown(found), reader(new.data), off)
    except Exception:  # noqa: BLE001 - what another cannot read is not kept
        return shown(found)


def files_of(folders: Sequence[Path], *, quick: bool) -> list[Path]:
    every = sorted(
        path for folder in folders for path in folder.rglob("*") if path.is_file() and of_file(path.name)
    )
    return every[::5] if quick else every


def measured(files: Sequence[Path]) -> tuple[list[Given], list[Target]]:
    rows: dict[str, Given] = {}
    targets = [Target(kind, WRITTEN[kind].__name__.removeprefix("by_")) for kind in written()]
    for file in files:
        codec = of_file(file.name)
        assert codec
        row = rows.setdefault(codec.name, Given(codec.name, GIVEN.get(codec.name, GIVEN["ttml"])[0]))
        found = given(file, row)
        if found is not None and found.cues:
            for target in targets:
                convert(file, found, target)
    return list(rows.values()), targets


def aims(rows: Sequence[Given], targets: Sequence[Target]) -> dict[str, bool]:
    """What is asked, and whether it is met."""
    kept = {one.format: one.kept / max(one.cues, 1) for one in targets}
    return {
        "nothing crashes": not any(one.crashed for one in (*rows, *targets)),
        "nothing is lost that is not listed": not any(one.unlisted for one in targets),
        f"{MOSTLY:.0%} of cues are kept by each text format": all(
            kept[kind] >= MOSTLY for kind in kept if kind != "scc"
        ),
        "there are files": bool(rows),
    }


def table(files: int, rows: Sequence[Given], targets: Sequence[Target]) -> Iterator[str]:
    yield f"{'read':8}{'files':>7}{'refused':>9}{'crashed':>9}{'alike':>7}   read by others too"
    for given_row in rows:
        counts = f"{given_row.files:7}{given_row.refused:9}{given_row.crashed:9}{given_row.alike:7}"
        yield f"{given_row.format:8}{counts}   {given_row.reader}"
        yield from (f"{'':12}{line}" for line in given_row.unlike)
    yield ""
    columns = f"{'cues':>8}{'kept':>8}{'listed':>8}{'not':>6}{'CPU s':>8}"
    yield f"{'to':8}{'files':>7}{'refused':>9}{'crashed':>9}{columns}"
    for one in targets:
        counts = f"{one.files:7}{one.refused:9}{one.crashed:9}{one.cues:8}{one.kept:8}"
        yield f"{one.format:8}{counts}{one.listed:8}{one.unlisted:6}{one.seconds:8.1f}   read by {one.reader}"
        yield from (f"{'':12}{count} × {what}" for what, count in one.lost.most_common())
        yield from (f"{'':12}FAULT {line}" for line in one.faults)
    yield f"\n{files} files"


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--quick", action="store_true", help="each fifth file")
    parser.add_argument("--json", action="store_true", help="JSON only")
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    files = files_of(asked.folders, quick=asked.quick)
    rows, targets = measured(files)
    met = aims(rows, targets)
    if asked.json:
        to = [asdict(one) | {"lost": dict(one.lost)} for one in targets]
        told = {"files": len(files), "read": [*map(asdict, rows)], "to": to}
        print(json.dumps({**told, "aims": met, "met": all(met.values())}))
    else:
        print("\n".join(table(len(files), rows, targets)))
        print("; ".join(f"{what}: {'met' if is_met else 'MISSED'}" for what, is_met in met.items()))
    return 0 if all(met.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
