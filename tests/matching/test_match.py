"""Where quotes were said: found in noisy transcripts, never where they were not, and every approved word kept
once.
"""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.core.time import Span, Time
from pipeline.core.word import Word
from pipeline.matching.match import Haystack, match, settled
from pipeline.matching.match import given as by_hand
from pipeline.matching.model import Answer, Candidate, Match, State
from pipeline.production.quotes import Kind, Pin, Quote
from pipeline.speech.transcript import Transcript, Words

fast = settings(max_examples=60, deadline=None, derandomize=True)

VOCABULARY = (
    "waiting nurse table window corridor letter doctor answer blanket kitchen morning pharmacy "
    "ticket ceiling shoulder "
    "remember listened trusted worried shouted laughed carried written opened quiet gentle honest "
    "purple enormous careful "
    "Tuesday winter garden river bottle pocket button mirror blue stranger neighbour daughter "
    "brother manager student "
    "minutes pounds signed asked looked turned walked waited phoned cried smiled nodded seven chairs "
    "biscuits paper computer"
).split()


def words(text: str, *, at: float = 1.0, confidence: float = 0.9) -> tuple[Word, ...]:
    """Each word takes 0.3 s and is followed by 0.1 s of nothing."""
    return tuple(
        Word(word, Span.measured(at + 0.4 * i, at + 0.4 * i + 0.3), confidence)
        for i, word in enumerate(text.split())
    )


def hay(text: str | tuple[Word, ...], source: str = "amara") -> Haystack:
    return Haystack.of(
        Transcript(source, "en", "test", "", Words.of(words(text) if isinstance(text, str) else text))
    )


def quote(text: str) -> Quote:
    return Quote("q1", "amara", "", text, "", frozenset(), "", None, "", 2)


def found(text: str, heard: str | tuple[Word, ...]) -> Match:
    """Matched by the texts, and by a sound that bears out whatever was approved."""
    return borne_out(match(quote(text), [hay(heard)]))


def borne_out(result: Match) -> Match:
    asked = result.differences
    return settled(result, [Answer.APPROVED] * len(asked)) if asked else result


def best(text: str, heard: str | tuple[Word, ...]) -> Candidate:
    result = found(text, heard)
    assert result.best, result
    return result.best


def approved_in(candidate: Candidate, text: str) -> None:
    """Every spoken piece of the quote is in one stretch and in one only, in order, and stretches hold rising
    times.
    """
    said = [
        word.piece
        for stretch in candidate.stretches
        for word in sorted(stretch.said, key=lambda word: word.piece)
        if word.piece >= 0
    ]
    assert said == [index for index, piece in enumerate(quote(text).pieces) if piece.kind is Kind.SPOKEN]
    for stretch in candidate.stretches:
        assert [word.span.start for word in stretch.said] == sorted(word.span.start for word in stretch.said)
        assert all(
            word.text == quote(text).pieces[word.piece].text for word in stretch.said if word.piece >= 0
        )


# By example -----------------------------------------------------------------------------------

BEFORE, AFTER = "well I went to the hospital on a Monday and", "then I took the bus back home again"


@pytest.mark.parametrize(
    ("approved", "heard", "stretches"),
    [
        ("They saw the label.", "they saw the label", ["they saw the label"]),
        ("They saw the label.", "they saw the lable", ["they saw the lable"]),
        ("I'm 63, and clean.", "I'm sixty three and clean", ["I'm sixty three and clean"]),
        ("I'm sixty-three, and clean.", "I'm 63 and clean", ["I'm 63 and clean"]),
        (("I practise, and organise "
"colour."), "I practice and organize color", ["I practice and organize color"]),
        ("Nobody [at the surgery] asked me twice.", "nobody asked me twice", ["nobody asked me twice"]),
        ("They wanted proof. [...] That's it.", ("they wanted proof of my own address you see so "
"that's it"), ["they wanted proof", "that's it"]),
        ("They wanted it … that's … the point.", ("they wanted it of address that's not all this is "
"the point"), ["they wanted it", "that's", "the point"]),
        ("No. … They sent me home.", ("no said the doctor of course not they sent me "
"home"), ["no", "they sent me home"]),
        ("They sent me home. … Twice.", ("they sent me home with a leaflet about biscuits "
"twice"), ["they sent me home", "twice"]),
        ("It was er still back in time.", ("it was um still, still back in "
"time"), [("it was um still, still back "
"in time")]),
        ("My file is still back there.", ("my file is um still uh it's still back "
"there"), ["my file is", "still back there"]),
        ("The hostel, it was clean.", ("the hostel was um it was fine it was "
"clean"), ["the hostel", "it was clean"]),
        ("I was there, and nobody came.", ("I was there I was there and nobody "
"came"), ["I was there and nobody came"]),
        ("I was … there and nobody came.", ("I was um there and nobody "
"came"), ["I was", "there and nobody came"]),
        ("Ask me how I take my tea.", "ask me how I'd take my tea", ["ask me how I'd take my tea"]),
        ("All of them … I could have papered it.", ("all of them I had nine of those leaflets could "
"have papered it"), ["all of them", "could have papered it"]),
        ("I never took the money.", ("I never really honestly ever wanted or took the "
"money"), ["I never", "took the money"]),
    ],
)  # fmt: skip
def test_what_was_said_is_found_and_nothing_else(approved: str, heard: str, stretches: list[str]) -> None:
    result = found(approved, f"{BEFORE} {heard} {AFTER}")
    assert result.state is State.MATCHED
    assert result.best
    assert [stretch.heard for stretch in result.best.stretches] == stretches
    approved_in(result.best, approved)


