"""A production folder, parsed at the door into frozen values: the only room with pydantic.

Strict: an unknown key, a missing file or a wrong type is an error that names the file, the key and
the way out. tomllib keeps no positions, so a wrong value is named by its key and not by its line.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from functools import cached_property, reduce
from operator import getitem
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from pipeline.core.area import Area
from pipeline.core.clock_map import Sync
from pipeline.core.ports import is_path
from pipeline.core.time import Source, Time, parse_rate
from pipeline.engine.private import make_folder
from pipeline.errors import ConfigError, OurwordsError, of_system, together
from pipeline.language.redaction import Bleep
from pipeline.production.breaks import ReflectionSpec, TrainingSpec
from pipeline.production.cameras import camera
from pipeline.production.checks import NOBODY, check, hint
from pipeline.production.clips import DEFAULT, ClipPreset, ClipsSpec, settled
from pipeline.production.keep_clear import Zone
from pipeline.production.lists import CAPTION_AS, read_bleeps, read_consent, read_quotes
from pipeline.production.locate import composed, found
from pipeline.production.problems import Problems, Weight
from pipeline.production.profile import Profile
from pipeline.production.quotes import Consent, Quote
from pipeline.production.read_whole import read_whole
from pipeline.production.spreadsheet import MAX_BYTES
from pipeline.production.tables import STRICT, Few, Id, Many, Note, Seconds, Title

T = TypeVar("T")

PACKAGE = Path(__file__).parent.parent
CONFIGS = next(path for path in (PACKAGE / "_configs", PACKAGE.parent / "configs") if path.is_dir())


Tracks = Annotated[
    list[Annotated[int, Field(ge=1)]],
    BeforeValidator(lambda value: [value] if isinstance(value, int) else value),
]
"""One track or a list of tracks to mix; none: the file's default."""
NOTES = 8
MAX_TOML = 1 << 20
MAX_DOTS = 10
Channel = Annotated[
    Annotated[int, Field(ge=1)] | None,
    BeforeValidator(
        lambda value: {"left": 1, "right": 2}.get(value, value) if isinstance(value, str) else value
    ),
]


class _Table(BaseModel):
    model_config = STRICT


class FilmSpec(_Table):
    """[film]: what the film is called, for whom it is, and how it is encoded."""

    title: Title
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
    framing: Literal["whole", "speaker"] = "whole"
    shared: bool = False
    breaks: Literal["held", "marked"] = "held"
    """Whether a reflection break's card is in the film and holds for its time, or its place is marked and
    whoever plays the film holds it.
    """


class Transcribe(_Table):
    """[transcribe]: who listens, in which language, and which names to expect."""

    engine: Literal["faster-whisper", "openai-whisper"] = "faster-whisper"
    model: Annotated[str, StringConstraints(min_length=1)] = "base"
    revision: str = ""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    find: Literal["whole", "fast"] = "whole"
    language: str = "en"
    glossary: Annotated[list[str], Many] = []


SYSTEM_FONT = "system:"
"""Before the name of a font file that is installed on the machine, and lies in no production."""


class CaptionStyle(_Table):
    """[captions]: the profile, what is shown beside the words, and the fonts that letters are looked for in
    first: files of the production, files of the system, or names of packaged fonts.
    """

    profile: str = "plain"
    labels: bool = True
    editorial: bool = True
    font: str = ""
    fonts: Annotated[list[str], Field(max_length=20)] = []

    @property
    def named_fonts(self) -> list[str]:
        """All that are named, in their order."""
        return [*([self.font] if self.font else []), *self.fonts]

    @property
    def font_files(self) -> list[str]:
        """Those that lie in the production."""
        files = (one for one in self.fonts if re.search(r"\.(ttf|otf|ttc|otc)$", one, re.IGNORECASE))
        own = [one for one in files if not one.startswith(SYSTEM_FONT)]
        return [*([self.font] if self.font else []), *own]


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


MOST_FILES = 100
"""That one recording may be written in: at 4 GB each, more than any card holds."""


class _RecordedSpec(_Table):
    """A recording: its file, or all the files that its camera wrote it in, in order."""

    file: str
    files: Annotated[list[str], Field(max_length=MOST_FILES)] = []

    @model_validator(mode="before")
    @classmethod
    def _begins(cls, table: Any) -> Any:
        """Of several files `file` is the first."""
        several = table.get("files") if isinstance(table, dict) else None
        if "file" not in (table or ()) and isinstance(several, list) and several:
            return {**table, "file": several[0]}
        return table

    @property
    def all_files(self) -> tuple[str, ...]:
        return tuple(self.files) or (self.file,)


