"""Corrections put on newly made captions, whatever became of the film in the meantime.

Each is looked for by its words and done as if it were done today; what cannot be done is a conflict that
says why. Later ones come last, so that they win.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from pipeline.captions.editing import merge
from pipeline.captions.editing.diff import differences
from pipeline.captions.editing.edit_list import Strip
from pipeline.captions.editing.lay_out import lay_out
from pipeline.captions.editing.lines import told as told_of
from pipeline.captions.editing.mapping import anchor_at, dismissed
from pipeline.captions.editing.model import (
    ASK,
    NO_SOUND,
    NO_SPEAKER,
    NOTES,
    Anchor,
    Conflict,
    Correction,
    compared,
    inner,
)
from pipeline.captions.editing.words import Cannot, Head, Words
from pipeline.captions.model import Captions, Cue, Note
from pipeline.captions.segmentation import Limits, Width, lines
from pipeline.core.time import Programme, Source, Span, Time, fraction
from pipeline.edit.timeline import Take, Timeline
from pipeline.errors import ConfigError
from pipeline.language import redaction, sounds
from pipeline.language.redaction import Bleep
from pipeline.production.profile import Conventions, Profile

__all__ = ["differences", "dismissed", "in_force", "labelled", "marked", "replay", "settled"]

FREE = (*NOTES, "speaker", "words")
"""Kinds whose value is a person's own words."""

BY_HAND = "placed by hand"
"""Why a cue stands where it does, where a person said so: nothing else moves it."""

SOUNDS = ("sound", "music")
"""Kinds that have a cue of their own where there is room for it."""

SOUND = Fraction(1, 2)
"""Seconds that a sound's own cue lasts at least; with less room it stands in the cue of who speaks."""


def replay(
    made: Captions,
    corrections: Sequence[Correction],
    profile: Profile,
    timeline: Timeline,
    bleeps: Sequence[Bleep] = (),
    width: Width | None = None,
) -> tuple[Captions, list[Conflict]]:
    """The captions with all that people put right, and what could not be. Corrections come oldest first.
    `width` measures text in ems of the font.

    Of corrections about the same thing the last one counts: an earlier one that cannot be done any more is no
    conflict. Of those by people who did not know of each other none is done until a person decides.
    """
    mine = in_force(corrections, profile.name)
    otherwise = merge.others_sides(mine)
    limits = Limits.of(profile, timeline.size, width, made.language)
    strip = Strip(made, timeline.rate, timeline)
    conflicts: dict[int, Conflict] = {}
    told: list[Correction] = []
    for number, correction in enumerate(mine):
        if otherwise[number]:
            conflicts[number] = Conflict(correction, both_sides(correction, otherwise[number]))
            continue
        try:
            _names_nobody(correction, bleeps)
            _may_stand(made, correction, mine)
            if correction.kind == "words":
                continue
            if correction.kind == "nothing":
                _nothing(correction, timeline)
            elif correction.kind in SOUNDS:
                told = _sounds(strip, told, correction)
            else:
                _at_words(strip, correction, profile)
        except Cannot as problem:
            conflicts[number] = Conflict(correction, problem.why, problem.open)
    for conflict in strip.settle():
        conflicts[mine.index(conflict.correction)] = conflict
    extra: list[Cue] = []
    heard = sorted(told, key=_when_heard)
    for number, correction in enumerate(heard):
        if any(merge.said_twice(correction, one) for one in heard[:number]):
            continue
        try:
            extra += _sound(strip, correction, profile.conventions, limits, extra)
        except Cannot as problem:
            conflicts[mine.index(correction)] = Conflict(correction, problem.why, problem.open)
    for correction, why in lay_out(strip, limits, profile, mine.index):
        conflicts[mine.index(correction)] = Conflict(correction, why)
    _of_parted(strip, mine, conflicts, profile, otherwise)
    counts = merge.in_place(mine)
    return strip.captions(extra), [one for number, one in sorted(conflicts.items()) if counts[number]]


