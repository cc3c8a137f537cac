"""A newcomer's caption format: one file and one line of the table, and every command knows it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.captions.formats import CODECS, read
from pipeline.production.configs import CONFIGS
from tests.conftest import SAMPLE

ROOT = Path(__file__).parents[2]

MODULE = '''"""Plain: a line a cue, its seconds before its text."""

from pipeline.captions.formats.codec import WIDE_LAYOUT, Codec, Layout
from pipeline.captions.formats.text import Subtitles
from pipeline.captions.model import Captions, plain_cue
from pipeline.core.time import Span


def read_plain(name: str, data: bytes) -> Subtitles:
    rows = [line.split(" ", 2) for line in data.decode().splitlines()[1:]]
    cues = (plain_cue(Span.measured(float(one), float(two)), (text,)) for one, two, text in rows)
    return Subtitles("", tuple(cues), "plain")


def to_plain(captions: Captions, layout: Layout = WIDE_LAYOUT) -> str:
    rows = (f"{float(cue.span.start):.3f} {float(cue.span.end):.3f} {cue.text}\\n" for cue in captions.cues)
    return "PLAIN\\n" + "".join(rows)


def _is_plain(text: str) -> bool:
    return text.startswith("PLAIN")


CODEC = Codec("plain", "Plain", ("pln",), read=read_plain, write=to_plain, sniff=_is_plain)
'''

CONVERTED = """
from pathlib import Path
from pipeline.captions.formats import read, write
from pipeline.captions.model import Captions
found = read("a.srt", Path("a.srt").read_bytes())
Path("a.pln").write_text(write("plain", Captions("en", found.cues)))
for name in ("a.pln", "a.txt"):
    back = read(name, Path("a.pln").read_bytes())
    assert back.format == "plain", name
    assert [cue.text for cue in back.cues] == ["They saw the label.", "Then they saw me."], back
print(write("vtt", Captions("en", back.cues)))
"""

SRT = """1
00:00:01,000 --> 00:00:02,500
They saw
the label.

2
00:00:02,500 --> 00:00:05,000
Then they saw me.
"""


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with one file and one line more."""
    root = tmp_path_factory.mktemp("newcomer")
    shutil.copytree(ROOT / "pipeline", root / "pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(CONFIGS, root / "configs")
    formats = root / "pipeline/captions/formats"
    (formats / "plain.py").write_text(MODULE)
    table = (formats / "__init__.py").read_text()
    assert table.count("        stl.CODEC,\n") == 1
    changed = table.replace("        stl.CODEC,\n", "        stl.CODEC,\n        plain.CODEC,\n")
    (formats / "__init__.py").write_text(
        changed.replace("import ass, in_place, scc", "import ass, in_place, plain, scc")
    )
    (root / "a.srt").write_text(SRT)
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_it_is_read_written_converted_and_known_by_its_text(newcomer: Path) -> None:
    done = run(newcomer, "-c", CONVERTED)
    assert done.returncode == 0, done.stderr
    (one, two) = read("a.vtt", done.stdout.encode()).cues
    assert (one.text, two.text) == ("They saw the label.", "Then they saw me.")


@pytest.mark.slow
def test_the_command_line_checks_converts_and_names_it(newcomer: Path) -> None:
    (newcomer / "b.pln").write_text("PLAIN\n1.000 3.000 They saw the label.\n3.500 6.000 Then they saw me.\n")
    done = run(newcomer, "-m", "pipeline", "captions", "check", "b.pln", "--rate", "25")
    assert "2 cues" in done.stdout, done.stderr
    assert "gap" in done.stdout
    done = run(newcomer, "-m", "pipeline", "captions", "fix", "b.pln", "--rate", "25")
    assert done.returncode == 65, "nothing says how its cues are changed where they stand"
    assert "Plain cannot be changed in one place only" in done.stderr
    done = run(newcomer, "-m", "pipeline", "captions", "convert", "b.pln", "c.vtt")
    assert done.returncode == 0, done.stderr
    assert "00:00:03.500 --> 00:00:06.000\nThen they saw me." in (newcomer / "c.vtt").read_text()
    (newcomer / "c.bin").write_text("nothing that is known")
    done = run(newcomer, "-m", "pipeline", "captions", "check", "c.bin")
    assert done.returncode == 65
    assert "Plain" in done.stderr
    done = run(newcomer, "-m", "pipeline", "-C", str(SAMPLE), "captions", "export", "--format", "doc")
    assert done.returncode == 2
    assert "plain" in done.stderr


@pytest.mark.slow
def test_the_film_is_exported_in_it(newcomer: Path, film_copy: Path, tmp_path: Path) -> None:
    arguments = ["captions", "export", "--format", "srt,plain", "--to", str(tmp_path / "out")]
    done = run(newcomer, "-m", "pipeline", "-C", str(film_copy), *arguments)
    assert done.returncode == 0, done.stderr
    told = [
        [line for line in (tmp_path / f"out/cut.en-GB.{ending}").read_text().splitlines() if line]
        for ending in ("srt", "pln")
    ]
    assert told[1][0] == "PLAIN"
    assert len(told[1]) - 1 == sum(" --> " in line for line in told[0]) > 20


def test_the_docs_list_every_format() -> None:
    """A row for each in docs/captions.md, which says whether it is read and written; README names all."""
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in (ROOT / "docs/captions.md").read_text().splitlines()
        if line.startswith("| `")
    ]
    listed = {row[0].split("`")[1]: row for row in rows if len(row) == 4}
    assert set(CODECS) <= set(listed)
    for name, codec in CODECS.items():
        _, writes, reads, says = listed[name]
        assert (writes != "no", reads != "no") == (codec.write is not None, codec.read is not None), name
        for fact, word in {"position": "top", "colour": "colour", "speaker": "speaker"}.items():
            assert (fact in codec.holds) == (word in says), (name, fact)
    readme = (ROOT / "README.md").read_text().lower()
    assert [name for name in CODECS if name not in readme] == []
