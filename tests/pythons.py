"""`make test-pythons`: the wheel, installed into a fresh environment of every Python that is here, builds a
film with it.

What is installed is locked by hash. The film is built outside the source tree and with an empty home, so
nothing is found
but what the wheel brings; only the recogniser's weights are lent to it. Environments are kept in .venvs/
until a lock or
the interpreter changes. Standard library only: this runs before anything is installed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "assets" / "sample"
KEPT = ROOT / ".venvs"
LOCKS = [ROOT / "requirements" / f"{name}.lock" for name in ("build", "core")]
SUPPORTED = ("3.11", "3.12", "3.13", "3.14")
WINDOWS = os.name == "nt"

TOML = """\
[film]
title = "One film, every Python"
size = "320x180"
quality = "draft"

[[source]]
id = "amara"
file = "footage/amara.mp4"
contributor = "amara"

[[source]]
id = "erin"
file = "footage/erin.mp4"
contributor = "erin"

[[card]]
place = "start"
kind = "title"
text = "One film"
seconds = 1.0

[[scene]]
title = "Heard"
seconds = 0.0
quotes = ["q01", "q02"]

[[scene.reflection]]
after = "q01"
prompt = "What was that like?"
seconds = 1.0
"""
QUOTES = """\
id,contributor,source,text,theme,use,approved_by,approved_on,notes
q01,amara,amara,"So I counted to 20, and I went in.",helped,training,the group,2025-05-13,
q02,erin,erin,They're not bad people. They're tired.,helped,training,the group,2025-05-13,
"""
CONSENT = """\
contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes
amara,Amara,training,none,2025-03-04,,,
erin,Erin,training,none,2025-03-04,,,
"""
CUTS = {"amara": ("amara.mp4", "0:a:0", 38.0, 42.3), "erin": ("erin.mkv", "0:a:1", 9.8, 12.8)}
"""Some seconds of the sample for each source: file, sound track, from and to."""


class Failed(Exception):
    """A command that did not end as it should: its name and the last of what it said."""


def run(argv: Sequence[str | Path], *, env: dict[str, str] | None = None, cwd: Path = ROOT) -> str:
    done = subprocess.run(
        [*map(str, argv)], env=env, cwd=cwd, capture_output=True, text=True, errors="replace", timeout=1200
    )
    if done.returncode:
        said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
        raise Failed(
            f"{' '.join(map(str, argv[1:6]))} ended with {done.returncode}: "
            + "\n    ".join(["", *said[-12:]])
        )
    return done.stdout


# Which Pythons are here -----------------------------------------------------------------------


def candidates(wanted: str) -> Iterator[list[str]]:
    """Where a Python of this version may be: this very one, on PATH, in pyenv's folder, by the launcher of
    Windows.
    """
    yield [sys.executable]
    if on_path := shutil.which(f"python{wanted}"):
        yield [on_path]
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for folder in sorted((pyenv / "versions").glob(f"{wanted}.*"), reverse=True):
        yield [str(folder / "bin" / "python")]
    if launcher := shutil.which("py"):
        yield [launcher, f"-{wanted}"]


def find(wanted: str) -> tuple[str, str] | None:
    """The interpreter and its whole version; a shim that leads nowhere, or one that can make no environment,
    is none.
    """
    ask = "import ensurepip, platform, sys, venv; print(sys.executable, platform.python_version(), sep='\\n')"
    for command in candidates(wanted):
        try:
            executable, version = run([*command, "-c", ask]).splitlines()
        except (Failed, OSError, ValueError):
            continue
        if version.startswith(f"{wanted}."):
            return executable, version
    return None


# Environments ---------------------------------------------------------------------------------


class Environment:
    """Everything that the locks name, and not yet the product."""

    def __init__(self, wanted: str, interpreter: str, version: str) -> None:
        self.folder = KEPT / wanted
        self._interpreter = interpreter
        self._key = hashlib.sha256(
            b"".join(lock.read_bytes() for lock in LOCKS) + f"{interpreter} {version}".encode()
        ).hexdigest()

    @property
    def python(self) -> Path:
        return self.folder / ("Scripts/python.exe" if WINDOWS else "bin/python")

    def pip(self, *arguments: str | Path) -> None:
        """With the environment's own tools on the path: what is built from source looks for them there."""
        env = os.environ | {"PATH": f"{self.python.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
        run([self.python, "-m", "pip", *arguments, "--quiet", "--disable-pip-version-check"], env=env)

    def make(self) -> str:
        """Fresh, unless the one that is there was made of the same locks: which of the two."""
        made = self.folder / "made-of"
        if made.is_file() and made.read_text() == self._key:
            return "kept"
        run([self._interpreter, "-m", "venv", "--clear", self.folder])
        for lock in LOCKS:
            self.pip("install", "--require-hashes", "--no-build-isolation", "-r", lock)
        made.write_text(self._key)
        return "fresh"

    def install(self, wheel: Path) -> None:
        self.pip("install", "--no-deps", "--force-reinstall", wheel)
        self.pip("check")


def wheel(environment: Environment, room: Path) -> Path:
    environment.pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", room, ROOT)
    (made,) = room.glob("ourwords-*.whl")
    return made


# The film -------------------------------------------------------------------------------------


def footage(environment: Environment, room: Path) -> None:
    """Seconds of the sample, and what is known to be said in them: made once, for all."""
    ffmpeg = run(
        [environment.python, "-c", "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"]
    ).strip()
    for name, (file, track, start, end) in CUTS.items():
        cut = [
            "-ss",
            str(start),
            "-i",
            SAMPLE / "footage" / file,
            "-t",
            str(end - start),
            "-map",
            "0:v:0",
            "-map",
            track,
        ]
        run(
            [
                ffmpeg,
                "-v",
                "error",
                *cut,
                "-s",
                "320x180",
                "-preset",
                "ultrafast",
                "-c:a",
                "aac",
                room / f"{name}.mp4",
            ]
        )
        known = json.loads((SAMPLE / "truth" / f"{name}.words.json").read_text(encoding="utf-8"))
        said = [word for word in known if start <= word["start"] and word["end"] <= end]
        words = [
            {"word": w["word"], "start": w["start"] - start, "end": w["end"] - start, "probability": 1.0}
            for w in said
        ]
        whole = {
            "start": words[0]["start"],
            "end": words[-1]["end"],
            "text": " ".join(w["word"] for w in said),
            "words": words,
        }
        (room / f"{name}.json").write_text(
            json.dumps({"language": "en", "segments": [whole]}), encoding="utf-8"
        )


def weights(environment: Environment) -> Path | None:
    """The folder above the recogniser's weights on this machine, where they are here."""
    ask = (
        "from pipeline.adapters.asr import weights; found = weights.find('base'); print(found.parent "
        "if found else '')"
    )
    found = run([environment.python, "-c", ask], cwd=environment.folder).strip()
    return Path(found) if found else None


def build(environment: Environment, given: Path, room: Path) -> str:
    """A film, built and verified from outside the source tree: what was done."""
    lent, film, home = weights(environment), room / "film", room / "home"
    (film / "footage").mkdir(parents=True)
    home.mkdir()
    for name in CUTS:
        shutil.copy(given / f"{name}.mp4", film / "footage")
    for name, text in {"production.toml": TOML, "quotes.csv": QUOTES, "consent.csv": CONSENT}.items():
        (film / name).write_text(text, encoding="utf-8")
    passed = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "SYSTEMROOT", "TEMP", "TMPDIR")
        if name in os.environ
    }
    env = (
        passed
        | {"HOME": str(home), "USERPROFILE": str(home), "HF_HUB_OFFLINE": "1"}
        | ({"OURWORDS_MODELS": str(lent)} if lent else {})
    )

    def ourwords(*arguments: str | Path) -> str:
        return run(
            [environment.python, "-W", "error", "-m", "pipeline", "-C", film, *arguments], env=env, cwd=home
        )

    checks = json.loads(ourwords("--json", "doctor"))["checks"]
    untried = [check["name"] for check in checks if not check["tried"]]
    for name in CUTS if not lent else ("erin",):
        ourwords("transcribe", name, "--import", given / f"{name}.json")
    listened = ["--heard", "q02"] if lent else ["--heard", "q01", "--heard", "q02"]
    ourwords("match", *listened, "--by", "whoever wrote this")  # imported words are no evidence of the sound
    ourwords("build-cut")
    if "nothing was made" not in ourwords("build-cut"):
        raise Failed("a second build-cut, with nothing changed, made something")
    if not lent:
        return (
            f"film of imported words; not tried, for the weights are not here: {', '.join(untried)}, verify"
        )
    ourwords("verify")
    return "film of recognised and imported words, verified"


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument(
        "--require",
        nargs="*",
        default=[],
        choices=SUPPORTED,
        metavar="3.N",
        help="fail where one of these is not here",
    )
    required = options.parse_args().require
    bad = False
    with tempfile.TemporaryDirectory(prefix="ourwords-pythons-", ignore_cleanup_errors=True) as folder:
        room = Path(folder)
        made: Path | None = None
        print(f"{'Python':8} {'seconds':>7}  what was built", flush=True)
        for wanted in SUPPORTED:
            here = find(wanted)
            if not here:
                bad = bad or wanted in required
                print(f"{wanted:8} {'-':>7}  {'MISSING' if wanted in required else 'not here'}", flush=True)
                continue
            started, environment = monotonic(), Environment(wanted, *here)
            (room / wanted).mkdir()
            try:
                state = environment.make()
                if made is None:
                    made = wheel(environment, room)
                    footage(environment, room)
                environment.install(made)
                told = f"ok: {build(environment, room, room / wanted)} ({state} environment)"
            except (Failed, OSError, ValueError, subprocess.TimeoutExpired) as problem:
                bad, told = True, f"FAILED: {problem}"
            print(f"{here[1]:8} {monotonic() - started:7.0f}  {told}", flush=True)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
