"""A production folder, parsed at the door into frozen values: the only room with pydantic.

Strict: an unknown key, a missing file or a wrong type is an error that names the file, the key and
the way out. tomllib keeps no positions, so a wrong value is named by its key and not by its line.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from pipeline.core.area import Area
from pipeline.core.clock_map import Sync
from pipeline.core.ports import is_path
from pipeline.core.time import Source, Time, parse_rate
from pipeline.errors import CannotWrite, ConfigError, InputError
from pipeline.language.redaction import Bleep
from pipeline.production.cameras import camera
from pipeline.production.keep_clear import Zone
from pipeline.production.lists import read_bleeps, read_consent, read_quotes
from pipeline.production.profile import Profile
from pipeline.production.quotes import DEVICES, Consent, Quote

T = TypeVar("T")

PACKAGE = Path(__file__).parent.parent
CONFIGS = next(path for path in (PACKAGE / "_configs", PACKAGE.parent / "configs") if path.is_dir())


def _for_any_system(name: str) -> str:
    """Ids become names of files, and a production may move to another machine."""
    if name in DEVICES:
        raise ValueError(f'"{name}" is no name for a file on Windows; give it another, such as {name}-1')
    return name


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$"), AfterValidator(_for_any_system)]
Seconds = Annotated[float, Field(ge=0, le=3600)]
Tracks = Annotated[
    list[Annotated[int, Field(ge=1)]],
    BeforeValidator(lambda value: [value] if isinstance(value, int) else value),
]
"""One track or a list of tracks to mix; none: the file's default."""
NOBODY = "nobody"
"""In `[source.speakers]`: whose words are no contributor's."""
Channel = Annotated[
    Annotated[int, Field(ge=1)] | None,
    BeforeValidator(
        lambda value: {"left": 1, "right": 2}.get(value, value) if isinstance(value, str) else value
    ),
]


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class FilmSpec(_Table):
    """[film]: what the film is called, for whom it is, and how it is encoded."""

    title: str
    language: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$")] = "en-GB"
    use: Literal["training", "workshop", "public"] = "training"
    size: Annotated[str, StringConstraints(pattern=r"^\d{2,4}x\d{2,4}$")] = "1280x720"
    rate: str = "25"
    loudness: Annotated[float, Field(ge=-31, le=-9)] = -18.0
    room_tone: bool = True
    quality: Literal["draft", "edit", "final"] = "edit"
    codec: Literal["h264", "hevc", "av1"] = "h264"
    hardware: Literal["", "nvenc", "qsv", "amf", "videotoolbox"] = ""
    clean: bool = True
    fill: Literal["bars", "blur"] = "bars"


class Transcribe(_Table):
    """[transcribe]: who listens, in which language, and which names to expect."""

    engine: Literal["faster-whisper", "openai-whisper"] = "faster-whisper"
    model: Annotated[str, StringConstraints(min_length=1)] = "base"
    revision: str = ""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    find: Literal["whole", "fast"] = "whole"
    language: str = "en"
    glossary: list[str] = []


class CaptionStyle(_Table):
    """[captions]: the profile, and what is shown beside the words."""

    profile: str = "plain"
    labels: bool = True
    editorial: bool = True
    font: str = ""


Kinds = list[Literal["wording", "cut", "captions"]]


class Approvals(_Table):
    """Which approvals a build needs. Wording in the quote list is enough for a draft; a final one is held by
    the ledger.
    """

    stage: Literal["draft", "final"] = "draft"
    draft: Kinds = ["wording"]
    final: Kinds = ["wording", "cut", "captions"]
    tolerance: Annotated[float, Field(ge=0, le=5)] = 0.2
    soon: Annotated[int, Field(ge=0, le=3650)] = 60
    sign_off: bool = False


class BesideSpec(_Table):
    """A recording of the same conversation, with a clock of its own: laid over its source by sound, or by
    hand.
    """

    file: str
    track: Annotated[int, Field(ge=1)] | None = None
    offset: str | None = None
    drift: Annotated[float, Field(ge=-5000, le=5000)] | None = None

    @property
    def given(self) -> Sync | None:
        """What a person wrote: where this recording stands when its source is at 0, and how many millionths
        it runs fast.
        """
        if self.offset is None:
            return None
        start = Time[Source].parse(self.offset.removeprefix("-")).seconds
        return Sync(-start if self.offset.startswith("-") else start, Fraction(str(self.drift or 0)) / 10**6)