def test_what_was_left_out_without_a_mark_is_not_played() -> None:
    parts = best(
        "I was anxious because of it.", f"{BEFORE} I was anxious yes was anxious because of it"
    ).stretches
    assert "yes" not in " ".join(part.heard for part in parts)


def test_words_of_substance_are_cut_out_and_hesitations_are_kept() -> None:
    (one,) = best("We waited for a long time.", "we waited um for a long long time").stretches
    assert [(word.piece, word.text) for word in one.said if word.piece < 0] == [(-1, "um"), (-1, "long")]
    parts = best(
        "We waited for a long time.", "we waited not without biscuits or gentle nurses for a long time"
    ).stretches
    assert [stretch.heard for stretch in parts] == ["we waited", "for a long time"]


def test_a_short_sound_nobody_believes_is_a_difference_all_the_same() -> None:
    """What the recogniser does not believe may have been said. There is no room to cut it out here."""
    heard = (
        *words("we waited"),
        Word("the", Span.measured(1.72, 1.78), 0.1),
        *words("for a long time", at=1.8),
    )
    result = match(quote("We waited for a long time."), [hay(heard)])
    assert (result.state, [one.heard for one in result.differences]) == (State.PARTIAL, ["the"])
    assert borne_out(result).state is State.MATCHED
    assert result.best
    assert ("er", "the") in [(word.text, word.heard) for word in result.best.stretches[0].said]


def test_a_word_without_room_for_a_cut_is_not_cut_out() -> None:
    """VCTK p225_022: an "a" of 40 ms, cut out, left a jump of one frame."""
    tight = Word("a", Span.measured(1.5, 1.54), 0.8)
    heard = (
        Word("effect", Span.measured(1.0, 1.3), 0.9),
        Word("of", Span.measured(1.3, 1.5), 0.9),
        tight,
        *words("super imposition of drops", at=1.54),
    )
    result = match(quote("Effect of super-imposition of drops."), [hay(heard)])
    assert [one.heard for one in result.differences] == ["a"]
    assert result.best
    assert len(result.best.stretches) == 1
    roomy = (
        *heard[:2],
        replace(tight, span=Span.measured(1.7, 1.9)),
        *words("super imposition of drops", at=2.1),
    )
    apart = match(quote("Effect of super-imposition of drops."), [hay(roomy)])
    assert (apart.state, apart.best and len(apart.best.stretches)) == (State.MATCHED, 2)


@pytest.mark.parametrize(
    ("approved", "heard"),
    [
        ("He speaks to the nurse.", "he talks to the nurse"),
        ("A nurse called Beatrice sat down.", "a nurse called me a trist sat down"),
        ("I rarely drank at all then.", "I really drank at all then"),
        ("I was hardly ever sober.", "I was ever sober"),
        ("They saw the label first.", "they saw the labels first"),
        ("I live in the house.", "I lived in the house"),
        ("We waited a long time.", "we waited the long time"),
    ],
)
def test_other_words_are_a_difference_and_never_a_hole(approved: str, heard: str) -> None:
    result = match(quote(approved), [hay(f"{BEFORE} {heard} {AFTER}")])
    assert result.state is State.PARTIAL
    assert result.differences
    assert set(result.answers) == {Answer.NOT_ASKED}
    assert result.best
    assert [stretch.heard for stretch in result.best.stretches] == [heard]
    for answer in (Answer.OPEN, Answer.HEARD, Answer.NOT_ASKED):
        assert settled(result, [answer] * len(result.differences)).state is State.PARTIAL
    for answer in (Answer.APPROVED, Answer.LISTENED):
        assert settled(result, [answer] * len(result.differences)).state is State.MATCHED


