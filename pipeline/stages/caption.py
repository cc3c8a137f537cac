"""Captions from approved words and their times, never from what a recogniser wrote.

Where to break is the cheapest path through all the ways there are (dynamic programming): costs for
parting what belongs together, for reading speed, for lines that do not balance. The costs are
hand-set first guesses, on record with their score in the captions reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from pipeline.model import names
from pipeline.model.captions import Captions, Cue, CueWord, Profile, Room
from pipeline.model.quotes import Bleep, Kind, Piece
from pipeline.model.time import Programme, Source, Span, Time
from pipeline.model.timeline import Take, Timeline
from pipeline.model.words import plain

_DETERMINERS = frozenset("a an the this that these those my your his her its our their some any every each no".split())
_PREPOSITIONS = frozenset("of in on at to for from with about into over under by as like after before between through up down out off than".split())
_CONJUNCTIONS = frozenset("and or but so because if when while that which who whether although unless since nor".split())
_AUXILIARIES = frozenset(
    "am is are was were be been being have has had do does did will would can could shall should may might must not never "
    "don't didn't doesn't isn't aren't wasn't weren't can't couldn't won't wouldn't shouldn't haven't hasn't hadn't".split()
)
_PRONOUNS = frozenset(
    "i you he she it we they i'm you're he's she's it's we're they're i've you've we've they've i'd you'd he'd she'd we'd they'd i'll".split()
)
_DEGREES = frozenset("very really so too quite just more most less".split())


def caption(
    timeline: Timeline,
    pieces: Mapping[str, Sequence[Piece]],
    profile: Profile,
    *,
    language: str,
    bleeps: Sequence[Bleep] = (),
    positions: Mapping[str, str] | None = None,
    labels: bool = True,
    editorial: bool = True,
) -> Captions:
    """Cues for every take: two lines at most, none across a cut, a label where the speaker changes.

    `pieces` gives each quote's text; `positions` puts a camera's captions at the "top".
    """
    cues: list[Cue] = []
    speaker = ""
    for shot in timeline.shots:
        if not isinstance(shot, Take):
            speaker = ""  # after a card or a break people are told again who speaks
            continue
        shown = words_shown(shot, timeline, pieces[shot.quote], [b for b in bleeps if b.contributor == shot.contributor], editorial=editorial)
        if not shown:
            continue
        label = profile.manner.label.format(name=shot.speaker, NAME=shot.speaker.upper()) if labels and shot.speaker != speaker else ""
        position = (positions or {}).get(shot.camera, "bottom")
        made = _cues(_labelled(shown, label), shot, timeline, profile, position)
        cues += [replace(cue, label=bool(label) and index == 0) for index, cue in enumerate(made)]
        speaker = shot.speaker
    return Captions(language, tuple(cues))


def words_shown(take: Take, timeline: Timeline, pieces: Sequence[Piece], bleeps: Sequence[Bleep], *, editorial: bool) -> list[CueWord]:
    """The take's words in the order of the approved text, with names hidden as the list says."""
    said = {word.piece: word.span for word in take.said if word.piece >= 0}
    if not said:
        return []
    low, high = _shown_range(take, pieces, said)
    shown: list[CueWord] = []
    for index in range(low, high):
        piece = pieces[index]
        if index in said:
            shown.append(CueWord(piece.text, _programme(take, timeline, said[index].start, said[index].end), index, said[index]))
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


def _shown_range(take: Take, pieces: Sequence[Piece], said: Mapping[int, object]) -> tuple[int, int]:
    """The take's pieces. An insertion at a cut stands on its side of the mark; without one, with the later take."""
    low, high = (0 if take.part == 1 else min(said)), (len(pieces) if take.part == take.parts else max(said) + 1)
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
    return Span(one, two) if two > one else Span(one + Fraction(-1, 1000), one) if one > low else Span(one, one + Fraction(1, 1000))


def _hide(shown: list[CueWord], bleeps: Sequence[Bleep]) -> list[CueWord]:
    """Names on the bleep list give way to their `caption_as`; the punctuation after them stays."""
    for one in reversed(names.find([word.text for word in shown], bleeps)):
        first, last = shown[one.first], shown[one.last]
        text = names.written(one.bleep, first.text, last.text)
        heard = Span(first.heard.start, max(first.heard.end, last.heard.end)) if first.heard and last.heard else None
        shown[one.first : one.last + 1] = [CueWord(text, Span(first.span.start, max(first.span.end, last.span.end)), first.piece, heard)]
    return shown


def _labelled(shown: list[CueWord], label: str) -> list[CueWord]:
    """The label's words in front of the first, at its time."""
    moment = Span(shown[0].span.start, shown[0].span.start + Fraction(1, 1000))
    return [*(CueWord(word, moment) for word in label.split()), *shown]


