"""A quote taken apart: every spoken word kept in order, brackets and ellipses told from words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.language.characters import HERE, joined
from pipeline.production.quotes import Kind, Quote, pieces

fast = settings(max_examples=150, deadline=None, derandomize=True)

QUOTE = Quote("q1", "amara", "", "They saw me.", "", frozenset({"training"}), "the group", None, "", 2)
word = st.text(st.sampled_from("abcXYZéß019’'.,;:!?-–\"“”"), min_size=1, max_size=8).filter(
    lambda w: any(c.isalnum() for c in w) and "..." not in w
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(piece.text, piece.kind.value[:2]) for piece in pieces(text)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("They did.", [("They", "sp"), ("did.", "sp")]),
        ("a [...] b", [("a", "sp"), ("[...]", "el"), ("b", "sp")]),
        ("a [ … ] b", [("a", "sp"), ("[ … ]", "el"), ("b", "sp")]),
        ("a… b...c", [("a", "sp"), ("…", "el"), ("b", "sp"), ("...", "el"), ("c", "sp")]),
        ("a [to A and E], b", [("a", "sp"), ("[to A and E],", "ed"), ("b", "sp")]),
        ("[he]llo", [("[he]", "ed"), ("llo", "sp")]),
        ("a – b", [("a", "sp"), ("–", "ed"), ("b", "sp")]),
        ("[] x", [("[]", "ed"), ("x", "sp")]),
        ("", []),
    ],
)
def test_kinds_of_pieces(text: str, wanted: list[tuple[str, str]]) -> None:
    assert kinds(text) == wanted


@fast
@given(
    st.lists(
        st.one_of(word, st.sampled_from(["…", "...", "[...]", "[the form]", "[She]", "–"])), max_size=20
    ),
    st.sampled_from([" ", "  ", "\n", "\t"]),
)
def test_no_spoken_word_is_lost_and_none_is_invented(parts: list[str], gap: str) -> None:
    found = pieces(gap.join(parts))
    assert "".join("".join(piece.text.split()) for piece in found) == "".join(
        "".join(part.split()) for part in parts
    )
    spoken = [part for part in parts if part not in ("…", "...", "[...]", "[the form]", "[She]", "–")]
    assert [piece.text for piece in found if piece.kind is Kind.SPOKEN] == spoken


@fast
@given(st.text(st.characters(codec="utf-8"), max_size=60).filter(lambda t: "[" not in t and "]" not in t))
def test_any_text_at_all_keeps_its_letters_in_order(text: str) -> None:
    kept = "".join("".join(piece.text.split()) for piece in pieces(text))
    assert kept.replace(HERE, "") == "".join(text.split()).replace(HERE, "")


def test_text_without_blanks_is_taken_apart_by_its_characters() -> None:
    found = pieces("我去，她说：「好。」 … 20毫克 [药] CT扫描")
    assert [piece.text.rstrip(HERE) for piece in found] == [
        "我", "去，", "她", "说：", "「好。」", "…", "20毫", "克", "[药]", "CT", "扫", "描",
    ]  # fmt: skip
    assert [piece.kind for piece in found].count(Kind.SPOKEN) == 10
    assert joined([piece.text for piece in found[:5]]) == "我去，她说：「好。」"


@pytest.mark.parametrize(
    "text", ["It [the long\n\nform] went", "It [the\nform] went", "[the\u2028form] went"]
)
def test_a_piece_is_on_one_line(text: str) -> None:
    """A cell of a spreadsheet may hold line breaks; a caption file would end a cue at one."""
    assert all(len(piece.text.splitlines()) == 1 for piece in pieces(text)), pieces(text)


@pytest.mark.parametrize("other", ["They saw me", "they saw me.", "They saw me. "])
def test_other_words_have_another_digest(other: str) -> None:
    assert replace(QUOTE, text=other).digest != QUOTE.digest == replace(QUOTE, notes="x", row=9).digest