class BesideSpec(_RecordedSpec):
    """A recording of the same conversation, with a clock of its own: laid over its source by sound, or by
    hand.
    """

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


class SourceSpec(_RecordedSpec):
    """[[source]]: an interview, whose it is, and how its sound is heard. Of sound alone, `picture` is
    shown.
    """

    id: Id
    contributor: Id
    picture: str = ""
    track: Tracks = []
    channel: Channel = None
    hum: Literal[50, 60] | None = None
    hiss: Literal["light", "strong"] | None = None
    captions: Literal["bottom", "top"] = "bottom"
    off_screen: bool = False
    language: str | None = None
    glossary: Annotated[list[str], Many] = []
    angle: Annotated[list[AngleSpec], Few] = []
    recorder: RecorderSpec | None = None
    speakers: dict[str, Id] = {}
    """Whose words are those under a label of the transcript, or on a track or channel: a contributor, or
    "nobody".
    """

    people: list[Id] = []
    """Who is seen or heard in it besides, from any of its cameras; none of them is quoted from it."""

    @property
    def voices(self) -> tuple[str, ...]:
        """Who speaks in it and may be quoted: its contributor, and everybody whom `speakers` names."""
        return tuple(dict.fromkeys((self.contributor, *sorted({*self.speakers.values()} - {NOBODY}))))

    @property
    def everybody(self) -> tuple[str, ...]:
        """Who is in it: nobody sees or hears any of it for whom not all of them may be seen."""
        return tuple(dict.fromkeys((*self.voices, *sorted(self.people))))

    @property
    def recorded(self) -> tuple[str, ...]:
        """Every file that was recorded of it: its own, those of its other cameras and of its recorder."""
        others = (file for one in self.beside.values() for file in one.all_files)
        return (*self.all_files, *others)

    @property
    def beside(self) -> dict[str, BesideSpec]:
        """Its other recordings, under the names that messages give them."""
        return {f"angle.{one.id}": one for one in self.angle} | (
            {"recorder": self.recorder} if self.recorder else {}
        )


class CardSpec(_Table):
    """[[card]]: a text card at the start or the end; without `seconds` it stands as long as it takes to
    read. An "opening" has a title on its first line, and smaller lines below it.
    """

    place: Literal["start", "end"]
    kind: Literal["note", "title", "opening", "end"]
    text: Annotated[str, StringConstraints(max_length=1000)]
    seconds: Annotated[float, Field(gt=0, le=600)] | None = None


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


class SceneSpec(_Table):
    """[[scene]]: quotes in their order, under a title; without `seconds` that stands as long as it takes to
    read, and three seconds at least.
    """

    title: Title
    seconds: Seconds | None = None
    quotes: Annotated[list[Id], Many]
    content_note: Note = ""
    cutaway: Annotated[list[CutawaySpec], Many] = []
    pause: Annotated[list[PauseSpec], Many] = []
    reflection: Annotated[list[ReflectionSpec], Many] = []
    angle: Annotated[list[SceneAngleSpec], Many] = []


