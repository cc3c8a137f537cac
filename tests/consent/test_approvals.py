"""Approvals hold while what was seen is there, and lapse in plain words when it is not."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from pipeline.consent.approvals import Terms, differences, refusals, standings
from pipeline.consent.model import Approval, Seen, Standing, digest_of
from pipeline.production.quotes import Quote

TODAY = date(2026, 6, 1)
DAY = timedelta(days=1)
TERMS = Terms("training", TODAY, 0.2, 60)
QUOTE = Quote(
    "q1", "amara", "", "They saw the label.", "", frozenset({"training"}), "the group", TODAY - DAY, "", 2
)

WORDING: Seen = {"words": "They saw the label."}
CUT: dict[str, Any] = {
    "words": "They saw the label.",
    "parts": [{"source": "amara", "from": "10.00", "to": "12.50"}],
    "scene": "The label",
    "before": {"quote": "q0", "words": "aa"},
    "after": {},
    "prompts": ["What did you see?"],
    "disguise": [],
    "hidden": [],
    "hidden for": "0",
    "pictures": [],
}
CAPTIONS: dict[str, Any] = {
    "profile": "bbc",
    "cues": [
        {
            "lines": ["They saw", "the label."],
            "from": "0.04",
            "to": "2.4",
            "position": "bottom",
            "speaker": "Amara",
            "kind": "speech",
            "off": False,
        }
    ],
}


def yes(kind: str = "wording", seen: Seen = WORDING, **change: Any) -> Approval:
    one = Approval(
        "1",
        "2026-05-01",
        kind,
        "q1",
        True,
        "Amara",
        TODAY - 10 * DAY,
        frozenset({"training"}),
        None,
        seen,
        digest_of(seen),
    )
    return replace(one, **change)


def standing(
    *said: Approval, quote: Quote = QUOTE, now: Seen = WORDING, kind: str = "wording", terms: Terms = TERMS
) -> Standing:
    (one,) = standings([(quote, "amara")], {"q1": {kind: now}}, said, terms)
    return one


def test_a_yes_to_what_is_there_is_an_approval() -> None:
    one = standing(yes())
    assert (one.state, one.by, one.held, one.changes) == ("approved", "Amara", True, ())
    assert not refusals([one], ["wording"], held=True)


@pytest.mark.parametrize(
    ("said", "state", "why"),
    [
        ([], "waiting", "nobody has said yes"),
        (
            [yes("cut", CUT, use=frozenset({"workshop"}))],
            "waiting",
            "approved for workshop, not for training",
        ),
        ([yes("cut", CUT, until=TODAY - DAY)], "expired", "ran out on 2026-05-31"),
        ([yes("cut", CUT, on=TODAY + DAY)], "waiting", "in the future"),
        ([yes("cut", CUT, digest="00")], "waiting", "the ledger's line was changed"),
        (
            [yes("cut", CUT), yes("cut", CUT, id="2", yes=False, note="not my jumper")],
            "refused",
            "not my jumper",
        ),
        ([yes("cut", CUT), yes("cut", CUT, id="2", yes=False, by="Ben")], "refused", "said no"),
        ([yes("cut", {**CUT, "prompts": []})], "lapsed", "it changed since"),
    ],
)
def test_what_is_not_an_approval_is_refused_and_says_why(said: list[Approval], state: str, why: str) -> None:
    one = standing(*said, now=CUT, kind="cut")
    assert one.state == state
    assert why in one.why
    (refusal,) = refusals([one], ["cut"], held=False)
    assert (refusal.quote, refusal.contributor) == ("q1", "amara")
    assert not refusals([one], ["wording"], held=False), "nobody asked for the cut"


@pytest.mark.parametrize(
    "change",
    [
        {"until": TODAY},
        {"until": TODAY + 400 * DAY},
        {"use": frozenset({"training", "public"})},
        {"on": TODAY},
    ],
)
def test_an_approval_in_date_and_scope_holds(change: dict[str, Any]) -> None:
    assert standing(yes("cut", CUT, **change), now=CUT, kind="cut").state == "approved"


def test_a_no_stands_until_the_same_person_says_yes() -> None:
    no = yes("cut", CUT, id="2", yes=False, by="Ben")
    assert standing(no, yes("cut", CUT, id="3"), now=CUT, kind="cut").state == "refused"
    assert standing(no, yes("cut", CUT, id="3", by="Ben"), now=CUT, kind="cut").state == "approved"


def test_what_runs_out_soon_is_told() -> None:
    assert standing(yes(until=TODAY + 60 * DAY)).soon
    assert not standing(yes(until=TODAY + 61 * DAY)).soon


def test_the_list_is_enough_for_a_draft_and_not_for_a_final_film() -> None:
    one = standing()
    assert (one.state, one.held, one.by) == ("approved", False, "the group")
    assert not refusals([one], ["wording"], held=False)
    assert "ourwords approve wording --listed" in str(refusals([one], ["wording"], held=True)[0].next_step)


def test_words_that_changed_lapse_unless_the_list_was_approved_anew() -> None:
    other = {"words": "They saw a label."}
    old = yes(seen=other)
    assert standing(old).state == "approved", "the list is dated after the ledger"
    lapsed = standing(old, quote=replace(QUOTE, approved_on=TODAY - 20 * DAY))
    assert (lapsed.state, lapsed.changes) == ("lapsed", ("the words changed: “a” is now “the”",))
    assert "needs approval again" in str(refusals([lapsed], ["wording"], held=False)[0])


# What changed, in words -------------------------------------------------------------------------


def cut(**change: Any) -> dict[str, Any]:
    return deepcopy({**CUT, **change})


@pytest.mark.parametrize(
    ("now", "says"),
    [
        (cut(words="They saw the label first."), "the words changed: “label.” is now “label first.”"),
        (
            cut(parts=[{"source": "amara", "from": "10.00", "to": "12.9"}]),
            "it ends 0.4 seconds later, so more is heard",
        ),
        (
            cut(parts=[{"source": "amara", "from": "10.30", "to": "12.50"}]),
            "it starts 0.3 seconds later, so less is heard",
        ),
        (
            cut(parts=[{"source": "ben", "from": "10.00", "to": "12.50"}]),
            "it was from the recording amara, and is now from ben",
        ),
        (
            cut(parts=[*CUT["parts"], {"source": "amara", "from": "20", "to": "21"}]),
            "it was in 1 piece(s), and is now in 2",
        ),
        (cut(before={"quote": "q7", "words": "aa"}), "right before it was q0, and is now q7"),
        (cut(before={"quote": "q0", "words": "bb"}), "the words of q0, right before it, changed"),
        (cut(after={"quote": "q2", "words": "aa"}), "right after it was no quote, and is now q2"),
        (cut(scene="Before"), "its scene was “The label”, and is now “Before”"),
        (cut(prompts=[]), "the question asked after it was “What did you see?”, and is now nothing"),
        (cut(disguise=["face"]), "how they are disguised was nothing, and is now “face”"),
        (cut(hidden=["[ward name]"]), "what is hidden in it was nothing, and is now “[ward name]”"),
        (cut(**{"hidden for": "0.8"}), "0.0 seconds of it were hidden in the sound, now 0.8"),
        (
            cut(pictures=["b-roll/mugs.mp4"]),
            "the pictures laid over it was nothing, and is now “b-roll/mugs.mp4”",
        ),
    ],
)
def test_a_cut_that_changed_is_told(now: Seen, says: str) -> None:
    assert list(differences("cut", CUT, now, 0.2)) == [says]


@pytest.mark.parametrize(
    "now",
    [cut(), cut(parts=[{"source": "amara", "from": "10.15", "to": "12.35"}]), cut(**{"hidden for": "0.1"})],
)
def test_a_cut_within_the_tolerance_is_the_same(now: Seen) -> None:
    assert not list(differences("cut", CUT, now, 0.2))


@pytest.mark.parametrize(
    ("cue", "says"),
    [
        ({"lines": ["They saw the", "label."]}, "the words changed"),
        ({"from": "0.5"}, "the caption “They saw the label.” moved by 0.5 seconds"),
        ({"position": "top"}, "was at the bottom, and is now at the top"),
        (
            {"speaker": "Ben"},
            "the caption “They saw the label.” was said to be Amara's, and is now said to be Ben's",
        ),
        ({"kind": "sound"}, "was marked as speech, and is now marked as sound"),
        ({"off": True}, "said that whoever speaks is seen, and now says that whoever speaks is not seen"),
    ],
)
def test_captions_that_changed_are_told(cue: dict[str, Any], says: str) -> None:
    now = {"profile": "bbc", "cues": [{**CAPTIONS["cues"][0], **cue}]}
    (told,) = differences("captions", CAPTIONS, now, 0.2)
    assert says in told
    assert list(differences("captions", CAPTIONS, {**CAPTIONS, "profile": "plain"}, 0.2)) == [
        "the captions' style was bbc, and is now plain"
    ]
    assert not list(differences("captions", CAPTIONS, deepcopy(CAPTIONS), 0.2))


def test_captions_approved_before_their_speakers_were_kept_are_asked_for_again() -> None:
    before = {
        "profile": "bbc",
        "cues": [
            {
                key: value
                for key, value in CAPTIONS["cues"][0].items()
                if key not in ("speaker", "kind", "off")
            }
        ],
    }
    one = standing(yes("captions", before), now=CAPTIONS, kind="captions")
    assert one.state == "lapsed"
    assert one.changes == (
        "it was approved before approvals said whose words each caption is, and whether its speaker is seen",
    )
    assert standing(yes("captions", CAPTIONS), now=CAPTIONS, kind="captions").state == "approved"


def test_another_camera_is_another_cut() -> None:
    beside = {**CUT, "parts": [{**CUT["parts"][0], "angle": "b"}]}
    assert list(differences("cut", CUT, beside, 0.2)) == [
        "it was seen from the recording's own camera, and is now seen from camera b"
    ]
    assert list(differences("cut", beside, CUT, 0.2)) == [
        "it was seen from camera b, and is now seen from the recording's own camera"
    ]
    assert not list(differences("cut", beside, deepcopy(beside), 0.2))
