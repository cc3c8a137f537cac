"""The whole film being made. Read downwards: every property is a stage, made once, kept on the shelf.

    footage ─sources→ ─transcripts→ ┐
    quotes.csv, consent.csv ────────┴─matches→ ─cleared (the gate)→ ─timeline→ ─captions→
    timeline ─parts→ ─film→ files in build/

Nothing is made twice, and nothing is made before the gate has let it through.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.captions import formats as caption_files
from pipeline.captions import generate
from pipeline.captions.editing import apply
from pipeline.captions.editing.lines import correction_findings
from pipeline.captions.editing.log import Corrections
from pipeline.captions.editing.model import Conflict
from pipeline.captions.model import Captions, Cue
from pipeline.consent import approvals as approval_rules
from pipeline.consent import gate as consent_rules
from pipeline.consent import signoff_rules, snapshot
from pipeline.consent.approve import Reviews
from pipeline.consent.model import Seen, Standing, digest_of
from pipeline.consent.signoff import Given, Signoffs
from pipeline.core.digest import digest
from pipeline.core.finding import Finding
from pipeline.delivery import build_report, manifest, markers
from pipeline.delivery.alternatives import Access
from pipeline.delivery.caption_qc import Judging
from pipeline.delivery.release import CUT, SEEN, Content, Door, Release, before
from pipeline.desk import Desk, Progress
from pipeline.edit import plan
from pipeline.edit.timeline import Heard, Take, Timeline
from pipeline.engine import records
from pipeline.engine.cache import NotMade, Shelf
from pipeline.errors import ChecksFailed, ConfigError
from pipeline.matching import match, word_diff
from pipeline.matching.model import Candidate, Match, Row, State
from pipeline.production.load import ClipPreset, Production
from pipeline.production.profile import Profile
from pipeline.production.quotes import Pin
from pipeline.render import shot as part
from pipeline.speech.transcript import Transcript
from pipeline.verification import loudness_rules as sound_rules
from pipeline.verification.verify import Proof

if TYPE_CHECKING:
    from pipeline.core.media import Media
    from pipeline.core.ports import Look

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Film:
    """What was made: a folder on the shelf with its files, and how it sounds."""

    folder: Path
    heard: Heard


class Flow:
    def __init__(
        self,
        production: Production,
        *,
        executor: Executor,
        progress: Progress,
        today: date,
        draft: bool = False,
        final: bool = False,
        dry: bool = False,
    ) -> None:
        self.production, self.draft, self.today = production, draft, today
        self.stage = "final" if final or (production.approvals.stage == "final" and not draft) else "draft"
        self.reviews, self.corrections = Reviews(production), Corrections(production)
        self.signoffs = Signoffs(production, lambda: manifest.last(production.build / manifest.NAME).files)
        self.shelf = Shelf(
            production.build / ".store",
            dry=dry,
            told=lambda name: progress("broken, made again:", name, 1, 1),
        )
        self.desk = Desk(production, self.shelf, progress)
        self.door = Door.of(production, today)
        self.progress, self._executor = progress, executor
        self._elsewhere: dict[str, tuple[Profile, Captions]] = {}

    # What there is ---------------------------------------------------------------------------

    @cached_property
    def sources(self) -> dict[str, Media]:
        """Every source as ingest finds it. Footage of somebody who has withdrawn is not opened at all."""
        opened = self.production.open_sources
        return dict(zip((source.id for source in opened), self.each(self.desk.ingest, opened), strict=True))

    @cached_property
    def transcripts(self) -> dict[str, Transcript]:
        """What was said in each source, by the recogniser or by what a person imported."""
        self._listen()
        return {
            found.source: found for found in self.each(self.desk.transcribe, self.production.open_sources)
        }

    def _listen(self) -> None:
        """Every source at hand, with its track, and its recorder laid beside it where it has one."""
        self.desk.footage = self.desk.at_hand(self.sources)
        self.each(self.desk.recorder, self.production.open_sources)

    @cached_property
    def matches(self) -> dict[str, Match]:
        """Where each quote was said: in its own source, else in its contributor's, else anywhere."""
        return {
            quote.id: self.desk.match(quote, self._haystacks, self.pins.get(quote.id))
            for quote in self.production.quotes
        }

    @cached_property
    def _haystacks(self) -> dict[str, match.Haystack]:
        return {name: match.Haystack.of(found) for name, found in self.transcripts.items()}

    @cached_property
    def pins(self) -> dict[str, Pin]:
        return self.desk.pins()

    # What may be used ------------------------------------------------------------------------

    @cached_property
    def cleared(self) -> dict[str, plan.Cleared]:
        """The quotes of the scenes: all found, all approved, with their cut points. Or the build stops
        here.
        """
        self._approved(
            {
                name: self.production.quote[name].contributor
                for name in self.production.in_scenes
                if self.production.quote[name].contributor
            }
        )
        self._all_found()
        self._approved({name: self.contributor(name) for name in self.production.in_scenes})
        self._agreed(self.wordings, ["wording"], self.production.film.use)
        return dict(
            zip(self.production.in_scenes, self.each(self._clear, self.production.in_scenes), strict=True)
        )

    def _all_found(self) -> None:
        lost = [
            self.matches[name]
            for name in self.production.in_scenes
            if self.matches[name].state is not State.MATCHED
        ]
        if lost:
            explained = [build_report.explain(found, self.production.quote[found.quote]) for found in lost]
            explained += [
                f"{found.where}: {found.what} ({found.measured})" for found in self.desk.track_findings()
            ]  # perhaps why
            raise ChecksFailed(
                "\n".join(explained),
                next_step=f"{len(lost)} quote(s) of the scenes are not settled; nothing was built",
            )

    def _approved(self, speakers: Mapping[str, str]) -> None:
        """The gate: first for everybody whom the quote list names, before hours are transcribed; then for
        all.
        """
        asked = [(self.production.quote[name], who) for name, who in speakers.items()]
        refusals = consent_rules.gate(
            asked, self.production.consent, self.production.film.use, self.today, draft=self.draft
        )
        texts = self.desk.texts_on_screen(asked) + self.corrections.texts
        refusals += consent_rules.names_shown(texts, self.production.consent, [who for _, who in asked])
        consent_rules.refuse(refusals)

    def _agreed(self, standings: list[Standing], needed: list[str], use: str) -> None:
        """The second gate: what people said of what they were shown still holds. A final film needs it all in
        the ledger.
        """
        consent_rules.approved(self._disagreed(standings, needed), use, self.stage)

    def _disagreed(self, standings: list[Standing], needed: list[str]) -> list[consent_rules.Refusal]:
        return approval_rules.refusals(standings, needed, held=self.stage == "final")

    @property
    def wordings(self) -> list[Standing]:
        """Where the approval of each quote's words stands: known before anything is made."""
        return self._standing(
            {
                name: {"wording": snapshot.wording(self.production.quote[name])}
                for name in self.production.in_scenes
            },
            self.production.film.use,
        )

    @cached_property
    def standings(self) -> list[Standing]:
        """Where every approval of the film stands today."""
        return self._standing(self.shown, self.production.film.use)

    def _standing(self, shown: Mapping[str, Mapping[str, Seen]], use: str) -> list[Standing]:
        asked = [(self.production.quote[name], self.contributor(name)) for name in shown]
        settings = self.production.approvals
        return approval_rules.standings(
            asked,
            shown,
            self.reviews.approvals,
            approval_rules.Terms(use, self.today, settings.tolerance, settings.soon),
        )

    @property
    def _needed(self) -> list[str]:
        """The kinds of approval that this build needs; wording always, whatever the settings say."""
        settings = self.production.approvals
        return ["wording", *(settings.final if self.stage == "final" else settings.draft)]

    def contributor(self, quote: str) -> str:
        """Whose words a quote is: whoever speaks in the source where it was found; of one that was not, as
        the list says.
        """
        best = self.matches[quote].best
        return (
            self.production.source[best.source].contributor
            if best
            else self.production.quote[quote].contributor
        )

    def _clear(self, name: str) -> plan.Cleared:
        return self.desk.clear(
            self.production.quote[name], self.matches[name], self.contributor(name), self.transcripts
        )

    # The film --------------------------------------------------------------------------------

    @cached_property
    def timeline(self) -> Timeline:
        """Scenes, cards, takes, pauses and breaks, snapped once to frames."""
        return plan.plan(self.desk.storyboard(), self.cleared, self.desk.pictured, self.desk.angle_shows)

    @cached_property
    def made(self) -> Captions:
        """Cues from the approved words and their times, as no person has touched them."""
        return self.made_for(self.production.profile)

    def made_for(self, profile: Profile) -> Captions:
        """The same words as another house would show them: no one file can keep to two houses' rules for
        gaps.
        """
        style = self.production.captions
        return generate.caption(
            self.timeline,
            {quote.id: quote.pieces for quote in self.production.quotes},
            profile,
            language=self.production.film.language,
            bleeps=self.production.bleeps,
            positions=self.production.caption_places,
            labels=style.labels,
            editorial=style.editorial,
            unseen=self.production.unseen,
            width=self.desk.typeface.width,
        )

    @cached_property
    def corrected(self) -> tuple[Captions, list[Conflict]]:
        """The same with all that people put right, and what of it cannot be done any more."""
        return self._correct(self.made, self.production.profile)

    def _correct(self, made: Captions, profile: Profile) -> tuple[Captions, list[Conflict]]:
        """Put on what people put right, then move what would cover a face, a text or a signer: each step
        keeps what the one before it did.
        """
        corrected, conflicts = apply.replay(
            made, self.corrections.standing, profile, self.timeline, self.production.bleeps
        )
        return self.desk.place(corrected, self.timeline, profile), conflicts

    @property
    def captions(self) -> Captions:
        return self.corrected[0]

    def captions_for(self, profile: Profile) -> Captions:
        """The film's captions as another house would show them, corrections and all."""
        if profile == self.production.profile:
            return self.captions
        if profile.name not in self._elsewhere or self._elsewhere[profile.name][0] != profile:
            self._elsewhere[profile.name] = profile, self._correct(self.made_for(profile), profile)[0]
        return self._elsewhere[profile.name][1]

    @cached_property
    def shown(self) -> dict[str, dict[str, Seen]]:
        """What whoever watches this film sees of each quote: what approvals are given for, and held
        against.
        """
        return self.desk.shown(self.timeline, self.captions)

    @cached_property
    def judging(self) -> Judging:
        """The captions before their rules."""
        return Judging(self)

    @property
    def findings(self) -> list[Finding]:
        judged = [*self.judging.verdict.findings, *self.judging.read_back[1]]
        return (
            self.desk.cut_findings(self.cleared)
            + self.kept
            + judged
            + self.desk.covered(self.captions, self.timeline)
        )

    @cached_property
    def kept(self) -> list[Finding]:
        """Corrections that cannot be put on any more: for a person to decide."""
        return correction_findings(self.corrections.told(self.corrected[1]), self.corrections.book.damaged)

    @property
    def problems(self) -> list[Finding]:
        """Everything a person should look at, once the film is made."""
        return (
            sound_rules.check(self.film.heard, self.production.film.loudness)
            + self.desk.track_findings()
            + self.findings
            + self.access.findings()
        )

    @cached_property
    def access(self) -> Access:
        """What others made for the film, looked at before anything is rendered. A final film's is approved;
        of a draft's, what is not is left out.
        """
        found = self.desk.access(self.timeline, self.today)
        if self.stage == "final":
            found.gate()
        refusals = consent_rules.names_shown(
            found.texts, self.production.consent, {take.contributor for take in self.timeline.takes}
        )
        refusals += consent_rules.names_written(found.texts, self.production.bleeps)
        consent_rules.refuse(refusals)
        found.files  # noqa: B018 - looking is the check
        return found

    @cached_property
    def parts(self) -> list[Path]:
        """Each shot, rendered alone; only what changed is made again, and nothing that waits for somebody's
        approval.
        """
        self._agreed(self.standings, self._needed, self.production.film.use)
        self.desk.check_glyphs(self.timeline, self.captions)
        recipes = [
            self.desk.recipe(number, shot, self.timeline, self.captions, self.look)
            for number, shot in enumerate(self.timeline.shots, 1)
        ]
        self.desk.check_space(self.timeline, recipes, self.look)
        return self.each(lambda recipe: self.desk.part(recipe, self.look), recipes)

    @cached_property
    def film(self) -> Film:
        """cut.mp4 and, where it is wanted, cut.clean.mp4: the same frames with and without captions (or
        draft.mp4 alone).
        """
        names = (
            {"captioned": "draft.mp4"}
            if self.draft
            else {"captioned": "cut.mp4"} | ({"clean": "cut.clean.mp4"} if self.look.clean else {})
        )
        return self._join("the film", self.timeline, self.parts, names)

    @cached_property
    def look(self) -> Look:
        return self.desk.look("DRAFT – not approved, not to be shown" if self.draft else "")

    def clip(self, quote: str, picture: str) -> tuple[Film, Captions]:
        """One quote as a film of its own, from the parts that the film has."""
        timeline = self.timeline.only(quote)
        takes = [
            (shot, made)
            for shot, made in zip(self.timeline.shots, self.parts, strict=True)
            if isinstance(shot, Take) and shot.quote == quote
        ]
        cues: list[Cue] = []
        for shot, laid in zip((shot for shot, _ in takes), timeline.shots, strict=True):
            shift = self.timeline.time(shot.at) + -timeline.time(laid.at).seconds
            cues += [part.rebased(cue, shift) for cue in part.captions_of(shot, self.timeline, self.captions)]
        film = self._join(f"clip {quote}", timeline, [made for _, made in takes], {picture: "clip.mp4"})
        return film, Captions(self.captions.language, tuple(cues))

    def _join(self, name: str, timeline: Timeline, parts: list[Path], names: Mapping[str, str]) -> Film:
        return Film(*self.desk.join(name, timeline, parts, self.desk.gains(timeline, parts), names))

    # What leaves -----------------------------------------------------------------------------

    def build(self) -> list[str]:
        """Make the film and put every file under its final name; the names of files that changed."""
        if self.draft:
            film = self.film
            self.shelf.keep("draft")
            return self._publish(
                [Release("draft", {"draft.mp4": film.folder / "draft.mp4"}, self.facts(), self._cut_print)]
            )
        timeline, captions = (
            self.timeline,
            self.captions,
        )  # the gate stands here, before anything is rendered or written
        self.desk.keep_lock(self.matches, self.pins)
        access = self.access
        film = self.film
        files: dict[str, Content] = {
            "cut.mp4": film.folder / "cut.mp4",
            **({"cut.clean.mp4": film.folder / "cut.clean.mp4"} if self.look.clean else {}),
            **{f"captions/{name}": text for name, text in self.sidecars(caption_files.PUBLISHED).items()},
            **access.files,
            "transcript.txt": build_report.transcript_text(timeline, captions, access.described).encode(),
            "transcript.html": build_report.transcript_html(timeline, captions, access.described),
            "markers/reflection.json": markers.reflection_json(timeline),
            "markers/reflection.vtt": markers.reflection_vtt(timeline).encode(),
            "markers/reflection.csv": markers.reflection_csv(timeline).encode(),
            "markers/chapters.ffmeta": markers.ffmetadata(timeline).encode(),
            "markers/resolve.edl": markers.resolve_edl(timeline).encode(),
        }
        stills = self.each(
            partial(self.desk.still, self.timeline), list(zip(timeline.shots, self.parts, strict=True))
        )
        not_used = [
            self.matches[quote.id]
            for quote in self.production.quotes
            if quote.id not in self.production.in_scenes
        ]
        page = build_report.Page(
            timeline,
            captions,
            self.problems,
            not_used,
            self.production.quote,
            film.heard,
            self.production.film.loudness,
            stills,
            self.synced,
        )
        files["report.html"] = page.html()
        report = self.judging.report(self._digests(files))
        files |= {"captions/report.json": report.json(), "captions/report.html": report.html()}
        whose = {take.quote: take.contributor for take in timeline.takes}
        seen = snapshot.record(self.shown, whose, self.shelf.sha256(film.folder / "cut.mp4"))
        digests = self._digests(files)
        cut = manifest.manifest(timeline, self.shot_records(), digests, self.desk.versions())
        files |= {manifest.NAME: cut, CUT: cut, SEEN: records.pretty(seen)}
        self.shelf.keep("film")
        current = {self._cut_print, digests["cut.mp4"], *map(self._clip_print, self.production.in_scenes)}
        return self._publish([Release("film", files, self.facts()), *self._before()], current)

    def _publish(self, releases: list[Release], current: Container[str] | None = None) -> list[str]:
        changed = self.door.publish(releases, current)
        self.desk.fingerprints.save()
        return [name for name in changed if name != CUT]

    def facts(self, quotes: Iterable[str] | None = None, use: str = "") -> consent_rules.Facts:
        """Who and what is in the film, or in what is made of some of its quotes."""
        whose = {
            take.quote: take.contributor
            for take in self.timeline.takes
            if quotes is None or take.quote in quotes
        }
        asked = [(self.production.quote[name], who) for name, who in whose.items()]
        return consent_rules.facts(
            use or self.production.film.use, asked, self.production.consent, draft=self.draft
        )

    def _before(self) -> list[Release]:
        """The cut that this one takes the place of, with nobody in it who may not be seen for this use
        today.
        """
        use, lists = self.production.film.use, self.door.lists()
        speaks = {
            name: lists.quotes[name].contributor or self.contributor(name)
            for name, found in self.matches.items()
            if found.state is State.MATCHED and name in lists.quotes
        }
        each = {
            name: consent_rules.facts(use, [(lists.quotes[name], who)], lists.consents)
            for name, who in speaks.items()
        }
        allowed = {name for name, one in each.items() if not consent_rules.objections(one, lists)}
        data, told = before(self.production.build, self.shot_records(), allowed)
        facts = consent_rules.facts(
            use, [(lists.quotes[name], speaks[name]) for name in sorted(told)], lists.consents
        )
        return [Release("before", {manifest.BEFORE: data}, facts)] if data else []

    @property
    def _cut_print(self) -> str:
        """What a draft, or captions in another form, are made of: where it is another, they are of another
        film.
        """
        return digest(
            [
                self.production.film.language,
                self.shot_records(),
                [one.id for one in self.corrections.standing],
            ]
        )

    def _clip_print(self, quote: str) -> str:
        """What a clip is made of, wherever in the film its quote stands."""
        shots = [
            {key: value for key, value in shot.items() if key != "at"}
            for shot in self.shot_records()
            if shot["quote"] == quote
        ]
        return digest(
            ["clip", self.production.film.language, shots, digest_of(self.shown[quote]["captions"])]
        )

    def _digests(self, files: Mapping[str, Path | bytes]) -> dict[str, str]:
        return {
            name: sha256(content).hexdigest() if isinstance(content, bytes) else self.shelf.sha256(content)
            for name, content in sorted(files.items())
        }

    @property
    def synced(self) -> list[str]:
        """How every recorder, and every angle that the film uses, runs beside its source."""
        return self.desk.synced()

    def sidecars(self, formats: Iterable[str]) -> dict[str, bytes]:
        """The film's captions as files, for whoever holds the approvals that the film needs."""
        captions = self.captions  # the gate stands here
        self._agreed(self.standings, self._needed, self.production.film.use)
        return {
            f"cut.{captions.language}.{caption_files.CODECS[kind].endings[0]}": self.desk.sidecar(
                kind, captions
            ).encode()
            for kind in formats
        }

    def shot_records(self) -> list[dict[str, Any]]:
        """The shots as the manifest lists them."""
        texts = {quote.id: quote.text for quote in self.production.quotes}
        return manifest.shot_records(self.timeline, texts, self.production.bleeps, self.desk.public_names())

    def verify(self, film: Path | None = None, *, listen: bool = False) -> list[Finding]:
        """The finished film held against all this: build/verify.json and .html say what was found."""
        proof = Proof(self, manifest.built(self.production.build), film, listen=listen)
        found = proof.findings()
        pages = {
            "verify.json": build_report.verified_json(found, proof.digest),
            "verify.html": build_report.verified_html(found, self.timeline.title, self.captions.language),
        }
        made = proof.made.files.get("cut.mp4", "")
        self._publish([Release("verify", {**pages, **proof.screening.stills}, self.facts(), made)])
        return found

    def sign(
        self, by: str, *, profile: str = "", note: str = "", accept: Iterable[str] = (), dry: bool = False
    ) -> Given:
        """Bind a person to the captions as they were built: refused while anything of them is open."""
        sidecars = {f"captions/{name}": data for name, data in self.sidecars(caption_files.PUBLISHED).items()}
        cuts = self.desk.cut_findings(self.cleared)
        hindrances = signoff_rules.hindrances(one for one in self.findings if one not in cuts)
        hindrances, note = signoff_rules.accepted(hindrances, accept, note)
        return self.signoffs.sign(
            self.captions, sidecars, by, self.today, hindrances, profile=profile, note=note, dry=dry
        )

    def transcribe(self, wanted: list[str]) -> list[Transcript]:
        """Some sources only: the command of that name."""
        for name in wanted:
            consent_rules.opened(name, may_be=self.production.source[name] in self.production.open_sources)
        self._listen()
        return self.each(self.desk.transcribe, [self.production.source[name] for name in wanted])

    def take_transcript(self, source: str, file: Path) -> None:
        """Let a transcript made elsewhere stand for a source."""
        self._listen()
        self.desk.take_transcript(source, file)

    def choose(self, quote: str, number: int) -> None:
        """Pin the quote to its candidate `number`, counted from 1; 0 takes the pin away."""
        if quote not in self.production.quote:
            raise ConfigError(
                f'no quote "{quote}"', next_step=f"there are: {', '.join(self.production.quote)}"
            )
        self.pins.pop(quote, None)
        if number:
            found = self.desk.match(self.production.quote[quote], self._haystacks, None)
            if number > len(found.candidates):
                raise ConfigError(
                    f"{quote} has {len(found.candidates)} candidate(s)",
                    next_step="`ourwords match` lists them",
                )
            chosen = found.candidates[number - 1]
            self.pins[quote] = Pin(quote, self.production.quote[quote].digest, chosen.source, chosen.spans)

    def explained(self, name: str) -> list[tuple[Candidate, tuple[Row, ...]]]:
        """Each place of a quote word by word: what was approved, what is heard there."""
        if name not in self.production.quote:
            raise ConfigError(
                f'no quote "{name}"', next_step=f"there are: {', '.join(self.production.quote)}"
            )
        quote = self.production.quote[name]
        return [
            (place, word_diff.explain(quote, self._haystacks[place.source], place))
            for place in self.matches[name].candidates
        ]

    def settle(self) -> list[Match]:
        """All matches, kept in the lock."""
        self.desk.keep_lock(self.matches, self.pins)
        return list(self.matches.values())

    def not_found(self) -> list[Match]:
        """Quotes of the list that are in no scene and not settled either."""
        return [
            found
            for found in self.matches.values()
            if found.state is not State.MATCHED and found.quote not in self.production.in_scenes
        ]

    def clips(
        self,
        *,
        quotes: list[str],
        theme: str | None,
        contributor: str | None,
        preset: ClipPreset,
        skip_refused: bool,
    ) -> tuple[list[str], list[consent_rules.Refusal]]:
        """Clips of the film's quotes: the names of the files made, and who was left out."""
        chosen = self._chosen(quotes, theme, contributor)
        if preset.picture == "clean" and not self.look.clean:
            raise ConfigError(
                "this film is made without clean pictures",
                where="production.toml, film.clean",
                next_step="say true, or take another preset",
            )
        asked = [(self.production.quote[name], self.contributor(name)) for name in chosen]
        refused = consent_rules.gate(asked, self.production.consent, preset.use, self.today)
        left = [name for name in chosen if name not in {item.quote for item in refused}]
        refused += self._disagreed(
            self._standing({name: self.shown[name] for name in left}, preset.use), self._needed
        )
        if not skip_refused:
            consent_rules.clips(refused, preset.use)
        made = [
            self._clip_release(name, preset)
            for name in chosen
            if name not in {item.quote for item in refused}
        ]
        self._publish(made)
        return [name for release in made for name in release.files], refused

    def _clip_release(self, name: str, preset: ClipPreset) -> Release:
        film, captions = self.clip(name, preset.picture)
        files: dict[str, Content] = {f"clips/{name}.mp4": film.folder / "clip.mp4"}
        for kind in preset.sidecars:
            ending = caption_files.CODECS[kind].endings[0]
            files[f"clips/{name}.{captions.language}.{ending}"] = caption_files.write(kind, captions).encode()
        return Release(f"clip {name}", files, self.facts([name], preset.use), self._clip_print(name))

    def export(self, kinds: Iterable[str], folder: Path) -> list[Path]:
        """The film's captions as files, put into a folder."""
        release = Release("captions export", dict(self.sidecars(kinds)), self.facts(), self._cut_print)
        return self.door.hand_out(release, folder)

    def _chosen(self, quotes: list[str], theme: str | None, contributor: str | None) -> list[str]:
        if not quotes and not theme and not contributor:
            raise ConfigError(
                "clips of what?",
                next_step="ourwords clips --quote q01, --theme helped or --contributor amara",
            )
        for name in quotes:
            if name not in self.production.in_scenes:
                raise ConfigError(
                    f'"{name}" is not in the film',
                    next_step=f"the film has: {', '.join(self.production.in_scenes)}",
                )
        found = [
            name
            for name in self.production.in_scenes
            if (not quotes or name in quotes)
            and (theme is None or self.production.quote[name].theme == theme)
            and (contributor is None or self.contributor(name) == contributor)
        ]
        if not found:
            themes = sorted({self.production.quote[name].theme for name in self.production.in_scenes})
            raise ConfigError(
                "no quote of the film fits",
                next_step=f"themes: {', '.join(themes)}; contributors: {', '.join(self.production.consent)}",
            )
        return found

    def outlook(self) -> list[tuple[str, str]]:
        """What a build would make, and why, as far as it can be known without making it (needs dry=True)."""
        with suppress(NotMade):
            self.film  # noqa: B018 - asking is what runs it
        return self.shelf.wanted

    def each(self, work: Callable[[T], U], items: Iterable[T]) -> list[U]:
        """The work done for every item, in parallel; an error of one is raised when the others are done."""
        futures = [self._executor.submit(work, item) for item in items]
        done, failed = [], None
        for future in futures:
            try:
                done.append(future.result())
            except Exception as problem:  # noqa: BLE001 - raised again below, when the others are done
                failed = failed if failed and not isinstance(failed, NotMade) else problem
        if failed:
            raise failed
        return done
