"""Caption files of a clip: what a player reads is what the clip should say, when it should."""

from __future__ import annotations

import pytest

from pipeline.captions import formats
from pipeline.captions.model import Captions, plain_cue
from pipeline.core.time import Programme, Span
from pipeline.verification import sidecars

DUE = Captions(
    "en-GB",
    (
        plain_cue(Span[Programme].measured(0.24, 1.9), ("They saw the label", "before they saw me.")),
        plain_cue(Span[Programme].measured(2.0, 3.6), ("It’s < & > a test.",)),
    ),
)


def rules(name: str, text: str) -> list[tuple[str, str]]:
    return [(one.where, one.what) for one in sidecars.findings(name, text.encode(), DUE)]


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_what_we_write_is_right(kind: str) -> None:
    assert rules(f"01-label.{kind}", formats.write(kind, DUE)) == []


@pytest.mark.parametrize("kind", ["srt", "vtt"])
@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("label", "table", "0:00.2", "a caption says something else"),
        ("03.600", "04.100", "0:02.0", "a caption stands at another time"),
    ],
)
def test_another_word_or_another_time_is_told(kind: str, old: str, new: str, where: str, what: str) -> None:
    text = formats.write(kind, DUE)
    if kind == "srt":
        old, new = old.replace(".", ","), new.replace(".", ",")
    assert old in text
    name = f"01-label.{kind}"
    assert rules(name, text.replace(old, new)) == [(f"{name} {where}", what)]


def test_a_caption_more_or_less_is_told() -> None:
    less = Captions("en-GB", DUE.cues[:1])
    assert rules("a.vtt", formats.write("vtt", less)) == [("a.vtt 0:02.0", "a caption is missing")]
    more = Captions("en-GB", (*DUE.cues, plain_cue(Span[Programme].measured(4, 5), ("More.",))))
    assert rules("a.vtt", formats.write("vtt", more)) == [("a.vtt 0:04.0", "has a caption too many")]


def test_a_file_that_is_none_is_told() -> None:
    [told] = sidecars.findings("a.srt", b"", DUE)
    assert (told.rule, told.severity) == ("sidecar", "error")
