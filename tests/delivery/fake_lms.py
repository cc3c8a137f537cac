"""An LMS with a record store (LRS) that takes cmi5 word for word: what breaks a rule is refused, and why is
kept.

It serves a course, launches it, gives its token once, and holds every statement against cmi5 (Quartz, 1st
edition), the xAPI 1.0.3 it stands on, and the templates of the xAPI video profile 1.0.3. Moods make it late,
wrong or silent.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from uuid import UUID, uuid4

ADL = "http://adlnet.gov/expapi/verbs/"
CMI5 = "https://w3id.org/xapi/cmi5/"
VIDEO = "https://w3id.org/xapi/video"
CATEGORY = {name: f"{CMI5}context/categories/{name}" for name in ("cmi5", "moveon")}
SESSION = f"{CMI5}context/extensions/sessionid"
DEFINED = {ADL + verb for verb in ("initialized", "completed", "passed", "failed", "terminated")}
VERSION = re.compile(r"1\.0(\.\d+)?")
DURATION = re.compile(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?")
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")

Json = dict[str, Any]


class Wrong(Exception):
    """What was sent breaks a rule."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


def hold(true: object, why: str, status: int = 400) -> None:
    if not true:
        raise Wrong(why, status)


# One statement by itself --------------------------------------------------------------------------


def extensions(statement: Json, where: str) -> Json:
    return dict((statement.get(where) or {}).get("extensions") or {})


def categories(statement: Json) -> list[str]:
    return [one["id"] for one in statement["context"]["contextActivities"].get("category", [])]


def is_defined(statement: Json) -> bool:
    return CATEGORY["cmi5"] in categories(statement)


def judged(statement: Json) -> None:
    """By xAPI and cmi5, whatever was said before."""
    hold(_uuid(statement.get("id")), "a statement has no id that is a UUID")
    hold(
        set(statement) <= {"id", "actor", "verb", "object", "result", "context", "timestamp"}, "unknown part"
    )
    hold(STAMP.fullmatch(statement.get("timestamp", "")), "the timestamp is not in UTC")
    hold("display" in statement["verb"], "the verb has no display")
    if is_defined(statement):
        _judged_by_cmi5(statement)
    _judged_by_video(statement)


def _judged_by_cmi5(statement: Json) -> None:
    verb, result = statement["verb"]["id"], statement.get("result") or {}
    hold(verb in DEFINED, f"cmi5 defines no {verb}")
    hold((verb == ADL + "completed") == ("completion" in result), "completion belongs to completed, only")
    hold(result.get("completion", True) is True, "completion is true")
    hold(
        "success" not in result or verb.endswith(("passed", "failed")), "success belongs to passed and failed"
    )
    hold("score" not in result or verb.endswith(("passed", "failed")), "a score belongs to passed and failed")
    counts = "completion" in result or "success" in result
    hold(
        counts == (CATEGORY["moveon"] in categories(statement)), "moveon is for completion and success, only"
    )
    if not verb.endswith("initialized"):
        hold(DURATION.fullmatch(result.get("duration", "")), f"{verb} has no duration")


INCLUDED: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ADL + "initialized": ((), ("length", "session-id", "completion-threshold")),
    f"{VIDEO}/verbs/played": (("time",), ("length", "session-id")),
    f"{VIDEO}/verbs/paused": (
        ("time", "progress", "played-segments"),
        ("length", "session-id", "completion-threshold"),
    ),
    f"{VIDEO}/verbs/seeked": (("time-from", "time-to"), ("session-id",)),
    ADL + "interacted": (("time",), ("session-id",)),
    ADL + "completed": (
        ("time", "progress", "played-segments"),
        ("length", "session-id", "completion-threshold"),
    ),
    ADL + "terminated": (
        ("time", "progress", "played-segments"),
        ("length", "session-id", "completion-threshold"),
    ),
}
"""What the profile's templates ask of a verb: in the result, in the context."""

