"""Running ffmpeg: in a private folder, within limits, and never left behind.

Only files with fixed names in the working folder are named on a command line, so nobody's file
name can become an option or a filter. A child dies with us: by PR_SET_PDEATHSIG where Linux has
it, and by `stop_all` on every way out.
"""

from __future__ import annotations

import ctypes
import errno
import os
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from pipeline.errors import CLOSED, FULL, BrokenIO, InputError, MissingTool, OurwordsError, of_system

CONTAINERS = "mov,matroska,avi,mpegts,mpeg,mxf"
"""The demuxers that footage may use: no playlists, no image sequences, nothing that opens others."""

RECORDINGS = {
    b"RIFF": "wav",
    b"RF64": "wav",
    b"BW64": "wav",
    b"fLaC": "flac",
    b"ID3": "mp3",
    b"\xff\xfb": "mp3",
    b"\xff\xf3": "mp3",
    b"\xff\xf2": "mp3",
}
"""The demuxers that sound recorded apart may use besides, each only for a file that begins as its files do.
M4A is a mov.
"""

STILLS = {b"\x89PNG": "png_pipe", b"\xff\xd8\xff": "jpeg_pipe"}

SAFE_INPUT = {"protocol_whitelist": "file,pipe", "format_whitelist": CONTAINERS}


def safe_input(demuxers: str) -> dict[str, str]:
    """The options to open a file with, when only these demuxers may be used."""
    return SAFE_INPUT | {"format_whitelist": demuxers}


MAX_PIXELS = 8192 * 8192
MOST_SIDE = 16384
"""What encoders and scalers can address."""

MAX_MEMORY = 12 << 30
MAX_FILE = 256 << 30

WRITING = re.compile(r"(?i)(writ|trailer|mux)[^\n]*: Input/output error")
"""How ffmpeg says that a disk failed it: of footage that is broken it says the same without these words."""

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
_stopping = threading.Event()


@cache
def ffmpeg() -> str:
    """The ffmpeg to run: $PIPELINE_FFMPEG, the packaged one, or the system's."""
    named = os.environ.get("PIPELINE_FFMPEG")
    if named:
        if not shutil.which(named):
            lack = "is no program that may be run" if Path(named).exists() else "is not there"
            what = f"$PIPELINE_FFMPEG names {named}, which {lack}"
            raise MissingTool(what, next_step="correct it, or unset it to use the packaged ffmpeg")
        return named
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        found = shutil.which("ffmpeg")
        if not found:
            raise MissingTool(
                "no ffmpeg", next_step="install ourwords again; its packages bring one"
            ) from None
        return found


@cache
def build() -> str:
    """Which ffmpeg this is: part of the key of everything it makes."""
    return ask("-version").partition("\n")[0].removeprefix("ffmpeg version ").partition(" Copyright")[0]


def ask(option: str) -> str:
    """What ffmpeg says of itself: its -version, -filters, -encoders. MissingTool where it does not run."""
    try:
        argv = [ffmpeg(), "-hide_banner", option]
        done = subprocess.run(argv, capture_output=True, encoding="utf-8", errors="replace", timeout=30)
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise MissingTool(f"{ffmpeg()} does not run: {problem}", next_step=another_ffmpeg()) from None
    if done.returncode:
        why = (done.stderr.strip().splitlines() or [f"it stopped with {done.returncode}"])[-1]
        raise MissingTool(f"{ffmpeg()} does not run: {why}", next_step=another_ffmpeg())
    return done.stdout


def another_ffmpeg() -> str:
    """What to do where the ffmpeg here will not do."""
    if os.environ.get("PIPELINE_FFMPEG"):
        return "unset PIPELINE_FFMPEG to use the packaged ffmpeg"
    return "python -m pip install --force-reinstall imageio-ffmpeg"


def run(
    arguments: Sequence[str],
    room: Path,
    *,
    timeout: float = 3600,
    blame: str = "",
    line: Callable[[str], None] | None = None,
) -> str:
    """Run ffmpeg in `room`; its standard output as text. `blame` names the footage at fault.

    Raises InputError where ffmpeg refuses `blame`, BrokenIO where it fails on our own files.
    """
    argv = [
        ffmpeg(),
        "-hide_banner",
        "-nostdin",
        "-loglevel",
        "error",
        "-max_pixels",
        str(MAX_PIXELS),
        *arguments,
    ]
    with (room / "stderr.txt").open("w+b") as errors:
        code, out = _watch(argv, room, errors, timeout, line)
        if code:
            errors.seek(0)
            raise _failure(code, errors.read().decode(errors="replace"), room, blame)
    (room / "stderr.txt").unlink()
    return out