@pytest.mark.parametrize("said", ["and then nobody came at all that day", "", "seven blue chairs"])
def test_what_nobody_said_is_not_found(said: str) -> None:
    result = found("They saw the label before they saw me.", f"{BEFORE} {said} {AFTER}")
    assert result.state in (State.NOT_FOUND, State.PARTIAL)


def test_half_of_it_is_partial() -> None:
    result = found(
        "They saw the label before they even saw my worried daughter.",
        f"{BEFORE} they saw the label before they {AFTER}",
    )
    assert result.state is State.PARTIAL


TWICE = f"they saw the label first {BEFORE} they saw the label first {AFTER}"


def test_what_was_said_twice_is_for_a_person_to_choose() -> None:
    result = found("They saw the label first.", TWICE)
    assert result.state is State.AMBIGUOUS
    assert [candidate.heard for candidate in result.candidates[:2]] == ["they saw the label first"] * 2
    assert result.candidates[0].spans[0].overlap(result.candidates[1].spans[0]) == 0


def test_a_part_that_was_said_twice_is_for_a_person_to_choose() -> None:
    """The nearest need not be the one that was meant, however well the rest fits."""
    approved = "They wanted proof of my address. … That is the point of a refuge."
    told = found(
        approved,
        f"they wanted proof of my address {BEFORE} that is the point of a refuge {AFTER} that is the "
        f"point of a refuge",
    )
    assert told.state is State.AMBIGUOUS
    assert [candidate.stretches[0].span for candidate in told.candidates[:2]] == [
        told.candidates[0].stretches[0].span
    ] * 2
    assert told.candidates[0].stretches[1].span < told.candidates[1].stretches[1].span


def test_the_same_sentence_twice_within_a_quote_is_no_question() -> None:
    result = found(
        "Put the kettle on. I mean it. Put the kettle on.",
        f"{BEFORE} put the kettle on I mean it put the kettle on {AFTER}",
    )
    assert result.state is State.MATCHED


def test_what_says_the_opposite_is_no_rival() -> None:
    result = found(
        "You can tell the truth to a doctor.",
        f"you can't tell the truth to a doctor {BEFORE} you can tell the truth to a doctor {AFTER}",
    )
    assert result.state is State.MATCHED
    assert result.best
    assert result.best.heard == "you can tell the truth to a doctor"


def test_an_interruption_is_cut_out() -> None:
    result = found(
        "I went in on the Monday morning and then nobody came to the window.",
        f"well I went in on the Monday morning and mm right and what happened then nobody came to "
        f"the window {AFTER}",
    )
    assert result.state is State.MATCHED
    assert result.best
    assert [stretch.heard for stretch in result.best.stretches] == [
        "I went in on the Monday morning and",
        "then nobody came to the window",
    ]


@pytest.mark.parametrize(
    ("approved", "heard", "said"),
    [
        ("They would go home.", "they'd go home", ["they'd", "", "go", "home"]),
        ("They'd go home.", "they would go home", ["they would", "go", "home"]),
        ("I cannot go home now.", "I can't go home now", ["I", "can't", "go", "home", "now"]),
        (
            "It's gonna be 2.30 at home.",
            "it is going to be half past two at home",
            ["it is", "going to", "be", "half past two", "at", "home"],
        ),
    ],
)
def test_a_heard_word_is_told_once_however_many_it_stands_for(
    approved: str, heard: str, said: list[str]
) -> None:
    (one,) = best(approved, f"{BEFORE} {heard} {AFTER}").stretches
    assert [word.heard for word in sorted(one.said, key=lambda word: word.piece)] == said
    approved_in(best(approved, f"{BEFORE} {heard} {AFTER}"), approved)


def test_it_is_ambiguous_over_sources_too() -> None:
    text = "They saw the label first."
    assert (
        match(
            quote(text),
            [
                hay(TWICE.removeprefix("they saw the label first "), "amara"),
                hay("they saw the label first", "ben"),
            ],
        ).state
        is State.AMBIGUOUS
    )