class AngleSpec(BesideSpec):
    """[[source.angle]]: another camera of the same interview."""

    id: Id
    captions: Literal["bottom", "top"] | None = None
    off_screen: bool | None = None


class RecorderSpec(BesideSpec):
    """[source.recorder]: a sound recorder of the same interview."""


class SourceSpec(_Table):
    """[[source]]: an interview, whose it is, and how its sound is heard."""

    id: Id
    file: str
    contributor: Id
    track: Tracks = []
    channel: Channel = None
    hum: Literal[50, 60] | None = None
    hiss: Literal["light", "strong"] | None = None
    captions: Literal["bottom", "top"] = "bottom"
    off_screen: bool = False
    language: str | None = None
    glossary: list[str] = []
    angle: list[AngleSpec] = []
    recorder: RecorderSpec | None = None
    speakers: dict[str, Id] = {}
    """Whose words are those under a label of the transcript, or on a track or channel: a contributor, or
    "nobody".
    """

    @property
    def people(self) -> tuple[str, ...]:
        """Who is in it: its contributor, and everybody whom `speakers` names."""
        return tuple(dict.fromkeys((self.contributor, *sorted({*self.speakers.values()} - {NOBODY}))))

    @property
    def beside(self) -> dict[str, BesideSpec]:
        """Its other recordings, under the names that messages give them."""
        return {f"angle.{one.id}": one for one in self.angle} | (
            {"recorder": self.recorder} if self.recorder else {}
        )


class CardSpec(_Table):
    """[[card]]: a text card at the start or the end."""

    place: Literal["start", "end"]
    kind: Literal["note", "title", "end"]
    text: str
    seconds: Annotated[float, Field(gt=0, le=600)]


class CutawaySpec(_Table):
    """[[scene.cutaway]]: a picture or a film over the sound of a quote."""

    quote: Id
    file: str
    over: Literal["join", "start", "end", "all"] = "join"
    join: Annotated[int, Field(ge=1)] = 1
    seconds: Annotated[float, Field(gt=0, le=600)] = 3.0
    start: Seconds = 0.0


class SceneAngleSpec(_Table):
    """[[scene.angle]]: show a quote, or one part of it, from another camera."""

    quote: Id
    angle: Id
    part: Annotated[int, Field(ge=1)] | None = None


class PauseSpec(_Table):
    """[[scene.pause]]: seconds of quiet around a quote."""

    quote: Id
    before: Seconds = 0.0
    after: Seconds = 0.0


class ReflectionSpec(_Table):
    """[[scene.reflection]]: a pause to think, with a prompt."""

    after: Id
    prompt: Annotated[str, StringConstraints(min_length=1)]
    kind: Literal["think", "pairs", "write", "talk"] = "think"
    seconds: Annotated[float, Field(gt=0, le=3600)]


class SceneSpec(_Table):
    """[[scene]]: quotes in their order, under a title."""

    title: str
    seconds: Seconds = 3.0
    quotes: list[Id]
    cutaway: list[CutawaySpec] = []
    pause: list[PauseSpec] = []
    reflection: list[ReflectionSpec] = []
    angle: list[SceneAngleSpec] = []


class BleepSpec(_Table):
    """[[bleep]]: a name that nobody was asked about, written in production.toml."""

    contributor: Id
    name: str
    caption_as: str = ""
    may_sound_like: list[str] = []
    sound: str = ""


def _day(value: object) -> object:
    """A day as "2025-06-01" or as TOML's own date; blank is none."""
    if isinstance(value, str):
        if value and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            raise ValueError('write a day as "2025-06-01"')
        return date.fromisoformat(value) if value else None
    return value


class _AccessSpec(_Table):
    """Something that others made for the film. Its words or pictures are not the contributors' own: it needs
    an approval of its own.
    """

    approved_by: str = ""
    approved_on: Annotated[date | None, BeforeValidator(lambda value: _day(value))] = None
    sha256: Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{12,64})?$")] = ""
    """The file that they have seen: its SHA-256, or how it begins. Of two files, that of both, one after the
    other.
    """

    @property
    def files(self) -> tuple[str, ...]:
        return tuple(name for key in ("file", "script") if (name := getattr(self, key, "")))