def _of_parted(
    strip: Strip,
    mine: Sequence[Correction],
    conflicts: dict[int, Conflict],
    profile: Profile,
    otherwise: Sequence[Sequence[Correction]],
) -> None:
    """Times of cues that begin or end only since a sound parted them: put on now."""
    times = [number for number, one in conflicts.items() if one.correction.kind in ("in", "out")]
    for number in (number for number in times if not otherwise[number]):
        with suppress(Cannot):
            _at_words(strip, mine[number], profile)
            del conflicts[number]
    for conflict in strip.settle():
        conflicts[mine.index(conflict.correction)] = conflict


def both_sides(one: Correction, others: Sequence[Correction]) -> str:
    """What people who did not know of each other say, and what decides."""
    sides = "” and “".join(f"{each.by}: {told_of(each)}" for each in (one, *others))
    each_id = " or ".join(each.id[:6] for each in (one, *others) if each.id)
    return (
        f"people put it right differently and did not know of each other: “{sides}”; none of it is done "
        f"until one of them alone stands: withdraw the other (ourwords captions undo {each_id})"
    )


def _names_nobody(correction: Correction, bleeps: Sequence[Bleep]) -> None:
    written = correction.value.split() if correction.kind in FREE else []
    if redaction.find(written, bleeps):
        raise Cannot("it names somebody whose name is on the bleep list")


def _may_stand(made: Captions, correction: Correction, others: Sequence[Correction]) -> None:
    """Words that a person put in are a speaker's name or a sound; others need approval like any."""
    if why := _no_label(made, correction, others):
        there = any(cue.quote == correction.anchor.quote for cue in made.cues)
        raise Cannot(f"“{correction.value}” {why}", is_open=there)


def _no_label(made: Captions, correction: Correction, others: Sequence[Correction]) -> str:
    kind, value = correction.kind, correction.value
    if kind in NOTES and value and (why := sounds.why_not(value, made.language)):
        return f"cannot be shown: {why}"
    marked_since = {one.value.casefold() for one in others if one.kind in NOTES}
    if kind == "words" and value.casefold() not in marked_since:
        return NO_SPEAKER if correction.was == "label" else NO_SOUND
    return ""


def in_force(corrections: Iterable[Correction], profile: str) -> list[Correction]:
    """Those that hold for this profile."""
    return [correction for correction in corrections if correction.profile in ("", profile)]


def settled(captions: Captions, corrections: Iterable[Correction], kind: str) -> frozenset[tuple[str, int]]:
    """The words (quote and piece) that a person listened to ("heard") or whose unclear speech has a label
    ("unclear"). Only as they sound now.
    """
    strip = Words(captions, Fraction(25))
    found: dict[tuple[str, int], bool] = {}
    for correction in corrections:
        if correction.kind == kind:
            try:
                first, end = strip.find(correction.anchor)
                strip.must_sound(correction.anchor, first, end)
            except Cannot:
                continue
            found |= {
                (word.quote, word.word.piece): bool(correction.value) for word in strip.words[first:end]
            }
    return frozenset(word for word, yes in found.items() if yes)


def labelled(captions: Captions, corrections: Iterable[Correction]) -> tuple[Span[Programme], ...]:
    """Where cues stand that say why their speech is unclear, as a person put it."""
    strip = Words(captions, Fraction(25))
    found = []
    for correction in corrections:
        if correction.kind == "unclear" and correction.value:
            try:
                first, end = strip.find(correction.anchor)
                strip.must_sound(correction.anchor, first, end)
            except Cannot:
                continue
            one, last = strip.head(first).cue, strip.head(end - 1).cue
            if any(isinstance(part, Note) and part.text == correction.value for part in one.parts):
                found.append(Span(one.span.start, last.span.end))
    return tuple(found)


