"""What leaves is read as people read it, and a page gives a name away nowhere."""

from __future__ import annotations

import io
import json
import struct
import time
from fractions import Fraction
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from pipeline.core.footage import Fonts
from pipeline.delivery import readable
from pipeline.delivery.release import nobody_named
from pipeline.delivery.training.model import Stop, Support, Wording
from pipeline.engine.tools import Tools
from pipeline.errors import BrokenIO, Refused
from pipeline.language.names import Name, Names

NAMES = Names(
    [
        Name("Sister Pargeter", "amara", "[a nurse]"),
        Name("Dev", "dev"),
        Name("Mark", "dev"),
        Name("Ada", "dev"),
    ]
)


def box(kind: bytes, *inner: bytes) -> bytes:
    data = b"".join(inner)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def film(*, title: str = "", chapter: str = "", track: str = "") -> bytes:
    item = box(b"\xa9nam", box(b"data", struct.pack(">II", 1, 0), title.encode()))
    meta = box(b"meta", bytes(4), box(b"hdlr", bytes(20)), box(b"ilst", item))
    titles = [chapter, "x" * 70 + chapter, ""]
    each = [bytes(8) + bytes([len(one.encode())]) + one.encode() for one in titles]
    chapters = box(b"chpl", bytes(8), bytes([len(each)]), *each)
    trak = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8), b"vide", bytes(12), track.encode() + b"\0")))
    noise = box(b"stbl", box(b"stsz", b"\0Dev\0"))
    moov = box(b"moov", trak, box(b"udta", meta, chapters), noise)
    return box(b"ftyp", b"isom") + box(b"mdat", b" Dev ") + moov


def pdf(words: str, title: str = "A guide") -> bytes:
    template = (
        '#set document(title: "{}", date: none)\n#set page(width: 4cm)\n'
        "#set text(font: json(bytes(sys.inputs.fonts)))\n{}"
    )
    return Tools.pdf(template.format(title, words), {}, Fonts())


TWO = "1\n00:00:01,000 --> 00:00:02,000\nAsk Sister Par-\n\n2\n00:00:02,000 --> 00:00:03,000\ngeter\n"


def packed(stored: bool = False, remark: str = "", **files: bytes) -> bytes:
    """A package; of `film_js` the name is film.js."""
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_STORED if stored else ZIP_DEFLATED) as package:
        package.comment = remark.encode()
        for name, data in files.items():
            package.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def script(**told: object) -> bytes:
    return f"window.ourwordsFilm = {json.dumps(told)};\n".encode()


CUES = script(title="Mark the place", cues=[{"text": "Hello"}, {"text": "D\u00e9v came"}])
WITHIN_CUES = script(cues=["Ask Sister Par-\ngeter"])

