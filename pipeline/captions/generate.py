"""Captions from approved words and their times, never from what a recogniser wrote.

One master, the words with their places in the source, is told for each house style: segment.py parts it into
cues and lines, timing.py gives them their frames, and here they get their speakers, colours and marks.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from pipeline.captions import timing
from pipeline.captions.editing.mapping import limit
from pipeline.captions.model import Captions, Cue, CueWord
from pipeline.captions.segmentation import Block, House, Speech, Width, segment
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.edit.timeline import Hold, Take, Timeline
from pipeline.language import redaction
from pipeline.language.redaction import Bleep
from pipeline.production.profile import Profile
from pipeline.production.quotes import Kind, QuotePiece


def caption(
    timeline: Timeline,
    pieces: Mapping[str, Sequence[QuotePiece]],
    profile: Profile,
    *,
    language: str,
    bleeps: Sequence[Bleep] = (),
    positions: Mapping[str, str] | None = None,
    labels: bool = True,
    editorial: bool = True,
    unseen: Collection[str] = (),
    width: Width | None = None,
) -> Captions:
    """Cues for every take: none across a cut, a label where the speaker changes (or is not seen, as the
    profile says).

    `pieces` gives each quote's text; `positions` puts a camera's captions at the "top"; `unseen` are cameras
    that do not show
    who speaks. `width` measures text in ems of the font; without it only characters are counted.
    """
    house = House.of(profile, timeline.size, width)
    colours = speakers_colours(timeline, profile)
    made: list[_Made] = []
    speaker = None
    for number, shot in enumerate(timeline.shots):
        if not isinstance(shot, Take):
            if not isinstance(shot, Hold):
                speaker = None  # after a card or a break people are told again who speaks
            continue
        shown = words_shown(
            shot,
            timeline,
            pieces[shot.quote],
            [b for b in bleeps if b.contributor == shot.contributor],
            editorial=editorial,
        )
        if not shown:
            continue
        off = shot.camera in unseen
        changed = labels and _who(shot) != speaker
        label = (
            profile.labelled(shot.speaker)
            if changed and (profile.manner.label_when == "change" or off or _covered(shot, shown, timeline))
            else ""
        )
        like = Cue(
            timeline.span(shot),
            ("-",),
            shot.speaker,
            shot.quote,
            position=(positions or {}).get(shot.camera, "bottom"),
            source=shot.source,
            colour=colours[_who(shot)],
            off=off,
        )
        made += _made(shown, label, shot, limit(timeline, number), timeline, profile, house, like)
        speaker = _who(shot)
    spans = timing.times([one.spoken for one in made], profile.timing, timeline.rate)
    return Captions(
        language,
        tuple(
            replace(one.cue, span=Span(*map(timeline.time, span)))
            for one, span in zip(made, spans, strict=True)
        ),
    )


def speakers_colours(timeline: Timeline, profile: Profile) -> dict[Who, str]:
    """A colour for each speaker in the order of first speaking; all white where there are more of them than
    colours.

    Never the only sign: a label says who speaks (WCAG 1.4.1).
    """
    speakers = list(dict.fromkeys(map(_who, timeline.takes)))
    listed = profile.manner.colours
    return (
        dict(zip(speakers, listed, strict=False))
        if len(speakers) <= len(listed)
        else dict.fromkeys(speakers, "white")
    )


Who = tuple[str, str]


def _who(take: Take) -> Who:
    """Who speaks, and as what: two people without names are two people, though both are "A contributor"."""
    return take.contributor, take.speaker


def _covered(take: Take, shown: Sequence[CueWord], timeline: Timeline) -> bool:
    """Whether another picture lies over the take where its first word is said."""
    at = (shown[0].span.start - timeline.time(take.at)) * timeline.rate
    return any(laid.at <= at < laid.at + laid.frames for laid in take.cutaways)


def words_shown(
    take: Take, timeline: Timeline, pieces: Sequence[QuotePiece], bleeps: Sequence[Bleep], *, editorial: bool
) -> list[CueWord]:
    """The take's words in the order of the approved text, with names hidden as the list says."""
    said = {word.piece: word.span for word in take.said if word.piece >= 0}
    if not said:
        return []
    low, high = _shown_range(take, pieces, said)
    shown: list[CueWord] = []
    for index in range(low, high):
        piece = pieces[index]
        if index in said:
            shown.append(
                CueWord(
                    piece.text,
                    _programme(take, timeline, said[index].start, said[index].end),
                    index,
                    said[index],
                )
            )
        elif piece.kind is Kind.EDITORIAL and editorial:
            after = [span for number, span in said.items() if number > index]
            before = [span for number, span in said.items() if number < index]
            near = before[-1].end if before else min(after).start
            moment = _programme(take, timeline, near, near + Fraction(1, 1000))
            shown += [CueWord(word, moment, index) for word in piece.text.split()]
    following = pieces[high] if high < len(pieces) else None
    if following and following.kind is Kind.ELLIPSIS and shown and shown[-1].text[-1] not in ".?!":
        shown[-1] = replace(shown[-1], text=f"{shown[-1].text} …")
    return _hide(shown, bleeps)


