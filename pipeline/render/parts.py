"""The film in parts that are kept: each shot made alone, the programme joined from them, stills of both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

from pipeline.captions.model import Cue
from pipeline.core.codec import codec
from pipeline.core.digest import digest
from pipeline.core.footage import Footage, Material
from pipeline.core.ports import Look, Patch, Samples
from pipeline.core.time import SAMPLE_RATE, Source, Span, Time
from pipeline.edit.timeline import Break, Heard, Hold, Shot, Take, Timeline, laid_over
from pipeline.engine.cache import Shelf
from pipeline.engine.task import Call, Context, Task, call
from pipeline.engine.workspace import Workspace
from pipeline.errors import of_system
from pipeline.render import assemble, loudness, room_tone, shot
from pipeline.render.shot import Recipe
from pipeline.render.smart_render import pieces
from pipeline.render.sound_pieces import Stretch, stretches

T = TypeVar("T")
Tone = Span[Source] | None
HEARD = "heard.json"
SMALL = 180
"""Pixels that the pictures of a report are high."""


def _part(at: Context, recipe: Recipe, look: Look, material: Material, patch: Patch | None = None) -> None:
    frames = recipe.shot.frames
    studio = at.tools.renderer(material)
    shot.make(at.folder, recipe, look, studio, lambda done: at.progress(done, frames), patch)


def _sound(at: Context, *, raw: Path, stretch: Stretch, material: Material, **_: Any) -> None:
    studio = at.tools.renderer(material)
    assemble.encode_piece(at.folder, raw, stretch, studio)


def _join(
    at: Context,
    *,
    timeline: Timeline,
    parts: Sequence[Path],
    material: Material,
    sound: Callable[[], assemble.Sound],
    chapters: str,
    language: str,
    files: Mapping[str, str],
    **_: Any,
) -> None:
    studio = at.tools.renderer(material)
    assemble.join(
        at.folder, timeline, parts, sound(), studio, chapters=chapters, language=language, names=files
    )


def _still(at: Context, part: str, moment: Fraction, film: Path, height: int = SMALL) -> None:
    (at.folder / "still.jpg").write_bytes(at.tools.renderer(Material({})).still(film, moment, height))


PART: Task[Path] = Task("{}", shot.VERSION, _part, stage="render")
"""A shot: its pictures with and without captions, and its sound."""

SOUND: Task[Path] = Task("the sound from {}", 1, _sound, here=True)
"""Some seconds of a film's sound, encoded to be joined with others (sound_pieces.py)."""

JOIN: Task[Path] = Task("{}", assemble.VERSION, _join, stage="join", here=True)
"""A programme of parts: pictures and sound copied."""

STILL: Task[Path] = Task("still of {}", 4, _still, tools=("ffmpeg",))
"""A small picture of a part."""

LOUDNESS = codec(Heard)


@dataclass(frozen=True)
class Master:
    """What was made: a folder of the cache with its files, and how it sounds."""

    folder: Path
    heard: Heard


@dataclass(frozen=True)
class PlannedParts:
    """The parts of a film before they are made; how many bytes they and the film will take, and how many at
    most what is copied out of a source for one of them takes meanwhile.
    """

    shots: tuple[Call, ...]
    room: int = 0
    excerpt: int = 0


def rendered(workspace: Workspace, films: Sequence[PlannedParts]) -> list[Path]:
    """The parts of one film or of several in order, all side by side. What will not fit is not begun."""
    asked = [one for film in films for one in film.shots]
    missing = [one for one in asked if not workspace.keeps(PART, one)]
    if missing and not workspace.cache.dry:
        excerpts = max(film.excerpt for film in films)
        workspace.cache.need(sum(film.room for film in films) + 2 * excerpts)
        alike = {digest(one.inputs["recipe"].components): one for one in reversed(missing)}
        if len(alike) < len(missing):  # one of each, before the others find it there
            workspace.each(PART, alike.values())
    return workspace.each(PART, asked)