NAMING = {
    "training/player/film.js": CUES,
    "training/web/film.js": WITHIN_CUES,
    "training/player/lms.js": b'const who = "for D\\u00e9v";',
    "training/player/player.css": b".card::after { content: 'Dev'; }",
    "training/player/en.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nDev came\n",
    "training/guide/notes.txt": b"Ask Dev first.",
    "training/dev.zip": packed(film_js=script(title="Hello")),
    "training/scorm12.zip": packed(index_html=b"<p>Hello</p>", film_js=CUES),
    "training/scorm2004.zip": packed(imsmanifest_xml=b"<title>By D&#233;v</title>"),
    "training/named.zip": packed(dev_vtt=b"WEBVTT\n"),
    "training/remark.zip": packed(remark="for Dev"),
    "training/film.zip": packed(film_mp4=film(chapter="Dev")),
    "training/stored.zip": packed(stored=True, film_mp4=film(title="Thanks to Dev")),
    "training/picture.zip": packed(images__dev_jpg=b"\xff\xd8"),
    "training/h5p.h5p": packed(content__content_json=json.dumps({"authors": [{"name": "Dev"}]}).encode()),
    "training/two.zip": packed(inner_zip=packed(film_js=CUES)),
    "clips/dev-01.mp4": film(),
    "cut.mp4": film(title="Thanks to Dév"),
    "draft.mp4": film(chapter="Dev"),
    "long.mp4": film(chapter=f"Dev {'and what he said of it ' * 3}"),
    "a.mp4": film(track="Dev"),
    "captions/cut.srt": b"1\n00:00:01,000 --> 00:00:02,000\nD e v came\n",
    "captions/two.srt": TWO.encode(),
    "captions/cut.vtt": b"WEBVTT\n\nNOTE for Dev\n\n00:01.000 --> 00:02.000\nHello\n",
    "captions/entity.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nD&eacute;v came\n",
    "captions/cut.ass": b"[Events]\nComment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,for Dev\n",
    "markers/chapters.ffmeta": b";FFMETADATA1\n[CHAPTER]\ntitle=De\\-v\n",
    "markers/reflection.vtt": b'WEBVTT\n\n00:01.000 --> 00:02.000\n{"prompt": "Ask\\nDev"}\n',
    "markers/markers.otio": b'{"comment": "Ask Sister\\nPargeter"}',
    "markers/markers.fcpxml": b'<marker value="Ask Sister&#10;Pargeter" />',
    "manifest.json": json.dumps({"shots": [{"text": "D\u00e9v"}]}).encode(),
    "transcript.html": b"<p>De<b>v</b> came</p>",
    "report.html": b'<img alt="Dev">',
    "transcript.txt": b"MARK: hello\n",
    "guide.pdf": pdf("We thank everybody who came, and Sister Pargeter."),
    "titled.pdf": pdf("Nobody", title="For Dev"),
    "broken.pdf": b"%PDF-1.7\nfor Dev\n",
}

NAMING_NOBODY = {
    "training/player/film.js": script(title="Mark the place"[:4].lower(), at=[1, 2.5]),
    "training/player/player.js": b'const Mark = "Mark this place"; // Mark',
    "training/scorm12.zip": packed(
        index_html=b"<button>Mark</button>",
        player_js=b'say("Mark");',
        film_mp4=film(title="Before you read"),
        poster_jpg=b"\xff\xd8 Dev ",
    ),
    "cut.mp4": film(title="Before you read", chapter="The label", track="VideoHandler"),
    "captions/cut.srt": b"1\n00:00:01,000 --> 00:00:02,000\nMark the place, developer.\n".replace(
        b"Mark", b"mark"
    ),
    "report.html": b"<style>.Dev{}</style><p>Mark: nothing</p><td>De</td><td>v</td>",
    "page.html": b'<img src="data:image/jpeg;base64,/9jtW39DevOnVcX/Dev+a=" alt="the picture">',
    "manifest.json": b'{"shots": [{"text": "mark the place"}], "sha256": "3de9c01ada2b99ada1f0"}',
    "guide.pdf": pdf("Mark what the developers said."),
    "verify/q01.jpg": b"\xff\xd8 Dev ",
    ".store/seen.json": b'{"contributor": "dev"}',
}


@pytest.mark.parametrize("path", NAMING)
def test_a_name_is_read_wherever_it_stands(path: str) -> None:
    with pytest.raises(Refused) as problem:
        nobody_named({path: NAMING[path]}, NAMES)
    assert "dev" not in str(problem.value).replace("(dev)", "").casefold(), "it does not say the name"


@pytest.mark.parametrize("path", NAMING_NOBODY)
def test_what_names_nobody_leaves(path: str) -> None:
    nobody_named({path: NAMING_NOBODY[path]}, NAMES)


def test_the_same_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "cut").write_bytes(film(chapter="Dev"))
    with pytest.raises(Refused, match=r"cut\.mp4, chapters"):
        nobody_named({"cut.mp4": tmp_path / "cut"}, NAMES)


def test_the_same_of_a_package_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(NAMING["training/film.zip"])
    with pytest.raises(Refused, match=r"film\.zip: film\.mp4, chapters"):
        nobody_named({"training/film.zip": tmp_path / "kept"}, NAMES)


def test_a_package_that_cannot_be_read_to_its_end_does_not_leave() -> None:
    whole = packed(film_js=script(title="Hello there, and once more hello"))
    torn = whole.replace(b"PK\x01\x02", b"PK\x01\x03")
    for broken in (b"", b"PK", torn, whole[:40] + b"\x00" * 20 + whole[60:]):
        with pytest.raises(BrokenIO, match="cannot be read to its end"):
            nobody_named({"training/scorm12.zip": broken}, NAMES)


