"""What no single table of production.toml can know: names that refer to each other, files that must be there.

A check yields all that it finds, so that one run tells everything.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.errors import ConfigError, InputError, OurwordsError
from pipeline.production.problems import Problems

if TYPE_CHECKING:
    from pipeline.production.load import Production
    from pipeline.production.quotes import Quote
    from pipeline.production.specs import BesideSpec, SceneSpec, SourceSpec, ZoneSpec

Found = Iterator[OurwordsError]

NOBODY = "nobody"
"""In `[source.speakers]`: whose words are no contributor's."""

TOML = "production.toml"


def check(production: Production, zones: Iterable[ZoneSpec], problems: Problems) -> None:
    """Everything that is wrong between the tables, the lists and the files; what refers to a list or a row
    that could not be read is left to that problem.
    """
    gather = problems.gather
    gather(_twice("source", [source.id for source in production.sources]))
    gather(_twice("quote in the scenes", production.in_scenes))
    gather(_picture(production))
    gather(_access(production))
    for name in production.captions.font_files:
        key = "captions.font" if name == production.captions.font else "captions.fonts"
        gather(_missing(production, name, key))
    for source in production.sources:
        gather(_source(production, source))
        gather(_beside(production, source))
        if "consent" not in problems.unread:
            gather(_speakers(production, source, problems))
            gather(_people(production, source, problems))
    for number, zone in enumerate(zones, 1):
        gather(_zone(production, zone, number))
    for number, scene in enumerate(production.scenes, 1):
        gather(_unknown_quotes(production, scene, number, problems))
        gather(_scene(production, scene, number))
    for quote in production.quotes:
        gather(_quote(production, quote))


def hint(name: str, known: Iterable[str]) -> str:
    """The nearest of the names there are, or some of them."""
    known = list(known)
    close = difflib.get_close_matches(name, known, 1, 0.6)
    return f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(known[:12]) or 'none'}"


def _picture(production: Production) -> Found:
    try:
        production.rate  # noqa: B018 - parsing is the check
    except ValueError as problem:
        yield ConfigError(str(problem), where=f"{TOML}, film.rate", next_step='write "25" or "30000/1001"')
    where = f"{TOML}, film.size"
    if not all(16 <= side <= 8192 for side in production.size):
        what = f"{production.film.size} is no picture"
        yield ConfigError(what, where=where, next_step='write "1280x720" or "1920x1080"')
    if any(side % 2 for side in production.size):
        what = f"{production.film.size} has an odd side"
        yield ConfigError(what, where=where, next_step="video needs even sides")


def _source(production: Production, source: SourceSpec) -> Found:
    yield from _recording(production, source, f"source.{source.id}")
    if source.picture:
        yield from _missing(production, source.picture, f"source.{source.id}.picture")
    if source.channel and len(source.track) > 1:
        yield ConfigError(
            "a channel is one of one track, and several tracks are mixed",
            where=f"{TOML}, source.{source.id}.channel",
            next_step="name one track",
        )


def _recording(production: Production, one: SourceSpec | BesideSpec, key: str) -> Found:
    """One file, or several that are there once each: a name is all that is asked of them here."""
    if one.files and one.file != one.files[0]:
        step = "name all files of the recording, in order, in `files`, and take `file` out"
        yield ConfigError("has both file and files", where=f"{TOML}, {key}", next_step=step)
    yield from _twice(f"{key}: the file", one.all_files)
    for file in one.all_files:
        yield from _missing(production, file, f"{key}.{'files' if one.files else 'file'}")


def _speakers(production: Production, source: SourceSpec, problems: Problems) -> Found:
    """Everybody who is named is a contributor; an empty register is another error's affair."""
    known = {*production.consent, *(one.contributor for one in production.sources)}
    where = f"{TOML}, source.{source.id}.speakers"
    if source.speakers and NOBODY in known:
        what = f'"{NOBODY}" is a contributor, and stands for words that are no contributor\'s'
        yield ConfigError(what, where=where, next_step="give the contributor another id")
    for label, who in source.speakers.items():
        if who not in {*known, NOBODY} and not problems.knows(who, "consent"):
            step = f'{hint(who, known)}; words of no contributor are "{NOBODY}"\'s'
            yield ConfigError(f'"{label}" is no contributor: "{who}"', where=where, next_step=step)


def _people(production: Production, source: SourceSpec, problems: Problems) -> Found:
    """Whoever is in a recording is somebody whom the register, or another source, knows."""
    known = {*production.consent, *(one.contributor for one in production.sources)}
    for who in source.people:
        if who not in known and not problems.knows(who, "consent"):
            yield ConfigError(
                f'"{who}" is no contributor',
                where=f"{TOML}, source.{source.id}.people",
                next_step=f"{hint(who, known)}; or add a row to the consent register",
            )


def _unknown_quotes(production: Production, scene: SceneSpec, number: int, problems: Problems) -> Found:
    for name in scene.quotes:
        if name not in production.quote and not problems.knows(name, "quotes"):
            yield ConfigError(
                f'no quote "{name}" in the quote list',
                where=f"{TOML}, scene {number}",
                next_step=hint(name, production.quote),
            )


