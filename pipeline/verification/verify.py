"""What stands behind `ourwords verify`: the finished files held against the plan they were made from.

Files by their hashes, pictures packet by packet against the kept parts, sound against the footage,
words heard anew. Nothing that the build believed of itself is believed here.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Protocol

from pipeline.consent import names
from pipeline.core.codec import codec
from pipeline.core.digest import file_digest
from pipeline.core.finding import Finding
from pipeline.core.footage import File, Footage
from pipeline.core.ports import Frame, Listener, Scorer, Speech, Studio
from pipeline.core.time import Time, clock
from pipeline.core.word import Word
from pipeline.edit.timeline import Break, Card, Hold, Shot, Take, sample_at, samples_of
from pipeline.engine.task import Context, Task
from pipeline.engine.tools import Engine, Witnesses
from pipeline.footage.recordings import whole_film
from pipeline.matching import judge, tasks
from pipeline.matching.model import Answer, Difference
from pipeline.speech import held_weights
from pipeline.verification import audio, caption_sync, cards, flash
from pipeline.verification import speech as listen
from pipeline.verification.burned_in import Screening
from pipeline.verification.planned import Planned


class Made(Protocol):
    """What the build wrote down of its film: its shots, and its files by their hashes."""

    @property
    def shots(self) -> Sequence[Mapping[str, Any]]: ...

    @property
    def files(self) -> Mapping[str, str]: ...


def _listen(
    at: Context,
    film: Footage,
    start: Fraction,
    duration: Fraction,
    engine: Engine,
    language: str,
    glossary: tuple[str, ...],
) -> tuple[Word, ...]:
    speech = at.tools.hear_speech(film, start, duration)
    _, segments = at.tools.recogniser(engine).hear(speech, language, glossary, lambda _: None)
    return tuple(word for segment in segments for word in segment)


def _settle(
    at: Context,
    film: Footage,
    start: Fraction,
    duration: Fraction,
    differences: tuple[Difference, ...],
    witnesses: Witnesses,
) -> tuple[Answer, ...]:
    shot = only(at.tools.hear_speech(film, start, duration))
    court = tasks.court(at.tools, witnesses)
    return tuple(judge.ask(one, shot, court) for one in differences)


def _flashes(at: Context, film: File, rate: Fraction, frames: int) -> flash.Flashes:
    def seen() -> Iterator[Frame]:
        for one in at.tools.frames(film.path, rate, 0, sys.maxsize):
            if one.number % 100 == 0:
                at.progress(one.number, frames)
            yield one

    return flash.measured(seen(), rate)


def only(speech: Speech) -> Listener:
    """A shot and nothing beside it: what a neighbour says is no evidence of what is said here."""

    def listen(start: Fraction, duration: Fraction) -> Speech:
        return speech[max(0, round(start * HZ)) : max(0, round((start + duration) * HZ))]

    return listen


HZ = 16_000
"""Samples of speech a second."""

LISTEN = Task("listen to {}", listen.VERSION + 1, _listen, codec(tuple[Word, ...]), tools=("av", "vad"))
"""The words of a stretch of a finished film, as an engine hears them."""

SETTLE = Task("judge {}", tasks.JUDGE.version, _settle, codec(tuple[Answer, ...]), tools=("av",))
"""What the sound of a shot says where it is not heard as approved: a verdict for the film's bytes alone."""

FLASHES = Task(
    "measure flashes in {}", flash.VERSION, _flashes, codec(flash.Flashes), tools=("av",), stage="look"
)
"""What flashes in a finished film, for its bytes alone."""

ORDER = {"error": 0, "warning": 1, "info": 2}