def test_said_twice_but_once_much_better_is_found() -> None:
    result = found(
        "They saw the label first of all.", f"they say the table {BEFORE} they saw the label first of all"
    )
    assert result.state is State.MATCHED


def test_a_pin_holds_for_these_words_and_no_others() -> None:
    mine, heard = quote("They saw the label first."), hay(TWICE)
    second = match(mine, [heard]).candidates[1]
    pin = Pin("q1", mine.digest, "amara", second.spans)
    pinned = match(mine, [heard], pin)
    assert (pinned.state, pinned.pinned, pinned.best) == (State.MATCHED, True, second)
    shifted = replace(
        pin, spans=tuple(Span(span.start + Fraction(1, 5), span.end + Fraction(1, 5)) for span in pin.spans)
    )
    assert match(mine, [heard], shifted).best == second
    for other in (
        replace(pin, digest=quote("They saw the label.").digest),
        replace(pin, source="ben"),
        replace(pin, spans=(Span.measured(900, 901),)),
    ):
        lapsed = match(mine, [heard], other)
        assert (lapsed.state, lapsed.pinned) == (State.AMBIGUOUS, False)


def test_a_pin_finds_its_place_among_many() -> None:
    many = hay(" ".join(f"they saw the label first {BEFORE}" for _ in range(12)))
    mine = quote("They saw the label first.")
    ninth = Span(many.words[9 * 15].span.start, many.words[9 * 15 + 4].span.end)
    result = match(mine, [many], Pin("q1", mine.digest, "amara", (ninth,)))
    assert result.pinned
    assert result.best
    assert result.best.spans == (ninth,)


def test_a_pin_weighs_and_switches_nothing_off() -> None:
    mine, heard = (
        quote("I can tell the truth to a doctor."),
        hay(f"{BEFORE} I can't tell the truth to a doctor {AFTER}"),
    )
    asked = match(mine, [heard])
    assert asked.state is State.PARTIAL
    assert asked.best
    pinned = match(mine, [heard], Pin("q1", mine.digest, "amara", asked.best.spans))
    assert (pinned.state, pinned.pinned, len(pinned.differences)) == (State.PARTIAL, True, 1)


def test_times_that_a_person_wrote_hold() -> None:
    mine = replace(quote("They saw [really] the label."), pinned_times=Span.measured(1.0, 2.6))
    result = by_hand(mine, hay("they saw the label and then more"))
    assert (result.state, result.pinned) == (State.MATCHED, True)
    assert result.best
    (one,) = result.best.stretches
    assert (one.before, one.after) == (Time(Fraction(1)), Time(Fraction(13, 5)))
    assert [word.piece for word in one.said] == [0, 1, 3, 4]
    unheard = by_hand(mine, hay("something else altogether was heard here"))
    assert (unheard.state, unheard.best and unheard.best.score) == (State.PARTIAL, 0.0)
    assert [one.heard for one in unheard.differences] == ["something else altogether was"]
    assert unheard.best
    assert unheard.best.stretches[0].span == mine.pinned_times
    silent = by_hand(mine, hay(()))
    assert (silent.state, [one.heard for one in silent.differences]) == (State.PARTIAL, [""])


@pytest.mark.parametrize(
    ("text", "heard", "state"),
    [
        ("They saw the label.", "they saw the um label", State.MATCHED),
        ("They saw the label.", "they saw the label and", State.PARTIAL),  # a word after it
        ("They saw the label.", "and they saw the label", State.PARTIAL),  # a word before it
        (
            "They saw … the label.",
            "they saw nothing but the label",
            State.PARTIAL,
        ),  # what was left out, played
        ("They saw it.", "quite other words are heard here and on and on without end", State.PARTIAL),
        ("They saw it.", "we heard that", State.PARTIAL),  # as many words, and none of them
        ("They saw the label.", "they saw the table", State.PARTIAL),
    ],
)
def test_times_that_a_person_wrote_do_not_let_other_words_through(
    text: str, heard: str, state: State
) -> None:
    mine = replace(quote(text), pinned_times=Span.measured(1.0, 1.0 + 0.4 * len(heard.split())))
    assert by_hand(mine, hay(heard)).state is state


def test_half_a_neighbour_within_given_times_is_heard() -> None:
    """Two fifths of a second of a long word are less than half of it, and are played all the same."""
    heard = (Word("liars", Span.measured(0.5, 1.4), 0.9), *words("they saw the label", at=1.5))
    mine = replace(quote("They saw the label."), pinned_times=Span.measured(1.0, 3.0))
    assert [one.heard for one in by_hand(mine, hay(heard)).differences] == ["liars"]
    grazed = replace(mine, pinned_times=Span.measured(1.3, 3.0))
    assert by_hand(grazed, hay(heard)).state is State.MATCHED