def _scene(production: Production, scene: SceneSpec, number: int) -> Found:
    where = f"{TOML}, scene {number}"
    named = [one.quote for one in scene.cutaway] + [one.quote for one in scene.pause]
    named += [one.quote for one in scene.angle] + [one.after for one in scene.reflection]
    for name in dict.fromkeys(named):
        if name not in scene.quotes:
            what = f'"{name}" is not in the quotes of scene {number}'
            yield ConfigError(what, where=where, next_step=hint(name, scene.quotes))
    own = production.film.language
    for n, tag in ((n, tag) for n, one in enumerate(scene.reflection, 1) for tag in one.translations):
        if tag.lower() == own.lower():
            at, step = f"{where}, reflection {n}, in.{tag}", "write its words beside its prompt"
            yield ConfigError(f'"{tag}" is the language of the film', where=at, next_step=step)
    angles = [f"{angle.quote}{f' part {angle.part}' if angle.part else ''}" for angle in scene.angle]
    yield from _twice("scene.angle for", angles)
    for cutaway in scene.cutaway:
        yield from _missing(production, cutaway.file, f"scene {number}, cutaway of {cutaway.quote}")


def _quote(production: Production, quote: Quote) -> Found:
    where = f"{quote.where}, column source"
    if quote.source and not production.source_named(quote.source):
        own = [one for one in production.sources if quote.contributor in one.voices]
        names = [name for one in own for name in (one.id, *(Path(file).name for file in one.all_files))]
        step = (
            hint(quote.source, names) if names else f"write the id of a source of {TOML}, or leave it blank"
        )
        yield InputError(f'"{quote.source}" is no source of this production', where=where, next_step=step)
    if (quote.pinned_times or quote.written_times) and not quote.source:
        step = "say which interview they are in"
        yield InputError("in and out need a source", where=where, next_step=step)


def _access(production: Production) -> Found:
    description = production.description
    if description and not (description.file or description.script):
        step = "give the recording as file, its script as script, or both"
        yield ConfigError("names no file", where=f"{TOML}, description", next_step=step)
    given = {
        "description.file": description and description.file,
        "description.script": description and description.script,
        "sign_language.file": production.sign_language and production.sign_language.file,
        "easy_read.file": production.easy_read and production.easy_read.file,
    }
    for key, file in given.items():
        if file:
            yield from _missing(production, file, key)


def _beside(production: Production, source: SourceSpec) -> Found:
    yield from _twice(f"source.{source.id}, angle", [angle.id for angle in source.angle])
    for name, one in source.beside.items():
        key = f"source.{source.id}.{name}"
        yield from _recording(production, one, key)
        try:
            one.given  # noqa: B018 - parsing is the check
        except ValueError as problem:
            step = 'write "12.48", "1:02.5", or "-3.2" if it started later'
            yield ConfigError(str(problem), where=f"{TOML}, {key}.offset", next_step=step)
        if one.drift is not None and one.offset is None:
            step = "leave it out: drift is measured by sound"
            yield ConfigError("needs an offset beside it", where=f"{TOML}, {key}.drift", next_step=step)


def _zone(production: Production, zone: ZoneSpec, number: int) -> Found:
    where = f"{TOML}, zone {number}"
    known = {source.id: [angle.id for angle in source.angle] for source in production.sources}
    if zone.source and zone.source not in known:
        what = f'no source "{zone.source}"'
        yield ConfigError(what, where=where, next_step=hint(zone.source, known))
    elif zone.angle and zone.angle not in known.get(zone.source or "", []):
        step = "name the source it is an angle of, as `source`"
        yield ConfigError(f'no angle "{zone.angle}" of that source', where=where, next_step=step)
    try:
        zone.zone  # noqa: B018 - making one is the check
    except ValueError as problem:
        step = 'write area = [0.7, 0.65, 1.0, 1.0] and from = "1:02.5"'
        yield ConfigError(str(problem), where=where, next_step=step)


def _missing(production: Production, file: str, key: str) -> Found:
    """A file that is not there. What may be meant is near in name, and is no file of another's."""
    try:
        path = production.path(file)
    except ConfigError as problem:
        yield problem
        return
    if path.is_file():
        return
    near = _near(production, path, {who for name, who in production.interviews if name == file})
    step = f'did you mean "{near}"?' if near else f"put it there, or correct the name in {TOML}"
    yield ConfigError(f'no file "{file}"', where=f"{TOML}, {key}", next_step=step)


def _near(production: Production, path: Path, people: Iterable[str]) -> str:
    """A file beside it that is nearly called so, is used by nothing else and named for nobody else."""
    there = sorted(one.name for one in path.parent.iterdir()) if path.parent.is_dir() else []
    taken = {Path(name).name for name in _files(production)}
    asked = {*_parts(path.name), *people}
    others = ({*production.consent} | {one.contributor for one in production.sources}) - asked
    free = {name.lower(): name for name in there if name not in taken and others.isdisjoint(_parts(name))}
    close = difflib.get_close_matches(path.name.lower(), free, 1, 0.7)
    return free[close[0]] if close else ""


def _parts(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.lower())


def _files(production: Production) -> Iterator[str]:
    """Everything that production.toml names."""
    yield from (file for file, _ in production.interviews)
    yield from production.pictures


def _twice(what: str, names: Iterable[str]) -> Found:
    for name, count in Counter(names).items():
        if count > 1:
            yield ConfigError(f'{what} "{name}" is there twice', where=TOML, next_step="each one once")
