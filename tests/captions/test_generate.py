"""Captions from approved words: every word once and in order, inside its take, in lines that fit."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.generate import caption, words_shown
from pipeline.captions.model import Captions, plain_cue, shown
from pipeline.captions.rules import Judged, check
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.edit.timeline import Card, Cutaway, Hold, Take, Timeline, follow
from pipeline.language.redaction import Bleep
from pipeline.matching.model import Said
from pipeline.production.configs import load_profile
from pipeline.production.quotes import Kind, QuotePiece, pieces

fast = settings(max_examples=80, deadline=None, derandomize=True)

PROFILE = load_profile("plain")
RATES = [Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001)]


def said(
    text: str, only: range | None = None, *, at: float = 2.0, each: float = 0.3, gap: float = 0.1
) -> tuple[Said, ...]:
    """The spoken pieces of a text, one after the other on the source's clock."""
    spoken = [
        (index, piece)
        for index, piece in enumerate(pieces(text))
        if piece.kind is Kind.SPOKEN and (only is None or index in only)
    ]
    return tuple(
        Said(i, piece.text, "", Span.measured(at + n * (each + gap), at + n * (each + gap) + each))
        for n, (i, piece) in enumerate(spoken)
    )


def take(
    words: tuple[Said, ...],
    rate: Fraction = Fraction(25),
    *,
    quote: str = "q1",
    part: int = 1,
    parts: int = 1,
    speaker: str = "Amara",
    tail: float = 0.5,
) -> Take:
    """A take from a little before its first word to a little after its last."""
    first = int((words[0].span.start.seconds - Fraction(1, 10)) * rate)
    last = int((max(word.span.end for word in words).seconds + Fraction(tail)) * rate) + 1
    sound = Span(Time[Source](Fraction(first) / rate), Time[Source](Fraction(last) / rate))
    return Take(0, last - first, quote, "amara", speaker, "s1", first, sound, words, part, parts)


def film(*shots: Take | Card, rate: Fraction = Fraction(25)) -> Timeline:
    return Timeline("Film", rate, (320, 180), follow(shots))


def texts(captions: Captions) -> list[str]:
    return [cue.text for cue in captions.cues]


def captioned(
    text: str,
    *shots: Take | Card,
    labels: bool = False,
    bleeps: tuple[Bleep, ...] = (),
    editorial: bool = True,
) -> Captions:
    return caption(
        film(*shots or (take(said(text)),)),
        {"q1": pieces(text)},
        PROFILE,
        language="en",
        labels=labels,
        bleeps=bleeps,
        editorial=editorial,
    )


# Properties -----------------------------------------------------------------------------------

token = st.text("abcdefgh", min_size=1, max_size=11)
word = st.tuples(token, st.sampled_from(["", "", "", ",", ".", "?", " –"])).map("".join)


@st.composite
def speeches(draw: st.DrawFn, least: int = 40) -> tuple[Timeline, dict[str, tuple[QuotePiece, ...]]]:
    """A film of some takes, spoken slowly or fast, words touching or far apart, each of `least` ms or
    more.
    """
    rate = draw(st.sampled_from(RATES))
    shots, quotes = [], {}
    for number in range(draw(st.integers(1, 3))):
        text = " ".join(draw(st.lists(word, min_size=1, max_size=30)))
        at, spoken = Fraction(draw(st.integers(500, 5000)), 1000), []
        for index, piece in enumerate(pieces(text)):
            if piece.kind is Kind.SPOKEN:
                at += Fraction(draw(st.sampled_from([0, 0, 10, 100, 900])), 1000)
                end = at + Fraction(draw(st.integers(least, 700)), 1000)
                spoken.append(Said(index, piece.text, "", Span(Time(at), Time(end))))
                at = end
        quotes[f"q{number}"] = pieces(text)
        shots.append(
            take(tuple(spoken), rate, quote=f"q{number}", tail=draw(st.sampled_from([0.0, 0.2, 0.7])))
        )
    return Timeline("Film", rate, (320, 180), follow(tuple(shots))), quotes