def marked(
    captions: Captions,
    timeline: Timeline,
    number: int,
    kind: str,
    value: str,
    at: Time[Programme] | None = None,
    seconds: float = 1.5,
) -> Correction:
    """What a person says of cue `number` (from 0) without a file. A sound `at` a time of the film has a cue
    of its own.
    """
    value = inner(value) if kind in NOTES else value
    if kind in NOTES and not value:
        raise ConfigError(
            "what is it called?", where=f"--{kind}", next_step=f'write it in words: --{kind} "door slams"'
        )
    why = sounds.why_not(value, captions.language) if kind in NOTES else ""
    if why:
        raise ConfigError(
            f"“{value}” is no sound: {why}", where=f"--{kind}", next_step='say what is heard: "door slams"'
        )
    strip = Words(captions, timeline.rate, timeline)
    cue = captions.cues[number]
    if kind == "nothing" and at is None:
        at, seconds = cue.span.start, float(cue.span.duration)
    if at is not None and kind in (*SOUNDS, "nothing"):
        return Correction(
            kind, anchor_at(timeline, Span(at, at + Fraction(seconds).limit_denominator(1000))), value
        )
    first = _begins(strip, cue)
    anchor = strip.anchor(first, first + 1 if kind in SOUNDS else strip.cue_end(first))
    return Correction(kind, anchor, value, cue.position if kind == "position" else "")


def _begins(strip: Words, cue: Cue) -> int:
    """The word that a cue begins with; of a cue without words, that of the nearest."""
    mine = [at for at, head in strip.heads if head.cue is cue]
    near = min(((abs(head.start - cue.span.start), at) for at, head in strip.heads), default=(0, 0))
    return mine[0] if mine else near[1]


# One kind each --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Here:
    """Where a correction is put on: words `first` to before `end` of the strip."""

    strip: Strip
    first: int
    end: int
    profile: Profile

    @property
    def heads(self) -> list[Head]:
        """Of the cues that show any of the words."""
        return [
            self.strip.head(self.first),
            *(word.head for word in self.strip.words[self.first + 1 : self.end] if word.head),
        ]


def _at_words(strip: Strip, correction: Correction, profile: Profile) -> None:
    try:
        first, end = strip.find(correction.anchor)
    except Cannot:
        if correction.kind == "text" and _is_so(strip, correction):
            return
        raise
    if correction.kind not in ("text", "break", "label", "speaker"):
        strip.must_sound(correction.anchor, first, end)
    _KINDS[correction.kind](_Here(strip, first, end, profile), correction)


def _is_so(strip: Strip, correction: Correction) -> bool:
    """Do the approved words read as was asked by now?"""
    try:
        first, end = strip.find(
            replace(correction.anchor, words=" ".join(map(compared, correction.value.split())))
        )
    except Cannot:
        return False
    return strip.text(first, end) == correction.value


def _text(here: _Here, correction: Correction) -> None:
    if not here.strip.says(here.first, here.end, correction.value):
        raise Cannot(ASK)
    here.strip.write(here.first, here.end, correction.value)


def _break(here: _Here, correction: Correction) -> None:
    if here.end - here.first != 2:
        raise Cannot("the words are not two any more")
    here.strip.end(here.first, correction.value)
    here.strip.words[here.first].settled = True


def _in(here: _Here, correction: Correction) -> None:
    word = here.strip.words[here.first]
    if not word.head:
        raise Cannot(f"no cue begins with “{word.word.text}” any more")
    word.head.time(
        correction, start=(word.word.span.start + fraction(correction.value)).snap(here.strip.rate)
    )


def _out(here: _Here, correction: Correction) -> None:
    word = here.strip.words[here.end - 1]
    if here.strip.cue_end(here.end - 1) != here.end:
        raise Cannot(f"no cue ends with “{word.word.text}” any more")
    here.strip.head(here.first).time(
        correction, end=(word.word.span.end + fraction(correction.value)).snap(here.strip.rate)
    )


def _speaker(here: _Here, correction: Correction) -> None:
    if why := here.strip.why_not(here.first, correction.value):
        raise Cannot(f"“{correction.value}” {why}" if why == NO_SPEAKER else why)
    here.strip.name(here.first, here.end, correction.value)


