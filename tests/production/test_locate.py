"""Names of files in whatever form a keyboard, a card or macOS wrote them."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from pipeline.cli.main import main
from pipeline.production.load import load
from pipeline.production.locate import found

NAME = "Siân Ŵyn Ünal"
FORMS = [("NFC", "NFD"), ("NFD", "NFC")]

TOML = """\
[film]
title = "A film"

[captions]
font = "fonts/{name}.ttf"

[description]
file = "access/{name}.wav"

[easy_read]
file = "access/{name}.srt"

[[source]]
id = "sian"
files = ["footage/{name}/1.mp4", "footage/{name}/2.mp4"]
contributor = "sian"
picture = "b-roll/{name}.png"

[source.recorder]
file = "footage/{name}.wav"

[[source.angle]]
id = "wide"
file = "footage/{name}.mov"

[[scene]]
title = "One"
quotes = ["q01"]

[[scene.cutaway]]
quote = "q01"
file = "b-roll/{name}.mp4"
"""


def form(kind: str, text: str = NAME) -> str:
    return unicodedata.normalize("NFC" if kind == "NFC" else "NFD", text)


def production(root: Path, written: str, on_disk: str) -> Path:
    disk = form(on_disk)
    names = [f"footage/{disk}/1.mp4", f"footage/{disk}/2.mp4", f"footage/{disk}.wav", f"footage/{disk}.mov"]
    names += [f"b-roll/{disk}.png", f"b-roll/{disk}.mp4", f"fonts/{disk}.ttf"]
    for name in [*names, f"access/{disk}.wav", f"access/{disk}.srt"]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x")
    (root / "production.toml").write_text(TOML.format(name=form(written)), encoding="utf-8")
    (root / "quotes.csv").write_text(
        "id,contributor,source,text,theme,use,approved_by,approved_on,in,out\n"
        f"q01,sian,{form(written)}/2.mp4,They saw.,t,training,the group,2025-05-13,0:01.0,0:02.0\n"
        f"q02,sian,footage/{form(on_disk)}/1.mp4,They saw.,t,training,the group,2025-05-13,,\n",
        encoding="utf-8",
    )
    (root / "consent.csv").write_text(
        "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on\n"
        f"sian,{form(written)},training,none,2025-03-04,,\n",
        encoding="utf-8",
    )
    return root


@pytest.mark.parametrize(("written", "on_disk"), [*FORMS, ("NFC", "NFC"), ("NFD", "NFD")])
def test_every_file_that_is_named_is_found_in_whatever_form(
    tmp_path: Path, written: str, on_disk: str
) -> None:
    root = production(tmp_path, written, on_disk)
    text = (root / "quotes.csv").read_text(encoding="utf-8")
    (root / "quotes.csv").write_text(text.replace(f"{form(written)}/2.mp4", "2.mp4"), encoding="utf-8")
    here = load(root)
    [source] = here.sources
    access = [
        here.captions.font,
        here.description and here.description.file,
        here.easy_read and here.easy_read.file,
    ]
    named = [*source.all_files, *here.pictures, *(one.file for one in source.beside.values()), *access]
    assert all(name and here.path(name).is_file() for name in named)
    assert [here.source_named(quote.source) for quote in here.quotes] == [source, source]


def test_a_name_that_is_there_as_it_is_written_is_taken_first(tmp_path: Path) -> None:
    for kind in ("NFC", "NFD"):
        (tmp_path / form(kind)).write_text(kind)
    for kind in ("NFC", "NFD"):
        assert found(tmp_path, form(kind)).read_text() == kind


def test_other_letters_are_another_name(tmp_path: Path) -> None:
    (tmp_path / "Sian.mp4").write_text("")
    assert not found(tmp_path, "Siân.mp4").exists()
    for name in ("é" * 300, "é\0", "é/../../é"):
        assert found(tmp_path, name) == tmp_path / name, "what it leads to is another's affair"


@pytest.mark.parametrize(("written", "on_disk"), FORMS)
def test_a_command_takes_a_file_in_whatever_form_it_is_typed(
    written: str, on_disk: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    cue = "1\n00:00:01,000 --> 00:00:03,000\nThey saw it.\n"
    (tmp_path / f"{form(on_disk)}.srt").write_text(cue, encoding="utf-8")
    assert main(["captions", "check", f"{form(written)}.srt"]) in (0, 1)
    assert main(["captions", "check", "Nobody-é.srt"]) not in (0, 1)