class DescriptionSpec(_AccessSpec):
    """Audio description: a recording of it, its script, or both."""

    file: str = ""
    script: str = ""


class SignLanguageSpec(_AccessSpec):
    """A signed version, to be laid into a corner; `share` is how much of the picture it takes."""

    file: str
    corner: Literal["bottom-right", "bottom-left", "top-right", "top-left"] = "bottom-right"
    share: Annotated[float, Field(gt=0, le=0.5)] = 0.17

    @property
    def area(self) -> tuple[float, float, float, float]:
        """Left, top, right and bottom, as shares of the picture, whose shape it has: captions keep off it."""
        side = self.share**0.5
        left, top = (
            (1 - side if "right" in self.corner else 0.0),
            (1 - side if "bottom" in self.corner else 0.0),
        )
        return left, top, left + side, top + side


class EasyReadSpec(_AccessSpec):
    """Subtitles in simpler words."""

    file: str


class ZoneSpec(_Table):
    """What captions keep off: in a source's picture, on its clock, or without a source in the film's."""

    kind: Literal["face", "text", "sign-language"]
    area: Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=4, max_length=4)]
    source: Id | None = None
    angle: Id | None = None
    start: Annotated[str | None, Field(alias="from")] = None
    end: Annotated[str | None, Field(alias="to")] = None

    @property
    def zone(self) -> Zone:
        begin, end = (Time[Source].parse(text).seconds if text else None for text in (self.start, self.end))
        return Zone(
            self.kind,
            Area(*self.area),
            camera(self.source, self.angle or "") if self.source else "",
            begin,
            end,
        )


class Engine(_Table):
    """[engine]: who does the work. `cluster` is "local:2", "tls://host:8786" or blank for this process alone;
    the files are for its TLS, and `~` is whoever runs the command.
    """

    cluster: str = ""
    cluster_ca: str = ""
    cluster_certificate: str = ""
    cluster_key: str = ""


class _ProductionFile(_Table):
    film: FilmSpec
    transcribe: Transcribe = Transcribe()
    captions: CaptionStyle = CaptionStyle()
    approvals: Approvals = Approvals()
    engine: Engine = Engine()
    description: DescriptionSpec | None = None
    sign_language: SignLanguageSpec | None = None
    easy_read: EasyReadSpec | None = None
    source: Annotated[list[SourceSpec], Field(min_length=1)]
    card: list[CardSpec] = []
    scene: list[SceneSpec] = []
    bleep: list[BleepSpec] = []
    zone: list[ZoneSpec] = []


