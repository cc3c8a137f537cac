"""What is said to help with words that were said fast helps: the pause is put in, and they can be read."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pipeline.captions.generate import caption
from pipeline.captions.relief import Relief, relief
from pipeline.captions.rules import Judged, check
from pipeline.edit.timeline import Card, Cutaway, Hold, Take, Timeline, follow
from pipeline.production.configs import load_profile, profile_names
from pipeline.production.profile import Profile
from pipeline.production.quotes import pieces
from tests.captions.test_generate import film, said, take

PROFILES = [load_profile(name) for name in profile_names()]
TEXT = "Nobody had ever told me that there was anything like that."


def shot(text: str, each: float) -> Take:
    return take(said(text, each=each, gap=0.02), tail=0.1)


def helped(
    text: str, each: float, profile: Profile, pause: float = 0.0
) -> tuple[Timeline, dict[int, Relief]]:
    """The film of a quote with a pause after it, and what would help its captions."""
    one = shot(text, each)
    rest = Hold(0, max(1, round(pause * 25)), "q1", "amara", "s1", one.first + one.frames - 1, one.sound)
    shots = (one, rest, Card(0, 50, "note", "x"))
    timeline = Timeline("Film", Fraction(25), (320, 180), follow(shots if pause else shots[::2]))
    captions = caption(timeline, {"q1": pieces(text)}, profile, language="en", labels=False)
    found = relief(captions, timeline, profile)
    fast = check(Judged(captions.cues, profile), {"reading-speed"}).findings
    assert {one.cue for one in fast} == set(found)
    return timeline, found


@pytest.mark.parametrize("each", [0.12, 0.2, 0.26])
@pytest.mark.parametrize("profile", PROFILES, ids=profile_names())
def test_the_pause_that_is_named_is_enough_and_no_longer_than_it_must_be(
    profile: Profile, each: float
) -> None:
    _, found = helped(TEXT, each, profile)
    for number, one in found.items():
        if number == max(found):
            text = " ".join(TEXT.split()[: len(TEXT.split()) - one.words])
            _, left = helped(text, each, profile, one.pause)
            assert not left or max(left) < number
            if one.pause > 0.2 and not one.words:
                _, left = helped(text, each, profile, one.pause - 0.2)
                assert max(left) == number


def test_slow_words_need_no_help_and_a_cutaway_at_the_end_is_in_the_way() -> None:
    bbc = load_profile("bbc")
    assert helped(TEXT, 0.5, bbc)[1] == {}
    one = shot(TEXT, 0.2)
    under = replace(one, cutaways=(Cutaway("a.png", True, Fraction(0), one.frames - 10, 10),))
    timeline = film(under, Card(0, 50, "note", "x"))
    captions = caption(timeline, {"q1": pieces(TEXT)}, bbc, language="en", labels=False)
    found = relief(captions, timeline, bbc)
    told = str(found[max(found)])
    assert found[max(found)].covered and "take the cutaway off the end of q1, and give q1 a pause of" in told


def test_it_is_told_in_words() -> None:
    assert str(Relief("q3", 0.8, 1.6, 1)) == (
        "it is 0.8 s short of being read at ease: end q3 1 word sooner, and give q3 a pause of 1.6 s more "
        "after it ([[scene.pause]], after)"
    )
