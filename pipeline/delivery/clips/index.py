"""The page that a pack opens with: from a disk, a stick or a phone, without a network and without a script.

Each clip plays in the page. Where its captions are in the picture, they are there; where they are not, they
stand in the page itself: a browser lets no page on a disk read a file beside it, a caption file either.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipeline.captions import formats
from pipeline.captions.model import Captions
from pipeline.delivery.clips.guide import about, allowed, count, may, noted, shown
from pipeline.delivery.clips.model import Clip, Pack
from pipeline.delivery.training.blocks import templates
from pipeline.delivery.training.guide_words import Said, Words, clock, runs
from pipeline.delivery.training.package import Content, size, told

KINDS = {".srt": "SubRip (.srt)", ".vtt": "WebVTT (.vtt)"}


@dataclass(frozen=True)
class Link:
    """A file of the pack, and what it is."""

    file: str
    says: str


@dataclass(frozen=True)
class Turn:
    """What somebody says, and when."""

    at: str
    speaker: Said
    text: Said


@dataclass(frozen=True)
class Shown:
    """A clip as the page has it."""

    clip: Clip
    title: Said
    about: str
    allowed: str
    note: tuple[Said, ...]
    question: tuple[Said, ...]
    seconds: str
    turns: tuple[Turn, ...]
    links: tuple[Link, ...]
    track: str
    """Its captions, for the page's own player; blank where they are in the picture or nowhere."""


def page(pack: Pack, files: Mapping[str, Mapping[str, Content]]) -> bytes:
    """index.html; `files` are those of each clip, by the clip's name."""
    words = Words(pack.language)
    text = (
        templates("pipeline.delivery.clips")
        .get_template("index.html")
        .render(
            pack=pack,
            title=words.theirs(pack.title, pack.language),
            count=count(pack, words),
            may=may(pack, words),
            captions=shown(pack, words),
            clips=[_shown(one, pack, words, files[one.name]) for one in pack.clips],
            agreement=[words.theirs(line, pack.language) for line in pack.agreement],
            support=[[words.theirs(part, pack.language) for part in one if part] for one in pack.support],
            words=words,
            runs=runs,
        )
    )
    return text.encode()


def _shown(clip: Clip, pack: Pack, words: Words, files: Mapping[str, Content]) -> Shown:
    seconds = words.lasting(clip.question_seconds)
    return Shown(
        clip,
        words.theirs(clip.title, pack.language),
        about(clip, words),
        allowed(clip, pack, words),
        noted(clip.content_note, pack, words),
        noted(clip.question, pack, words),
        words.own("clips.seconds", seconds=seconds).words,
        tuple(
            Turn(
                clock(line.start),
                words.theirs(line.speaker, pack.language),
                words.theirs(line.text, pack.language),
            )
            for line in clip.lines
        ),
        tuple(Link(name, _says(name, content, words)) for name, content in files.items() if _offered(name)),
        "" if pack.burnt or not pack.sidecars else _track(clip),
    )


def _offered(name: str) -> bool:
    return not name.endswith(".jpg")


def _says(name: str, content: Content, words: Words) -> str:
    if name.endswith(".mp4"):
        return words.own("clips.film", file=name, size=told(size(content))).words
    kind = KINDS.get(name[-4:], "")
    return words.own("clips.captions" if kind else "clips.transcript", kind=kind).words


def _track(clip: Clip) -> str:
    """WebVTT as an address of its own (RFC 2397)."""
    if not clip.captions.cues:
        return ""
    said = formats.write("vtt", unsourced(clip.captions)).encode()
    return f"data:text/vtt;charset=utf-8;base64,{b64encode(said).decode()}"


def unsourced(captions: Captions) -> Captions:
    """Without the ids of recordings and quotes: an id may be somebody's name."""
    return replace(captions, cues=tuple(replace(cue, source="", quote="") for cue in captions.cues))
