"""captions/report.html and report.json: what the rules found, worst first, every cue, and the evidence for
each criterion.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from importlib.resources import files
from typing import Any

from pipeline.captions.formats import write
from pipeline.captions.model import Captions, Cue
from pipeline.captions.relief import Relief
from pipeline.core.codec import VERSION, pretty
from pipeline.core.finding import Finding
from pipeline.core.time import decimal
from pipeline.delivery.build_report import _page
from pipeline.production.profile import Profile


@dataclass(frozen=True)
class Line:
    """One line of the evidence sheet."""

    clause: str
    name: str
    level: str
    state: str
    evidence: Sequence[str]


@dataclass(frozen=True)
class Other:
    """Another profile: how many cues the same words are in by it, what its rules find, and in words what it
    asks otherwise.
    """

    profile: Profile
    cues: int
    findings: Sequence[Finding]
    told: Sequence[str] = ()

    def count(self, severity: str) -> int:
        """How many findings are so severe."""
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def rules(self) -> str:
        """Each rule with how often it found something, the most frequent first."""
        names = [finding.rule for finding in self.findings]
        return (
            ", ".join(
                f"{name} {names.count(name)}"
                for name in sorted(set(names), key=lambda name: (-names.count(name), name))
            )
            or "nothing"
        )


@dataclass(frozen=True)
class CaptionReport:
    """`findings` are all of the production's profile, worst first; `asks` names the rules whose findings a
    person answers.

    `stills` is by cue number, `film` where the film lies from the page.
    """

    title: str
    captions: Captions
    profile: Profile
    findings: Sequence[Finding]
    not_judged: Mapping[str, str]
    asks: frozenset[str]
    others: Sequence[Other]
    evidence: Sequence[Line]
    stills: Mapping[int, bytes]
    film: str = "../cut.mp4"
    reliefs: Mapping[int, Relief] = field(default_factory=dict)
    """By cue that is too fast: what would help."""
    size: tuple[int, int] = (1280, 720)
    """Of the film's picture: what fits on it is the profile's area for its shape."""

    def json(self) -> bytes:
        """report.json."""
        return pretty(
            {
                "version": VERSION,
                "profile": self.profile.name,
                "findings": [asdict(finding) for finding in self.findings],
                "profile_version": self.profile.version,
                "cues": len(self.captions.cues),
                "reliefs": [
                    {"cue": number, "told": str(one), **asdict(one)} for number, one in self.reliefs.items()
                ],
                "not_judged": [{"rule": rule, "needs": why} for rule, why in self.not_judged.items()],
                "profiles": [
                    {
                        "profile": other.profile.name,
                        "cues": other.cues,
                        "errors": other.count("error"),
                        "warnings": other.count("warning"),
                    }
                    for other in self.others
                ],
                "criteria": [asdict(line) for line in self.evidence],
            }
        )

    def html(self) -> bytes:
        """report.html, with its script in it."""
        script = files("pipeline.delivery").joinpath("templates/report.js").read_text(encoding="utf-8")
        return _page(
            "findings.html",
            title=self.title,
            language=self.captions.language,
            profile=self.profile,
            size=self.size,
            errors=sum(finding.severity == "error" for finding in self.findings),
            warnings=sum(finding.severity == "warning" for finding in self.findings),
            questions=[self._finding(finding) for finding in self.findings if finding.rule in self.asks],
            cards=self._cards(),
            loose=[
                self._finding(finding)
                for finding in self.findings
                if not finding.cue and finding.rule not in self.asks
            ],
            cues=[self._cue(number, cue) for number, cue in enumerate(self.captions.cues, 1)],
            not_judged=self.not_judged,
            others=self.others,
            evidence=self.evidence,
            film=self.film,
            vtt=write("vtt", self.captions),
            script=script,
            script_hash=b64encode(sha256(script.encode()).digest()).decode(),
        )

    def _cards(self) -> list[dict[str, Any]]:
        """A card for each cue with findings: most errors first, then most warnings, then in the order of the
        film.
        """
        by_cue: dict[int, list[Finding]] = {}
        for finding in self.findings:
            if finding.cue and finding.rule not in self.asks:
                by_cue.setdefault(finding.cue, []).append(finding)
        worst = sorted(
            by_cue,
            key=lambda number: (
                *(-sum(f.severity == s for f in by_cue[number]) for s in ("error", "warning")),
                number,
            ),
        )
        return [
            {
                **self._cue(number, self.captions.cues[number - 1]),
                "findings": list(map(self._finding, by_cue[number])),
            }
            for number in worst
        ]

    def _cue(self, number: int, cue: Cue) -> dict[str, Any]:
        still = self.stills.get(number)
        return {
            "number": number,
            "lines": cue.lines,
            "speaker": cue.speaker,
            "kind": cue.kind,
            "start": _clock(float(cue.span.start)),
            "end": _clock(float(cue.span.end)),
            "seconds": decimal(cue.span.duration, 2),
            "position": cue.position,
            "why": cue.why,
            "relief": str(self.reliefs.get(number, "")),
            "play": self._play(float(cue.span.start), float(cue.span.end)),
            "still": b64encode(still).decode() if still else "",
            "names": ", ".join(
                dict.fromkeys(finding.rule for finding in self.findings if finding.cue == number)
            ),
        }

    def _finding(self, finding: Finding) -> dict[str, Any]:
        what = finding.what.rpartition(': "')[0] or finding.what if finding.cue else finding.what
        at = finding.at
        return {
            **asdict(finding),
            "what": what,
            "play": self._play(at, at + 4) if at is not None else "",
            "time": _clock(at) if at is not None else finding.where,
        }

    def _play(self, start: float, end: float) -> str:
        """A link that any browser plays from there; the script plays it on the page."""
        return f"{self.film}#t={max(0.0, start - 0.5):.2f},{end + 0.5:.2f}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{seconds % 60:05.2f}"
