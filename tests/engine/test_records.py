"""Our own JSON comes back as it went; a person's slip in it is refused with the file's name."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.core.media import BT709, Media, Picture, Track
from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.engine import records
from pipeline.engine.records import (
    cut_record,
    lock_record,
    match_record,
    media_record,
    pretty,
    read_cut,
    read_media,
    read_pins,
    read_transcript,
    transcript_record,
)
from pipeline.errors import InputError
from pipeline.matching.model import Candidate, Cut, Edge, Match, Said, State, Stretch
from pipeline.production.quotes import Pin
from pipeline.speech.transcript import Transcript, Words

fast = settings(max_examples=60, deadline=None, derandomize=True)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
fractions = st.builds(Fraction, st.integers(0, 10**8), st.sampled_from([1000, 2001, 30_000, 48_000]))


@st.composite
def spans(draw: st.DrawFn, moments: st.SearchStrategy[Fraction] = fractions) -> Span[Source]:
    start = draw(moments)
    return Span(Time(start), Time(start + draw(moments.filter(lambda length: length > 0))))


to_the_microsecond = st.integers(0, 10**10).map(lambda us: Fraction(us, 10**6))
heard = st.builds(
    Word, texts, spans(to_the_microsecond), st.floats(0, 1), st.sampled_from(["", "loop", "non-speech"])
)


@fast
@given(st.lists(heard, max_size=6).map(lambda words: sorted(words, key=lambda word: word.span)), texts, texts)
def test_a_transcript_comes_back(words: list[Word], engine: str, key: str) -> None:
    transcript = Transcript("amara", "en", engine, "w", Words.of(words))
    data = transcript_record(transcript, key)
    assert read_transcript("amara.json", data) == (transcript, key)
    assert len(data.decode().split("\n")) == 11 + max(1, len(words))


@fast
@given(
    st.lists(heard, max_size=6).map(lambda words: sorted(words, key=lambda word: word.span)),
    st.integers(1, 3),
    st.sampled_from([None, 0, 1, 3]),
)
def test_a_transcript_is_the_same_read_in_parts_and_laid_out_otherwise(
    words: list[Word], at_once: int, indent: int | None
) -> None:
    data = transcript_record(Transcript("amara", "en", "e", "w", Words.of(words)), "key")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(records, "AT_ONCE", at_once)
        assert list(read_transcript("amara.json", data)[0].words) == words
        assert (
            list(read_transcript("amara.json", json.dumps(json.loads(data), indent=indent).encode())[0].words)
            == words
        )


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
    assert read_media(media_record(media)) == media


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
    assert read_cut(json.loads(pretty(cut_record(cut)))) == cut


@fast
@given(
    st.dictionaries(
        st.sampled_from(["q1", "q2", "q3"]), st.tuples(texts, texts, st.lists(spans(), max_size=3))
    )
)
@example({"q1": ("", "amara", [Span(Time(Fraction(1)), Time(Fraction(2001, 2000)))])})
def test_pins_come_back_to_the_millisecond(
    given_pins: dict[str, tuple[str, str, list[Span[Source]]]],
) -> None:
    """Whatever was pinned can be read again: a lock that its own program calls broken stops every build."""
    pins = {
        name: Pin(name, digest, source, tuple(found)) for name, (digest, source, found) in given_pins.items()
    }
    back = read_pins("quotes.lock.json", lock_record([], pins))
    assert {name: (pin.digest, pin.source, len(pin.spans)) for name, pin in back.items()} == {
        name: (pin.digest, pin.source, len(pin.spans)) for name, pin in pins.items()
    }
    for name, pin in pins.items():
        for was, now in zip(pin.spans, back[name].spans, strict=True):
            assert abs(was.start - now.start) <= Fraction(1, 1000)
            assert abs(was.end - now.end) <= Fraction(2, 1000)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'{"words": 1}',
        b"\xff",
        b'{"source":"a","language":"en","engine":"e","weights":"","made_from":"k","words":[["2","1","x",0.5]]}',
    ],
)
def test_a_broken_transcript_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(InputError, match=r"amara\.json"):
        read_transcript("amara.json", data)


BACKWARDS = b'{"pins": {"q1": {"text_sha256": "", "source": "a", "spans": [["2", "1"]]}}}'


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"pins": []}', b'{"pins": {"q1": {}}}', BACKWARDS])
def test_a_broken_lock_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(InputError, match=r"quotes\.lock\.json"):
        read_pins("quotes.lock.json", data)


WRONG: list[list[object]] = [
    ["0", "1/0", "x", 0.5],
    ["0", "1", 5, 0.5],
    [0, 1.5, "x", 0.5],
    ["0", "1\n2", "x", 0.5],
    ["0", "1e3", "x", 0.5],
    ["0", "1", "x"],
    ["0", "1", "x", 0.5, "loop", ""],
    ["0", "1", "x", "sure"],
    ["1", "1", "x", 0.5],
]


def test_words_are_read_in_any_exact_way_of_writing_times() -> None:
    record = json.loads(transcript_record(Transcript("amara", "en", "e", "w", Words.of(())), "key"))
    rows = [["0.1", "1/3", "x", 0.5], ["99999999.999999", "999999999999.9999999", "y", 1]]
    found, _ = read_transcript("amara.json", json.dumps(record | {"words": rows}).encode())
    assert [(word.span.start.seconds, word.span.end.seconds) for word in found.words] == [
        (Fraction(one), Fraction(two)) for one, two, *_ in rows
    ]


@pytest.mark.parametrize(
    "change", [{"source": None}, {"words": {"a": 1}}, *({"words": [word]} for word in WRONG)]
)
def test_a_transcript_with_wrong_values_is_refused(change: dict[str, object]) -> None:
    record = json.loads(transcript_record(Transcript("amara", "en", "e", "w", Words.of(())), "key")) | change
    with pytest.raises(InputError, match=r"amara\.json"):
        read_transcript("amara.json", json.dumps(record).encode())


def test_match_json_has_what_the_design_promises() -> None:
    span = Span(Time[Source](Fraction(1)), Time[Source](Fraction(5, 2)))
    stretch = Stretch((Said(0, "They", "they", span),), Time(Fraction(0)), Time(Fraction(3)))
    one, two = Candidate("amara", 0.9, 1.0, (stretch,)), Candidate("ben", 0.8, 1.0, (stretch,))
    record = match_record(Match("q1", State.AMBIGUOUS, (one, two)))
    assert record["state"] == "ambiguous"
    assert record["spans"] == [{"start": 1.0, "end": 2.5, "heard": "they"}]
    assert (record["source"], record["score"], record["runner_up"], record["pinned"]) == (
        "amara",
        0.9,
        0.8,
        False,
    )
    assert [other["source"] for other in record["alternatives"]] == ["ben"]
    assert match_record(Match("q2", State.NOT_FOUND, ()))["source"] is None
