"""What stands behind `ourwords captions check` and the captions' report: a film's captions before the rules,
by every profile.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.captions import compare_profiles
from pipeline.captions.editing import apply
from pipeline.captions.formats import CODECS, PUBLISHED
from pipeline.captions.rules import RULES, Judged, Verdict, check, gather, worst_first
from pipeline.core.finding import Finding
from pipeline.delivery import build_report
from pipeline.delivery.caption_report import CaptionReport, Line, Other
from pipeline.delivery.wcag_sheet import Facts, Measured, measured, sheet
from pipeline.desk import width
from pipeline.production.load import load_profile, profile_names
from pipeline.production.profile import Profile

if TYPE_CHECKING:
    from pipeline.film import Flow
    from pipeline.speech.sound_event import Sounds


class Judging:
    def __init__(self, flow: Flow) -> None:
        self.flow, self.desk, self.production = flow, flow.desk, flow.production

    def judged(self, profile: Profile | None = None) -> Judged:
        """The captions with all that is known of them: the film's, or as they are made for another
        profile.
        """
        flow, chosen = self.flow, profile or self.production.profile
        captions = flow.captions_for(chosen)
        labelled = tuple(apply.labelled(captions, flow.corrections.standing))
        return replace(
            self._known,
            cues=captions.cues,
            profile=chosen,
            width=width(chosen, flow.timeline.size, self.desk.typeface),
            labelled=labelled,
        )

    @cached_property
    def _known(self) -> Judged:
        """The film's captions, with what is the same in every house: what was heard and where, found once."""
        flow, profile = self.flow, self.production.profile
        return gather.judged(
            flow.captions,
            flow.timeline,
            profile,
            width=width(profile, flow.timeline.size, self.desk.typeface),
            approved=self._approved,
            transcripts=flow.transcripts,
            sounds=self._sounds,
            listened=self._listened,
            dismissed=apply.dismissed(flow.timeline, flow.corrections.standing),
            bleeps=self.production.bleeps,
        )

    @cached_property
    def _approved(self) -> dict[str, str]:
        whose = {take.quote: take.contributor for take in self.flow.timeline.takes}
        return gather.approved_texts(
            self.production.quotes,
            whose,
            self.production.bleeps,
            editorial=self.production.captions.editorial,
        )

    @cached_property
    def _listened(self) -> frozenset[tuple[str, int]]:
        """The words that a person has listened to and said so, or whose cause of being unclear somebody has
        named.
        """
        flow = self.flow
        return apply.settled(flow.captions, flow.corrections.standing, "heard") | apply.settled(
            flow.captions, flow.corrections.standing, "unclear"
        )

    @cached_property
    def _sounds(self) -> list[Sounds]:
        return self.flow.each(self.desk.sounds, self.flow.timeline.takes)

    @cached_property
    def verdict(self) -> Verdict:
        """What the rules say of the captions, by the production's profile."""
        return check(self.judged())

    @property
    def measured(self) -> Sequence[Measured]:
        """What `ourwords verify` measured on this very film; nothing where it has not looked at it yet."""
        path = self.production.build / "verify.json"
        film, found = build_report.read_verified(path.read_bytes()) if path.is_file() else ("", [])
        return measured(found) if film == self.flow.shelf.sha256(self.flow.film.folder / "cut.mp4") else ()

    @cached_property
    def read_back(self) -> tuple[str, list[Finding]]:
        """The caption files of the build as a reader of ours finds them: what agrees, in words, and what does
        not.
        """
        captions = self.flow.captions
        files = {kind: self.desk.sidecar(kind, captions).encode() for kind in PUBLISHED if CODECS[kind].read}
        return gather.read_back(captions, files)

    def facts(self, files: Mapping[str, str]) -> Facts:
        """What comes with the film, whose files are these, by hash."""
        captions, access = self.flow.captions, self.flow.access
        return Facts(
            len(captions.cues),
            captions.language,
            tuple(name.removeprefix("captions/") for name in files if name.startswith("captions/")),
            clean=self.flow.look.clean,
            transcript=True,
            described=access.published("description"),
            sign_language=access.published("sign_language"),
            signed=self.flow.signoffs.by(captions, files),
            read_back=self.read_back[0],
        )

    def report(self, files: Mapping[str, str]) -> CaptionReport:
        """Of a film with these files, by hash: everything found, by the production's profile first; the
        evidence; a still of every cue with a finding.
        """
        flow, verdict, measured = self.flow, self.verdict, self.measured
        found = worst_first([*flow.findings, *(finding for one in measured for finding in one.findings)])
        return CaptionReport(
            title=flow.timeline.title,
            captions=flow.captions,
            profile=self.production.profile,
            findings=found,
            not_judged=verdict.not_judged,
            asks=frozenset(rule.name for rule in RULES if rule.asks),
            others=[
                self._other(load_profile(name))
                for name in profile_names()
                if name != self.production.profile.name
            ],
            evidence=[
                Line(one.clause, one.name, one.level, one.state, one.evidence)
                for one in sheet(self.facts(files), verdict, measured)
            ],
            stills=self._stills(found),
        )

    def compared(self, profile: Profile) -> list[str]:
        """What the production's profile and another ask otherwise, and what that does to the cues of this
        film.
        """
        flow = self.flow
        return compare_profiles.explain(
            self.production.profile, profile, flow.captions, flow.captions_for(profile), flow.timeline.size
        )

    def _other(self, profile: Profile) -> Other:
        judged = self.judged(profile)
        return Other(profile, len(judged.cues), check(judged).findings, self.compared(profile))

    def _stills(self, findings: Sequence[Finding]) -> dict[int, bytes]:
        flow, timeline = self.flow, self.flow.timeline
        wanted = sorted({finding.cue for finding in findings if finding.cue})
        parts = dict(zip(timeline.shots, flow.parts, strict=True))

        def still(number: int) -> bytes:
            cue = flow.captions.cues[number - 1]
            shot = timeline.shot_at(int(cue.span.start.seconds * timeline.rate))
            return self.desk.cue_still(timeline, cue, shot, parts[shot])

        return dict(zip(wanted, flow.each(still, wanted), strict=True))
