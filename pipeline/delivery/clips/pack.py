"""What a facilitator carries away: each clip with its captions, transcript and poster; for all of them a page
to open first and a guide to print. The same clips make the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pipeline.captions import formats
from pipeline.core.footage import Fonts
from pipeline.delivery.clips import guide, index
from pipeline.delivery.clips.model import Clip, Pack
from pipeline.delivery.training import blocks, package
from pipeline.delivery.training.guide_words import Words, clock, paragraphs
from pipeline.delivery.training.package import Content
from pipeline.engine.task import Context, Task
from pipeline.engine.workspace import Workspace

Files = dict[str, Content]

GUIDE_PDF, ZIP = "guide.pdf", "pack.zip"


def files(pack: Pack, fonts: Fonts, workspace: Workspace) -> tuple[dict[str, Files], Files]:
    """The files of each clip, by the clip's name, and those that all share; each by its name in the pack's
    folder. `fonts` are those that the production names for its captions.
    """
    own = {one.name: _of_clip(number, one, pack) for number, one in enumerate(pack.clips, 1)}
    told = guide.guide(pack)
    shared: Files = {
        "index.html": index.page(pack, own),
        "guide.html": blocks.html(told),
        GUIDE_PDF: _pdf(told, pack, fonts, workspace),
    }
    return own, shared


def zipped(
    pack: Pack, own: Mapping[str, Mapping[str, Content]], shared: Mapping[str, Content], workspace: Workspace
) -> Path:
    """All of it in one file, the page first."""
    inside = {**shared, **{name: content for one in own.values() for name, content in one.items()}}
    hashes = [[name, package.hash_of(content, workspace)] for name, content in inside.items()]
    folder = workspace.make(ZIPPED, pack.name, _people(pack), {"inside": inside}, content=hashes)
    return folder / ZIP


def _of_clip(number: int, clip: Clip, pack: Pack) -> Files:
    found: Files = {f"{clip.name}.mp4": clip.film}
    if pack.sidecars and clip.captions.cues:
        said = index.unsourced(clip.captions)
        found |= {f"{clip.name}.{kind}": formats.write(kind, said).encode() for kind in ("srt", "vtt")}
    transcript = "\n".join(_transcript(number, clip, pack)) + "\n"
    return found | {f"{clip.name}.txt": transcript.encode(), f"{clip.name}.jpg": clip.poster}


def _transcript(number: int, clip: Clip, pack: Pack) -> Iterator[str]:
    """Plain text: what may be done with it first. Days are written in figures: May and June are names too."""
    words = Words(pack.language)
    title = guide.named(number, clip, pack, words).words
    yield from (title, "=" * len(title), "")
    yield from (pack.title, guide.about(clip, words), "")
    yield words.own(f"clips.{pack.use}").words
    if until := clip.until or pack.until:
        yield words.own("clips.until_one", day=until.isoformat()).words
    yield from (words.own("clips.withdrawn").words, "")
    if clip.content_note:
        yield from (f"{words.own('clips.note').words}:", *paragraphs(clip.content_note), "")
    for line in clip.lines:
        speaker = f"{line.speaker}: " if line.speaker else ""
        yield from (f"[{clock(line.start)}] {speaker}{' '.join(line.text.split())}", "")
    if clip.question:
        yield from (f"{words.own('clips.question').words}:", *paragraphs(clip.question))
        yield words.own("clips.seconds", seconds=words.lasting(clip.question_seconds)).words


# Kept --------------------------------------------------------------------------------------------


def _pdf(told: blocks.Guide, pack: Pack, fonts: Fonts, workspace: Workspace) -> Path:
    folder = workspace.make(
        GUIDE,
        pack.name,
        _people(pack),
        template=blocks.template(),
        values=blocks.values(told, guide.POINTS),
        fonts=fonts,
    )
    return folder / GUIDE_PDF


def _set(context: Context, *, template: str, values: dict[str, object], fonts: Fonts) -> None:
    (context.folder / GUIDE_PDF).write_bytes(context.tools.pdf(template, values, fonts))


def _zip(context: Context, *, inside: Mapping[str, Content], **_: object) -> None:
    package.zipped(inside, context.folder / ZIP)


GUIDE: Task[Path] = Task("guide to {}", 1, _set, tools=("typesetter", "fonts"), here=True)
ZIPPED: Task[Path] = Task("zip of {}", 1, _zip, here=True)


def _people(pack: Pack) -> frozenset[str]:
    return frozenset[str]().union(*(one.facts.people for one in pack.clips))
