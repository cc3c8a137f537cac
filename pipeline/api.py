"""The one object that a notebook, the command line and the pages use: a production, open, alone in it.

import pipeline

with pipeline.open("my-film") as film:
    film.transcripts["amara"].words
    film.build(final=True)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property, partial
from pathlib import Path

from pipeline.captions.as_transcript import import_transcript
from pipeline.captions.formats import PUBLISHED
from pipeline.captions.model import Captions
from pipeline.captions.rules import Judged, Verdict
from pipeline.consent import exposure, gate, signoff_rules
from pipeline.consent.model import Standing
from pipeline.consent.signoff import Given, Signoffs
from pipeline.core.finding import Finding
from pipeline.core.footage import Samples
from pipeline.core.time import SAMPLE_RATE
from pipeline.delivery import build as delivery
from pipeline.delivery import build_report, exports, manifest
from pipeline.delivery.build import Built
from pipeline.delivery.caption_qc import CaptionQC
from pipeline.delivery.clips import check
from pipeline.delivery.clips import make as clipping
from pipeline.delivery.clips.check import CheckedPack
from pipeline.delivery.clips.choose import offers
from pipeline.delivery.clips.model import Clipped, How, Offer, how_of
from pipeline.delivery.clips.model import Foreseen as ForeseenClip
from pipeline.delivery.clips.model import Wanted as WantedClips
from pipeline.delivery.exports import Export, Exported, Wanted
from pipeline.delivery.foresee import Foreseen, foresee
from pipeline.delivery.ledger import Ledger
from pipeline.delivery.release import Door, Removed
from pipeline.delivery.to_do import ToDo, of_draft, to_do
from pipeline.delivery.training.kinds import Options
from pipeline.edit.timeline import Heard, Timeline
from pipeline.engine.alone import alone
from pipeline.engine.cache import NotMade, Shelf
from pipeline.engine.executors import Certificates, Cluster
from pipeline.engine.private import share, umask
from pipeline.engine.workspace import Progress, Workspace, silent
from pipeline.errors import ConfigError, OurwordsError
from pipeline.film import Film
from pipeline.footage import multicam
from pipeline.footage.recordings import whole_film
from pipeline.language.papers import somebody
from pipeline.matching import listened, lock, word_diff
from pipeline.matching.model import Candidate, Match, Row, State
from pipeline.production.configs import load_profile
from pipeline.production.load import Production, load, written
from pipeline.production.locate import named_or_found
from pipeline.production.profile import Profile
from pipeline.production.quotes import Pin
from pipeline.render.parts import still
from pipeline.speech import in_places, transcripts
from pipeline.speech.transcript import Transcript
from pipeline.verification.verify import ORDER, Proof

Say = Callable[[str], None]


@dataclass(frozen=True)
class Verified:
    """What `verify` found, errors first, and the page that says so."""

    findings: tuple[Finding, ...]
    page: Path


@dataclass(frozen=True)
class VerifiedClips:
    """What `verify_clips` found of each pack, and the pages that say so."""

    packs: tuple[CheckedPack, ...]
    pages: tuple[Path, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything found, errors first, each with its pack and clip."""
        every = [one for pack in self.packs for one in pack.every]
        return tuple(sorted(every, key=lambda one: ORDER[one.severity]))


