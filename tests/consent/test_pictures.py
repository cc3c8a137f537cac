"""Who is in a picture: nobody until somebody says so, everybody whom anybody saw, in this very file only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from pipeline.consent.approval_lines import answer, read_answers
from pipeline.consent.gate import Facts, Lists, company, objections, unanswered
from pipeline.consent.model import Answer, Picture
from pipeline.consent.pictures import standing, standings
from pipeline.errors import InputError
from pipeline.production.quotes import USES, Consent

TODAY = date(2025, 6, 1)
DAY = timedelta(days=1)
ANN = Answer("1", "", "b/x.mp4", "aa", frozenset(), True, "Ann", TODAY - DAY, frozenset(USES), None)
AMARA = Consent("amara", "Amara", frozenset({"training"}), frozenset(), TODAY - DAY, TODAY + DAY, None, "", 2)


def said(*answers: Answer, use: str = "training", today: date = TODAY, sha256: str = "aa") -> Picture:
    return standing("b/x.mp4", sha256, answers, use, today)


def test_a_picture_waits_until_somebody_has_looked_at_this_very_file() -> None:
    assert said().state == "waiting"
    assert said(ANN) == replace(said(), state="approved", by="Ann", on=ANN.on, why="")
    changed = said(ANN, sha256="bb")
    assert (changed.state, changed.why) == ("lapsed", "the file changed since Ann said who is in it")
    assert said(replace(ANN, file="other.mp4"), sha256="bb").state == "waiting"
    assert said(replace(ANN, file="other.mp4")).state == "approved", "what is in it counts, not its name"


@pytest.mark.parametrize(
    ("change", "state", "why"),
    [
        ({"yes": False, "note": "that is my mum"}, "refused", "that is my mum"),
        ({"yes": False}, "refused", "said no, or took their yes back"),
        ({"use": frozenset({"public"})}, "waiting", "approved for public, not for training"),
        ({"on": TODAY + DAY}, "waiting", "which is in the future"),
        ({"until": TODAY - DAY}, "expired", "ran out on"),
        ({"until": TODAY}, "approved", ""),
    ],
)
def test_an_answer_holds_for_its_uses_and_days_and_until_it_is_taken_back(
    change: dict[str, object], state: str, why: str
) -> None:
    found = said(replace(ANN, **change))  # type: ignore[arg-type]
    assert found.state == state and why in found.why


def test_everybody_whom_anybody_saw_is_in_it_and_each_ones_last_word_counts() -> None:
    ben = replace(ANN, id="2", by="Ben", people=frozenset({"amara"}))
    assert said(ANN, ben).people == {"amara"}
    assert said(ben, ANN).people == {"amara"}
    assert said(ben, ANN, replace(ben, people=frozenset())).people == frozenset()
    no = replace(ben, yes=False)
    assert said(ANN, no).state == "refused"
    assert said(ANN, no, ben).state == "approved", "the same person says yes again"


def test_a_refusal_names_the_file_and_the_command_to_type() -> None:
    (found,) = unanswered(standings({"b/my x.mp4": "aa"}, [], "training", TODAY))
    assert str(found) == "b/my x.mp4: is shown once a person has said who is in it"
    assert "ourwords approve picture 'b/my x.mp4' --people WHO --by \"NAME\" (WHO: " in found.next_step
    assert unanswered([said(ANN)]) == []


def test_a_draft_shows_what_waits_and_not_what_was_refused() -> None:
    assert unanswered([said()], draft=True) == []
    assert unanswered([said(replace(ANN, yes=False))], draft=True)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({}, ""),
        ({"withdrawn_on": TODAY}, "withdrew"),
        ({"expires_on": TODAY - DAY}, "ran out"),
        ({"scope": frozenset({"workshop"})}, "consents to workshop, not to training"),
        ({"given_on": None}, "no date of consent"),
        ({"anonymise": frozenset({"face"})}, "the face to be disguised"),
        ({"anonymise": frozenset({"voice"})}, "the voice to be disguised"),
    ],
)
def test_whoever_is_in_a_picture_or_a_recording_is_asked_like_whoever_is_quoted(
    change: dict[str, object], why: str
) -> None:
    register = {"amara": replace(AMARA, **change)}  # type: ignore[arg-type]
    found = company([("b/x.mp4", ["amara"])], register, "training", TODAY)
    assert bool(found) is bool(why)
    assert all(why in one.why and one.quote == "b/x.mp4" for one in found)
    assert company([("b/x.mp4", [])], register, "training", TODAY) == []
    lists = Lists({}, register, TODAY, [replace(ANN, people=frozenset({"amara"}))])
    left = objections(Facts("training", frozenset(), {}, pictures={"b/x.mp4": "aa"}), lists)
    assert bool(left) is bool(why), "a film that lies in build/ is held to the same"


def test_somebody_in_a_picture_who_is_in_no_register_is_refused() -> None:
    (found,) = company([("b/x.mp4", ["eve"])], {}, "training", TODAY)
    assert found.why == "is not in the consent register"


def test_a_film_goes_when_its_picture_is_taken_back() -> None:
    film = Facts("training", frozenset(), {}, pictures={"b/x.mp4": "aa"})
    assert objections(film, Lists({}, {}, TODAY, [ANN])) == []
    assert objections(film, Lists({}, {}, TODAY, [ANN, replace(ANN, yes=False)]))
    assert objections(film, Lists({}, {}, TODAY, []))
    draft = replace(film, draft=True)
    assert objections(draft, Lists({}, {}, TODAY, [])) == [], "its watermark says that nobody has said so"
    assert objections(draft, Lists({}, {}, TODAY, [replace(ANN, yes=False)]))


def test_what_is_written_down_is_read_again_and_a_strange_line_is_an_error() -> None:
    line = answer(
        "b/x.mp4", "aa", ["amara"], yes=True, by="Ann", on=TODAY, use=USES, until=TODAY + DAY, note="hm"
    )
    (found,) = read_answers("approvals.jsonl", [line | {"id": "7", "written": "w"}, {"event": "approval"}])
    assert found == Answer(
        "7",
        "w",
        "b/x.mp4",
        "aa",
        frozenset({"amara"}),
        True,
        "Ann",
        TODAY,
        frozenset(USES),
        TODAY + DAY,
        "hm",
    )
    for wrong in ({"people": [1]}, {"yes": "no"}, {"on": "soon"}, {"sha256": None}):
        with pytest.raises(InputError, match="says of no picture who is in it"):
            read_answers("approvals.jsonl", [line | {"id": "7", "written": "w"} | wrong])