class BleepSpec(_Table):
    """[[bleep]]: a name that nobody was asked about, written in production.toml."""

    contributor: Id
    name: str
    caption_as: Annotated[str, StringConstraints(pattern=rf"^\s*(\S+\s*){{0,{CAPTION_AS}}}$")] = ""
    may_sound_like: list[str] = []
    sound: str = ""
    may_stay: list[str] = []

    @property
    def bleep(self) -> Bleep:
        return Bleep(
            contributor=self.contributor,
            name=self.name,
            caption_as=self.caption_as,
            sounds_like=tuple(self.may_sound_like),
            sound=self.sound,
            may_stay=tuple(self.may_stay),
        )


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
    source: Annotated[list[SourceSpec], Field(min_length=1, max_length=1000)]
    card: Annotated[list[CardSpec], Few] = []
    scene: Annotated[list[SceneSpec], Many] = []
    bleep: Annotated[list[BleepSpec], Many] = []
    zone: Annotated[list[ZoneSpec], Many] = []
    training: TrainingSpec = TrainingSpec()
    clips: ClipsSpec = ClipsSpec()


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
    training: TrainingSpec = field(default_factory=TrainingSpec)
    clips: ClipsSpec = field(default_factory=ClipsSpec)
    notes: tuple[str, ...] = ()
    """What whoever keeps the lists should know, though it stops nothing."""

    @property
    def told(self) -> list[str]:
        """The notes that every command says: some, and how many there are."""
        more = len(self.notes) - NOTES
        told = [f"Note: {note}" for note in self.notes[:NOTES]]
        return [*told, f"Note: and {more} more like these: `ourwords check` lists them"] if more > 0 else told

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
    def withdrawn(self) -> frozenset[str]:
        """Whoever has withdrawn, by the day or by what else their row says."""
        return frozenset(one.contributor for one in self.consents if one.withdrawn_on or one.void)

    @property
    def open_sources(self) -> tuple[SourceSpec, ...]:
        """The sources that may be opened: none in which somebody is who has withdrawn."""
        return tuple(one for one in self.sources if not self.withdrawn.intersection(one.everybody))

    @property
    def interviews(self) -> tuple[tuple[str, str], ...]:
        """(file, contributor) of everything somebody was recorded with: cameras, their other angles,
        recorders.
        """
        return tuple(
            (file, who) for source in self.sources for file in source.recorded for who in source.everybody
        )

    @property
    def pictures(self) -> tuple[str, ...]:
        """Every picture of the film that is nobody's interview, each once: cutaways, and what stands for
        interviews of sound alone.
        """
        laid = {one.file for scene in self.scenes for one in scene.cutaway}
        return tuple(sorted(laid | {one.picture for one in self.sources if one.picture}))

    @property
    def inputs(self) -> tuple[str, ...]:
        """Every file that a film is made of, or that goes out with it, but what was written down."""
        others = (self.description, self.sign_language, self.easy_read)
        given = [file for one in others if one for file in one.files]
        recorded = [file for source in self.sources for file in source.recorded]
        return tuple(dict.fromkeys([*recorded, *self.pictures, *given]))

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
        wanted = composed(name)

        def names(one: SourceSpec) -> set[str]:
            return {*map(composed, (one.id, *one.all_files, *(Path(file).name for file in one.all_files)))}

        exact = (one for one in self.sources if wanted in names(one))
        same = (one for one in self.sources if wanted.lower() in {each.lower() for each in names(one)})
        return next(exact, None) or next(same, None)

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
        path = found(root, name).resolve()
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
    """The production in `root`, complete and consistent, or an error that says all that is to be mended."""
    return _stopped(*examined(root))


def written(root: Path) -> Production:
    """What people wrote, by itself: files that it names may not be there yet."""
    production, _, problems = _composed(root)
    return _stopped(production, problems)


def _stopped(production: Production | None, problems: Problems) -> Production:
    problems.stop()
    assert production, "what cannot be read is a problem"
    return production


def examined(root: Path) -> tuple[Production | None, Problems]:
    """The production in `root`, as far as it can be read, and everything that is wrong with it."""
    production, zones, problems = _composed(root)
    if production:
        check(production, zones, problems)
    return production, problems


def _composed(root: Path) -> tuple[Production | None, list[ZoneSpec], Problems]:
    problems = Problems()
    tables = problems.take(_parse, root / "production.toml", _ProductionFile, problems, default=None)
    quotes, consents, bleeps = _lists(root, problems)
    if tables is None:
        return None, [], problems
    listed = {(b.contributor, b.name): b for b in bleeps} | {
        (b.contributor, b.name): b.bleep for b in tables.bleep
    }
    profile = problems.take(load_profile, tables.captions.profile, default=None) or load_profile("plain")
    profile = profile.of(tables.film.language)
    if tables.clips.preset != DEFAULT:
        where = "production.toml, clips.preset"
        problems.take(load_clip_preset, tables.clips.preset, root, where, default=None)
    production = Production(
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
        zones=tuple(_zones(tables.zone)),
        quotes=quotes,
        consents=consents,
        engine=tables.engine,
        description=tables.description,
        sign_language=tables.sign_language,
        easy_read=tables.easy_read,
        training=tables.training,
        clips=tables.clips,
        notes=(*problems.notes, *_left_out(quotes, consents), *_untranslated(tables.scene)),
    )
    return production, tables.zone, problems


def _zones(specs: Iterable[ZoneSpec]) -> Iterator[Zone]:
    for spec in specs:
        with suppress(ValueError):  # told by its check
            yield spec.zone


