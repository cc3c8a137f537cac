"""The LMS of the tests is strict: it takes what is right, and refuses what is wrong for its reason."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest

from tests.delivery.fake_lms import ADL, CATEGORY, SESSION, VIDEO, Json, Lms, Session, Wrong, open_lms

EXTENSION = f"{VIDEO}/extensions/"


@pytest.fixture
def lms() -> Lms:
    return Lms(lambda name: None)


@pytest.fixture
def session(lms: Lms) -> Session:
    return lms.launch()[0]


def statement(lms: Lms, session: Session, verb: str, second: int = 0) -> Json:
    """A statement as it should be: of cmi5 and of the video profile where both have the verb."""
    own = verb in ("played", "paused", "seeked")
    named = [VIDEO]
    if verb in ("initialized", "completed", "terminated"):
        named.append(CATEGORY["cmi5"])
    if verb == "completed":
        named.append(CATEGORY["moveon"])
    at = {"time-from": 3.5, "time-to": 2} if verb == "seeked" else {"time": 3.5}
    if verb in ("paused", "completed", "terminated"):
        at |= {"progress": 0.5, "played-segments": "0.000[.]3.500[,]2.000[.]4.000"}
    told = {"length": 24, "session-id": str(uuid4()), "completion-threshold": 0.9}
    if verb == "interacted":
        told["volume"] = 0.5
    result: Json = {"extensions": {EXTENSION + name: value for name, value in at.items()}}
    if verb in ("completed", "terminated"):
        result["duration"] = "PT3.50S"
    if verb == "completed":
        result["completion"] = True
    template = lms.template(session)
    return {
        "id": str(uuid4()),
        "actor": lms.actor,
        "verb": {"id": (f"{VIDEO}/verbs/" if own else ADL) + verb, "display": {"en": verb}},
        "object": {
            "objectType": "Activity",
            "id": lms.activity,
            "definition": {"type": f"{VIDEO}/activity-type/video"},
        },
        **({} if verb == "initialized" else {"result": result}),
        "context": {
            **template,
            "registration": session.registration,
            "contextActivities": {
                **template["contextActivities"],
                "category": [{"id": one} for one in named],
            },
            "extensions": {**template["extensions"], **{EXTENSION + k: v for k, v in told.items()}},
        },
        "timestamp": f"2026-03-01T10:00:{second:02}.000Z",
    }


def said(lms: Lms, session: Session, *verbs: str) -> None:
    lms.take(session, [statement(lms, session, verb, second) for second, verb in enumerate(verbs)])


def test_a_whole_session_is_taken(lms: Lms, session: Session) -> None:
    said(lms, session, *"initialized played paused seeked interacted completed terminated".split())
    assert session.verbs[-1] == "terminated"


def test_the_same_statement_twice_is_one_and_another_with_its_id_is_refused(
    lms: Lms, session: Session
) -> None:
    first = statement(lms, session, "initialized")
    lms.take(session, [first])
    lms.take(session, [first])
    assert session.verbs == ["initialized"]
    with pytest.raises(Wrong, match="another statement has this id") as refused:
        lms.take(session, [{**first, "timestamp": "2026-03-01T10:00:09.000Z"}])
    assert refused.value.status == 409


def test_of_several_all_are_taken_or_none(lms: Lms, session: Session) -> None:
    good, bad = statement(lms, session, "initialized"), statement(lms, session, "completed", 1)
    del bad["result"]["duration"]
    with pytest.raises(Wrong):
        lms.take(session, [good, bad])
    assert session.said == []


Change = Callable[[Json], object]


def breaks() -> Iterator[tuple[str, Change, str]]:
    """A statement, what is done to it, and why it is refused."""
    yield "initialized", lambda s: s.pop("id"), "no id"
    yield "initialized", lambda s: s.update(id="one"), "no id"
    yield "initialized", lambda s: s.update(timestamp="2026-03-01T10:00:00+02:00"), "not in UTC"
    yield "initialized", lambda s: s.update(name="Somebody"), "unknown part"
    yield "initialized", lambda s: s.pop("verb"), "malformed"
    yield "initialized", lambda s: s["verb"].pop("display"), "no display"
    yield "initialized", lambda s: s.update(actor={"mbox": "mailto:a@b.example"}), "not the one of the launch"
    yield "initialized", lambda s: s["object"].update(id="urn:x:1"), "not the activity"
    yield "initialized", lambda s: s["context"].update(registration=str(uuid4())), "registration is another"
    yield "initialized", lambda s: s["context"]["extensions"].pop(SESSION), "template was not kept"
    yield "initialized", lambda s: s["context"]["contextActivities"].pop("grouping"), "grouping was not kept"
    yield "initialized", lambda s: s["context"].update(platform="ours"), "template was not kept"
    yield (
        "initialized",
        lambda s: s["context"]["extensions"].pop(EXTENSION + "length"),
        "says in its context only",
    )
    yield "completed", lambda s: s["result"].pop("completion"), "completion belongs to completed"
    yield "completed", lambda s: s["result"].update(completion=False), "completion is true"
    yield "completed", lambda s: s["result"].pop("duration"), "has no duration"
    yield "completed", lambda s: s["result"].update(duration="3.5 s"), "has no duration"
    yield "completed", lambda s: s["result"].update(score={"scaled": 1}), "a score belongs"
    yield "completed", lambda s: s["context"]["contextActivities"]["category"].pop(), "moveon is for"
    yield "terminated", lambda s: s["result"].update(success=True), "success belongs"
    yield "terminated", lambda s: s["result"].pop("duration"), "has no duration"
    yield (
        "terminated",
        lambda s: s["context"]["contextActivities"]["category"].append({"id": CATEGORY["moveon"]}),
        "moveon",
    )
    yield "played", lambda s: s["verb"].update(id=ADL + "played"), "the video profile has no"
    yield "played", lambda s: s["result"]["extensions"].pop(EXTENSION + "time"), "says in its result only"
    yield "played", lambda s: s["context"]["contextActivities"]["category"].clear(), "without its category"
    yield "played", lambda s: s["object"]["definition"].update(type="urn:x:film"), "is no video"
    yield (
        "paused",
        lambda s: s["result"]["extensions"].pop(EXTENSION + "played-segments"),
        "in its result only",
    )
    yield (
        "paused",
        lambda s: s["result"]["extensions"].update({EXTENSION + "played-segments": "0-3"}),
        "another way",
    )
    yield (
        "paused",
        lambda s: s["result"]["extensions"].update({EXTENSION + "progress": 1.5}),
        "progress is 1.5",
    )
    yield (
        "paused",
        lambda s: s["result"]["extensions"].update({EXTENSION + "time": 1.23456}),
        "time is 1.23456",
    )
    yield (
        "paused",
        lambda s: s["context"]["extensions"].update({EXTENSION + "session-id": "7"}),
        "random UUID",
    )
    yield (
        "paused",
        lambda s: s["result"]["extensions"].update({EXTENSION + "notes": "x"}),
        "no such extension",
    )
    yield "interacted", lambda s: s["context"]["extensions"].pop(EXTENSION + "volume"), "no interaction"
    yield (
        "interacted",
        lambda s: s["context"]["extensions"].update({EXTENSION + "cc-enabled": True}),
        "no such ext",
    )


@pytest.mark.parametrize(("verb", "change", "why"), list(breaks()))
def test_each_flaw_of_a_statement_is_refused(
    lms: Lms, session: Session, verb: str, change: Change, why: str
) -> None:
    if verb != "initialized":
        said(lms, session, "initialized")
    good = statement(lms, session, verb, 1)
    bad = copy.deepcopy(good)
    change(bad)
    with pytest.raises(Wrong, match=why):
        lms.take(session, [bad])
    lms.take(session, [good])


@pytest.mark.parametrize(
    ("verbs", "why"),
    [
        ("played", "initialized is the first"),
        ("completed", "initialized is the first"),
        ("initialized initialized", "initialized is the first"),
        ("initialized terminated played", "after terminated"),
        ("initialized terminated completed", "after terminated"),
        ("initialized completed completed", "a second time"),
    ],
)
def test_each_wrong_order_is_refused(lms: Lms, session: Session, verbs: str, why: str) -> None:
    with pytest.raises(Wrong, match=why):
        said(lms, session, *verbs.split())


def test_completed_again_in_another_session_and_an_older_statement_are_refused(
    lms: Lms, session: Session
) -> None:
    said(lms, session, "initialized", "completed", "terminated")
    second, _ = lms.launch(registration=session.registration)
    said(lms, second, "initialized", "played")
    with pytest.raises(Wrong, match="a second time"):
        lms.take(second, [statement(lms, second, "completed", 5)])
    with pytest.raises(Wrong, match="older than the one before"):
        lms.take(second, [statement(lms, second, "paused", 0)])


@pytest.mark.parametrize("mode", ["Browse", "Review"])
def test_completion_is_refused_where_nobody_is_measured(lms: Lms, mode: str) -> None:
    session, _ = lms.launch(mode)
    with pytest.raises(Wrong, match=f"not for {mode}"):
        said(lms, session, "initialized", "completed")


def asked(method: str, url: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        with urlopen(Request(url, body, named, method=method), timeout=5) as answer:
            return answer.status, answer.read()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read()


def test_the_token_is_given_once_and_no_request_is_heard_without_it() -> None:
    with open_lms(lambda name: None) as lms:
        session, url = lms.launch()
        given = dict(parse_qsl(urlsplit(url).query))
        assert asked("GET", given["fetch"])[0] == 405
        assert b"auth-token" in asked("POST", given["fetch"])[1]
        assert b"already been returned" in asked("POST", given["fetch"])[1]
        kinds = {"Authorization": f"Basic {session.token}", "X_Experience_API_Version": "1.0.3"}
        shelf = urlencode(
            {
                "activityId": lms.activity,
                "agent": json.dumps(lms.actor),
                "registration": session.registration,
                "stateId": "LMS.LaunchData",
            }
        )
        state = f"{given['endpoint']}activities/state?{shelf}"
        assert asked("GET", state, **kinds)[0] == 200
        assert asked("GET", state, **kinds | {"Authorization": "Basic other"})[0] == 401
        assert asked("GET", state, X_Experience_API_Version="1.0.3")[0] == 401
        assert asked("GET", state, Authorization=kinds["Authorization"])[0] == 400
        assert asked("GET", state.replace("activityId", "activity"), **kinds)[0] == 400
        assert asked("PUT", state, b"{}", **kinds, Content_Type="application/json")[0] == 403
        place = state.replace("LMS.LaunchData", "place")
        assert asked("PUT", place, b"{}", **kinds, Content_Type="text/plain")[0] == 400
        assert asked("PUT", place, b"{}", **kinds, Content_Type="application/json")[0] == 204
        assert asked("GET", f"{given['endpoint']}elsewhere", **kinds)[0] == 404
