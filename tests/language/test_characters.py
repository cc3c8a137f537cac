"""Punctuation of all scripts: what ends a sentence, what ends a clause, what belongs to no word."""

from __future__ import annotations

import pytest

from pipeline.captions.word_kinds import ending
from pipeline.language.characters import CLAUSE_ENDS, SENTENCE_ENDS, stop
from pipeline.language.normalise import plain, tokens
from pipeline.language.redaction import Bleep, written
from pipeline.language.sounds import why_not

SENTENCES = (
    "over. really? no! so… سنی۔ كيف؟ है। ॥ 好。 吗？ 走！ Խոսեց։ ሄድኩ። "
    "ကောင်း။ បាន។ שלום׃ είπε; so.” آیا۔“ 好。」 है।)"
)
CLAUSES = "so, form; this: پوچھا، مگر؛ 好， 苹果、 注意： ከዚያ፣ Բայց՝ έφυγε· so,” پوچھا،\u200f"
PLAIN = "form] نہیں है 好 Mae'r 20 (ŵyl)"


@pytest.mark.parametrize(
    ("words", "kinds"),
    [(SENTENCES, {"sentence"}), (CLAUSES, {"comma", "stop"}), (PLAIN, {"plain"})],
)
def test_a_word_ends_as_its_script_says(words: str, kinds: set[str]) -> None:
    for word in words.split():
        assert stop(word) in kinds, word
        assert ending(word) == stop(word), word
    assert stop("") == "plain"


def test_an_english_question_is_not_taken_for_greek() -> None:
    assert stop("said;") == "stop"
    assert stop("είπε;") == stop("είπε\u037e") == "sentence"


def test_no_mark_ends_both() -> None:
    assert not SENTENCE_ENDS & CLAUSE_ENDS


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("پوچھا،", "پوچھا", "ur"),
        ("آیا۔", "آیا", "ur"),
        ("है।", "है", "hi"),
        ("医院，", "医院", "zh"),
        ("ŵyl!", "ŵyl", "cy"),
    ],
)
def test_punctuation_is_no_part_of_a_word(one: str, other: str, language: str) -> None:
    assert plain(one, language) == plain(other, language) != ""


def test_words_lie_apart_where_a_blank_was_forgotten() -> None:
    def forms(text: str, language: str) -> list[str]:
        return [token.form for token in tokens(text.split(), language)]

    assert forms("پوچھا،پھر نرس", "ur") == forms("پوچھا، پھر نرس", "ur")
    assert forms("है।मैं", "hi") == forms("है। मैं", "hi")
    assert forms("3,5 mg", "de") == forms("3,5 mg.", "de")


def test_a_hidden_name_leaves_the_punctuation_of_its_script() -> None:
    bleep = Bleep("", "عائشہ", caption_as="[نام]")
    assert written(bleep, "عائشہ،", "عائشہ،") == "[نام]،"


def test_a_sentence_of_any_script_is_no_sound() -> None:
    assert why_not("دروازہ بند", "ur") == ""
    assert why_not("وہ جھوٹ بولتا ہے۔", "ur") != ""
