"""The store of corrections and what goes in and out of it: batches, undo, states, a reviewer's file."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.captions.editing.apply import differences, dismissed, labelled, marked, replay
from pipeline.captions.editing.lines import (
    as_kept,
    correction_findings,
    entry,
    kept_lines,
    read_corrections,
    told,
    undo_entry,
)
from pipeline.captions.editing.log import FIX, Corrections, Taken
from pipeline.captions.editing.model import KINDS, Anchor, Conflict, Correction
from pipeline.captions.formats import read, to_srt, to_vtt
from pipeline.core.time import Source, Span, Time
from pipeline.engine import journal
from pipeline.errors import ConfigError, InputError
from pipeline.production.create import create
from pipeline.production.load import load
from tests.captions.test_editing_apply import FILM, MADE, NETFLIX, PLAIN, QUOTES, edit, made_of, shots
from tests.captions.test_generate import film as film_of

TODAY = date(2026, 11, 25)


@pytest.fixture
def store(tmp_path: Path) -> Corrections:
    create(tmp_path / "film")
    (tmp_path / "film/footage/anna.mp4").write_bytes(b"")
    return Corrections(load(tmp_path / "film"))


def changed() -> list[Correction]:
    cue = MADE.cues[3]
    assert len(cue.lines) == 2
    return differences(
        MADE, edit(3, lines=(cue.text.replace("behind me", "BEHIND me"),), position="top"), timeline=FILM
    )[0]


# The ledger -----------------------------------------------------------------------------------


def test_a_batch_is_kept_as_it_was_said_and_comes_back_in_order(store: Corrections) -> None:
    said = changed()
    store.keep(said, "Jo", TODAY, note="round 1")
    found = store.standing
    assert [(one.kind, one.anchor, one.value) for one in found] == [
        (one.kind, one.anchor, one.value) for one in map(as_kept, said)
    ]
    assert {(one.by, one.on, one.note) for one in found} == {("Jo", TODAY, "round 1")}
    assert len({one.batch for one in found}) == 1
    profile = store.production.profile.name
    assert {one.kind: one.profile for one in found} == {"text": "", "break": profile, "position": ""}, (
        "lines are a house's, words are not"
    )
    assert replay(MADE, [replace(one, profile="") for one in found], PLAIN, FILM) == replay(
        MADE, said, PLAIN, FILM
    )


def test_the_same_file_twice_adds_nothing_and_a_dry_run_writes_nothing(store: Corrections) -> None:
    assert store.keep(changed(), "Jo", TODAY, dry=True)
    assert not store.path.exists()
    assert store.keep(changed(), "Jo", TODAY)
    assert not store.keep(changed(), "Jo", TODAY)


def test_undo_withdraws_the_last_batch_or_what_is_named_and_deletes_nothing(store: Corrections) -> None:
    store.keep(changed(), "Jo", TODAY)
    later = [Correction("position", MADE_ANCHOR, "bottom", "top")]
    store.keep(later, "Ann", TODAY)
    before = store.path.read_bytes()
    assert [one.by for one in store.undo([], "Jo", TODAY, dry=True)] == ["Ann"]
    assert store.path.read_bytes() == before
    store.undo([], "Jo", TODAY)
    assert store.path.read_bytes().startswith(before)
    assert {one.by for one in store.standing} == {"Jo"}
    one = store.standing[0]
    assert store.undo([one.id[:8]], "Jo", TODAY) == [one]
    with pytest.raises(ConfigError, match="no correction"):
        store.undo(["zzz"], "Jo", TODAY)
    store.undo([], "Jo", TODAY)
    assert not store.standing
    assert not store.undo([], "Jo", TODAY)
    assert {kept.state for kept in store.told([])} == {"withdrawn"}
    assert store.keep(changed(), "Jo", TODAY), "what was withdrawn may be said again"


def test_undo_never_guesses(store: Corrections) -> None:
    journal.append(store.path, [entry(one, "zz7c4", n) for n, one in enumerate(changed())])
    journal.append(store.path, [entry(replace(changed()[0], value="x"), "zz9", 0)])
    for name, why in (("zz", "may be 2"), ("", "no correction"), (" ", "no correction")):
        with pytest.raises(ConfigError, match=why):
            store.undo([name], "Jo", TODAY)
    alike = [replace(changed()[0], id=name, batch="zz1") for name in ("x11", "x12", "x1")]
    with pytest.raises(ConfigError, match="may be 2"):
        store._named("x1", alike[:2])
    assert store._named("x1", alike) == alike[2:], "an id that is the start of another"
    assert len(store.standing) == len(changed()) + 1
    assert len(store.undo(["zz7"], "Jo", TODAY, dry=True)) == len(changed()), "the start of one batch"
    one = store.standing[0]
    assert store.undo([one.id], "Jo", TODAY) == [one]
    assert len(store.undo(["zz7c4"], "Jo", TODAY)) == len(changed()) - 1, "what is left of a batch"


MADE_ANCHOR = next(one for one in changed() if one.kind == "position").anchor


def test_what_a_fix_mends_is_a_batch_like_any_other(store: Corrections) -> None:
    cue = MADE.cues[3]
    fixed = replace(MADE, cues=(*MADE.cues[:3], replace(cue, breaks=()), *MADE.cues[4:]))
    kept = store.keep_fix(MADE, fixed, ["one line where it fits"], TODAY, FILM)
    assert [(one.by, one.note, one.kind) for one in kept] == [(FIX, "one line where it fits", "break")]
    assert replay(MADE, [replace(one, profile="") for one in store.standing], PLAIN, FILM)[0] == fixed


def test_every_correction_has_a_state_and_what_is_open_is_a_finding(store: Corrections) -> None:
    store.keep(
        [replace(one, value="bottom") if one.kind == "position" else one for one in changed()], "Jo", TODAY
    )
    store.keep([one for one in changed() if one.kind == "position"], "Jo", TODAY)
    store.keep(
        [Correction("text", Anchor("q9", 0, 0, "gone", "s1", None, text="Gone"), "gone", "Gone")],
        "Ann",
        TODAY,
    )
    journal.append(store.path, [entry(replace(changed()[0], profile="netflix"), "b", 0)])
    again = Corrections(store.production)
    lost = next(one for one in again.standing if one.anchor.quote == "q9")
    kept = again.told([Conflict(lost, "q9 is not in this film", open=False)])
    states = {
        (one.correction.kind, one.correction.value): one.state
        for one in kept
        if one.correction.profile != "netflix"
    }
    assert states["position", "bottom"] == "superseded"
    assert states["position", "top"] == "applied"
    assert states["text", "gone"] == "waiting"
    assert [one.state for one in kept if one.correction.profile == "netflix"] == ["other profile"]
    assert {(one.rule, one.severity) for one in correction_findings(kept)} == {
        ("correction-waiting", "warning")
    }
    [found] = [
        one
        for one in correction_findings(again.told([Conflict(lost, "the words are gone")]))
        if one.severity == "error"
    ]
    assert (found.rule, found.where) == ("correction-conflict", "q9")
    assert f"undo {lost.id[:6]}" in found.limit
    assert len(kept_lines(kept)) > len(kept), "the reasons are told"
    why = "its words are not in q9 any more: “gone ” gone” and “Gone”"
    for is_open in (True, False):
        of_it = again.told([Conflict(lost, why, open=is_open)])
        published = repr(correction_findings(of_it))
        assert "gone" not in published.lower()
        assert "Ann" not in published
        assert "q9" in published
        assert "text" in published
        assert ("its words are not in q9" in published) == is_open
        assert "“Gone” is written “gone”" in " ".join(kept_lines(of_it)), "the terminal has it all"


def test_damaged_lines_are_told_and_wrong_ones_refused(store: Corrections) -> None:
    store.keep(changed(), "Jo", TODAY)
    with store.path.open("ab") as file:
        file.write(b'{"v": 1, "id": "x", "wri')
    damaged = Corrections(store.production)
    assert [one.rule for one in correction_findings(damaged.told([]), damaged.book.damaged)] == [
        "correction-damaged"
    ]
    journal.append(store.path, [{"event": "correction", "kind": "text"}])
    with pytest.raises(InputError, match="is no correction"):
        _ = Corrections(store.production).standing


heard = st.none() | st.tuples(st.integers(0, 10**6), st.integers(1, 10**4)).map(
    lambda t: Span(Time[Source](Fraction(t[0], 1000)), Time[Source](Fraction(t[0] + t[1], 1000)))
)
anchors = st.builds(
    Anchor,
    st.text(max_size=5),
    st.integers(-1, 99),
    st.integers(-1, 99),
    st.text(),
    st.text(max_size=5),
    heard,
    st.text(),
    st.text(),
    st.text(),
)


@given(st.sampled_from(sorted(KINDS)), anchors, st.text(), st.text(), st.text())
def test_a_correction_reads_back_as_it_was(kind: str, anchor: Anchor, value: str, was: str, by: str) -> None:
    value = "1.25" if kind in ("in", "out") else value
    said = Correction(kind, anchor, value, was, by, TODAY, "bbc", "note", "id", "batch")
    line = json.loads(json.dumps(entry(said, "batch", 0))) | {"id": "id", "written": "2026"}
    assert read_corrections("x", [line]) == ((said,), frozenset())
    assert read_corrections("x", [line, undo_entry(["id"], "Jo", TODAY)])[1] == {"id"}
    if kind not in ("in", "out"):
        assert told(said)


# Two reviewers' files --------------------------------------------------------------------------


def moved(seconds: str) -> list[Correction]:
    one = MADE.cues[1]
    span = Span(one.span.start + Fraction(seconds), one.span.end)
    return [*changed(), *differences(MADE, edit(1, span=span), timeline=FILM)[0]]


def take_in(store: Corrections, said: list[Correction], by: str, **more: object) -> Taken:
    asked: dict[str, object] = {"note": f"{by}.srt", "profile": PLAIN.name, **more}
    return store.take_in(said, (), by, TODAY, **asked)  # type: ignore[arg-type]


def states(store: Corrections) -> set[tuple[str, str, str]]:
    standing = store.standing
    mine = [replace(one, profile=PLAIN.name if one.profile else "") for one in standing]
    conflicts = replay(MADE, mine, PLAIN, FILM)[1]
    why = {conflict.correction.id for conflict in conflicts}
    return {(one.by, one.kind, "conflict" if one.id in why else "applied") for one in standing}


def test_what_two_say_is_kept_once_and_where_they_say_otherwise_both_sides_wait(store: Corrections) -> None:
    assert take_in(store, moved("0.08"), "A").new
    dry = take_in(store, moved("0.2"), "B", dry=True)
    assert [one.kind for one in dry.new if one.against] == ["in"]
    assert {one.by for one in store.standing} == {"A"}, "a dry run writes nothing"
    assert [one.kind for one in take_in(store, moved("0.2"), "B").new] == ["in"]
    assert {one for one in states(store) if one[2] == "conflict"} == {
        ("A", "in", "conflict"),
        ("B", "in", "conflict"),
    }
    assert not take_in(store, moved("0.2"), "B").new, "the same file again"
    assert not take_in(store, moved("0.08"), "C").new, "A has said it"


@pytest.mark.parametrize(("side", "left"), [("mine", "B"), ("theirs", "A")])
@pytest.mark.parametrize("again", [False, True])
def test_a_side_is_taken_and_the_other_is_withdrawn_not_deleted(
    store: Corrections, side: str, left: str, again: bool
) -> None:
    take_in(store, moved("0.08"), "A")
    if again:
        take_in(store, moved("0.2"), "B")
    before = store.path.read_bytes()
    assert take_in(store, moved("0.2"), "B", side=side, dry=True).withdrawn or side == "theirs"
    assert store.path.read_bytes() == before
    take_in(store, moved("0.2"), "B", side=side)
    assert {one for one in states(store) if one[1] == "in"} == {(left, "in", "applied")}
    assert {one for one in states(store) if one[1] != "in"} == {
        ("A", kind, "applied") for kind in ("text", "break", "position")
    }
    assert store.path.read_bytes().startswith(before)
    assert len([one for one in store.told([]) if one.state == "withdrawn"]) == 1


def test_what_stood_before_each_thing_said_can_be_told(store: Corrections) -> None:
    assert list(store.before) == []
    store.keep(changed(), "Jo", TODAY)
    store.keep([Correction("position", MADE_ANCHOR, "bottom", "top")], "Ann", TODAY)
    store.undo([], "Jo", TODAY)
    assert [{one.by for one in standing} for standing in store.before] == [{"Jo", "Ann"}, {"Jo"}, set()]


def test_marks_of_one_cue_are_a_decision_each_and_are_taken_back_one_by_one(store: Corrections) -> None:
    for sound in ("door slams", "phone rings", "kettle boils"):
        store.keep([marked(MADE, FILM, 1, "sound", sound)], "Jo", TODAY)
    assert [one.state for one in store.told([])] == ["applied"] * 3
    assert not store.keep([marked(MADE, FILM, 1, "sound", "phone rings")], "Jo", TODAY), "said already"
    gone = next(one for one in store.standing if one.value == "phone rings")
    store.undo([gone.id], "Jo", TODAY)
    text = " ".join(cue.text for cue in replay(MADE, store.standing, PLAIN, FILM)[0].cues)
    assert [text.count(one) for one in ("door slams", "phone rings", "kettle boils")] == [1, 0, 1]


# A reviewer's file ----------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [Fraction(25), Fraction(30000, 1001), Fraction(24000, 1001)])
@pytest.mark.parametrize("profile", [PLAIN, NETFLIX])
def test_our_own_files_come_back_without_a_change(rate: Fraction, profile) -> None:  # type: ignore[no-untyped-def]
    timeline = replace(film_of(*shots()), rate=rate)
    made = made_of(timeline, QUOTES, profile)
    for name, text in (("a.srt", to_srt(made)), ("a.vtt", to_vtt(made))):
        windows = "\ufeff" + text.replace("\n", "\r\n")
        assert differences(
            made, read(name, windows.encode()).cues, timeline=timeline, positions=name == "a.vtt"
        ) == ([], []), name


def test_cues_without_numbers_and_in_another_order_are_found() -> None:
    blocks = to_srt(MADE).strip().split("\n\n")
    bare = ["\n".join(block.split("\n")[1:]) for block in reversed(blocks)]
    edited = read("a.srt", "\n\n\n".join(bare).encode()).cues
    assert differences(MADE, edited, timeline=FILM, positions=False) == ([], [])


def test_subrip_says_top_and_never_bottom() -> None:
    raised = replace(MADE, cues=(replace(MADE.cues[0], position="top", why="a face"), *MADE.cues[1:]))
    blocks = to_srt(replace(MADE, cues=tuple(replace(cue, position="bottom") for cue in MADE.cues))).split(
        "\n\n"
    )
    number, times, *lines = blocks[2].split("\n")
    blocks[2] = "\n".join([number, times, "{\\an8}" + lines[0], *lines[1:]])
    edited = read("a.srt", "\n\n".join(blocks).encode()).cues
    found, conflicts = differences(raised, edited, timeline=FILM, positions=False)
    assert not conflicts
    assert [(one.kind, one.value, one.anchor.first) for one in found] == [
        ("position", "top", MADE.cues[2].words[0].piece)
    ]
    assert [one.value for one in differences(raised, edited, timeline=FILM)[0]] == ["bottom", "top"], (
        "in a format that says both"
    )


# Marks ----------------------------------------------------------------------------------------


def test_marks_say_what_a_file_cannot() -> None:
    moment = MADE.cues[-1].span.end + Fraction(-1, 2)
    marks = [
        marked(MADE, FILM, 1, "sound", "door slams"),
        marked(MADE, FILM, 2, "unclear", "train drowns his words"),
        marked(MADE, FILM, len(MADE.cues) - 1, "sound", "applause", moment, 1.5),
        marked(MADE, FILM, 0, "position", "top"),
        marked(MADE, FILM, 3, "nothing", "sound"),
    ]
    new, conflicts = replay(MADE, marks, PLAIN, FILM)
    assert not conflicts
    text = " ".join(cue.text for cue in new.cues)
    assert [text.count(one) for one in ("[door slams]", "[train drowns his words]", "[applause]")] == [
        1,
        1,
        1,
    ]
    assert new.cues[0].position == "top"
    [span] = dismissed(FILM, marks)
    assert span.overlap(MADE.cues[3].span) == MADE.cues[3].span.duration
    assert not dismissed(film_of(shots()[0]), marks), "what is not in the film needs no label"


@pytest.mark.parametrize("text", ["♪", "[]", " ", "( )", "\n"])
@pytest.mark.parametrize("kind", ["sound", "unclear"])
def test_a_mark_says_something(kind: str, text: str) -> None:
    for at in (None, MADE.cues[0].span.start):
        with pytest.raises(ConfigError, match="what is it called"):
            marked(MADE, FILM, 0, kind, text, at)


def test_a_mark_is_one_line_and_may_be_said_again() -> None:
    last = MADE.cues[-1].span.end + Fraction(-1, 2)
    for at in (None, last):
        assert marked(MADE, FILM, 0, "sound", "[door\nslams]", at).value == "door slams"
    assert marked(MADE, FILM, 0, "unclear", "train\r\ndrowns").value == "train drowns"
    one = marked(MADE, FILM, 0, "sound", "applause", last)
    again = marked(replay(MADE, [one], PLAIN, FILM)[0], FILM, 0, "sound", "applause", last)
    assert again.anchor == one.anchor


def test_nothing_is_said_of_what_is_not_heard() -> None:
    card = marked(MADE, FILM, 0, "nothing", "sound", FILM.time(10))
    assert [one.open for one in replay(MADE, [card], PLAIN, FILM)[1]] == [True], "a card is silent"
    for kind in ("nothing", "heard"):
        gone = marked(MADE, FILM, len(MADE.cues) - 1, kind, "sound")
        assert not replay(MADE, [gone], PLAIN, FILM)[1]
        now = film_of(*shots()[:2])
        assert [one.open for one in replay(made_of(now), [gone], PLAIN, now)[1]] == [False], (
            f"{kind} waits for its footage"
        )


def test_a_label_for_unclear_speech_covers_the_cue_that_shows_it() -> None:
    mark = marked(MADE, FILM, 2, "unclear", "train drowns his words")
    for profile in (PLAIN, NETFLIX):
        made = made_of(FILM, QUOTES, profile)
        new, _ = replay(made, [mark], profile, FILM)
        [span] = labelled(new, [mark])
        assert span.overlap(MADE.cues[2].span)
        assert not span.overlap(MADE.cues[0].span)
        assert not labelled(made, [mark]), "a label that is not shown tells nobody anything"
    away = replace(mark, value="", was=mark.value)
    assert not labelled(replay(MADE, [mark, away], PLAIN, FILM)[0], [mark, away])