def _watch(
    argv: Sequence[str], room: Path, errors: IO[bytes], timeout: float, line: Callable[[str], None] | None
) -> tuple[int, str]:
    """Run a child to its end, or to ours: its exit code and standard output."""
    out = []
    with child(argv, cwd=room, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors) as running:
        killer = threading.Timer(timeout, _kill, [running])
        killer.start()
        try:
            assert running.stdout
            for raw in running.stdout:
                text = raw.decode(errors="replace")
                out.append(text)
                if line:
                    line(text.strip())
            return running.wait(), "".join(out)
        finally:
            killer.cancel()


@contextmanager
def child(argv: Sequence[str], **how: Any) -> Iterator[subprocess.Popen[bytes]]:
    """A process that outlives neither the block nor us. KeyboardInterrupt where we were stopped meanwhile."""
    if _stopping.is_set():
        raise KeyboardInterrupt
    with subprocess.Popen(_bound(argv), **how, **_manners()) as running:
        _limited(running)
        with _lock:
            _running.add(running)
        try:
            yield running
        finally:
            _kill(running)
            with _lock:
                _running.discard(running)
    if _stopping.is_set():  # what it made may be half of it
        raise KeyboardInterrupt


def _failure(code: int, errors: str, room: Path, blame: str) -> OurwordsError:
    """What an editor should know of a child that failed."""
    tail = "; ".join(errors.strip().splitlines()[-3:])
    why = tail or ("took too long" if code < 0 else f"ffmpeg stopped with {code}")
    if failed := next((number for number in (*FULL, *CLOSED) if os.strerror(number) in errors), None):
        return of_system(OSError(failed, os.strerror(failed)), where=str(room), what="could not write")
    if WRITING.search(errors):
        return of_system(OSError(errno.EIO, why), where=str(room), what="could not write")
    if blame:
        return InputError(
            f"cannot be read: {why}",
            where=blame,
            next_step="export the clip again from the camera or the NLE",
        )
    return BrokenIO(
        f"ffmpeg failed: {why}", next_step="run again with --debug; `ourwords doctor` checks the tools"
    )


def place(source: Path, name: Path) -> None:
    """Let a file appear in a working folder under a fixed name, without copying where that can be."""
    with suppress(OSError):
        name.symlink_to(source.resolve())
        return
    if (
        source.stat().st_mode & stat.S_IWUSR
    ):  # Windows removes no name of a file that is read-only, as a card's may be
        with suppress(OSError):
            name.hardlink_to(source.resolve())
            return
    shutil.copyfile(source, name)


def stop_all() -> None:
    """Kill every child, for good: called on the way out of an interrupted run."""
    _stopping.set()
    with _lock:
        for child in list(_running):
            _kill(child)


def _kill(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        child.kill()
        child.wait()


if sys.platform == "linux":
    import resource

    _libc = ctypes.CDLL(None)

    FORKS = sys.version_info < (3, 12)
    """From Python 3.12 on a child that runs Python before its program frees what other threads hold, and
    waits for ever for threads of a library that were not forked: there `setpriv` says what it dies with.
    """

    def _limits() -> Iterator[tuple[int, tuple[int, int]]]:
        for kind, most in (
            (resource.RLIMIT_AS, MAX_MEMORY),
            (resource.RLIMIT_FSIZE, MAX_FILE),
            (resource.RLIMIT_CORE, 0),
        ):
            _, hard = resource.getrlimit(kind)
            limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
            yield kind, (limit, limit)

    def _before_exec() -> None:
        _libc.prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: die with the thread that started us
        for kind, limits in _limits():
            resource.setrlimit(kind, limits)

    def _manners() -> dict[str, Any]:
        return (
            {"preexec_fn": _before_exec, "start_new_session": True} if FORKS else {"start_new_session": True}
        )

    def _bound(argv: Sequence[str]) -> Sequence[str]:
        found = None if FORKS else shutil.which("setpriv")
        return [found, "--pdeathsig", "KILL", "--", *argv] if found else argv

    def _limited(running: subprocess.Popen[bytes]) -> None:
        if not FORKS:
            with suppress(OSError):  # it is over already
                for kind, limits in _limits():
                    resource.prlimit(running.pid, kind, limits)

elif sys.platform == "win32":  # Ctrl-C is ours: `stop_all` and the time limit end a child

    def _manners() -> dict[str, Any]:
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}

else:

    def _manners() -> dict[str, Any]:
        return {"start_new_session": True}


if sys.platform != "linux":

    def _bound(argv: Sequence[str]) -> Sequence[str]:
        return argv

    def _limited(running: subprocess.Popen[bytes]) -> None:
        """There are no limits of a child here."""
