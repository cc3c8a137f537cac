"""The captions of a film before their rules, by every profile; and the report that says what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Protocol

from pipeline.captions import compare_profiles, of_film
from pipeline.captions.burnt import width
from pipeline.captions.editing import apply
from pipeline.captions.editing.editions import MARK, edition_id
from pipeline.captions.editing.log import Corrections
from pipeline.captions.formats import CODECS, PUBLISHED, Layout, write
from pipeline.captions.model import Captions
from pipeline.captions.relief import relief
from pipeline.captions.rules import RULES, Judged, Verdict, check, gather, worst_first
from pipeline.core.finding import Finding
from pipeline.core.ports import Lettering
from pipeline.delivery import build_report
from pipeline.delivery.caption_report import CaptionReport, Line, Other
from pipeline.delivery.wcag_sheet import Facts, Measured, measured, sheet
from pipeline.engine.task import call
from pipeline.production.configs import load_profile, profile_names
from pipeline.production.keep_clear import Zone
from pipeline.production.profile import Profile
from pipeline.render.parts import still_of_cue
from pipeline.speech.sound_event import Sounds
from pipeline.speech.tasks import SOUNDS
from pipeline.speech.transcript import Transcript
from pipeline.verification.planned import Planned


class Captioned(Planned, Protocol):
    """What the rules ask of a film besides its plan."""

    corrections: Corrections

    @property
    def transcripts(self) -> Mapping[str, Transcript]: ...

    def captions_for(self, profile: Profile) -> Captions: ...

    def width(self, text: str) -> float: ...

    @property
    def letters(self) -> Lettering: ...

    @property
    def faces(self) -> tuple[Zone, ...]: ...


class CaptionQC:
    """The captions of one film, held against the rules."""

    def __init__(self, film: Captioned) -> None:
        self.film, self.production, self.workspace = film, film.production, film.workspace

    def judged(self, profile: Profile | None = None) -> Judged:
        """The captions with all that is known of them: the film's, or as they are made for another
        profile.
        """
        film, chosen = self.film, profile or self.production.profile
        captions = film.captions_for(chosen)
        labelled = tuple(apply.labelled(captions, film.corrections.standing))
        measure = width(chosen, film.timeline.size, film.width)
        return replace(self._known, cues=captions.cues, profile=chosen, width=measure, labelled=labelled)

    @cached_property
    def _known(self) -> Judged:
        """The film's captions, with what is the same in every house: what was heard and where, found once."""
        film, profile = self.film, self.production.profile
        return gather.judged(
            film.captions,
            film.timeline,
            profile,
            width=width(profile, film.timeline.size, film.width),
            approved=self._approved,
            transcripts=film.transcripts,
            sounds=self._sounds,
            listened=self._listened,
            dismissed=apply.dismissed(film.timeline, film.corrections.standing),
            bleeps=self.production.bleeps,
        )

    @cached_property
    def _approved(self) -> dict[str, str]:
        whose = {take.quote: take.contributor for take in self.film.timeline.takes}
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
        film = self.film
        return apply.settled(film.captions, film.corrections.standing, "heard") | apply.settled(
            film.captions, film.corrections.standing, "unclear"
        )

    @cached_property
    def _sounds(self) -> list[Sounds]:
        takes = self.film.timeline.takes
        asked = [
            call(
                f"{take.quote} part {take.part}",
                [take.contributor],
                source=self.film.material.source(take.source),
                sound=take.sound,
                said=tuple(word.span for word in take.said),
            )
            for take in takes
        ]
        return self.workspace.each(SOUNDS, asked)

    @cached_property
    def verdict(self) -> Verdict:
        """What the rules say of the captions, by the production's profile."""
        return check(self.judged())

    @cached_property
    def read_back(self) -> tuple[str, list[Finding]]:
        """The caption files of the build as a reader of ours finds them: what agrees, in words, and what does
        not.
        """
        kinds = [kind for kind in PUBLISHED if CODECS[kind].read]
        return gather.read_back(self.film.captions, {kind: self.sidecar(kind) for kind in kinds})

    def sidecar(self, kind: str) -> bytes:
        """The captions as a file of some format."""
        size, family = self.production.size, self.workspace.tools.typeface(self.film.fonts).family
        captions = self.film.captions
        remark = MARK.format(edition_id(captions))
        layout = Layout(self.production.profile.area(size), size, family, remark)
        return write(kind, captions, layout).encode()

    @property
    def findings(self) -> list[Finding]:
        """What the rules say, what a reader of ours found, and what is covered."""
        film = self.film
        found = [*self.verdict.findings, *self.read_back[1]]
        covered = of_film.covered(self.production, film.timeline, film.captions, film.letters, film.faces)
        return found + covered

    def measured(self, made: str) -> Sequence[Measured]:
        """What `ourwords verify` measured on the film with this hash; nothing where it has not looked yet."""
        path = self.production.build / "verify.json"
        film, found = build_report.read_verified(path.read_bytes()) if path.is_file() else ("", [])
        return measured(found) if film == made else ()

    def report(
        self, facts: Facts, findings: Sequence[Finding], measured: Sequence[Measured]
    ) -> CaptionReport:
        """Everything found, by the production's profile first; the evidence; a still of every cue with a
        finding. `facts` say what comes with the film.
        """
        film, verdict = self.film, self.verdict
        found = worst_first([*findings, *(finding for one in measured for finding in one.findings)])
        mine, language = self.production.profile.name, self.production.film.language
        return CaptionReport(
            title=film.timeline.title,
            captions=film.captions,
            profile=self.production.profile,
            findings=found,
            not_judged=verdict.not_judged,
            asks=frozenset(rule.name for rule in RULES if rule.asks),
            others=[self._other(load_profile(name).of(language)) for name in profile_names() if name != mine],
            evidence=[
                Line(one.clause, one.name, one.level, one.state, one.evidence)
                for one in sheet(facts, verdict, measured)
            ],
            stills=self._stills(found),
            reliefs=relief(film.captions, film.timeline, self.production.profile),
            size=film.timeline.size,
        )

    def compared(self, profile: Profile) -> list[str]:
        """What the production's profile and another ask otherwise, and what that does to the cues of this
        film.
        """
        film = self.film
        return compare_profiles.explain(
            self.production.profile, profile, film.captions, film.captions_for(profile), film.timeline.size
        )

    def _other(self, profile: Profile) -> Other:
        judged = self.judged(profile)
        return Other(profile, len(judged.cues), check(judged).findings, self.compared(profile))

    def _stills(self, findings: Sequence[Finding]) -> dict[int, bytes]:
        film, timeline = self.film, self.film.timeline
        wanted = sorted({finding.cue for finding in findings if finding.cue})
        parts = dict(zip(timeline.shots, film.parts, strict=True))

        def still(number: int) -> bytes:
            cue = film.captions.cues[number - 1]
            shot = timeline.shot_at(int(cue.span.start.seconds * timeline.rate))
            return still_of_cue(self.workspace, timeline, cue, shot, parts[shot])

        return dict(zip(wanted, self.workspace.side_by_side(still, wanted), strict=True))
