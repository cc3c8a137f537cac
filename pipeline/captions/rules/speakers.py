"""Does whoever cannot hear know who speaks, and what else there is to hear."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from pipeline.captions.model import Cue
from pipeline.captions.rules.context import Fault, Judged, near
from pipeline.core.time import Programme, Span, clock
from pipeline.language.lexicon import english

SOUND_SECONDS = Fraction(1, 2)
"""Seconds of something other than a voice from which a person decides whether it matters."""

VOICE_SECONDS = Fraction(7, 10)
"""Seconds of a voice without a word in the captions from which a person listens: breaths and laughs are
shorter.
"""

BESIDE = Fraction(3, 20)
"""Seconds around a word that are still the word's."""

VAGUE = re.compile(rf"\b({'|'.join(english().written.unclear)})\b", re.IGNORECASE)
NOTES = "♪♫"


def speaker(judged: Judged) -> Iterator[Fault]:
    """Where the speaker changes, the caption says so: by a label or a dash, or by colour where that is not
    all there is.
    """
    for number, cue, changed in _changes(judged):
        if (
            changed
            and not _named(cue)
            and not _coloured(judged, number)
            and (judged.profile.conventions.label_when != "unseen" or cue.off)
            and not _named_next(judged, number)
        ):
            yield Fault(number, "the speaker changes and nothing says so", cue.speaker, "a label")


def colour_alone(judged: Judged) -> Iterator[Fault]:
    """Colour is never all that tells speakers apart: not everybody sees it, and many players drop it."""
    for number, cue, changed in _changes(judged):
        if changed and not _named(cue) and _coloured(judged, number) and not _seen_and_known(judged, number):
            yield Fault(
                number, "only its colour says that the speaker changes", cue.colour, "a label as well"
            )


def _seen_and_known(judged: Judged, number: int) -> bool:
    """Is it somebody in the picture whom a label named before? Then picture and colour say it together, where
    the profile asks for no more; or the next cue says it.
    """
    cue, by = judged.cues[number - 1], judged.profile.conventions.label_when
    before = any(one.label and one.speaker == cue.speaker for one in judged.cues[: number - 1])
    return (by == "unknown" and before and not cue.off) or _named_next(judged, number)


def _named_next(judged: Judged, number: int) -> bool:
    """Does the next cue name somebody whom a label named before, and who is seen to speak?"""
    cue, after = judged.cues[number - 1], judged.cues[number : number + 1]
    before = any(one.label and one.speaker == cue.speaker for one in judged.cues[: number - 1])
    return before and not cue.off and any(one.label and one.speaker == cue.speaker for one in after)


def _changes(judged: Judged) -> Iterator[tuple[int, Cue, bool]]:
    """Each cue of speech, and whether somebody else spoke before. Before the first nobody did."""
    last = ""
    for number, cue in judged.numbered:
        if cue.kind == "speech" and cue.speaker:
            yield number, cue, last not in ("", cue.speaker)
            last = cue.speaker


def _named(cue: Cue) -> bool:
    return cue.label or cue.lines[0].startswith(("-", "–", "‐"))


def _coloured(judged: Judged, number: int) -> bool:
    """Does its colour differ from that of the cue before?"""
    before = [cue.colour for cue in judged.cues[: number - 1] if cue.kind == "speech"]
    return bool(before) and before[-1] != judged.cues[number - 1].colour


def missing_sound(judged: Judged) -> Iterator[Fault]:
    """What is heard and is no voice has a label, or a person has said that it does not matter. Nothing is
    ever made up for it.
    """
    assert judged.loud is not None
    labels = [cue.span for cue in judged.cues if _tells_a_sound(cue)]
    for sound in judged.loud:
        if sound.span.duration < SOUND_SECONDS or _answered(sound.span, [*labels, *judged.dismissed]):
            continue
        at = f"{clock(sound.span.start.seconds)} for {float(sound.span.duration):.1f} s"
        yield Fault(
            _cue_at(judged, sound.span), f"a sound without a label, at {at}: listen, and name it or "
f"say that it does not matter",
            f"{sound.decibels:.0f} dB above the room", "a label", "warning", sound.span.start,
        )  # fmt: skip


def _tells_a_sound(cue: Cue) -> bool:
    """A cue of its own, or notes around words. Brackets in speech are names and insertions: they say nothing
    of what is heard.
    """
    approved = " ".join(word.text for word in cue.words if word.piece >= 0)
    return cue.kind != "speech" or any(note in cue.unlabelled and note not in approved for note in NOTES)


def unclear(judged: Judged) -> Iterator[Fault]:
    """A voice that no caption says anything of is labelled by a person, with the cause, before anybody
    signs.
    """
    assert judged.voiced is not None
    assert judged.spoken is not None
    words = _joined(
        [word.span for word in judged.spoken] + [word.span for cue in judged.cues for word in cue.words]
    )
    labels = [*(cue.span for cue in judged.cues if cue.kind != "speech"), *judged.labelled]
    for voice in judged.voiced:
        for rest in _without(voice, near(voice, words)):
            if rest.duration >= VOICE_SECONDS and not _answered(rest, [*labels, *judged.dismissed]):
                at = f"{clock(rest.start.seconds)} for {float(rest.duration):.1f} s"
                what = (
                    f"a voice that no caption shows, at {at}: listen, and write a label with the "
                    f"cause, or say "
                    f"that it is no word"
                )
                yield Fault(
                    _cue_at(judged, rest),
                    what,
                    f"{float(rest.duration):.1f} s",
                    f"{float(VOICE_SECONDS):g} s",
                    "warning",
                    rest.start,
                )


def unclear_cause(judged: Judged) -> Iterator[Fault]:
    """A label for speech that cannot be made out says why: “train drowns his words” tells more than
    “inaudible”.
    """
    for number, cue in judged.numbered:
        if found := VAGUE.search(cue.text):
            yield Fault(
                number, "does not say why the speech cannot be made out", found[0], "the cause", "warning"
            )


def _answered(span: Span[Programme], by: list[Span[Programme]]) -> bool:
    return any(span.overlap(other) for other in by)


def _cue_at(judged: Judged, span: Span[Programme]) -> int:
    """The cue that stands there; 0 where none does."""
    return next((number for number, cue in judged.numbered if cue.span.overlap(span)), 0)


def _joined(words: list[Span[Programme]]) -> list[Span[Programme]]:
    """Words with what is still theirs around them; those that then touch are one."""
    out: list[Span[Programme]] = []
    for word in sorted(words):
        start, end = word.start + -BESIDE, word.end + BESIDE
        if out and start <= out[-1].end:
            out[-1] = Span(out[-1].start, max(out[-1].end, end))
        else:
            out.append(Span(start, end))
    return out


def _without(span: Span[Programme], taken: Sequence[Span[Programme]]) -> list[Span[Programme]]:
    """What of a span is beside these."""
    edges = [span.start, *(edge for other in taken for edge in (other.start, other.end)), span.end]
    return [Span(one, two) for one, two in list(pairwise(edges))[::2] if two > one]
