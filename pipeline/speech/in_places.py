"""`find = "fast"`: every source is heard in passing, and closely where somebody may be looked for.

What is heard closely is asked for in rounds: a place that is found by words in passing is listened to, and
looked at again by what was heard. It ends where nothing rests on words in passing any more. Every stretch is
kept by itself, so that another list of quotes has only its new places listened to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from hashlib import sha256
from typing import Protocol

from pipeline.core.digest import digest
from pipeline.core.footage import HeardBy
from pipeline.core.time import Source, Span
from pipeline.engine.cache import write_whole
from pipeline.engine.private import check_writable
from pipeline.engine.workspace import Workspace
from pipeline.production.load import Production
from pipeline.speech.mixed import Windows, mixed, packed, windows
from pipeline.speech.tasks import CLOSELY, ROUGH, heard_closely, heard_in_passing
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.transcript_file import is_untouched, read_transcript, transcript_record
from pipeline.speech.transcripts import Filed, file_of, fitting, keep_edits, transcripts


class Near(Protocol):
    """Says where to listen, by what was heard so far. `key` is all that its answer depends on besides."""

    @property
    def key(self) -> str: ...

    def places(self, heard: Mapping[str, Transcript]) -> Mapping[str, Sequence[Span[Source]]]:
        """By source, the stretches that were heard in passing only and are wanted closely."""
        ...


def filed(
    workspace: Workspace, production: Production, sources: Mapping[str, HeardBy], near: Near
) -> dict[str, Filed]:
    """What was said in each source, as the production asks for it: whole, or closely in places."""
    if production.transcribe.find == "whole":
        return transcripts(workspace, production, sources)
    there = {name: _read(production, name) for name in sources}
    imported = {name: of for name, of in sources.items() if there[name][1].startswith("import ")}
    found = transcripts(workspace, production, imported)
    passing = {name: of for name, of in sources.items() if name not in imported}
    keys = {name: _key(workspace, production, name, of, near) for name, of in passing.items()}
    if all(there[name][1] == key for name, key in keys.items()):
        for name, of in passing.items():
            found[name] = _filed(fitting(there[name][0], name, of.camera, file_of(production, name).name))
            if not is_untouched(file_of(production, name).read_bytes()):
                found[name] = replace(found[name], imported=True)
    else:
        for name in passing:
            if (path := file_of(production, name)).is_file():
                keep_edits(name, path.name, path.read_bytes(), "footage, settings or list changed")
            if not workspace.cache.dry:
                check_writable(path.parent, f"transcripts/{path.name}")
        for name, transcript in heard(workspace, production, passing, near).items():
            if not workspace.cache.dry:
                write_whole(file_of(production, name), transcript_record(transcript, keys[name]))
            found[name] = _filed(transcript)
    return {name: found[name] for name in sources}


def heard(
    workspace: Workspace, production: Production, sources: Mapping[str, HeardBy], near: Near
) -> dict[str, Transcript]:
    """Every source in passing, and closely where nothing else will do."""
    specs = [production.source[name] for name in sources]
    wanted = [heard_in_passing(workspace, production, spec, sources[spec.id]) for spec in specs]
    rough = dict(zip(sources, workspace.each(ROUGH, wanted), strict=True))
    durations = {name: of.camera.media.duration for name, of in sources.items()}

    def listen(name: str, windows: Windows) -> Listened:
        return _listened(workspace, production, name, sources[name], windows)

    return in_rounds(rough, durations, near, listen)


Listened = Sequence[tuple[Windows, Transcript]]
"""Stretches that were heard closely, and what was heard in them."""


def in_rounds(
    rough: Mapping[str, Transcript],
    durations: Mapping[str, Fraction],
    near: Near,
    listen: Callable[[str, Windows], Listened],
) -> dict[str, Transcript]:
    """What was heard in passing, listened to closely until nothing is wanted any more."""
    known: dict[str, Windows] = dict.fromkeys(rough, ())
    found = dict(rough)
    while True:
        asked = near.places(found)
        grown = {
            name: windows(one.words, known[name], asked.get(name, ()), durations[name])
            for name, one in rough.items()
        }
        if grown == known:
            return found
        known = grown
        found = {name: mixed(one, listen(name, known[name])) for name, one in rough.items()}


def _listened(
    workspace: Workspace, production: Production, name: str, of: HeardBy, windows: Windows
) -> Listened:
    packs, spec = list(packed(windows)), production.source[name]
    calls = [heard_closely(workspace, production, spec, of, pack) for pack in packs]
    return list(zip(packs, workspace.each(CLOSELY, calls), strict=True))


def _key(workspace: Workspace, production: Production, name: str, of: HeardBy, near: Near) -> str:
    """What a source's file was made from: both hearings, and what is looked for."""
    spec = production.source[name]
    rough = heard_in_passing(workspace, production, spec, of)
    whole = heard_closely(workspace, production, spec, of, (Span[Source].measured(0, 1),))
    parts = [
        ROUGH.components(workspace.tools, rough.inputs),
        CLOSELY.components(workspace.tools, whole.inputs),
    ]
    return digest([*parts, near.key])[:32]


def _read(production: Production, name: str) -> tuple[Transcript, str]:
    """What is filed, and what it was made from."""
    path = file_of(production, name)
    nothing = Transcript(name, "", "", "", Words.of(())), ""
    return read_transcript(path.name, path.read_bytes()) if path.is_file() else nothing


def _filed(transcript: Transcript) -> Filed:
    """By what was heard, and not by the list: a quote is looked for again where other words were heard."""
    return Filed(transcript, sha256(transcript_record(transcript, "")).hexdigest())
