"""`ourwords doctor`: does everything work here that a build needs? Each check says what to do.

First what can be looked up, then a second of film is made (trial.py): what is listed need not work.
"""

from __future__ import annotations

import errno
import logging
import platform
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from tempfile import TemporaryFile, gettempdir
from time import monotonic

from packaging.requirements import Requirement

from pipeline.cli.trial import FFMPEG, REINSTALL, STEPS, NotTried, Step, Trial
from pipeline.errors import BrokenIO, CannotWrite, ConfigError, InputError, MissingTool, OurwordsError
from pipeline.production.load import Production, load
from pipeline.production.locate import find_root
from pipeline.production.specs import Transcribe

FILTERS = ("ass", "ebur128", "alimiter", "fps", "tpad", "overlay", "zscale", "tonemap")
TOLD = ("av", "numpy", "onnxruntime", "ctranslate2", "faster-whisper", "pocketsphinx")
"""The packages whose versions are told: a film's pictures, sound and words depend on them."""
FREE = 2 << 30
"""Bytes of free disk below which a build is likely to stop half way."""

SPACE, WRITABLE = "free some space before building", "check the folder's permissions"


@dataclass(frozen=True)
class Check:
    """`tried` is False where there was nothing to try it with, or something that it needs has failed."""

    name: str
    good: bool
    found: str
    next_step: str = ""
    exit_code: int = 69
    tried: bool = True
    seconds: float = 0.0


def examine(folder: Path, today: date) -> Iterator[Check]:
    """Each check when it is done: of the machine, of the production in or above `folder`, of a film made
    now.
    """
    paperwork, production = _production(folder)
    looks: dict[str, Callable[[], str]] = {
        "packages": _packages,
        "ffmpeg": lambda: _ffmpeg(production),
        "caption font": _font,
        "weights": lambda: _weights(production),
        "disk": lambda: _disk(folder),
        "folders": lambda: _folders(production),
    }
    done = {paperwork.name: paperwork}
    for name, look in looks.items():
        done[name] = _try(name, look)
        yield done[name]
    yield paperwork
    with Trial(production, today) as trial:
        for step in STEPS:
            done[step.name] = _step(step, trial, [done[name] for name in step.needs])
            yield done[step.name]


def _step(step: Step, trial: Trial, before: Sequence[Check]) -> Check:
    if bad := next((check for check in before if not check.good), None):
        return Check(step.name, False, f"not tried: {bad.name} comes first", tried=False)

    def work() -> str:
        try:
            return step.work(trial)
        except (InputError, BrokenIO) as problem:
            # What a build would blame footage for, or send to this very command, is a tool's fault here.
            if isinstance(problem, InputError) or "doctor" in problem.next_step:
                raise MissingTool(problem.what) from problem
            raise

    return _try(step.name, work, step.mend)


def _try(name: str, look: Callable[[], str], mend: str = REINSTALL) -> Check:
    """One check, whatever happens in it. `mend` is what to do where the problem itself does not say."""
    started = monotonic()
    try:
        check = Check(name, True, look())
    except NotTried as later:
        check = Check(name, True, later.why, later.next_step, tried=False)
    except Exception as problem:  # a package that does not fit raises whatever it likes
        logging.getLogger("ourwords.doctor").debug(name, exc_info=True)
        told = _told(problem)
        found = f"{told.where}: {told.what}" if told.where else told.what
        check = Check(name, False, found, told.next_step or _mend(mend), told.exit_code)
    return replace(check, seconds=monotonic() - started)


def _mend(mend: str) -> str:
    from pipeline.adapters.ffmpeg.process import another_ffmpeg

    return another_ffmpeg() if mend == FFMPEG else mend


def _told(problem: Exception) -> OurwordsError:
    """Any error as one of ours."""
    match problem:
        case OurwordsError():
            return problem
        case PackageNotFoundError():
            return MissingTool(f"the package {problem.name} is not installed")
        case ImportError():
            return MissingTool(f"a package cannot be loaded: {problem}")
        case PermissionError():
            what, where = f"cannot write: {problem.strerror}", str(problem.filename or "")
            return CannotWrite(what, where=where, next_step=WRITABLE)
        case OSError(errno=errno.ENOSPC):
            return BrokenIO("the disk is full", where=str(problem.filename or ""), next_step=SPACE)
        case _:
            return MissingTool(f"the packages here do not fit together ({type(problem).__name__}: {problem})")


# What can be looked up ------------------------------------------------------------------------