class Project:
    """A production that is open. Everything is made when it is first asked for, and kept."""

    def __init__(self, production: Production, workspace: Workspace, today: date) -> None:
        self.production, self.workspace, self.today = production, workspace, today
        self.door = Door.of(production, today, workspace.fingerprints)
        self.signoffs = Signoffs(production, lambda: manifest.last(production.build / manifest.NAME).files)
        self.removed: list[Removed] = []
        """What was taken out of build/ when it was opened: nobody may be in there who withdrew."""
        self._films: dict[tuple[bool, bool], Film] = {}

    def cut(self, *, draft: bool = False, final: bool = False) -> Film:
        """The film with all its artifacts: as the production's stage has it, or as a draft or final one."""
        if draft and final:
            raise ConfigError(
                "a film is a draft or final, not both", next_step="leave one of --draft and --final out"
            )
        if (draft, final) not in self._films:
            made = Film(self.production, self.workspace, self.today, draft=draft, final=final)
            self._films[draft, final] = made
        return self._films[draft, final]

    @property
    def film(self) -> Film:
        """The film by the production's own stage."""
        return self.cut()

    # What is known ---------------------------------------------------------------------------

    @property
    def transcripts(self) -> Mapping[str, Transcript]:
        """What was said in each source, word by word."""
        return self.film.transcripts

    @property
    def matches(self) -> Mapping[str, Match]:
        """Where each quote of the list was said."""
        return self.film.matches

    @property
    def timeline(self) -> Timeline:
        """The shots of the film, to the frame."""
        return self.film.timeline

    @property
    def stills(self) -> list[bytes]:
        """A small JPEG of every shot, from its middle, without captions."""
        pairs = list(zip(self.timeline.shots, self.film.parts, strict=True))
        one = partial(still, self.workspace, self.timeline)
        return self.workspace.side_by_side(lambda pair: one(*pair), pairs)

    def seconds(self, source: str) -> float:
        """How long a source is."""
        return float(self.film.sources[source].duration)

    def sound(self, start: float, end: float) -> Samples:
        """What is heard of the finished film between two of its seconds: shape (samples, 2), 48 kHz."""
        film = self.production.build / "cut.mp4"
        footage = whole_film(self.workspace, film, self.workspace.fingerprints.now(film))
        first = round(start * SAMPLE_RATE)
        return self.workspace.tools.hear(footage, first, round(end * SAMPLE_RATE) - first)

    @property
    def heard(self) -> Heard:
        """How loud the finished film is."""
        return self.film.master.heard

    @property
    def made(self) -> list[str]:
        """The names of what was made since it was opened: empty when nothing had changed."""
        return self.workspace.cache.made

    @property
    def captions(self) -> Captions:
        """The film's captions as they are burnt in."""
        return self.film.captions

    @property
    def standings(self) -> list[Standing]:
        """Where every approval of the film stands today."""
        return self.film.standings

    @cached_property
    def qc(self) -> CaptionQC:
        """The captions before their rules."""
        return CaptionQC(self.film)

    def judged(self, profile: Profile | None = None) -> Judged:
        """The captions with all that the film knows of them, as rules are given them."""
        return self.qc.judged(profile)

    @property
    def verdict(self) -> Verdict:
        """What the rules say of the captions, by the production's profile."""
        return self.qc.verdict

    @property
    def findings(self) -> Sequence[Finding]:
        """What a person should look at in the captions and the cuts."""
        return delivery.caption_findings(self.film, self.qc)

    @property
    def recorders_synced(self) -> list[str]:
        """How every recorder runs beside its source: known before there is a film."""
        material, names = self.film.interviews, exposure.public_names(self.production)
        return multicam.synced({}, material.recorders, names)

    @property
    def synced(self) -> list[str]:
        """How every recorder, and every angle that the film uses, runs beside its source."""
        return delivery.synced(self.film)

    # Words -----------------------------------------------------------------------------------

    def transcribe(self, wanted: Sequence[str] = ()) -> list[Transcript]:
        """Some sources only, or all that may be opened."""
        opened = [source.id for source in self.production.open_sources]
        for name in wanted:
            self._may_be_opened(name)
        heard = {name: self.film.interviews.source(name) for name in wanted or opened}
        found = in_places.filed(self.workspace, self.production, heard, self.film.near)
        return [one.transcript for one in found.values()]

    def take_transcript(self, source: str, file: Path, offset: float = 0.0) -> list[str]:
        """Let a transcript made elsewhere stand for a source, its words so many seconds later than it says;
        what is to be told of it.
        """
        self._may_be_opened(source)
        of, spec = self.film.interviews.source(source), self.production.source[source]
        return transcripts.take(self.workspace, self.production, spec, of, file, import_transcript, offset)

    def _may_be_opened(self, source: str) -> None:
        """Refuse a source that is none, or that belongs to somebody who has withdrawn."""
        if source not in self.production.source:
            known = ", ".join(self.production.source)
            raise ConfigError(f'no source "{source}"', next_step=f"there are: {known}")
        opened = {spec.id for spec in self.production.open_sources}
        gate.opened(source, may_be=source in opened)

    def choose(self, quote: str, number: int) -> None:
        """Pin the quote to its candidate `number`, counted from 1; 0 takes the pin away."""
        self._known(quote)
        film = self.film
        film.pins.pop(quote, None)
        film.forget_matches()
        if number:
            found = film.matches[quote]
            if number > len(found.candidates):
                raise ConfigError(
                    f"{quote} has {len(found.candidates)} candidate(s)",
                    next_step="`ourwords match` lists them",
                )
            chosen = found.candidates[number - 1]
            digest = self.production.quote[quote].digest
            film.pins[quote] = Pin(quote, digest, chosen.source, chosen.spans)
            film.forget_matches()

    def listened(self, quotes: Sequence[str], by: str) -> None:
        """Write down that a person listened to these quotes where they were found, and that they are as
        approved. It holds while the words, the place and the sound stay what they are.
        """
        example = f'ourwords match --heard {quotes[0] if quotes else "q03"} --by "NAME"'
        if not quotes:
            raise ConfigError("which quote was listened to?", where="--heard", next_step=example)
        if not by.strip():
            raise ConfigError("who listened?", where="--by", next_step=example)
        by = somebody(by, example)
        film, some = self.film, []
        for name in quotes:
            self._known(name)
            best = film.matches[name].best
            if not best:
                raise ConfigError(
                    f"{name} was found nowhere: there is nothing to listen to",
                    next_step=f"ourwords match --explain {name}",
                )
            asked = self.production.quote[name]
            if not asked.text:
                raise ConfigError(
                    f"{name} has no words that could be as approved",
                    where=asked.where,
                    next_step="write the words that were approved",
                )
            some.append(listened.heard(asked, best, film.interviews.source(best.source), by))
        listened.add(self.production, some)
        film.forget_matches()

    def settle(self) -> list[Match]:
        """All matches, kept in quotes.lock.json."""
        lock.keep(self.production, self.film.matches, self.film.pins)
        return list(self.film.matches.values())

    def explained(self, quote: str) -> list[tuple[Candidate, tuple[Row, ...]]]:
        """Each place of a quote word by word: what was approved, what is heard there."""
        self._known(quote)
        asked, hays = self.production.quote[quote], self.film.haystacks
        places = self.film.matches[quote].candidates
        who = self.film.contributor(quote)
        return [(place, word_diff.explain(asked, hays[place.source, who], place)) for place in places]

    def _known(self, quote: str) -> None:
        if quote not in self.production.quote:
            known = ", ".join(self.production.quote)
            raise ConfigError(f'no quote "{quote}"', next_step=f"there are: {known}")

    def not_found(self) -> list[Match]:
        """Quotes of the list that are in no scene and not settled either."""
        unused = [one for one in self.matches.values() if one.quote not in self.production.in_scenes]
        return [one for one in unused if one.state is not State.MATCHED]

    # What is made ----------------------------------------------------------------------------

    def build(self, *, final: bool = False, draft: bool = False) -> Built:
        """Make the film and put every file of it into build/."""
        film = self.cut(draft=draft, final=final)
        return delivery.build(film, self.door, self.signoffs, CaptionQC(film))

    def to_do(self, built: Built, *, draft: bool = False) -> list[ToDo]:
        """What of the film that was built needs a person, the most serious first, each with its next step."""
        if draft:
            return of_draft(built.findings)
        film = self.film
        signed = self.signoffs.findings(film.captions)
        return to_do(film, built.findings, signed, Ledger(self.production.root), self.door.lists())

    def foreseen(self, *, final: bool = False, draft: bool = False) -> Foreseen:
        """About how long a first build takes and how much disk, from the lists and what the footage says."""
        look = self.cut(draft=draft, final=final).look
        return foresee(self.workspace, self.production, look)

    def outlook(self, *, final: bool = False, draft: bool = False) -> list[tuple[str, str]]:
        """What a build would make, and why, as far as a dry project can know it."""
        with suppress(NotMade):
            self.cut(draft=draft, final=final).master  # noqa: B018 - asking is what runs it
        return self.workspace.cache.wanted

    def verify(self, film: Path | None = None, *, listen: bool = False) -> Verified:
        """The finished film (or another file that should be it) held against what was approved."""
        mine, build = self.film, self.production.build
        made, shots = manifest.built(build), delivery.shot_records(mine)
        signed = self.signoffs.findings(mine.captions, film or build / "cut.mp4")
        proof = Proof(mine, made, film, shots=shots, signed=signed, listen=listen)
        found = proof.findings()
        pages: dict[str, Path | bytes] = {
            "verify.json": build_report.verified_json(found, proof.digest),
            "verify.html": build_report.verified_html(found, mine.timeline.title, mine.captions.language),
            **proof.screening.stills,
        }
        delivery.release_verified(mine, self.door, pages, made.files.get("cut.mp4", ""))
        return Verified(tuple(found), build / "verify.html")

    def verify_clips(self, pack: str = "", *, listen: bool = False) -> VerifiedClips:
        """Every pack of clips in build/, or one, held against what it should be today."""
        found = check.checked(self.film, self.door, pack, listen=listen)
        return VerifiedClips(tuple(found), tuple(check.release(self.film, self.door, found)))

    def clips(
        self,
        *,
        quotes: Sequence[str] = (),
        theme: str | None = None,
        contributor: str | None = None,
        search: str | None = None,
        preset: str = "",
        how: How | None = None,
        skip_refused: bool = False,
        to: Path | None = None,
        recipient: str = "",
    ) -> Clipped:
        """A pack of clips of these quotes, in build/clips/ or in another folder, and who gets it; made by the
        preset of this name, by [clips] where none is named, or as `how` says (`clips_how`).
        """
        return clipping.clips(
            self.film,
            self.door,
            Ledger(self.production.root),
            WantedClips(quotes, theme, contributor, search),
            how or self.clips_how(preset),
            skip_refused=skip_refused,
            to=to,
            recipient=recipient,
        )

    def clips_how(
        self,
        preset: str = "",
        *,
        title: str | None = None,
        name: str = "",
        zipped: bool = False,
        **settings: object,
    ) -> How:
        """How clips come: `settings` of a preset (shape="9:16", max_size="25MB", question="…"), over [clips],
        over the preset.
        """
        return how_of(self.production, preset, title=title, name=name, zipped=zipped, **settings)

    def clip_offers(self, use: str = "workshop") -> list[Offer]:
        """Every quote of the list, and whether it may be a clip for a use today: why not, and what to do."""
        return offers(self.film, use)

    def clips_foreseen(
        self,
        *,
        quotes: Sequence[str] = (),
        theme: str | None = None,
        contributor: str | None = None,
        search: str | None = None,
        preset: str = "",
        how: How | None = None,
        skip_refused: bool = False,
    ) -> list[ForeseenClip]:
        """What `clips` would make, how long and how large, as far as a dry project can know it."""
        wanted = WantedClips(quotes, theme, contributor, search)
        return clipping.foreseen(self.film, wanted, how or self.clips_how(preset), skip_refused=skip_refused)

    def export_captions(self, formats: Iterable[str], folder: Path | None = None) -> list[Path]:
        """The film's captions as files, in build/export/ or in another folder."""
        there = folder or self.production.build / "export"
        return delivery.export_captions(self.film, self.door, self.qc, formats, there)

    def export_training(
        self,
        only: Sequence[str] = (),
        *,
        to: Path | None = None,
        recipient: str = "",
        options: Options | None = None,
    ) -> Exported:
        """What people learn with, in build/training/ or another folder, and who gets it; refused unless all
        that is in it may be used for training.
        """
        return self._export(only, to, recipient, options).training()

    def training_foreseen(
        self, only: Sequence[str] = (), *, to: Path | None = None, options: Options | None = None
    ) -> list[exports.Foreseen]:
        """What `export_training` would write, and how large it is, as far as a dry project can know it."""
        return self._export(only, to, "", options).foreseen()

    def export_markers(
        self, only: Sequence[str] = (), *, to: Path | None = None, recipient: str = ""
    ) -> Exported:
        """Breaks and chapters for players and editing systems, in build/export/ or in another folder."""
        return self._export(only, to, recipient, None).markers()

    def _export(
        self, only: Sequence[str], to: Path | None, recipient: str, options: Options | None
    ) -> Export:
        wanted = Wanted(tuple(only), to, recipient.strip(), options or Options())
        film = self.film.used_for(exports.USE)
        return Export(film, self.door, Ledger(self.production.root), wanted, self.today)

    def sign(
        self, by: str, *, profile: str = "", note: str = "", accept: Iterable[str] = (), dry: bool = False
    ) -> Given:
        """Bind a person to the captions as they were built: refused while anything of them is open."""
        made = delivery.sidecars(self.film, self.qc, PUBLISHED)
        sidecars = {f"captions/{name}": data for name, data in made.items()}
        open_now = [*delivery.kept_findings(self.film), *self.qc.findings]
        hindrances, note = signoff_rules.accepted(signoff_rules.hindrances(open_now), accept, note)
        return self.signoffs.sign(
            self.captions, sidecars, by, self.today, hindrances, profile=profile, note=note, dry=dry
        )


