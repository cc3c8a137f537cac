"""Work on speech that is kept: what was said, what else is heard, and where it is quiet."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import partial

from pipeline.core.codec import Broken, Codec, codec
from pipeline.core.footage import HeardBy
from pipeline.core.time import Source, Span, Time
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.tools import Engine
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError
from pipeline.production.load import Production
from pipeline.production.specs import SourceSpec
from pipeline.speech import detect_sounds, held_weights, silence
from pipeline.speech.mixed import HZ, Windows, as_they_lay, end_to_end, in_passing
from pipeline.speech.sound_event import Sounds
from pipeline.speech.transcribe import transcribe
from pipeline.speech.transcript import Transcript
from pipeline.speech.transcript_file import read_transcript, transcript_record

Places = tuple[tuple[Span[Source], float], ...]
"""Quiet stretches, and the power of the loudest moment of each."""


class _TranscriptFile(Codec[Transcript]):
    """A transcript as it lies in transcripts/."""

    def write(self, value: Transcript) -> bytes:
        return transcript_record(value, "")

    def read(self, data: bytes) -> Transcript:
        try:
            return read_transcript("a kept transcript", data)[0]
        except InputError as problem:
            raise Broken(problem.what) from None


def _hear(
    at: Context, name: str, source: HeardBy, engine: Engine, language: str, glossary: tuple[str, ...]
) -> Transcript:
    duration = source.camera.media.duration
    total = float(duration)
    at.progress(0, total)
    return transcribe(
        name,
        partial(at.tools.renderer(source.only).speech, ""),
        duration,
        recogniser=at.tools.recogniser(engine),
        voiced=at.tools.voiced,
        language=language,
        glossary=glossary,
        progress=lambda done: at.progress(min(done, total), total),
    )


def _roughly(
    at: Context, name: str, source: HeardBy, engine: Engine, language: str, glossary: tuple[str, ...]
) -> Transcript:
    return in_passing(_hear(at, name, source, engine, language, glossary))


def _closely(
    at: Context,
    name: str,
    source: HeardBy,
    engine: Engine,
    language: str,
    glossary: tuple[str, ...],
    windows: Windows,
) -> Transcript:
    """Laid end to end, so that the recogniser hears half a minute at a time and not one stretch."""
    listen = partial(at.tools.renderer(source.only).speech, "")
    laid = end_to_end([listen(window.start.seconds, window.duration) for window in windows])
    heard = transcribe(
        name,
        lambda start, duration: laid[round(start * HZ) : round((start + duration) * HZ)],
        Fraction(len(laid), HZ),
        recogniser=at.tools.recogniser(engine),
        voiced=at.tools.voiced,
        language=language,
        glossary=glossary,
        progress=lambda done: None,
    )
    return replace(heard, words=as_they_lay(heard.words, windows))


def _sounds(at: Context, source: HeardBy, sound: Span[Source], said: tuple[Span[Source], ...]) -> Sounds:
    listen = partial(at.tools.renderer(source.only).speech, "")
    return detect_sounds.sounds(sound, said, listen, at.tools.voiced)


def _quiet(at: Context, source: HeardBy, places: tuple[Span[Source], ...]) -> Places:
    listen = partial(at.tools.renderer(source.only).speech, "")
    return tuple(silence.without_voice(places, listen, at.tools.voiced))


HEARD_BY = ("av", "vad")
"""The tools that everything listened to by itself depends on: what decodes sound, and what finds voices."""

TRANSCRIBE = Task("transcribe {}", 6, _hear, _TranscriptFile(Transcript), tools=HEARD_BY, stage="transcribe")
"""All words of a source, by a recogniser."""

ROUGH = Task(
    "hear {} in passing", 1, _roughly, _TranscriptFile(Transcript), tools=HEARD_BY, stage="transcribe"
)
"""All words of a source, heard roughly and soon: where to listen."""

CLOSELY = Task(
    "listen closely to {}", 1, _closely, _TranscriptFile(Transcript), tools=HEARD_BY, stage="listen"
)
"""The words of some stretches of a source, by the chosen recogniser."""

SOUNDS = Task("sounds of {}", detect_sounds.VERSION, _sounds, codec(Sounds), tools=HEARD_BY, stage="sounds")
"""Where a voice is heard in a shot, and where something loud that is none."""

QUIET = Task("quiet places of {}", 2, _quiet, codec(Places), tools=HEARD_BY, here=True)
"""What of some stretches without words holds no voice that a recogniser missed."""


def heard(workspace: Workspace, production: Production, source: SourceSpec, of: HeardBy) -> Call:
    """TRANSCRIBE for a source, by the production's engine, language and glossary."""
    settings = production.transcribe
    return call(
        source.id,
        source.everybody,
        name=source.id,
        source=of,
        engine=held_weights.engine(workspace, production),
        language=source.language or settings.language,
        glossary=(*settings.glossary, *source.glossary),
    )


def heard_in_passing(workspace: Workspace, production: Production, source: SourceSpec, of: HeardBy) -> Call:
    """ROUGH for a source: by the smallest weights at hand that know its language."""
    wanted = heard(workspace, production, source, of)
    engine = workspace.tools.quickest(wanted.inputs["language"], production.transcribe.device)
    return replace(wanted, inputs={**wanted.inputs, "engine": engine})


def heard_closely(
    workspace: Workspace, production: Production, source: SourceSpec, of: HeardBy, windows: Windows
) -> Call:
    """CLOSELY for some stretches of a source."""
    wanted = heard(workspace, production, source, of)
    at = f"{source.id} at {windows[0].start}"
    return replace(wanted, of=at, inputs={**wanted.inputs, "windows": windows})


def quiet_places(
    workspace: Workspace, source: SourceSpec, of: HeardBy, transcript: Transcript, near: Time[Source]
) -> Places:
    """Stretches near a moment without a word of the transcript, and without a voice that it might have
    missed; how loud each is.
    """
    spans = silence.quiet_near(transcript.words, near, of.camera.media.duration)
    places = tuple(span for span in spans if of.recorder is None or of.recorder.hears(span))
    return workspace.make(QUIET, source.id, source.everybody, source=of, places=places)
