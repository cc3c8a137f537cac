"""Sounds, music and unclear speech that a person marks in running speech: in lines that fit, or refused."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.editing.apply import differences, labelled, marked, replay
from pipeline.captions.editing.model import Conflict, Correction
from pipeline.captions.model import Captions, Cue, Note, plain_cue
from pipeline.captions.told_apart import told_apart
from pipeline.core.time import Programme, Time
from pipeline.edit.timeline import Timeline
from pipeline.production.configs import load_profile, profile_names
from pipeline.production.profile import Profile
from tests.captions.cues import as_read
from tests.captions.test_editing_apply import FILM, MADE, QUOTES, made_of, shots
from tests.captions.test_generate import film

PROFILES = [load_profile(name) for name in profile_names()]
LABELS = ("door slams", "phone rings in the next room", "train drowns his words", "gentle piano")
SIZES = {"wide": (1280, 720), "tall": (720, 1280)}
FILMS = {name: replace(film(*shots(each=0.26)), size=size) for name, size in SIZES.items()}
WIDE = FILMS["wide"]


def noted(captions: Captions) -> list[str]:
    """Everything that is told beside the words, in a cue of its own or not."""
    inside = [part.text for cue in captions.cues for part in cue.parts if isinstance(part, Note)]
    return inside + [cue.said for cue in captions.cues if cue.kind != "speech"]


def wide(text: str) -> float:
    """Capitals are wider than small letters, as in any font."""
    return sum(0.7 if letter.isupper() else 0.5 for letter in text)


@st.composite
def marks_of(draw: st.DrawFn, made: Captions, timeline: Timeline) -> list[Correction]:
    """What a person may mark, at any cue or at any time; the same cue as often as they like."""
    found = []
    for label in draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=5)):
        kind = draw(st.sampled_from(["sound", "music", "unclear"]))
        number = draw(st.integers(0, len(made.cues) - 1))
        cue = made.cues[number]
        seconds = cue.span.start.seconds + cue.span.duration * Fraction(draw(st.integers(0, 9)), 10)
        at = Time[Programme](seconds) if kind != "unclear" and draw(st.booleans()) else None
        found.append(marked(made, timeline, number, kind, label, at))
    return found


def told(one: Conflict) -> bool:
    return "ourwords captions mark" in one.why or "in fewer words" in one.why or "is silent" in one.why


@pytest.mark.slow
@pytest.mark.parametrize("shape", FILMS)
@pytest.mark.parametrize("profile", PROFILES, ids=profile_names())
@settings(max_examples=12, deadline=None, derandomize=True)
@given(st.data())
def test_what_is_marked_is_in_lines_that_fit_or_refused(
    profile: Profile, shape: str, data: st.DataObject
) -> None:
    timeline = FILMS[shape]
    made = made_of(timeline, QUOTES, profile)
    corrections = data.draw(marks_of(made, timeline))
    found, refused = replay(made, corrections, profile, timeline, width=wide)
    area = profile.area(timeline.size)
    for cue in found.cues:
        assert len(cue.lines) <= area.lines, cue.lines
        assert max(map(len, cue.lines)) <= area.characters, cue.lines
    assert all(map(told, refused))
    wanted = {one.value for one in corrections} - {one.correction.value for one in refused}
    assert wanted <= set(noted(found)) <= {one.value for one in corrections}
    words = [word.text for cue in found.cues for word in cue.words]
    assert words == [word.text for cue in made.cues for word in cue.words]


@pytest.mark.parametrize("profile", PROFILES, ids=profile_names())
def test_the_file_that_was_exported_with_it_changes_nothing(profile: Profile) -> None:
    timeline = WIDE
    made = made_of(timeline, QUOTES, profile)
    corrections = [
        marked(made, timeline, 2, kind, text)
        for kind, text in zip(
            ("sound", "music", "unclear"),
            ("door slams", "gentle piano", "train drowns his words"),
            strict=True,
        )
    ]
    found, refused = replay(made, corrections, profile, timeline)
    assert len(noted(found)) + len(refused) == 3
    assert differences(found, [as_read(cue) for cue in found.cues], timeline=timeline) == ([], [])


@pytest.mark.parametrize(
    "lines",
    [
        ("♪ gentle piano ♪ Then, after a long while,",),
        ("MUSIC: gentle piano", "Then, after a long while,"),
        ("[gentle piano]", "Then, after a long while,"),
    ],
)
def test_music_that_a_reviewer_puts_into_a_file_is_music_or_a_sound(lines: tuple[str, ...]) -> None:
    plain = load_profile("plain")
    edited = [as_read(cue) for cue in MADE.cues]
    edited[1] = told_apart(plain_cue(edited[1].span, lines), plain.conventions)
    corrections, conflicts = differences(MADE, edited, timeline=FILM)
    assert not conflicts
    assert [one.kind for one in corrections if one.kind != "break"] == [
        "sound" if "[" in lines[0] else "music"
    ]
    assert noted(replay(MADE, corrections, plain, FILM)[0]) == ["gentle piano"]


def test_words_between_notes_are_words_and_nobody_approved_them() -> None:
    plain = load_profile("plain")
    edited = [as_read(cue) for cue in MADE.cues]
    edited[1] = told_apart(plain_cue(edited[1].span, ("♪ he lies about everything ♪",)), plain.conventions)
    corrections, conflicts = differences(MADE, edited, timeline=FILM)
    assert {one.kind for one in corrections} == {"text", "words"} and len(conflicts) == 2
    assert noted(replay(MADE, corrections, plain, FILM)[0]) == []


def cues_of(quote: str, captions: Captions) -> list[Cue]:
    return [cue for cue in captions.cues if cue.quote == quote]


def test_two_lines_with_a_sound_among_them_are_two_cues() -> None:
    """As the BBC writes it, in capitals and on a line of its own."""
    bbc, timeline = load_profile("bbc"), WIDE
    made = made_of(timeline, QUOTES, bbc)
    number = next(n for n, cue in enumerate(made.cues) if cue.quote == "q2" and len(cue.lines) == 2)
    words = made.cues[number].words
    sound = marked(made, timeline, number, "sound", "door slams", words[len(words) // 2].span.start)
    found, refused = replay(made, [sound], bbc, timeline)
    assert not refused
    cue = next(cue for cue in found.cues if "DOOR SLAMS" in cue.text)
    assert "DOOR SLAMS" in cue.lines and len(cue.lines) == 2
    assert len(cues_of("q2", found)) == len(cues_of("q2", made)) + 1


def test_what_has_no_room_is_refused_with_a_way_out() -> None:
    plain, timeline = load_profile("plain"), film(*shots(each=0.06))
    made = made_of(timeline, QUOTES, plain)
    long = "door slams upstairs and phone rings"
    both = [marked(made, timeline, 1, "unclear", text) for text in ("train passes", long)]
    found, refused = replay(made, both, plain, timeline)
    (one,) = refused
    assert one.correction.value == long and one.why.startswith("it has no room in “")
    assert "2 lines of 32 characters" in one.why and "ourwords captions mark" in one.why
    assert noted(found) == ["train passes"]


def test_a_cue_of_a_sound_alone_keeps_to_the_lines_as_well() -> None:
    tall = replace(film(*shots()), size=(720, 1280))
    plain = load_profile("plain")
    made = made_of(tall, QUOTES, plain)
    last = cues_of("q1", made)[-1]
    at = Time[Programme](last.words[-1].span.end.seconds + Fraction(1, 20))
    short, long = (
        marked(made, tall, 0, "sound", text, at)
        for text in (
            "phone rings in the next room",
            "photocopier clattering and helicopter thundering nearby",
        )
    )
    found, refused = replay(made, [short], plain, tall)
    assert not refused and max(len(cue.lines) for cue in found.cues) == 2
    _, refused = replay(made, [long], plain, tall)
    assert [one.why for one in refused] == ["it takes 3 lines, of 2: say it in fewer words"]


def test_the_cause_of_unclear_speech_is_known_again_where_the_cue_was_parted() -> None:
    bbc, timeline = load_profile("bbc"), WIDE
    made = made_of(timeline, QUOTES, bbc)
    number = next(n for n, cue in enumerate(made.cues) if cue.quote == "q2" and len(cue.lines) == 2)
    why = marked(made, timeline, number, "unclear", "train drowns his words")
    found, refused = replay(made, [why], bbc, timeline)
    (span,) = labelled(found, [why])
    assert not refused and span.start <= made.cues[number].span.start
    assert span.end >= found.cues[number + 1].span.end
