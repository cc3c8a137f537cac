"""What is handed out: gated for its use, made or kept, looked at once more, written down, let out.

The line in the ledger comes before the file: a copy that nobody knows of is worse than a line too many.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Protocol

from pipeline.captions.model import Captions
from pipeline.core.finding import Finding, counted
from pipeline.core.footage import Fonts
from pipeline.delivery import ledger, markers, readable
from pipeline.delivery.build import Finished, edition, facts, until
from pipeline.delivery.ledger import Ledger
from pipeline.delivery.release import Content, Door, Release, lies_in, outlet, take_back
from pipeline.delivery.training import kinds, of_film
from pipeline.delivery.training.kinds import KINDS, Options
from pipeline.delivery.training.model import Training
from pipeline.engine.cache import NotMade
from pipeline.engine.private import check_writable
from pipeline.engine.task import Call
from pipeline.errors import ChecksFailed, ConfigError

USE = "training"
"""What packages are for, whatever the film's own use is."""

TRAINING, MARKERS = "build/training", "build/export"
"""Where exports lie without a folder of their own."""


class Film(Finished, of_film.Taught, Protocol):
    """The film for the use of the export, through the gate for it."""

    @property
    def fonts(self) -> Fonts: ...


@dataclass(frozen=True)
class Wanted:
    """Which kinds, where to, and for whom."""

    only: tuple[str, ...] = ()
    to: Path | None = None
    recipient: str = ""
    options: Options = field(default_factory=Options)


@dataclass(frozen=True)
class Exported:
    """Where it went, the files, those of them that changed in build/, what was written into the ledger, and
    what a person should look at.
    """

    folder: Path
    files: tuple[Path, ...]
    changed: tuple[str, ...]
    entered: tuple[ledger.Export, ...]
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Foreseen:
    """What would be written: how large it is where it is kept, else about how large; None: not known."""

    what: str
    to: str
    bytes: int | None
    kept: bool


Made = Mapping[str, Mapping[str, Content]]
"""What leaves together: each thing's files by their names in the folder that it goes to."""


