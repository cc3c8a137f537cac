"""Text on cards: in lines that fit, no word lost, and nothing that the font cannot show."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTCollection, TTFont
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.adapters import fonts
from pipeline.adapters.cards import draw
from pipeline.core.digest import file_digest
from pipeline.core.footage import Fonts
from pipeline.core.ports import Face
from pipeline.errors import ConfigError, InputError
from pipeline.production.profile import HEADROOM, LINE

fast = settings(max_examples=60, deadline=None, derandomize=True)

words = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzABCWM’,.", min_size=1, max_size=12), min_size=1, max_size=25
)


def width(line: str) -> float:
    return fonts.file_width(line, fonts.regular()) * 40


@fast
@given(words, st.integers(120, 900))
def test_lines_fit_and_no_word_is_lost(parts: list[str], wide: int) -> None:
    lines = fonts.wrap(" ".join(parts), fonts.regular(), 40, wide).split("\n")
    assert " ".join(lines).split() == parts
    for line in lines:
        assert width(line) <= wide or " " not in line


@fast
@given(words, st.integers(300, 900))
def test_even_lines_are_no_more_lines_than_full_ones(parts: list[str], wide: int) -> None:
    full: list[str] = []
    for word in parts:
        if full and width(f"{full[-1]} {word}") <= wide:
            full[-1] += f" {word}"
        else:
            full.append(word)
    lines = fonts.wrap(" ".join(parts), fonts.regular(), 40, wide).split("\n")
    assert len(lines) == len(full)
    assert max(map(width, lines)) <= max(map(width, full)) + 1e-6


def test_paragraphs_stay_apart_and_blank_lines_go() -> None:
    assert fonts.wrap("One two.\n\n  Three.\n", fonts.regular(), 40, 900) == "One two.\nThree."


def test_a_line_is_not_left_with_a_single_word() -> None:
    lines = fonts.wrap(
        "What would you have done differently if you had been there", fonts.regular(), 40, 700
    ).split("\n")
    assert len(lines) == 2
    assert min(map(width, lines)) > 0.7 * max(map(width, lines))


def test_wider_letters_are_wider() -> None:
    assert width("WWW") > width("iii") > width("ii") > 0
    assert fonts.regular() != fonts.bold()


@pytest.mark.parametrize(
    "text",
    ["Plain – “quoted”, it’s fine…", "café, naïve, Łódź, Şule", "line\nbreak\tand\u00a0space", "‹›[]()@&%£€"],
)
def test_what_the_font_has_passes(text: str) -> None:
    fonts.check([("q1", text)])


@pytest.mark.parametrize("text", ["漢字", "😀", "ᚠ", "\u202e"])
def test_what_the_font_has_not_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(InputError, match=f"U\\+{ord(text[0]):04X}") as refused:
        fonts.check([("q1", "fine"), ("the title card", text)])
    assert refused.value.where == "the title card"


def test_the_fingerprint_names_this_font() -> None:
    assert fonts.fingerprint() == fonts.fingerprint()
    assert len(fonts.fingerprint()) == 16


def test_kerning_and_joining_count_in_a_width() -> None:
    face = fonts.packaged()
    assert face.width("AVAVAV") < 3 * (face.width("A") + face.width("V")) - 0.2
    assert face.width("They saw me.") == fonts.width("They saw me.") == face.width("They saw me.")
    assert face.width("") == 0


def test_text_that_joins_or_turns_is_let_through_and_what_overrides_its_direction_is_not() -> None:
    assert fonts.packaged().lacks("a\u200cb\u200d\u200f\u2060") == []
    assert fonts.packaged().lacks("a\u202eb") == ["\u202e"]


def test_a_font_of_the_production_is_known_by_its_family_and_its_letters(tmp_path: Path) -> None:
    path = tmp_path / "Own.ttf"
    with TTFont(fonts.bold()) as font:
        for record in font["name"].names:
            if record.nameID == 1:
                record.string = "Our Own"
        font.save(path)
    face = fonts.own(path)
    assert face.family == "Our Own"
    assert face.runs("fine")[0][0].path == path
    assert face.print != fonts.packaged().print
    face.check([("q1", "fine")])
    with pytest.raises(InputError, match="no caption font has"):
        face.check([("cue 3, q1", "漢")])


@pytest.mark.parametrize("content", [b"", b"not a font", b"\x00\x01\x00\x00" + b"\xff" * 200])
def test_a_file_that_is_no_font_is_refused_by_its_name(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)
    with pytest.raises(InputError, match="no font") as refused:
        fonts.own(path)
    assert refused.value.where == "broken.ttf"


def test_the_line_height_that_layouts_reckon_with_is_the_packaged_fonts() -> None:
    with TTFont(fonts.regular()) as font:
        em, rise, fall = font["head"].unitsPerEm, font["OS/2"].usWinAscent, font["OS/2"].usWinDescent
        assert (rise + fall) / em == LINE
        assert abs((rise - font["OS/2"].sCapHeight) / em - HEADROOM) < 0.01


# Scripts ----------------------------------------------------------------------------------------------


def families(text: str, face: fonts.Typeface | None = None) -> list[tuple[str, str]]:
    """The file that each run of a line comes from."""
    return [(one.path.stem, run) for one, run in (face or fonts.packaged()).runs(text)]


def test_every_packaged_font_is_what_was_packaged_and_comes_with_its_licence() -> None:
    table = fonts._table()
    rows = [*table["typeface"], table["bold"]]
    licence = (fonts.TYPEFACES / "OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert {row["file"] for row in rows} == {path.name for path in fonts.TYPEFACES.glob("*.ttf")}
    for row in rows:
        assert file_digest(fonts.TYPEFACES / row["file"]) == row["sha256"], row["file"]
        with TTFont(fonts.TYPEFACES / row["file"]) as font:
            authors = str(font["name"].getDebugName(0)).split("(")[1]
            assert f"({authors.strip()}" in licence, row["file"]
            assert font["OS/2"].fsType == 0, "it may not be embedded"


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("Mae'r ŵyl yn dŷ", "AtkinsonHyperlegibleNext-Regular"),
        ("Zażółć gęślą jaźń", "AtkinsonHyperlegible-Regular"),
        ("Οι γιατροί", "NotoSans-Regular"),
        ("Врачи", "NotoSans-Regular"),
        ("شکریہ", "NotoNaskhArabic-Regular"),
        ("कहा", "NotoSansDevanagari-Regular"),
        ("গিয়েছিলাম", "NotoSansBengali-Regular"),
        ("ਹਸਪਤਾਲ", "NotoSansGurmukhi-Regular"),
        ("שלום", "NotoSansHebrew-Regular"),
        ("♪ la ♪", "AtkinsonHyperlegibleNext-Regular"),
    ],
)
def test_letters_come_from_the_first_font_that_has_them(text: str, font: str) -> None:
    assert font in dict(families(text))
    fonts.check([("q1", text)])
    assert font in dict(families(f"Thank you {text} so much"))
    assert "AtkinsonHyperlegible-Regular" in dict(families(f"Thank you {text} so much"))


def test_a_word_is_in_one_font_and_what_stands_at_it_with_it() -> None:
    assert families("ŵyl") == [("AtkinsonHyperlegibleNext-Regular", "ŵyl")]
    assert families("آیا۔ 20 mg") == [
        ("NotoNaskhArabic-Regular", "آیا۔ "), ("AtkinsonHyperlegible-Regular", "20 mg"),
    ]  # fmt: skip
    assert families("Amara،") == [("AtkinsonHyperlegible-Regular", "Amara"), ("NotoNaskhArabic-Regular", "،")]


def test_a_line_is_as_high_as_its_letters_need_and_all_of_a_caption_alike() -> None:
    face = fonts.packaged()
    assert face.line(["Plain."]) == face.line(["ŵyl"]) == 1
    assert face.line(["Plain.", "شکریہ"]) == face.line(["شکریہ"]) > 1.1
    runs = [family for line in face.families(["Plain.", "شکریہ"]) for family, _ in line]
    assert len({family.split()[2:4][-1] for family in runs}) == 1


def test_a_production_may_put_a_packaged_font_first_by_its_name() -> None:
    slanted = fonts.typeface(Fonts(("Noto Nastaliq Urdu",)))
    assert families("شکریہ Amara", slanted)[0][0] == "NotoNastaliqUrdu-Regular"
    assert families("شکریہ Amara", slanted)[1][0] == "AtkinsonHyperlegible-Regular"
    assert slanted.print != fonts.packaged().print
    with pytest.raises(ConfigError, match='"Comic Nastaliq" is no packaged font') as refused:
        fonts.typeface(Fonts(("Comic Nastaliq",)))
    assert "Noto Nastaliq Urdu" in str(refused.value.next_step)


def test_chinese_is_refused_with_what_brings_its_letters() -> None:
    with pytest.raises(InputError, match="cjk unified ideograph") as refused:
        fonts.check([("cue 1, q1", "我")])
    assert "system:" in refused.value.next_step


def test_a_collection_gives_the_font_of_its_language(tmp_path: Path) -> None:
    names = ("Large Sans JP", "Large Sans SC", "Large Sans TC")
    collection, path = TTCollection(), tmp_path / "Large.ttc"
    for name in names:
        font = TTFont(fonts.regular())
        font["name"].setName(name, 1, 3, 1, 0x409)
        font["name"].setName(name, 1, 1, 0, 0)
        collection.fonts.append(font)
    collection.save(path)
    found = {
        tag: fonts.own(path, language=tag).family for tag in ("zh", "zh-Hant", "zh-TW", "ja", "en", "ko")
    }
    traditional = dict.fromkeys(("zh-Hant", "zh-TW"), names[2])
    assert found == traditional | {"zh": names[1]} | dict.fromkeys(("ja", "en", "ko"), names[0])
    face = fonts.own(path, language="zh-Hant")
    assert face.faces[0].number == 2 and face.width("x") == pytest.approx(fonts.width("x"), abs=0.01)
    face.lay(tmp_path / "laid", rf"{{\fn{face.families(['x'])[0][0][0]}}}")
    assert (
        any(one.name.startswith("own-") for one in (tmp_path / "laid").iterdir()) or face.base == fonts.FAMILY
    )


def test_a_font_of_the_system_is_found_by_its_file_or_said_to_be_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    (tmp_path / ".fonts" / "deep").mkdir(parents=True)
    (tmp_path / ".fonts" / "deep" / "Ours-Regular.ttf").write_bytes(fonts.regular().read_bytes())
    assert fonts.system("Ours-Regular.ttf") == tmp_path / ".fonts" / "deep" / "Ours-Regular.ttf"
    with pytest.raises(InputError, match=r"no font file .* is installed"):
        fonts.system("Nobodys.ttf")


def test_a_packaged_font_that_was_changed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fonts.damaged() == []
    copy = tmp_path / "typefaces"
    shutil.copytree(fonts.TYPEFACES, copy)
    (copy / "NotoSansThai-Regular.ttf").write_bytes(b"something else")
    (copy / "NotoSansLao-Regular.ttf").unlink()
    monkeypatch.setattr(fonts, "TYPEFACES", copy)
    assert sorted(fonts.damaged()) == ["NotoSansLao-Regular.ttf", "NotoSansThai-Regular.ttf"]


# Cards ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "heading"), [("ہماری کہانی", ""), ("हमारी कहानी", "talk"), ("Yr Ŵyl", ""), ("Our story", "talk")]
)
def test_a_card_has_its_words_in_the_middle_in_any_script(text: str, heading: str, tmp_path: Path) -> None:
    draw(Face(text, "title", heading), (640, 360), tmp_path / "card.png")
    picture = np.asarray(Image.open(tmp_path / "card.png").convert("L")).astype(int)
    assert picture.shape == (360, 640)
    there = np.flatnonzero((picture - picture[0, 0] > 60).any(axis=0))
    assert there.size > 60, "nothing is written there"
    assert abs((there[0] + there[-1]) / 2 - 320) < 20


@pytest.mark.parametrize("text", ["Kraftfahrzeughaftpflicht" * 5, "आ" * 60])
def test_a_word_that_is_wider_than_a_card_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="wider than a card"):
        draw(Face(text, "title"), (640, 360), tmp_path / "card.png")