@dataclass(frozen=True)
class Rendering:
    """How the shots of one film are made.

    `drawn` is what libass draws on a shot; `tone` finds a quiet stretch of a source near a moment of it.
    """

    workspace: Workspace
    material: Material
    look: Look
    drawn: Callable[[Shot], str]
    tone: Callable[[str, Time[Source]], Tone]

    @cached_property
    def _studio(self) -> Any:
        return self.workspace.tools.renderer(self.material)

    @property
    def encoder(self) -> Any:
        """The encoder of this look."""
        return self._studio.encoder(self.look)

    @property
    def build(self) -> str:
        """Exactly the tools that pictures and sound are made with."""
        return str(self._studio.build)

    def recipe(self, number: int, one: Shot) -> Recipe:
        """What a part is made from: known without making it."""
        ass, tone = self.drawn(one), self._tone_in(one)
        encoder = self.encoder.identity(self.look.rate)
        components = shot.components(one, ass, self.look, self._prints(one), tone, encoder, self.build)
        return Recipe(shot.name(one, number), one, ass, tone, components)

    def _prints(self, one: Shot) -> dict[str, str]:
        """Every recording that a shot shows or lets be heard, for its key."""
        found = {}
        if isinstance(one, Take | Hold):
            found = {one.camera: self.material.cameras[one.camera].key}
            found[one.source] = self.material.sound_key(one.source)
        for name, laid in self.material.cutaways.items():
            found[name] = laid.media.sha256 if isinstance(laid, Footage) else laid.file.sha256
        return found

    def _tone_in(self, one: Shot) -> Tone:
        """Where to take room tone from, for a shot that needs some."""
        if isinstance(one, Hold) or (isinstance(one, Take) and one.bleeps):
            return self._near(one, self.look.rate)
        return None

    def _near(self, one: Take | Hold, rate: Fraction) -> Tone:
        return self.tone(one.source, Time.frames_at(one.first, rate))

    def planned(self, timeline: Timeline) -> PlannedParts:
        """Each shot, to be made alone; only what changed is made again."""
        recipes = [self.recipe(number, one) for number, one in enumerate(timeline.shots, 1)]
        shots = tuple(self._asked(recipe) for recipe in recipes)
        missing = [one.inputs["recipe"].shot for one in shots if not self.workspace.keeps(PART, one)]
        if not missing or self.workspace.cache.dry:
            return PlannedParts(shots)
        takes = [one for one in missing if isinstance(one, Take)]
        excerpt = max((self._studio.excerpt_bytes(one, self.look) for one in takes), default=0)
        return PlannedParts(shots, self._room(timeline, missing), excerpt)

    def _asked(self, recipe: Recipe) -> Call:
        how: dict[str, Any] = {"look": self.look, "material": self._material_of(recipe.shot)}
        asked = call(recipe.name, _people(recipe.shot, self.material), how, recipe=recipe)
        if not self.workspace.keeps(PART, asked):
            how["patch"] = self._patch(recipe)
        return asked

    def _material_of(self, one: Shot) -> Material:
        """The recordings of one shot: all that a worker need be sent."""
        whole = self.material
        played = {one.source} if isinstance(one, Take | Hold) else set()
        shown = {one.camera, *played} if isinstance(one, Take | Hold) else set()
        cutaways = {laid.file for laid in laid_over(one)}
        return replace(
            whole,
            cameras=_some(whole.cameras, shown),
            recorders=_some(whole.recorders, played),
            cutaways=_some(whole.cutaways, cutaways),
            cleaned=_some(whole.cleaned, played),
        )

    def _patch(self, recipe: Recipe) -> Patch | None:
        """What of the part as it was can be copied."""
        if not self.encoder.reuse or not isinstance(recipe.shot, Take):
            return None
        before = self.workspace.cache.last(recipe.name)
        if before is None:
            return None
        folder, old = before
        found = pieces(recipe.components, old, self.encoder.group(self.look.rate))
        return Patch(found, folder) if found else None

    def _room(self, timeline: Timeline, missing: Sequence[Shot]) -> int:
        """Bytes of parts to be made, and of the films joined from them."""
        look, pictures = self.look, 2 if self.look.clean else 1
        size: Callable[[tuple[int, int], int], int] = self.encoder.foreseen
        parts = sum(
            size(look.size, one.frames) * pictures + shot.sound_bytes(one, look.rate) for one in missing
        )
        films = size(look.size, timeline.frames) * (pictures + 1) + assemble.sound_bytes(timeline)
        return parts + films

    def join(
        self,
        name: str,
        timeline: Timeline,
        parts: Sequence[Path],
        names: Mapping[str, str],
        *,
        target: float,
        tones: Mapping[room_tone.Neighbour, Tone],
        chapters: str,
        language: str,
    ) -> Master:
        """A programme; `names` says which picture of the parts goes into which file, `target` is in LUFS, and
        `tones` is where the room tone under cards is taken from.
        """
        gains = loudness.gains(timeline.shots, assemble.levels(timeline, parts), target)
        people = [person for one in timeline.shots for person in _people(one, self.material)]
        # Its sound is made when it is: a programme that is kept needs none, one that a disk spoilt does.
        sound = partial(self._sound, timeline, parts, gains, target, tones)
        how = {"timeline": timeline, "parts": list(parts), "material": self.material, "sound": sound}
        folder = self.workspace.make(
            JOIN,
            name,
            people,
            how,
            shots=[key_of(made) for made in parts],
            order=[one.at for one in timeline.shots],
            gains=list(gains),
            room_tone=[self._tone_key(one, tone) for one, tone in tones.items()],
            loudness=target,
            chapters=chapters,
            language=language,
            title=timeline.title,
            files=dict(names),
            made_with=self.build,
        )
        return Master(folder, LOUDNESS.read((folder / HEARD).read_bytes()))

    def _sound(
        self,
        timeline: Timeline,
        parts: Sequence[Path],
        gains: Sequence[float],
        target: float,
        tones: Mapping[room_tone.Neighbour, Tone],
    ) -> assemble.Sound:
        """A programme's sound; only pieces in which something changed are encoded."""

        def room(beside: room_tone.Neighbour) -> Samples:
            return shot.tone_of(beside.source, tones.get(beside), self._studio)

        def encode(raw: Path) -> list[Path]:
            samples = len(assemble.samples_in(raw))
            return [self._piece(timeline, raw, one) for one in stretches(samples)]

        with self.workspace.cache.bench() as bench:
            try:
                return assemble.sound(bench, timeline, parts, gains, target, room, encode)
            except OSError as problem:
                raise of_system(problem, where=str(bench), what="cannot write the film's sound") from None

    def _piece(self, timeline: Timeline, raw: Path, one: Stretch) -> Path:
        shots = assemble.heard_in(timeline, one)
        people = {person for heard in shots for person in _people(heard, self.material)}
        how = {"raw": raw, "stretch": one, "material": Material({})}
        return self.workspace.make(
            SOUND,
            f"{one.first // SAMPLE_RATE} s",
            sorted(people),
            how,
            samples=assemble.samples_print(raw, one),
            lead=one.lead,
            count=one.count,
            made_with=self.build,
        )

    def tones(self, timeline: Timeline) -> dict[room_tone.Neighbour, Tone]:
        """Where the room tone under cards is taken from, for each shot next to one."""
        return {one: self._near(one, timeline.rate) for one in room_tone.neighbours(timeline.shots)}

    def _tone_key(self, one: room_tone.Neighbour, tone: Tone) -> str:
        if tone is None:
            return "none"
        return f"{self.material.sound_key(one.source)} {tone.start.seconds} {tone.end.seconds}"