def _label(here: _Here, correction: Correction) -> None:
    head = here.strip.head(here.first)
    head.label, head.touched = correction.value, True


def _position(here: _Here, correction: Correction) -> None:
    for head in here.heads:
        head.cue, head.touched = replace(head.cue, position=correction.value, why=BY_HAND), True


def _unclear(here: _Here, correction: Correction) -> None:
    here.strip.unnote(here.first, correction.was, "unclear")
    if correction.value:
        here.strip.note(here.first, Note(correction.value, "unclear"), correction)


def _heard(here: _Here, correction: Correction) -> None:
    """Nothing to see: `settled` tells the rules."""


_KINDS: Mapping[str, Callable[[_Here, Correction], None]] = {
    "text": _text, "break": _break, "in": _in, "out": _out, "speaker": _speaker, "label": _label,
    "position": _position, "unclear": _unclear, "heard": _heard,
}  # fmt: skip


# Sounds ---------------------------------------------------------------------------------------


SILENT = "no footage is heard there: a card, a pause or a break is silent"


def _nothing(correction: Correction, timeline: Timeline) -> None:
    """Nothing to see: `dismissed` tells the rules. Where the footage is gone there is nothing to decide."""
    if correction.anchor.heard is None:
        raise Cannot(SILENT)
    if not dismissed(timeline, [correction]):
        raise Cannot("that moment of the footage is not in the film any more", is_open=False)


def _when_heard(one: Correction) -> tuple[Fraction, int, str]:
    """Sounds in their order, whoever marked them first."""
    heard = one.anchor.heard
    return heard.start.seconds if heard else Fraction(0), one.anchor.first, one.value.casefold()


def _sounds(strip: Strip, sounds: list[Correction], correction: Correction) -> list[Correction]:
    """All sounds after one more correction: one is taken away or added; one that `was` something else takes
    its place.
    """
    gone = [one for one in sounds if _replaces(correction, one)]
    hushed = correction.was and (gone or strip.hush(correction.anchor, correction.was))
    if correction.was and not hushed and _is_elsewhere(strip, sounds, correction):
        raise Cannot(f"no such sound is there: “{correction.was}”")
    return [one for one in sounds if one not in gone] + ([correction] if correction.value else [])


def _is_elsewhere(strip: Strip, sounds: Sequence[Correction], correction: Correction) -> bool:
    """Is a sound that is to be taken away told somewhere else in its quote? Where it is not, it is gone."""
    quote, name = correction.anchor.quote, correction.was.casefold()
    notes = [(word.quote, beside.note.text) for word in strip.words for beside in word.notes]
    marked = [(one.anchor.quote, one.value) for one in sounds]
    cues = [(cue.quote, inner(cue.said)) for cue in strip.others]
    return (quote, name) in {(of, text.casefold()) for of, text in [*notes, *marked, *cues]}


def _replaces(correction: Correction, one: Correction) -> bool:
    """Is this what stood there before?"""
    return (
        bool(correction.was) and one.value.casefold() == correction.was.casefold() and _near(one, correction)
    )


def _near(one: Correction, two: Correction) -> bool:
    a, b = one.anchor, two.anchor
    return (
        a.source == b.source
        and a.heard is not None
        and b.heard is not None
        and abs(a.heard.start - b.heard.start) <= 2
    )