INTERACTIONS = (
    {"cc-subtitle-enabled", "cc-subtitle-lang"},
    {"volume"},
    {"full-screen", "screen-size", "video-playback-size"},
    {"speed"},
)
CONCEPTS = {
    "result": {"played-segments", "progress", "time", "time-from", "time-to"},
    "context": {
        *("completion-threshold", "cc-subtitle-enabled", "cc-subtitle-lang", "frame-rate", "full-screen"),
        *("length", "quality", "session-id", "screen-size", "speed", "track", "user-agent", "volume"),
        "video-playback-size",
    },
}
"""Every extension that the profile knows, and where it stands."""


def _judged_by_video(statement: Json) -> None:
    said = {where: _of_video(extensions(statement, where)) for where in CONCEPTS}
    verb = statement["verb"]["id"]
    if VIDEO not in categories(statement):
        hold(
            not any(said.values()) and not verb.startswith(VIDEO), "words of the profile without its category"
        )
        return
    hold(verb in INCLUDED, f"the video profile has no {verb}")
    for where, wanted in zip(("result", "context"), INCLUDED[verb], strict=True):
        hold(set(said[where]) <= CONCEPTS[where], f"no such extension of the {where}: {set(said[where])}")
        hold(set(wanted) <= set(said[where]), f"{verb} says in its {where} only {set(said[where])}")
    if verb.endswith("interacted"):
        changed = set(said["context"]) - {"length", "session-id", "completion-threshold"}
        hold(changed in INTERACTIONS, f"no interaction of the profile: {changed}")
    kind = statement["object"]["definition"]["type"]
    hold(kind == f"{VIDEO}/activity-type/video", f"the object is no video, but {kind}")
    _values(said["result"] | said["context"])


def _of_video(said: Json) -> Json:
    start = f"{VIDEO}/extensions/"
    return {name.removeprefix(start): value for name, value in said.items() if name.startswith(VIDEO)}


SEGMENTS = re.compile(r"(\d+\.\d{3}\[\.\]\d+\.\d{3}(\[,\]\d+\.\d{3}\[\.\]\d+\.\d{3})*)?")
FOUR = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def _values(said: Json) -> None:
    for name in ("time", "time-from", "time-to", "length", "progress", "completion-threshold", "volume"):
        value = said.get(name, 0)
        hold(isinstance(value, int | float) and value == round(value, 3) >= 0, f"{name} is {value!r}")
        hold(value <= 1 or name.startswith(("time", "length")), f"{name} is {value!r}")
    hold(SEGMENTS.fullmatch(said.get("played-segments", "")), "played-segments are written in another way")
    hold(FOUR.fullmatch(said.get("session-id", str(uuid4()))), "the session-id is no random UUID")
    hold(isinstance(said.get("cc-subtitle-enabled", True), bool), "captions are on or off")
    hold(re.fullmatch(r"\d+(\.\d+)?x", said.get("speed", "1x")), "the speed is written in another way")


def _uuid(text: object) -> bool:
    try:
        return str(UUID(str(text))) == str(text).lower()
    except ValueError:
        return False


# What a session has said so far -------------------------------------------------------------------


@dataclass
class Session:
    """A launch: its token, and what it may say next."""

    registration: str
    mode: str
    token: str = field(default_factory=lambda: uuid4().hex)
    key: str = field(default_factory=lambda: uuid4().hex)
    id: str = field(default_factory=lambda: str(uuid4()))
    fetched: int = 0
    said: list[Json] = field(default_factory=list)

    @property
    def verbs(self) -> list[str]:
        """The last words of the verbs' ids, as they came."""
        return [one["verb"]["id"].rpartition("/")[2] for one in self.said]

    def follows(self, statement: Json, before: list[Json]) -> None:
        """May this be said after that? `before` is what cmi5 counts in the whole registration."""
        verb, mine = statement["verb"]["id"], [one["verb"]["id"] for one in self.said]
        defined = is_defined(statement)
        first, last = ADL + "initialized", ADL + "terminated"
        hold((verb == first and defined) != (first in mine), "initialized is the first statement, once", 403)
        hold(last not in mine, "nothing is said after terminated", 403)
        hold(
            not self.said or statement["timestamp"] >= self.said[-1]["timestamp"],
            "a statement is older than the one before it",
            403,
        )
        if defined and verb not in (first, last):
            hold(self.mode == "Normal", f"{verb} is not for {self.mode}", 403)
            hold(verb not in [one["verb"]["id"] for one in before], f"{verb} a second time", 403)