def _left_out(quotes: Iterable[Quote], consents: Iterable[Consent]) -> Iterator[str]:
    """Rows that do not count, though a film that does not need them can be made."""
    for quote in quotes:
        if quote.void:
            yield f"{quote.where}: {quote.id} does not count as approved: {quote.void}"
    for consent in consents:
        if consent.void:
            yield f"{consent.where}: {consent.contributor} has no consent that counts: {consent.void}"


def _untranslated(scenes: Iterable[SceneSpec]) -> Iterator[str]:
    """Breaks without a language that others have."""
    breaks = [
        (f"production.toml, scene {number}, reflection {n}", one)
        for number, scene in enumerate(scenes, 1)
        for n, one in enumerate(scene.reflection, 1)
    ]
    every = sorted({tag for _, one in breaks for tag in one.translations})
    for where, one in breaks:
        for tag in every:
            if tag not in one.translations:
                yield (f"{where}: says nothing in {tag}, as other breaks do; the film's own wording is shown")


def _lists(
    root: Path, problems: Problems
) -> tuple[tuple[Quote, ...], tuple[Consent, ...], tuple[Bleep, ...]]:
    return (
        _read(root, "quotes", read_quotes, problems),
        _read(root, "consent", read_consent, problems),
        _read(root, "bleeps", read_bleeps, problems, required=False),
    )


def load_lists(root: Path) -> tuple[tuple[Quote, ...], tuple[Consent, ...]]:
    """The quote list and the consent register alone, as they are on disk now."""
    problems = Problems()
    found = _read(root, "quotes", read_quotes, problems), _read(root, "consent", read_consent, problems)
    problems.stop()
    return found


def names_listed(root: Path) -> tuple[tuple[Consent, ...], tuple[Bleep, ...]]:
    """Who must not be named, as far as the lists can be read: for messages about what cannot be."""
    unread = Problems()
    consents = _read(root, "consent", read_consent, unread, required=False)
    bleeps = _read(root, "bleeps", read_bleeps, unread, required=False)
    with suppress(OurwordsError):
        bleeps += tuple(one.bleep for one in _parse(root / "production.toml", _ProductionFile).bleep)
    return consents, bleeps


def load_profile(name: str, where: str = "production.toml, captions.profile") -> Profile:
    """A caption profile by its name; ConfigError, with the names there are, where it is none."""
    return TypeAdapter(Profile).validate_python(
        tomllib.loads(_known("captions", name, where).read_text(encoding="utf-8"))
    )


def profile_names() -> list[str]:
    """All caption profiles."""
    return sorted(path.stem for path in (CONFIGS / "captions").glob("*.toml"))


OWN_PRESETS = Path("configs") / "clips"
"""Where a production keeps presets of its own."""


def clip_presets(root: Path | None = None) -> dict[str, Path]:
    """All presets for clips by their names: a production's own, and those that come with ourwords."""
    folders = [CONFIGS / "clips", *([root / OWN_PRESETS] if root else [])]
    found = {path.stem: path for one in folders for path in one.glob("*.toml") if path.name[0] != "."}
    return dict(sorted(found.items(), key=lambda one: (one[0] != DEFAULT, one[0])))


def load_clip_preset(name: str, root: Path | None = None, where: str = "--preset") -> ClipPreset:
    """A preset for clips by its name, a production's own before ours; ConfigError, with what there is, where
    it is none.
    """
    there = clip_presets(root)
    if name not in there:
        known = [f"{one:14}{about}".rstrip() for one, about in about_presets(root).items()]
        step = "\n    ".join([hint(name, there), *known])
        raise ConfigError(f'"{name}" is not there', where=where, next_step=step)
    path = there[name]
    if not root or not path.is_relative_to(root):
        return _parse(path, ClipPreset)
    file = (OWN_PRESETS / path.name).as_posix()
    return _parse(inside(root, file), ClipPreset, name=file)


def clip_settings(production: Production, preset: str = "", title: str = "", **said: object) -> ClipPreset:
    """How clips come: what is `said`, over what [clips] says, over the preset, which is [clips]' own where
    none is named.
    """
    name, where = (
        (preset, "--preset") if preset else (production.clips.preset, "production.toml, clips.preset")
    )
    chosen = load_clip_preset(name, production.root, where)
    try:
        ClipsSpec(title=title)
        return settled(chosen, production.clips, said, titled=bool(title))
    except ValidationError as problem:
        raise together([_of_option(error) for error in problem.errors(include_url=False)]) from None


