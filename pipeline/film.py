"""The film being made. Read downwards: every artifact is made once, from those above it, and kept.

    footage ─cameras, recorders→ ─transcripts→ ┐
    quotes.csv, consent.csv ───────────────────┴─matches→ ─cleared (the gate stands here)→ ─timeline→
    timeline ─captions→ ─parts→ ─master→

Nothing is made twice, and nothing is rendered before the gate has let it through.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from pipeline.captions import burnt, of_film
from pipeline.captions.editing.log import Corrections
from pipeline.captions.editing.model import Conflict
from pipeline.captions.model import Captions, moved
from pipeline.consent import exposure, gate
from pipeline.consent.approve import Reviews
from pipeline.consent.clearance import Clearance, cleared
from pipeline.consent.model import Picture, Seen, Standing
from pipeline.core.finding import Finding
from pipeline.core.footage import Cleaned, File, Fonts, Footage, Material, Still
from pipeline.core.media import Media
from pipeline.core.ports import Lettering, Look
from pipeline.core.time import Source, Span, Time
from pipeline.delivery import alternatives, markers
from pipeline.delivery.release import Door
from pipeline.edit import plan
from pipeline.edit.framed import Framed, framed
from pipeline.edit.marked import Marked
from pipeline.edit.storyboard import storyboard
from pipeline.edit.timeline import Break, Hold, Shot, Take, Timeline
from pipeline.engine.cache import NotMade
from pipeline.engine.workspace import Workspace
from pipeline.errors import OurwordsError
from pipeline.footage import copies, faces, multicam, noise, recordings
from pipeline.language.codes import iso639_2
from pipeline.matching import describe, listened, lock, match, near, not_found, tasks
from pipeline.matching.model import Match, State
from pipeline.production import source_times
from pipeline.production.cameras import camera
from pipeline.production.configs import load_qualities
from pipeline.production.excerpt import excerpt
from pipeline.production.keep_clear import Zone
from pipeline.production.load import Production
from pipeline.production.profile import Profile
from pipeline.production.quotes import Pin
from pipeline.production.specs import SYSTEM_FONT, SourceSpec
from pipeline.render.audio_edit import calmest
from pipeline.render.parts import Master, PlannedParts, Rendering, rendered
from pipeline.speech import in_places, transcripts
from pipeline.speech.speakers import Speakers, speakers
from pipeline.speech.speakers import findings as told_speakers
from pipeline.speech.tasks import quiet_places
from pipeline.speech.transcript import Transcript
from pipeline.speech.turns import with_turns
from pipeline.verification import loudness_rules

MARKED = "film.mp4"
"""The marked film without captions in its pictures, for players that show their own."""

FOUND = (
    "recorded",
    "cameras",
    "interviews",
    "filed",
    "speakers",
    "haystacks",
    "pins",
    "places",
    "matches",
    "listened",
)
"""What a film knows before its scenes come in: the same for every film of a production."""

PLANNED = ("cleared", "pictures", "cutaways", "seen", "unheard", "storyboard", "angles", "marking")
"""What it knows once they are planned: the same whether breaks are held or marked."""


class Film:
    """One film of a production, for one day. A `draft` is watermarked, and may hold what is not approved."""

    def __init__(
        self,
        production: Production,
        workspace: Workspace,
        today: date,
        *,
        draft: bool = False,
        final: bool = False,
    ) -> None:
        self.production, self.workspace, self.today, self.draft = production, workspace, today, draft
        asked = final or (production.approvals.stage == "final" and not draft)
        self.stage = "final" if asked else "draft"
        self.corrections, self.reviews = Corrections(production), Reviews(production)
        self._elsewhere: dict[str, tuple[Profile, Captions]] = {}
        self._alone: dict[tuple[str, str], Excerpt] = {}

    def clip(self, production: Production, *, plain: bool = False) -> Excerpt:
        """Some of its quotes as a film of their own, by the production that `production/excerpt.py` makes of
        this one's; `plain`: without captions in its pictures.
        """
        return Excerpt(self, production, plain=plain)

    def alone(self, quote: str, use: str) -> Excerpt:
        """A quote of the list, in no scene perhaps, as a film of its own for a use, in this one's shape."""
        if (quote, use) not in self._alone:
            self._alone[quote, use] = self.clip(excerpt(self.production, [quote], use))
        return self._alone[quote, use]

    def used_for(self, use: str) -> Film:
        """The same film for another use: it has to go through the gate for that one."""
        spec = self.production.film
        if use == spec.use:
            return self
        return self._of(replace(self.production, film=spec.model_copy(update={"use": use})))

    def _of(self, production: Production) -> Film:
        film = Film(production, self.workspace, self.today, draft=self.draft, final=self.stage == "final")
        film.__dict__ |= self.found
        return film

    @property
    def found(self) -> dict[str, Any]:
        """What is known before any scene comes in."""
        return {name: self.__dict__[name] for name in FOUND if name in self.__dict__}

    @cached_property
    def marked(self) -> Film:
        """This film as players of its own breaks need it: no card waits, every break is a mark, and there are
        pictures without captions. Its shots are this one's parts.
        """
        of = self.production.film
        if of.breaks == "marked" and of.clean:
            return self
        settings = of.model_copy(update={"breaks": "marked", "clean": True})
        production = replace(self.production, film=settings)
        film = Film(production, self.workspace, self.today, draft=self.draft, final=self.stage == "final")
        captions = self.captions if of.breaks == "marked" else moved(self.captions, self.marking.moment)
        kept = {name: self.__dict__[name] for name in (*FOUND, *PLANNED) if name in self.__dict__}
        film.__dict__ |= {**kept, "corrected": (captions, [])}
        return film

    # What was recorded -----------------------------------------------------------------------

    @cached_property
    def recorded(self) -> dict[str, recordings.Recorded]:
        """Every source as its files have it; none of somebody who has withdrawn."""
        return recordings.sources(self.workspace, self.production)

    @property
    def sources(self) -> dict[str, Media]:
        """What each source is."""
        return {name: one.media for name, one in self.recorded.items()}

    def hold_files(self) -> None:
        """Refuse a file that is not what it is given as, and a font that is none."""
        if self.fonts.first:
            self.workspace.tools.typeface(self.fonts)
        made = Door.of(self.production, self.today).made()
        exposure.files(self.production, self.workspace.fingerprints.of, made)

    @cached_property
    def cameras(self) -> dict[str, Footage]:
        """Every source with the track that is listened to."""
        self.hold_files()
        return recordings.cameras(self.workspace, self.production, self.recorded)

    @cached_property
    def timed(self) -> Production:
        """The production with every in and out on the clock of its source: frames and timecode are counted
        once the recordings are known.
        """
        written = any(quote.written_times for quote in self.production.quotes)
        return source_times.timed(self.production, self.sources) if written else self.production

    @cached_property
    def interviews(self) -> Material:
        """The cameras, and the recorders that some of them are heard by."""
        recorders = multicam.recorders(self.workspace, self.production, self.cameras)
        people = {one.id: one.everybody for one in self.production.sources}
        return Material(self.cameras, recorders, qualities=load_qualities(), fonts=self.fonts, people=people)

    @cached_property
    def fonts(self) -> Fonts:
        """What captions are set in before the packaged fonts."""
        named = self.production.captions.named_fonts
        return Fonts(tuple(map(self._font, named)), self.production.film.language)

    def _font(self, name: str) -> File | str:
        """A font file by its hash, of the production or of the system; else the name of a packaged one."""
        production, installed = self.production, name.removeprefix(SYSTEM_FONT)
        if installed != name:
            path = self.workspace.tools.installed_font(installed)
        elif name in production.captions.font_files:
            path = production.path(name)
        else:
            return name
        return File(path, self.workspace.fingerprints.of(path))

    # What was said ---------------------------------------------------------------------------

    @cached_property
    def filed(self) -> dict[str, transcripts.Filed]:
        """What was said in each source, by the recogniser or by what a person imported, as it is filed; and
        by whom.
        """
        opened = self.production.open_sources
        heard = {one.id: self.interviews.source(one.id) for one in opened}
        found = in_places.filed(self.workspace, self.production, heard, self.near)

        def turned(one: SourceSpec) -> transcripts.Filed:
            turns = with_turns(self.workspace, one, self.cameras[one.id], found[one.id].transcript)
            return replace(found[one.id], transcript=turns)

        return {one.id: turned(one) for one in opened}

    @property
    def near(self) -> near.Near:
        """Where quotes may lie, by words that were heard in passing."""
        return near.Near(self.timed, self.pins)

    @property
    def transcripts(self) -> dict[str, Transcript]:
        """What was said in each source."""
        return {name: found.transcript for name, found in self.filed.items()}

    @cached_property
    def speakers(self) -> dict[str, Speakers]:
        """Whose words are whose in each source."""
        cameras, consents = self.cameras, self.production.consent
        return {
            one.id: speakers(one, cameras[one.id], consents, self.transcripts[one.id])
            for one in self.production.open_sources
        }

    @cached_property
    def haystacks(self) -> dict[tuple[str, str], match.Haystack]:
        """The transcripts as quotes are looked for in them: by source and speaker."""
        return {
            (one.id, who): match.Haystack.of(self.transcripts[one.id], self.speakers[one.id].others(who))
            for one in self.production.open_sources
            for who in one.voices
        }

    @cached_property
    def pins(self) -> dict[str, Pin]:
        """Where people said that a quote is."""
        return lock.pins(self.production)

    @cached_property
    def places(self) -> dict[str, Match]:
        """Where each quote of the list was said, by the texts alone."""
        find = partial(tasks.find, self.workspace, self.timed)
        quotes = self.timed.quotes
        found = {one.id: find(one, self.filed, self.haystacks, self.pins.get(one.id)) for one in quotes}
        return {name: near.on_evidence(one, self.transcripts) for name, one in found.items()}

    @cached_property
    def matches(self) -> dict[str, Match]:
        """Where each quote of the list was said, and whether its words are borne out by the sound."""
        settled = self.workspace.side_by_side(self._settled, self.places.values())
        return {one.quote: one for one in settled}

    def _settled(self, found: Match) -> Match:
        """The match, once the sound has been asked where its words differ."""
        if not found.best:
            return found
        name = found.best.source
        of, said = self.interviews.source(name), self.filed[name]
        who = tasks.speaker(self.production.source[name], self.production.quote[found.quote])
        others = self.speakers[name].others(who)
        return tasks.settled(self.workspace, self.timed, found, of, said, others, self.listened)

    @cached_property
    def listened(self) -> tuple[listened.Listened, ...]:
        """Which places of quotes people listened to."""
        return listened.read(self.production)

    def listener(self, quote: str) -> str:
        """Who has listened to a quote where it is played, and found it as approved; blank: nobody."""
        asked, best = self.production.quote[quote], self.matches[quote].best
        if not best:
            return ""
        of = self.interviews.source(best.source)
        return next((one.by for one in self.listened if one.holds(asked, best, of)), "")

    def forget_matches(self) -> None:
        """Look for the quotes again: a person has pinned one, let one go, or listened to one."""
        again = ("filed", "haystacks", "speakers") if self.production.transcribe.find == "fast" else ()
        for name in ("places", "matches", "listened", *again):
            self.__dict__.pop(name, None)

    def contributor(self, quote: str) -> str:
        """Whose words a quote is: of one that was not found, as the list says."""
        best, asked = self.places[quote].best, self.production.quote[quote]
        return tasks.speaker(self.production.source[best.source], asked) if best else asked.contributor

    def file_at(self, source: str, seconds: float) -> tuple[str, float]:
        """The file that holds a moment of a source, as production.toml calls it, and when in that file."""
        files = self.production.source[source].all_files
        return recordings.file_at(self.recorded[source].media, files, seconds)

    def why_not_found(self, quote: str) -> str:
        """Of a quote that was found nowhere: not looked for, somebody else's, not made out, or not said."""
        if self.matches[quote].state is not State.NOT_FOUND:
            return ""
        asked = self.production.quote[quote]
        return not_found.why(asked, self.matches[quote], self.production, self.transcripts, self.speakers)

    # What may be shown -----------------------------------------------------------------------

    @property
    def clearance(self) -> Clearance:
        """This film before the gate."""
        read, approvals = self.corrections.texts, self.reviews.approvals
        answers = self.reviews.answers
        return Clearance(self.production, approvals, answers, self.today, self.stage, self.draft, read)

    @property
    def whose(self) -> dict[str, str]:
        """Who says each quote of the scenes."""
        return {name: self.contributor(name) for name in self.production.in_scenes}

    @cached_property
    def cleared(self) -> dict[str, plan.Cleared]:
        """The quotes of the scenes, all found and all approved, with their cut points; or it ends here."""
        clearance = self.clearance
        self.hold_files()
        pictures = list(self.pictures.values())
        named, sources = exposure.speakers_named(self.production), exposure.recordings_named(self.production)
        clearance.speakers(named, sources, pictures)  # before hours are transcribed
        production = self.timed
        gate.refuse(clearance.company({}, list(self.unheard.values()), production.film.use))
        for file, both in copies.twice(self.workspace, production, self.cameras).items():
            gate.one_source(file, both)
        known = {name: who for name, who in self.whose.items() if who}
        clearance.agreed(clearance.wordings(known), ["wording"])  # before anybody listens for the words
        for name in production.in_scenes:
            if (best := self.places[name].best) and (recorder := self.interviews.recorders.get(best.source)):
                asked = production.quote[name]
                tasks.must_hear(recorder, [asked.pinned_times] if asked.pinned_times else best.spans, asked)
        describe.all_settled(
            self.matches,
            production.quote,
            production.in_scenes,
            self.file_at,
            lambda: self.track_findings + self.speaker_findings,
            self.why_not_found,
        )
        sources = {best.source for name in production.in_scenes if (best := self.places[name].best)}
        clearance.speakers(self.whose, sources, pictures)
        clearance.agreed(self.wordings, ["wording"])
        return cleared(
            self.workspace, production, self.matches, self.whose, self.interviews, self.transcripts
        )

    @property
    def wordings(self) -> list[Standing]:
        """Where the approval of each quote's words stands."""
        return self.clearance.wordings(self.whose)

    # The cut ---------------------------------------------------------------------------------

    @cached_property
    def pictures(self) -> dict[str, Picture]:
        """Every picture that is no cleared shot, by its name, with who is in it as people said."""
        files = exposure.pictures(self.production, self.workspace.fingerprints.of)
        return {one.file: one for one in self.clearance.pictures(files)}

    @cached_property
    def cutaways(self) -> dict[str, Footage | Still]:
        """What is laid over joins."""
        self.hold_files()
        pictures = list(self.pictures.values())
        gate.refuse(self.clearance.company({}, pictures, self.production.film.use))
        found = recordings.cutaways(self.workspace, self.production)
        laid = [copies.picture(self.workspace, self.production, file) for file in self.production.pictures]
        gate.copies(copies.shown_in(self.workspace, laid, self.seen if laid else {}))
        return found

    @cached_property
    def seen(self) -> dict[str, list[copies.Picture]]:
        """What was recorded of each source, to know it again."""
        return copies.interviews(self.workspace, self.production, self.cameras)

    @cached_property
    def unheard(self) -> dict[str, Picture]:
        """Other recordings of a source that are not heard to be of its conversation, by their file: a person
        said where they lie, and says who is in them; nobody else's interview is among them.
        """
        files: dict[str, str] = {}
        for source, one in copies.by_hand(self.production):
            unheard, other = copies.stranger(self.workspace, self.production, self.cameras, source, one)
            gate.copies({one.file: other} if other else {})
            if unheard:
                files[one.file] = self.workspace.fingerprints.of(self.production.path(one.file))
        return {one.file: one for one in self.clearance.pictures(files)}

    @cached_property
    def storyboard(self) -> plan.Storyboard:
        """The scenes in the plan's words."""
        return storyboard(
            self.production, [name for name, one in self.cutaways.items() if isinstance(one, Still)]
        )

    @cached_property
    def angles(self) -> dict[str, Footage]:
        """The other cameras that the scenes ask for, laid beside their sources."""
        orders = [order for scene in self.storyboard.scenes for order in scene.angles]
        wanted = [(self.cleared[one.quote].source, one.angle) for one in orders if one.quote in self.cleared]
        return multicam.angles(self.workspace, self.production, self.cameras, wanted)

    @cached_property
    def timeline(self) -> Timeline:
        """The film as it is cut, from which all that leaves is computed."""
        return self.reframed.timeline

    @cached_property
    def reframed(self) -> Framed:
        """The film as it is cut, through windows that hold the speakers' faces where it is to have some; and
        the faces.
        """
        of = self.production.film
        cut = self.marking.timeline if of.breaks == "marked" else self.marking.held
        if of.framing == "whole":
            return Framed(cut)
        cameras = {**self.cameras, **self.angles}
        look = partial(faces.looked, self.workspace, self.interviews.people, cut.rate)
        return framed(cut, cameras, self.production.zones, look, self.workspace.tools.finds_faces)

    @cached_property
    def marking(self) -> Marked:
        """Scenes, cards, takes, pauses and breaks, snapped once to frames; and where breaks are marked."""

        def shows(source: str, angle: str) -> range:
            return multicam.shown_frames(self.angles[camera(source, angle)], self.production.rate)

        cleared = self.cleared  # the gate first: pictures are compared only for a film that may be made
        held = plan.plan(self.storyboard, cleared, lambda name: pictured(self.sources[name]), shows)
        return Marked(held)

    @property
    def answered(self) -> dict[str, Picture]:
        """Everything of which a person says who is in it."""
        return {**self.pictures, **self.unheard}

    # Captions --------------------------------------------------------------------------------

    @property
    def faces(self) -> tuple[Zone, ...]:
        """The faces that were found in the film, where its pictures are cut to speakers."""
        return self.reframed.faces

    @cached_property
    def letters(self) -> Lettering:
        """What captions are written in."""
        return self.workspace.tools.typeface(self.fonts)

    def width(self, text: str) -> float:
        """How wide a text is in the caption font, in ems."""
        return self.letters.width(text)

    @cached_property
    def made(self) -> Captions:
        """Cues from the approved words, as no person has touched them."""
        return self._generated(self.production.profile)

    def _generated(self, profile: Profile) -> Captions:
        """One set of cues for the held and the marked film: so both have one set of parts."""
        made = of_film.made(self.production, self.marking.held, profile, self.width)
        return moved(made, self.marking.moment) if self.production.film.breaks == "marked" else made

    @cached_property
    def corrected(self) -> tuple[Captions, list[Conflict]]:
        """The same with all that people put right, and what of it cannot be done any more."""
        return self._correct(self.made, self.production.profile)

    def _correct(self, made: Captions, profile: Profile) -> tuple[Captions, list[Conflict]]:
        standing = self.corrections.standing
        found = of_film.corrected(
            self.production, self.timeline, profile, self.letters, made, standing, self.faces
        )
        cues = enumerate(found[0].cues, 1)
        self.clearance.written([(f"cue {number}, {cue.quote}", cue.text) for number, cue in cues])
        return found

    @property
    def captions(self) -> Captions:
        """What is burnt in and published."""
        return self.corrected[0]

    def captions_for(self, profile: Profile) -> Captions:
        """The same by another profile: no one file can keep to two profiles' rules for gaps."""
        if profile == self.production.profile:
            return self.captions
        if self._elsewhere.get(profile.name, (None,))[0] != profile:
            made = self._generated(profile)
            self._elsewhere[profile.name] = profile, self._correct(made, profile)[0]
        return self._elsewhere[profile.name][1]

    @cached_property
    def as_seen(self) -> tuple[Timeline, Captions] | None:
        """The cut and its captions, where the film can be made; None where anything of it is in the way."""
        try:
            return self.timeline, self.captions
        except OurwordsError:
            return None

    @cached_property
    def shown(self) -> dict[str, dict[str, Seen]]:
        """What whoever watches this film sees of each quote: what approvals are held against."""
        return exposure.shown(self.production, self.storyboard.scenes, self.timeline, self.captions)

    @cached_property
    def standings(self) -> list[Standing]:
        """Where every approval of the film stands today."""
        return self.clearance.standings(self.shown, self.whose, self.production.film.use)

    # Picture and sound -----------------------------------------------------------------------

    @cached_property
    def alternatives(self) -> alternatives.Access:
        """What others made for the film: described, signed, easy to read."""
        found = alternatives.cleared(self.production, self.workspace, self.timeline, self.clearance)
        given = alternatives.pictures(self.production, self.workspace)
        gate.copies(copies.shown_in(self.workspace, given, self.seen if given else {}))
        return found

    @property
    def look(self) -> Look:
        """How every picture of the film looks."""
        return look(self.production, draft=self.draft)

    def quiet(self, source: str, near: Time[Source]) -> Span[Source] | None:
        """The calmest place near a moment of a source in which nobody speaks."""
        spec, of = self.production.source[source], self.interviews.source(source)
        found = quiet_places(self.workspace, spec, of, self.transcripts[source], near)
        return calmest([span for span, _ in found], near, [power for _, power in found])

    @cached_property
    def material(self) -> Material:
        """Every recording of the film, and how those are heard that are cleaned of noise."""
        played = dict.fromkeys(take.source for take in self.timeline.takes)
        cleaned = {name: self._cleaned(name) for name in played if self.cameras[name].cleaning}
        cameras = {**self.cameras, **self.angles}
        seen = {name: tuple(sorted(one.people)) for name, one in self.answered.items()}
        return replace(
            self.interviews,
            cameras=cameras,
            cutaways=self.cutaways,
            cleaned=cleaned,
            people={**seen, **self.interviews.people},
        )

    def _cleaned(self, name: str) -> Cleaned:
        spec, of = self.production.source[name], self.interviews.source(name)
        found = quiet_places(self.workspace, spec, of, self.transcripts[name], noise.middle(of))
        heard = noise.noise(self.workspace, name, spec.everybody, of, [span for span, _ in found])
        return noise.without(of.camera.cleaning, heard)

    @cached_property
    def rendering(self) -> Rendering:
        """How its shots are made."""
        return Rendering(self.workspace, self.material, self.look, self._drawn, self.quiet)

    def _drawn(self, shot: Shot) -> str:
        cues = burnt.captions_of(shot, self.timeline, self.captions)
        profile, letters = self.production.profile, self.letters
        return burnt.ass(shot, self.timeline, cues, profile, letters.base, self.look.watermark, letters)

    @cached_property
    def planned_parts(self) -> PlannedParts:
        """Each shot, to be rendered alone; nothing that waits for somebody's approval."""
        self.clearance.agreed(self.standings, self.clearance.needed)
        self.workspace.tools.check_glyphs(self.fonts, *of_film.texts(self.timeline, self.captions))
        self.workspace.tools.check_cards(self.fonts, of_film.cards(self.timeline), self.timeline.size)
        of_film.fit(self.captions, self.production.profile, self.timeline.size, self.width)
        return self.rendering.planned(self.timeline)

    @cached_property
    def parts(self) -> list[Path]:
        """Each shot, rendered."""
        return rendered(self.workspace, [self.planned_parts])

    @cached_property
    def master(self) -> Master:
        """cut.mp4 and, where it is wanted, cut.clean.mp4: the same frames without captions; or draft.mp4."""
        clean = {"clean": "cut.clean.mp4"} if self.look.clean else {}
        names = {"captioned": "draft.mp4"} if self.draft else {"captioned": "cut.mp4"} | clean
        return self.joined("the film", names)

    @property
    def chapters(self) -> str:
        """The film's, as ffmpeg reads them."""
        return markers.ffmetadata(self.timeline)

    def tones(self, timeline: Timeline) -> dict[Take | Hold, Span[Source] | None]:
        """Where the room tone under cards is taken from, unless nobody wants one."""
        return self.rendering.tones(timeline) if self.production.film.room_tone else {}

    def joined(self, name: str, names: dict[str, str]) -> Master:
        """The film's parts as a programme; `names`: which picture of them → file."""
        film = self.production.film
        return self.rendering.join(
            name,
            self.timeline,
            self.parts,
            names,
            target=film.loudness,
            tones=self.tones(self.timeline),
            chapters=self.chapters,
            language=iso639_2(film.language),
        )

    @cached_property
    def without_captions(self) -> Path:
        """The film's pictures without captions, for players that show their own."""
        made = self.joined("the film for players", {"clean": MARKED})
        return made.folder / MARKED

    @property
    def framing_findings(self) -> list[Finding]:
        """What is shown whole though a window was asked for."""
        return list(self.reframed.findings)

    @property
    def speaker_findings(self) -> list[Finding]:
        """Where a transcript has speakers of whom nobody has said who they are."""
        return [
            found
            for one in self.production.open_sources
            for found in told_speakers(one, self.speakers[one.id], self.transcripts[one.id])
        ]

    @property
    def voice_findings(self) -> list[Finding]:
        """Where somebody else than its speaker is heard in a shot."""
        return [
            found
            for name, one in self.cleared.items()
            for found in tasks.other_voices(
                name,
                one.cuts,
                self.transcripts[one.source],
                self.speakers[one.source].others(self.whose[name]),
            )
        ]

    @property
    def track_findings(self) -> list[Finding]:
        """Where a source has several tracks or channels that differ, and nobody chose; and where one
        recording was taken for several.
        """
        tracks = loudness_rules.unchosen(self.workspace, self.production, self.cameras)
        return tracks + recordings.apart(self.production)


