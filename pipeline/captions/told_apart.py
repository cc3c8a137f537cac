"""Cues that come from outside: what a file shows, told apart into the parts that it is made of.

The other way of `shown`: whatever is told apart here reads as it did before, or it is left as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.captions.model import Cue
from pipeline.production.profile import AS_WRITTEN, Conventions, marks

LABELS = ("{name}:", "{NAME}:", "[{name}]", "[{NAME}]", "({name})", "({NAME})")
"""How names are written before words, in files by whatever guideline."""

MUSIC = ("♪ {text} ♪", "♪♪ {text} ♪♪", "# {text} #", "♪{text}♪", "♪ {text}", "MUSIC: {text}")
"""How music is written, likewise."""

NOTES = ("♪", "♫")


def told_apart(cue: Cue, conventions: Conventions = AS_WRITTEN) -> Cue:
    """A cue as a file has it, whose name, marks and brackets are taken out of its text, where the file says
    who speaks and what kind of cue it is. By these conventions; a name by any that are usual.

    >>> from pipeline.captions.model import plain_cue
    >>> from pipeline.core.time import Span
    >>> amara = told_apart(plain_cue(Span.measured(0, 2), ("[Amara] They", "saw me."), "Amara"))
    >>> amara.label, amara.said, amara.lines
    (True, 'They saw me.', ('[Amara] They', 'saw me.'))
    """
    if cue.kind == "sound":
        ways = _unwrapped(cue, conventions)
    elif cue.kind == "music" or (not cue.speaker and _is_music(cue.text, conventions)):
        ways = _music(cue, conventions)
    else:
        ways = _spoken(cue, conventions)
    return next((way for way in ways if way.lines == cue.lines), cue)


def _unwrapped(cue: Cue, conventions: Conventions) -> Iterator[Cue]:
    """A sound or music without its marks."""
    text = _without(cue.text, getattr(conventions, cue.kind))
    if text:
        yield replace(cue, parts=(text,), conventions=conventions).broken(cue.lines)


def _is_music(text: str, conventions: Conventions) -> bool:
    """Do its marks say that it is music? A note opens it and does not close before other words, hashes are
    around it, or a profile's own marks that are nothing else's.

    >>> _is_music("♪ gentle piano", AS_WRITTEN), _is_music("#1 is here", AS_WRITTEN)
    (True, False)
    """
    mine = conventions.music not in (conventions.sound, conventions.unclear, AS_WRITTEN.music)
    said = _without(text, conventions.music) if mine else ""
    hashed = len(text) > 2 and text.startswith("# ") and text.endswith(" #")
    noted = text.startswith(NOTES) and (text.endswith(NOTES) or not any(one in text[1:] for one in NOTES))
    return noted or hashed or bool(said) or bool(_without(text, "MUSIC: {text}"))


def _music(cue: Cue, conventions: Conventions) -> Iterator[Cue]:
    """Music without its marks; as it is written where they are nobody's."""
    music = replace(cue, kind="music", conventions=AS_WRITTEN)
    own = (conventions.music,) if conventions.music != AS_WRITTEN.music else ()
    for pattern in dict.fromkeys((*own, *MUSIC)):
        yield from _unwrapped(music, replace(conventions, music=pattern))
    yield music


def _spoken(cue: Cue, conventions: Conventions) -> Iterator[Cue]:
    """Speech without the speaker's name and the marks of a voice out of vision; likeliest first."""
    for pattern in dict.fromkeys((conventions.label, *LABELS)) if cue.speaker else ():
        name = replace(conventions, label=pattern).labelled(cue.speaker)
        rest = cue.text.removeprefix(f"{name} ")
        if rest != cue.text:
            named = replace(cue, label=True, breaks=())
            yield from _off(named, rest, replace(conventions, label=pattern), cue.lines)
    yield from _off(cue, cue.text, conventions, cue.lines)


def _off(cue: Cue, text: str, conventions: Conventions, lines: tuple[str, ...]) -> Iterator[Cue]:
    opens, closes, _ = marks(conventions.off)
    if cue.off and text.startswith(opens):
        inner = text.removeprefix(opens)
        for closed in (True, False) if closes else (False,):
            if said := inner.removesuffix(closes) if closed else inner:
                way = replace(cue, parts=(said,), closes=closed, conventions=conventions)
                yield way.broken(lines)
    unmarked = replace(conventions, off="{text}") if cue.off else conventions
    yield replace(cue, parts=(text,), conventions=unmarked).broken(lines)


def _without(text: str, pattern: str) -> str:
    opens, closes, _ = marks(pattern)
    return (
        text[len(opens) : len(text) - len(closes)] if text.startswith(opens) and text.endswith(closes) else ""
    )
