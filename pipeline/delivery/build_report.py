"""Pages and records for people: the build report, caption findings, the transcript."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Protocol

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipeline.captions.model import Captions, Cue
from pipeline.core.codec import VERSION, pretty
from pipeline.core.finding import Finding, counted
from pipeline.core.time import decimal
from pipeline.delivery import transcript_page
from pipeline.edit.timeline import CARDS, Break, Card, Heard, Hold, Mark, Shot, Take, Timeline
from pipeline.production.quotes import Quote


class Verified(Protocol):
    """A pack of clips, and what was found of it."""

    @property
    def name(self) -> str: ...
    @property
    def every(self) -> Sequence[Finding]: ...


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("pipeline.delivery"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
    )


def _page(template: str, **values: Any) -> bytes:
    return _templates().get_template(template).render(**values).encode()


def verified_json(findings: Sequence[Finding], film: str) -> bytes:
    """`film` is the sha256 of the film that was looked at."""
    return pretty({"version": VERSION, "film": film, "findings": [asdict(finding) for finding in findings]})


def read_verified(data: bytes) -> tuple[str, list[Finding]]:
    """The film that was verified, and what was found; blank where the file says nothing that is
    understood.
    """
    try:
        record = json.loads(data)
        return str(record["film"]), [Finding(**entry) for entry in record["findings"]]
    except (ValueError, LookupError, TypeError):
        return "", []


def verified_html(findings: Sequence[Finding], title: str, language: str) -> bytes:
    return _page(
        "verify.html",
        findings=findings,
        title=title,
        language=language,
        count=counted(findings),
    )


def verified_clips_html(pack: Verified, title: str, language: str) -> bytes:
    """Of a pack of clips of the film with this title."""
    return _page("verify_clips.html", pack=pack, title=title, language=language, count=counted(pack.every))


def transcript_text(timeline: Timeline, captions: Captions, described: Sequence[Cue] = ()) -> str:
    return transcript_page.text(timeline, captions, described)


def transcript_html(timeline: Timeline, captions: Captions, described: Sequence[Cue] = ()) -> bytes:
    lines = transcript_page.lines(timeline, captions, described)
    return _page(
        "transcript.html",
        title=timeline.title,
        language=captions.language,
        lines=lines,
        described=bool(described),
        film="cut.mp4",
    )


@dataclass(frozen=True)
class Page:
    """report.html: the film's strip, its words, breaks, findings and what was left to do."""

    timeline: Timeline
    captions: Captions
    findings: Sequence[Finding]
    not_used: Mapping[str, str]
    """Why each quote that is in no scene could be in none, or that it could."""

    quotes: Mapping[str, Quote]
    heard: Heard
    target: float
    stills: Sequence[bytes]
    synced: Sequence[str] = ()
    """How each camera and recorder that was used runs beside its source, a sentence each."""

    def html(self) -> bytes:
        timeline = self.timeline
        takes = timeline.takes
        return _page(
            "report.html",
            title=timeline.title,
            language=self.captions.language,
            length=_clock(float(timeline.frames / timeline.rate)),
            frames=timeline.frames,
            rate=f"{float(timeline.rate):g} frames a second",
            size=timeline.size,
            heard=self.heard,
            target=self.target,
            quotes=len({take.quote for take in takes}),
            speakers=len({take.contributor for take in takes}),
            cues=len(self.captions.cues),
            count=counted(self.findings),
            findings=self._by_rule(),
            synced=self.synced,
            left=[f"{name} is in no scene: {why}" for name, why in self.not_used.items()],
            breaks=[
                {
                    "prompt": b.prompt,
                    "kind": b.kind,
                    "seconds": decimal(b.seconds),
                    "at": _clock(float(timeline.time(b.at))),
                }
                for b in timeline.breaks
            ],
            shots=[
                self._shot(number, shot, still)
                for number, (shot, still) in enumerate(zip(timeline.shots, self.stills, strict=True), 1)
            ],
        )

    def _by_rule(self) -> list[dict[str, Any]]:
        """One line for each rule and severity, errors first: it is read by people who have a film to make."""
        lines: dict[tuple[str, str], dict[str, Any]] = {}
        for finding in self.findings:
            first = f"{finding.where}: {finding.what} ({finding.measured}; limit {finding.limit})"
            line = lines.setdefault(
                (finding.severity, finding.rule),
                {"severity": finding.severity, "rule": finding.rule, "times": 0, "first": first},
            )
            line["times"] += 1
        return sorted(lines.values(), key=lambda line: line["severity"] != "error")

    def _shot(self, number: int, shot: Shot, still: bytes) -> dict[str, Any]:
        span = self.timeline.span(shot)
        words = " ".join(cue.text for cue in self.captions.cues if span.start <= cue.span.start < span.end)
        match shot:
            case Take():
                heading, colour = (
                    f"{shot.quote}, {shot.speaker}"
                    + (f" ({shot.part} of {shot.parts})" if shot.parts > 1 else ""),
                    "q",
                )
                heading += f", camera {shot.angle}" if shot.angle else ""
            case Mark(stop=stop):
                heading, words, colour = f"Reflection break, {stop.kind}, marked", stop.prompt, "b"
            case Hold():
                heading, colour = f"Pause at {shot.quote}", "c"
            case Card():
                heading, words, colour = CARDS[shot.style], shot.text, "c"
            case Break():
                heading, words, colour = f"Reflection break, {shot.kind}", shot.prompt, "b"
        return {
            "number": number,
            "heading": heading,
            "words": words,
            "colour": colour,
            "frames": shot.frames,
            "at": _clock(float(span.start)),
            "seconds": decimal(span.duration, 2),
            "still": b64encode(still).decode(),
            "alt": f"Still of shot {number}",
        }


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:04.1f}"