class Excerpt(Film):
    """Some quotes of a `whole` film as a film of their own, made by the same hands: a shot that both have is
    one part, and so are its captions. Approvals are held against what people saw of its quotes in the whole
    film, and only what concerns its own quotes stands in its way.
    """

    def __init__(self, whole: Film, production: Production, *, plain: bool = False) -> None:
        super().__init__(
            production, whole.workspace, whole.today, draft=whole.draft, final=whole.stage == "final"
        )
        self.whole, self.plain = whole, plain
        self.__dict__ |= whole.found

    @property
    def _sources(self) -> set[str]:
        """Where its quotes were found."""
        return {best.source for name in self.production.in_scenes if (best := self.places[name].best)}

    @cached_property
    def pictures(self) -> dict[str, Picture]:
        """Those that lie over its quotes or stand for their recordings, with who is in them."""
        laid = {one.file for scene in self.production.scenes for one in scene.cutaway}
        laid |= {self.production.source[name].picture for name in self._sources}
        of = self.workspace.fingerprints.of
        files = {file: of(self.production.path(file)) for file in sorted(laid) if file}
        return {one.file: one for one in self.clearance.pictures(files)}

    @cached_property
    def unheard(self) -> dict[str, Picture]:
        """Other recordings of its own sources that are not heard to be of their conversation."""
        mine = {file for name in self._sources for file in self.production.source[name].recorded}
        return {file: one for file, one in super().unheard.items() if file in mine}

    @cached_property
    def corrected(self) -> tuple[Captions, list[Conflict]]:
        """The whole film's captions where that has the very same shots; else its own, laid out for its
        shape.
        """
        seen = self.whole.as_seen
        shared = burnt.shared(self.timeline, *seen) if seen else None
        return (shared, []) if shared else self._correct(self.made, self.production.profile)

    @cached_property
    def shown(self) -> dict[str, dict[str, Seen]]:
        """What people saw, or would see, of each quote in the whole film, whatever shape this one has."""
        whole, mine = self.whole, self.production
        known = whole.shown if whole.as_seen else {}
        if any(name not in known for name in mine.in_scenes):
            alike = mine.size == whole.production.size
            seen = self if alike else whole.clip(excerpt(whole.production, mine.in_scenes, mine.film.use))
            scenes = [*storyboard(whole.production, ()).scenes, *seen.storyboard.scenes]
            known = exposure.shown(seen.production, scenes, seen.timeline, seen.captions) | known
        return {name: known[name] for name in mine.in_scenes}

    @property
    def chapters(self) -> str:
        """None: a clip is one thing, and says nothing of the film that it is from."""
        return markers.NO_CHAPTERS

    @property
    def foreseen_seconds(self) -> Fraction:
        """How long it will be, before anybody's face is looked for; where its cuts are not known yet, about
        how long, by where its words were heard.
        """
        with suppress(NotMade):
            return self.marking.held.frames / self.production.rate
        heard = (self.places[name].best for name in self.production.in_scenes)
        return sum((one.duration for best in heard if best for one in best.spans), self._still)

    @property
    def _still(self) -> Fraction:
        """Seconds in which nobody speaks: an encoder needs next to nothing for them."""
        return storyboard(self.production, ()).seconds

    @property
    def foreseen_bytes(self) -> int:
        """About how many its pictures will have, at most: known without making any."""
        encoder = self.workspace.tools.renderer(Material({}, qualities=load_qualities())).encoder(self.look)
        frames = (self.foreseen_seconds - self._still) * self.production.rate
        return int(encoder.foreseen(self.production.size, int(frames)))

    def _drawn(self, shot: Shot) -> str:
        return "" if self.plain and not isinstance(shot, Break) else super()._drawn(shot)


def pictured(media: Media) -> Span[Source]:
    """From when a source has a picture until it ends; where its sound ends later, the last frame stands."""
    start = media.picture.start if media.picture else Fraction(0)
    return Span(Time(start), Time(max(media.duration, start + Fraction(1, 1000))))


def look(production: Production, *, draft: bool) -> Look:
    """How every picture of a film looks: a draft is quickly made, and says what it is."""
    film = production.film
    watermark = "DRAFT – not approved, not to be shown" if draft else ""
    quality, clean = ("draft", False) if draft else (film.quality, film.clean)
    size, rate = production.size, production.rate
    return Look(size, rate, quality, watermark, film.codec, film.hardware, clean, film.fill)
