"""Two reviewers who did not know of each other: both are kept, whoever comes first; where they say otherwise
of the same thing, a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.captions.editing.apply import differences, replay
from pipeline.captions.editing.lines import Kept, correction_findings, kept_lines
from pipeline.captions.editing.merge import in_place, in_question, otherwise, what
from pipeline.captions.editing.model import Conflict, Correction
from pipeline.captions.model import Captions, Cue
from pipeline.core.time import Span
from tests.captions.cues import as_read
from tests.captions.test_editing_apply import FILM, MADE, PLAIN, text_of

File = list[Cue]
Change = Callable[[File], File]


def taken_in(
    standing: Sequence[Correction], file: File, by: str, knew: Sequence[str] = ()
) -> list[Correction]:
    """The ledger after a file that was made from MADE came in, as `Corrections.take_in` keeps it."""
    found = [replace(one, by=by) for one in differences(MADE, file, timeline=FILM)[0]]
    there = [one for one, counts in zip(standing, in_place(standing), strict=True) if counts]
    new = [one for one in in_question(standing, found, knew) if what(one) not in set(map(what, there))]
    return [*standing, *(replace(one, id=f"{by}{number}") for number, one in enumerate(new))]


def shown(standing: Sequence[Correction]) -> tuple[Captions, list[Conflict]]:
    return replay(MADE, standing, PLAIN, FILM)


def thing(one: Correction) -> tuple[object, ...]:
    return one.kind, one.value, one.anchor.quote, one.anchor.first, one.anchor.last


def unchanged() -> File:
    return [as_read(cue) for cue in MADE.cues]


def written(old: str, new: str) -> Change:
    def change(file: File) -> File:
        return [as_read(cue, lines=tuple(line.replace(old, new) for line in cue.lines)) for cue in file]

    return change


def on(number: int, **changes: object) -> Change:
    def change(file: File) -> File:
        return [as_read(cue, **changes) if cue is file[number] else cue for cue in file]

    return change


def one_line(number: int) -> Change:
    return lambda file: on(number, lines=(file[number].text,))(file)


def moved(number: int, *, start: float = 0, end: float = 0) -> Change:
    def change(file: File) -> File:
        span = file[number].span
        later = Span(span.start + Fraction(str(start)), span.end + Fraction(str(end)))
        return on(number, span=later)(file)

    return change


def before(number: int, text: str) -> Change:
    return lambda file: on(number, lines=(text, *file[number].lines))(file)


def parted(number: int) -> Change:
    """A cue of two lines becomes two cues."""

    def change(file: File) -> File:
        one = file[number]
        if len(one.lines) < 2:
            return file
        middle = one.span.start + one.span.duration / 2
        first = as_read(one, lines=one.lines[:1], span=Span(one.span.start, middle))
        second = replace(as_read(one, lines=one.lines[1:], span=Span(middle, one.span.end)), label=False)
        return [*file[:number], first, second, *file[number + 1 :]]

    return change


def joined(number: int) -> Change:
    """A cue becomes one with the cue before it."""

    def change(file: File) -> File:
        one, two = file[number - 1], file[number]
        whole = as_read(one, lines=(one.text, two.text), span=Span(one.span.start, two.span.end))
        return [*file[: number - 1], whole, *file[number + 1 :]]

    return change


def edited(*changes: Change) -> File:
    file = unchanged()
    for change in changes:
        file = change(file)
    return file


BEN = next(number for number, cue in enumerate(MADE.cues) if cue.quote == "q2")

CHANGES: dict[str, Change] = {
    "capitals": written("label", "LABEL"),
    "capitals at the start": written("They saw", "THEY saw"),
    "figures": written("sixty three", "63"),
    "a capital in the number": written("sixty three", "Sixty three"),
    "a dash": written("sixty three", "sixty – three"),
    "other words": written("the label", "my label"),
    "a stop": written("first.", "first!"),
    "one line": one_line(3),
    "one line elsewhere": one_line(5),
    "later": moved(1, start=0.08),
    "much later": moved(1, start=0.2),
    "ends sooner": moved(2, end=-0.08),
    "ends much sooner": moved(2, end=-0.2),
    "a sound": before(2, "[door slams]"),
    "another sound": before(2, "[phone rings]"),
    "the same sound elsewhere": before(3, "[door slams]"),
    "the cause": before(1, "[train drowns his words, inaudible]"),
    "at the top": on(1, position="top"),
    "no label": written("Ben: ", ""),
    "a role": written("Ben: ", "Man: "),
    "another role": written("Ben: ", "Nurse: "),
    "another contributor": written("Ben: ", "Amara: "),
    "parted": parted(3),
    "parted at the name": parted(4),
    "joined": joined(2),
    "joined elsewhere": joined(BEN + 1),
}


@pytest.mark.slow
def test_every_change_says_something() -> None:
    for name, change in CHANGES.items():
        assert differences(MADE, edited(change), timeline=FILM)[0], name


changes = st.lists(st.sampled_from(sorted(CHANGES)), max_size=4, unique=True)


@pytest.mark.slow
@settings(max_examples=60, deadline=None, derandomize=True)
@given(changes, changes, changes)
def test_whoever_comes_first_it_comes_out_the_same(one: list[str], two: list[str], three: list[str]) -> None:
    files = [("A", one), ("B", two), ("C", three)]
    found = []
    for order in (files, files[::-1], [files[1], files[2], files[0]]):
        ledger: list[Correction] = []
        for by, names in order:
            try:
                file = edited(*(CHANGES[name] for name in names))
            except ValueError:  # no such file can be made: a cue would end before it begins
                return
            ledger = taken_in(ledger, file, by)
        captions, conflicts = shown(ledger)
        found.append((captions, {thing(one.correction) for one in conflicts}))
    assert found[0] == found[1] == found[2]


def test_what_two_reviewers_put_right_is_all_there() -> None:
    ledger = taken_in(taken_in([], edited(CHANGES["capitals"], CHANGES["a sound"]), "A"), edited(), "B")
    ledger = taken_in(ledger, edited(CHANGES["later"], CHANGES["figures"]), "C")
    captions, conflicts = shown(ledger)
    assert not conflicts
    assert all(text in text_of(captions) for text in ("LABEL", "[door slams]", "63"))
    assert captions.cues[1].span.start == MADE.cues[1].span.start + Fraction(2, 25)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("figures", "a capital in the number"),
        ("later", "much later"),
        ("ends sooner", "ends much sooner"),
        ("a role", "another role"),
    ],
)
def test_who_says_otherwise_waits_for_a_decision_and_either_side_may_be_taken(one: str, two: str) -> None:
    ledger = taken_in(taken_in([], edited(CHANGES[one]), "A"), edited(CHANGES[two]), "B")
    captions, conflicts = shown(ledger)
    assert captions == MADE, "neither is done"
    assert {conflict.correction.by for conflict in conflicts} == {"A", "B"}
    for conflict in conflicts:
        assert "A: " in conflict.why
        assert "B: " in conflict.why
        assert "undo" in conflict.why
    for side, change in (("A", one), ("B", two)):
        taken, left = shown([correction for correction in ledger if correction.by == side])
        assert not left
        assert taken == shown(taken_in([], edited(CHANGES[change]), side))[0] != MADE


def test_who_knew_of_the_other_takes_its_place() -> None:
    ledger = taken_in([], edited(CHANGES["later"]), "A")
    ledger = taken_in(ledger, edited(CHANGES["much later"]), "B", knew=[one.id for one in ledger])
    captions, conflicts = shown(ledger)
    assert not conflicts
    assert captions == shown(taken_in([], edited(CHANGES["much later"]), "B"))[0]


def test_what_both_say_is_said_once_and_what_a_third_decides_holds() -> None:
    ledger = taken_in([], edited(CHANGES["later"]), "A")
    assert taken_in(ledger, edited(CHANGES["later"]), "B") == ledger
    ledger = taken_in(ledger, edited(CHANGES["much later"]), "B")
    again = taken_in(ledger, edited(CHANGES["later"]), "C")
    assert again == ledger, "A has said so, and it is open"
    decided = taken_in(ledger, edited(moved(1, start=0.12)), "C", knew=[one.id for one in ledger])
    captions, conflicts = shown(decided)
    assert not conflicts
    assert captions.cues[1].span.start == MADE.cues[1].span.start + Fraction(3, 25)


def test_two_sounds_at_one_place_are_two_and_who_takes_one_away_is_asked() -> None:
    ledger = taken_in(taken_in([], edited(CHANGES["a sound"]), "A"), edited(CHANGES["another sound"]), "B")
    captions, conflicts = shown(ledger)
    assert not conflicts
    assert all(sound in text_of(captions) for sound in ("[door slams]", "[phone rings]"))
    [mark] = [one for one in ledger if one.by == "A"]
    away = replace(mark, value="", was=mark.value, by="C", id="c")
    assert otherwise(mark, away)
    assert not otherwise(away, next(one for one in ledger if one.by == "B"))


def test_a_report_names_neither_the_people_nor_their_words() -> None:
    ledger = taken_in(taken_in([], edited(CHANGES["later"]), "Ann"), edited(CHANGES["much later"]), "Jo")
    kept = [Kept(one.correction, "conflict", one.why) for one in shown(ledger)[1]]
    published = repr(correction_findings(kept))
    assert len(kept) == 2
    assert "did not know of each other" in published
    assert not any(word in published for word in ("Ann:", "Jo:", "Then,"))
    assert all(word in " ".join(kept_lines(kept)) for word in ("Ann:", "Jo:", "Then,")), "the terminal has it"