class Proof:
    """One verification of what is in build/ now. `film` may name another file that should be the same film.

    With `listen`, its words are heard by the other engine too.
    """

    def __init__(
        self,
        planned: Planned,
        made: Made,
        film: Path | None = None,
        *,
        shots: Sequence[Mapping[str, Any]] = (),
        signed: Sequence[Finding] = (),
        listen: bool = False,
    ) -> None:
        """`shots` as a manifest would list them now; `signed`: whether the captions' sign-off still holds."""
        self.planned, self.made, self.shots, self.signed, self.listen = planned, made, shots, signed, listen
        self.onsets: list[caption_sync.Onset] = []
        self.reheard: list[caption_sync.Reheard] = []
        self.workspace, self.production = planned.workspace, planned.production
        self.film = film or self.production.build / "cut.mp4"

    def findings(self) -> list[Finding]:
        """Everything found, errors first, then in the order of the film."""
        found = [*self._as_planned(), *self._files(), *self.signed]
        if any(one.rule == "out-of-date" for one in found):
            return found  # against another plan nothing more can be told
        found += self._pictures()
        found += self.screening.findings()
        found += flash.findings(self._flashes(), self.planned.timeline)
        found += cards.judged(self._cards(), self.planned.timeline)
        each = self.workspace.side_by_side(self._shot, self.planned.timeline.shots)
        found += [one for several in each for one in several]
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
        return Screening(self.planned, self.film, clean if self._there("cut.clean.mp4") else None, keep=mine)

    # Files and pictures ----------------------------------------------------------------------

    def _as_planned(self) -> Iterator[Finding]:
        """Does the manifest say what the lists say now?"""
        if self.made.shots != self.shots:
            other = next(
                (n for n, (a, b) in enumerate(zip(self.made.shots, self.shots, strict=False), 1) if a != b),
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
        picture_prints = self.workspace.tools.picture_prints
        timeline, names = self.planned.timeline, {"cut.mp4": "captioned.mp4", "cut.clean.mp4": "clean.mp4"}
        films = {
            name: picture_prints(self.film if name == "cut.mp4" else self.production.build / name)
            for name in names
            if self._there(name)
        }
        for number, (shot, part) in enumerate(zip(timeline.shots, self.planned.parts, strict=True), 1):
            where = f"{clock(timeline.time(shot.at).seconds)} shot {number}"
            if part in self.workspace.cache.mended:
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

    def _flashes(self) -> flash.Flashes:
        """What flashes; what was measured in these very bytes is kept."""
        timeline = self.planned.timeline
        people = sorted({take.contributor for take in timeline.takes})
        film = File(self.film, self.digest)
        how = {"frames": timeline.frames}
        return self.workspace.make(FLASHES, self.film.name, people, how, film=film, rate=timeline.rate)

    def _cards(self) -> list[tuple[Card | Break, list[cards.Line]]]:
        """The lines of each card and prompt, on its frames."""
        timeline, tools = self.planned.timeline, self.workspace.tools

        def seen(shot: Card | Break) -> tuple[Card | Break, list[cards.Line]]:
            shown = (
                next(tools.frames(self.film, timeline.rate, n, n + 1), None) for n in cards.frames_of(shot)
            )
            return shot, [line for one in shown if one for line in cards.lines(one.pixels, one.number)]

        written = [
            shot for shot in timeline.shots if isinstance(shot, Card | Break) and shot.face.text.strip()
        ]
        return self.workspace.side_by_side(seen, written)

    # Sound and words -------------------------------------------------------------------------

    @cached_property
    def footage(self) -> Footage:
        """The finished film as if it were a source."""
        return whole_film(self.workspace, self.film, file_digest(self.film))

    @cached_property
    def _sources(self) -> Studio:
        """What the shots were made from."""
        return self.workspace.tools.renderer(self.planned.material)

    def _shot(self, shot: Shot) -> list[Finding]:
        timeline = self.planned.timeline
        start, end = sample_at(shot.at, timeline.rate), sample_at(shot.end, timeline.rate)
        sound = self.workspace.tools.hear(self.footage, start, end - start)
        if not isinstance(shot, Take):
            what = {Break: "a reflection break", Card: "a card"}.get(type(shot), "a pause")
            room = self._room(shot) if isinstance(shot, Hold) else audio.AUDIBLE
            return list(audio.silence(timeline.time(shot.at).seconds, sound, what, room))
        told = partial(
            self.workspace.progress, "listen", f"{shot.quote} at {clock(timeline.time(shot.at).seconds)}"
        )
        told(0, 1)
        first = sample_at(shot.first, timeline.rate)
        played = self._sources.sound(shot.source, first, end - start)
        found = list(audio.sameness(shot, timeline, sound, played))
        found += self._words(shot, as_recorded=not found)
        told(1, 1)
        return found

    def _room(self, hold: Hold) -> float:
        """dBFS up to which a pause may be heard: the room of its source, as loud as the film plays it."""
        timeline = self.planned.timeline
        quiet = self.planned.quiet(hold.source, Time.frames_at(hold.first, timeline.rate))
        mine = (take for take in timeline.takes if take.quote == hold.quote)
        beside = next((one for one in mine if hold.first in (one.first, one.first + one.frames - 1)), None)
        if not quiet or not beside:
            return audio.AUDIBLE
        first, count = sample_at(beside.first, timeline.rate), samples_of(beside, timeline.rate)
        film = self.workspace.tools.hear(self.footage, sample_at(beside.at, timeline.rate), count)
        gain = audio.loudness(film) - audio.loudness(self._sources.sound(hold.source, first, count))
        room = self._sources.sound(
            hold.source, quiet.start.samples(), quiet.end.samples() - quiet.start.samples()
        )
        return max(audio.AUDIBLE, audio.loudest(room) + gain + audio.ROOM)

    def _words(self, take: Take, *, as_recorded: bool) -> list[Finding]:
        """The words of a shot as they are heard anew, and the captions over them. A person who has listened
        to the footage is believed of a film that sounds `as_recorded`.
        """
        span, settings = self.planned.timeline.span(take), self.production.transcribe
        speech = self.workspace.tools.hear_speech(self.footage, span.start.seconds, span.duration)
        language = self.production.source[take.source].language or settings.language
        if not self.workspace.tools.knows(language):
            what = f"no recogniser here knows its language ({language}): listen to it"
            where = f"{clock(span.start.seconds)} {take.quote}"
            return [Finding("not-heard", "warning", where, what, "nothing", "the approved words")]
        heard = self._heard(take, language, settings.engine)
        cues, bleeps = (
            self.screening.cues_of(take),
            names.to_hear(self.production, take.contributor),
        )
        again = self._heard(take, language, self._second) if self.listen else heard
        self.reheard += caption_sync.reheard(cues, take, self.planned.timeline, again, bleeps)
        self.onsets += caption_sync.onsets(cues, take, self.planned.timeline, speech)
        shot = listen.Reheard(take, self.planned.timeline, tuple(heard), tuple(bleeps), language)
        listener = self.planned.listener(take.quote) if as_recorded else ""
        answers = [Answer.LISTENED] * len(shot.questions) if listener else self._settled(take, shot, language)
        if not as_recorded and language.startswith("en"):
            fit = partial(self._sounds.fit, speech)
            told = zip(shot.questions, answers, strict=True)
            answers = [Answer.HEARD if listen.denied(one, fit) else answer for one, answer in told]
        return list(shot.findings(answers, listener, as_recorded=as_recorded))

    def _settled(self, take: Take, shot: listen.Reheard, language: str) -> Sequence[Answer]:
        """What the sound says of each difference; what was settled in these very bytes is kept."""
        span = self.planned.timeline.span(take)
        if not shot.questions:
            return ()
        return self.workspace.make(
            SETTLE,
            f"{take.quote} part {take.part}",
            [take.contributor],
            film=self.footage,
            start=span.start.seconds,
            duration=span.duration,
            differences=tuple(question.difference for question in shot.questions),
            witnesses=self.workspace.tools.witnesses(language, self.production.transcribe.model),
        )

    @property
    def _second(self) -> str:
        """The engine that the words were not heard by before."""
        return "openai-whisper" if self.production.transcribe.engine == "faster-whisper" else "faster-whisper"

    def _heard(self, take: Take, language: str, engine: str) -> list[Word]:
        """What an engine hears in a shot; what was heard in these very bytes is kept."""
        span, settings = self.planned.timeline.span(take), self.production.transcribe
        heard = self.workspace.make(
            LISTEN,
            f"{take.quote} part {take.part}",
            [take.contributor],
            film=self.footage,
            start=span.start.seconds,
            duration=span.duration,
            engine=held_weights.engine(self.workspace, self.production, engine),
            language=language,
            glossary=tuple(settings.glossary),
        )
        return list(heard)

    def _captions_by_ear(self) -> Iterator[Finding]:
        """When captions come, and what is heard under them, by cue."""
        spoken = sum(any(word.heard for word in cue.words) for cue in self.planned.captions.cues)
        yield from caption_sync.in_time(self.onsets, spoken, self.production.profile)
        engine = self._second if self.listen else self.production.transcribe.engine
        yield from caption_sync.told(self.reheard, spoken, engine, settled=not self.listen)

    @cached_property
    def _sounds(self) -> Scorer:
        return self.workspace.tools.judge()
