"""A transcript comes back from its file as it went; a person's slip in it is refused with the file's name."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.errors import InputError
from pipeline.speech import transcript_file
from pipeline.speech.transcript import Transcript, Words
from pipeline.speech.transcript_file import is_untouched, read_transcript, transcript_record

fast = settings(max_examples=60, deadline=None, derandomize=True)

texts = st.text(st.characters(codec="utf-8"), max_size=12)
fractions = st.builds(Fraction, st.integers(0, 10**8), st.sampled_from([1000, 2001, 30_000, 48_000]))


@st.composite
def spans(draw: st.DrawFn, moments: st.SearchStrategy[Fraction] = fractions) -> Span[Source]:
    start = draw(moments)
    return Span(Time(start), Time(start + draw(moments.filter(lambda length: length > 0))))


to_the_microsecond = st.integers(0, 10**10).map(lambda us: Fraction(us, 10**6))
heard = st.builds(
    Word,
    texts,
    spans(to_the_microsecond),
    st.floats(0, 1),
    st.sampled_from(["", "loop", "non-speech"]),
    st.sampled_from(["", "Amara", "SPEAKER_00"]),
)


@pytest.mark.slow
@fast
@given(st.lists(heard, max_size=6).map(lambda words: sorted(words, key=lambda word: word.span)), texts, texts)
def test_a_transcript_comes_back(words: list[Word], engine: str, key: str) -> None:
    transcript = Transcript("amara", "en", engine, "w", Words.of(words))
    data = transcript_record(transcript, key)
    assert read_transcript("amara.json", data) == (transcript, key)
    assert len(data.decode().split("\n")) == 12 + max(1, len(words))


@pytest.mark.slow
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
        patch.setattr(transcript_file, "AT_ONCE", at_once)
        assert list(read_transcript("amara.json", data)[0].words) == words
        assert (
            list(read_transcript("amara.json", json.dumps(json.loads(data), indent=indent).encode())[0].words)
            == words
        )


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


WRONG: list[list[object]] = [
    ["0", "1/0", "x", 0.5],
    ["0", "1", 5, 0.5],
    [0, 1.5, "x", 0.5],
    ["0", "1\n2", "x", 0.5],
    ["0", "1e3", "x", 0.5],
    ["0", "1", "x"],
    ["0", "1", "x", 0.5, "loop", "Amara", "and more"],
    ["0", "1", "x", 0.5, "loop", 7],
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


def test_a_transcript_of_an_older_ourwords_has_no_speakers_and_no_hash_of_its_content() -> None:
    old = (
        b'{"source":"a","language":"en","engine":"","weights":"","made_from":"k","words":[["1","2","x",0.5]]}'
    )
    found, key = read_transcript("amara.json", old)
    assert ([(word.text, word.speaker) for word in found.words], key) == ([("x", "")], "k")
    assert not is_untouched(old)


@pytest.mark.parametrize(
    ("was", "put"),
    [
        (b'"saw"', b'"was"'),
        (b'  ["1", "1.5", "not", 0.9],\n', b""),
        (b'"source": "amara"', b'"source": "ben"'),
        (b'"Amara"', b'"Ben"'),
        (b'\n "words": [\n', b'\n "words": [\n\n'),
    ],
)
def test_an_edit_of_a_transcript_shows(was: bytes, put: bytes) -> None:
    words = [
        Word(text, Span.measured(at, at + 0.5), 0.9, "", "Amara") for at, text in enumerate(["I", "not"])
    ]
    words = [*(Word(w.text, w.span, 0.9) for w in words), Word("saw", Span.measured(2, 3), 0.9, "", "Amara")]
    data = transcript_record(Transcript("amara", "en", "e", "w", Words.of(words)), "key")
    assert is_untouched(data)
    assert was in data
    assert not is_untouched(data.replace(was, put))