@pytest.mark.slow
@fast
@given(speeches(least=1), st.booleans())
def test_every_approved_word_is_shown_once_in_order_inside_its_take(
    speech: tuple[Timeline, dict[str, tuple[QuotePiece, ...]]], labels: bool
) -> None:
    timeline, quotes = speech
    captions = caption(timeline, quotes, PROFILE, language="en", labels=labels)
    for shot in timeline.takes:
        span = timeline.span(shot)
        cues = [cue for cue in captions.cues if cue.quote == shot.quote]
        shown = " ".join(cue.text for cue in cues)
        assert shown.removeprefix("Amara: ") == " ".join(piece.text for piece in quotes[shot.quote])
        assert all(span.start <= cue.span.start < cue.span.end <= span.end for cue in cues)
    for one, two in pairwise(captions.cues):
        assert one.span.end <= two.span.start
    for cue in captions.cues:
        cue.span.start.frames(timeline.rate)
        cue.span.end.frames(timeline.rate)


@pytest.mark.slow
@fast
@given(speeches(), st.integers(20, 37), st.integers(1, 2))
def test_lines_fit_wherever_their_words_do(
    speech: tuple[Timeline, dict[str, tuple[QuotePiece, ...]]], length: int, lines: int
) -> None:
    timeline, quotes = speech
    profile = replace(PROFILE, wide=replace(PROFILE.wide, characters=length, lines=lines))
    for cue in caption(timeline, quotes, profile, language="en", labels=False).cues:
        assert len(cue.lines) <= lines
        assert max(map(len, cue.lines)) <= length


@pytest.mark.slow
@fast
@given(speeches())
def test_a_cue_is_there_while_its_words_are_said(
    speech: tuple[Timeline, dict[str, tuple[QuotePiece, ...]]],
) -> None:
    timeline, quotes = speech
    captions = caption(timeline, quotes, PROFILE, language="en", labels=False)
    for shot in timeline.takes:
        cues = [cue for cue in captions.cues if cue.quote == shot.quote]
        spoken = words_shown(shot, timeline, quotes[shot.quote], [], editorial=True)
        at = 0
        for cue in (
            cues
        ):  # from a frame around its first word, or on a cut just before it, and until its last is over
            count = len(cue.text.split())
            first, last = spoken[at].span, spoken[at + count - 1].span
            assert (
                -max(Fraction(1, 10), 1 / timeline.rate)
                <= cue.span.start.seconds - first.start.seconds
                <= 1 / timeline.rate
            )
            assert (
                cue.span.end.seconds
                >= min(last.end.seconds, timeline.span(shot).end.seconds) - 1 / timeline.rate
            )
            at += count
        assert at == len(spoken)


# Examples -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Unfortunately nobody asked.", "Bartholomew Featherstone-Ash"),
        ("I went back [to the accident and emergency department] twice that month.", "Amara"),
        ("It [the form that they send to every single household in the whole of the country] went.", "Amara"),
    ],
)
def test_a_label_and_an_insertion_fit_too_where_their_words_do(text: str, speaker: str) -> None:
    found = captioned(text, take(said(text, each=0.8), speaker=speaker), labels=True)
    assert all(len(line) <= PROFILE.wide.characters for cue in found.cues for line in cue.lines), texts(found)
    assert " ".join(texts(found)) == f"{speaker}: {text}"


def test_a_long_word_stands_alone_and_is_not_lost() -> None:
    text = f"They said {'pneumono' * 6} to me."
    assert " ".join(texts(captioned(text))) == text


def test_words_that_were_guessed_at_one_moment_do_not_stop_the_build() -> None:
    """Approved words that the recogniser missed have a guess for a time; several may share a moment, or lie
    past the end.
    """
    text = (
        "They told me that everything in my whole file would be gone by the summer of that very "
        "year, honestly, all of it."
    )
    moment = Span.measured(3.0, 3.001)
    squeezed = tuple(replace(word, span=moment) for word in said(text))
    late = tuple(replace(word, span=Span.measured(90 + n, 91 + n)) for n, word in enumerate(said(text)))
    for words in (squeezed, late):
        shot = replace(take(said(text)), said=words)
        assert " ".join(texts(captioned(text, shot))) == text


def test_a_take_with_fewer_frames_than_cues_is_made_all_the_same() -> None:
    """In and out times with a slip in them: the checks will say that nobody can read this, the build does not
    fall over.
    """
    text = (
        "They told me that everything in my whole file would be gone by the summer of that very "
        "year, honestly, all of it."
    )
    shot = replace(take(said(text)), frames=2)
    assert " ".join(texts(captioned(text, shot))) == text


