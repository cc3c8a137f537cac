"""Captions from approved words and their times, never from what a recogniser wrote.

One master, the words with their places in the source, is told for each profile: segmentation.py parts it into
cues and lines, timing.py gives them their frames, and here they get their speakers and colours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from itertools import accumulate, groupby, pairwise
from math import ceil

from pipeline.captions import timing
from pipeline.captions.editing.mapping import limit
from pipeline.captions.model import Captions, Cue, CueWord, tokens
from pipeline.captions.rules.reading_speed import LETTERS
from pipeline.captions.segmentation import Block, Limits, Speech, Width, segment
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.edit.timeline import Hold, Take, Timeline
from pipeline.language import redaction
from pipeline.language.characters import HERE, SOFT, stop, together
from pipeline.language.redaction import Bleep
from pipeline.production.profile import Profile, marks
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
    stills: Collection[str] = (),
    width: Width | None = None,
) -> Captions:
    """Cues for every take: none across a cut, a label where the speaker changes (or is not seen, as the
    profile says).

    `pieces` gives each quote's text; `positions` puts a camera's captions at the "top"; `unseen` are cameras
    that do not show who speaks, `stills` recordings of sound alone. `width` measures text in ems of the font;
    without it only characters are counted.
    """
    limits = Limits.of(profile, timeline.size, width, language)
    conventions, colours = profile.conventions, speakers_colours(timeline, profile)
    own = len(set(colours.values())) == len(colours)
    made: list[_Made] = []
    speaker, named = None, set[Who]()
    for number, shot in enumerate(timeline.shots):
        if not isinstance(shot, Take):
            if not isinstance(shot, Hold):
                speaker = None  # after a card or a break people are told again who speaks
            continue
        hidden = redaction.said_by(shot.contributor, bleeps)
        shown = words_shown(shot, timeline, pieces[shot.quote], hidden, editorial=editorial)
        if not shown:
            continue
        off, who = shot.camera in unseen, _who(shot)
        hidden_face = off or shot.camera in stills or _covered(shot, shown, timeline)
        known = who in named and own
        told = hidden_face or conventions.label_when == "change"
        told = told or (conventions.label_when == "unknown" and not known)
        like = Cue(
            timeline.span(shot),
            tuple(shown),
            shot.speaker,
            shot.quote,
            label=labels and who != speaker and told,
            position=(positions or {}).get(shot.camera, "bottom"),
            source=shot.source,
            colour=colours[who],
            off=off,
            closes=off and bool(marks(conventions.off)[1]),
            conventions=conventions,
        )
        may_wait = who in named and not hidden_face
        said = _Spoken(shot, shown, limit(timeline, number), may_wait)
        made += _made(said, like, timeline, profile, limits)
        speaker = who
        named.add(who)
    spoken = [one.spoken for one in made]
    spans = timing.times(spoken, profile.timing, timeline.rate, profile.speed.warn)
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
    listed = profile.conventions.colours
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
    shown = [
        word
        for index in range(low, high)
        for word in _words_of(take, timeline, index, pieces[index], said, editorial=editorial)
    ]
    left_out = high < len(pieces) and pieces[high].kind is Kind.ELLIPSIS
    if left_out and shown and stop(shown[-1].text) != "sentence":
        shown[-1] = replace(shown[-1], text=f"{shown[-1].text} …")
    return _hide(shown, bleeps)


def _words_of(
    take: Take,
    timeline: Timeline,
    index: int,
    piece: QuotePiece,
    said: Mapping[int, Span[Source]],
    *,
    editorial: bool,
) -> list[CueWord]:
    """What is shown of one piece: a word as it is said; an insertion at the end of the word before it."""
    if span := said.get(index):
        return [CueWord(piece.text, _programme(take, timeline, span.start, span.end), index, span)]
    if piece.kind is not Kind.EDITORIAL or not editorial:
        return []
    before = [span for number, span in said.items() if number < index]
    near = before[-1].end if before else min(span for number, span in said.items() if number > index).start
    moment = _programme(take, timeline, near, near + Fraction(1, 1000))
    return [CueWord(word, moment, index) for word in piece.text.split()]


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


@dataclass(frozen=True)
class _Spoken:
    """What is shown of a take, word for word: `tokens` may be more than words, and know theirs by number."""

    take: Take
    shown: Sequence[CueWord]
    limit: int
    """The frame before which all of it must be gone."""
    may_wait: bool = False
    """May their name be told a cue later? They are seen to speak, and have been named before."""

    @cached_property
    def tokens(self) -> list[tuple[str, int]]:
        return [(text, index) for index, word in enumerate(self.shown) for text in tokens(word)]

    @cached_property
    def spans(self) -> list[Span[Programme]]:
        """When each token is said: halves of a word share its time by their lengths."""
        found: list[Span[Programme]] = []
        for index, run in groupby(self.tokens, key=lambda token: token[1]):
            texts, span = [text for text, _ in run], self.shown[index].span
            if not all(text.endswith((SOFT, HERE)) for text in texts[:-1]):
                found += [span] * len(texts)
                continue
            total = sum(map(len, texts))
            edges = [
                span.start + span.duration * Fraction(n, total)
                for n in accumulate(map(len, texts), initial=0)
            ]
            found += [Span(one, two) for one, two in pairwise(edges)]
        return found

    @cached_property
    def edges(self) -> list[int]:
        """Frames of the film at which another picture comes over the take, or goes."""
        take = self.take
        frames = {take.at + laid.at + after for laid in take.cutaways for after in (0, laid.frames)}
        return sorted(frame for frame in frames if take.at < frame < take.end)

    def words(self, low: int, high: int) -> tuple[CueWord, ...]:
        """Those of the tokens from `low` up to `high`; of a word in two cues, what is in this one."""
        runs = groupby(self.tokens[low:high], key=lambda token: token[1])
        texts = {index: together([text for text, _ in run]) for index, run in runs}
        return tuple(replace(self.shown[index], text=text) for index, text in texts.items())


def _made(
    spoken: _Spoken, like: Cue, timeline: Timeline, profile: Profile, limits: Limits
) -> Iterator[_Made]:
    """The take's cues as the profile parts them; `like` is what they have in common."""
    take, name = spoken.take, like.conventions.labelled(like.speaker).split(" ") if like.label else []
    closes = like.closes and take.part == take.parts
    speech = _speech(spoken, replace(like, closes=closes), name, timeline)
    blocks = segment(speech, limits)
    if not timing.fits(len(blocks), take.frames, profile.timing):
        blocks = [_at_once(blocks)]  # times that a person mistyped: the rules say so
    parts = [_Part.of(block, len(name)) for block in blocks]
    if name and spoken.may_wait:
        parts = _named_later(parts, speech, limits) or parts
    for part in parts:
        low, high = part.low, part.high
        said = spoken.spans[low:high]
        start, end = (at.seconds * timeline.rate for at in (said[0].start, max(said[-1].end, said[0].start)))
        cue = replace(
            like,
            parts=spoken.words(low, high),
            label=part.label,
            breaks=part.breaks,
            closes=closes and part is parts[-1],
        )
        edges = tuple(spoken.edges)
        shown = timing.Spoken(
            start, end, high - low, cue.label, take.at, spoken.limit, edges, _letters(cue, profile)
        )
        yield _Made(cue, shown)