def _of_option(error: Any) -> ConfigError:
    """What is wrong with a setting that was said, and not written."""
    key, value = str(error["loc"][0]), error["input"]
    where = f"--{key.replace('_', '-')}"
    if error["type"] == "extra_forbidden":
        return ConfigError(f'"{key}" is no setting of clips', next_step=hint(key, ClipPreset.model_fields))
    if error["type"] == "literal_error":
        known = re.findall(r"'([^']+)'", error["ctx"]["expected"])
        what = f'"{value}" is not known'
        return ConfigError(what, where=where, next_step=hint(str(value), known))
    message = re.sub(r"^(Value error, |Input )", "", error["msg"])
    shown = "" if str(value) in message else f'"{str(value)[:60]}": '
    return ConfigError(f"{shown}{message}", where=where, next_step="ourwords clips --help")


def about_presets(root: Path | None = None) -> dict[str, str]:
    """What each preset says that it is for."""
    about = {}
    for name in clip_presets(root):
        try:
            about[name] = load_clip_preset(name, root).about
        except OurwordsError as problem:
            about[name] = f"cannot be used: {problem.where} {problem.what}"
    return about


def load_qualities() -> dict[str, Any]:
    """The encoder's settings for draft, edit and final."""
    return tomllib.loads((CONFIGS / "quality.toml").read_text(encoding="utf-8"))


def _known(folder: str, name: str, where: str) -> Path:
    known = {path.stem: path for path in sorted((CONFIGS / folder).glob("*.toml"))}
    if name not in known:
        raise ConfigError(f'"{name}" is not there', where=where, next_step=f"use one of: {', '.join(known)}")
    return known[name]


def _read(
    root: Path,
    stem: str,
    reader: Callable[[str, bytes, Problems], tuple[T, ...]],
    problems: Problems,
    *,
    required: bool = True,
) -> tuple[T, ...]:
    """A list, as far as it can be read."""
    try:
        file = _list_file(root, stem, required=required)
        return reader(file.name, read_whole(file, MAX_BYTES, "no list of quotes"), problems) if file else ()
    except OurwordsError as problem:
        problems.add(problem, Weight.UNREAD)
        problems.unread.add(stem)
        return ()


def _list_file(root: Path, stem: str, *, required: bool) -> Path | None:
    files = [path for path in (root / f"{stem}.csv", root / f"{stem}.xlsx") if path.is_file()]
    if len(files) > 1:
        raise ConfigError(
            f"both {stem}.csv and {stem}.xlsx are there",
            where=str(root),
            next_step="keep the one that counts",
        )
    if not files and required:
        named = sorted(one.name for one in root.iterdir() if one.is_file())
        like = [name for name in named if name.lower().startswith(stem) and not name.endswith(".json")]
        step = "`ourwords init` makes one with its columns"
        if like:
            step = f'name "{like[0]}" {stem}.xlsx or {stem}.csv, as which it is saved'
        raise ConfigError(f"no {stem}.csv or {stem}.xlsx", where=str(root), next_step=step)
    return inside(root, files[0].name) if files else None


M = TypeVar("M", bound=BaseModel)
_DOTTED = re.compile(rf"""(?<![\w"'-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{MAX_DOTS}}}""")


def _parse(path: Path, shape: type[M], problems: Problems | None = None, name: str = "") -> M:
    """A file as it should be written, or an error that tells all that is wrong; where there is a place for
    `problems`, keys that nobody knows are told there, and the rest is read without them. `name` is what
    messages call it.
    """
    name = name or path.name
    try:
        text = read_whole(path, MAX_TOML, f"no {path.name}").decode("utf-8-sig")
        if _DOTTED.search(text):
            step = "tables are two or three names deep: [source.recorder]"
            raise ConfigError(f"has a key of more than {MAX_DOTS} parts", where=name, next_step=step)
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        raise ConfigError("is not UTF-8", where=name, next_step="save it as UTF-8") from None
    except RecursionError:
        raise ConfigError("is nested too deeply", where=name, next_step="close the brackets") from None
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(
            f"is not TOML: {problem}", where=name, next_step="texts and times stand in double quotes"
        ) from None
    found: list[OurwordsError] = list(_plain_texts(name, data, ""))
    try:
        parsed = shape.model_validate(data)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)[:200]
        found += [_explain(name, shape, error) for error in errors]
        unknown = all(error["type"] == "extra_forbidden" for error in errors)
        if problems is not None and unknown and len(errors) == problem.error_count():
            parsed = shape.model_validate(_without(data, [error["loc"] for error in errors]))
            problems.gather(found)
            return parsed
    if found:
        raise together(found)
    return parsed