@pytest.mark.parametrize(
    ("text", "editorial", "wanted"),
    [
        ("It [the form] went.", True, "It [the form] went."),
        ("It [the form] went.", False, "It went."),
        ("[The form] went.", True, "[The form] went."),
        ("It went [away].", True, "It went [away]."),
        ("It – went.", True, "It – went."),
    ],
)
def test_editorial_words_are_shown_or_not(text: str, editorial: bool, wanted: str) -> None:
    assert " ".join(texts(captioned(text, editorial=editorial))) == wanted


@pytest.mark.parametrize(
    ("text", "cut_after", "wanted"),
    [
        ("They saw it … then went.", 2, ["They saw it …", "then went."]),
        ("They saw it. [...] Then went.", 2, ["They saw it.", "Then went."]),
        ("They saw it [the form] … then went.", 2, ["They saw it [the form] …", "then went."]),
        ("They saw it. … [The form] then went.", 2, ["They saw it.", "[The form] then went."]),
        ("They saw it then went.", 2, ["They saw it", "then went."]),
        ("They saw [the form] then went.", 1, ["They saw", "[the form] then went."]),
    ],
)
def test_parts_of_a_quote_together_show_all_of_it(text: str, cut_after: int, wanted: list[str]) -> None:
    one, two = said(text, range(cut_after + 1)), said(text, range(cut_after + 1, 99), at=30)
    found = captioned(text, take(one, part=1, parts=2), take(two, part=2, parts=2))
    assert " ".join(texts(found)).split() == " ".join(wanted).split()
    if "[the form] then" not in text:  # an insertion at a cut may go with either side
        assert texts(found) == wanted


def test_a_label_stands_where_the_speaker_changes_or_was_interrupted() -> None:
    text = "They saw me."
    one, other = take(said(text)), take(said(text), speaker="Ben")
    found = captioned(text, one, one, other, Card(0, 50, "note", "x"), other, one, labels=True)
    assert [(cue.label, cue.text) for cue in found.cues] == [
        (True, "Amara: They saw me."),
        (False, "They saw me."),
        (True, "Ben: They saw me."),
        (True, "Ben: They saw me."),
        (True, "Amara: They saw me."),
    ]


def test_captions_go_to_the_top_where_their_source_says_so() -> None:
    found = caption(
        film(take(said("They saw me."))),
        {"q1": pieces("They saw me.")},
        PROFILE,
        language="en",
        positions={"s1": "top"},
    )
    assert {cue.position for cue in found.cues} == {"top"}


def test_breaks_come_where_sentences_end() -> None:
    found = captioned("They saw the label first. Then, after a long while, they saw me as I am.")
    assert found.cues[0].text == "They saw the label first."


# Names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("Sister Pargeter", "It was Sister Pargeter, there.", "It was [a nurse], there."),
        ("Sister Pargeter", "It was SISTER PARGETER’S.", "It was [a nurse]'s."),
        ("Pargeter", "It was the Pargeters, there.", None),
        ("Pargeter", "It was the Pargeters’ house.", None),
        ("Pargeter", "It was “Pargeter”.", "It was [a nurse]”."),
        ("Pargeter", "Ask Pargeter-Jones.", None),
        ("Anne-Marie", "Ask Anne-Marie, please.", "Ask [a nurse], please."),
        ("Anne-Marie", "Ask Anne Marie, please.", "Ask [a nurse], please."),
        ("Anne Marie", "Ask Anne-Marie, please.", "Ask [a nurse], please."),
        ("Ward Seven", "On Ward Seven, there.", "On [a nurse], there."),
        ("Ward 7", "On Ward Seven, there.", "On [a nurse], there."),
        ("Pargeter", "It was her [Pargeter], there.", None),
        ("Sister Pargeter", "It was her [Sister Pargeter], there.", None),
        ("Pargeter", "It [that is, Pargeter] was there.", None),
    ],
)
def test_a_name_on_the_list_is_never_shown(name: str, text: str, wanted: str | None) -> None:
    shown = " ".join(texts(captioned(text, bleeps=(Bleep("amara", name, "[a nurse]"),))))
    for part in ("pargeter", "anne", "marie", "seven"):
        assert part not in shown.lower()
    if wanted:
        assert shown.replace("“", "") == wanted