def test_times_alone_approve_no_words() -> None:
    mine = replace(quote(""), pinned_times=Span.measured(1.0, 2.6))
    result = by_hand(mine, hay("they saw the label and then more"))
    assert (result.state, [one.heard for one in result.differences]) == (
        State.PARTIAL,
        ["they saw the label"],
    )
    silent = by_hand(mine, hay(()))
    assert silent.best
    assert (silent.state, silent.best.spans, silent.best.score) == (State.MATCHED, (mine.pinned_times,), 0.0)


def test_times_do_not_hold_where_a_negation_was_heard_that_nobody_approved() -> None:
    mine = replace(quote("I can tell the truth."), pinned_times=Span.measured(1.0, 3.0))
    assert by_hand(mine, hay("I can't tell the truth")).state is State.PARTIAL
    assert by_hand(mine, hay("I can tell the truth")).state is State.MATCHED


def test_suspect_words_are_never_found() -> None:
    invented = tuple(replace(word, suspect="loop") for word in words("they saw the label first"))
    assert found("They saw the label first.", invented).state is State.NOT_FOUND


def test_neighbours_are_kept_with_a_stretch() -> None:
    (one,) = best("They saw the label first.", f"{BEFORE} they saw the label first {AFTER}").stretches
    assert [word.text for word in one.lead] == BEFORE.split()[-4:]
    assert [word.text for word in one.trail] == AFTER.split()[:4]
    assert (
        one.lead[-1].span.end
        == one.before
        < one.span.start
        < one.span.end
        < one.after
        == one.trail[0].span.start
    )


@pytest.mark.parametrize(
    "heard",
    [
        "saw the label on my folder first",
        "they saw the label on my folder",
        "they saw label on my folder first",
    ],
)
def test_a_word_that_was_not_heard_is_looked_for_between_the_neighbours_only(heard: str) -> None:
    """Where the aligner fails too, its guessed time decides the cut: it may not reach into a neighbour's
    word.
    """
    (one,) = best("They saw the label on my folder first.", f"{BEFORE} {heard} {AFTER}").stretches
    assert len(one.said) == 8
    assert all(one.before <= word.span.start and word.span.end <= one.after for word in one.said)


# Approved words are never lost, and never shown twice -------------------------------------------


@pytest.mark.parametrize(
    ("approved", "heard"),
    [
        # Words at a join that the recogniser missed, on either side of what is cut out.
        (
            "In the winter I waited many long hours there alone with my worried daughter.",
            (
                "in the winter I waited with seven purple biscuits beside the garden hours there alone "
                "with my worried daughter"
            ),
        ),
        (
            "In the winter I waited four long hours. There alone with my worried daughter.",
            (
                "in the winter I waited four and more purple biscuits beside the garden there alone with "
                "my worried daughter"
            ),
        ),
        # One word of the text stands for two of the transcript, and the other way round.
        ("It cannot be a well-meant note.", "it can not be a well meant note"),
        (
            "It can not be a well meant note, sixty three of them.",
            "it cannot be a well-meant note 63 of them",
        ),
        # A word of the text on either side of what is cut out.
        ("Never again.", "never properly again"),
        # Half a word of the text on either side of it.
        ("And she cannot ever go home.", "and she can Tuesday not ever go home"),
        # Missed at the start, at the end, and in the middle.
        (
            "They saw the label on my folder before they ever saw me.",
            "saw the label on my folder they ever saw",
        ),
    ],
)
def test_an_approved_word_is_in_one_stretch_and_in_one_only(approved: str, heard: str) -> None:
    result = found(approved, f"{BEFORE} {heard} {AFTER}")
    assert result.state is State.MATCHED, result.state
    assert result.best
    approved_in(result.best, approved)


def test_a_part_between_two_ellipses_that_was_not_heard_is_told() -> None:
    """Three sentences were approved; where one is nowhere, it may not vanish from the film without a word."""
    approved = (
        "They wanted proof of my address every single Tuesday. [...] Sounds familiar? [...] That is "
        "sort of the point of a refuge, my daughter said."
    )
    heard = (
        "they wanted proof of my address every single Tuesday and I laughed that is sort of the "
        "point of a refuge my daughter said"
    )
    result = found(approved, f"{BEFORE} {heard} {AFTER}")
    if result.state is State.MATCHED:
        assert result.best
        approved_in(result.best, approved)


