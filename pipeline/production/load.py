"""A production folder, parsed at the door into frozen values.

Strict: an unknown key, a missing file or a wrong type is an error that names the file, the key and
the way out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from pipeline.core.ports import is_path
from pipeline.core.time import parse_rate
from pipeline.errors import ConfigError, OurwordsError
from pipeline.language.redaction import Bleep
from pipeline.production.breaks import TrainingSpec
from pipeline.production.cameras import camera
from pipeline.production.checks import check
from pipeline.production.clips import DEFAULT, ClipsSpec
from pipeline.production.configs import load_profile
from pipeline.production.keep_clear import Zone
from pipeline.production.lists import read_bleeps, read_consent, read_quotes
from pipeline.production.locate import composed, inside
from pipeline.production.presets import load_clip_preset
from pipeline.production.problems import Problems, Weight
from pipeline.production.profile import Profile
from pipeline.production.quotes import Consent, Quote
from pipeline.production.read_whole import read_whole
from pipeline.production.specs import (
    Approvals,
    CaptionStyle,
    CardSpec,
    DescriptionSpec,
    EasyReadSpec,
    Engine,
    FilmSpec,
    ProductionFile,
    SceneSpec,
    SignLanguageSpec,
    SourceSpec,
    Transcribe,
    ZoneSpec,
)
from pipeline.production.spreadsheet import MAX_BYTES
from pipeline.production.toml_file import parse

T = TypeVar("T")
NOTES = 8


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
    tables = problems.take(parse, root / "production.toml", ProductionFile, problems, default=None)
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
        bleeps += tuple(one.bleep for one in parse(root / "production.toml", ProductionFile).bleep)
    return consents, bleeps


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