@contextmanager
def open(  # noqa: A001 - `pipeline.open("my-film")` is what people will write
    folder: str | Path = ".",
    *,
    dry: bool = False,
    wait: bool = True,
    profile: str | None = None,
    today: date | None = None,
    progress: Progress = silent,
    say: Say = lambda text: None,
    held: Callable[[Project], None] = lambda project: None,
    executor: Executor | None = None,
    cluster: str | None = None,
) -> Iterator[Project]:
    """The production in a folder or above it, alone in its build/; on the way out nothing is left running.

    `dry` makes nothing, and takes no lock; `wait` for another build, or end with TryLater; `profile` is
    another one for its captions; `progress` is told (stage, item, done, total), `say` what a person should
    know; `cluster` is who works, where it is not whom production.toml names: "local:2", "tls://host:8786", or
    "none" for threads alone. What may not lie in build/ any more is taken out first, and `held` is told.
    """
    root, day = named_or_found(Path(folder)), today or _today()
    try:
        production = load(root)
    except OurwordsError:
        _hold_anyway(root, day, dry=dry, wait=wait, say=say)
        raise
    for note in production.told:
        say(note)
    if profile:
        chosen = load_profile(profile, "--profile").of(production.film.language)
        production = replace(production, profile=chosen)
    if production.film.shared and not dry:
        share(production.root, ("build", "transcripts", "reviews"))
    os.umask(umask(production.root))  # what is made is for your eyes only, or your group's
    with (
        _lock(production, dry=dry, wait=wait, say=say),
        _working(executor) as worker,
        _cluster(production, cluster) as others,
    ):
        cache = Shelf(
            production.build / ".store",
            dry=dry,
            told=lambda name: progress("broken, made again:", name, 1, 1),
        )
        if not dry:
            cache.open()
        workspace = Workspace(cache, worker, progress, cluster=others)
        project = Project(production, workspace, day)
        if not dry:
            project.door.recover()
        project.removed = project.door.hold(dry=dry)
        held(project)
        yield project
        if others:
            cache.sweep()