def _packages() -> str:
    """Is everything installed as pyproject.toml wants it? pip looks only when it installs."""
    try:
        lines = requires("ourwords") or ()
    except PackageNotFoundError:
        why = "ourwords is not installed, so nothing says which versions it needs"
        raise NotTried(why, REINSTALL) from None
    wrong = [one for one in map(Requirement, lines) if _is_wanted(one) and not _fits(one)]
    if wrong:
        have = {one: _version(one.name) or "is missing" for one in wrong}
        what = "; ".join(f"{one.name} {have[one]}, and {one.specifier} is needed" for one in wrong)
        named = " ".join(f'"{one.name}{one.specifier}"' for one in wrong)
        raise MissingTool(what, next_step=f"python -m pip install {named}")
    return ", ".join([f"Python {platform.python_version()}", *(f"{name} {_version(name)}" for name in TOLD)])


def _is_wanted(one: Requirement) -> bool:
    """Here, and without an extra."""
    return not one.marker or one.marker.evaluate({"extra": ""})


def _fits(one: Requirement) -> bool:
    have = _version(one.name)
    return bool(have) and one.specifier.contains(have, prereleases=True)


def _version(package: str) -> str:
    """Blank where it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _ffmpeg(production: Production | None) -> str:
    from pipeline.adapters.ffmpeg import process
    from pipeline.adapters.ffmpeg.encoders import SOFTWARE

    build = process.build()
    codec = production.film.codec if production else "h264"
    needed = {"filter": FILTERS, "encoder": (SOFTWARE["h264"]["c:v"], SOFTWARE[codec]["c:v"], "aac")}
    for kind, names in needed.items():
        have = {words[1] for words in map(str.split, process.ask(f"-{kind}s").splitlines()) if len(words) > 2}
        if missing := [name for name in dict.fromkeys(names) if name not in have]:
            what = f"{build} lacks the {kind} {', '.join(missing)}"
            raise MissingTool(what, next_step=process.another_ffmpeg())
    return build


def _font() -> str:
    from pipeline.adapters import fonts

    missing = fonts.damaged()
    if missing:
        raise MissingTool(
            f"these caption fonts are not as they were packaged: {', '.join(missing)}",
            next_step="install ourwords again",
        )
    return f"{fonts.FAMILY} ({len(fonts.font_files())} files), {len(fonts.packaged_names()) - 1} more"


def _weights(production: Production | None) -> str:
    """Those that the production asks for, every byte of them."""
    from pipeline.adapters.asr import registry, weights
    from pipeline.core.digest import file_digest
    from pipeline.core.ports import is_path
    from pipeline.speech import held_weights

    settings = production.transcribe if production else Transcribe()
    if settings.engine == "faster-whisper" and not is_path(settings.model):
        held = held_weights.files(production) if production else None
        fetch = f"ourwords models fetch {settings.model}"
        if why := weights.broken(settings.model, settings.revision, held):
            raise MissingTool(why, next_step=f"delete that folder, then: {fetch}")
        if not weights.find(settings.model, settings.revision, held):
            raise NotTried(f"{settings.model} is not here yet; the first transcription fetches it", fetch)
    elif production:
        held = held_weights.files(production)
        registry.weigh(settings.engine, production.weights, "", held, file_digest, lambda _: None)
    on = registry.device(settings.engine, settings.device)
    there = ", ".join(name for name in weights.REPOSITORIES if weights.find(name))
    return f"{there}; {settings.model} hears on {DEVICES[on]}"


DEVICES = {"cpu": "the processor", "cuda": "the GPU"}


def _disk(folder: Path) -> str:
    free = shutil.disk_usage(folder if folder.exists() else Path()).free
    told = f"{free / (1 << 30):.1f} GB free"
    if free < FREE:
        raise BrokenIO(told, next_step=SPACE)
    return told


def _folders(production: Production | None) -> str:
    """Can a build write where it has to? It is tried with a file that has no name."""
    root = production.root if production else None
    mine = [root, root / "build", root / "transcripts", root / "reviews"] if root else []
    places = [folder for folder in (*mine, Path(gettempdir())) if folder.exists()]
    for folder in places:
        try:
            TemporaryFile(dir=folder).close()
        except OSError as problem:
            if problem.errno == errno.ENOSPC:
                raise
            what = f"cannot write: {problem.strerror}"
            raise CannotWrite(what, where=str(folder), next_step=WRITABLE) from None
    return f"{len(places)} can be written"


def _production(folder: Path) -> tuple[Check, Production | None]:
    """The paperwork, as every command reads it first."""
    try:
        root = find_root(folder)
    except ConfigError:
        return Check("production", True, "none here; `ourwords init my-film` makes one"), None
    found = None

    def look() -> str:
        nonlocal found
        found = load(root)
        unplaced = [quote.id for quote in found.quotes if quote.id not in found.in_scenes]
        note = f", {len(unplaced)} quote(s) in no scene ({', '.join(unplaced)})" if unplaced else ""
        return f"{found.film.title}: {len(found.sources)} sources, {len(found.quotes)} quotes{note}"

    return _try("production", look), found