@dataclass(frozen=True)
class Production:
    """Everything people wrote: settings, sources, scenes, quotes, consents, names to hide."""

    root: Path
    film: FilmSpec
    transcribe: Transcribe
    captions: CaptionStyle
    approvals: Approvals
    profile: Profile
    sources: tuple[SourceSpec, ...]
    cards: tuple[CardSpec, ...]
    scenes: tuple[SceneSpec, ...]
    bleeps: tuple[Bleep, ...]
    zones: tuple[Zone, ...]
    quotes: tuple[Quote, ...]
    consents: tuple[Consent, ...]
    engine: Engine
    description: DescriptionSpec | None = None
    sign_language: SignLanguageSpec | None = None
    easy_read: EasyReadSpec | None = None

    @property
    def rate(self) -> Fraction:
        return parse_rate(self.film.rate)

    @property
    def size(self) -> tuple[int, int]:
        width, height = map(int, self.film.size.split("x"))
        return width, height

    @property
    def build(self) -> Path:
        return self.root / "build"

    @cached_property
    def quote(self) -> dict[str, Quote]:
        return {quote.id: quote for quote in self.quotes}

    @cached_property
    def consent(self) -> dict[str, Consent]:
        return {consent.contributor: consent for consent in self.consents}

    @cached_property
    def source(self) -> dict[str, SourceSpec]:
        return {source.id: source for source in self.sources}

    @property
    def open_sources(self) -> tuple[SourceSpec, ...]:
        """The sources that may be opened: none in which somebody is who has withdrawn."""
        gone = {consent.contributor for consent in self.consents if consent.withdrawn_on}
        return tuple(source for source in self.sources if not gone.intersection(source.people))

    @property
    def interviews(self) -> tuple[tuple[str, str], ...]:
        """(file, contributor) of everything somebody was recorded with: cameras, their other angles,
        recorders.
        """
        return tuple(
            (file, who)
            for source in self.sources
            for file in (source.file, *(one.file for one in source.beside.values()))
            for who in source.people
        )

    @property
    def caption_places(self) -> dict[str, str]:
        """Where captions stand, by camera."""
        angles = {
            camera(source.id, angle.id): angle.captions or source.captions
            for source in self.sources
            for angle in source.angle
        }
        return {**{source.id: source.captions for source in self.sources}, **angles}

    @property
    def unseen(self) -> frozenset[str]:
        """Cameras that do not show who speaks: an interviewer's, for one."""
        angles = {
            camera(source.id, angle.id): source.off_screen if angle.off_screen is None else angle.off_screen
            for source in self.sources
            for angle in source.angle
        }
        return frozenset(
            name
            for name, off in ({source.id: source.off_screen for source in self.sources} | angles).items()
            if off
        )

    @property
    def in_scenes(self) -> tuple[str, ...]:
        return tuple(quote for scene in self.scenes for quote in scene.quotes)

    def source_named(self, name: str) -> SourceSpec | None:
        """A source by its id, its file's name or its path, as people write it in the quote list."""
        return next((s for s in self.sources if name in (s.id, s.file, Path(s.file).name)), None)

    @property
    def weights(self) -> str:
        """The recogniser's weights: a name, or where they lie, in the production or anywhere."""
        model = self.transcribe.model
        if not is_path(model):
            return model
        return str((self.root / Path(model.replace("\\", "/")).expanduser()).resolve())

    def path(self, file: str) -> Path:
        """A file of the production; never outside it, whatever the name says."""
        return inside(self.root, file)


def inside(root: Path, name: str) -> Path:
    """A file in a folder; ConfigError where the name leads out of it."""
    try:
        path = (root / name).resolve()
        path.lstat()
    except FileNotFoundError:
        pass
    except (OSError, RuntimeError, ValueError) as problem:  # a loop of links, a name too long, a NUL in it
        why = getattr(problem, "strerror", "") or "no such file can be"
        raise ConfigError(
            f'"{name[:80]}" cannot be used: {why}',
            where="production.toml",
            next_step="give the file a plain name",
        ) from None
    if not path.is_relative_to(root.resolve()):
        raise ConfigError(
            f'"{name}" leads out of the production folder',
            where="production.toml",
            next_step="move the file into the folder",
        )
    return path


def load(root: Path) -> Production:
    """The production in `root`, complete and consistent, or an error that says what to mend."""
    production = written(root)
    _check(production)
    return production


def written(root: Path) -> Production:
    """What people wrote, by itself: files that it names may not be there yet."""
    tables = _parse(root / "production.toml", _ProductionFile)
    quotes, consents = load_lists(root)
    listed = {(b.contributor, b.name): b for b in _read(root, "bleeps", read_bleeps, required=False) or ()}
    listed |= {
        (b.contributor, b.name): Bleep(b.contributor, b.name, b.caption_as, tuple(b.may_sound_like), b.sound)
        for b in tables.bleep
    }
    profile = load_profile(tables.captions.profile)
    return Production(
        root=root.resolve(),
        film=tables.film,
        transcribe=tables.transcribe,
        captions=tables.captions,
        approvals=tables.approvals,
        profile=profile,
        sources=tuple(tables.source),
        cards=tuple(tables.card),
        scenes=tuple(tables.scene),
        bleeps=tuple(
            replace(bleep, caption_as=bleep.caption_as or profile.conventions.bleep)
            for bleep in listed.values()
        ),
        zones=tuple(_zone(number, spec, tables.source) for number, spec in enumerate(tables.zone, 1)),
        quotes=quotes,
        consents=consents,
        engine=tables.engine,
        description=tables.description,
        sign_language=tables.sign_language,
        easy_read=tables.easy_read,
    )


def load_lists(root: Path) -> tuple[tuple[Quote, ...], tuple[Consent, ...]]:
    """The quote list and the consent register alone, as they are on disk now."""
    return _read(root, "quotes", read_quotes) or (), _read(root, "consent", read_consent) or ()