def _hold_anyway(root: Path, day: date, *, dry: bool, wait: bool, say: Say) -> None:
    """What may not lie in build/ goes, whatever else is wrong with what people wrote."""
    with suppress(OurwordsError):
        production = written(root)
        if not production.build.is_dir():
            return
        with _lock(production, dry=dry, wait=wait, say=say):
            door = Door.of(production, day)
            if not dry:
                door.recover()
            for one in door.hold(dry=dry):
                say(f"{'Would be removed' if dry else 'Removed'} from build/: {one.path}\n  → {one.why}")


@contextmanager
def _lock(production: Production, *, dry: bool, wait: bool, say: Say) -> Iterator[None]:
    if dry:
        yield
        return
    with alone(production.build, wait=wait, say=say):
        yield


@contextmanager
def _working(executor: Executor | None) -> Iterator[Executor]:
    """Threads for this project, unless somebody lends an executor. Who stops is not kept waiting."""
    worker = executor or ThreadPoolExecutor(os.cpu_count() or 2)
    try:
        yield worker
    except Exception:
        worker.shutdown(cancel_futures=True)
        raise
    except BaseException:  # stopped: a thread ends with its child; a recogniser is in the middle of a file
        worker.shutdown(wait=False, cancel_futures=True)
        Workspace.stop()
        raise
    worker.shutdown()


@contextmanager
def _cluster(production: Production, asked: str | None) -> Iterator[Cluster | None]:
    """The workers that were asked for, or that production.toml names."""
    engine = production.engine
    address = engine.cluster if asked is None else asked
    if address in ("", "none"):
        yield None
        return
    files = Certificates(engine.cluster_ca, engine.cluster_certificate, engine.cluster_key)
    cluster = Cluster(address, files)
    try:
        yield cluster
    finally:
        cluster.close()


def _today() -> date:
    return datetime.now().astimezone().date()
