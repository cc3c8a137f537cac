"""The tables of production.toml as people write them, strict: who reads them is told of what is not known."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, StringConstraints, model_validator

from pipeline.core.area import Area
from pipeline.core.clock_map import Sync
from pipeline.core.time import Source, Time
from pipeline.language.redaction import Bleep
from pipeline.production.breaks import ReflectionSpec, TrainingSpec
from pipeline.production.cameras import camera
from pipeline.production.checks import NOBODY
from pipeline.production.clips import ClipsSpec
from pipeline.production.keep_clear import Zone
from pipeline.production.lists import CAPTION_AS
from pipeline.production.tables import STRICT, Few, Id, Many, Note, Seconds, Title

Tracks = Annotated[
    list[Annotated[int, Field(ge=1)]],
    BeforeValidator(lambda value: [value] if isinstance(value, int) else value),
]
"""One track or a list of tracks to mix; none: the file's default."""
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


class ProductionFile(_Table):
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