def _cues(shown: list[CueWord], take: Take, timeline: Timeline, profile: Profile, position: str) -> list[Cue]:
    blocks = _blocks(shown, take, timeline, profile)
    if len(blocks) > take.frames:  # times that a person mistyped: shown all at once, and the rules say so
        blocks = [(0, len(shown), tuple(line for *_, lines in blocks for line in lines))]
    rate, last_frame = timeline.rate, timeline.time(take.end)
    starts = _starts([shown[low].span.start for low, _, _ in blocks], timeline.time(take.at), last_frame, rate)
    cues = []
    for number, (low, high, lines) in enumerate(blocks):
        limit = starts[number + 1] if number + 1 < len(blocks) else last_frame
        spoken = shown[high - 1].span.end
        wanted = max(spoken + exact(profile.timing.linger), starts[number] + exact(profile.timing.min_seconds))
        end = min(wanted.snap(rate), limit)
        if limit - end < exact(profile.timing.min_gap) and (number + 1 < len(blocks) or limit - end < Fraction(1, 5)):
            end = limit  # a gap is long enough to be seen as one, or there is none
        span = Span(starts[number], end if end > starts[number] else limit)
        words = tuple(word for word in shown[low:high] if word.piece >= 0)
        cues.append(Cue(span, lines, take.speaker, take.quote, position=position, words=words, source=take.source))
    return cues


def _starts(wanted: list[Time[Programme]], first: Time[Programme], last: Time[Programme], rate: Fraction) -> list[Time[Programme]]:
    """Each cue's first frame: its first word's, and at least a frame after the one before and before the take's end.

    Words that were guessed at may share a moment: then the cues share out what time there is.
    """
    starts = [max(start.snap(rate), first) for start in wanted]
    frames = [int((start - first) * rate) for start in starts]
    room = int((last - first) * rate)
    if all(a < b for a, b in pairwise(frames)) and frames[-1] < room:
        return starts
    return [first + Fraction(room * number // len(frames)) / rate for number in range(len(frames))]


def exact(seconds: float) -> Fraction:
    return Fraction(seconds).limit_denominator(1000)


Block = tuple[int, int, tuple[str, ...]]


def _blocks(shown: list[CueWord], take: Take, timeline: Timeline, profile: Profile) -> list[Block]:
    """The cheapest way to part the words into cues and lines."""
    texts = [word.text for word in shown]
    gaps = [_gap(texts[i], texts[i + 1], shown[i + 1].span.start - shown[i].span.end) for i in range(len(texts) - 1)] + [0.0]
    best: list[tuple[float, list[Block]]] = [(0.0, [])]
    end_of_take = timeline.time(take.end)
    for high in range(1, len(texts) + 1):
        options = []
        for low in range(high - 1, -1, -1):
            laid = _lines(texts[low:high], gaps[low : high - 1], profile.room(timeline.size))
            if laid is None and high - low > 1:
                break
            price, lines = laid or (40.0, (texts[low],))
            until = shown[high].span.start if high < len(shown) else end_of_take
            price += _pace(" ".join(lines), float(until - shown[low].span.start), profile) + 3.0
            if high < len(texts):
                price += gaps[high - 1]
            options.append((best[low][0] + price, [*best[low][1], (low, high, lines)]))
        best.append(min(options, key=lambda option: option[0]))
    return best[-1][1]


def _pace(text: str, seconds: float, profile: Profile) -> float:
    """Too fast to read, too short to see, or so long that it is read twice."""
    cps = len(text) / max(seconds, 0.01)
    short = max(0.0, profile.timing.min_seconds - seconds)
    return max(0.0, cps - profile.speed.most) * 1.0 + short * 6.0 + max(0.0, seconds - profile.timing.max_seconds) * 6.0


def _lines(texts: Sequence[str], gaps: Sequence[float], room: Room) -> tuple[float, tuple[str, ...]] | None:
    """One line where they fit, else the best of two; None where they fit in neither."""
    whole = " ".join(texts)
    if len(whole) <= room.characters:
        return max(0.0, (15 - len(whole)) / 10), (whole,)
    if room.lines < 2:
        return None
    options = []
    for at in range(1, len(texts)):
        top, bottom = " ".join(texts[:at]), " ".join(texts[at:])
        if max(len(top), len(bottom)) <= room.characters:
            uneven = abs(len(top) - len(bottom)) / 10 * 0.5 + (0.3 if len(top) > len(bottom) else 0.0)
            options.append((gaps[at - 1] * 0.6 + uneven + 1.0, (top, bottom)))
    return min(options, default=None, key=lambda option: option[0])


def _gap(one: str, two: str, pause: Fraction) -> float:
    """The price of a break between two words; less than nothing where a break is welcome."""
    before, after = plain(one), plain(two)
    price = -min(float(max(pause, Fraction(0))), 1.0) * 4
    if one.endswith((".", "?", "!", ".”", '."', "?”", "…", "]")):
        return price - 2
    price += 0.0 if one.endswith((",", ";", ":", "–", "—")) else 4.0
    if two.startswith(("–", "—")):
        price += 8
    price += 6 * (before in _DETERMINERS) + 5 * (before in _PREPOSITIONS) + 4 * (before in _CONJUNCTIONS)
    price += 4 * (before in _AUXILIARIES) + 5 * (before in _PRONOUNS) + 3 * (before in _DEGREES) + 4 * before.isdigit()
    price += 5 * (one[:1].isupper() and two[:1].isupper() and after not in ("i", "i'm", "i'd", "i've", "i'll"))
    price -= 3 * (after in _CONJUNCTIONS) + 2 * (after in _PREPOSITIONS) + (after in _PRONOUNS) + 0.5 * (after in _DETERMINERS)
    return price
