"""The film from its parts: scenes, cards, takes, holds, cutaways and breaks, snapped once to frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from math import ceil, floor

from pipeline.core.finding import Finding
from pipeline.core.time import Source, Span, Time, clock, decimal, nearest
from pipeline.core.word import Word
from pipeline.edit.marked import outside_words
from pipeline.edit.timeline import Break, Card, Cutaway, Hold, Shot, Take, Timeline, follow
from pipeline.errors import ConfigError, InputError
from pipeline.language import redaction
from pipeline.language.redaction import Bleep
from pipeline.matching.model import Cut
from pipeline.production.breaks import Template, Wording
from pipeline.production.quotes import Quote

BLEEP_BEFORE, BLEEP_AFTER = Fraction(6, 100), Fraction(12, 100)
"""Seconds hidden on either side of a name, beyond where it was found: voices die away slowly."""

REACH_BEFORE, REACH_AFTER = Fraction(15, 100), Fraction(35, 100)
"""Seconds up to which a voice beside a name is taken for it and hidden too: one that is no other word's, and
that no quiet parts from the name. An aligner has ended a name 0.3 s before it was over.
"""


@dataclass(frozen=True)
class CutawayOrder:
    """A picture or a film over a quote: where it lies, and for how many seconds. `join` counts the joins
    of the quote.
    """

    quote: str
    file: str
    still: bool
    over: str
    join: int
    seconds: Fraction
    start: Fraction


@dataclass(frozen=True)
class AngleOrder:
    """Show a quote, or only one part of it, from another camera."""

    quote: str
    angle: str
    part: int | None


@dataclass(frozen=True)
class BreakOrder:
    """A pause to think after a quote, with its prompt."""

    after: str
    prompt: str
    kind: str
    seconds: Fraction
    template: Template = "own"
    easy_read: str = ""
    notes: str = ""
    content_note: str = ""
    translations: tuple[tuple[str, Wording], ...] = ()

    def shot(self, number: int, rate: Fraction) -> Break:
        """The break as the film's `number`th."""
        frames = max(1, nearest(self.seconds * rate))
        return Break(0, frames, f"break-{number}", **{name: getattr(self, name) for name in _SAID})


_SAID = tuple(one.name for one in fields(BreakOrder))


@dataclass(frozen=True)
class Scene:
    """What a scene of production.toml asks for, in the model's words."""

    title: str
    seconds: Fraction
    quotes: tuple[str, ...]
    cutaways: tuple[CutawayOrder, ...]
    before: Mapping[str, Fraction]
    after: Mapping[str, Fraction]
    breaks: tuple[BreakOrder, ...]
    angles: tuple[AngleOrder, ...] = ()

    @property
    def quiet(self) -> Fraction:
        """Seconds of it in which nobody speaks: its title, pauses and breaks."""
        breaks = (one.seconds for one in self.breaks)
        return sum((*self.before.values(), *self.after.values(), *breaks), self.seconds)


@dataclass(frozen=True)
class Storyboard:
    """What production.toml asks for, in order. Cards of the opening and closing: kind, text and seconds."""

    title: str
    rate: Fraction
    size: tuple[int, int]
    opening: tuple[tuple[str, str, Fraction], ...]
    closing: tuple[tuple[str, str, Fraction], ...]
    scenes: tuple[Scene, ...]

    @property
    def seconds(self) -> Fraction:
        """Of all that nobody says: cards, titles, pauses and breaks."""
        cards = (seconds for _, _, seconds in (*self.opening, *self.closing))
        return sum((one.quiet for one in self.scenes), sum(cards, Fraction(0)))


@dataclass(frozen=True)
class Cleared:
    """A quote that has passed the gate, with its cut points and what must be hidden in it."""

    quote: Quote
    contributor: str
    speaker: str
    source: str
    cuts: tuple[Cut, ...]
    bleeps: tuple[Span[Source], ...]
    findings: tuple[Finding, ...] = ()
    """What a person should hear for themselves where a name is hidden."""


Shows = Callable[[str, str], range]
"""Which frames of the film's rate, on a source's clock, one of its angles has a picture for: (source, angle).
"""


def _one_camera(source: str, angle: str) -> range:
    raise ConfigError(
        f'{source} has no angle "{angle}"',
        where="production.toml, scene.angle",
        next_step="add a [[source.angle]]",
    )


