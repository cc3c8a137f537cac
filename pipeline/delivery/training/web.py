"""The film on a plain page: for systems that strip scripts, frames and styles, as most editors of pages do.

The browser's own player has captions and chapters; what to ask when is a list, with a link to each place. It
is for learners: a facilitator's notes are not in it. Where a system strips a tag, its words stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from pipeline.captions import formats
from pipeline.core.time import decimal
from pipeline.delivery.training.blocks import templates
from pipeline.delivery.training.guide_words import (
    Said,
    Words,
    asked,
    clock,
    paragraphs,
    past,
    runs,
    translations,
)
from pipeline.delivery.training.model import Stop, Stretch, Training
from pipeline.delivery.training.package import Content, size, told


@dataclass(frozen=True)
class Place:
    """A moment of the film: for a link, and for people."""

    seconds: str
    clock: str


@dataclass(frozen=True)
class Question:
    """A break on the page: what it asks, in each language that has it."""

    place: Place
    what: Said
    prompts: tuple[Said, ...]
    easy_read: Said
    care: tuple[Said, ...]
    steps: tuple[Said, ...]


def files(training: Training, base: str = "") -> dict[str, Content]:
    """A folder: `snippet.html` to be pasted into a page, the same as a page of its own, and what both show.

    `base` is the address of the folder on the web, ending in "/", for the snippet; blank where the files will
    have addresses of their own.
    """
    captions = f"captions.{training.language}.vtt"
    media: dict[str, Content] = {
        "film.mp4": training.film,
        "poster.jpg": training.poster,
        captions: formats.write("vtt", training.captions).encode(),
    }
    if training.chapters:
        media["chapters.vtt"] = chapters(training.chapters)
    media |= {f"{one.kind}.mp4": one.file for one in training.versions}
    pages: dict[str, Content] = {
        "README.txt": readme(training, media).encode(),
        "snippet.html": snippet(training, base).encode(),
        "index.html": _rendered("page.html", training, top=1),
    }
    return pages | media


def snippet(training: Training, base: str = "") -> str:
    """The film, its questions and its transcript as one piece of HTML without scripts and styles."""
    return _rendered("snippet.html", training, base).decode()


def chapters(parts: tuple[Stretch, ...]) -> bytes:
    """WebVTT for a track of chapters."""
    cues = (
        f"{_stamp(one.start)} --> {_stamp(one.end)}\n{escape(' '.join(one.text.split()), quote=False)}\n"
        for one in parts
    )
    return "\n".join(["WEBVTT\n", *cues]).encode()


def _stamp(seconds: Fraction) -> str:
    whole = round(seconds * 1000)
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


def _rendered(template: str, training: Training, base: str = "", top: int = 2) -> bytes:
    """`top` is the level of its first heading."""
    words = Words(training.language)
    text = (
        templates()
        .get_template(template)
        .render(
            film=training,
            base=base,
            top=top,
            words=words,
            runs=runs,
            place=_place,
            past=past,
            theirs=lambda text: words.theirs(text, training.language),
            lines=lambda text: [words.theirs(line, training.language) for line in paragraphs(text)],
            questions=list(_questions(training)),
        )
    )
    return text.encode()


def _place(seconds: Fraction) -> Place:
    return Place(decimal(seconds, 3), clock(seconds))


def _questions(training: Training) -> Iterator[Question]:
    words = Words(training.language)
    for stop in training.stops:
        said = asked(stop, words, training.language)
        what = words.own(
            "site.what", kind=words.own(f"kind.{stop.kind}").words, seconds=words.lasting(stop.seconds)
        )
        steps = () if stop.template == "own" else words.each(f"template.{stop.template}")
        prompts = (said.prompt, *_translated(stop, training))
        yield Question(_place(stop.at), what, prompts, said.easy_read, said.content_note, steps)


def _translated(stop: Stop, training: Training) -> Iterator[Said]:
    """Its prompt in other languages."""
    for language in translations(training.stops, training.language):
        if language in stop.translations:
            yield Said(stop.translations[language].prompt, language)


# README -------------------------------------------------------------------------------------------

_SAYS = {
    "snippet.html": "to be pasted into a page: no scripts, no styles",
    "index.html": "the same, as a page of its own",
    "film.mp4": "the film, without captions in its pictures",
    "poster.jpg": "the picture before it starts",
    "chapters.vtt": "its chapters",
    "described.mp4": "the film with audio description",
    "signed.mp4": "the film with sign language",
}


def readme(training: Training, media: dict[str, Content]) -> str:
    """How to put the folder onto a page, in plain text."""
    names = ["snippet.html", "index.html", *media]
    listed = (f"    {name:<24}{_says(name)}{_size(media.get(name))}" for name in names)
    text = (
        templates()
        .get_template("web-readme.txt")
        .render(title=training.title, listed="\n".join(listed), captions=f"captions.{training.language}.vtt")
    )
    return text.rstrip() + "\n"


def _says(name: str) -> str:
    return "its captions" if name.startswith("captions.") else _SAYS[name]


def _size(content: Content | None) -> str:
    return "" if content is None else f", {told(size(content))}"
