"""Tools by name: which exactly they are, without loading one; loaded once, whoever asks."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest

from pipeline.engine import tools
from pipeline.engine.tools import Engine, Tools

MADE_OF = {
    "av": ("av", "soxr"),
    "vad": ("faster-whisper", "onnxruntime"),
    "aligner": ("pocketsphinx",),
}
"""The packages that a tool's results depend on."""


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Versions of packages, to be changed."""
    found: dict[str, str] = {}

    def said(package: str) -> str:
        if found.get(package) == "":
            raise PackageNotFoundError
        return found.get(package) or version(package)

    monkeypatch.setattr(tools, "version", said)
    tools._identity.cache_clear()
    yield found
    tools._identity.cache_clear()


def again(name: str) -> str:
    tools._identity.cache_clear()
    return Tools.identity(name)


@pytest.mark.parametrize(("name", "package"), [(name, one) for name, all_ in MADE_OF.items() for one in all_])
def test_each_package_of_a_tool_is_in_its_identity(
    name: str, package: str, installed: dict[str, str]
) -> None:
    before = again(name)
    assert version(package) in before
    installed[package] = "99.1"
    assert "99.1" in again(name) != before
    installed[package] = ""
    assert "not installed" in again(name)


def test_ffmpegs_and_the_fonts_are_what_they_say_of_themselves(
    monkeypatch: pytest.MonkeyPatch, installed: dict[str, str]
) -> None:
    monkeypatch.setattr("pipeline.adapters.ffmpeg.process.build", lambda: "ffmpeg 99")
    monkeypatch.setattr("pipeline.adapters.fonts.fingerprint", lambda: "a font")
    assert (again("ffmpeg"), again("fonts")) == ("ffmpeg 99", "a font")


def test_what_is_no_tool_is_refused_by_name() -> None:
    with pytest.raises(LookupError, match='"hammer"'):
        Tools.identity("hammer")


def test_names_load_no_model_and_no_codec() -> None:
    code = (
        "import sys; from pipeline.engine.tools import Tools\n"
        "for name in ('av', 'vad', 'aligner'): Tools.identity(name)\n"
        "print([name for name in ('av', 'onnxruntime', 'faster_whisper', 'pocketsphinx') if name in "
        "sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out == "[]\n"


# Aligners and recognisers -------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "en-GB", ""])
@pytest.mark.parametrize("engine", ["faster-whisper", "openai-whisper"])
def test_english_is_placed_by_pocketsphinx_exactly(
    language: str, engine: str, installed: dict[str, str]
) -> None:
    found = Tools().aligner_for(language, Engine(engine, "base", "a key"))
    assert (found.engine, found.rough) == (None, False)
    assert found.key == again("aligner")
    installed["pocketsphinx"] = "99.1"
    tools._identity.cache_clear()
    assert Tools().aligner_for(language, Engine(engine, "base", "a key")).key != found.key


def test_another_language_is_placed_roughly_by_the_recogniser_that_lends_its_own() -> None:
    base, small = (Engine("faster-whisper", name, f"faster-whisper {name}") for name in ("base", "small"))
    found = Tools().aligner_for("cy", base)
    assert (found.engine, found.rough) == (base, True)
    assert found.key != Tools().aligner_for("cy", small).key
    assert found.key != Tools().aligner_for("fr", base).key


def test_where_none_is_lent_pocketsphinx_does_roughly() -> None:
    found = Tools().aligner_for("cy", Engine("openai-whisper", "base", "a key"))
    assert (found.engine, found.rough) == (None, True)


def test_a_recogniser_is_loaded_once_by_however_many_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    both = threading.Barrier(4)

    def load(name: str, model: str, say: Any, **_: Any) -> object:
        loaded.append(name)
        return object()

    monkeypatch.setattr("pipeline.adapters.asr.registry.load", load)
    hands, one = Tools(), Engine("faster-whisper", "base", "a key")

    def ask(_: int) -> Any:
        both.wait(10)
        return hands.recogniser(one)

    with ThreadPoolExecutor(4) as threads:
        assert len(set(map(id, threads.map(ask, range(4))))) == 1
    assert loaded == ["faster-whisper"]
    hands.recogniser(Engine("faster-whisper", "base", "other weights"))
    assert len(loaded) == 2
