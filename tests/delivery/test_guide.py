"""The guide, read back as a page and as PDFs: in order, tagged, in its languages, the same twice."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from hashlib import sha256
from html.parser import HTMLParser
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from string import Formatter
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser

from benchmarks.pages import VIEWS, seen, too_wide, violations
from pipeline.core.footage import File, Fonts
from pipeline.delivery.release import nobody_named
from pipeline.delivery.training import blocks, guide, guide_words, web
from pipeline.delivery.training.guide_words import Words, asked, sentences
from pipeline.delivery.training.model import Stop, Training, Version, Wording
from pipeline.engine.tools import Tools
from pipeline.errors import InputError, Refused
from pipeline.language.names import Name, Names
from tests.delivery import training_example
from tests.needs import CJK

FOLDER = Path(guide.__file__).parent
NOTE = "Give it the whole time. Nobody has to speak."


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """The example, without its film being made: a guide does not look at it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training_example, "film", lambda to: to)
        patch.setattr(training_example, "poster", lambda room, of: b"")
        return training_example.training(tmp_path_factory.mktemp("guide"))


@pytest.fixture(scope="module")
def made(example: Training) -> dict[str, bytes]:
    return {name: bytes(content) for name, content in guide.files(example).items()}


# Readers ------------------------------------------------------------------------------------------


