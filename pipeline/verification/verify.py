"""What stands behind `ourwords verify`: the finished files held against the plan they were made from.

Files by their hashes, pictures packet by packet against the kept parts, sound against the footage,
words heard anew. Nothing that the build believed of itself is believed here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Protocol

from pipeline.core.digest import digest, file_digest
from pipeline.core.finding import Finding
from pipeline.core.time import Span, Time, clock
from pipeline.core.word import Word
from pipeline.edit.timeline import Break, Card, Shot, Take, sample_at
from pipeline.engine import records
from pipeline.verification import audio, caption_sync
from pipeline.verification import speech as listen
from pipeline.verification.burned_in import Screening

if TYPE_CHECKING:
    from pipeline.adapters.asr.acoustic_score import AcousticScorer
    from pipeline.adapters.renderer import Footage
    from pipeline.core.ports import Recogniser, Speech
    from pipeline.film import Flow


class Made(Protocol):
    """What the build wrote down of its film: its shots, and its files by their hashes."""

    @property
    def shots(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def files(self) -> Mapping[str, str]: ...


ORDER = {"error": 0, "warning": 1, "info": 2}


class Proof:
    """One verification of what is in build/ now. `film` may name another file that should be the same film.

    With `listen`, its words are heard by the other engine too.
    """

    def __init__(self, flow: Flow, made: Made, film: Path | None = None, *, listen: bool = False) -> None:
        self.made = made
        self.listen = listen
        self._lock = Lock()
        self.onsets: list[caption_sync.Onset] = []
        self.reheard: list[caption_sync.Reheard] = []
        self.flow, self.desk, self.production = flow, flow.desk, flow.production
        self.film = film or self.production.build / "cut.mp4"

    def findings(self) -> list[Finding]:
        """Everything found, errors first, then in the order of the film."""
        found = [
            *self._as_planned(),
            *self._files(),
            *self.flow.signoffs.findings(self.flow.captions, self.film),
        ]
        if any(one.rule == "out-of-date" for one in found):
            return found  # against another plan nothing more can be told
        found += self._pictures()
        found += self.screening.findings()
        found += [one for several in self.flow.each(self._shot, self.flow.timeline.shots) for one in several]
        found += self._captions_by_ear()
        return sorted(found, key=lambda finding: ORDER[finding.severity])

    @property
    def digest(self) -> str:
        """Which film was looked at, by its hash."""
        return file_digest(self.film) if self.film.is_file() else ""

    @cached_property
    def screening(self) -> Screening:
        clean = self.production.build / "cut.clean.mp4"
        mine = self.made.files.get("cut.mp4") == self.digest
        return Screening(self.flow, self.film, clean if self._there("cut.clean.mp4") else None, keep=mine)

    # Files and pictures ----------------------------------------------------------------------

    def _as_planned(self) -> Iterator[Finding]:
        """Does the manifest say what the lists say now?"""
        planned = self.flow.shot_records()
        if self.made.shots != planned:
            other = next(
                (n for n, (a, b) in enumerate(zip(self.made.shots, planned, strict=False), 1) if a != b),
                "the number of shots",
            )
            yield Finding(
                "out-of-date",
                "error",
                "the film",
                "was made from other lists than there are now: build it again",
                f"shot {other} differs",
                "the same",
            )

    def _files(self) -> Iterator[Finding]:
        """Is every file of the build still, byte for byte, what was made?"""
        for name, sha256 in self.made.files.items():
            path = self.production.build / name
            if not path.is_file():
                yield Finding(
                    "file-missing", "error", name, "was made and is not there any more", "missing", "there"
                )
            elif file_digest(self.film if name == "cut.mp4" else path) != sha256:
                yield Finding(
                    "file-changed",
                    "error",
                    name,
                    "is not, byte for byte, what was made",
                    "changed",
                    sha256[:12],
                )

    def _pictures(self) -> Iterator[Finding]:
        """Are a shot's pictures those of its part, and is the part what was kept?"""
        from pipeline.adapters.ffmpeg.commands import picture_prints

        timeline, names = self.flow.timeline, {"cut.mp4": "captioned.mp4", "cut.clean.mp4": "clean.mp4"}
        films = {
            name: picture_prints(self.film if name == "cut.mp4" else self.production.build / name)
            for name in names
            if self._there(name)
        }
        for number, (shot, part) in enumerate(zip(timeline.shots, self.flow.parts, strict=True), 1):
            where = f"{clock(timeline.time(shot.at).seconds)} shot {number}"
            if part in self.flow.shelf.mended:
                yield Finding(
                    "part-changed",
                    "error",
                    where,
                    "its part on the shelf was not what was made; it is again: build again",
                    "changed",
                    "as made",
                )
            for film, picture in names.items():
                made = part / picture if (part / picture).is_file() else part / "clean.mp4"
                if film in films and films[film][shot.at : shot.end] != picture_prints(made):
                    yield Finding(
                        "other-picture",
                        "error",
                        where,
                        f"the pictures in {film} are not those of its part",
                        "other frames",
                        "the same",
                    )
        for name, prints in films.items():
            if len(prints) != timeline.frames:
                yield Finding(
                    "length",
                    "error",
                    name,
                    "is longer or shorter than planned",
                    f"{len(prints)} frames",
                    f"{timeline.frames}",
                )

    def _there(self, name: str) -> bool:
        return (self.film if name == "cut.mp4" else self.production.build / name).is_file()

    # Sound and words -------------------------------------------------------------------------

    @cached_property
    def footage(self) -> Footage:
        """The finished film as if it were a source."""
        from pipeline.adapters.pyav import probe
        from pipeline.adapters.renderer import Footage, choose_feed

        media = probe.probe(self.film, file_digest(self.film))
        return Footage(self.film, media, choose_feed(self.film.name, media))

    def _shot(self, shot: Shot) -> list[Finding]:
        from pipeline.adapters.pyav.audio import hear

        timeline = self.flow.timeline
        start, end = sample_at(shot.at, timeline.rate), sample_at(shot.end, timeline.rate)
        sound = hear(self.footage.path, self.footage.media, self.footage.feed, start, end - start)
        if not isinstance(shot, Take):
            what = (
                "a reflection break"
                if isinstance(shot, Break)
                else "a card"
                if isinstance(shot, Card)
                else "a pause"
            )
            return list(audio.silence(timeline.time(shot.at).seconds, sound, what))
        self.desk.progress("listen", f"{shot.quote} at {clock(timeline.time(shot.at).seconds)}", 0, 1)
        first = sample_at(shot.first, timeline.rate)
        found = list(
            audio.sameness(shot, timeline, sound, self.desk.studio.sound(shot.source, first, end - start))
        )
        found += self._words(shot)
        self.desk.progress("listen", f"{shot.quote} at {clock(timeline.time(shot.at).seconds)}", 1, 1)
        return found

    def _words(self, take: Take) -> list[Finding]:
        """The words of a shot as they are heard anew, and the captions over them."""
        from pipeline.adapters.pyav.audio import hear_speech

        span, settings = self.flow.timeline.span(take), self.production.transcribe
        speech = hear_speech(
            self.footage.path, self.footage.media, self.footage.feed, span.start.seconds, span.duration
        )
        language = self.production.source[take.source].language or settings.language
        heard = self._heard(take, speech, language, settings.engine)
        cues, bleeps = (
            self.screening.cues_of(take),
            [bleep for bleep in self.production.bleeps if bleep.contributor == take.contributor],
        )
        again = self._heard(take, speech, language, self._second) if self.listen else heard
        self.reheard += caption_sync.reheard(cues, take, self.flow.timeline, again, bleeps)
        self.onsets += caption_sync.onsets(cues, take, self.flow.timeline, speech)
        fit = partial(self._judge.fit, speech) if language.startswith("en") else _unsure
        return listen.words(take, self.flow.timeline, heard, fit, self.production.bleeps)

    @property
    def _second(self) -> str:
        """The engine that the words were not heard by before."""
        return "openai-whisper" if self.production.transcribe.engine == "faster-whisper" else "faster-whisper"

    def _heard(self, take: Take, speech: Speech, language: str, engine: str) -> list[Word]:
        """What an engine hears in a shot; what was heard in these very bytes is kept."""
        from pipeline.adapters.asr.registry import identity

        settings = self.production.transcribe

        def work(room: Path) -> None:
            _, segments = self._engine(engine).hear(speech, language, settings.glossary, lambda _: None)
            heard = [
                [str(w.span.start.seconds), str(w.span.end.seconds), w.text, w.confidence]
                for segment in segments
                for w in segment
            ]
            (room / "heard.json").write_bytes(records.pretty(heard))

        components = {
            "film": self.footage.media.sha256,
            "shot": [take.at, take.frames],
            "engine": identity(engine, settings.model),
            "language": language,
            "glossary": digest(list(settings.glossary)),
            "version": listen.VERSION,
        }
        made = self.flow.shelf.make(
            f"listen to {take.quote} part {take.part}", components, work, [take.contributor]
        )
        return [
            Word(text, Span(Time(Fraction(a)), Time(Fraction(b))), sure)
            for a, b, text, sure in json.loads((made / "heard.json").read_bytes())
        ]

    def _engine(self, name: str) -> Recogniser:
        if name == self.production.transcribe.engine:
            return self.desk.recogniser
        with self._lock:
            return self._other

    @cached_property
    def _other(self) -> Recogniser:
        from pipeline.adapters.asr.registry import load

        return load(
            self._second,
            self.production.transcribe.model,
            lambda text: self.desk.progress("models", text, 0, 0),
        )

    def _captions_by_ear(self) -> Iterator[Finding]:
        """When captions come, and what is heard under them, by cue."""
        spoken = sum(any(word.heard for word in cue.words) for cue in self.flow.captions.cues)
        yield from caption_sync.in_time(self.onsets, spoken, self.production.profile)
        yield from caption_sync.told(
            self.reheard, spoken, self._second if self.listen else self.production.transcribe.engine
        )

    @cached_property
    def _judge(self) -> AcousticScorer:
        from pipeline.adapters.asr.acoustic_score import AcousticScorer

        return AcousticScorer()


def _unsure(_: object) -> None:
    """There is no model of this language's sounds: nothing is borne out, everything is for a person."""
