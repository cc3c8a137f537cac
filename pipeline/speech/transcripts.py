"""The transcripts of a production: files that people may read, correct and bring from elsewhere.

A recogniser's transcript stands while its footage, track, engine and settings do; an imported one while its
footage does. Each names in its own file what it was made from, and a hash of what it held: one that a person
edited counts as imported.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from hashlib import sha256
from pathlib import Path
from shlex import quote

from pipeline.core.digest import digest
from pipeline.core.footage import Footage, HeardBy
from pipeline.core.time import Source, Time, ticks
from pipeline.engine.cache import write_whole
from pipeline.engine.private import check_writable
from pipeline.engine.workspace import Workspace
from pipeline.errors import InputError
from pipeline.production.load import Production
from pipeline.production.locate import read_at_most
from pipeline.production.specs import SourceSpec
from pipeline.speech import import_check
from pipeline.speech.importers import READABLE
from pipeline.speech.tasks import TRANSCRIBE, heard
from pipeline.speech.transcript import Transcript
from pipeline.speech.transcript_file import CONTENT, is_untouched, read_transcript, transcript_record

MOST_BYTES = 100 << 20
"""In a transcript: ten times what a day of words takes."""


@dataclass(frozen=True)
class Filed:
    """A transcript, and the hash of the file that it lies in. `imported`: are its words and times a
    person's, by an import or an edit, and not as a recogniser heard them?
    """

    transcript: Transcript
    sha256: str
    imported: bool = False


def file_of(production: Production, source: str) -> Path:
    """Where a source's transcript lies."""
    return production.path(f"transcripts/{source}.json")


def transcripts(
    workspace: Workspace, production: Production, sources: Mapping[str, HeardBy]
) -> dict[str, Filed]:
    """What was said in each source: from its file, or heard now and filed."""
    find = partial(_found, workspace, production)
    specs = [production.source[name] for name in sources]
    found = workspace.side_by_side(lambda spec: find(spec, sources[spec.id]), specs)
    return dict(zip(sources, found, strict=True))


def _found(workspace: Workspace, production: Production, source: SourceSpec, of: HeardBy) -> Filed:
    path, wanted = file_of(production, source.id), heard(workspace, production, source, of)
    key = digest(TRANSCRIBE.components(workspace.tools, wanted.inputs))[:32]
    why = "new"
    if path.is_file():
        data = path.read_bytes()
        transcript, made_from = read_transcript(path.name, data)
        if made_from in (key, _imported(of.camera)):
            found = fitting(transcript, source.id, of.camera, path.name)
            return Filed(found, sha256(data).hexdigest(), made_from != key or not is_untouched(data))
        if made_from.startswith("import "):
            raise InputError(
                "was imported for other footage",
                where=path.name,
                next_step=f"import it again (ourwords transcribe --import), or delete {path.name}",
            )
        why = "footage, track, engine or settings changed"
        keep_edits(source.id, path.name, data, why)
    if workspace.cache.dry and not workspace.keeps(TRANSCRIBE, wanted):
        workspace.cache.want(f"transcribe {source.id}", why)
    if not workspace.cache.dry:
        check_writable(path.parent, f"transcripts/{path.name}")
    transcript = workspace.made(TRANSCRIBE, wanted)
    data = transcript_record(transcript, key)
    if not workspace.cache.dry:
        write_whole(path, data)
    return Filed(transcript, sha256(data).hexdigest())


def keep_edits(source: str, name: str, data: bytes, why: str) -> None:
    """Refuse to write over a transcript that somebody edited."""
    if CONTENT in data[:2000] and not is_untouched(data):
        again = f"ourwords transcribe {source} --import transcripts/{name}"
        raise InputError(
            f"was edited by hand, and its {why} since",
            where=name,
            next_step=f"keep your edit: {again}; or delete it to have it heard again",
        )


Reader = Callable[[str, str, str, bytes], Transcript]
"""Reads a transcript made elsewhere: source, language, file name, content."""


def take(
    workspace: Workspace,
    production: Production,
    source: SourceSpec,
    of: HeardBy,
    file: Path,
    read: Reader,
    offset: float = 0.0,
) -> list[str]:
    """Keep a transcript made elsewhere, bound to this footage, once its words were held against the sound;
    what is to be told of it. `offset` is how much later all its words are than it says.
    """
    try:
        data = read_at_most(file, MOST_BYTES, "transcript")
    except OSError as problem:
        raise InputError(
            f"cannot be read: {problem.strerror}",
            where=str(file),
            next_step=f"give {READABLE}",
        ) from None
    check_writable(file_of(production, source.id).parent, f"transcripts/{source.id}.json")
    found = read(source.id, source.language or production.transcribe.language, file.name, data)
    again = f"ourwords transcribe {source.id} --import {quote(str(file))}"
    found, told = import_check.checked(workspace, production, source, of, found, file.name, again, offset)
    found = fitting(found, source.id, of.camera, file.name)
    write_whole(file_of(production, source.id), transcript_record(found, _imported(of.camera)))
    return [f"{file.name}: {text}" for text in told]


def fitting(transcript: Transcript, source: str, footage: Footage, file: str) -> Transcript:
    """Refuse a transcript of another source, or with words where this one has no sound."""
    if transcript.source != source:
        raise InputError(
            f"is a transcript of {transcript.source}, not of {source}",
            where=file,
            next_step="delete it to have it made again",
        )
    end = Time[Source](footage.media.duration + 2)
    words = transcript.heard
    if words and (words.starts[0] < 0 or words.reach[-1] > ticks(end.seconds)):
        raise InputError(
            f"has words outside the footage, which lasts {end + Fraction(-2)}",
            where=file,
            next_step="take the transcript that belongs to this file",
        )
    return transcript


def _imported(footage: Footage) -> str:
    """What an imported transcript says that it was made from."""
    return f"import {footage.media.sha256[:16]}"