class Reader(HTMLParser):
    """Reads a page: its words, the language of each, its headings; tags must be closed in their order."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.words: list[tuple[str, str]] = []
        self.headings: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page.decode())
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes.append((tag, given))
        if tag not in ("meta", "track", "br"):
            self.open.append((tag, given.get("lang") or (self.open[-1][1] if self.open else "")))
        if tag in ("h1", "h2", "h3"):
            self.headings.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        tags = [tag for tag, _ in self.open]
        if data.strip() and not {"style", "title"} & {*tags}:
            self.words.append((" ".join(data.split()), self.open[-1][1]))
            if heading := {"h1", "h2", "h3"} & {*tags}:
                self.headings[-1] = (*heading, self.headings[-1][1] + data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(words for words, _ in self.words).split())

    def lang(self, words: str) -> set[str]:
        """The languages that it says these words in."""
        return {lang for text, lang in self.words if words in text}


def read(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pdf), strict=True)


@cache
def text(pdf: bytes) -> str:
    """All its words, lines joined."""
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def structure(pdf: bytes) -> list[tuple[int, str, Any]]:
    """(depth, tag, element) of the tree by which a screen reader goes through a PDF."""

    def walk(node: Any, depth: int) -> Iterator[tuple[int, str, Any]]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                yield from walk(one, depth)
        elif isinstance(node, dict) and "/S" in node:
            yield depth, str(node["/S"]), node
            yield from walk(node.get("/K", []), depth + 1)

    return list(walk(read(pdf).trailer["/Root"]["/StructTreeRoot"]["/K"], 0))


def in_order(whole: str, *parts: str) -> None:
    at = 0
    for part in parts:
        at = whole.find(part, at)
        assert at >= 0, part
        at += len(part)


# What it says -------------------------------------------------------------------------------------


def test_the_guide_is_a_page_and_pdfs_in_every_language(made: dict[str, bytes]) -> None:
    assert list(made) == [
        "guide.html", "guide.pdf", "guide-large.pdf", "guide-easy-read.html", "guide-easy-read.pdf",
        "guide.cy.html", "guide.cy.pdf", "guide-large.cy.pdf", "guide-easy-read.cy.html",
        "guide-easy-read.cy.pdf",
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", ["guide.html", "guide.pdf", "guide-large.pdf"])
def test_a_session_can_be_held_from_it(made: dict[str, bytes], name: str) -> None:
    whole = Reader(made[name]).text if name.endswith("html") else text(made[name])
    in_order(
        whole,
        "Before you read the notes Facilitator’s guide",
        "The film is 24 seconds long. It stops 2 times, for 1 minute 50 seconds in all.",
        "agreed that it is shown for training. Do not show it for anything else.",
        "This film talks about homelessness and addiction. You can stop it whenever you like.",
        "What we agree on", "What is said here stays here.", "Anybody may pass.",
        "0:09 Break 1: Think 20 seconds",
        "0:21 Break 2: In pairs 1 minute 30 seconds",
        "Break 1: Think", "At 0:09 · 20 seconds", "What did you hear?", "What did Amara say?", NOTE,
        "0:06 Amara: It was a chest infection, it turned out.",
        "This asks about being judged. You may sit it out.",
        "Tell the person next to you about a time you were looked at as a problem.",
        "What happened, and what did you notice?", "So what?", "Now what?",
        "From 0:10 to 0:16", "The next part talks about a hospital ward.", "go on at 0:16.",
        "Without the film’s sound, or without the film",
        "Before I walk in", "0:01 Amara: They saw the label", "0:06 Amara:",
        "Stop here: break 1 What did you hear?", "The next part talks about a hospital ward.",
        "0:11 Ben:", "0:17 Ben:", "Stop here: break 2 Tell the",
        "A listening line", "01632 960 123", "day and night",
    )  # fmt: skip


def test_what_is_warned_of_comes_before_the_question(made: dict[str, bytes]) -> None:
    for name in ("guide.pdf", "guide-easy-read.pdf"):
        part = text(made[name]).split("looked at as a problem")[0]
        assert "This asks about being judged." in part


def test_whoever_leaves_a_part_out_goes_on_when_it_is_over(example: Training) -> None:
    part = replace(example.warnings[0], start=Fraction("10.9"), end=Fraction("16.2"))
    film = replace(example, warnings=(part,))
    pages = [blocks.html(guide.full(film, "en-GB")), blocks.html(guide.easy(film, "en-GB"))]
    for page in [*pages, web.snippet(film).encode()]:
        assert "From 0:10 to 0:17" in Reader(page).text
        assert re.search(r"go on at 0:17\.", Reader(page).text, re.IGNORECASE)


@pytest.mark.slow
def test_a_pdf_says_nothing_that_the_page_does_not(made: dict[str, bytes]) -> None:
    """So that whoever reads the pages for names has read the PDFs."""
    for name in (name for name in made if name.endswith(".pdf")):
        page = made[name.replace("-large", "").replace(".pdf", ".html")]
        said = {*re.findall(r"\w+", Reader(page).text)}
        pages = {*re.findall(r"\w+", "Page of Tudalen o")} | {str(n) for n in range(1, 20)}
        assert {*re.findall(r"\w+", text(made[name]))} <= said | pages


@pytest.mark.slow
def test_the_door_reads_them_and_finds_who_is_named_and_nobody_else(made: dict[str, bytes]) -> None:
    pdfs = {name: made[name] for name in ("guide.pdf", "guide-large.pdf", "guide-easy-read.pdf")}
    nobody_named(pdfs, Names([Name(short, "dev") for short in ("Jo", "Al", "Ed", "Bo", "Ty", "Dev")]))
    for name in pdfs:
        with pytest.raises(Refused):
            nobody_named({name: pdfs[name]}, Names([Name("Amara", "amara")]))


def test_easy_read_has_its_wording_and_says_where_it_has_none(made: dict[str, bytes]) -> None:
    for whole in (Reader(made["guide-easy-read.html"]).text, text(made["guide-easy-read.pdf"])):
        in_order(
            whole,
            "It is 24 seconds long.", "The film stops 2 times.", "You can leave the room.",
            "This film talks about homelessness and addiction.", "This note is not in easy read.",
            "Question 1", "What did Amara say?", "Think about this on your own.",
            "Question 2", "Tell the person next to you", "This question is not in easy read yet.",
            "What happened?", "Why does it matter?",
            "If you feel upset", "A listening line", "01632 960 123",
        )  # fmt: skip
        assert "What did you hear?" not in whole
        assert whole.count("not in easy read yet") == 1


def test_notes_for_facilitators_stand_in_the_guide_and_in_nothing_that_learners_get(
    made: dict[str, bytes],
) -> None:
    for name, content in made.items():
        whole = Reader(content).text if name.endswith("html") else text(content)
        assert (NOTE in whole) == ("easy-read" not in name), name


def test_easy_read_is_a_sentence_a_line(example: Training) -> None:
    for language in ("en-GB", "cy"):
        for block in guide.easy(example, language).blocks:
            lines = block.lines if isinstance(block, blocks.Boxed) else ()
            assert all(len(sentences(line.words)) == 1 for line in lines)


def test_a_film_without_breaks_notes_and_contacts_has_a_guide_too(example: Training) -> None:
    bare = replace(
        example, stops=(), lines=(), warnings=(), support=(), agreement=(), content_note="", use="other"
    )
    files = guide.files(bare)
    assert len(files) == 5
    page = Reader(bytes(files["guide.html"])).text
    assert "It has no reflection breaks." in page
    assert "shown for" not in page and "turn to" not in page and "at a glance" not in page
    assert "Stop" not in page


def test_other_versions_of_the_film_are_named(example: Training) -> None:
    versions = (Version("described", Path("d.mp4")), Version("signed", Path("s.mp4")))
    page = blocks.html(guide.full(replace(example, versions=versions), "en-GB"))
    assert "a version with audio description, a version with sign language." in Reader(page).text
    plain = blocks.html(guide.easy(replace(example, versions=versions), "en-GB"))
    assert "There is a film with sign language." in Reader(plain).text


# Languages ----------------------------------------------------------------------------------------


def test_a_translation_has_our_words_and_says_what_is_in_another_language(made: dict[str, bytes]) -> None:
    page = Reader(made["guide.cy.html"])
    assert page.attributes[0] == ("html", {"lang": "cy", "dir": "ltr"})
    assert page.lang("Beth glywsoch chi?") == {"cy"}
    assert page.lang("Canllaw i hwyluswyr") == {"cy"}
    assert page.lang("Before you read the notes") == {"en-GB"}
    assert page.lang("They saw the label") == {"en-GB"}
    assert page.lang(NOTE) == {"en-GB"}, "a note that nobody translated is better than none"
    assert "What did you hear?" not in page.text
    pdf = made["guide.cy.pdf"]
    assert read(pdf).trailer["/Root"]["/Lang"] == "cy"
    assert "Tudalen 1 o" in text(pdf)
    assert "Beth glywsoch chi?" in text(pdf)
    spoken = {str(node.get("/T")): node.get("/Lang") for _, tag, node in structure(pdf) if tag[1] == "H"}
    assert spoken["Before you read the notes"] == "en", "English is read out as English"
    assert spoken["Cyn dechrau"] is None


def test_a_language_without_our_words_stands_in_an_english_guide(example: Training) -> None:
    made = blocks.html(guide.full(replace(example, language="pl", title="Zanim wejdę"), "pl"))
    page = Reader(made)
    assert page.attributes[0] == ("html", {"lang": "en", "dir": "ltr"})
    assert page.lang("Facilitator’s guide") == {"en"}
    assert page.lang("Zanim wejdę") == {"pl"}


def test_a_language_that_runs_from_right_to_left_does_so(example: Training) -> None:
    stop = Stop(
        "b", Fraction(1), "think", Fraction(9), Wording("What?"), translations={"ur": Wording("کیا؟")}
    )
    files = guide.files(replace(example, stops=(stop,)))
    page = Reader(bytes(files["guide.ur.html"]))
    assert page.attributes[0] == ("html", {"lang": "en", "dir": "ltr"})
    assert page.lang("کیا؟") == {"ur"}
    urdu = [given["dir"] for tag, given in page.attributes if tag == "p" and given.get("lang") == "ur"]
    assert urdu == ["rtl", "rtl"], "the question, and where the film stops"
    assert "/Lang" in str([node for _, _, node in structure(bytes(files["guide.ur.pdf"]))])


def test_the_catalogue_has_the_same_words_in_both_languages() -> None:
    catalogue = tomllib.loads((FOLDER / "guide.toml").read_text(encoding="utf-8"))
    assert [*catalogue] == ["en", "cy"]

    def flat(table: dict[str, Any], within: str = "") -> Iterator[tuple[str, int, set[str | None]]]:
        for key, value in table.items():
            if isinstance(value, dict):
                yield from flat(value, f"{within}{key}.")
            else:
                lines = value if isinstance(value, list) else [value]
                filled = {name for line in lines for _, name, _, _ in Formatter().parse(line) if name}
                yield f"{within}{key}", len(lines), filled

    assert list(flat(catalogue["en"])) == list(flat(catalogue["cy"]))


@pytest.mark.parametrize(
    ("seconds", "english", "welsh"),
    [
        ("0.4", "0 seconds", "0 eiliad"),
        ("1", "1 second", "1 eiliad"),
        ("9.4", "9 seconds", "9 eiliad"),
        ("120", "2 minutes", "2 funud"),
        ("90", "1 minute 30 seconds", "1 munud 30 eiliad"),
        ("629", "10 minutes", "10 munud"),
        ("5400", "1 hour 30 minutes", "1 awr 30 munud"),
    ],
)
def test_how_long_is_said_as_people_say_it(seconds: str, english: str, welsh: str) -> None:
    assert Words("en-GB").lasting(Fraction(seconds)) == english
    assert Words("cy").lasting(Fraction(seconds)) == welsh


def test_a_translation_may_leave_out_what_the_film_says(example: Training) -> None:
    stop = replace(example.stops[1], translations={"cy": Wording("Dywedwch.", content_note="Cymerwch ofal.")})
    said = asked(stop, Words("cy"), "en-GB")
    assert (said.prompt.words, said.prompt.lang) == ("Dywedwch.", "")
    assert [(line.words, line.lang) for line in said.content_note] == [("Cymerwch ofal.", "")]
    assert asked(stop, Words("en-GB"), "en-GB").prompt.words.startswith("Tell the person")
    assert guide_words.translations((stop, *example.stops), "cy-GB") == []


# The PDFs as files --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["guide.pdf", "guide-large.pdf", "guide-easy-read.pdf", "guide.cy.pdf"])
def test_a_pdf_is_tagged_and_says_what_it_is(made: dict[str, bytes], name: str) -> None:
    pdf = read(made[name])
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 - pypdf has a Boolean of its own
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert root["/Lang"] == ("cy" if ".cy" in name else "en-GB")
    about = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in about
    assert pdf.metadata is not None
    assert {*pdf.metadata} == {"/Title", "/Creator"}, "no author, no date"
    assert pdf.metadata["/Title"].startswith("Before you read the notes: ")
    assert pdf.metadata["/Creator"].startswith("Typst")
    assert not re.search(r"Date|creator>|\b20\d\d\b", about)


def test_headings_lists_and_tables_are_real(made: dict[str, bytes]) -> None:
    for name in ("guide.pdf", "guide-easy-read.pdf"):
        tree = structure(made[name])
        tags = [tag for _, tag, _ in tree]
        assert tags[0] == "/Document" and tags.count("/H1") == 1
        levels = [int(tag[2]) for tag in tags if re.fullmatch(r"/H\d", tag)]
        assert all(after - before <= 1 for before, after in pairwise(levels))
        assert tags.count("/L") >= 1 and tags.count("/LI") == tags.count("/LBody")
        page = Reader(made[name.replace(".pdf", ".html")])
        titles = [str(node["/T"]) for _, tag, node in tree if re.fullmatch(r"/H[123]", tag)]
        assert titles == [heading for _, heading in page.headings]
    table = [tag for _, tag, _ in structure(made["guide.pdf"]) if tag in ("/Table", "/TH", "/TR", "/TD")]
    assert (table.count("/Table"), table.count("/TH"), table.count("/TR"), table.count("/TD")) == (
        1,
        3,
        7,
        18,
    )


def test_pages_are_a4_and_numbered(made: dict[str, bytes]) -> None:
    for name in ("guide.pdf", "guide-large.pdf", "guide-easy-read.pdf"):
        pages = read(made[name]).pages
        for number, page in enumerate(pages, 1):
            assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
            assert f"Page {number} of {len(pages)}" in " ".join(page.extract_text().split())


@pytest.mark.parametrize(
    ("name", "points"), [("guide.pdf", 12), ("guide-large.pdf", 18), ("guide-easy-read.pdf", 18)]
)
def test_no_letter_is_smaller_than_its_readers_need(made: dict[str, bytes], name: str, points: int) -> None:
    found: set[float] = set()

    def visit(text: str, _cm: Any, tm: Any, _font: Any, size: float) -> None:
        if text.strip():
            found.add(size * tm[0])

    for page in read(made[name]).pages:
        page.extract_text(visitor_text=visit)
    assert len(found) >= 3, "headings are larger"
    assert min(found) >= points


def test_the_colours_of_print_stand_out() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    template = (FOLDER / "templates/guide.typ").read_text(encoding="utf-8")
    colours = dict(re.findall(r'(\w+)[ :=]+(?:0\.6pt \+ )?rgb\("#(\w{6})"\)', template))
    assert {"ink", "soft", "question", "care", "stroke"} <= {*colours}
    ratios = {name: 1.05 / (light(colour) + 0.05) for name, colour in colours.items()}
    assert all(ratios[name] >= 7 for name in ("ink", "soft"))
    assert all(ratio >= 3 for ratio in ratios.values())


@pytest.mark.slow
def test_words_are_words_and_nothing_else(example: Training) -> None:
    odd = "#let *bold* = $x$ <b>&amp;</b> // _it_ \\ @ref `code`"
    stop = replace(example.stops[0], wording=Wording(odd, notes=odd))
    files = guide.files(replace(example, stops=(stop,), title="A & B <i>"))
    assert odd in text(bytes(files["guide.pdf"]))
    page = Reader(bytes(files["guide.html"]))
    assert odd in page.text
    assert not {"b", "i"} & {tag for tag, _ in page.attributes}


def test_the_same_words_are_the_same_bytes(example: Training, made: dict[str, bytes]) -> None:
    assert guide.files(example) == made


@pytest.mark.slow
def test_they_are_so_in_another_process_of_another_place(example: Training, made: dict[str, bytes]) -> None:
    code = (
        "import hashlib, sys; from fractions import Fraction; from pipeline.core.footage import Fonts; "
        "from pipeline.engine.tools import Tools; from pathlib import Path; import json; "
        "values = json.loads(Path(sys.argv[1]).read_bytes()); "
        "pdf = Tools.pdf(Path(sys.argv[2]).read_text(encoding='utf-8'), values, Fonts()); "
        "print(hashlib.sha256(pdf).hexdigest())"
    )
    values = example.film.with_name("values.json")
    values.write_text(json.dumps(blocks.values(guide.full(example, "en-GB"), 13)))
    asked = [sys.executable, "-c", code, str(values), str(FOLDER / "templates/guide.typ")]
    env = {**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LANG": "C"}
    root = Path(__file__).parents[2]
    out = subprocess.run(asked, capture_output=True, text=True, check=True, env=env, cwd=root)
    assert out.stdout.strip() == sha256(made["guide.pdf"]).hexdigest()


@pytest.mark.slow
@pytest.mark.needs("strace")
def test_setting_a_pdf_opens_no_socket(tmp_path: Path) -> None:
    code = (
        "from pipeline.core.footage import Fonts; from pipeline.engine.tools import Tools; "
        "Tools.pdf('#set document(title: [t], date: none)\\nwords', {}, Fonts())"
    )
    log = tmp_path / "calls"
    watched = ["strace", "-f", "-e", "trace=socket,openat", "-o", str(log), sys.executable, "-c", code]
    subprocess.run(watched, check=True, cwd=Path(__file__).parents[2])
    calls = log.read_text()
    assert "AtkinsonHyperlegibleNext-Regular.ttf" in calls
    assert "socket(" not in calls
    assert "/usr/share/fonts" not in calls


# Fonts --------------------------------------------------------------------------------------------

TEMPLATE = """
#set document(title: "t", date: none)
#set text(font: json(bytes(sys.inputs.fonts)), fallback: false)
#json(bytes(sys.inputs.values)).text
"""


@pytest.mark.parametrize(
    "words",
    [
        "Tŷ’r gŵr", "Żółć", "Ελλάδα", "Привет", "کیا آپ نے سنا؟", "שלום", "आपने क्या सुना?", "আপনি", "ਤੁਸੀਂ", "તમે",
        "நீங்கள்", "మీరు", "ನೀವು", "നിങ്ങൾ", "ඔබ", "คุณได้ยิน", "ທ່ານ", "អ្នក", "သင်", "እርስዎ", "Դուք", "თქვენ",
    ],
)  # fmt: skip
def test_every_script_that_captions_have_is_set(words: str) -> None:
    assert read(Tools.pdf(TEMPLATE, {"text": words}, Fonts())).pages[0].extract_text().strip()


@pytest.mark.parametrize("odd", "\u200b \u00ad \u200f \u2060 \u200d \ufeff".split())
def test_signs_that_nobody_sees_are_no_hindrance(odd: str) -> None:
    made = text(Tools.pdf(TEMPLATE, {"text": f"hel{odd}lo ŷ"}, Fonts()))
    assert made.replace(odd, "") == "hello ŷ"


def test_a_letter_that_no_font_has_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputError, match=r"the guide, “Say 你好”: no caption font has .你.") as refused:
        Tools.pdf(TEMPLATE, {"text": ["fine", "Say 你好"]}, Fonts())
    assert "[captions] fonts" in refused.value.next_step


@pytest.mark.slow
@pytest.mark.needs("CJK fonts")
@pytest.mark.parametrize(("language", "font"), [("zh", "NotoSansCJKsc"), ("ja", "NotoSansCJKjp")])
def test_a_font_of_the_productions_own_lends_its_letters(language: str, font: str) -> None:
    made = Tools.pdf(TEMPLATE, {"text": "骨 hello"}, Fonts((File(CJK, ""),), language))
    assert text(made) == "骨 hello"
    fonts = [
        str(one.get_object()["/BaseFont"]) for one in read(made).pages[0]["/Resources"]["/Font"].values()
    ]
    assert len(fonts) == 2
    assert font in fonts[0] and "AtkinsonHyperlegibleNext" in fonts[1]


# The page -----------------------------------------------------------------------------------------

PAGES = ["guide.html", "guide-easy-read.html"]


@pytest.mark.needs("tidy")
@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_well_formed(made: dict[str, bytes], name: str) -> None:
    judged = subprocess.run(["tidy", "-q", "-e"], input=made[name], capture_output=True)
    assert judged.stderr.decode() == ""
    levels = [int(tag[1]) for tag, _ in Reader(made[name]).headings]
    assert levels[0] == 1 and all(b - a <= 1 for a, b in pairwise(levels))


def test_the_page_asks_nothing_of_anywhere(made: dict[str, bytes]) -> None:
    for name in (name for name in made if name.endswith(".html")):
        tags = Reader(made[name]).attributes
        assert not {"script", "link", "img", "iframe", "base"} & {tag for tag, _ in tags}
        assert all(not given.get("src") for _, given in tags)
        assert all(str(given["href"]).startswith("#part-") for _, given in tags if "href" in given)


@pytest.mark.slow
@pytest.mark.needs("chromium")
@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_read_the_page(
    made: dict[str, bytes], browser: Browser, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(made[name])
    for view in (view for view in VIEWS if view.name not in ("768", "1280-zoom-200")):
        with seen(browser, tmp_path / name, view) as page:
            assert not too_wide(page), view
            if view.name in ("1280", "320-dark"):
                assert not violations(page), view
            if view.name == "1280-dark":
                page.emulate_media(media="print")
                assert not violations(page), "in print"
                ink = page.evaluate("getComputedStyle(document.body).color")
                assert ink == "rgb(0, 0, 0)", "dark screens do not print in white"
                assert page.locator("nav").count() == 0 or not page.locator("nav").is_visible()


def test_the_docs_say_how_large_the_letters_are() -> None:
    text = (FOLDER.parents[2] / "docs/guide.md").read_text(encoding="utf-8")
    for name, size in guide.SIZES.items():
        [row] = [line for line in text.splitlines() if line.startswith("|") and f"`guide{name}.pdf`" in line]
        assert f"| {size} points" in row
