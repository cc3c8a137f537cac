"""What stands behind each line of film.py: the key of every piece of work, and the hand it is given.

The desk knows paths, the shelf and the studio; it decides nothing. Heavy tools are imported where
they are used, so that a build that has nothing to do starts at once.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache, cached_property, partial
from hashlib import sha256
from pathlib import Path
from shutil import copyfile
from threading import Lock
from typing import TYPE_CHECKING

from pipeline import __version__
from pipeline.captions import formats as caption_files
from pipeline.captions import placement
from pipeline.captions.model import Captions, Cue
from pipeline.consent import gate, snapshot
from pipeline.consent.model import Seen
from pipeline.core.area import Area
from pipeline.core.digest import digest
from pipeline.core.finding import Finding
from pipeline.core.media import Media
from pipeline.core.time import SAMPLE_RATE, Source, Span, Time, nearest, ticks
from pipeline.delivery import markers
from pipeline.delivery.alternatives import Access
from pipeline.edit import plan
from pipeline.edit.timeline import Break, Card, Heard, Hold, Shot, Take, Timeline, reference
from pipeline.engine import records
from pipeline.engine.cache import Fingerprints, Shelf, write_whole
from pipeline.errors import InputError
from pipeline.footage.multicam import Beside
from pipeline.footage.track_quality import clarity
from pipeline.language import codes
from pipeline.language.redaction import hidden
from pipeline.matching import edit_points, match
from pipeline.matching.model import Cut, Match
from pipeline.production.cameras import camera
from pipeline.production.keep_clear import Zone
from pipeline.production.load import Production, SourceSpec, load_qualities
from pipeline.production.profile import Profile
from pipeline.production.quotes import Pin, Quote
from pipeline.render import assemble as join
from pipeline.render import loudness, room_tone
from pipeline.render import shot as part
from pipeline.render.shot import Recipe
from pipeline.speech import detect_sounds
from pipeline.speech.sound_event import Sounds
from pipeline.speech.transcript import Transcript
from pipeline.verification import loudness_rules as sound_rules

if TYPE_CHECKING:
    from pipeline.adapters.fonts import Typeface
    from pipeline.adapters.renderer import Footage, Rack
    from pipeline.core.ports import Aligner, Look, Recogniser, Samples, Speech
    from pipeline.footage.denoise import NoiseProfile

Progress = Callable[[str, str, float, float], None]
"""Stage, item, done and total, both in the stage's own unit."""

INGEST, TRANSCRIBE, CUT, QUIET, NOISE, CLARITY = 4, 5, 7, 1, 1, 1
"""Versions of these stages: counted up when the same components would come out differently."""


MATCHING = (
    "matching/match.py",
    "matching/align.py",
    "matching/word_diff.py",
    "matching/model.py",
    "production/quotes.py",
    "speech/transcript.py",
    "language/normalise.py",
    "language/lexicon.py",
    "language/en.toml",
    "core/time.py",
    "core/word.py",
    "engine/records.py",
)
"""The code that a match goes through, whole: here nobody has to remember to count a version up."""


@cache
def matching_code() -> str:
    """What decides where a quote was said, as a part of a match's key: a match that is kept may not be one
    any more by a better rule.
    """
    code = [(Path(__file__).parent / name).read_text(encoding="utf-8") for name in MATCHING]
    return digest([*code, match.TOOLS])


def _exactly(span: Span[Source] | None) -> list[str]:
    return [str(span.start.seconds), str(span.end.seconds)] if span else []


def exact(seconds: float) -> Fraction:
    """Seconds as a person writes them in production.toml: to the millisecond."""
    return Fraction(seconds).limit_denominator(1000)


def width(
    profile: Profile, size: tuple[int, int], typeface: Typeface | None = None
) -> Callable[[str], float]:
    """How wide a line is in the caption font, of the picture's width."""
    from pipeline.adapters import fonts

    measure, em = (typeface or fonts.packaged()).width, profile.room(size).em(size)
    return lambda line: measure(line) * em / size[0]