def _without(data: dict[str, Any], keys: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Tables without these keys, each given as the way to it."""
    for *way, name in keys:
        reduce(getitem, way, data).pop(name, None)
    return data


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")


def _plain_texts(file: str, value: Any, key: str) -> Iterator[ConfigError]:
    """Control characters in any text: no file, card or tag can hold them."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from _plain_texts(file, inner, f"{key}.{name}" if key else name)
        case list():
            for number, inner in enumerate(value, 1):
                yield from _plain_texts(file, inner, f"{key}.{number}")
        case str() if _CONTROLS.search(value):
            shown = re.sub(r"[\x00-\x1f]", "", value)[:60]
            what = f'"{shown}" has a control character in it'
            yield ConfigError(what, where=f"{file}, {key}", next_step="write it anew")


def _explain(file: str, shape: type[BaseModel], error: Any) -> ConfigError:
    """A pydantic error in an editor's words, with the nearest known key for an unknown one."""
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in error["loc"])
    where = f"{file}, {key}"
    if error["type"] == "extra_forbidden":
        known = _keys(shape, [part for part in error["loc"][:-1] if isinstance(part, str)])
        return ConfigError(
            "is not a key that is known", where=where, next_step=hint(str(error["loc"][-1]), known)
        )
    if error["type"] == "missing":
        return ConfigError(
            "is missing", where=where, next_step="add it; `ourwords init DIR` writes one with every key"
        )
    message = re.sub(r"^Value error, ", "", re.sub(r"^Input should be ", "should be ", error["msg"]))
    example = "`ourwords init DIR`" if shape is _ProductionFile else "`ourwords init DIR --presets`"
    if error["type"] == "string_pattern_mismatch" and key.endswith(("id", "contributor", "quote", "after")):
        message = "is no id: ids are small letters, digits and hyphens"
    if error["type"] in ("too_long", "string_too_long"):
        most, unit = error["ctx"]["max_length"], "entries" if error["type"] == "too_long" else "characters"
        what = f"has {len(error['input'])} {unit}; {most} is the most"
        return ConfigError(what, where=where, next_step="make it shorter, or several of it")
    wrong = json.dumps(error["input"], default=str, ensure_ascii=False)[:60]
    return ConfigError(
        f"{message}, not {wrong}",
        where=where,
        next_step=f"{example} shows how it is written",
    )


def _keys(shape: type[BaseModel], path: list[str]) -> list[str]:
    """The keys of the table that a path leads to; people's own names on it, such as a language, lead on."""
    for name in path:
        fields = {one.alias or own: one for own, one in shape.model_fields.items()}
        annotation = fields[name].annotation if name in fields else None
        inner = getattr(annotation, "__args__", (annotation,))
        shape = next((one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)), shape)
    return [one.alias or name for name, one in shape.model_fields.items()]


TEMPLATES = CONFIGS / "example"


@dataclass(frozen=True)
class Created:
    """The files of a new production that were made, and those that were there already."""

    made: tuple[Path, ...]
    left: tuple[Path, ...]


def create(root: Path) -> Created:
    """A new production folder with comments in it, or what is missing of one; nothing is written over."""
    contents = {template.name: template.read_bytes() for template in sorted(TEMPLATES.iterdir())}
    # lines stand for themselves: both sides' are kept
    contents["reviews/.gitattributes"] = b"*.jsonl merge=union\n"
    return _laid_out(root, ["footage", "reviews"], contents)


def create_presets(root: Path) -> Created:
    """Our presets for clips in a production's own folder, to be changed there; nothing is written over."""
    presets = {(OWN_PRESETS / path.name).as_posix(): path.read_bytes() for path in clip_presets().values()}
    return _laid_out(root, [OWN_PRESETS.parent, OWN_PRESETS], presets)


def _laid_out(root: Path, folders: Iterable[str | Path], contents: dict[str, bytes]) -> Created:
    made, left = [], []
    try:
        for folder in (root, *(root / one for one in folders)):
            make_folder(folder)
        for name, data in contents.items():
            sheet = (root / name).with_suffix(".xlsx")
            if name.endswith(".csv") and sheet.is_file():
                left.append(sheet)
                continue
            try:
                with (root / name).open("xb") as file:
                    file.write(data)
                made.append(root / name)
            except FileExistsError:
                left.append(root / name)
    except OSError as problem:
        raise of_system(problem, where=str(problem.filename or root), what="cannot write") from None
    return Created(tuple(made), tuple(left))