def _zone(number: int, spec: ZoneSpec, sources: list[SourceSpec]) -> Zone:
    where, known = (
        f"production.toml, zone {number}",
        {source.id: [angle.id for angle in source.angle] for source in sources},
    )
    if spec.source and spec.source not in known:
        raise ConfigError(f'no source "{spec.source}"', where=where, next_step=_hint(spec.source, known))
    if spec.angle and spec.angle not in known.get(spec.source or "", []):
        raise ConfigError(
            f'no angle "{spec.angle}" of that source',
            where=where,
            next_step="name the source it is an angle of, as `source`",
        )
    try:
        return spec.zone
    except ValueError as problem:
        raise ConfigError(
            str(problem), where=where, next_step='write area = [0.7, 0.65, 1.0, 1.0] and from = "1:02.5"'
        ) from None


def load_profile(name: str, where: str = "production.toml, captions.profile") -> Profile:
    """A caption profile by its name; ConfigError, with the names there are, where it is none."""
    return TypeAdapter(Profile).validate_python(
        tomllib.loads(_known("captions", name, where).read_text(encoding="utf-8"))
    )


def profile_names() -> list[str]:
    """All caption profiles."""
    return sorted(path.stem for path in (CONFIGS / "captions").glob("*.toml"))


class ClipPreset(_Table):
    """What a clip is for and how it comes: configs/clips/."""

    use: Literal["training", "workshop", "public"]
    picture: Literal["captioned", "clean"]
    sidecars: list[str]
    """Caption formats, by their names in `captions.formats.CODECS`."""


def load_clip_preset(name: str) -> ClipPreset:
    """A preset for clips by its name; ConfigError, with the names there are, where it is none."""
    return _parse(_known("clips", name, "--preset"), ClipPreset)


def load_qualities() -> dict[str, Any]:
    """The encoder's settings for draft, edit and final."""
    return tomllib.loads((CONFIGS / "quality.toml").read_text(encoding="utf-8"))


def _known(folder: str, name: str, where: str) -> Path:
    known = {path.stem: path for path in sorted((CONFIGS / folder).glob("*.toml"))}
    if name not in known:
        raise ConfigError(f'"{name}" is not there', where=where, next_step=f"use one of: {', '.join(known)}")
    return known[name]


def _check(production: Production) -> None:
    """What no single table can know: names that refer to each other, files that must be there."""
    _reject_twice("source", [source.id for source in production.sources])
    _reject_twice("quote in the scenes", list(production.in_scenes))
    _check_picture(production)
    _check_access(production)
    if production.captions.font:
        _exists(production, production.captions.font, "captions.font")
    for source in production.sources:
        _check_source(production, source)
    for number, scene in enumerate(production.scenes, 1):
        _check_scene(production, scene, number)
    for quote in production.quotes:
        _check_quote(production, quote)


def _check_picture(production: Production) -> None:
    try:
        production.rate  # noqa: B018 - parsing is the check
    except ValueError as problem:
        raise ConfigError(
            str(problem), where="production.toml, film.rate", next_step='write "25" or "30000/1001"'
        ) from None
    where = "production.toml, film.size"
    if not all(16 <= side <= 8192 for side in production.size):
        what = f"{production.film.size} is no picture"
        raise ConfigError(what, where=where, next_step='write "1280x720" or "1920x1080"')
    if any(side % 2 for side in production.size):
        what = f"{production.film.size} has an odd side"
        raise ConfigError(what, where=where, next_step="video needs even sides")


def _check_source(production: Production, source: SourceSpec) -> None:
    _exists(production, source.file, f"source.{source.id}.file")
    if source.channel and len(source.track) > 1:
        raise ConfigError(
            "a channel is one of one track, and several tracks are mixed",
            where=f"production.toml, source.{source.id}.channel",
            next_step="name one track",
        )
    _check_beside(production, source)
    _check_speakers(production, source)


