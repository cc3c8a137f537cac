"""Languages as files name them."""

from __future__ import annotations

import pytest

from pipeline.language.codes import iso639_2

BY_HAND = {
    "en": "eng", "cy": "cym", "fr": "fra", "de": "deu", "es": "spa", "it": "ita", "pl": "pol", "pt": "por",
    "ur": "urd", "ar": "ara", "he": "heb",
}  # fmt: skip
"""What two tables said before langcodes did."""


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        *BY_HAND.items(),
        ("en-GB", "eng"),
        ("EN-gb", "eng"),
        ("zh-Hant-TW", "zho"),
        ("gd", "gla"),
        ("bn", "ben"),
    ],
)
def test_a_language_has_the_three_letters_of_the_standard(tag: str, code: str) -> None:
    assert iso639_2(tag) == code


@pytest.mark.parametrize("tag", ["", "xx", "und", "not a tag", "x-private", "e"])
def test_what_no_registry_has_is_undetermined(tag: str) -> None:
    assert iso639_2(tag) == "und"