def _letters(cue: Cue, profile: Profile) -> int:
    """All that is read: many short words are as hard as fewer long ones."""
    at_most = profile.speed.most / profile.speed.warn
    return max(len(cue.text), ceil(len(cue.text.split()) * LETTERS / at_most))


@dataclass(frozen=True)
class _Part:
    """Words of a take that are a cue, with or without the speaker's name; lines end as in a `Cue`."""

    low: int
    high: int
    breaks: tuple[int, ...]
    label: bool

    @classmethod
    def of(cls, block: Block, label: int, low: int = 0) -> _Part:
        """What the segmenter found, of words from `low` on, after a name of so many tokens."""
        first = max(block.low - label, 0)
        breaks = tuple(at - label - first for at in block.breaks)
        return cls(low + first, low + block.high - label, breaks, bool(label) and block.low == 0)


def _named_later(parts: Sequence[_Part], speech: Speech, limits: Limits) -> list[_Part]:
    """The same with the name in the second cue, where it makes the first too fast to read, and that one has
    the time for it; nothing where it does not help.
    """
    label = speech.label
    if _speed(speech, parts[0]) <= limits.speed:
        return []
    words = replace(speech, texts=speech.texts[label:], times=speech.times[label:], label=0)
    first, *rest = [_Part.of(block, 0) for block in segment(words, limits)]
    if not rest:
        return []
    low, high = rest[0].low, rest[0].high
    until = words.times[high][0] if high < len(words.times) else speech.until
    begin = words.times[low][0]
    second = replace(
        speech,
        texts=[*speech.texts[:label], *words.texts[low:high]],
        times=[*((begin, begin) for _ in range(label)), *words.times[low:high]],
        until=until,
        closes=speech.closes if high == len(words.texts) else "",
    )
    named = [_Part.of(block, label, low) for block in segment(second, limits)]
    fast = max(_speed(speech, part) for part in (first, named[0]))
    return [first, *named, *rest[1:]] if len(named) == 1 and fast <= limits.speed else []


def _speed(speech: Speech, part: _Part) -> float:
    """Characters a second, from its first word to the next cue's or the end."""
    label = speech.label
    name = speech.texts[:label] if part.label else []
    texts = [*name, *speech.texts[label + part.low : label + part.high]]
    ends = label + part.high
    until = speech.times[ends][0] if ends < len(speech.times) else speech.until
    return (sum(len(text) + 1 for text in texts) - 1) / max(until - speech.times[label + part.low][0], 0.01)


def _at_once(blocks: Sequence[Block]) -> Block:
    """All that was parted, in one cue."""
    ends = (*(block.breaks for block in blocks), *((block.low,) for block in blocks[1:]))
    breaks = sorted(at for some in ends for at in some)
    return Block(0, blocks[-1].high, tuple(line for block in blocks for line in block.lines), tuple(breaks))


def _speech(spoken: _Spoken, like: Cue, name: Sequence[str], timeline: Timeline) -> Speech:
    """The name and the words, with the times at which they are said."""
    opens, closes, _ = marks(like.conventions.off) if like.off else ("", "", False)
    spans = spoken.spans
    first = float(spans[0].start)
    return Speech(
        [*name, *(text for text, _ in spoken.tokens)],
        [*((first, first) for _ in name), *((float(span.start), float(span.end)) for span in spans)],
        float(timeline.time(spoken.limit)),
        len(name),
        opens,
        closes if like.closes else "",
        [float(timeline.time(edge)) for edge in spoken.edges],
    )