def _sound(
    strip: Strip, correction: Correction, by: Conventions, limits: Limits, others: Sequence[Cue]
) -> list[Cue]:
    """A sound's own cue where nobody's words are in the way, else a note in the cue of who speaks."""
    anchor, timeline = correction.anchor, strip.timeline
    assert timeline
    kind: Literal["sound", "music"] = "music" if correction.kind == "music" else "sound"
    note = Note(correction.value, kind)
    if anchor.first >= 0:  # told in a cue, before a word
        at, after = strip.find(anchor)
        strip.must_sound(anchor, at, after)
        strip.note(at, note, correction)
        return []
    if anchor.heard is None:
        raise Cannot(SILENT)
    take = _take_of(timeline, anchor, anchor.heard.start)
    shot = timeline.span(take)
    start = timeline.programme(take, anchor.heard.start).snap(timeline.rate)
    end = min(timeline.programme(take, anchor.heard.end).snap(timeline.rate), shot.end)
    if _is_told(strip, note.text, take.quote, start):
        return []
    span = _free(strip, max(start, shot.start), end, [cue.span for cue in [*others, *strip.others]])
    if span is None:
        near = _word_at(strip, take.quote, start)
        strip.note(near, note, correction)
        return []
    like = Cue(span, (note.text,), "", take.quote, kind=kind, source=take.source)
    position, why = _place_of(strip, like)
    own = replace(like, conventions=by, position=position, why=why)
    laid = lines(own.text, limits)
    if len(laid) > limits.area.lines:
        raise Cannot(f"it takes {len(laid)} lines, of {limits.area.lines}: say it in fewer words")
    return [own.broken(laid)]


def _take_of(timeline: Timeline, anchor: Anchor, moment: Time[Source]) -> Take:
    """The take that plays this moment of the footage; of its own quote, where several do."""
    rate = timeline.rate
    takes = [
        take
        for take in timeline.takes
        if take.source == anchor.source and take.source_in(rate) <= moment < take.source_out(rate)
    ]
    if takes:
        return next((take for take in takes if take.quote == anchor.quote), takes[0])
    if any(take.quote == anchor.quote for take in timeline.takes):
        raise Cannot("that moment of the footage is not in the film any more")
    raise Cannot(f"{anchor.quote} is not in this film", is_open=False)


def _place_of(strip: Strip, cue: Cue) -> tuple[str, str]:
    """Where the nearest cue of its quote stands, and why."""
    heads = [head for _, head in strip.heads if head.cue.quote == cue.quote]
    near = min(heads, key=lambda head: abs(head.start - cue.span.start), default=None)
    return (near.cue.position, near.cue.why) if near else ("bottom", "")


def _is_told(strip: Strip, text: str, quote: str, start: Time[Programme]) -> bool:
    """Was the sound put on before?"""
    own = any(cue.said == text and abs(cue.span.start - start) <= 1 / strip.rate for cue in strip.others)
    return own or any(
        beside.note.text == text
        for word in strip.words
        if word.quote == quote and abs(word.word.span.start - start) <= 2
        for beside in word.notes
    )


def _free(
    strip: Strip, start: Time[Programme], end: Time[Programme], taken: Sequence[Span[Programme]]
) -> Span[Programme] | None:
    """From `start` on, as long as there is room: a cue whose words are over goes when the sound comes. None
    where there is too little.
    """
    trimmed = [(at, head) for at, head in strip.heads if head.start < start < head.end]
    for at, _ in trimmed:
        spoken = max(word.word.span.end for word in strip.words[at : strip.cue_end(at)])
        if spoken.snap(strip.rate) > start:
            return None
    end = min([end, *(head.start for _, head in strip.heads if start <= head.start < end)])
    for span in taken:
        if span.start <= start < span.end:
            return None
        end = span.start if start < span.start < end else end
    if end - start < SOUND:
        return None
    for _, head in trimmed:
        head.end, head.touched = start, True
    return Span(start, end)


def _word_at(strip: Strip, quote: str, moment: Time[Programme]) -> int:
    """The word of a quote before which a sound is told: the next one said, in the cue that is on the
    screen.
    """
    mine = [at for at, word in enumerate(strip.words) if word.quote == quote]
    if not mine:
        raise Cannot(f"{quote} has no captions to tell it in")
    heads = [(at, head) for at, head in strip.heads if head.cue.quote == quote]
    on = [at for at, head in heads if head.start <= moment < head.end][:1]
    for at in on:
        mine = list(range(at, strip.cue_end(at)))
    later = (at for at in mine if strip.words[at].word.span.start + 1 / strip.rate > moment)
    return next(later, mine[0] if on else mine[-1])