def plan(
    board: Storyboard,
    cleared: Mapping[str, Cleared],
    pictured: Callable[[str], Span[Source]],
    shows: Shows = _one_camera,
) -> Timeline:
    """The timeline. `pictured` says from when to when a source has a picture."""
    rate = board.rate
    shots: list[Shot] = [_card(*card, rate) for card in board.opening]
    number = 0
    for scene in board.scenes:
        if scene.seconds:
            shots.append(_card("scene", scene.title, scene.seconds, rate, scene.title))
        for name in scene.quotes:
            takes = _takes(cleared[name], rate, pictured(cleared[name].source))
            takes = _cutaways(_angles(takes, scene, cleared[name].quote.where, rate, shows), scene, rate)
            shots += [
                *_hold(takes[0], 0, scene.before.get(name), rate),
                *takes,
                *_hold(takes[-1], takes[-1].frames - 1, scene.after.get(name), rate),
            ]
            for order in scene.breaks:
                if order.after == name:
                    number += 1
                    heard = min(takes[-1].sound.end, takes[-1].source_out(rate))
                    outside_words(name, cleared[name].quote.where, cleared[name].cuts[-1], heard)
                    shots.append(order.shot(number, rate))
    shots += [_card(*card, rate) for card in board.closing]
    if not shots:
        raise ConfigError(
            "there is nothing in the film", where="production.toml", next_step="add a [[scene]] with quotes"
        )
    return Timeline(board.title, rate, board.size, follow(tuple(shots)))


def _card(style: str, text: str, seconds: Fraction, rate: Fraction, scene: str = "") -> Card:
    return Card(0, max(1, nearest(seconds * rate)), style, text.strip(), scene)


def _takes(cleared: Cleared, rate: Fraction, pictured: Span[Source]) -> list[Take]:
    """One take a stretch: every frame of the film that holds any of its sound, and no other.

    So no sound is lost. The first and the last may begin before the in point or end after the out point:
    what they show still begins inside, since the hand that makes them shows nothing else of a source.
    """
    takes: list[Take] = []
    for part, cut in enumerate(cleared.cuts, 1):
        first = floor(cut.sound.start.seconds * rate)
        last = ceil(min(cut.sound.end, pictured.end).seconds * rate)
        if cut.sound.end <= pictured.start or last <= first:
            beyond = "after the picture of {} ends" if last <= first else "before the picture of {} begins"
            raise InputError(
                f"{cleared.quote.id} is said {beyond.format(cleared.source)}",
                where=cleared.quote.where,
                next_step="correct its times, or take it out of its scene",
            )
        takes.append(
            Take(
                0,
                last - first,
                cleared.quote.id,
                cleared.contributor,
                cleared.speaker,
                cleared.source,
                first,
                sound=cut.sound,
                said=cut.stretch.said,
                part=part,
                parts=len(cleared.cuts),
                bleeps=tuple(span for span in cleared.bleeps if span.overlap(cut.sound)),
            )
        )
    return takes


def _hold(take: Take, frame: int, seconds: Fraction | None, rate: Fraction) -> list[Hold]:
    """The pause that was asked for, to the frame: the quiet that a shot has before and after its own words is
    the shot's and does not count.
    """
    if not seconds:
        return []
    return [
        Hold(
            0,
            max(1, nearest(seconds * rate)),
            take.quote,
            take.contributor,
            take.source,
            take.first + frame,
            take.sound,
            take.angle,
        )
    ]


def _angles(takes: list[Take], scene: Scene, where: str, rate: Fraction, shows: Shows) -> list[Take]:
    """The takes of one quote, each seen from the camera that was asked for; refused where that camera was not
    running.
    """
    for order in scene.angles:
        if order.quote != takes[0].quote:
            continue
        if order.part and order.part > len(takes):
            raise ConfigError(
                f"{order.quote} has {len(takes)} part(s), not {order.part}",
                where="production.toml, scene.angle",
                next_step="correct `part`, or leave it out: then all of the quote is seen from there",
            )
        for index, take in enumerate(takes):
            if order.part in (None, take.part):
                there = shows(take.source, order.angle)
                if take.first < there.start or take.first + take.frames > there.stop:
                    raise InputError(
                        f"{take.quote} is said from {clock(take.first / rate)} to "
                        f"{clock((take.first + take.frames) / rate)} of {take.source}, and angle "
                        f'"{order.angle}" has a picture from {clock(max(0, there.start) / rate)} to '
                        f"{clock(max(0, there.stop) / rate)} of it",
                        where=where,
                        next_step="show it from another camera (scene.angle in production.toml)",
                    )
                takes[index] = replace(take, angle=order.angle)
    return takes