@st.composite
def noisy(draw: st.DrawFn) -> tuple[str, str, list[int]]:
    """A quote, a transcript that has it once among other words, and where its words stand there."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    spoken = chance.sample(
        [word for word in VOCABULARY if word != "seven"], draw(st.integers(8, 25))
    )  # a number misheard is for a person
    others = [word for word in VOCABULARY if word not in spoken]
    heard: list[tuple[str, bool]] = [(chance.choice(others), False) for _ in range(draw(st.integers(0, 80)))]
    clean = 0
    for number, word in enumerate(spoken):
        luck = chance.random() if 0 < number < len(spoken) - 1 else 1.0
        if luck < 0.04:  # missed
            continue
        if luck < 0.10:  # misheard
            heard.append((chance.choice(others), True))
            continue
        if luck < 0.15:
            heard.append((chance.choice(["um", "er", word]), True))
        heard.append((word, True))
        clean += 1
    assume(clean >= 0.85 * len(spoken))
    heard += [(chance.choice(others), False) for _ in range(draw(st.integers(0, 80)))]
    text = " ".join(spoken).capitalize() + "."
    return text, " ".join(word for word, _ in heard), [index for index, (_, mine) in enumerate(heard) if mine]


@pytest.mark.slow
@fast
@given(noisy())
def test_planted_quotes_are_found_where_they_are(planted: tuple[str, str, list[int]]) -> None:
    text, heard, places = planted
    result = found(text, heard)
    transcript = words(heard)
    assert result.state is State.MATCHED, (text, heard)
    assert result.best
    approved_in(result.best, text)
    assert result.best.stretches[0].said[0].span.start <= transcript[places[0]].span.start
    assert result.best.stretches[-1].said[-1].span.end >= transcript[places[-1]].span.end
    for stretch in result.best.stretches:
        for word in stretch.said:
            assert (
                word.span.overlap(Span(transcript[places[0]].span.start, transcript[places[-1]].span.end)) > 0
            )
            assert stretch.before <= word.span.start


@pytest.mark.slow
@fast
@given(st.integers(0, 2**32))
def test_a_quote_that_nobody_said_is_never_matched(seed: int) -> None:
    chance = random.Random(seed)
    spoken = chance.sample(VOCABULARY, 10)
    others = [word for word in VOCABULARY if word not in spoken[2:]]  # two of its ten words are said
    result = found(" ".join(spoken), " ".join(chance.choice(others) for _ in range(150)))
    assert result.state in (State.NOT_FOUND, State.PARTIAL)


@fast
@given(
    st.lists(st.sampled_from([*VOCABULARY[:6], "um", "63", "sixty", "three", "can", "not"]), max_size=25),
    st.lists(st.sampled_from([*VOCABULARY[:6], "…", "[so]", "63", "cannot"]), min_size=1, max_size=10),
)
def test_anything_at_all_gives_one_state_and_sound_stretches(heard: list[str], approved: list[str]) -> None:
    """However little text and transcript have to do with each other."""
    result = found(" ".join(approved), " ".join(heard))
    if result.state is State.MATCHED:
        assert result.best
        approved_in(result.best, " ".join(approved))
    for candidate in result.candidates:
        assert 0 <= candidate.score <= 1
        assert 0 <= candidate.coverage <= 1
        starts = [stretch.span.start for stretch in candidate.stretches]
        assert starts == sorted(starts)
        indices = [word.piece for stretch in candidate.stretches for word in stretch.said]
        assert all(
            quote(" ".join(approved)).pieces[index].kind is Kind.SPOKEN for index in indices if index >= 0
        )


@pytest.mark.parametrize(("other", "state"), [(1, State.AMBIGUOUS), (2, State.MATCHED), (3, State.MATCHED)])
def test_a_place_with_one_other_word_of_sixteen_is_too_like_it_and_one_with_two_is_not(
    other: int, state: State
) -> None:
    text = "they saw the label on the door before they saw me at all and nobody asked"
    again = text.split()
    for place, word in [(1, "kept"), (3, "bottle"), (6, "window")][:other]:
        again[place] = word
    between = " ".join(f"filler{number}" for number in range(30))
    assert match(quote(text), [hay(f"{text} {between} {' '.join(again)}")]).state is state
