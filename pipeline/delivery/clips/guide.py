"""The guide for whoever holds a session with clips: to be printed and copied, a clip a sheet."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.delivery.clips.model import Clip, Pack
from pipeline.delivery.training.blocks import (
    Block,
    Boxed,
    Guide,
    Heading,
    Items,
    Paragraph,
    Room,
    Table,
    Turn,
)
from pipeline.delivery.training.guide_words import Said, Words, clock, paragraphs

POINTS = 13
"""Of its letters: clear print asks for 12 to 14."""

LINES = 8
"""To write on, after a question."""


def guide(pack: Pack) -> Guide:
    """What may be done with the clips, what to do before, each clip, and where to turn to."""
    words = Words(pack.language)
    blocks = (
        *_may(pack, words),
        *_clips(pack, words),
        *_before(pack, words),
        *(block for number, one in enumerate(pack.clips, 1) for block in _clip(number, one, pack, words)),
        *_notes(pack, words),
        *_support(pack, words),
        Heading(2, words.own("clips.after")),
        Items(words.each("clips.after_list")),
    )
    name = words.theirs(pack.title, pack.language)
    page = words.own("page", page="{page}", pages="{pages}").words
    return Guide(words.page, name, words.own("clips.guide"), blocks, page)


def may(pack: Pack, words: Words) -> tuple[Said, ...]:
    """What people agreed to, until when, and whom to ask."""
    until = pack.until
    return (
        words.own(f"clips.{pack.use}"),
        *([words.own("clips.until", day=words.day(until))] if until else []),
        words.own("clips.withdrawn"),
        words.own("clips.ask"),
    )


def count(pack: Pack, words: Words) -> Said:
    """How many clips there are, and how long they are together."""
    key = "clips.count_one" if len(pack.clips) == 1 else "clips.count"
    return words.own(key, clips=len(pack.clips), long=words.lasting(pack.seconds))


def shown(pack: Pack, words: Words) -> Said:
    """Where the captions are."""
    key = "in_pictures" if pack.burnt else "as_files" if pack.sidecars else "no_captions"
    return words.own(f"clips.{key}")


def named(number: int, clip: Clip, pack: Pack, words: Words) -> Said:
    """A clip's title after its number."""
    title = words.theirs(clip.title, pack.language)
    return Said(words.own("clips.named", number=number, title=title.words).words, title.lang)


def about(clip: Clip, words: Words) -> str:
    """Who speaks, as they may be named, and how long it is."""
    return " · ".join([*clip.speakers, words.lasting(clip.seconds)])


def allowed(clip: Clip, pack: Pack, words: Words) -> str:
    """What a clip may be used for, and until when: on its sheet, which goes from hand to hand without the
    others.
    """
    until = [words.own("clips.last", day=words.day(clip.until)).words] if clip.until else []
    return " · ".join([words.own(f"clips.only.{pack.use}").words, *until])


def noted(text: str, pack: Pack, words: Words) -> tuple[Said, ...]:
    """A text of the production's, a paragraph each."""
    return tuple(words.theirs(line, pack.language) for line in paragraphs(text))


def _may(pack: Pack, words: Words) -> Iterator[Block]:
    yield Heading(2, words.own("clips.may"))
    yield Boxed("care", may(pack, words))


def _clips(pack: Pack, words: Words) -> Iterator[Block]:
    yield Heading(2, words.own("clips.list"))
    yield Paragraph(count(pack, words))
    head = tuple(words.own(f"clips.{one}") for one in ("clip", "speaks", "long"))
    rows = (
        (
            named(number, one, pack, words),
            words.theirs(", ".join(one.speakers), pack.language),
            Said(words.lasting(one.seconds)),
        )
        for number, one in enumerate(pack.clips, 1)
    )
    yield Table(head, tuple(rows), wide=0)


def _before(pack: Pack, words: Words) -> Iterator[Block]:
    yield Heading(2, words.own("clips.before"))
    yield Items((*words.each("clips.before_list"), shown(pack, words)))
    if pack.agreement:
        yield Heading(3, words.own("agreement"))
        yield Paragraph(words.own("agreement_how"), "soft")
        yield Items(tuple(words.theirs(line, pack.language) for line in pack.agreement))


def _clip(number: int, clip: Clip, pack: Pack, words: Words) -> Iterator[Block]:
    yield Heading(2, named(number, clip, pack, words), apart=True)
    yield Paragraph(Said(about(clip, words)), "soft")
    yield Paragraph(Said(allowed(clip, pack, words)), "soft")
    if clip.content_note:
        yield Boxed("care", noted(clip.content_note, pack, words), words.own("clips.note"))
    if clip.lines:
        yield Heading(3, words.own("clips.said"))
    for line in clip.lines:
        speaker, text = (words.theirs(one, pack.language) for one in (line.speaker, line.text))
        yield Turn(clock(line.start), speaker, text)
    if clip.question:
        yield Boxed("question", noted(clip.question, pack, words), words.own("clips.question"))
        yield Paragraph(words.own("clips.seconds", seconds=words.lasting(clip.question_seconds)), "soft")
    yield Heading(3, words.own("clips.room"))
    yield Room(LINES)


def _notes(pack: Pack, words: Words) -> Iterator[Block]:
    if pack.notes:
        yield Heading(2, words.own("notes"), apart=True)
        yield Boxed("notes", tuple(line for note in pack.notes for line in noted(note, pack, words)))


def _support(pack: Pack, words: Words) -> Iterator[Block]:
    if not pack.support:
        return
    yield Heading(2, words.own("support"), apart=not pack.notes)
    yield Paragraph(words.own("clips.support_how"), "soft")
    for name, *lines in pack.support:
        yield Boxed(
            "support",
            tuple(words.theirs(line, pack.language) for line in lines if line),
            words.theirs(name, pack.language),
        )
