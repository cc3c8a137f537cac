"""Values come back from JSON as they went, to the last fraction; what is no such value is told."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.codec import Broken, codec, pretty
from pipeline.core.media import BT709, Media, Picture, Track
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.matching.model import Candidate, Cut, Edge, Match, Said, State, Stretch
from pipeline.speech.sound_event import Noise, Sounds

fast = settings(max_examples=60, deadline=None, derandomize=True)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
fractions = st.builds(Fraction, st.integers(0, 10**8), st.sampled_from([1000, 2001, 30_000, 48_000]))


@st.composite
def spans(draw: st.DrawFn, moments: st.SearchStrategy[Fraction] = fractions) -> Span[Source]:
    start = draw(moments)
    return Span(Time(start), Time(start + draw(moments.filter(lambda length: length > 0))))


MEDIA = Media(
    "ab" * 32,
    123,
    "mov",
    Fraction(1001, 30),
    Fraction(7, 5),
    Picture(
        1,
        "h264",
        720,
        576,
        Fraction(64, 45),
        90,
        True,
        Fraction(30000, 1001),
        True,
        Fraction(1, 90000),
        Fraction(33),
        "yuv420p",
        BT709,
        "tff",
    ),
    (
        Track(1, 0, "aac", 2, 44100, Fraction(1, 5), Fraction(100, 3), True, "Lav “mic”"),
        Track(2, 2, "pcm_s16le", 1, 48000, Fraction(0), Fraction(33), False, ""),
    ),
    "01:00:00:00",
    "2025-05-13T10:00:00Z",
)


@pytest.mark.parametrize(
    "media",
    [MEDIA, replace(MEDIA, picture=None), replace(MEDIA, tracks=())],
    ids=["whole", "sound only", "picture only"],
)
def test_media_comes_back(media: Media) -> None:
    assert codec(Media).read(codec(Media).write(media)) == media


@pytest.mark.parametrize(
    ("rotation", "wanted"), [(0, (1024, 576)), (90, (576, 1024)), (180, (1024, 576)), (270, (576, 1024))]
)
def test_the_display_is_upright_with_square_pixels(rotation: int, wanted: tuple[int, int]) -> None:
    assert MEDIA.picture
    assert replace(MEDIA.picture, rotation=rotation).display == wanted


@st.composite
def stretches(draw: st.DrawFn) -> Stretch:
    said = draw(st.lists(st.builds(Said, st.integers(-1, 30), texts, texts, spans()), min_size=1, max_size=4))
    return Stretch(tuple(said), Time(draw(fractions)), Time(draw(fractions)))


edges = st.builds(
    Edge, st.floats(0, 1), st.lists(texts, max_size=2).map(tuple), st.none() | st.fractions(0, 1)
)


@pytest.mark.slow
@fast
@given(
    st.builds(
        Cut,
        stretches(),
        spans(),
        st.booleans(),
        st.lists(spans(), max_size=3).map(tuple),
        edges,
        edges,
        st.lists(spans(), max_size=2).map(tuple),
    )
)
def test_a_cut_comes_back(cut: Cut) -> None:
    assert codec(tuple[Cut, ...]).read(codec(tuple[Cut, ...]).write((cut, cut))) == (cut, cut)


@pytest.mark.slow
@fast
@given(
    st.lists(stretches(), max_size=2).map(tuple),
    st.floats(0, 1),
    st.sampled_from(State),
    st.lists(st.builds(Word, texts, spans(), st.floats(0, 1), texts), max_size=2).map(tuple),
)
def test_a_match_comes_back_with_the_words_around_it(
    found: tuple[Stretch, ...], score: float, state: State, around: tuple[Word, ...]
) -> None:
    there = tuple(replace(one, lead=around, trail=around) for one in found)
    match = Match("q1", state, (Candidate("amara", score, 1.0, there),) if there else (), pinned=True)
    assert codec(Match).read(codec(Match).write(match)) == match


WRITTEN = codec(Sounds).write(Sounds((Span.measured(0, 1),), (Noise(Span.measured(1, 2), 20.5),)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"{}",
        b'{"voiced": 1, "loud": []}',
        WRITTEN.replace(b'"1"', b'"1/0"'),
        WRITTEN.replace(b'"1"', b'"-1"', 1),
        WRITTEN.replace(b"20.5", b'"loud"'),
        b"[" * 100_000,
    ],
)
def test_what_is_no_such_value_is_told(data: bytes) -> None:
    with pytest.raises(Broken, match="no "):
        codec(Sounds).read(data)


@dataclass(frozen=True)
class _Plain:
    text: str = ""
    count: int = 0
    sure: bool = False
    share: float = 0.0


@pytest.mark.parametrize(
    "record",
    [
        {"text": None},
        {"text": 7},
        {"count": "7"},
        {"count": 7.0},
        {"count": True},
        {"sure": 1},
        {"sure": "no"},
        {"share": "0.5"},
        {"share": None},
        {"share": True},
        {"other": 1},
    ],
    ids=str,
)
def test_nothing_is_made_out_of_another_kind_of_value(record: dict[str, object]) -> None:
    with pytest.raises(Broken):
        codec(_Plain).read(pretty(record))


def test_a_whole_number_may_stand_for_one_with_a_point() -> None:
    found = codec(_Plain).read(pretty({"text": "a", "count": 7, "sure": True, "share": 1}))
    assert found == _Plain("a", 7, True, 1.0)
    assert isinstance(found.share, float)
