"""Which captions a file was made from: by what it says of itself, else by what it shares with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.captions.editing.apply import marked, replay
from pipeline.captions.editing.diff import differences
from pipeline.captions.editing.editions import MARK, Edition, edition_id, mark_in, nearest, shared
from pipeline.captions.formats import WIDE_LAYOUT, read, write
from pipeline.captions.model import Captions
from pipeline.core.codec import codec
from pipeline.core.time import Span
from tests.captions.test_editing_apply import FILM, MADE, PLAIN

SOUND = marked(MADE, FILM, 2, "sound", "door slams")
LATER = replay(MADE, [SOUND], PLAIN, FILM)[0]


def edition(captions: Captions, *knew: str) -> Edition:
    return Edition.of(captions, FILM, "plain", knew)


EDITIONS = [edition(LATER, "a"), edition(MADE)]


def file(kind: str, captions: Captions = MADE) -> str:
    return write(kind, captions, replace(WIDE_LAYOUT, remark=MARK.format(edition_id(captions))))


@pytest.mark.parametrize("kind", ["vtt", "ttml", "imsc", "ass"])
def test_a_file_says_which_captions_it_is_of_and_nothing_of_anybody(kind: str) -> None:
    text = file(kind)
    assert mark_in(f"a.{kind}", text.encode()) == edition_id(MADE) != edition_id(LATER)
    assert mark_in(f"a.{kind}", text.replace("\n", "\r\n").encode("utf-16")) == edition_id(MADE)
    without = text.replace(f"ourwords captions {edition_id(MADE)}", "")
    assert not mark_in(f"a.{kind}", without.encode())
    if kind != "ass":  # which is not read here
        assert read(f"a.{kind}", text.encode()).cues == read(f"a.{kind}", write(kind, MADE).encode()).cues


def test_subrip_has_no_place_for_it_and_bytes_of_another_kind_hold_none() -> None:
    assert file("srt") == write("srt", MADE)
    assert not mark_in("a.srt", file("srt").encode())
    assert not mark_in("a.stl", bytes(range(256)))


def test_the_same_captions_are_the_same_edition_whoever_and_whatever_made_them() -> None:
    assert edition(MADE, "x", "y").id == edition(MADE).id
    assert edition(replace(MADE, cues=MADE.cues[:-1])).id != edition(MADE).id
    moved = replace(MADE.cues[0], position="top")
    assert edition(replace(MADE, cues=(moved, *MADE.cues[1:]))).id != edition(MADE).id


def test_an_edition_is_kept_whole() -> None:
    for one in EDITIONS:
        kept = codec(Edition).read(codec(Edition).write(one))
        assert kept == one
        assert kept.timeline.shots == FILM.shots


@pytest.mark.parametrize("number", [0, 1])
def test_without_a_word_of_it_the_captions_that_share_most_with_a_file_are_those(number: int) -> None:
    one = EDITIONS[number]
    edited = file("srt", one.captions).replace("label", "LABEL").replace("Nobody did.", "nobody did.")
    assert "LABEL" in edited
    for order in (EDITIONS, EDITIONS[::-1]):
        assert nearest(read("a.srt", edited.encode()).cues, order) == one
    assert nearest((), []) is None


def test_how_much_of_a_file_is_as_it_was() -> None:
    cues = read("a.srt", file("srt").encode()).cues
    assert shared(cues, EDITIONS[1]) == 1
    assert 0.5 < shared([cue for cue in LATER.cues if cue.kind == "speech"], EDITIONS[1]) < 1
    late = [
        replace(cue, span=Span(cue.span.start + 9, cue.span.end + 9), parts=(f"{cue.text} No.",), breaks=())
        for cue in cues
    ]
    assert shared(late, EDITIONS[1]) == 0


def test_what_was_put_right_since_is_in_no_file_of_before_and_is_not_taken_away() -> None:
    edited = read("a.srt", file("srt").replace("label", "LABEL").encode()).cues
    of = nearest(edited, EDITIONS)
    assert of
    found, conflicts = differences(of.captions, edited, timeline=of.timeline, positions=False)
    assert ([one.kind for one in found], conflicts) == (["text"], [])
    wrong, _ = differences(LATER, edited, timeline=FILM, positions=False)
    assert [one.was for one in wrong if one.kind == "sound"] == ["door slams"], "held against today's"
    captions, _ = replay(MADE, [SOUND, *found], PLAIN, FILM)
    text = " ".join(cue.text for cue in captions.cues)
    assert "[door slams]" in text
    assert "LABEL" in text