@dataclass
class Lms:
    """What it knows, and what it refused."""

    course: Callable[[str], bytes | None]
    """A file of the course, by its name."""
    actor: Json = field(
        default_factory=lambda: {
            "objectType": "Agent",
            "account": {"homePage": "https://lms.example", "name": "7f3a"},
        }
    )
    activity: str = "https://lms.example/activities/91"
    publisher: str = "urn:uuid:0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10"
    preferences: Json | None = None
    return_url: str = ""
    sessions: list[Session] = field(default_factory=list)
    states: dict[tuple[str, str], Json] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    moods: dict[str, Callable[[], tuple[int, str, bytes] | None]] = field(default_factory=dict)
    """By the start of a path below the endpoint, or "fetch": what it answers instead, or None for nothing
    odd.
    """
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def launch(
        self, mode: str = "Normal", registration: str = "", *, apart: bool = False
    ) -> tuple[Session, str]:
        """A session and the address that opens it. Apart: the LRS is on another host than the course."""
        session = Session(registration or str(uuid4()), mode)
        self.sessions.append(session)
        self.states[session.registration, "LMS.LaunchData"] = {
            "contextTemplate": self.template(session),
            "launchMode": mode,
            "moveOn": "Completed",
            **({"returnURL": self.return_url} if self.return_url else {}),
        }
        lrs = f"http://{'127.0.0.1' if apart else 'localhost'}:{self.port}"
        query = {
            "endpoint": f"{lrs}/lrs/",
            "fetch": f"{lrs}/fetch?k={session.key}",
            "actor": json.dumps(self.actor),
            "registration": session.registration,
            "activityId": self.activity,
        }
        return session, f"http://localhost:{self.port}/course/index.html?{urlencode(query)}"

    def template(self, session: Session) -> Json:
        return {
            "contextActivities": {"grouping": [{"id": self.publisher}]},
            "extensions": {SESSION: session.id, "https://lms.example/extensions/tenant": "north"},
            "platform": "the tests' own",
        }

    def statements(self, registration: str) -> list[Json]:
        return [
            one for session in self.sessions if session.registration == registration for one in session.said
        ]

    # What is asked of the LRS ---------------------------------------------------------------------

    def take(self, session: Session, statements: list[Json]) -> list[str]:
        """Keep all of them or none."""
        kept = len(session.said)
        try:
            for statement in statements:
                self._take_one(session, statement)
        except (Wrong, KeyError, TypeError, AttributeError) as problem:
            del session.said[kept:]
            raise problem if isinstance(problem, Wrong) else Wrong(f"malformed: {problem!r}") from problem
        return [one["id"] for one in statements]

    def _take_one(self, session: Session, statement: Json) -> None:
        judged(statement)
        known = [one for one in self.statements(session.registration) if one["id"] == statement["id"]]
        if known:
            hold(known == [statement], "another statement has this id", 409)
            return
        hold(statement["actor"] == self.actor, "the actor is not the one of the launch")
        hold(statement["object"]["id"] == self.activity, "the object is not the activity of the launch")
        context, template = statement["context"], self.template(session)
        hold(context.get("registration") == session.registration, "the registration is another")
        grouping = context["contextActivities"].get("grouping")
        hold(grouping == template["contextActivities"]["grouping"], "the template's grouping was not kept")
        hold(template["extensions"].items() <= context["extensions"].items(), "the template was not kept")
        hold(context.get("platform") == template["platform"], "the template was not kept")
        counted = [one for one in self.statements(session.registration) if is_defined(one)]
        session.follows(statement, counted)
        session.said.append(statement)

    def find(self, session: Session, asked: Mapping[str, str]) -> list[Json]:
        hold(
            set(asked) <= {"agent", "verb", "activity", "registration", "limit", "statementId"},
            "unknown filter",
        )
        hold(json.loads(asked["agent"]) == self.actor, "asks about somebody else", 403)
        hold(asked["registration"] == session.registration, "asks about another registration", 403)
        kept = self.statements(session.registration)
        return [one for one in kept if one["verb"]["id"] == asked.get("verb", one["verb"]["id"])]

    def shelf(self, session: Session, asked: Mapping[str, str]) -> tuple[str, str]:
        hold(set(asked) == {"activityId", "agent", "registration", "stateId"}, f"asks by {sorted(asked)}")
        hold(json.loads(asked["agent"]) == self.actor, "another agent", 403)
        hold(asked["activityId"] == self.activity, "another activity", 403)
        hold(asked["registration"] == session.registration, "another registration", 403)
        return session.registration, asked["stateId"]