class Desk:
    def __init__(self, production: Production, shelf: Shelf, progress: Progress) -> None:
        self.production, self.shelf, self.progress = production, shelf, progress
        self.fingerprints = Fingerprints(shelf.root / "fingerprints.json")
        self.footage: dict[str, Footage] = {}
        """By camera: each source's own, and the angles that the film uses."""
        self.recorders: dict[str, Footage] = {}
        self.beside = Beside(production, shelf, self._media, progress)
        self._kept: dict[str, Transcript] = {}
        self._written: dict[str, str] = {}
        """The transcripts that this run has read, and the hashes of their files."""
        self._lock = Lock()

    # Sources ---------------------------------------------------------------------------------

    def ingest(self, source: SourceSpec) -> Media:
        return self._media(f"ingest {source.id}", source.file, source.contributor)

    def _media(self, name: str, file: str, person: str = "", *, recorder: bool = False) -> Media:
        from pipeline.adapters.pyav import probe

        path = self.production.path(file)
        probe.sniff(path)
        fingerprint = self.fingerprints.of(path)

        def work(room: Path) -> None:
            self.progress("ingest", file, 0, 1)
            (room / "media.json").write_bytes(
                records.media_record(probe.probe(path, fingerprint, recorder=recorder))
            )
            self.progress("ingest", file, 1, 1)

        components = {"file": fingerprint, "version": INGEST, **({"recorder": True} if recorder else {})}
        made = self.shelf.make(name, components, work, [person] if person else [])
        return records.read_media((made / "media.json").read_bytes())

    def at_hand(self, sources: Mapping[str, Media]) -> dict[str, Footage]:
        """Every source with what is listened to of it; refused where there is no picture or no sound."""
        from pipeline.adapters.renderer import Footage, choose_feed
        from pipeline.footage.denoise import Cleaning

        found = {}
        for source in self.production.open_sources:
            media, path = sources[source.id], self.production.path(source.file)
            if media.picture is None:
                raise InputError(
                    "has no picture", where=path.name, next_step="give the interview's video file"
                )
            found[source.id] = Footage(
                path,
                media,
                choose_feed(path.name, media, source.track, source.channel),
                Cleaning(source.hum or 0, source.hiss or ""),
            )
        for source in self.production.open_sources:
            for one in source.beside.values():
                gate.own_recording(
                    one.file,
                    self.fingerprints.of(self.production.path(one.file)),
                    source.contributor,
                    self._interviews,
                )
        return found

    def recorder(self, source: SourceSpec) -> None:
        """Let a source be heard by its recorder, where it has one."""
        if source.recorder:
            self.recorders[source.id] = self.beside.recorder(source, source.recorder, self.footage[source.id])

    def angle_shows(self, source: str, angle: str) -> range:
        """The frames of the film's rate, on the source's clock, that an angle has a picture for; from here on
        it is at hand.
        """
        spec = self.production.source[source]
        found = self.beside.angle(spec, angle, self.footage[source])
        self.footage[camera(source, angle)] = found
        assert found.media.picture
        return found.sync.frames(found.media.picture.start, found.media.picture.end, self.production.rate)

    def synced(self) -> list[str]:
        """How each recorder, and each angle that the film uses, runs beside its source, a sentence each."""
        names = self.public_names()
        cameras = {name: found for name, found in self.footage.items() if "/" in name}
        told = [
            f'{names[name.partition("/")[0]]}, angle "{name.partition("/")[2]}": {found.sync}'
            for name, found in cameras.items()
        ]
        return [*told, *(f"{names[name]}, recorder: {found.sync}" for name, found in self.recorders.items())]

    @cached_property
    def studio(self) -> Rack:
        from pipeline.adapters.renderer import Rack

        return Rack(
            self.footage, self._cutaways, load_qualities(), self._noise, self.recorders, self.typeface
        )

    @property
    def _interviews(self) -> gate.Owners:
        """Whose interview a file is, whatever it is called."""
        return gate.owners(
            (self.fingerprints.of(self.production.path(file)), who)
            for file, who in self.production.interviews
        )

    @cached_property
    def _cutaways(self) -> dict[str, tuple[Path, Media | str]]:
        from pipeline.adapters.ffmpeg.commands import cutaway_kind

        found: dict[str, tuple[Path, Media | str]] = {}
        for file in {cutaway.file for scene in self.production.scenes for cutaway in scene.cutaway}:
            path = self.production.path(file)
            gate.cutaway(file, self.fingerprints.of(path), self._interviews)
            what = cutaway_kind(path) or self._media(f"ingest {file}", file)
            if isinstance(what, str):
                self._look_at(file, path, what)
            if isinstance(what, Media) and what.picture is None:
                raise InputError(
                    "has no picture to cut away to",
                    where=path.name,
                    next_step="give a film or a PNG or JPEG still",
                )
            found[file] = (path, what)
        return found

    def _look_at(self, file: str, path: Path, kind: str) -> None:
        """A still is decoded once by itself, so that a broken one is named and not the footage under it."""
        from pipeline.adapters.ffmpeg.commands import decode_still

        def work(room: Path) -> None:
            decode_still(path, kind, room)
            (room / "seen").write_text(kind, encoding="utf-8")

        self.shelf.make(f"look at {file}", {"file": self.fingerprints.of(path), "version": INGEST}, work)

    def track_findings(self) -> list[Finding]:
        """Where a source has several tracks or channels that differ, and nobody chose: said before words are
        looked for on the wrong one.
        """
        found = []
        for source in self.production.open_sources:
            tracks = self.footage[source.id].media.tracks
            if not source.track and not source.channel and (len(tracks) > 1 or tracks[0].channels == 2):
                titles = {f"track {track.number}": f' "{track.title}"' for track in tracks if track.title}
                found += sound_rules.tracks(
                    source.id, self.footage[source.id].feed.name, self._clarity(source), titles
                )
        return found

    def _clarity(self, source: SourceSpec) -> dict[str, tuple[float, float]]:
        """The voices on every track of a source, and on each side of one with two, over a minute from its
        middle.
        """
        from pipeline.adapters.pyav.audio import SPEECH_RATE, read
        from pipeline.core.media import Feed

        footage = self.footage[source.id]
        first = max(0, nearest((footage.media.duration / 2 - 30) * SPEECH_RATE))
        count = min(60 * SPEECH_RATE, nearest(footage.media.duration * SPEECH_RATE) - first)

        def work(room: Path) -> None:
            found = {}
            for track in footage.media.tracks:
                sides = read(footage.path, footage.media, track, first, count, hz=SPEECH_RATE)
                found[Feed((track,)).name] = clarity(sides.mean(axis=1))
                if track.channels == 2:
                    found |= {Feed((track,), side + 1).name: clarity(sides[:, side]) for side in (0, 1)}
            (room / "clarity.json").write_text(json.dumps(found), encoding="utf-8")

        made = self.shelf.make(
            f"tracks of {source.id}",
            {"footage": footage.media.sha256, "version": CLARITY},
            work,
            [source.contributor],
        )
        return {
            name: (level, clear)
            for name, (level, clear) in json.loads((made / "clarity.json").read_bytes()).items()
        }

    # Transcripts -----------------------------------------------------------------------------

    def transcribe(self, source: SourceSpec) -> Transcript:
        """From the production's transcripts folder, or made now. An import stands until its footage
        changes.
        """
        path = self.transcript_path(source.id)
        key = self._transcript_key(source)
        why = "new"
        if path.is_file():
            data = path.read_bytes()
            found, made_from = records.read_transcript(path.name, data)
            if made_from in (key, self.import_key(source.id)):
                return self._at_hand(self._fits(found, source.id, path.name), data)
            if made_from.startswith("import "):
                raise InputError(
                    "was imported for other footage",
                    where=path.name,
                    next_step=f"import it again (ourwords transcribe --import), or delete {path.name}",
                )
            why = "footage, track, engine or settings changed"
        if self.shelf.dry:
            self.shelf.want(f"transcribe {source.id}", why)
        transcript = self._hear(source)
        data = records.transcript_record(transcript, key)
        write_whole(path, data)
        self.shelf.made.append(f"transcribe {source.id}")
        return self._at_hand(transcript, data)

    def _at_hand(self, transcript: Transcript, data: bytes) -> Transcript:
        self._kept[transcript.source], self._written[transcript.source] = transcript, sha256(data).hexdigest()
        return transcript

    def take_transcript(self, source: str, file: Path) -> None:
        """Keep a transcript made elsewhere, bound to this footage."""
        from pipeline.speech.importers import import_transcript

        try:
            data = file.read_bytes()
        except OSError as problem:
            raise InputError(
                f"cannot be read: {problem.strerror}",
                where=str(file),
                next_step="give Whisper's JSON, an SRT or a WebVTT file",
            ) from None
        found = self._fits(
            import_transcript(source, self.production.transcribe.language, file.name, data), source, file.name
        )
        write_whole(self.transcript_path(source), records.transcript_record(found, self.import_key(source)))

    def _fits(self, transcript: Transcript, source: str, file: str) -> Transcript:
        """Refuse a transcript of another source, or with words where this one has no sound."""
        end = Time[Source](self.footage[source].media.duration + 2)
        if transcript.source != source:
            raise InputError(
                f"is a transcript of {transcript.source}, not of {source}",
                where=file,
                next_step="delete it to have it made again",
            )
        heard = transcript.heard
        if heard and (heard.starts[0] < 0 or heard.reach[-1] > ticks(end.seconds)):
            raise InputError(
                f"has words outside the footage, which lasts {end + Fraction(-2)}",
                where=file,
                next_step="take the transcript that belongs to this file",
            )
        return transcript

    def transcript_path(self, source: str) -> Path:
        return self.production.path(f"transcripts/{source}.json")

    def import_key(self, source: str) -> str:
        return f"import {self.footage[source].media.sha256[:16]}"

    def _transcript_key(self, source: SourceSpec) -> str:
        from pipeline.adapters.asr.registry import identity

        settings = self.production.transcribe
        return digest(
            {
                "footage": self._print(source.id),
                "engine": identity(settings.engine, settings.model),
                "language": source.language or settings.language,
                "glossary": [*settings.glossary, *source.glossary],
                "version": TRANSCRIBE,
            }
        )[:32]

    def _hear(self, source: SourceSpec) -> Transcript:
        from pipeline.adapters.asr.faster_whisper import speech_spans
        from pipeline.speech.transcribe import transcribe

        recogniser = self.recogniser
        duration = self.footage[source.id].media.duration
        total = float(duration)
        self.progress("transcribe", source.id, 0, total)
        found = transcribe(
            source.id,
            partial(self.studio.speech, source.id),
            duration,
            recogniser=recogniser,
            voiced=speech_spans,
            language=source.language or self.production.transcribe.language,
            glossary=[*self.production.transcribe.glossary, *source.glossary],
            progress=lambda done: self.progress("transcribe", source.id, min(done, total), total),
        )
        self.progress("transcribe", source.id, total, total)
        return found

    @property
    def recogniser(self) -> Recogniser:
        with self._lock:
            return self._engine

    @cached_property
    def _engine(self) -> Recogniser:
        from pipeline.adapters.asr.registry import load

        settings = self.production.transcribe
        return load(settings.engine, settings.model, lambda text: self.progress("models", text, 0, 0))

    # Matches and cut points ------------------------------------------------------------------

    @property
    def lock_path(self) -> Path:
        return self.production.root / "quotes.lock.json"

    def pins(self) -> dict[str, Pin]:
        return (
            records.read_pins(self.lock_path.name, self.lock_path.read_bytes())
            if self.lock_path.is_file()
            else {}
        )

    def keep_lock(self, matches: Mapping[str, Match], pins: Mapping[str, Pin]) -> None:
        write_whole(self.lock_path, records.lock_record(list(matches.values()), pins), 0o644)

    def match(self, quote: Quote, haystacks: Mapping[str, match.Haystack], pin: Pin | None) -> Match:
        named = self.production.source_named(quote.source) if quote.source else None
        places = (
            [named]
            if named
            else [s for s in self.production.sources if quote.contributor in ("", s.contributor)]
        )
        places = [place for place in places if place.id in haystacks]

        def find() -> Match:
            there = [haystacks[place.id] for place in places]
            return (
                match.given(quote, there[0])
                if quote.pinned_times and named and there
                else match.match(quote, there, pin)
            )

        def work(room: Path) -> None:
            (room / "match.json").write_bytes(records.found_record(find()))

        components = {
            "quote": [quote.id, quote.text, _exactly(quote.pinned_times)],
            "pin": pin and [pin.digest, pin.source, *map(_exactly, pin.spans)],
            "transcripts": [[place.id, self._written[place.id]] for place in places],
            "named": bool(named),
            "code": matching_code(),
        }
        if self.shelf.dry and not self.shelf.find(components):
            return find()  # is soon done, and what comes after it can be told
        people = [place.contributor for place in places]
        made = self.shelf.make(f"match {quote.id}", components, work, people)
        return records.read_found((made / "match.json").read_bytes())

    def clear(
        self, quote: Quote, found: Match, contributor: str, transcripts: Mapping[str, Transcript]
    ) -> plan.Cleared:
        """The quote with its cut points, from forced alignment, and the names to hide in it."""
        best = found.best
        assert best
        listen = partial(self.studio.speech, best.source)
        aligner, rough = self._aligner_for(transcripts[best.source].language)
        components = {
            "footage": self._print(best.source),
            "words": [records.stretch_record(stretch) for stretch in best.stretches],
            "given": bool(quote.pinned_times),
            "aligner": aligner.name,
            "version": CUT,
        }

        def work(room: Path) -> None:
            self.progress("align", quote.id, 0, 1)
            cuts = [
                edit_points.as_given(s)
                if quote.pinned_times
                else edit_points.refine(s, listen, aligner, rough=rough)
                for s in best.stretches
            ]
            (room / "cuts.json").write_bytes(records.pretty([records.cut_record(c) for c in cuts]))
            self.progress("align", quote.id, 1, 1)

        made = self.shelf.make(f"align {quote.id}", components, work, [contributor])
        cuts = tuple(records.read_cut(record) for record in json.loads((made / "cuts.json").read_bytes()))
        if best.source in self.recorders:
            self.recorders[best.source].must_hear([found.sound for found in cuts], quote)
        return plan.Cleared(
            quote,
            contributor,
            self.production.consent[contributor].display_name,
            best.source,
            cuts,
            self._names_hidden(quote, cuts, contributor, transcripts[best.source]),
        )

    def _names_hidden(
        self, quote: Quote, cuts: Sequence[Cut], contributor: str, transcript: Transcript
    ) -> tuple[Span[Source], ...]:
        mine = [bleep for bleep in self.production.bleeps if bleep.contributor == contributor]
        approved = [(word.text, word.span) for c in cuts for word in c.stretch.said]
        heard = [word for c in cuts for word in transcript.heard.over(c.sound)]
        found = plan.find_names(mine, approved, heard)
        gate.names_placed(quote.where, known=not found or all(c.aligned for c in cuts))
        return found

    @cached_property
    def _aligner(self) -> Aligner:
        from pipeline.adapters.asr.pocketsphinx import Pocketsphinx

        return Pocketsphinx()

    def _aligner_for(self, language: str) -> tuple[Aligner, bool]:
        """Pocketsphinx for English; for others the recogniser's own aligner, whose times are rough."""
        settings = self.production.transcribe
        english = (language or "en").startswith("en")
        if english or settings.engine != "faster-whisper":  # the other engine lends no aligner
            return self._aligner, not english
        from pipeline.adapters.asr.faster_whisper import FasterWhisper
        from pipeline.adapters.asr.registry import identity
        from pipeline.adapters.asr.whisper_aligner import WhisperAligner

        def model() -> object:
            engine = self.recogniser
            assert isinstance(engine, FasterWhisper)
            return engine.model()

        return WhisperAligner(identity(settings.engine, settings.model), language, model), True

    def cut_findings(self, cleared: Mapping[str, plan.Cleared]) -> list[Finding]:
        """Ends of shots that a person should listen to, and where a cut is tight."""
        return [
            found
            for name, quote in cleared.items()
            for one in quote.cuts
            for found in edit_points.findings(name, one)
        ]

    # Plan ------------------------------------------------------------------------------------

    def storyboard(self) -> plan.Storyboard:
        """production.toml's scenes in the model's words."""
        production = self.production
        cards = [(card.place, (card.kind, card.text, exact(card.seconds))) for card in production.cards]
        scenes = tuple(
            plan.Scene(
                title=scene.title,
                seconds=exact(scene.seconds),
                quotes=tuple(scene.quotes),
                cutaways=tuple(
                    plan.CutawayOrder(
                        c.quote,
                        c.file,
                        isinstance(self._cutaways[c.file][1], str),
                        c.over,
                        c.join,
                        exact(c.seconds),
                        exact(c.start),
                    )
                    for c in scene.cutaway
                ),
                before={p.quote: exact(p.before) for p in scene.pause},
                after={p.quote: exact(p.after) for p in scene.pause},
                breaks=tuple(
                    plan.BreakOrder(r.after, r.prompt, r.kind, exact(r.seconds)) for r in scene.reflection
                ),
                angles=tuple(plan.AngleOrder(a.quote, a.angle, a.part) for a in scene.angle),
            )
            for scene in production.scenes
        )
        return plan.Storyboard(
            production.film.title,
            production.rate,
            production.size,
            tuple(card for place, card in cards if place == "start"),
            tuple(card for place, card in cards if place == "end"),
            scenes,
        )

    def shown(self, timeline: Timeline, captions: Captions) -> dict[str, dict[str, Seen]]:
        """What there is to see of each quote of the film: its words, its cut in its place, its captions."""
        production, scenes = self.production, self.storyboard().scenes
        whose = {take.quote: take.contributor for take in timeline.takes}
        return {
            name: {
                "wording": snapshot.wording(quote),
                "cut": snapshot.cut(
                    quote,
                    timeline,
                    scenes,
                    production.quote,
                    production.consent.get(whose[name]),
                    production.bleeps,
                ),
                "captions": snapshot.captions(quote, timeline, captions, production.profile.name),
            }
            for name, quote in ((name, production.quote[name]) for name in production.in_scenes)
        }

    def pictured(self, source: str) -> Span[Source]:
        """From when a source has a picture until it ends; where its sound ends later, the last frame
        stands.
        """
        media = self.footage[source].media
        start = media.picture.start if media.picture else Fraction(0)
        return Span(Time(start), Time(max(media.duration, start + Fraction(1, 1000))))

    def texts_on_screen(self, quotes: Iterable[tuple[Quote, str]]) -> list[tuple[str, str]]:
        """(where, text) of everything people will read, names on the bleep list taken out."""
        production = self.production
        texts = [("the film's title", production.film.title)]
        texts += [(f"the {card.kind} card", card.text) for card in production.cards]
        for scene in production.scenes:
            texts.append((f'the title of scene "{scene.title}"', scene.title))
            texts += [
                (f"the prompt after {reflection.after}", reflection.prompt) for reflection in scene.reflection
            ]
            texts += [
                (f"the angle of {order.quote}, which the manifest names", order.angle)
                for order in scene.angle
            ]
        for quote, contributor in quotes:
            mine = [bleep for bleep in production.bleeps if bleep.contributor == contributor]
            texts.append((quote.id, hidden(quote.text, mine)))
        return texts

    def public_names(self) -> dict[str, str]:
        """What each source is called in anything that leaves: its file, or no name where its contributor
        asked for none.
        """
        names = {}
        for source in self.production.sources:
            consent = self.production.consent.get(source.contributor)
            hidden = consent is not None and "name" in consent.anonymise
            names[source.id] = (
                f"source-{reference(str(self.production.film.title), source.id)}"
                if hidden
                else Path(source.file).name
            )
        return names

    # Making ----------------------------------------------------------------------------------

    def look(self, watermark: str) -> Look:
        from pipeline.core.ports import Look

        film = self.production.film
        quality, clean = ("draft", False) if watermark else (film.quality, film.clean)
        return Look(
            self.production.size,
            self.production.rate,
            quality,
            watermark,
            film.codec,
            film.hardware,
            clean,
            film.fill,
        )

    @cached_property
    def typeface(self) -> Typeface:
        """What captions are written in."""
        from pipeline.adapters import fonts

        named = self.production.captions.font
        return fonts.own(self.production.path(named)) if named else fonts.packaged()

    def place(self, captions: Captions, timeline: Timeline, profile: Profile) -> Captions:
        """Captions raised where they would cover what is to be seen."""
        return placement.place(
            captions, placement.in_film(self.zones, timeline), profile, timeline.size, self.typeface.width
        )

    def covered(self, captions: Captions, timeline: Timeline) -> list[Finding]:
        return placement.covered(
            captions,
            placement.in_film(self.zones, timeline),
            self.production.profile,
            timeline.size,
            self.typeface.width,
        )

    @property
    def zones(self) -> tuple[Zone, ...]:
        """What captions keep off: as people drew it, and where a signer will be."""
        signed = self.production.sign_language
        return self.production.zones + ((Zone("sign-language", Area(*signed.area)),) if signed else ())

    def check_glyphs(self, timeline: Timeline, captions: Captions) -> None:
        from pipeline.adapters import fonts

        self.typeface.check(
            [
                (f"cue {number}, {cue.quote}: “{cue.text}”", cue.text)
                for number, cue in enumerate(captions.cues, 1)
            ]
        )
        texts = [(f"the {shot.style} card", shot.text) for shot in timeline.shots if isinstance(shot, Card)]
        texts += [(f"the prompt after {shot.after}", shot.prompt) for shot in timeline.breaks]
        fonts.check(texts)

    def access(self, timeline: Timeline, today: date) -> Access:
        """What others made for the film: described, signed, easy to read."""
        people = sorted({take.contributor for take in timeline.takes})
        return Access(self.production, timeline.frames / timeline.rate, partial(self._others, people), today)

    def _others(self, people: list[str], file: str) -> tuple[Media, Path]:
        """A recording that somebody made for the film, looked at and kept as it is; never an interview."""
        path = self.production.path(file)
        fingerprint = self.fingerprints.of(path)
        gate.passed_on(file, fingerprint, self._interviews)
        media, name = self._media(f"ingest {file}", file, recorder=True), f"whole{path.suffix.lower()}"

        def work(room: Path) -> None:
            copyfile(path, room / name)

        return media, self.shelf.make(
            f"access {file}", {"file": fingerprint, "name": name}, work, people
        ) / name

    def sidecar(self, kind: str, captions: Captions) -> str:
        size = self.production.size
        layout = caption_files.Layout(self.production.profile.room(size), size, self.typeface.family)
        return caption_files.write(kind, captions, layout)

    def recipe(self, number: int, shot: Shot, timeline: Timeline, captions: Captions, look: Look) -> Recipe:
        """What a part is made from: known without making it."""
        from pipeline.adapters.fonts import FAMILY

        cues = part.captions_of(shot, timeline, captions)
        ass = part.ass(
            shot,
            timeline,
            cues,
            self.production.profile,
            self.typeface.family if cues else FAMILY,
            look.watermark,
        )
        tone = self._tone(shot)
        prints = (
            {shot.camera: self.footage[shot.camera].print, shot.source: self._heard(shot.source)}
            if isinstance(shot, Take | Hold)
            else {}
        )
        prints |= {file: self.fingerprints.of(path) for file, (path, _) in self._cutaways.items()}
        encoder = self.studio.encoder(look).identity(look.rate)
        return Recipe(
            part.name(shot, number),
            shot,
            ass,
            tone,
            part.components(shot, ass, look, prints, tone, encoder, self.studio.build),
        )

    def part(self, recipe: Recipe, look: Look) -> Path:
        from pipeline.core.ports import Patch
        from pipeline.render.smart_render import pieces

        shot, encoder = recipe.shot, self.studio.encoder(look)

        def work(room: Path) -> None:
            patch = None
            if encoder.reuse and isinstance(shot, Take) and (before := self.shelf.last(recipe.name)):
                folder, old = before
                patch = (
                    Patch(found, folder)
                    if (found := pieces(recipe.components, old, encoder.group(look.rate)))
                    else None
                )
            part.make(
                room,
                recipe,
                look,
                self.studio,
                lambda done: self.progress("render", recipe.name, done, shot.frames),
                patch,
            )

        return self.shelf.make(
            recipe.name, recipe.components, work, [shot.contributor] if isinstance(shot, Take | Hold) else []
        )

    def check_space(self, timeline: Timeline, recipes: Sequence[Recipe], look: Look) -> None:
        """Refuse to begin what will not fit: parts to be made, the films joined from them, and what is put
        down on the way.
        """
        missing = [recipe.shot for recipe in recipes if not self.shelf.find(recipe.components)]
        if not missing or self.shelf.dry:
            return
        encoder, pictures = self.studio.encoder(look), 2 if look.clean else 1
        parts = sum(
            encoder.foreseen(look.size, shot.frames) * pictures + part.sound_bytes(shot, look.rate)
            for shot in missing
        )
        films = encoder.foreseen(look.size, timeline.frames) * (pictures + 1) + join.sound_bytes(timeline)
        excerpts = max(
            (self.studio.excerpt_bytes(shot, look) for shot in missing if isinstance(shot, Take)), default=0
        )
        self.shelf.need(parts + films + 2 * excerpts)

    def _print(self, source: str) -> str:
        """What is seen and listened to of a source, in one text for every key that depends on it."""
        own = self.footage[source].print
        return f"{own}, heard by {self.recorders[source].print}" if source in self.recorders else own

    def _heard(self, source: str) -> str:
        """The same, with what is taken out of it before it is heard in the film."""
        cleaning = self.footage[source].cleaning
        return (
            f"{self._print(source)}, {cleaning.name} as {self.shelf.sha256(self._noise_file(source))}"
            if cleaning
            else self._print(source)
        )

    def _noise(self, source: str) -> NoiseProfile:
        from pipeline.footage.denoise import NoiseProfile

        return NoiseProfile.read(self._noise_file(source).read_bytes())

    def _noise_file(self, source: str) -> Path:
        """The hum and hiss of a source, as measured around its middle."""
        from pipeline.footage.denoise import measure

        cleaning, media = self.footage[source].cleaning, self.footage[source].media
        middle = Time[Source](media.duration / 2)
        places = self._quiet_places(source, middle)

        def work(room: Path) -> None:
            if cleaning.hiss and not places:
                raise InputError(
                    "has no quiet moment to learn its hiss from",
                    where=source,
                    next_step="take `hiss` out of production.toml for this source",
                )
            self.progress("noise", source, 0, 1)
            first = max(0, (middle + Fraction(-30)).samples())
            around = self.studio.as_recorded(
                source, first, min(60 * SAMPLE_RATE, int(media.duration * SAMPLE_RATE) - first)
            )
            quiet = [
                self.studio.as_recorded(
                    source, span.start.samples(), span.end.samples() - span.start.samples()
                )
                for span, _ in places
            ]
            (room / "noise.json").write_bytes(measure(cleaning, around, quiet).record())
            self.progress("noise", source, 1, 1)

        spans = [[str(span.start.seconds), str(span.end.seconds)] for span, _ in places]
        components = {
            "footage": self._print(source),
            "cleaning": cleaning.name,
            "quiet": spans,
            "version": NOISE,
        }
        with self._lock:  # several shots of one source ask at once
            return (
                self.shelf.make(
                    f"noise of {source}", components, work, [self.production.source[source].contributor]
                )
                / "noise.json"
            )

    def _tone(self, shot: Shot) -> Span[Source] | None:
        """Where to take room tone from, for a shot that needs some."""
        if not (isinstance(shot, Hold) or (isinstance(shot, Take) and shot.bleeps)):
            return None
        return self._quiet(shot.source, Time.frames_at(shot.first, self.production.rate))

    def _quiet(self, source: str, near: Time[Source]) -> Span[Source] | None:
        """The calmest place near a shot in which nobody speaks."""
        from pipeline.render.audio_edit import calmest

        found = self._quiet_places(source, near)
        return calmest([span for span, _ in found], near, [power for _, power in found])

    def _transcript(self, source: str) -> Transcript:
        """As it is kept, read once."""
        if source not in self._kept:
            path = self.transcript_path(source)
            self._kept[source], _ = records.read_transcript(path.name, path.read_bytes())
        return self._kept[source]

    def _quiet_places(self, source: str, near: Time[Source]) -> list[tuple[Span[Source], float]]:
        """Stretches without a word of the transcript, and without a voice that it might have missed; how loud
        each is.
        """
        spans = edit_points.quiet_near(
            self._transcript(source).words, near, self.footage[source].media.duration
        )
        if source in self.recorders:
            spans = [span for span in spans if self.recorders[source].hears(span)]

        def work(room: Path) -> None:
            found = edit_points.without_voice(spans, partial(self.studio.speech, source), self._voiced)
            (room / "quiet.json").write_bytes(
                records.pretty([[str(s.start.seconds), str(s.end.seconds), power] for s, power in found])
            )

        made = self.shelf.make(
            f"quiet places of {source}",
            {
                "footage": self._print(source),
                "places": [[str(s.start.seconds), str(s.end.seconds)] for s in spans],
                "version": QUIET,
            },
            work,
            [self.production.source[source].contributor],
        )
        found = json.loads((made / "quiet.json").read_bytes())
        return [(Span(Time(Fraction(a)), Time(Fraction(b))), power) for a, b, power in found]

    def sounds(self, take: Take) -> Sounds:
        """Where a voice is heard in a shot, and where something loud that is none."""

        def work(room: Path) -> None:
            self.progress("sounds", take.quote, 0, 1)
            found = detect_sounds.sounds(
                take.sound,
                [word.span for word in take.said],
                partial(self.studio.speech, take.source),
                self._voiced,
            )
            (room / "sounds.json").write_bytes(records.sounds_record(found))
            self.progress("sounds", take.quote, 1, 1)

        components = {
            "footage": self._print(take.source),
            "sound": [str(take.sound.start.seconds), str(take.sound.end.seconds)],
            "said": [[str(word.span.start.seconds), str(word.span.end.seconds)] for word in take.said],
            "version": detect_sounds.VERSION,
        }
        made = self.shelf.make(
            f"sounds of {take.quote} part {take.part}", components, work, [take.contributor]
        )
        return records.read_sounds((made / "sounds.json").read_bytes())

    @staticmethod
    def _voiced(speech: Speech) -> list[tuple[float, float]]:
        from pipeline.adapters.asr.faster_whisper import speech_spans

        return speech_spans(speech)

    def gains(self, timeline: Timeline, parts: Sequence[Path]) -> list[float]:
        """dB for each shot, so that everybody is as loud as everybody else."""
        return loudness.gains(timeline.shots, join.levels(timeline, parts), self.production.film.loudness)

    def join(
        self,
        name: str,
        timeline: Timeline,
        parts: Sequence[Path],
        gains: Sequence[float],
        names: Mapping[str, str],
    ) -> tuple[Path, Heard]:
        chapters = markers.ffmetadata(timeline)
        language = codes.iso639_2(self.production.film.language)
        target = self.production.film.loudness
        tones = self._rooms(timeline)
        components = {
            "shots": [f"{made.parent.name}{made.name}" for made in parts],
            "order": [shot.at for shot in timeline.shots],
            "gains": list(gains),
            "room tone": [
                f"{self._heard(shot.source)} {tone.start.seconds} {tone.end.seconds}" if tone else "none"
                for shot, tone in tones.items()
            ],
            "loudness": target,
            "chapters": chapters,
            "language": language,
            "title": timeline.title,
            "files": dict(names),
            "tools": self.studio.build,
            "version": join.VERSION,
        }

        def work(room: Path) -> None:
            self.progress("join", name, 0, 1)

            def rooms(shot: room_tone.Neighbour) -> Samples:
                return part.tone_of(shot.source, tones.get(shot), self.studio)

            join.join(
                room,
                timeline,
                parts,
                gains,
                target,
                self.studio,
                rooms,
                chapters=chapters,
                language=language,
                names=names,
            )
            self.progress("join", name, 1, 1)

        people = {shot.contributor for shot in timeline.shots if isinstance(shot, Take | Hold)}
        made = self.shelf.make(name, components, work, people)
        return made, Heard(**json.loads((made / "heard.json").read_bytes()))

    def _rooms(self, timeline: Timeline) -> dict[room_tone.Neighbour, Span[Source] | None]:
        """Where the room tone under cards is taken from, for each shot next to one."""
        wanted = room_tone.neighbours(timeline.shots) if self.production.film.room_tone else []
        return {shot: self._quiet(shot.source, Time.frames_at(shot.first, timeline.rate)) for shot in wanted}

    def still(self, timeline: Timeline, shot_and_part: tuple[Shot, Path]) -> bytes:
        """A small picture of a shot for the report: from its middle, without captions."""
        shot, made = shot_and_part
        at = Fraction(shot.frames // 2) / timeline.rate
        if isinstance(shot, Break):  # its time has not begun to run down
            at = min(at, Fraction(1, 2))

        def work(room: Path) -> None:
            (room / "still.jpg").write_bytes(self.studio.still(made / "clean.mp4", at))

        people = [shot.contributor] if isinstance(shot, Take | Hold) else []
        found = self.shelf.make(
            f"still of {made.name}",
            {"part": f"{made.parent.name}{made.name}", "at": str(at), "version": 3},
            work,
            people,
        )
        return (found / "still.jpg").read_bytes()

    def cue_still(self, timeline: Timeline, cue: Cue, shot: Shot, made: Path) -> bytes:
        """A cue on its picture, from the middle of its time in its shot's part."""
        last = timeline.time(shot.end) + -1 / timeline.rate
        at = min(cue.span.start + cue.span.duration / 2, last).snap(timeline.rate) - timeline.time(shot.at)
        film = made / "captioned.mp4" if (made / "captioned.mp4").is_file() else made / "clean.mp4"

        def work(room: Path) -> None:
            (room / "still.jpg").write_bytes(self.studio.still(film, at))

        people = [shot.contributor] if isinstance(shot, Take | Hold) else []
        found = self.shelf.make(
            f"still of a cue at {cue.span.start}",
            {"part": f"{made.parent.name}{made.name}", "at": str(at), "cue": 1},
            work,
            people,
        )
        return (found / "still.jpg").read_bytes()

    def versions(self) -> dict[str, str]:
        return {"ourwords": __version__, "tools": self.studio.build, "aligner": self._aligner.name}
