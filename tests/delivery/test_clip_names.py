"""Names of clips: words that a person reads, which every file system takes and nobody is named in."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.delivery.clips.names import MOST, MOST_BYTES, of_clips, of_pack, opening
from pipeline.language.names import Name, Names

HIDDEN = Names([Name("Pargeter", "p"), Name("Dev Patel", "d"), Name("Siân", "s", instead="[a nurse]")])

TEXT = st.one_of(
    st.text(max_size=150),
    st.text(st.sampled_from("aB.:/\\ -_'’[]…éŷłÅIi1٣😀हि्नदी한آپ\u0301\u200d\ufe0f\u202e"), max_size=120),
    st.sampled_from(["CON", "nul.", "com¹", "aux.txt", " . ", "Dev-Patel", "De-v Pa tel", "[Pargeter]"]),
)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Put the kettle on!", "put-the-kettle-on"),
        ("It’s 50% better: don't stop", "its-50-better-dont-stop"),
        ("Rhoi’r tegell ymlaen yn y tŷ", "rhoir-tegell-ymlaen-yn-y-ty"),  # Welsh
        ("Zażółć gęślą jaźń, łóżko", "zazolc-gesla-jazn-lozko"),  # Polish
        ("آپ نے مجھے سنا۔", "آپ-نے-مجھے-سنا"),  # Urdu
        ("उसने केतली चढ़ाई", "उसने-केतली-चढ़ाई"),  # Hindi: vowel signs are letters
        ("Tea 🫖👩‍👩‍👧 for two ❤️", "tea-for-two"),
        ("One [the form] of them", "one-of-them"),
        ("Nurse Pargeter came", "nurse-came"),
        ("Ask Par-geter or Dev  Patel", "ask-or"),
        ("../../etc/passwd", "etc-passwd"),
        ('a<b>c:d"e/f\\g|h?i*j', "a-b-c-d-e-f-g-h-i-j"),
    ],
)
def test_a_name_in_words(title: str, name: str) -> None:
    assert of_clips(["x", title], HIDDEN)[1] == unicodedata.normalize("NFC", f"02-{name}")
    assert of_pack(title, HIDDEN) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("title", ["CON", "aux.", "Nul", "COM1", "lpt9", "com¹", "CONIN$"])
def test_no_folder_is_a_device_of_windows(title: str) -> None:
    assert of_pack(title).endswith("-clips")


@pytest.mark.parametrize("title", ["", "…", "😀", "[a nurse]", "Pargeter"])
def test_what_says_nothing_has_a_name_all_the_same(title: str) -> None:
    assert of_pack(title, HIDDEN) == "clips"
    assert of_clips([title], HIDDEN) == ["01-clip"]


def test_numbers_have_one_width() -> None:
    assert of_clips(["tea"] * 100)[::99] == ["001-tea", "100-tea"]


@given(st.lists(TEXT, min_size=1, max_size=6))
def test_every_file_system_takes_it(titles: list[str]) -> None:
    names = [*of_clips(titles, HIDDEN), *(of_pack(one, HIDDEN) for one in titles)]
    for name in names:
        assert name == unicodedata.normalize("NFC", name)
        assert 0 < len(name) <= MOST
        assert len(unicodedata.normalize("NFD", name).encode()) <= MOST_BYTES
        for sign in name:
            assert sign == "-" or unicodedata.category(sign) in ("Ll", "Lo", "Lm", "Nd", "Mn", "Mc", "Me")
        assert not name.startswith("-") and not name.endswith("-")
        assert not re.fullmatch(r"con|prn|aux|nul|conin|conout|clock|(com|lpt)\d", name)
        latin = [sign for sign in name if "LATIN" in unicodedata.name(sign, "")]
        assert all(sign.isascii() for sign in latin if unicodedata.decomposition(sign))
        assert not HIDDEN.hits(name)
    clips = names[: len(titles)]
    for form in ("NFC", "NFD", "NFKC"):
        assert len({unicodedata.normalize(form, name).casefold() for name in clips}) == len(clips)
    assert clips == of_clips(titles, HIDDEN)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("She put the kettle on, and then she listened.", "She put the kettle on"),
        ("No. I would not.", "I would not"),
        ("No. Never.", "No"),
        ("On Pargeter Ward. There was a nurse there, and she sat.", "There was a nurse there"),
        ("On [ward name]. There was a nurse there, and she sat.", "There was a nurse there"),
        ("I was told by Dev Patel.", "I was told by…"),
        ("They saw the label before they saw me.", "They saw the label before they saw me"),
        ("Well, she put it on and sat with me there till ten.", "Well, she put it on and sat…"),
        ("It [the form] went … and came back", "and came back"),
        ("So it went … Back.", "So it went…"),
        ("Dev Patel put the kettle on.", "put the kettle on"),
        ("अच्छा। फिर क्या", "अच्छा"),
        ("[laughs]", ""),
        ("Dev [who was late] Patel came in.", ""),
    ],
)
def test_how_a_quote_begins(text: str, title: str) -> None:
    assert opening(text, HIDDEN) == title


@given(TEXT)
def test_a_title_names_nobody_and_has_no_brackets(text: str) -> None:
    title = opening(text, HIDDEN)
    assert not HIDDEN.hits(title)
    assert len(title.split()) <= 10
    assert title == " ".join(title.split())