# The server ---------------------------------------------------------------------------------------

KINDS = {
    "html": "text/html",
    "js": "text/javascript",
    "css": "text/css",
    "mp4": "video/mp4",
    "jpg": "image/jpeg",
}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    lms: Lms
    part = ""
    """Of a file; films are asked for in parts."""

    def log_message(self, *_: object) -> None:
        """To nobody."""

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path)
        query = dict(parse_qsl(path.query, keep_blank_values=True))
        self.lms.requests.append(f"{self.command} {path.path}")
        try:
            odd = None if self.command == "OPTIONS" else self._mood(path.path)
            if odd and odd[0]:
                self._answer(*odd)
            elif not odd:
                with self.lms.lock:
                    answer = self._routed(path.path, query, body)
                self._answer(*answer)
        except Wrong as problem:
            self.lms.refused.append(str(problem))
            self._answer(problem.status, "text/plain", str(problem).encode())
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_HEAD = handle_any  # noqa: N815 - http.server's names

    def _mood(self, path: str) -> tuple[int, str, bytes] | None:
        """(0, …) is no answer at all: the connection is closed."""
        for start, mood in self.lms.moods.items():
            if path.removeprefix("/lrs/").removeprefix("/").startswith(start) and (odd := mood()):
                self.close_connection = odd[0] == 0
                return odd
        return None

    def _answer(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", "*"))
        self.send_header(
            "Access-Control-Allow-Headers", "authorization,content-type,x-experience-api-version"
        )
        self.send_header("Access-Control-Allow-Methods", "GET,POST,PUT,DELETE")
        self.send_header("X-Experience-API-Version", "1.0.3")
        self.send_header("Accept-Ranges", "bytes")
        if status == 206:
            self.send_header("Content-Range", self.part)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _routed(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        if self.command == "OPTIONS":
            return 204, "text/plain", b""
        if path.startswith("/course/"):
            return self._file(path.removeprefix("/course/"))
        if path == "/fetch":
            return self._token(query)
        if path.startswith("/lrs/"):
            return self._lrs(path.removeprefix("/lrs/"), query, body)
        return 404, "text/plain", b"nothing is here"

    def _file(self, name: str) -> tuple[int, str, bytes]:
        content = self.lms.course(name)
        if content is None:
            return 404, "text/plain", b"no such file"
        kind = KINDS[name.rpartition(".")[2]]
        part = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not part:
            return 200, kind, content
        start, end = int(part[1]), int(part[2] or len(content) - 1)
        self.part = f"bytes {start}-{end}/{len(content)}"
        return 206, kind, content[start : end + 1]

    def _token(self, query: dict[str, str]) -> tuple[int, str, bytes]:
        hold(self.command == "POST", "the token is asked for by POST", 405)
        session = next(one for one in self.lms.sessions if one.key == query["k"])
        session.fetched += 1
        if session.fetched > 1:
            self.lms.refused.append("the token was asked for twice")
            return _json(
                {"error-code": "1", "error-text": "The authorization token has already been returned."}
            )
        return _json({"auth-token": session.token})

    def _lrs(self, path: str, query: dict[str, str], body: bytes) -> tuple[int, str, bytes]:
        headers: Mapping[str, str] = dict(self.headers)
        method = self.command
        if method == "POST" and "method" in query:  # the alternate request syntax
            hold(set(query) == {"method"}, "only the method stands in the address of an alternate request")
            hold("Authorization" not in self.headers, "its headers stand in its form")
            method, form = query["method"], {k: v[0] for k, v in parse_qs(body.decode()).items()}
            body = form.pop("content", "").encode()
            named = ("Authorization", "X-Experience-API-Version", "Content-Type")
            headers = {name: form.pop(name, "") for name in named}
            query = form
        headers = {name.lower(): value for name, value in headers.items()}
        hold(VERSION.fullmatch(headers.get("x-experience-api-version", "")), "no version of xAPI is said")
        session = self._session(headers.get("authorization", ""))
        if body:
            hold(
                headers.get("content-type", "").startswith("application/json"),
                "the content is not said to be JSON",
            )
        content = json.loads(body) if body else None
        return self._resource(method, path, query, session, content)

    def _session(self, authorization: str) -> Session:
        found = [one for one in self.lms.sessions if authorization == f"Basic {one.token}"]
        hold(found, "no token, or an unknown one", 401)
        return found[0]

    def _resource(
        self, method: str, path: str, query: dict[str, str], session: Session, content: Any
    ) -> tuple[int, str, bytes]:
        lms = self.lms
        if (method, path) in {("POST", "statements"), ("PUT", "statements")}:
            return _json(lms.take(session, content if isinstance(content, list) else [content]))
        if (method, path) == ("GET", "statements"):
            return _json({"statements": lms.find(session, query), "more": ""})
        if path == "activities/state":
            return self._state(method, lms.shelf(session, query), content)
        if (method, path) == ("GET", "agents/profile"):
            hold(query.get("profileId") == "cmi5LearnerPreferences", "another profile")
            hold(json.loads(query["agent"]) == lms.actor, "another agent", 403)
            return _json(lms.preferences) if lms.preferences else (404, "text/plain", b"")
        raise Wrong(f"xAPI has no {method} {path}", 404)

    def _state(self, method: str, shelf: tuple[str, str], content: Any) -> tuple[int, str, bytes]:
        states = self.lms.states
        if method == "GET":
            return _json(states[shelf]) if shelf in states else (404, "text/plain", b"")
        hold(method == "PUT" and shelf[1] != "LMS.LaunchData", "the launch data are the LMS's", 403)
        hold(isinstance(content, dict), "a state is an object")
        states[shelf] = content
        return 204, "text/plain", b""


def _json(value: object) -> tuple[int, str, bytes]:
    return 200, "application/json", json.dumps(value).encode()


@contextmanager
def open_lms(course: Callable[[str], bytes | None]) -> Iterator[Lms]:
    """The LMS at a port of its own, as long as it is needed."""
    lms = Lms(course)
    handler = type("Handler", (_Handler,), {"lms": lms})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    lms.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield lms
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# Moods --------------------------------------------------------------------------------------------

Mood = Callable[[], tuple[int, str, bytes] | None]
LOGIN = b"<!doctype html><title>Log in</title>"


def answers(status: int, times: int = 10**9, kind: str = "text/html", body: bytes = LOGIN) -> Mood:
    """Answers this so often, and then as it should."""
    left = [times]

    def mood() -> tuple[int, str, bytes] | None:
        left[0] -= 1
        return (status, kind, body) if left[0] >= 0 else None

    return mood


def silent() -> tuple[int, str, bytes] | None:
    """No answer: the line is cut."""
    return 0, "", b""


def late(seconds: float, times: int = 10**9) -> Mood:
    """As it should, but so much later."""
    left = [times]

    def mood() -> None:
        left[0] -= 1
        if left[0] >= 0:
            time.sleep(seconds)

    return mood


def lasted(duration: str) -> timedelta:
    """A duration as cmi5's statements have it."""
    found = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?", duration)
    assert found, duration
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def moment(statement: Json) -> datetime:
    return datetime.fromisoformat(statement["timestamp"])
