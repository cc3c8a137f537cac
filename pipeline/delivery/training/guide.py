"""The guide for whoever holds a session with the film: to be printed, in print, large print and easy read.

The easy-read guide has no notes of the facilitator's in it and may be given to anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pipeline.core.footage import Fonts
from pipeline.core.time import nearest
from pipeline.delivery.training.blocks import (
    NO_FONTS,
    Block,
    Boxed,
    Guide,
    Heading,
    Items,
    Paragraph,
    Setter,
    Table,
    Turn,
    html,
    pdf,
)
from pipeline.delivery.training.guide_words import (
    NOTHING,
    Asked,
    Said,
    Words,
    asked,
    clock,
    paragraphs,
    past,
    sentences,
    translations,
)
from pipeline.delivery.training.model import Line, Stop, Training
from pipeline.delivery.training.package import Content
from pipeline.engine.tools import Tools

USES = ("training", "workshop", "public")

SIZES = {"": 13, "-large": 18, "-easy-read": 18}
"""Points of the letters: clear print asks for 12 to 14, large print for 16 to 18 and more."""


def files(training: Training, fonts: Fonts = NO_FONTS, *, setter: Setter = Tools.pdf) -> dict[str, Content]:
    """The guide in the film's language and in each that its breaks are translated into. `fonts` are those
    that the production names for its captions.
    """
    found: dict[str, Content] = {}
    for language in (training.language, *translations(training.stops, training.language)):
        end = "" if language == training.language else f".{language}"
        guide, plain = full(training, language), easy(training, language)
        for name, one in (("", guide), ("-large", guide), ("-easy-read", plain)):
            if name != "-large":
                found[f"guide{name}{end}.html"] = html(one)
            found[f"guide{name}{end}.pdf"] = pdf(one, SIZES[name], fonts, setter=setter)
    return found


# The guide ----------------------------------------------------------------------------------------


def full(training: Training, language: str) -> Guide:
    """Everything that a facilitator wants beside the film."""
    words = Words(language)
    blocks = (
        *_before(training, words),
        *_glance(training, words),
        *_breaks(training, words),
        *_care(training, words),
        *_silent(training, words),
        *_transcript(training, words),
        *_support(training, words),
    )
    return _guide(training, words, "guide", blocks)


def _guide(
    training: Training, words: Words, about: str, blocks: tuple[Block, ...], *, plain: bool = False
) -> Guide:
    name = words.theirs(training.title, training.language)
    page = words.own("page", page="{page}", pages="{pages}").words
    contents = NOTHING if plain else words.own("contents")
    return Guide(words.page, name, words.own(about), blocks, page, contents, plain)


def _before(training: Training, words: Words) -> Iterator[Block]:
    film = training.language
    yield Heading(2, words.own("before"))
    yield Paragraph(_about(training, words))
    if training.use in USES:
        yield Paragraph(words.own(f"uses.{training.use}"))
    if training.versions:
        kinds = ", ".join(words.own(one.kind).words for one in training.versions)
        yield Paragraph(words.own("versions", versions=kinds))
    if training.content_note:
        yield Heading(3, words.own("warn"))
        yield Paragraph(words.own("warn_how"), "soft")
        yield Boxed("care", tuple(words.theirs(line, film) for line in paragraphs(training.content_note)))
    yield Heading(3, words.own("use"))
    yield Items(words.each("use_list"))
    if training.agreement:
        yield Heading(3, words.own("agreement"))
        yield Paragraph(words.own("agreement_how"), "soft")
        yield Items(tuple(words.theirs(line, film) for line in training.agreement))


def _about(training: Training, words: Words) -> Said:
    waiting = sum((stop.seconds for stop in training.stops), Fraction(0))
    count = len(training.stops)
    return words.own(
        "about_none" if not count else "about_one" if count == 1 else "about",
        film=words.lasting(training.duration),
        breaks=count,
        waiting=words.lasting(waiting),
        all=words.lasting(training.duration + waiting),
    )


def _glance(training: Training, words: Words) -> Iterator[Block]:
    if not training.stops:
        return
    yield Heading(2, words.own("glance"))
    rows: list[tuple[Said, ...]] = []
    before = Fraction(0)
    for number, stop in enumerate(training.stops, 1):
        rows.append((Said(clock(before)), words.own("glance_film"), Said(words.lasting(stop.at - before))))
        rows.append((Said(clock(stop.at)), _named(number, stop, words), Said(words.lasting(stop.seconds))))
        before = stop.at
    left = training.duration - before
    if nearest(left):
        rows.append((Said(clock(before)), words.own("glance_film"), Said(words.lasting(left))))
    rows.append((Said(clock(training.duration)), words.own("end"), NOTHING))
    head = tuple(words.own(f"glance_{one}") for one in ("time", "what", "long"))
    yield Table(head, tuple(rows))


def _named(number: int, stop: Stop, words: Words) -> Said:
    return words.own("break", number=number, kind=words.own(f"kind.{stop.kind}").words)


def _breaks(training: Training, words: Words) -> Iterator[Block]:
    for number, stop in enumerate(training.stops, 1):
        said = asked(stop, words, training.language)
        how = words.own(f"how.{stop.kind}").words
        yield Heading(2, _named(number, stop, words))
        yield Paragraph(
            words.own("at", at=clock(stop.at), seconds=words.lasting(stop.seconds), how=how), "soft"
        )
        if said.content_note:
            yield Boxed("care", said.content_note, words.own("take_care"))
        yield Boxed("question", (said.prompt,), words.own("question"))
        if said.easy_read:
            yield Boxed("easy", (said.easy_read,), words.own("simple"))
        yield from _guided(stop, said, words)
        if last := _heard(training, stop):
            yield Heading(3, words.own("heard"))
            yield _turn(last, training, words)


def _guided(stop: Stop, said: Asked, words: Words) -> Iterator[Block]:
    """What helps to hold a break."""
    if stop.template != "own":
        yield Heading(3, words.own("steps"))
        yield Items(words.each(f"template.{stop.template}"), numbered=True)
    if said.notes:
        yield Boxed("notes", said.notes, words.own("notes"))


def _heard(training: Training, stop: Stop) -> Line | None:
    """The last that is said before a break."""
    before = [line for line in training.lines if not line.heading and line.start < stop.at]
    return before[-1] if before else None


def _care(training: Training, words: Words) -> Iterator[Block]:
    if training.warnings:
        yield Heading(2, words.own("care"))
    for part in training.warnings:
        times = {"start": clock(part.start), "end": past(part.end)}
        yield Heading(3, words.own("care_part", **times))
        yield Boxed("care", (words.theirs(part.text, training.language),))
        yield Paragraph(words.own("care_skip", **times))


def _silent(training: Training, words: Words) -> Iterator[Block]:
    stops = (words.own("silent_stops"),) if training.stops else ()
    yield Heading(2, words.own("silent"))
    yield Items((*words.each("silent_list"), *stops))


def _transcript(training: Training, words: Words) -> Iterator[Block]:
    """Headings, turns and, between them, where the film stops and what to take care with."""
    if not training.lines:
        return
    yield Heading(2, words.own("transcript"))
    yield Paragraph(words.own("transcript_how"), "soft")
    coming = sorted(_between(training, words), key=lambda one: one[0])
    for line in training.lines:
        while coming and coming[0][0] <= line.start:
            yield coming.pop(0)[1]
        if line.heading:
            yield Heading(3, words.theirs(line.text, training.language))
        else:
            yield _turn(line, training, words)
    yield from (block for _, block in coming)


def _between(training: Training, words: Words) -> Iterator[tuple[Fraction, Block]]:
    for number, stop in enumerate(training.stops, 1):
        prompt = asked(stop, words, training.language).prompt
        yield stop.at, Boxed("stop", (words.own("stop", number=number), prompt))
    for part in training.warnings:
        skip = words.own("care_skip", end=past(part.end))
        yield part.start, Boxed("care", (words.theirs(part.text, training.language), skip))


def _turn(line: Line, training: Training, words: Words) -> Turn:
    film = training.language
    return Turn(clock(line.start), words.theirs(line.speaker, film), words.theirs(line.text, film))


def _support(training: Training, words: Words) -> Iterator[Block]:
    if not training.support:
        return
    yield Heading(2, words.own("support"))
    yield Paragraph(words.own("support_how"), "soft")
    for one in training.support:
        lines = (one.contact, one.about)
        yield Boxed(
            "support",
            tuple(words.theirs(line, training.language) for line in lines if line),
            words.theirs(one.name, training.language),
        )


# Easy read ----------------------------------------------------------------------------------------


def easy(training: Training, language: str) -> Guide:
    """The session for people who read simple words: short lines, one idea each, and none of the notes that
    are for facilitators.
    """
    words = Words(language)
    blocks = (
        *_plain_about(training, words),
        *_plain_questions(training, words),
        *_plain_care(training, words),
        *_plain_support(training, words),
        Heading(2, words.own("plain.words")),
        *_lines(words.each("plain.words_list")),
    )
    return _guide(training, words, "easy", blocks, plain=True)


def _lines(lines: tuple[Said, ...]) -> Iterator[Block]:
    yield from (Paragraph(line) for line in lines)


def _plain_about(training: Training, words: Words) -> Iterator[Block]:
    count, film = len(training.stops), training.language
    yield Heading(2, words.own("plain.about"))
    yield Paragraph(words.own("plain.film"))
    yield Paragraph(words.own("plain.long", film=words.lasting(training.duration)))
    if count:
        yield Paragraph(words.own("plain.stops_one" if count == 1 else "plain.stops", breaks=count))
        yield Paragraph(words.own("plain.asks"))
    yield from _lines(tuple(words.own(f"plain.{one.kind}") for one in training.versions))
    yield from _lines(words.each("plain.free"))
    if training.content_note:
        yield Heading(2, words.own("plain.know"))
        yield Boxed("care", _each(training.content_note, film, words))
        yield Paragraph(words.own("plain.missing_note"), "soft")
    if training.agreement:
        yield Heading(2, words.own("plain.agreement"))
        yield Items(tuple(words.theirs(line, film) for line in training.agreement))


def _each(text: str, language: str, words: Words) -> tuple[Said, ...]:
    return tuple(words.theirs(line, language) for line in sentences(text))


def _parted(lines: tuple[Said, ...]) -> tuple[Said, ...]:
    return tuple(Said(one, line.lang) for line in lines for one in sentences(line.words))


def _plain_questions(training: Training, words: Words) -> Iterator[Block]:
    for number, stop in enumerate(training.stops, 1):
        said = asked(stop, words, training.language)
        yield Heading(2, words.own("plain.question", number=number))
        yield Paragraph(words.own("plain.at", at=clock(stop.at)))
        if said.content_note:
            yield Boxed("care", _parted(said.content_note))
        yield Boxed("question", _parted((said.easy_read or said.prompt,)))
        if not said.easy_read:
            yield Paragraph(words.own("plain.missing"), "soft")
        yield from _lines(words.each(f"plain.how.{stop.kind}"))
        if stop.template != "own":
            yield Items(words.each(f"plain.template.{stop.template}"), numbered=True)
        yield Paragraph(words.own("plain.seconds", seconds=words.lasting(stop.seconds)))
        yield Paragraph(words.own("plain.longer"))


def _plain_care(training: Training, words: Words) -> Iterator[Block]:
    if training.warnings:
        yield Heading(2, words.own("plain.care"))
    for part in training.warnings:
        times = {"start": clock(part.start), "end": past(part.end)}
        yield Paragraph(words.own("plain.care_at", **times))
        yield Boxed("care", _each(part.text, training.language, words))
        yield Paragraph(words.own("plain.care_skip", **times))


def _plain_support(training: Training, words: Words) -> Iterator[Block]:
    if training.support:
        yield Heading(2, words.own("plain.support"))
        yield Paragraph(words.own("plain.support_how"))
    for one in training.support:
        lines = (line for line in (one.contact, one.about) if line)
        film = training.language
        yield Boxed(
            "support", tuple(words.theirs(line, film) for line in lines), words.theirs(one.name, film)
        )