def test_ways_a_name_may_sound_are_hidden_too_whosever_list_it_is_on() -> None:
    mine = Bleep("amara", "Pargeter", "[a nurse]", ("Pargiter", "Par Getter"))
    assert texts(captioned("Ask Pargiter or Par Getter.", bleeps=(mine,))) == ["Ask [a nurse] or [a nurse]."]
    bens = replace(mine, contributor="ben")
    assert texts(captioned("Ask Pargeter now.", bleeps=(bens,))) == ["Ask [a nurse] now."]
    ward = Bleep("ben", "Ward 7", "[a ward]")
    assert texts(captioned("On Ward Seven, ward 71.", bleeps=(ward,))) == ["On [a ward], ward 71."]
    assert texts(captioned("Ask the target now.", bleeps=(mine,))) == ["Ask the target now."]


def test_a_hidden_name_keeps_the_time_of_its_words() -> None:
    text = "Ask Sister Pargeter now."
    shot = take(said(text))
    shown = words_shown(
        shot, film(shot), pieces(text), [Bleep("amara", "Sister Pargeter", "[a nurse]")], editorial=True
    )
    plain = words_shown(shot, film(shot), pieces(text), [], editorial=True)
    assert (shown[1].text, shown[1].span) == ("[a nurse]", Span(plain[1].span.start, plain[2].span.end))


# Speakers, marks and colours ------------------------------------------------------------------


def told(
    profile: str,
    *shots: Take | Card,
    text: str = "They saw me.",
    unseen: tuple[str, ...] = (),
    bleeps: tuple[Bleep, ...] = (),
) -> Captions:
    return caption(
        film(*shots), {"q1": pieces(text)}, load_profile(profile), language="en", unseen=unseen, bleeps=bleeps
    )


@pytest.mark.parametrize(
    ("profile", "wanted"),
    [
        ("plain", "Amara: They saw me."),
        ("bbc", "AMARA: They saw me."),
        ("dcmp", "(Amara) They saw me."),
        ("netflix-sdh", "[Amara] They saw me."),
        ("netflix", "They saw me."),
    ],
)
def test_each_house_writes_a_speakers_name_its_own_way(profile: str, wanted: str) -> None:
    (cue,) = told(profile, take(said("They saw me."))).cues
    assert (" ".join(cue.lines), cue.label) == (wanted, wanted != "They saw me.")


def test_where_nobody_is_seen_to_speak_even_netflix_names_them() -> None:
    shot = take(said("They saw me."))
    covered = replace(shot, cutaways=(Cutaway("a.jpg", True, Fraction(0), 0, 20),))
    late = replace(shot, cutaways=(Cutaway("a.jpg", True, Fraction(0), 10, 5),))
    assert texts(told("netflix", covered)) == ["[Amara] They saw me."]
    assert texts(told("netflix", late)) == ["They saw me."]
    assert texts(told("netflix", shot, unseen=("s1",))) == ["[Amara] They saw me."]


def test_a_voice_out_of_vision_has_quotes_that_close_when_it_has_finished() -> None:
    text = "They saw the label first. Then, after a long while, they saw me as I am."
    cues = told("bbc", take(said(text)), text=text, unseen=("s1",)).cues
    assert len(cues) > 1
    assert all(cue.off for cue in cues)
    assert " ".join(cues[0].lines).startswith("AMARA: 'They saw")
    assert all(cue.lines[0].startswith("'") for cue in cues[1:])
    assert [cue.lines[-1].endswith("'") for cue in cues] == [*(False for _ in cues[1:]), True]
    assert not any(cue.off for cue in told("bbc", take(said(text)), text=text).cues)
    assert "'" not in "".join(texts(told("plain", take(said(text)), text=text, unseen=("s1",))))


def test_colours_come_in_the_order_of_first_speaking_and_not_at_all_for_a_crowd() -> None:
    one, other = take(said("They saw me.")), take(said("They saw me."), speaker="Ben")
    assert [cue.colour for cue in told("plain", one, other, one).cues] == ["white", "yellow", "white"]
    assert [cue.colour for cue in told("netflix", one, other, one).cues] == ["white", "white", "white"]
    crowd = [take(said("They saw me."), speaker=name) for name in ("Ann", "Ben", "Cem", "Dee", "Eve")]
    assert {cue.colour for cue in told("plain", *crowd).cues} == {"white"}