def _shown_range(take: Take, pieces: Sequence[QuotePiece], said: Mapping[int, object]) -> tuple[int, int]:
    """The take's pieces. An insertion at a cut stands on its side of the mark; without one, with the later
    take.
    """
    low, high = (
        (0 if take.part == 1 else min(said)),
        (len(pieces) if take.part == take.parts else max(said) + 1),
    )
    while low > 0 and pieces[low - 1].kind is Kind.EDITORIAL:
        low -= 1
    end = high
    while end < len(pieces) and pieces[end].kind is Kind.EDITORIAL:
        end += 1
    return low, end if end < len(pieces) and pieces[end].kind is Kind.ELLIPSIS else high


def _programme(take: Take, timeline: Timeline, start: Time[Source], end: Time[Source]) -> Span[Programme]:
    """A source span in the film, kept inside its take."""
    low, high = timeline.time(take.at), timeline.time(take.end)
    one = min(max(timeline.programme(take, start), low), high)
    two = min(max(timeline.programme(take, end), low), high)
    return (
        Span(one, two)
        if two > one
        else Span(one + Fraction(-1, 1000), one)
        if one > low
        else Span(one, one + Fraction(1, 1000))
    )


def _hide(shown: list[CueWord], bleeps: Sequence[Bleep]) -> list[CueWord]:
    """Names on the bleep list give way to their `caption_as`; the punctuation after them stays."""
    for one in reversed(redaction.find([word.text for word in shown], bleeps)):
        first, last = shown[one.first], shown[one.last]
        text = redaction.written(one.bleep, first.text, last.text)
        heard = (
            Span(first.heard.start, max(first.heard.end, last.heard.end))
            if first.heard and last.heard
            else None
        )
        shown[one.first : one.last + 1] = [
            CueWord(text, Span(first.span.start, max(first.span.end, last.span.end)), first.piece, heard)
        ]
    return shown


@dataclass(frozen=True)
class _Made:
    """A cue whose times are still to be set, and what they depend on."""

    cue: Cue
    spoken: timing.Spoken


def _made(
    shown: list[CueWord],
    label: str,
    take: Take,
    limit: int,
    timeline: Timeline,
    profile: Profile,
    house: House,
    like: Cue,
) -> list[_Made]:
    """The take's cues, in the manner of the house; `like` is what they have in common."""
    rate, name = timeline.rate, label.split()
    tokens = [(text, index) for index, word in enumerate(shown) for text in _tokens(word.text)]
    edges = {
        edge
        for laid in take.cutaways
        for edge in (take.at + laid.at, take.at + laid.at + laid.frames)
        if take.at < edge < take.end
    }
    opens, _, closes = profile.manner.off.partition("{text}") if like.off else ("", "", "")
    first = float(shown[0].span.start)
    speech = Speech(
        [*name, *(text for text, _ in tokens)],
        [
            *((first, first) for _ in name),
            *((float(shown[index].span.start), float(shown[index].span.end)) for _, index in tokens),
        ],
        float(timeline.time(limit)),
        len(name),
        opens,
        closes if take.part == take.parts else "",
        [float(timeline.time(edge)) for edge in sorted(edges)],
    )
    blocks = segment(speech, house)
    if not timing.fits(
        len(blocks), take.frames, profile.timing
    ):  # times that a person mistyped: shown all at once, and the rules say so
        blocks = [Block(0, len(speech.texts), tuple(line for block in blocks for line in block.lines))]
    made = []
    for block in blocks:
        low, high = max(block.low - len(name), 0), block.high - len(name)
        words = tuple(
            shown[index]
            for index in dict.fromkeys(index for _, index in tokens[low:high])
            if not low or tokens[low - 1][1] != index
        )
        said = [shown[index].span for _, index in tokens[low:high]]
        start, end = said[0].start.seconds * rate, max(said[-1].end, said[0].start).seconds * rate
        labelled = bool(name) and block.low == 0
        spoken = timing.Spoken(start, end, high - low, labelled, take.at, limit, tuple(sorted(edges)))
        cue = replace(
            like, lines=block.lines, label=labelled, words=tuple(word for word in words if word.piece >= 0)
        )
        made.append(_Made(cue, spoken))
    return made


def _tokens(text: str) -> list[str]:
    """The parts of a written word between which a line may break: "[a nurse]" has two, "it …" has one."""
    parts = text.split()
    for index in range(len(parts) - 1, 0, -1):
        if parts[index] == "…":
            parts[index - 1 : index + 1] = [f"{parts[index - 1]} …"]
    return parts