def _some(of: Mapping[str, T], names: set[str]) -> dict[str, T]:
    return {name: one for name, one in of.items() if name in names}


def _people(one: Shot, material: Material) -> list[str]:
    """Who is in a shot: whose words it is of, and everybody else in its recording."""
    if not isinstance(one, Take | Hold):
        return []
    laid = (cutaway.file for cutaway in laid_over(one))
    beside = (who for name in (one.source, *laid) for who in material.people.get(name, ()))
    return [one.contributor, *beside]


def key_of(folder: Path) -> str:
    """An object of the cache, by its key."""
    return f"{folder.parent.name}{folder.name}"


def still(workspace: Workspace, timeline: Timeline, one: Shot, part: Path, height: int = SMALL) -> bytes:
    """A picture of a shot: from its middle, without captions; a small one, for the report."""
    moment = Fraction(one.frames // 2) / timeline.rate
    if isinstance(one, Break):  # its time has not begun to run down
        moment = min(moment, Fraction(1, 2))
    return _picture(workspace, part.name, part, moment, part / "clean.mp4", height)


def still_of_cue(workspace: Workspace, timeline: Timeline, cue: Cue, one: Shot, part: Path) -> bytes:
    """A cue on its picture, from the middle of its time in its shot's part."""
    last = timeline.time(one.end) + -1 / timeline.rate
    middle = min(cue.span.start + cue.span.duration / 2, last).snap(timeline.rate)
    captioned = part / "captioned.mp4"
    film = captioned if captioned.is_file() else part / "clean.mp4"
    moment = middle - timeline.time(one.at)
    return _picture(workspace, f"a cue at {cue.span.start}", part, moment, film)


def _picture(
    workspace: Workspace, of: str, part: Path, moment: Fraction, film: Path, height: int = SMALL
) -> bytes:
    name, large = f"{key_of(part)} {film.name}", {} if height == SMALL else {"height": height}
    found = workspace.make(STILL, of, Shelf.people(part), {"film": film}, part=name, moment=moment, **large)
    return (found / "still.jpg").read_bytes()