def test_a_text_beyond_any_bound_is_not_read_and_does_not_leave(monkeypatch: pytest.MonkeyPatch) -> None:
    package = packed(film_js=script(title="Hello " * 100), other_js=b"1")
    monkeypatch.setattr(readable, "MOST_BYTES", 100)
    with pytest.raises(BrokenIO, match="larger than any text"):
        nobody_named({"training/scorm12.zip": package}, NAMES)
    monkeypatch.setattr(readable, "MOST_BYTES", 10_000)
    monkeypatch.setattr(readable, "MOST_FILES", 1)
    with pytest.raises(BrokenIO, match="more files"):
        nobody_named({"training/scorm12.zip": package}, NAMES)


@pytest.mark.parametrize(
    "told",
    [
        Stop("b1", Fraction(1), "think", Fraction(5), Wording("Hello?", notes="Dev may want to say more.")),
        Stop(
            "b1", Fraction(1), "think", Fraction(5), Wording("Hello?"), translations={"cy": Wording("Dév?")}
        ),
        (Support("A line", "01632 960 123", "ask for Dev"),),
    ],
)
def test_what_a_pdf_says_is_told_by_what_it_was_made_of(told: object) -> None:
    nobody_named({"training/guide/guide.pdf": b"%PDF-1.7"}, NAMES)
    with pytest.raises(Refused, match="the training"):
        nobody_named({"training/guide/guide.pdf": b"%PDF-1.7"}, NAMES, readable.said("the training", told))
    with pytest.raises(Refused, match="the name of"):
        nobody_named({"training/guide/dev.pdf": b"%PDF-1.7"}, NAMES)


def test_a_page_has_what_is_written_instead_and_is_otherwise_as_it_was() -> None:
    page = '<h1>Dev</h1><p title="by Dev">Sister <i>Par</i>geter &amp; D<b>e</b>v</p><!-- x --><p>A &lt;</p>'
    assert readable.page_unnamed(page, NAMES) == (
        '<h1>[name]</h1><p title="by [name]">[a nurse]<i></i> &amp; [name]<b></b></p><!-- x --><p>A &lt;</p>'
    )
    plain = b'<p>Nobody &amp; nothing</p>\n<img src="data:image/jpeg;base64,/9jtW39DevOnVcX=">'
    assert readable.unnamed({"report.html": plain}, NAMES) == {"report.html": plain}


def test_a_report_as_data_too_and_no_other_file() -> None:
    report = json.dumps({"findings": [{"what": "“Dev” is heard"}]}).encode()
    made = readable.unnamed({"captions/report.json": report, "manifest.json": report}, NAMES)
    assert json.loads(bytes(made["captions/report.json"]))["findings"][0]["what"] == "“[name]” is heard"  # type: ignore[arg-type]
    assert made["manifest.json"] == report


def test_a_pdf_is_read_and_left_as_it_is() -> None:
    made = pdf("Dev was here")
    assert readable.unnamed({"guide.pdf": made}, NAMES) == {"guide.pdf": made}
    [(_, name), (_, words)] = readable.texts("guide.pdf", made)
    assert (name, words.splitlines()[-1]) == ("guide.pdf", "Dev was here")


def test_thirty_files_are_read_in_a_moment() -> None:
    cue = "{n}\n00:{m:02}:01,000 --> 00:{m:02}:02,000\nThey saw me, and wrote it down.\n\n"
    srt = "".join(cue.format(n=n, m=n % 60) for n in range(1, 120)).encode()
    page = b"<p>They saw me.</p>" * 400
    files = {f"captions/cut{n}.srt": srt for n in range(10)} | {f"page{n}.html": page for n in range(20)}
    names = Names([Name(f"Sister Pargeter{letter}", "amara") for letter in "abcdefghijklmnop"])
    began = time.process_time()
    nobody_named(files, names)
    assert time.process_time() - began < 1.0, "0.2 s on a machine that does nothing else"
