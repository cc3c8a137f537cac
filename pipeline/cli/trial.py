"""A second of film, made as any film is: each step is tried alone, so that one that fails can be named.

Footage is made here (a test picture, and a sentence of the sample that nobody real speaks); from there
on it is the build's own code, in a folder that goes away.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Self

from pipeline.api import Project
from pipeline.engine.cache import Shelf
from pipeline.engine.tools import Tools
from pipeline.engine.workspace import Workspace
from pipeline.errors import MissingTool
from pipeline.language.normalise import plain
from pipeline.matching import listened
from pipeline.matching.model import State
from pipeline.production.configs import CONFIGS
from pipeline.production.load import Production, load

if TYPE_CHECKING:
    from pipeline.core.ports import Speech

GIVEN = CONFIGS / "doctor"
SOURCE, QUOTE = "made", "q01"
SECONDS = 2.2

PLACED = Fraction(3, 10)
"""Seconds that a word may be placed away from where it is known to be said."""


class NotTried(Exception):
    """Nothing is wrong, and there is nothing to try it with yet: why, and what would bring it."""

    def __init__(self, why: str, next_step: str) -> None:
        super().__init__(why)
        self.why, self.next_step = why, next_step


class Trial:
    """`like` is the production whose encoder and recogniser are to be tried, if there is one."""

    def __init__(self, like: Production | None, today: date) -> None:
        self.like, self.today = like, today
        self._open = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @cached_property
    def root(self) -> Path:
        """A production's folder, on the disk that its films are made on where that can be."""
        beside = self.like.build if self.like and self.like.build.is_dir() else None
        try:
            room = TemporaryDirectory(prefix="doctor-", dir=beside, ignore_cleanup_errors=True)
        except PermissionError:
            room = TemporaryDirectory(prefix="doctor-", ignore_cleanup_errors=True)
        root = Path(self._open.enter_context(room))
        for file in GIVEN.iterdir():
            copyfile(file, root / file.name)
        return root

    @cached_property
    def project(self) -> Project:
        production = load(self.root)
        if self.like:
            film, heard = self.like.film, self.like.transcribe
            asked = {"codec": film.codec, "hardware": film.hardware, "quality": film.quality}
            engine = {
                "engine": heard.engine,
                "model": self.like.weights,
                "revision": heard.revision,
                "device": heard.device,
            }
            production = replace(
                production,
                film=production.film.model_copy(update=asked),
                transcribe=production.transcribe.model_copy(update=engine),
            )
        executor = self._open.enter_context(ThreadPoolExecutor(1))
        cache = Shelf(production.build / ".store")
        cache.open()
        return Project(production, Workspace(cache, executor), self.today)

    # The steps, in the order of a build: each says what it found ------------------------------

    def encode(self) -> str:
        """Footage: H.264 and AAC, as cameras give it."""
        from pipeline.adapters.ffmpeg.process import run

        picture = ["-f", "lavfi", "-i", f"testsrc2=s=640x360:r=25:d={SECONDS}", "-i", "file:spoken.flac"]
        video = ["-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-pix_fmt", "yuv420p"]
        audio = ["-c:a", "aac", "-ar", "48000"]
        run([*picture, *video, *audio, "-f", "mp4", "made.mp4"], self.root, timeout=60)
        return f"{SECONDS} s of footage made with libx264 and AAC"

    def decode(self) -> str:
        picture = self.project.film.cameras[SOURCE].media.picture
        assert picture
        if abs(self.speech).max() < 0.05:
            raise MissingTool("the sound of a film with speech in it was decoded to silence")
        return f"{picture.width}x{picture.height} at {picture.rate}, by {Tools.identity('av')}"

    @cached_property
    def speech(self) -> Speech:
        return Tools.renderer(self.project.film.interviews).speech(SOURCE, Fraction(0))

    def detect(self) -> str:
        from pipeline.adapters.asr.faster_whisper import speech_spans

        spans = speech_spans(self.speech)
        voiced = sum(end - start for start, end in spans)
        if not 1 < voiced < SECONDS:
            raise MissingTool(f"{voiced:.1f} s of speech were found in a sentence of 1.5 s")
        return f"{voiced:.1f} s of speech found"

    def recognise(self) -> str:
        from pipeline.adapters.asr import registry

        settings, weights = self.project.production.transcribe, self.project.production.weights
        here = registry.is_here(settings.engine, weights, settings.revision)
        if settings.engine == "faster-whisper" and not here:
            raise NotTried(f"{settings.model} is not here yet", f"ourwords models fetch {settings.model}")
        (found,) = self.project.transcribe([SOURCE])
        heard, text = [word.text for word in found.heard], self.project.production.quote[QUOTE].text
        said = [plain(word) for word in text.split()]
        if sum(word in map(plain, heard) for word in said) * 2 < len(said):
            raise MissingTool(f'"{" ".join(heard)}" was heard where "{text}" is said')
        return f'"{" ".join(heard)}", by {found.engine}'

    def align(self) -> str:
        """Words as a person would import them, found, cleared by the gate and placed in the sound."""
        project = self.project
        project.take_transcript(SOURCE, self.root / "words.json")
        match, of = project.film.places[QUOTE], project.film.interviews.source(SOURCE)
        if match.state is not State.MATCHED or not match.best:
            raise MissingTool(f"an approved quote is {match.state.value} in its own words")
        asked = project.production.quote[QUOTE]
        listened.add(project.production, [listened.heard(asked, match.best, of, "the trial")])
        project.film.forget_matches()
        (cut,) = project.film.cleared[QUOTE].cuts
        pairs = zip(cut.stretch.said, cut.raw, strict=True)
        off = max(abs(word.span.start - known.start) for word, known in pairs)
        if not cut.aligned or off > PLACED:
            what = "words could not be placed in the sound, or not where they are said"
            raise MissingTool(f"{what} ({float(off):.2f} s off)")
        return f"{len(cut.stretch.said)} words placed, by {Tools.identity('aligner')}"

    def burn(self) -> str:
        """Every shot, with its captions in the picture."""
        film = self.project.film
        return f"{len(film.parts)} shots made, {film.rendering.encoder}"

    def join(self) -> str:
        from pipeline.adapters.ffmpeg.commands import picture_prints

        film, timeline = self.project.film.master, self.project.timeline
        target = self.project.production.film.loudness
        frames = len(picture_prints(film.folder / "cut.mp4"))
        if frames != timeline.frames:
            raise MissingTool(f"the film has {frames} frames where {timeline.frames} were planned")
        if abs(film.heard.loudness - target) > 0.5:
            raise MissingTool(f"the film is at {film.heard.loudness:g} LUFS where {target:g} were asked for")
        return f"{frames} frames, {film.heard.loudness:g} LUFS"

    def see(self) -> str:
        """The captions in the film's own pixels, as `ourwords verify` looks for them."""
        from pipeline.verification.burned_in import Screening

        folder = self.project.film.master.folder
        found = Screening(
            self.project.film, folder / "cut.mp4", folder / "cut.clean.mp4", keep=False
        ).findings()
        for finding in found:
            if finding.severity == "error":
                raise MissingTool(f"the caption {finding.what} ({finding.measured})")
        return next(f"contrast {one.measured}" for one in found if one.rule == "contrast")

    def publish(self) -> str:
        """All that a build writes besides: caption files, markers, reports."""
        return f"{len(self.project.build().changed)} files written"


@dataclass(frozen=True)
class Step:
    """`needs` are the checks that must be good before it can be tried; `mend` is what to do where it
    fails.
    """

    name: str
    work: Callable[[Trial], str]
    needs: tuple[str, ...]
    mend: str


PIP = "python -m pip install --force-reinstall"
REINSTALL = f"{PIP} ourwords"
FFMPEG = "another ffmpeg"

STEPS = (
    Step("encoding", Trial.encode, ("ffmpeg",), FFMPEG),
    Step("decoding", Trial.decode, ("encoding", "caption font"), REINSTALL),
    Step("voice detection", Trial.detect, ("decoding",), f"{PIP} faster-whisper onnxruntime"),
    Step("recognition", Trial.recognise, ("voice detection", "weights"), f"{PIP} faster-whisper ctranslate2"),
    Step("alignment", Trial.align, ("decoding", "voice detection"), f"{PIP} pocketsphinx"),
    Step("captions burnt in", Trial.burn, ("alignment",), FFMPEG),
    Step("joining", Trial.join, ("captions burnt in",), FFMPEG),
    Step("captions seen", Trial.see, ("joining",), FFMPEG),
    Step("caption files and reports", Trial.publish, ("joining", "voice detection"), REINSTALL),
)
