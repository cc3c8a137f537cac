"""The tools that tasks work with, loaded when they are first used, and the names by which keys know them.

A build that has nothing to do asks for names only: no model, no codec and no font is loaded for one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from pipeline.core.time import nearest

if TYPE_CHECKING:
    from fractions import Fraction

    from pipeline.adapters.fonts import Typeface
    from pipeline.adapters.renderer import Renderer
    from pipeline.core.footage import Fonts, Footage, Material
    from pipeline.core.media import Media, Track
    from pipeline.core.packaging import Packaging
    from pipeline.core.ports import (
        Aligner,
        Face,
        FaceFinder,
        Frame,
        Grey,
        Pixels,
        Recogniser,
        Samples,
        Scorer,
        Shrinker,
        Speech,
        TextScorer,
    )


@dataclass(frozen=True)
class Engine:
    """A recogniser by its name and model; `key` says exactly which version and weights, and on what.

    `files` are the hashes that its weights must have, where the code holds none; `commit` is whence the hub
    has them. `rough`: it hears for finding places only.
    """

    name: str
    model: str
    key: str
    revision: str = ""
    files: tuple[tuple[str, str], ...] = ()
    commit: str = ""
    device: str = "cpu"
    rough: bool = False


@dataclass(frozen=True)
class AlignerFor:
    """Which aligner places the words of a language: pocketsphinx, or (`engine`) a recogniser's own, whose
    times are `rough`.
    """

    language: str
    engine: Engine | None
    rough: bool
    key: str


@dataclass(frozen=True)
class Witnesses:
    """Who is asked which of two texts was said in a language. `strict`: they must be clear."""

    language: str
    engines: tuple[Engine, ...]
    strict: bool

    @property
    def key(self) -> list[object]:
        return [self.language, [engine.key for engine in self.engines], self.strict]


class Tools:
    """Safe for threads. `say` is told what takes its time, as fetching weights does."""

    def __init__(self, say: Callable[[str], None] = lambda text: None) -> None:
        self._say = say
        self._lock, self._scoring = Lock(), Lock()
        self._tried: dict[str, bool] = {}
        self._recognisers: dict[Engine, Recogniser] = {}
        self._sphinx: Aligner | None = None
        self._scorers: dict[tuple[Engine, str], TextScorer] = {}
        self._faces: FaceFinder | None = None

    # What keys know them by ------------------------------------------------------------------

    @staticmethod
    def identity(name: str) -> str:
        """Exactly which "av", "vad", "aligner", "ffmpeg", "fonts", "faces" or "typesetter" this is."""
        return _identity(name)

    @staticmethod
    def engine(name: str, model: str, device: str = "cpu") -> Engine:
        """A recogniser and its weights, by the hashes in the code, without loading either."""
        from pipeline.adapters.asr.registry import device as settled
        from pipeline.adapters.asr.registry import identity

        on = settled(name, device)
        return Engine(name, model, identity(name, model, device=on), device=on)

    def weighed(
        self,
        name: str,
        model: str,
        device: str,
        revision: str,
        held: Mapping[str, str] | None,
        hash_of: Callable[[Path], str],
    ) -> Engine:
        """A recogniser with any weights, by the bytes that they are; other bytes than those `held` are
        refused, and what is not here is fetched.
        """
        from pipeline.adapters.asr import registry

        files, commit = registry.weigh(name, model, revision, held, hash_of, self._say)
        on = registry.device(name, device)
        key = registry.identity(name, model, revision=revision, files=files, device=on)
        return Engine(name, model, key, revision, files, commit, on)

    @staticmethod
    def is_here(engine: Engine) -> bool:
        """Can a recogniser hear without anything being fetched?"""
        from pipeline.adapters.asr.registry import is_here

        return is_here(engine.name, engine.model, engine.revision, dict(engine.files), engine.commit)

    def quickest(self, language: str, device: str) -> Engine:
        """Who hears a language in passing, for the least: the smallest weights that know it."""
        from pipeline.adapters.asr.registry import smallest

        found = self.engine("faster-whisper", smallest(language), device)
        return replace(found, key=f"{found.key} in passing", rough=True)

    def aligner_for(self, language: str, lent: Engine) -> AlignerFor:
        """Pocketsphinx for English; for others the recogniser's own aligner, where it lends one."""
        english = (language or "en").startswith("en")
        if english or lent.name != "faster-whisper":
            return AlignerFor(language, None, not english, self.identity("aligner"))
        return AlignerFor(language, lent, rough=True, key=f"{lent.key} aligns {language}")

    @staticmethod
    def knows(language: str) -> bool:
        """Has the recogniser learnt a language?"""
        from pipeline.adapters.asr.registry import knows

        return knows(language)

    def witnesses(self, language: str, model: str) -> Witnesses:
        """Who is asked what was said, where the weights `model` wrote the transcript; blank: a person.

        English-only weights judge English best for their size; who wrote the transcript is not asked alone.
        """
        from pipeline.adapters.asr import weights

        spoken = language.partition("-")[0] or "en"
        names = weights.WITNESSES if spoken == "en" else weights.WITNESSES[1:]
        there = [name for name in names if self.knows(spoken) and self._at_hand(name)]
        asked = there[:1] if there[:1] != [model] else there[:2]
        engines = tuple(self.engine("faster-whisper", name) for name in asked)
        return Witnesses(spoken, engines, strict=spoken != "en" or not set(asked) - {model})

    def _at_hand(self, name: str) -> bool:
        """Are these weights here, or can they be had?"""
        from pipeline.adapters.asr import weights
        from pipeline.errors import OurwordsError

        if name not in self._tried:
            try:
                self._tried[name] = bool(weights.find(name) or weights.fetch(name, self._say))
            except OurwordsError:
                self._tried[name] = False
        return self._tried[name]

    # What they do ----------------------------------------------------------------------------

    def scorer(self, engine: Engine, language: str) -> TextScorer:
        """Says how well whole texts of a language fit a sound, by an engine's weights."""
        from pipeline.adapters.asr.faster_whisper import FasterWhisper
        from pipeline.adapters.asr.text_score import WhisperScorer

        def model() -> Any:
            lent = self.recogniser(engine)
            assert isinstance(lent, FasterWhisper)
            return lent.model()

        with self._scoring:
            if (engine, language) not in self._scorers:
                self._scorers[engine, language] = WhisperScorer(engine.key, language, model)
            return self._scorers[engine, language]

    def recogniser(self, engine: Engine) -> Recogniser:
        """Loaded once; its weights are fetched where they are not here yet."""
        from pipeline.adapters.asr.registry import load

        with self._lock:
            if engine not in self._recognisers:
                self._recognisers[engine] = load(
                    engine.name,
                    engine.model,
                    self._say,
                    revision=engine.revision,
                    files=engine.files,
                    commit=engine.commit,
                    device=engine.device,
                    rough=engine.rough,
                )
            return self._recognisers[engine]

    def aligner(self, wanted: AlignerFor, ways_said: Callable[[str], Sequence[str]]) -> Aligner:
        """Finds when known words are said; `ways_said` gives how a written word may be said."""
        if wanted.engine is None:
            return self._pocketsphinx(ways_said)
        from pipeline.adapters.asr.faster_whisper import FasterWhisper
        from pipeline.adapters.asr.whisper_aligner import WhisperAligner

        def model() -> Any:
            assert wanted.engine
            lent = self.recogniser(wanted.engine)
            assert isinstance(lent, FasterWhisper)
            return lent.model()

        return WhisperAligner(wanted.engine.key, wanted.language, model)

    def _pocketsphinx(self, ways_said: Callable[[str], Sequence[str]]) -> Aligner:
        from pipeline.adapters.asr.pocketsphinx import Pocketsphinx

        with self._lock:
            self._sphinx = self._sphinx or Pocketsphinx(ways_said)
            return self._sphinx

    @staticmethod
    def judge() -> Scorer:
        """Scores how well words fit a sound, where there is a model of the language's sounds: English."""
        from pipeline.adapters.asr.acoustic_score import AcousticScorer

        return AcousticScorer()

    @staticmethod
    def voiced(speech: Speech) -> list[tuple[float, float]]:
        """Where somebody speaks, in seconds."""
        from pipeline.adapters.asr.faster_whisper import speech_spans

        return speech_spans(speech)

    @staticmethod
    def sniff(path: Path) -> None:
        """Refuse a file that is no recording, before it is hashed."""
        from pipeline.adapters.pyav import probe

        probe.sniff(path)

    @staticmethod
    def length(path: Path) -> float:
        """About how many seconds a recording is, by what its file says."""
        from pipeline.adapters.pyav import probe

        return probe.length(path)

    @staticmethod
    def speed(model: str) -> float | None:
        """Seconds of a processor core for an hour of speech, where these weights were measured here."""
        from pipeline.adapters.asr import costs

        return costs.remembered(model)

    @staticmethod
    def free(folder: Path) -> int:
        """Bytes that are free on the disk of a folder, which need not be there yet."""
        import shutil

        return shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.is_dir())).free

    @staticmethod
    def probe(path: Path, sha256: str, *, recorder: bool = False) -> Media:
        """Everything that later stages ask about a recording."""
        from pipeline.adapters.pyav import probe

        return probe.probe(path, sha256, recorder=recorder)

    @staticmethod
    def one_stream(paths: Sequence[Path]) -> bool:
        """Are these pieces of one broadcast stream?"""
        from pipeline.adapters.pyav import chapters

        return chapters.one_stream(paths)

    @staticmethod
    def ends(path: Path, media: Media, track: Track | None) -> tuple[Fraction, Fraction]:
        """Where a file's picture and its sound really end."""
        from pipeline.adapters.pyav import chapters

        return chapters.ends(path, media, track)

    @staticmethod
    def meets(before: Path, last: Media, after: Path, media: Media) -> Fraction | None:
        """Where a file's own 0 lies on the clock of the one before it, by the picture that both have."""
        from pipeline.adapters.pyav import chapters

        return chapters.meets(before, last, after, media)

    @staticmethod
    def still_kind(path: Path) -> str | None:
        """What kind of still a file is; None where it is none."""
        from pipeline.adapters.ffmpeg.commands import cutaway_kind

        return cutaway_kind(path)

    @staticmethod
    def decode_still(path: Path, kind: str, folder: Path) -> None:
        """Decode a still by itself; InputError where that cannot be."""
        from pipeline.adapters.ffmpeg.commands import decode_still

        decode_still(path, kind, folder)

    @staticmethod
    def thumbnails(path: Path, still: str, side: int, rate: Fraction, stream: int, room: Path) -> Grey:
        """Small grey pictures of a film, or of a still of this kind."""
        from pipeline.adapters.ffmpeg.thumbnails import thumbnails

        return thumbnails(path, still, side, rate, stream, room)

    @staticmethod
    def read(footage: Footage, track: Track, first: int, count: int, hz: int) -> Samples:
        """A window of one sound track of a recording on its own clock, in stereo."""
        from pipeline.adapters.pyav.audio import hear_all
        from pipeline.core.media import Feed

        return hear_all(replace(footage, feed=Feed((track,))), first, count, hz=hz)

    @staticmethod
    def hear_speech(footage: Footage, start: Fraction, duration: Fraction) -> Speech:
        """A window of a recording on its own clock, as recognisers listen."""
        from pipeline.adapters.pyav.audio import SPEECH_RATE, hear_all

        first, count = nearest(start * SPEECH_RATE), nearest(duration * SPEECH_RATE)
        return hear_all(footage, first, count, hz=SPEECH_RATE, channels=1)[:, 0]

    @staticmethod
    def hear(footage: Footage, first: int, count: int) -> Samples:
        """A window of a recording on its own clock, in stereo at 48 kHz."""
        from pipeline.adapters.pyav.audio import hear_all

        return hear_all(footage, first, count)

    @staticmethod
    def picture_prints(film: Path) -> list[str]:
        """A hash of every picture of a film, as it is packed."""
        from pipeline.adapters.ffmpeg.commands import picture_prints

        return picture_prints(film)

    @staticmethod
    def loudness(film: Path, room: Path) -> tuple[float, float]:
        """LUFS and dBTP of a finished file, by a meter that the build does not use."""
        from pipeline.adapters.ffmpeg.meter import loudness

        return loudness(film, room)

    @staticmethod
    def packaging(film: Path) -> Packaging:
        """How a finished film is packed, and what its file says of itself."""
        from pipeline.adapters.pyav.packaging import packaging

        return packaging(film)

    @staticmethod
    def frames(film: Path, rate: Fraction, begin: int, end: int) -> Iterator[Frame]:
        """The frames of a finished film as a screen shows them."""
        from pipeline.adapters.pyav import frames

        return frames.frames(film, rate, begin, end)

    @staticmethod
    def jpeg(pixels: Pixels) -> bytes:
        """A frame as a small picture."""
        from pipeline.adapters.pyav import frames

        return frames.jpeg(pixels)

    @staticmethod
    def drawn(ass: str, size: tuple[int, int], count: int, fonts: Fonts) -> Iterator[tuple[Any, Any]]:
        """What libass draws in each second of an ASS file: its letters, and its boxes."""
        from pipeline.adapters.pyav import frames

        return frames.drawn(ass, size, count, Tools.typeface(fonts))

    def faces(self) -> FaceFinder | None:
        """Who finds faces, where its weights are at hand; loaded once."""
        from pipeline.adapters.asr import weights
        from pipeline.adapters.face_detector import Faces

        with self._lock:
            if not self._faces and (folder := weights.find(weights.FACES.name)):
                self._faces = Faces(folder / "centerface.onnx")
            return self._faces

    def finds_faces(self) -> bool:
        """Are the weights that find faces here, or can they be had?"""
        from pipeline.adapters.asr import weights

        return self._at_hand(weights.FACES.name)

    @staticmethod
    def pictures(
        footage: Footage, run: tuple[int, int], every: int, rate: Fraction, room: Path
    ) -> Iterator[tuple[int, Pixels]]:
        """Every so many of a camera's frames as a take would show them, upright and small, with its number
        at the film's rate.
        """
        from pipeline.adapters.renderer import pictures

        return pictures(footage, run, every, rate, room)

    @staticmethod
    def reads(language: str) -> str:
        """How another reader of text calls a language; blank where it is not here, or cannot read it."""
        from pipeline.adapters import ocr

        return ocr.reads(language)

    @staticmethod
    def read_text(pictures: Sequence[Any], language: str, em: float) -> list[str]:
        """What it reads off pictures of text, whose letters are `em` pixels high."""
        from pipeline.adapters import ocr

        return ocr.read(pictures, language, em)

    @staticmethod
    def renderer(material: Material) -> Renderer:
        """Pictures and sound of these recordings."""
        from pipeline.adapters.renderer import Renderer

        return Renderer(material)

    @staticmethod
    def shrinker(
        film: Path,
        room: Path,
        rate: Fraction,
        frames: int,
        count: Callable[[int], None],
        title: str,
        language: str,
    ) -> Shrinker:
        """Who makes a finished film smaller."""
        from pipeline.adapters.ffmpeg.smaller import Shrinker

        return Shrinker(film, room, rate, frames, count, title, language)

    @staticmethod
    def stop() -> None:
        """Kill every process that a tool has running."""
        from pipeline.adapters.ffmpeg.process import stop_all

        stop_all()

    @staticmethod
    def check_glyphs(
        fonts: Fonts, drawn: Iterable[tuple[str, str]], on_cards: Iterable[tuple[str, str]]
    ) -> None:
        """Refuse (where, text) that cannot be shown."""
        Tools.typeface(fonts).check((*drawn, *on_cards))

    @staticmethod
    def check_cards(fonts: Fonts, cards: Iterable[tuple[str, Face]], size: tuple[int, int]) -> None:
        """Refuse (where, card) whose text does not fit a picture of this size."""
        from pipeline.adapters.cards import check

        check(cards, size, Tools.typeface(fonts))

    @staticmethod
    def typeface(fonts: Fonts | None = None) -> Typeface:
        """What captions are written in: the fonts that a production names, then the packaged ones."""
        from pipeline.adapters.fonts import packaged, typeface

        return typeface(fonts) if fonts else packaged()

    @staticmethod
    def pdf(template: str, values: Mapping[str, object], fonts: Fonts) -> bytes:
        """A document set from its template and values, tagged; `fonts` lend letters that none here has."""
        from pipeline.adapters import typesetter

        return typesetter.pdf(template, values, fonts)

    @staticmethod
    def pdf_words(document: bytes) -> list[str]:
        """What people can read of a PDF; ValueError where it is none."""
        from pipeline.adapters import typesetter

        return typesetter.words(document)

    @staticmethod
    def installed_font(name: str) -> Path:
        """A font file that is installed on this machine."""
        from pipeline.adapters.fonts import system

        return system(name)


@cache
def _identity(name: str) -> str:
    match name:
        case "av":
            return f"PyAV {_installed('av')}, soxr {_installed('soxr')}"
        case "vad":
            silero, runtime = _installed("faster-whisper"), _installed("onnxruntime")
            return f"Silero of faster-whisper {silero}, onnxruntime {runtime}"
        case "aligner":
            return f"pocketsphinx {_installed('pocketsphinx')}"
        case "ffmpeg":
            from pipeline.adapters.ffmpeg import process

            return process.build()
        case "fonts":
            from pipeline.adapters import fonts

            return fonts.fingerprint()
        case "faces":
            from pipeline.adapters.asr import weights

            (sha256,) = weights.FACES.files.values()
            return f"CenterFace {sha256[:16]}, onnxruntime {_installed('onnxruntime')}"
        case "typesetter":
            return f"Typst {_installed('typst')}"
    raise LookupError(f'no tool is called "{name}"')


def _installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"
