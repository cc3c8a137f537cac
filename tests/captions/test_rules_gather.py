"""What a film knows of its captions, on the film's clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.formats import write
from pipeline.captions.generate import caption
from pipeline.captions.model import Captions, Cue
from pipeline.captions.rules import Judged, check
from pipeline.captions.rules.gather import approved_texts, confidence, judged, read_back
from pipeline.core.time import Source, Span
from pipeline.core.word import Word
from pipeline.edit.timeline import Card
from pipeline.language.redaction import Bleep
from pipeline.production.configs import load_profile
from pipeline.production.quotes import Quote, pieces
from pipeline.speech.sound_event import Noise, Sounds
from pipeline.speech.transcript import Transcript, Words
from tests.captions.test_generate import film, said, take
from tests.captions.test_rules import cue
from tests.speech.test_transcript import SPANS, heard

PLAIN = load_profile("plain")
TEXT = "I took fifteen of them"


def span(start: float, end: float) -> Span[Source]:
    return Span[Source].measured(start, end)


def of_film(sounds: Sounds, confidence: float = 0.9) -> Judged:
    """A card of two seconds, then the words from 2 s of their source on, 0.4 s each."""
    words = tuple(replace(word, heard=word.text) for word in said(TEXT))
    timeline = film(Card(0, 50, "scene", "One"), take(words, tail=2.0))
    transcript = Transcript(
        "s1", "en", "test", "test", Words.of(Word(word.text, word.span, confidence) for word in words)
    )
    captions: Captions = caption(timeline, {"q1": pieces(TEXT)}, PLAIN, language="en", labels=False)
    return judged(
        captions,
        timeline,
        PLAIN,
        width=lambda _: 0.1,
        approved={"q1": TEXT},
        transcripts={"s1": transcript},
        sounds=[sounds],
    )


def test_words_voices_and_noises_are_where_the_film_plays_them() -> None:
    known = of_film(Sounds((span(2, 4),), (Noise(span(4.5, 5.5), 22.0),)))
    assert known.spoken
    assert known.voiced
    assert known.loud
    assert float(known.spoken[0].span.start) == pytest.approx(
        2 + 0.12, abs=0.03
    )  # the take begins 0.1 s before its first word, to the frame
    assert known.voiced[0].start == known.spoken[0].span.start
    assert [word.piece for word in known.spoken] == list(range(5))
    assert known.loud[0].span.duration <= 1
    assert [float(cut) for cut in known.cuts] == [2]
    assert not check(known).not_judged.keys() & {
        "sync",
        "no-speech",
        "missing-sound",
        "low-confidence",
        "numbers",
        "across-cut",
        "line-width",
    }


def test_what_is_outside_the_take_is_not_in_the_film() -> None:
    known = of_film(Sounds((span(0, 1),), (Noise(span(60, 61), 30.0),)))
    assert not known.voiced
    assert not known.loud


def test_text_without_a_voice_stops_a_film() -> None:
    assert "no-speech" in {
        found.rule for found in check(of_film(Sounds((), ()))).findings if found.severity == "error"
    }
    assert "no-speech" not in {found.rule for found in check(of_film(Sounds((span(2, 4),), ()))).findings}


@pytest.mark.parametrize(("confidence", "asked"), [(0.9, False), (0.1, True)])
def test_how_sure_the_recogniser_was_comes_from_its_transcript(confidence: float, asked: bool) -> None:
    assert (
        "low-confidence"
        in {found.rule for found in check(of_film(Sounds((span(2, 4),), ()), confidence)).findings}
    ) == asked


@pytest.mark.slow
@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.lists(SPANS, max_size=12), SPANS)
def test_how_sure_the_recogniser_was_is_by_every_word_that_half_lies_there(
    spans: list[Span[Source]], there: Span[Source]
) -> None:
    """Against the plain definition: every word of the transcript is held against the span."""
    words = heard(spans)
    plain = [
        word.confidence
        for word in words
        if word.span.overlap(there) * 2 >= min(word.span.duration, there.duration)
    ]
    assert confidence(there, Words.of(words)) == max(plain, default=0.0)


class Counted(list[int]):
    """Times that count how often one of them is looked at."""

    looked = 0

    def __getitem__(self, at: Any) -> Any:
        Counted.looked += 1
        return super().__getitem__(at)


def looks(count: int) -> int:
    """How many times are looked at to say how sure a recogniser was of one of so many words."""
    starts = [at * 400_000 for at in range(count)]
    words = Words(
        ["word"] * count,
        Counted(starts),
        Counted(start + 300_000 for start in starts),
        [0.9] * count,
        [""] * count,
        [""] * count,
    )
    words.__dict__["reach"] = Counted(words.reach)
    Counted.looked = 0
    middle = words[count // 2].span
    assert confidence(middle, words) == 0.9
    return Counted.looked


def test_a_word_of_a_caption_costs_as_much_with_an_hour_of_speech_as_with_two_minutes() -> None:
    """By counting: 20 times as many words may add five looks to each of two bisections, and no more."""
    short, long = looks(500), looks(10_000)
    assert short < 30
    assert long <= short + 10


def heard_as(text: str, bleeps: tuple[Bleep, ...] = (), bleeped: tuple[Span[Source], ...] = ()) -> list[str]:
    """What the rules are told was heard, where each of five words was heard as one of these."""
    words = tuple(replace(word, heard=heard) for word, heard in zip(said(TEXT), text.split(), strict=True))
    timeline = film(replace(take(words), bleeps=bleeped))
    transcript = Transcript(
        "s1", "en", "test", "test", Words.of(Word(word.heard, word.span, 0.1) for word in words)
    )
    captions = caption(timeline, {"q1": pieces(TEXT)}, PLAIN, language="en", labels=False)
    known = judged(
        captions,
        timeline,
        PLAIN,
        width=lambda _: 0.1,
        approved={"q1": TEXT},
        transcripts={"s1": transcript},
        sounds=[Sounds((), ())],
        listened=frozenset(),
        bleeps=bleeps,
    )
    assert known.spoken
    printed = " ".join(f"{found.what} {found.measured} {found.limit}" for found in check(known).findings)
    assert not any(bleep.name in printed for bleep in bleeps)
    return [word.text for word in known.spoken]


def test_a_name_that_is_hidden_is_not_printed_as_it_was_heard() -> None:
    assert heard_as("I asked Sister Pargeter fifteen", (Bleep("amara", "Sister Pargeter", "[a nurse]"),)) == [
        "I",
        "asked",
        "[a nurse]",
        "",
        "fifteen",
    ]
    assert heard_as("I asked par jeeter fifteen", bleeped=(span(2.8, 3.5),)) == [
        "I",
        "asked",
        "",
        "",
        "fifteen",
    ]


def test_other_words_are_printed_as_they_were_heard() -> None:
    assert heard_as("I asked Sister Pargeter fifteen", (Bleep("ben", "Asked", "[a name]"),)) == [
        "I",
        "asked",
        "Sister",
        "Pargeter",
        "fifteen",
    ]


def test_approved_texts_read_as_their_captions_do() -> None:
    quote = Quote("q1", "amara", "", "It [the form] went … to Okafor.", "", frozenset(), "", None, "", 1)
    bleeps = [Bleep("amara", "Okafor", "[name]"), Bleep("ben", "form", "[thing]")]
    assert approved_texts([quote], {"q1": "amara"}, bleeps, editorial=True) == {
        "q1": "It [the form] went to [name]."
    }
    assert approved_texts([quote], {"q1": "amara"}, bleeps, editorial=False) == {"q1": "It went to [name]."}
    assert approved_texts([quote], {}, bleeps, editorial=True) == {}


WRITTEN = Captions(
    "en",
    (
        cue(1, 2.5, "Amara: No & <no>,", "they said."),
        cue(3, 4.04, "[door slams]", kind="sound"),
        cue(4.04, 6, "Then 15."),
    ),
)


def files(captions: Captions = WRITTEN) -> dict[str, bytes]:
    return {kind: write(kind, captions).encode() for kind in ("srt", "vtt", "ttml")}


def test_caption_files_that_say_what_was_written_are_evidence() -> None:
    assert read_back(WRITTEN, files()) == (
        "srt, vtt, ttml: read back, each with the same 3 cues and words, and times as exact as it has",
        [],
    )
    assert read_back(Captions("en", ()), {"srt": b""}) == ("", [])


@pytest.mark.parametrize(
    ("other", "says"),
    [
        (WRITTEN.cues[:2], "its cues are not as many"),
        ((*WRITTEN.cues[:2], cue(4.05, 6, "Then 15.")), "cue 3 has other times"),
        ((*WRITTEN.cues[:2], cue(4.04, 6, "Then 50.")), "cue 3 has other words"),
    ],
)
@pytest.mark.parametrize("kind", ["srt", "vtt", "ttml"])
def test_a_caption_file_that_says_something_else_is_an_error(
    kind: str, other: tuple[Cue, ...], says: str
) -> None:
    told, (found,) = read_back(WRITTEN, files() | {kind: files(Captions("en", other))[kind]})
    assert told == ""
    assert (found.rule, found.severity, found.where) == ("sidecar", "error", f"captions/cut.en.{kind}")
    assert says in found.what


def test_ass_is_held_to_the_hundredths_that_it_has() -> None:
    data = {"ass": write("ass", WRITTEN).encode()}
    assert read_back(WRITTEN, data)[1] == []
    other = data["ass"].replace(b"0:00:04.04", b"0:00:04.06")
    assert [found.limit for found in read_back(WRITTEN, {"ass": other})[1]] == ["0.01 s"]


def test_a_caption_file_that_cannot_be_read_is_an_error() -> None:
    assert [found.what for found in read_back(WRITTEN, {"srt": b""})[1]] == [
        "is read otherwise than it was written: it cannot be read"
    ]
