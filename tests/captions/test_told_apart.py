"""What a cue is made of, rendered by a profile and read again: it is the cue, where the format holds it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.captions.formats import CODECS, Codec, read, write
from pipeline.captions.model import Captions, Cue, CueWord, Note, Part, plain_cue, shown, tokens
from pipeline.captions.told_apart import LABELS, told_apart
from pipeline.core.time import Programme, Span
from pipeline.production.configs import load_profile, profile_names
from pipeline.production.profile import AS_WRITTEN, Conventions, filled, marks

CONVENTIONS = {name: load_profile(name).conventions for name in profile_names()}
HOUSE = replace(AS_WRITTEN, label="= {NAME} =", off="« {text} »", sound="({text})", music="# {TEXT} #")
"""Of nobody: marks of several signs, with spaces in them."""

WORD = st.text("abcdeéiorstuABCD1250'.,!?-[]()", min_size=1, max_size=7)
NAMES = ("Amara", "Dr O'Neil", "Ben A. Carter")


@st.composite
def cues(draw: st.DrawFn, by: Conventions, *, notes: bool = False) -> Cue:
    """Whatever a profile may have to write: names, voices out of vision, sounds, music, lines anywhere."""
    at = draw(st.integers(1, 9000))
    span = Span[Programme].measured(at, at + draw(st.integers(2, 6)))
    kind = draw(st.sampled_from(["speech", "speech", "speech", "sound", "music"]))
    words = draw(st.lists(WORD, min_size=1, max_size=7))
    if kind != "speech" and marks(getattr(by, kind))[2]:
        words = [word.upper() for word in words]
    parts: list[Part] = [CueWord(word, span) for word in words]
    if notes and kind == "speech":
        parts.insert(
            draw(st.integers(0, len(parts))), Note("door slams", draw(st.sampled_from(["sound", "unclear"])))
        )
    off = kind == "speech" and draw(st.booleans())
    label = kind == "speech" and draw(st.booleans())
    ends = (
        draw(st.sets(st.integers(0 if label else 1, len(words) - 1), max_size=2)) if len(words) > 1 else set()
    )
    return Cue(
        span,
        tuple(parts),
        draw(st.sampled_from(NAMES if label else ("", *NAMES))),
        "",
        label=label,
        position=draw(st.sampled_from(["top", "bottom"])),
        kind=kind,  # type: ignore[arg-type]
        breaks=tuple(sorted(ends)),
        colour=draw(st.sampled_from(["white", "yellow", "cyan", "green"])),
        off=off,
        closes=off and bool(marks(by.off)[1]) and draw(st.booleans()),
        conventions=by,
    )


def says_what_it_is(cue: Cue) -> bool:
    """Words that look like their own label, or like the mark that is not there, are taken for it."""
    patterns = {cue.conventions.label, *LABELS}
    named = not cue.label and any(cue.text.startswith(filled(way, cue.speaker) + " ") for way in patterns)
    closes = marks(cue.conventions.off)[1]
    closed = cue.off and not cue.closes and closes and cue.text.endswith(closes)
    return not named and not closed


def kept(cue: Cue, codec: Codec) -> Cue:
    """What a format holds of a cue: its text always, its times; no format has when each word is said."""
    if "speaker" in codec.holds:
        return replace(cue, parts=(cue.said,))
    facts = {name: getattr(cue, name) for name in ("position", "colour") if name in codec.holds}
    plainly = replace(plain_cue(cue.span, cue.lines, **facts), conventions=cue.conventions)
    apart = told_apart(replace(plainly, conventions=AS_WRITTEN), cue.conventions)
    return apart if apart.kind == "music" else plainly


def back(cue: Cue, name: str) -> Cue:
    codec = CODECS[name]
    (found,) = read(
        f"a.{codec.endings[0]}", write(name, Captions("en", (cue,))).encode(), cue.conventions
    ).cues
    assert abs(found.span.start - cue.span.start) <= Fraction(1, 50)
    assert abs(found.span.end - cue.span.end) <= Fraction(1, 50)
    return replace(found, span=cue.span)


BOTH_WAYS = [name for name, codec in CODECS.items() if codec.read and codec.write]


@pytest.mark.slow
@pytest.mark.parametrize(
    "by", [*CONVENTIONS.values(), HOUSE, AS_WRITTEN], ids=[*CONVENTIONS, "house", "none"]
)
@pytest.mark.parametrize("name", BOTH_WAYS)
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_what_is_rendered_and_read_is_the_cue(name: str, by: Conventions, data: st.DataObject) -> None:
    cue, codec = data.draw(cues(by)), CODECS[name]
    assume(says_what_it_is(cue))
    assume(name != "scc" or (len(cue.lines) <= 3 and max(map(len, cue.lines)) < 32))
    expected, found = kept(cue, codec), back(cue, name)
    if "breaks" not in codec.holds:
        expected, found = replace(expected, breaks=()), replace(found, breaks=())
    assert found == expected


@pytest.mark.parametrize("by", [*CONVENTIONS.values(), HOUSE], ids=[*CONVENTIONS, "house"])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.data())
def test_whatever_is_told_apart_reads_as_it_did(by: Conventions, data: st.DataObject) -> None:
    """Notes, marks that are missing, names that are none: the file may say anything, and it stays so."""
    cue = data.draw(cues(by, notes=True))
    other = data.draw(st.sampled_from([*CONVENTIONS.values(), HOUSE, AS_WRITTEN]))
    outside = plain_cue(cue.span, shown(cue, other), cue.speaker, kind=cue.kind, off=cue.off)
    found = told_apart(outside, by)
    assert found.lines == outside.lines
    assert {piece for part in cue.parts for piece in tokens(part)} or found.said


@pytest.mark.parametrize(
    ("written", "label", "said"),
    [
        ("AMARA: No.", True, "No."),
        ("[Amara] No.", True, "No."),
        ("(AMARA) No.", True, "No."),
        ("Amara left.", False, "Amara left."),
        ("Amara:", False, "Amara:"),
        ("aMaRa: No.", False, "aMaRa: No."),
    ],
)
def test_names_are_told_apart_by_whatever_guideline(written: str, label: bool, said: str) -> None:
    cue = told_apart(plain_cue(Span[Programme].measured(0, 2), (written,), "Amara"))
    assert (cue.label, cue.said, cue.text) == (label, said, written)


@pytest.mark.parametrize(
    ("written", "kind", "said"),
    [
        ("♪ gentle piano ♪", "music", "gentle piano"),
        ("♪♪ gentle piano ♪♪", "music", "gentle piano"),
        ("♪ gentle piano", "music", "gentle piano"),
        ("# gentle piano #", "music", "gentle piano"),
        ("MUSIC: gentle piano", "music", "gentle piano"),
        ("♫", "music", "♫"),
        ("♪ la la ♪ She sang.", "speech", "♪ la la ♪ She sang."),
        ("♪ one ♪ ♪ two ♪", "music", "one ♪ ♪ two"),
        ("#1 on my list", "speech", "#1 on my list"),
        ("# 1 on my list", "speech", "# 1 on my list"),
        ("She sang ♪ la la ♪", "speech", "She sang ♪ la la ♪"),
    ],
)
@pytest.mark.parametrize("by", [*CONVENTIONS.values(), AS_WRITTEN], ids=[*CONVENTIONS, "none"])
def test_music_is_told_by_whatever_guideline(by: Conventions, written: str, kind: str, said: str) -> None:
    """And by another profile it is written that one's way."""
    cue = told_apart(plain_cue(Span[Programme].measured(0, 2), (written,)), by)
    assert (cue.kind, cue.said, cue.text) == (kind, said, written)
    if kind == "music":
        netflix = CONVENTIONS["netflix"]
        assert replace(cue, conventions=netflix).text == netflix.music.format(text=said)


def test_a_convention_says_in_one_place_what_is_written_there() -> None:
    for wrong in ("[text]", "{text} {TEXT}"):
        with pytest.raises(ValueError, match="sound says in one place"):
            replace(AS_WRITTEN, sound=wrong)