def _check_speakers(production: Production, source: SourceSpec) -> None:
    """Everybody who is named is a contributor; an empty register is another error's affair."""
    known = {*production.consent, *(one.contributor for one in production.sources)}
    where = f"production.toml, source.{source.id}.speakers"
    if source.speakers and NOBODY in known:
        what = f'"{NOBODY}" is a contributor, and stands for words that are no contributor\'s'
        raise ConfigError(what, where=where, next_step="give the contributor another id")
    for label, who in source.speakers.items():
        if who not in {*known, NOBODY}:
            hint = f'{_hint(who, known)}; words of no contributor are "{NOBODY}"\'s'
            raise ConfigError(f'"{label}" is no contributor: "{who}"', where=where, next_step=hint)


def _check_scene(production: Production, scene: SceneSpec, number: int) -> None:
    for name in scene.quotes:
        if name not in production.quote:
            raise ConfigError(
                f'no quote "{name}" in the quote list',
                where=f"production.toml, scene {number}",
                next_step=_hint(name, production.quote),
            )
    named = [one.quote for one in scene.cutaway] + [one.quote for one in scene.pause]
    for name in named + [one.quote for one in scene.angle]:
        _in_scene(name, scene, number)
    angles = [f"{angle.quote}{f' part {angle.part}' if angle.part else ''}" for angle in scene.angle]
    _reject_twice("scene.angle for", angles)
    for reflection in scene.reflection:
        _in_scene(reflection.after, scene, number)
    for cutaway in scene.cutaway:
        _exists(production, cutaway.file, f"scene {number}, cutaway of {cutaway.quote}")


def _check_quote(production: Production, quote: Quote) -> None:
    where = f"{quote.where}, column source"
    if quote.source and not production.source_named(quote.source):
        names = [source.id for source in production.sources]
        files = [Path(source.file).name for source in production.sources]
        what = f'"{quote.source}" is no source of this production'
        raise InputError(what, where=where, next_step=_hint(quote.source, names + files))
    if quote.pinned_times and not quote.source:
        raise InputError("in and out need a source", where=where, next_step="say which interview they are in")


def _check_access(production: Production) -> None:
    description = production.description
    if description and not (description.file or description.script):
        raise ConfigError(
            "names no file",
            where="production.toml, description",
            next_step="give the recording as file, its script as script, or both",
        )
    given = {
        "description.file": description and description.file,
        "description.script": description and description.script,
        "sign_language.file": production.sign_language and production.sign_language.file,
        "easy_read.file": production.easy_read and production.easy_read.file,
    }
    for key, file in given.items():
        if file:
            _exists(production, file, key)


def _check_beside(production: Production, source: SourceSpec) -> None:
    _reject_twice(f"source.{source.id}, angle", [angle.id for angle in source.angle])
    for name, one in source.beside.items():
        key = f"source.{source.id}.{name}"
        _exists(production, one.file, f"{key}.file")
        try:
            one.given  # noqa: B018 - parsing is the check
        except ValueError as problem:
            raise ConfigError(
                str(problem),
                where=f"production.toml, {key}.offset",
                next_step='write "12.48", "1:02.5", or "-3.2" if it started later',
            ) from None
        if one.drift is not None and one.offset is None:
            raise ConfigError(
                "needs an offset beside it",
                where=f"production.toml, {key}.drift",
                next_step="leave it out: drift is measured by sound",
            )


def _in_scene(quote: str, scene: SceneSpec, number: int) -> None:
    if quote not in scene.quotes:
        raise ConfigError(
            f'"{quote}" is not in the quotes of scene {number}',
            where=f"production.toml, scene {number}",
            next_step=_hint(quote, scene.quotes),
        )


def _exists(production: Production, file: str, key: str) -> None:
    if not production.path(file).is_file():
        folder = production.path(file).parent
        there = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        raise ConfigError(
            f'no file "{file}"',
            where=f"production.toml, {key}",
            next_step=_hint(Path(file).name, there) if there else "put the footage there",
        )


