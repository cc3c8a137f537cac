"""What a facilitator carries away: every file of a pack, read back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile

import pypdf
import pytest

from pipeline.captions import formats
from pipeline.captions.model import Captions
from pipeline.core.footage import Fonts
from pipeline.delivery import readable
from pipeline.delivery.clips import pack as packs
from pipeline.delivery.clips.model import Line, Pack
from pipeline.delivery.release import nobody_named
from pipeline.engine.cache import Shelf
from pipeline.engine.tools import Tools
from pipeline.engine.workspace import Workspace
from pipeline.errors import Refused
from pipeline.language.names import Name, Names
from tests.delivery import clips_example
from tests.delivery.test_guide import Reader, in_order

KETTLE = "02-put-the-kettle-on"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(Shelf(tmp_path_factory.mktemp("store")), ThreadPoolExecutor(1))


class Unset(Tools):
    """Sets nothing: what a page says needs no PDF."""

    @staticmethod
    def pdf(template: str, values: Mapping[str, object], fonts: Fonts) -> bytes:
        return b""


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return Workspace(Shelf(tmp_path_factory.mktemp("store")), ThreadPoolExecutor(1), tools=Unset())


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return clips_example.pack(tmp_path_factory.mktemp("pack"), films=False)


def data(content: bytes | Path) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def made(pack: Pack, workspace: Workspace) -> dict[str, bytes]:
    own, shared = packs.files(pack, Fonts(), workspace)
    every = {**shared, **{name: content for one in own.values() for name, content in one.items()}}
    return {name: data(content) for name, content in every.items()}


def pdf_text(document: bytes) -> str:
    pages = pypdf.PdfReader(BytesIO(document), strict=True).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_each_clip_has_its_files_and_all_share_a_page_and_a_guide(example: Pack, quick: Workspace) -> None:
    own, shared = packs.files(example, Fonts(), quick)
    assert list(own) == [one.name for one in example.clips]
    assert list(own[KETTLE]) == [f"{KETTLE}.{kind}" for kind in ("mp4", "srt", "vtt", "txt", "jpg")]
    assert own[KETTLE][f"{KETTLE}.mp4"] == example.clips[1].film
    assert list(shared) == ["index.html", "guide.html", "guide.pdf"]


@pytest.mark.parametrize(
    ("captions", "files", "track", "says"),
    [
        ("burnt", True, False, "The captions are in the picture."),
        ("both", True, False, "The captions are in the picture."),
        ("sidecar", True, True, "The captions are files beside the clips"),
        ("none", False, False, "These clips have no captions. Give everybody the transcript."),
    ],
)
def test_captions_are_where_they_are_wanted_once(
    example: Pack, quick: Workspace, captions: str, files: bool, track: bool, says: str
) -> None:
    found = made(replace(example, captions=captions), quick)
    assert any(name.endswith((".srt", ".vtt")) for name in found) is files
    assert (b"<track" in found["index.html"]) is track  # captions in the picture and over it are unreadable
    assert says in Reader(found["index.html"]).text
    assert says in Reader(found["guide.html"]).text


def test_the_captions_on_the_page_are_those_of_the_file(example: Pack, quick: Workspace) -> None:
    found = made(replace(example, captions="sidecar"), quick)
    texts = [text for _, text in readable.texts("index.html", found["index.html"])]
    assert found[f"{KETTLE}.vtt"].decode() in texts
    assert [cue.text for cue in formats.read("a.srt", found[f"{KETTLE}.srt"]).cues] == [
        "She put the kettle",
        "on, and then she listened.",
    ]


def test_a_clip_in_which_nobody_speaks_has_no_caption_files(example: Pack, quick: Workspace) -> None:
    silent = replace(example.clips[0], captions=Captions("en-GB", ()), lines=())
    found = made(replace(example, captions="sidecar", clips=(silent,)), quick)
    assert not any(name.endswith((".srt", ".vtt")) for name in found)
    assert b"<track" not in found["index.html"]


def test_the_transcript_says_first_what_may_be_done_with_it(example: Pack, quick: Workspace) -> None:
    text = made(example, quick)["01-seen-as-a-label.txt"].decode()
    in_order(
        text,
        "1. Seen as a label\n==================\n",
        "Being seen\nAmara · 4 seconds\n",
        "For workshops only.",
        "until 2027-05-01",
        "Before you watch:\nThis clip talks about being turned away.\nYou may leave the room.\n",
        "[0:00] Amara: They saw the label before they saw me.\n",
        "The question:\nWhat would you have said to Amara?\nGive it 30 seconds.\n",
    )
    unnamed = made(example, quick)["03-nobody-asked.txt"].decode()
    assert "\n4 seconds\n" in unnamed and "[0:00] Nobody asked me" in unnamed and "question" not in unnamed


def test_a_day_in_plain_text_is_nobodys_name(example: Pack, quick: Workspace) -> None:
    may = Names([Name("May", "zz-may")])
    nobody_named(made(example, quick), may)
    with pytest.raises(Refused):
        nobody_named({"a.txt": b"Show it until 1 May 2027."}, may)


def test_the_page_has_all_of_each_clip_in_order(example: Pack, quick: Workspace) -> None:
    in_order(
        Reader(made(example, quick)["index.html"]).text,
        "Being seen 3 clips, 12 seconds in all.",
        "For workshops only.",
        "Show them until 31 March 2027 at the latest. After that day delete this folder",
        "Anybody in a clip may change their mind.",
        "ask whoever gave them to you.",
        "What is said here stays here.",
        "1. Seen as a label Amara · 4 seconds For workshops only · until 1 May 2027",
        "Before you watch This clip talks about being turned away.",
        "The question What would you have said to Amara? Give it 30 seconds.",
        "0:00 Amara: They saw the label before they saw me.",
        "01-seen-as-a-label.mp4, 1 KB",
        "2. Put the kettle on Ben · 4 seconds For workshops only · until 31 March 2027",
        "3. Nobody asked 4 seconds",
        "0:00 Nobody asked me what I wanted.",
        "A listening line 01632 960 123 day and night",
        "When the time is over Delete the folder and the zip",
    )


def test_the_note_stands_before_what_plays_it(example: Pack, quick: Workspace) -> None:
    page = made(example, quick)["index.html"].decode()
    assert page.index("being turned away") < page.index("<video")
    assert "autoplay" not in page and 'preload="none"' in page


def test_everything_that_the_page_names_is_in_the_pack(example: Pack, quick: Workspace) -> None:
    found = made(replace(example, captions="sidecar"), quick)
    named = re.findall(r'(?:src|href|poster)="([^"#]+)"', found["index.html"].decode())
    files = {name for name in named if not name.startswith("data:")}
    assert files == set(found) - {"index.html"}
    assert "://" not in "".join(named) and b"<script" not in found["index.html"]


@pytest.mark.slow
def test_a_session_can_be_held_from_the_guide(example: Pack, workspace: Workspace) -> None:
    found = made(example, workspace)
    for whole in (Reader(found["guide.html"]).text, pdf_text(found["guide.pdf"])):
        in_order(
            whole,
            "Being seen Facilitator’s guide to the clips",
            "For workshops only.", "until 31 March 2027 at the latest",
            "Who speaks", "1. Seen as a label Amara 4 seconds", "2. Put the kettle on Ben 4 seconds",
            "Watch it by yourself first", "What is said here stays here.",
            "1. Seen as a label Amara · 4 seconds For workshops only · until 1 May 2027",
            "This clip talks about being turned away.",
            "0:00 Amara: They saw the label before they saw me.",
            "The question What would you have said to Amara? Give it 30 seconds.", "Room to write",
            "2. Put the kettle on", "3. Nobody asked",
            "Notes for you Give it the whole time. Nobody has to speak.",
            "A listening line", "When the time is over",
        )  # fmt: skip


@pytest.mark.slow
def test_each_clip_has_a_sheet_of_its_own_in_print(example: Pack, workspace: Workspace) -> None:
    pages = [
        one.extract_text() for one in pypdf.PdfReader(BytesIO(made(example, workspace)["guide.pdf"])).pages
    ]
    sheets = [next(line for line in page.splitlines() if line.strip()) for page in pages[2:5]]
    assert sheets == ["1. Seen as a label", "2. Put the kettle on", "3. Nobody asked"]


@pytest.mark.parametrize(
    ("other", "there", "gone"),
    [
        ({"use": "public"}, "are shown in public", "For workshops only"),
        ({"use": "training"}, "For training only.", "For workshops only"),
        ({"support": (), "notes": ()}, "When the time is over", "Where to turn to"),
    ],
)
def test_it_says_what_holds_for_this_pack(
    example: Pack, quick: Workspace, other: dict[str, Any], there: str, gone: str
) -> None:
    found = made(replace(example, **other), quick)
    for name in ("index.html", "guide.html"):
        whole = Reader(found[name]).text
        assert there in whole and gone not in whole


def test_without_an_end_no_day_is_told(example: Pack, quick: Workspace) -> None:
    clips = tuple(replace(one, until=None) for one in example.clips)
    found = made(replace(example, clips=clips), quick)
    text = [found[name].decode() for name in ("index.html", "guide.html", f"{KETTLE}.txt")]
    assert not any("at the latest" in one or "2027" in one for one in text)
    assert all("change their mind" in one for one in text)


@pytest.mark.slow
def test_a_welsh_pack_is_welsh_all_through(example: Pack, workspace: Workspace) -> None:
    found = made(replace(example, language="cy", title="Cael fy ngweld"), workspace)
    page = Reader(found["index.html"])
    in_order(page.text, "Cael fy ngweld", "Ar gyfer gweithdai yn unig.", "tan 31 Mawrth 2027 fan bellaf")
    assert {lang for _, lang in page.words} == {"cy"}
    assert "tan 31 Mawrth 2027" in pdf_text(found["guide.pdf"])


def test_other_languages_have_their_words_marked(example: Pack, quick: Workspace) -> None:
    title = "آپ نے مجھے سنا"
    clip = replace(
        example.clips[0], title=title, lines=(Line(example.clips[0].seconds, "", title),), content_note=title
    )
    found = made(replace(example, language="ur", clips=(clip,)), quick)
    for name in ("index.html", "guide.html"):
        page = Reader(found[name])
        assert page.lang(title) == {"ur"} and page.lang("For workshops only.") == {"en"}
        assert b'dir="rtl"' in found[name]


def test_words_are_words_and_never_markup(example: Pack, quick: Workspace) -> None:
    bad = '</video><script>alert("1")</script>'
    clip = replace(
        example.clips[0],
        title=bad,
        question=bad,
        content_note=bad,
        speakers=(bad,),
        lines=(Line(example.clips[0].seconds, bad, bad),),
    )
    found = made(replace(example, title=bad, clips=(clip,)), quick)
    assert b"<script" not in found["index.html"] + found["guide.html"]
    assert bad in Reader(found["index.html"]).text


@pytest.mark.slow
def test_no_file_has_the_id_of_anybody_or_of_a_recording(example: Pack, workspace: Workspace) -> None:
    found = made(replace(example, captions="sidecar"), workspace)
    for name, content in found.items():
        for where, text in readable.texts(f"clips/being-seen/{name}", content):
            assert not re.search(r"zz-|secret", text), where


@pytest.mark.parametrize(
    ("speaker", "words", "where"),
    [
        ("", "Ask Sister Pargeter please", (".srt", ".vtt")),  # parted by the end of a cue
        ("Pargeter", "She said", (".vtt",)),
        ("", "Ask Par-get-er now", (".srt", ".vtt")),
    ],
)
def test_whoever_may_not_be_named_is_found_in_captions_wherever_they_stand(
    example: Pack, quick: Workspace, speaker: str, words: str, where: tuple[str, ...]
) -> None:
    """Also in those that the page carries, and in the zip."""
    silent = replace(example.clips[0], captions=clips_example.captions(speaker, words), lines=())
    pack = replace(example, captions="sidecar", clips=(silent,))
    names = Names([Name("Sister Pargeter", "zz-bea"), Name("Pargeter", "zz-bea")])
    found = made(pack, quick)
    for file in ("index.html", *(f"{silent.name}{ending}" for ending in where)):
        with pytest.raises(Refused, match=re.escape(file)):
            nobody_named({file: found.pop(file)}, names)
    nobody_named(found, names)
    own, shared = packs.files(pack, Fonts(), quick)
    with pytest.raises(Refused, match=r"being-seen\.zip"):
        nobody_named({"being-seen.zip": packs.zipped(pack, own, shared, quick)}, names)


@pytest.mark.slow
@pytest.mark.parametrize("field", ["title", "question", "content_note"])
def test_whoever_is_named_in_the_guide_is_found_in_its_pdf(
    example: Pack, workspace: Workspace, field: str
) -> None:
    clip = replace(example.clips[0], **{field: "Ask Sister Pargeter please"})
    found = made(replace(example, clips=(clip,)), workspace)
    names = Names([Name("Pargeter", "zz-bea")])
    for file in ("index.html", "guide.html", "guide.pdf", f"{clip.name}.txt"):
        with pytest.raises(Refused, match=re.escape(file)):
            nobody_named({file: found[file]}, names)


def test_the_zip_holds_it_all_the_page_first(example: Pack, quick: Workspace) -> None:
    own, shared = packs.files(example, Fonts(), quick)
    with ZipFile(packs.zipped(example, own, shared, quick)) as package:
        assert package.testzip() is None
        assert package.namelist()[0] == "index.html"
        assert {name: package.read(name) for name in package.namelist()} == made(example, quick)
        kinds = {entry.filename[-3:]: entry.compress_type for entry in package.infolist()}
        assert kinds["mp4"] == kinds["jpg"] == ZIP_STORED != kinds["txt"]


@pytest.mark.slow
def test_the_same_clips_are_the_same_bytes_wherever_they_are_made(example: Pack, tmp_path: Path) -> None:
    def twice(room: str) -> tuple[dict[str, bytes], bytes]:
        there = Workspace(Shelf(tmp_path / room), ThreadPoolExecutor(1))
        own, shared = packs.files(example, Fonts(), there)
        return made(example, there), packs.zipped(example, own, shared, there).read_bytes()

    assert twice("one") == twice("two")


@pytest.mark.slow
def test_what_is_made_is_kept_until_a_word_changes(example: Pack, tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    workspace = Workspace(shelf, ThreadPoolExecutor(1))
    for until in (date(2027, 3, 31), date(2027, 3, 31), date(2027, 4, 1)):
        clips = tuple(replace(one, until=until) for one in example.clips)
        pack = replace(example, clips=clips)
        packs.zipped(pack, *packs.files(pack, Fonts(), workspace), workspace)
    assert shelf.made == ["guide to being-seen", "zip of being-seen"] * 2