def _cutaways(takes: list[Take], scene: Scene, rate: Fraction) -> list[Take]:
    """The takes of one quote with its cutaways laid over them, in frames counted along the quote."""
    starts = [sum(take.frames for take in takes[:index]) for index in range(len(takes) + 1)]
    whole = starts[-1]
    for order in scene.cutaways:
        if order.quote != takes[0].quote:
            continue
        frames = min(nearest(order.seconds * rate), whole)
        if order.over == "join":
            if order.join >= len(takes):
                raise ConfigError(
                    f"{order.quote} has {len(takes) - 1} join(s), not {order.join}",
                    where="production.toml, scene.cutaway",
                    next_step='lay it over = "start", "end" or "all", or correct join',
                )
            begin = max(0, min(starts[order.join] - frames // 2, whole - frames))
        elif order.over == "all":
            begin, frames = 0, whole
        else:
            begin = 0 if order.over == "start" else whole - frames
        for index, take in enumerate(takes):
            low, high = max(begin, starts[index]), min(begin + frames, starts[index + 1])
            if high > low:
                start = Fraction(0) if order.still else order.start + (low - begin) / rate
                laid = Cutaway(order.file, order.still, start, low - starts[index], high - low)
                takes[index] = replace(take, cutaways=(*take.cutaways, laid))
    return takes


def find_names(
    bleeps: Sequence[Bleep],
    approved: Sequence[tuple[str, Span[Source]]],
    heard: Sequence[Word],
    quiet: Sequence[Span[Source]] = (),
) -> tuple[Span[Source], ...]:
    """Where names to hide are said: by the approved words at their aligned times, and by what was heard.

    Only the words of a name that its `sound` lists are hidden. What the recogniser heard counts where
    the approved text does not have the name already: its times are rougher, and would hide neighbours.
    Beside a name is hidden what no other word has and no `quiet` parts from it.
    """
    sure = _named(bleeps, list(approved))
    rough = [
        span
        for span in _named(bleeps, [(word.text, word.span) for word in heard])
        if not any(span.overlap(known) for known in sure)
    ]
    return _merged([_guarded(span, [one for _, one in approved], quiet) for span in [*sure, *rough]])


def _guarded(
    name: Span[Source], words: Sequence[Span[Source]], quiet: Sequence[Span[Source]]
) -> Span[Source]:
    """A name with its guards: always the least ones, and on to the next quiet or the next word."""
    zero = Time[Source](Fraction(0))
    ends = [one.end for one in (*words, *quiet) if one.end <= name.start]
    ends += [name.start for one in quiet if one.start < name.start < one.end]
    begins = [one.start for one in (*words, *quiet) if one.start >= name.end]
    begins += [name.end for one in quiet if one.start < name.end < one.end]
    start = max([name.start + -REACH_BEFORE, *ends])
    end = min([name.end + REACH_AFTER, *begins])
    return Span(
        max(zero, min(start, name.start + -BLEEP_BEFORE)),
        max(end, name.end + BLEEP_AFTER),
    )


def names_to_hear(
    where: str, bleeps: Sequence[Bleep], cuts: Sequence[Cut], hidden: Sequence[Span[Source]]
) -> tuple[Finding, ...]:
    """What is left beside a hidden name that may still be it, and approved words that go with one."""
    texts = [word.text for cut in cuts for word in cut.stretch.said]
    names = {index for one in redaction.find(texts, bleeps) for index in one.sounds}
    told, index = [], 0
    for cut in cuts:
        words = [word.span for word in cut.stretch.said]
        for word, raw in zip(cut.stretch.said, cut.raw or words, strict=True):
            at, guards = word.span, [span for span in hidden if span.overlap(word.span)]
            over = sum((at.overlap(span) for span in guards), start=Fraction(0))
            if index not in names and over * 2 > at.duration:
                what = f"“{word.text}” at {at.start} is hidden with the name beside it: listen to the shot"
                told.append(_to_hear(where, what, f"{decimal(over, 2)} s of it", "half of it"))
            if index in names and guards and (left := _left(guards[-1], raw, words, cut)):
                what = (
                    f"a voice goes on at {guards[-1].end}, after the hidden “{word.text}”: listen for its end"
                )
                told.append(_to_hear(where, what, f"{decimal(left, 2)} s", "0 s"))
            index += 1
    return tuple(told)


def _left(guard: Span[Source], heard: Span[Source], words: Sequence[Span[Source]], cut: Cut) -> Fraction:
    """Seconds after a guard that may still be the name: to where the recogniser has it end, or what is no
    other word's and what no quiet parts from it.
    """
    if any(span.start <= guard.end < span.end for span in cut.quiet):
        return Fraction(0)
    until = heard.end
    if not any(span.start <= guard.end < span.end for span in words):
        begins = [span.start for span in (*words, *cut.quiet) if span.start > guard.end]
        until = max(until, min([*begins, cut.sound.end]))
    return max(Fraction(0), min(until, cut.sound.end) - guard.end)


def _to_hear(where: str, what: str, measured: str, limit: str) -> Finding:
    return Finding("hidden-name", "warning", where, what, measured, limit)


def _named(bleeps: Sequence[Bleep], words: Sequence[tuple[str, Span[Source]]]) -> list[Span[Source]]:
    return [
        words[index][1] for one in redaction.find([word for word, _ in words], bleeps) for index in one.sounds
    ]


def _merged(spans: Sequence[Span[Source]]) -> tuple[Span[Source], ...]:
    out: list[Span[Source]] = []
    for span in sorted(spans):
        if out and span.start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, span.end))
        else:
            out.append(span)
    return tuple(out)
