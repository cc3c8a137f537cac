"""When cues come and go, under every house style: nothing flickers, overlaps, or stays over a cut, to the
frame.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.adapters import fonts
from pipeline.captions import burnt
from pipeline.captions.generate import caption
from pipeline.captions.rules import Judged
from pipeline.captions.rules.timing import across_cut
from pipeline.captions.timing import Clock, Spoken, exact, times
from pipeline.edit.timeline import Card, Cutaway, Hold, Timeline
from pipeline.production.configs import load_profile
from pipeline.production.profile import Profile
from pipeline.production.quotes import QuotePiece, pieces
from tests.captions.test_generate import film, said, speeches, take

PROFILES = [load_profile(name) for name in ("bbc", "netflix", "netflix-sdh", "dcmp", "plain")]
fast = settings(max_examples=50, deadline=None, derandomize=True)
each_profile = pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
Quotes = dict[str, tuple[QuotePiece, ...]]


@pytest.mark.slow
@each_profile
@fast
@given(speech=speeches(least=150), size=st.sampled_from([(1280, 720), (720, 720), (720, 1280)]))
def test_every_profile_keeps_its_own_rules(
    profile: Profile, speech: tuple[Timeline, Quotes], size: tuple[int, int]
) -> None:
    """Gaps inside a shot are the house's own or long enough; a cue is inside its shot; lines fit; at every
    rate.
    """
    timeline, quotes = replace(speech[0], size=size), speech[1]
    rate, timing, room = timeline.rate, profile.timing, profile.area(size)
    cues = caption(timeline, quotes, profile, language="en", width=fonts.width).cues
    for one, two in pairwise(cues):
        gap = two.span.start.frames(rate) - one.span.end.frames(rate)
        assert gap >= timing.chain_frames
        if one.quote == two.quote:
            assert gap == timing.chain_frames or gap >= exact(timing.min_gap) * rate
    cuts = tuple(timeline.time(cut) for cut in timeline.cuts)
    assert not list(across_cut(Judged(cues, profile, rate=rate, cuts=cuts)))
    for cue in cues:
        assert len(cue.lines) <= room.lines
        for line in cue.lines:
            assert len(line) <= room.characters
            assert fonts.width(line) <= room.ems(size)


@pytest.mark.slow
@each_profile
@fast
@given(speech=speeches(least=150))
def test_a_cue_comes_with_its_words_and_stays_while_they_are_said(
    profile: Profile, speech: tuple[Timeline, Quotes]
) -> None:
    timeline, quotes = speech
    rate, timing = timeline.rate, profile.timing
    for cue in caption(timeline, quotes, profile, language="en", labels=False).cues:
        first, last = cue.words[0].span.start.seconds, cue.words[-1].span.end.seconds
        start, end = cue.span.start.seconds, cue.span.end.seconds
        assert -max(exact(timing.early), 1 / rate) <= start - first <= max(exact(timing.late), 1 / rate)
        following = timing.chain_frames / rate
        assert end >= last - following - 1 / rate


@each_profile
def test_short_answers_stay_long_enough_to_be_read_where_there_is_time(profile: Profile) -> None:
    (cue,) = caption(film(take(said("Yes."), tail=3.0)), {"q1": pieces("Yes.")}, profile, language="en").cues
    assert cue.span.duration >= exact(profile.timing.min_seconds)


def test_a_name_before_the_words_takes_time_to_read() -> None:
    bbc = PROFILES[0]
    text = "They saw me there."
    plain, labelled = (
        caption(
            film(take(said(text), tail=6.0)), {"q1": pieces(text)}, bbc, language="en", labels=labels
        ).cues[0]
        for labels in (False, True)
    )
    assert labelled.span.duration - plain.span.duration <= exact(bbc.timing.label_seconds)
    clock = Clock(bbc.timing, Fraction(25))
    cue = Spoken(Fraction(0), Fraction(10), 2, True, 0, 500)
    assert clock.needed(cue) - clock.needed(replace(cue, label=False)) == 25


def test_netflix_leaves_two_frames_and_the_bbc_none() -> None:
    text = "They saw the label first. Then, after a long while, they saw me as I am."
    for profile, gap in ((PROFILES[0], 0), (PROFILES[1], 2)):
        one, two, *_ = caption(
            film(take(said(text))), {"q1": pieces(text)}, profile, language="en", labels=False
        ).cues
        assert (two.span.start - one.span.end) * 25 == gap


def test_a_cue_stays_into_the_pause_in_which_its_picture_stands_and_no_further() -> None:
    shot = take(said("They saw me."), tail=0.2)
    rest = Hold(0, 50, "q1", "amara", "s1", shot.first + shot.frames - 1, shot.sound)
    before = replace(rest, first=shot.first)
    timeline = film(shot, rest, Card(0, 50, "note", "x"))
    quotes = {"q1": pieces("They saw me.")}
    assert timeline.cuts == (timeline.shots[2].at,)
    (cue,) = caption(timeline, quotes, PROFILES[0], language="en").cues
    assert timeline.time(shot.frames) < cue.span.end <= timeline.time(timeline.shots[2].at)
    for other in (before, replace(rest, angle="b")):
        timeline = film(shot, other)
        assert timeline.cuts == (shot.frames,)
        assert caption(timeline, quotes, PROFILES[0], language="en").cues[0].span.end <= timeline.time(
            shot.frames
        )
    covered = replace(shot, cutaways=(Cutaway("a.jpg", True, Fraction(0), shot.frames - 5, 5),))
    assert film(covered, rest).cuts == (shot.frames,)


def test_a_cue_begins_on_the_cut_that_is_near_and_not_on_one_that_is_too_early_for_the_ear() -> None:
    plain = PROFILES[4].timing
    rate = Fraction(25)
    for start, wanted in ((Fraction(2), 0), (Fraction(5, 2), 0), (Fraction(4), 4), (Fraction(12), 12)):
        ((begins, _),) = times([Spoken(start, Fraction(60), 3, False, 0, 100)], plain, rate)
        assert begins == wanted, start
    ((begins, _),) = times([Spoken(Fraction(20), Fraction(60), 3, False, 0, 100, (23,))], plain, rate)
    assert begins == 23
    ((begins, _),) = times([Spoken(Fraction(20), Fraction(60), 3, False, 0, 100, (26,))], plain, rate)
    assert begins == 20


def test_a_gap_over_a_cut_is_closed_or_opened() -> None:
    """The BBC's second cue comes with its picture; ours, whose words come late, lets the first go a little
    sooner.
    """
    one, two = (
        Spoken(Fraction(0), Fraction(80), 6, False, 0, 100),
        Spoken(Fraction(110), Fraction(170), 6, False, 100, 200),
    )
    (_, end), (start, _) = times([one, two], PROFILES[0].timing, Fraction(25))
    assert (end, start) == (100, 100)
    (_, end), (start, _) = times([one, two], PROFILES[4].timing, Fraction(25))
    assert (end, start) == (85, 110)


def test_a_cue_never_waits_for_the_next_until_it_is_read_twice() -> None:
    one, two = (
        Spoken(Fraction(0), Fraction(120), 6, False, 0, 900),
        Spoken(Fraction(160), Fraction(200), 4, False, 0, 900),
    )
    (_, end), (start, _) = times([one, two], PROFILES[4].timing, Fraction(25))
    assert (end, start) == (135, 160)  # 25 frames apart: touching, it would be there for 6.4 seconds
    steady = replace(two, start=Fraction(145))
    (_, end), (start, _) = times([one, steady], PROFILES[4].timing, Fraction(25))
    assert end == start == 145


def test_a_cue_that_stays_into_a_pause_is_burnt_into_both_shots_and_cut_to_each() -> None:
    shot = take(said("They saw me."), tail=0.2)
    timeline = film(
        shot,
        Hold(0, 50, "q1", "amara", "s1", shot.first + shot.frames - 1, shot.sound),
        Card(0, 50, "note", "x"),
    )
    captions = caption(timeline, {"q1": pieces("They saw me.")}, PROFILES[0], language="en")
    during = [burnt.captions_of(shot, timeline, captions) for shot in timeline.shots]
    assert [len(cues) for cues in during] == [1, 1, 0]
    (first,), (second,), _ = during
    assert first.span.end == second.span.start == timeline.time(shot.frames)
    assert (first.span.start, second.span.end) == (captions.cues[0].span.start, captions.cues[0].span.end)
    drawn = [
        burnt.ass(shot, timeline, cues, PROFILES[0], "Font", "")
        for shot, cues in zip(timeline.shots, during, strict=True)
    ]
    assert ["They saw me." in text for text in drawn] == [True, True, False]
    assert "Dialogue: 0,0:00:00.00," in drawn[1]


@each_profile
def test_numbers_of_another_film_rate_hold_to_the_frame(profile: Profile) -> None:
    """At 29.97 a least is never a frame short and a most never a frame long."""
    clock = Clock(profile.timing, Fraction(30000, 1001))
    least = clock.least(profile.timing.min_gap) / clock.rate
    assert exact(profile.timing.min_gap) <= least < exact(profile.timing.min_gap) + 1 / clock.rate
    assert (
        exact(profile.timing.max_seconds) - 1 / clock.rate
        < clock.most(profile.timing.max_seconds) / clock.rate
        <= exact(profile.timing.max_seconds)
    )


def test_a_cue_that_could_not_be_read_comes_sooner_and_stays_longer_where_there_is_quiet() -> None:
    """As far as the profile lets it, and after whoever spoke before is over and read; else with its words."""
    before = Spoken(Fraction(0), Fraction(40), 4, False, 0, 400, letters=10)
    fast = Spoken(Fraction(100), Fraction(130), 9, False, 0, 400, letters=60)
    slow = replace(fast, letters=10)
    for profile in PROFILES:
        timing, speed, rate = profile.timing, profile.speed.warn, Fraction(25)
        _, (start, end) = times([before, fast], timing, rate, speed)
        assert exact(fast.start - start) <= exact(timing.early) * rate
        over = (timing.linger + timing.min_gap) * 25
        assert end - fast.end <= over and (end - start >= 60 / speed * 25 or end - fast.end > over - 1)
        _, (start, _) = times([before, slow], timing, rate, speed)
        assert start == 100
        _, (start, _) = times([replace(before, end=Fraction(99)), fast], timing, rate, speed)
        assert start >= 99


def test_a_cue_that_comes_sooner_leaves_the_one_before_its_time_and_does_not_flash_after_a_cut() -> None:
    bbc, rate = PROFILES[0], Fraction(25)
    before = Spoken(Fraction(0), Fraction(40), 9, False, 0, 400, letters=50)
    fast = Spoken(Fraction(100), Fraction(130), 9, False, 0, 400, letters=80)
    (_, end), (start, _) = times([before, fast], bbc.timing, rate, bbc.speed.warn)
    assert end == start >= 50 / bbc.speed.warn * 25
    alone = Spoken(Fraction(20), Fraction(40), 9, False, 0, 70, letters=40)
    for wanted in range(40, 60):
        ((start, _),) = times([replace(alone, letters=wanted, start=Fraction(20))], bbc.timing, rate, 20.0)
        assert start == 0 or start > bbc.timing.snap_frames