@dataclass(frozen=True)
class Export:
    """One going-out of a film. `film` is the one for the use that it is for."""

    film: Film
    door: Door
    ledger: Ledger
    wanted: Wanted
    today: date

    def training(self) -> Exported:
        """The film for people to learn with, in the kinds that are wanted."""
        folder, chosen = self._folder(TRAINING), named(self.wanted.only, KINDS, "what people learn with")
        facts(self.film)  # the gate stands here, before anything is made
        told = of_film.training(self.film)
        made, found = dict[str, Mapping[str, Content]](), of_film.findings(self.film)
        for kind in chosen:
            asked, cost = self._asked(kind, told)
            made[kind] = kinds.made(self.film.workspace, asked)
            found += [*cost, *_linted(kind, made[kind])]
        self.film.workspace.cache.keep("training")
        return replace(self._let_out(made, folder, tuple(said(told))), findings=tuple(found))

    def markers(self) -> Exported:
        """The film's breaks and chapters, with a report of what each format cannot hold."""
        folder, chosen = self._folder(MARKERS), named(self.wanted.only, markers.FORMATS, "markers")
        files, lost = markers.export(self.film.timeline, chosen)
        found = tuple(Finding("markers", "info", one.format, str(one), "", "") for one in lost)
        return replace(self._let_out({"markers": dict(files)}, folder, ()), findings=found)

    def foreseen(self) -> list[Foreseen]:
        """What `training` would write, as far as a dry project knows it."""
        folder, chosen = self._folder(TRAINING), named(self.wanted.only, KINDS, "what people learn with")
        told: Training | None = None
        with suppress(NotMade):
            facts(self.film)
            told = of_film.training(self.film)
        return [self._foreseen(kind, told, folder) for kind in chosen]

    def _foreseen(self, kind: str, told: Training | None, folder: Path) -> Foreseen:
        to, spec = str(folder / KINDS[kind].name), KINDS[kind]
        if told:
            with suppress(NotMade):
                files = kinds.made(self.film.workspace, self._asked(kind, told)[0]).values()
                return Foreseen(kind, to, sum(map(_size, files)), kept=True)
        films = [told.film, *(one.file for one in told.versions)] if told else [self.door.build / "cut.mp4"]
        known = spec.holds_film and all(path.is_file() for path in films)
        return Foreseen(kind, to, sum(map(_size, films)) if known else None, kept=False)

    def _asked(self, kind: str, told: Training) -> tuple[Call, list[Finding]]:
        """The work of making a kind, and what it costs to have it as it is asked for."""
        film, people, options = self.film, facts(self.film).people, self.wanted.options
        told, cost = kinds.fitted(kind, told, options, people, film.workspace)
        return kinds.wanted(kind, told, options, film.fonts, people, film.workspace), cost

    def _folder(self, here: str) -> Path:
        """Where it goes; asked whether it can, before the work and not after it."""
        folder = self.wanted.to.resolve() if self.wanted.to else self.film.production.root / here
        outlet(self.door.build, folder)
        if not self.film.workspace.cache.dry:
            check_writable(folder, "what is exported")
        return folder

    def _let_out(self, made: Made, folder: Path, said: Sequence[tuple[str, str]]) -> Exported:
        door, who, now, ends = self.door, facts(self.film), edition(self.film), until(self.film)
        inside = lies_in(door.build, folder)
        within = f"{folder.resolve().relative_to(door.build.resolve()).as_posix()}/" if inside else ""
        releases = [
            Release(
                f"export {within}{what}", {within + name: files[name] for name in files}, who, now, said, ends
            )
            for what, files in made.items()
        ]
        door.look(releases)
        place, recipient = self.ledger.place(folder), self.wanted.recipient
        lines = [
            ledger.Export(what, ledger.hashes(files), who, place, recipient, self.today, now, until=ends)
            for what, files in made.items()
        ]
        older = [one for one in self.ledger.brought(made, place) if one.of != now]
        entered, changed = self.ledger.enter(lines), list[str]()
        if inside:
            changed = door.publish(releases)
            files = [door.build / name for one in releases for name in one.files]
        else:
            take_back(folder, older, {name for one in made.values() for name in one})
            files = [path for one in releases for path in door.hand_out(one, folder)]
        self.film.workspace.fingerprints.save()
        return Exported(folder, tuple(files), tuple(changed), tuple(entered))


def said(told: Training) -> Iterator[tuple[str, str]]:
    """(where, text) of all that can be written of it; which source and quote a cue is of is in no file."""
    where, captions = "what people learn with", told.captions
    yield from readable.said(where, replace(told, captions=Captions(captions.language, ())))
    yield from ((f"{where}, cue {n}", f"{cue.speaker}\n{cue.text}") for n, cue in enumerate(captions.cues, 1))


def named(only: Sequence[str], known: Mapping[str, object], what: str) -> list[str]:
    """The kinds that were asked for, in our order; all, where none was."""
    for name in only:
        if name not in known:
            step = f"use one or more of: {', '.join(known)}"
            raise ConfigError(f'"{name}" is no kind of {what}', where="--only", next_step=step)
    return [name for name in known if not only or name in only]


def _linted(kind: str, files: Mapping[str, Content]) -> list[Finding]:
    """What is wrong with a package; one with an error in it does not leave."""
    lint, found = KINDS[kind].lint, list[Finding]()
    for name, content in files.items():
        if lint and isinstance(content, Path):
            found += [replace(one, where=f"{name}: {one.where}") for one in lint(content)]
    if counted(found).errors:
        lines = [f"{one.where}: {one.what} ({one.measured})" for one in found if one.severity == "error"]
        step = "nothing was let out; report this, with what it says"
        raise ChecksFailed("\n".join(lines), where=kind, next_step=step)
    return found


def _size(content: Content) -> int:
    return len(content) if isinstance(content, bytes) else content.stat().st_size
