"""Reflection breaks and chapters, in the languages of players, spreadsheets and editing systems."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipeline.core.codec import VERSION, pretty
from pipeline.core.time import decimal, timecode
from pipeline.edit.timeline import Break, Card, Timeline, asked

HOUR = 3600
"""Editing systems start a film at 01:00:00:00."""


@dataclass(frozen=True)
class Chapter:
    at: int
    end: int
    title: str


def chapters(timeline: Timeline) -> list[Chapter]:
    """Opening, each scene and each break; a film without any is one chapter."""
    starts: list[tuple[int, str]] = []
    scene, paused = timeline.title, False
    for shot in timeline.shots:
        if isinstance(shot, Card) and shot.scene:
            scene = shot.scene
            starts.append((shot.at, scene))
        elif isinstance(shot, Card) and shot.style == "end":
            starts.append((shot.at, "End"))
        elif pause := asked(shot):
            starts.append((shot.at, f"Reflection: {pause.prompt}"))
        elif paused:
            starts.append((shot.at, f"{scene} (continued)"))
        paused = asked(shot) is not None
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, timeline.title))
    ends = [at for at, _ in starts[1:]] + [timeline.frames]
    return [Chapter(at, end, title) for (at, title), end in zip(starts, ends, strict=True)]


def reflection_json(timeline: Timeline) -> bytes:
    return pretty(
        {
            "version": VERSION,
            "rate": _rate(timeline.rate),
            "breaks": [break_record(b, timeline) for b in timeline.breaks],
        }
    )


def break_record(item: Break, timeline: Timeline) -> dict[str, Any]:
    """A break, with what it says; what is blank is not there."""
    translations = {language: dict(wording.texts) for language, wording in item.translations}
    besides = {"template": "" if item.template == "own" else item.template, **dict(item.wording.texts)}
    return {
        "id": item.id,
        "at": decimal(timeline.time(item.at).seconds),
        "at_frame": item.at,
        "prompt": item.prompt,
        "kind": item.kind,
        "seconds": float(item.seconds),
        "after": item.after,
        **{key: said for key, said in (besides | {"translations": translations}).items() if said},
    }


def reflection_vtt(timeline: Timeline) -> str:
    """A metadata track: a cue for each break, its text as JSON on one line."""
    import json

    blocks = ["WEBVTT"]
    for item in timeline.breaks:
        text = json.dumps(
            {"prompt": item.prompt, "kind": item.kind, "seconds": float(item.seconds)}, ensure_ascii=False
        ).replace("-->", "--\\u003e")
        blocks.append(
            f"{item.id}\n{_clock(timeline.time(item.at).seconds)} --> "
            f"{_clock(timeline.time(item.end).seconds)}\n{text}"
        )
    return "\n\n".join(blocks) + "\n"


def reflection_csv(timeline: Timeline) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["id", "at", "timecode", "seconds", "kind", "prompt"])
    for item in timeline.breaks:
        row = [
            item.id,
            decimal(timeline.time(item.at).seconds, 3),
            timecode(item.at, timeline.rate),
            decimal(item.seconds, 3),
            item.kind,
            item.prompt,
        ]
        writer.writerow([plain_cell(cell) for cell in row])
    return "\ufeff" + out.getvalue()


def plain_cell(text: str) -> str:
    """Text that a spreadsheet will not run as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def ffmetadata(timeline: Timeline) -> str:
    """Chapters as ffmpeg reads them, in frames of the film."""
    rate = timeline.rate
    lines = [";FFMETADATA1"]
    for chapter in chapters(timeline):
        title = "".join(f"\\{c}" if c in "=;#\\\n" else c for c in chapter.title)
        lines += [
            "[CHAPTER]",
            f"TIMEBASE={rate.denominator}/{rate.numerator}",
            f"START={chapter.at}",
            f"END={chapter.end}",
            f"title={title}",
        ]
    return "\n".join(lines) + "\n"


def resolve_edl(timeline: Timeline) -> str:
    """Resolve's "Timeline Markers from EDL". A note has no pipe and no newline, and starts with no digit."""
    start = int(HOUR * timeline.rate) if timeline.rate.denominator == 1 else _hour(timeline.rate)
    drop = ";" in timecode(0, timeline.rate)
    lines = [f"TITLE: {_note(timeline.title)}", f"FCM: {'DROP FRAME' if drop else 'NON-DROP FRAME'}", ""]
    for number, item in enumerate(timeline.breaks, 1):
        one, two = timecode(start + item.at, timeline.rate), timecode(start + item.at + 1, timeline.rate)
        lines += [
            f"{number:03}  001      V     C        {one} {two} {one} {two}",
            f"{_note(item.prompt)} |C:ResolveColorBlue |M:{_note(item.id)} |D:{item.frames}",
            "",
        ]
    return "\n".join(lines) + "\n"


def _hour(rate: Fraction) -> int:
    """The frame that is labelled 01:00:00:00 (or ;00) at an NTSC rate."""
    nominal = round(rate)
    return 107892 * nominal // 30 if nominal in (30, 60) else HOUR * nominal


def _note(text: str) -> str:
    note = " ".join(text.replace("|", "/").split())
    return f"– {note}" if note[:1].isdigit() else note


def _clock(seconds: Fraction) -> str:
    ms = int(seconds * 1000 + Fraction(1, 2))
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"


def _rate(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def transcript_text(cues: Sequence[tuple[str, str]], title: str) -> str:
    """The film's words for reading: (speaker, text) in order, a heading for each scene or break as ("",
    text).
    """
    lines = [title, "=" * len(title), ""]
    for speaker, text in cues:
        lines += [f"{speaker}: {text}", ""] if speaker else [text, "-" * len(text), ""]
    return "\n".join(lines)


def files(timeline: Timeline) -> dict[str, bytes]:
    """Every marker file, by its name in build/."""
    return {
        "markers/reflection.json": reflection_json(timeline),
        "markers/reflection.vtt": reflection_vtt(timeline).encode(),
        "markers/reflection.csv": reflection_csv(timeline).encode(),
        "markers/chapters.ffmeta": ffmetadata(timeline).encode(),
        "markers/resolve.edl": resolve_edl(timeline).encode(),
    }
