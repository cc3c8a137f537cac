"""More judges of what we write: pysubs2 of the ASS sidecar, ttconv of IMSC as a profile."""

from __future__ import annotations

import io
import logging
from xml.etree import ElementTree as ET

import pysubs2
import pytest
import ttconv.imsc.reader
from hypothesis import assume, given, settings

from pipeline.captions.formats import Writer, to_ass, to_imsc, to_ttml
from pipeline.captions.model import Captions
from pipeline.production.configs import load_profile
from tests.captions.test_formats import SEEN, films

MARKS = str.maketrans("", "", "\u200e\u200f\u2060")


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(films())
def test_ass_is_read_by_pysubs2(captions: Captions) -> None:
    """But for braces and backslashes, which libass is told are text and pysubs2 is not (its issue 2)."""
    assume(not any(set("{}\\") & set(cue.text) for cue in captions.cues))
    found = pysubs2.SSAFile.from_string(
        to_ass(captions.cues, (1280, 720), load_profile("bbc"), "A Font"), "ass"
    )
    assert [event.plaintext.translate(MARKS) for event in found] == [
        "\n".join(cue.lines) for cue in captions.cues
    ]
    for event, cue in zip(found, captions.cues, strict=True):
        assert abs(event.start - cue.span.start.ms()) <= 10
        assert abs(event.end - cue.span.end.ms()) <= 10


@pytest.mark.parametrize(
    ("write", "profile"), [(to_imsc, {"http://www.w3.org/ns/ttml/profile/imsc1.1/text"}), (to_ttml, None)]
)
def test_ttconv_has_nothing_to_say_against_it(
    write: Writer, profile: set[str] | None, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        document = ttconv.imsc.reader.to_model(ET.parse(io.BytesIO(write(SEEN).encode())))
    assert not caplog.records, caplog.text
    assert document.get_content_profiles() == profile
    assert document.get_lang() == "en"


def test_ttconv_does_speak_up(caplog: pytest.LogCaptureFixture) -> None:
    """The test above can fail: a length that is none is told."""
    with caplog.at_level(logging.WARNING):
        ttconv.imsc.reader.to_model(
            ET.parse(io.BytesIO(to_imsc(SEEN).replace('tts:fontSize="100%"', 'tts:fontSize="big"').encode()))
        )
    assert caplog.records