def _reject_twice(what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(
                f'{what} "{name}" is there twice', where="production.toml", next_step="each one once"
            )


def _hint(name: str, known: Iterable[str]) -> str:
    known = list(known)
    close = difflib.get_close_matches(name, known, 1, 0.4)
    return f'did you mean "{close[0]}"?' if close else f"there are: {', '.join(known[:12]) or 'none'}"


def _read(root: Path, stem: str, reader: Callable[[str, bytes], T], *, required: bool = True) -> T | None:
    files = [path for path in (root / f"{stem}.csv", root / f"{stem}.xlsx") if path.is_file()]
    if len(files) > 1:
        raise ConfigError(
            f"both {stem}.csv and {stem}.xlsx are there",
            where=str(root),
            next_step="keep the one that counts",
        )
    if not files:
        if required:
            raise ConfigError(
                f"no {stem}.csv or {stem}.xlsx",
                where=str(root),
                next_step="`ourwords init` shows one with its columns",
            )
        return None
    return reader(files[0].name, inside(root, files[0].name).read_bytes())


M = TypeVar("M", bound=_Table)


def _parse(path: Path, shape: type[M]) -> M:
    try:
        data = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ConfigError("is not UTF-8", where=path.name, next_step="save it as UTF-8") from None
    except RecursionError:
        raise ConfigError("is nested too deeply", where=path.name, next_step="close the brackets") from None
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(
            f"is not TOML: {problem}", where=path.name, next_step="texts and times stand in double quotes"
        ) from None
    except OSError as problem:
        raise ConfigError(f"cannot be read: {problem.strerror}", where=str(path)) from None
    _plain_texts(path.name, data, "")
    try:
        return shape.model_validate(data)
    except ValidationError as problem:
        raise _explain(path.name, shape, problem.errors()[0]) from None


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")


def _plain_texts(file: str, value: Any, key: str) -> None:
    """Refuse control characters in any text: no file, card or tag can hold them."""
    match value:
        case dict():
            for name, inner in value.items():
                _plain_texts(file, inner, f"{key}.{name}" if key else name)
        case list():
            for number, inner in enumerate(value, 1):
                _plain_texts(file, inner, f"{key}.{number}")
        case str() if _CONTROLS.search(value):
            shown = re.sub(r"[\x00-\x1f]", "", value)[:60]
            what = f'"{shown}" has a control character in it'
            raise ConfigError(what, where=f"{file}, {key}", next_step="write it anew")


def _explain(file: str, shape: type[_Table], error: Any) -> ConfigError:
    """A pydantic error in an editor's words, with the nearest known key for an unknown one."""
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in error["loc"])
    where = f"{file}, {key}"
    if error["type"] == "extra_forbidden":
        known = _keys(shape, [part for part in error["loc"][:-1] if isinstance(part, str)])
        return ConfigError(
            "is not a key that is known", where=where, next_step=_hint(str(error["loc"][-1]), known)
        )
    if error["type"] == "missing":
        return ConfigError(
            "is missing", where=where, next_step="add it; `ourwords init DIR` writes one with every key"
        )
    message = re.sub(r"^Input should be ", "should be ", error["msg"])
    if error["type"] == "string_pattern_mismatch" and key.endswith(("id", "contributor", "quote", "after")):
        message = "is no id: ids are small letters, digits and hyphens"
    wrong = json.dumps(error["input"], default=str, ensure_ascii=False)[:60]
    return ConfigError(
        f"{message}, not {wrong}",
        where=where,
        next_step="`ourwords init DIR` shows how it is written",
    )


def _keys(shape: type[_Table], path: list[str]) -> list[str]:
    for name in path:
        annotation = shape.model_fields[name].annotation
        inner = getattr(annotation, "__args__", (annotation,))[0]
        if isinstance(inner, type) and issubclass(inner, _Table):
            shape = inner
    return [field.alias or name for name, field in shape.model_fields.items()]


TEMPLATES = CONFIGS / "example"


def create(root: Path) -> list[Path]:
    """A new production folder with comments in it; nothing that is there already is touched."""
    made = []
    try:
        for folder in (root, root / "footage", root / "reviews"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for template in sorted(TEMPLATES.iterdir()):
            target = root / template.name
            if target.exists():
                raise CannotWrite(
                    "is there already",
                    where=str(target),
                    next_step="choose another folder; nothing was written over",
                )
        for template in sorted(TEMPLATES.iterdir()):
            (root / template.name).write_bytes(template.read_bytes())
            made.append(root / template.name)
        (root / "reviews" / ".gitattributes").write_text(
            "*.jsonl merge=union\n", encoding="utf-8"
        )  # lines stand for themselves: both sides' are kept
    except OSError as problem:
        raise CannotWrite(
            f"cannot write: {problem.strerror}", where=str(root), next_step="choose another folder"
        ) from None
    return made