def test_two_people_without_names_are_two_people() -> None:
    one = take(said("They saw me."), speaker="A contributor")
    other = replace(one, contributor="ben")
    cues = told("plain", one, other, other).cues
    assert [(cue.label, cue.colour) for cue in cues] == [(True, "white"), (True, "yellow"), (False, "yellow")]


def test_a_pause_of_the_same_speaker_does_not_bring_the_name_back() -> None:
    shot = take(said("They saw me."))
    rest = Hold(0, 50, "q1", "amara", "s1", shot.first + shot.frames - 1, shot.sound)
    assert [cue.label for cue in told("plain", shot, rest, shot).cues] == [True, False]  # type: ignore[arg-type]


def test_a_long_name_on_the_list_is_written_over_lines_that_fit() -> None:
    bleep = Bleep("amara", "Pargeter", "[the accident and emergency nurse in charge]")
    found = captioned("Ask Pargeter now, please.", bleeps=(bleep,))
    assert " ".join(texts(found)) == "Ask [the accident and emergency nurse in charge] now, please."
    assert all(len(line) <= PROFILE.wide.characters for cue in found.cues for line in cue.lines)
    assert [word.text for cue in found.cues for word in cue.words] == [
        "Ask",
        "[the accident and emergency nurse in charge]",
        "now,",
        "please.",
    ]


def test_sounds_and_music_are_written_as_the_profile_does() -> None:
    span = Span[Programme].measured(0, 1)
    written = {
        name: tuple(
            shown(plain_cue(span, (text,), kind=kind), load_profile(name).conventions)  # type: ignore[arg-type]
            for kind, text in (("sound", "door {slams}"), ("music", "a waltz"))
        )
        for name in ("plain", "bbc", "dcmp")
    }
    assert written == {
        "plain": (("[door {slams}]",), ("[a waltz]",)),
        "bbc": (("DOOR {SLAMS}",), ("MUSIC: a waltz",)),
        "dcmp": (("[door {slams}]",), ("♪ a waltz ♪",)),
    }
    assert shown(plain_cue(span, ("as {TEXT} it is",)), PROFILE.conventions) == ("as {TEXT} it is",)


@pytest.mark.parametrize("rate", RATES)
def test_words_of_cues_are_all_the_words_once(rate: Fraction) -> None:
    text = "They saw it [the long form] and then, after a while, they went away."
    cues = caption(film(take(said(text), rate), rate=rate), {"q1": pieces(text)}, PROFILE, language="en").cues
    assert [
        word.text for cue in cues for word in cue.words
    ] == "They saw it [the long form] and then, after a while, they went away.".split()


def test_the_bbc_names_a_speaker_once_who_is_then_seen_and_has_a_colour() -> None:
    text = "They saw me."
    one, other = take(said(text)), take(said(text), speaker="Ben")
    covered = replace(one, cutaways=(Cutaway("a.jpg", True, Fraction(0), 0, 20),))
    cues = told("bbc", one, other, one, Card(0, 50, "scene", "x"), other, covered).cues
    assert [cue.label for cue in cues] == [True, True, False, False, True]
    assert [cue.label for cue in told("bbc", one, other, one, unseen=("s1",)).cues] == [True, True, True]
    crowd = [take(said(text), speaker=name) for name in ("Ann", "Ben", "Cem", "Dee", "Eve", "Ann")]
    assert all(cue.label for cue in told("bbc", *crowd).cues)  # five speakers, four colours
    assert all(cue.label for cue in told("plain", one, other, one).cues)


def test_a_name_that_makes_a_cue_too_fast_is_told_in_the_next_one() -> None:
    """Of somebody who is seen, and has been named: nobody else waits for a name."""
    text, name = "No. As he is in it, I am to go to it as he is.", "Dr Alexandra Okonkwo-Bell"
    one, other = take(said(text), speaker=name), take(said(text), speaker="Ben")
    found = told("plain", one, other, one, text=text)
    assert [cue.label for cue in found.cues] == [True, False, True, False, False, True]
    verdict = check(Judged(found.cues, load_profile("plain")))
    assert not {"speaker", "colour-alone"} & {one.rule for one in verdict.findings}
    covered = replace(one, cutaways=(Cutaway("a.jpg", True, Fraction(0), 0, 20),))
    assert [cue.label for cue in told("plain", one, other, covered, text=text).cues][-2:] == [True, False]
