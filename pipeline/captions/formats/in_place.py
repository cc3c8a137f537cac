"""Cues changed in the file that they stand in: their times and lines are written over, and every other byte
stays as it is, whoever wrote it.

A format says where its cues stand and how their text is marked up (`InPlace`). Which cue came of which is
told by their words, which no repair changes.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, count

from pipeline.captions.formats.text import opened, plain_ends
from pipeline.captions.model import Cue

Slice = tuple[int, int]
"""Offsets in a text with plain line ends."""


class CannotStay(Exception):
    """These cues cannot be changed where they stand, and why."""


@dataclass(frozen=True)
class Place:
    """Where a cue stands: all of it, its number or name, its two times where it has them, and its text.

    `stamp` writes a time in the shape of another. `since` is what its times count from; where `lasts`, the
    second says how long the cue stays and not until when.
    """

    whole: Slice
    name: Slice
    begin: Slice | None
    end: Slice | None
    text: Slice
    stamp: Callable[[str, Fraction], str]
    since: Fraction = Fraction(0)
    lasts: bool = False


@dataclass(frozen=True)
class InPlace:
    """How cues of a format are changed where they stand. `places` has one for each cue that is read, None for
    those that share theirs. `mark` is what is no text, `line_end` what ends a line, `broken` such an end as
    this cue would have it. Where `numbered`, names are numbers, which do not move with their cues.
    """

    places: Callable[[str, str], Sequence[Place | None]]
    mark: str
    line_end: str
    broken: Callable[[str], str]
    between: str = "\n\n"
    numbered: bool = False


def rewritten(how: InPlace, name: str, data: bytes, before: Sequence[Cue], after: Sequence[Cue]) -> bytes:
    """The file with `after` in it instead of `before`, which are the cues that are read from it."""
    raw, mark, encoding = opened(name, data)
    try:
        same = mark + raw.encode(encoding) == data
    except UnicodeEncodeError:
        same = False
    if not same:
        raise CannotStay(f"it has bytes that are no letters in its encoding, {encoding}")
    text = plain_ends(raw)
    places = list(how.places(name, text))
    if len(places) != len(before):
        raise CannotStay("it says another encoding than it has")
    ending = next(iter(re.findall(r"\r\n|\r|\n", raw)), "\n")
    real = _Real(raw)
    done, at = [mark], 0
    for (first, last), new in sorted(_edits(how, text, places, before, after)):
        done.append(raw[at : real(first)].encode(encoding))
        done.append(new.replace("\n", ending).encode(encoding))
        at = real(last)
    return b"".join((*done, raw[at:].encode(encoding)))


class _Real:
    """From offsets in a text with plain line ends to those in the text with its own."""

    def __init__(self, raw: str) -> None:
        self.skipped = int(raw.startswith("\ufeff"))
        pairs = (found.start() - self.skipped for found in re.finditer("\r\n", raw))
        self.pairs = [at - number for number, at in enumerate(pairs)]

    def __call__(self, offset: int) -> int:
        return self.skipped + offset + bisect_left(self.pairs, offset)


# Files of lines ------------------------------------------------------------------------------


def line_starts(lines: Sequence[str]) -> list[int]:
    """Where each line begins in its text, and where one more would."""
    return [0, *accumulate(len(line) + 1 for line in lines)]


def clock_within(times: re.Match[str], group: int, start: int) -> Slice:
    """A clock of four groups (hours, minutes, seconds, a part) in a line that begins there."""
    first = next(at for at in (group, group + 1) if times[at] is not None)
    last = max(at for at in range(group, group + 4) if times[at] is not None)
    return start + times.start(first), start + times.end(last)


def restamped(like: str, time: Fraction) -> str:
    """A clock as another is written: with hours or without, and with its signs."""
    shape = re.match(r"(?:(\d+)(\s*:\s*))?\d+(\s*:\s*)\d+(?:(\s*\D\s*)\d+)?\Z", like)
    assert shape, like
    ms = round(time * 1000)
    hours, colon = ms // 3600000, shape[3]
    part = (shape[4] or ("." if "." in like else ",")) + f"{ms % 1000:03}"
    wide = len(shape[1] or "00")
    front = f"{hours:0{wide}}{shape[2] or ':'}" if shape[1] or hours else ""
    return f"{front}{ms // 60000 % 60:02}{colon}{ms // 1000 % 60:02}{part}"


# What came of what ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    """Words of a cue: which cue, from which to which."""

    cue: int
    first: int
    last: int


Made = tuple[Cue, list[_Piece]]


def _groups(before: Sequence[Cue], after: Sequence[Cue]) -> Iterator[list[Made]]:
    """What came of the same cues, by their words: one of one, two of one, one of two."""
    words = [cue.text.split(" ") for cue in before]
    cue = at = 0
    group: list[Made] = []
    for made in after:
        wanted, pieces = made.text.split(" "), []
        while wanted:
            size = min(len(wanted), len(words[cue]) - at) if cue < len(words) else 0
            if not size or words[cue][at : at + size] != wanted[:size]:
                raise CannotStay("its words are others")
            pieces.append(_Piece(cue, at, at + size))
            wanted, at = wanted[size:], at + size
            if at == len(words[cue]):
                cue, at = cue + 1, 0
        group.append((made, pieces))
        if at == 0:
            yield group
            group = []
    if group or cue < len(words):
        raise CannotStay("its words are others")


def _edits(
    how: InPlace, text: str, places: Sequence[Place | None], before: Sequence[Cue], after: Sequence[Cue]
) -> Iterator[tuple[Slice, str]]:
    """What is written where. Cues stand in the order of their times, a group's in the first of its places."""
    order = sorted(range(len(before)), key=lambda index: before[index].span.start)
    free = count(1 + max((_number(text, place) for place in places if place), default=0))
    for group in _groups([before[index] for index in order], after):
        slots = sorted({piece.cue for _, pieces in group for piece in pieces})
        sources = {slot: order[slot] for slot in slots}
        same = [cue for cue, _ in group] == [before[index] for index in sources.values()]
        if same and slots == [*sources.values()]:
            continue
        here, *gone = (_place(places[slot], before[slot]) for slot in slots)
        blocks: list[str] = []
        for cue, pieces in group:
            came = [(before[sources[p.cue]], p) for p in pieces]
            theirs = [_place(places[sources[p.cue]], was) for was, p in came]
            name = text[slice(*(here if how.numbered else theirs[0]).name)]
            if blocks:
                name = re.sub(r"\d+", str(next(free)), name) if how.numbered else ""
            blocks.append(_block(how, text, name, cue, came, theirs))
        yield here.whole, how.between.join(blocks)
        for place in gone:
            yield (len(text[: place.whole[0]].rstrip()), place.whole[1]), ""


def _number(text: str, place: Place) -> int:
    found = re.search(r"\d{1,9}", text[slice(*place.name)])
    return int(found[0]) if found else 0


def _place(place: Place | None, cue: Cue) -> Place:
    if place is None:
        raise CannotStay(f'"{cue.text[:40]}" has no times of its own there')
    return place


def _block(
    how: InPlace, text: str, name: str, cue: Cue, came: Sequence[tuple[Cue, _Piece]], places: Sequence[Place]
) -> str:
    """A cue as it is written: as the one that it came of, with other times and lines."""
    place = places[0]
    if len({_rest(text, one) for one in places}) > 1:
        raise CannotStay(f'what "{cue.text[:40]}" would be made of is set otherwise')
    new = {place.name: name} | _times(text, place, cue, came[0][0], came[-1][0])
    if [was.lines for was, _ in came] != [cue.lines]:
        new[place.text] = _body(how, text, cue, came, places)
    return _replaced(text, place.whole, new)


def _body(
    how: InPlace, text: str, cue: Cue, came: Sequence[tuple[Cue, _Piece]], places: Sequence[Place]
) -> str:
    ends = set(accumulate(len(line.split(" ")) for line in cue.lines))
    broken = how.broken(text[slice(*places[0].whole)])
    body, seen = "", 0
    for (_, piece), where in zip(came, places, strict=True):
        said = _Text(how, text[slice(*where.text)])
        body += (broken if seen in ends else " ") if seen else ""
        body += said.part(piece.first, piece.last, {end - seen + piece.first for end in ends}, broken)
        seen += piece.last - piece.first
    return body


def _replaced(text: str, whole: Slice, new: dict[Slice, str]) -> str:
    done, at = "", whole[0]
    for (first, last), instead in sorted(new.items()):
        done, at = done + text[at:first] + instead, last
    return done + text[at : whole[1]]


def _rest(text: str, place: Place) -> str:
    """What is said of a cue beside its name, times and text: its settings."""
    parts = [one for one in (place.name, place.begin, place.end, place.text) if one]
    return _replaced(text, place.whole, dict.fromkeys(parts, ""))


def _times(text: str, place: Place, cue: Cue, first: Cue, last: Cue) -> dict[Slice, str]:
    """Its times, as far as they are other ones."""
    start, end = cue.span.start.seconds, cue.span.end.seconds
    moved, ends = start != first.span.start.seconds, end != first.span.end.seconds
    wanted = [(place.begin, start - place.since)] if moved else []
    if ends or (moved and place.lasts):
        wanted.append((place.end, end - (start if place.lasts else place.since)))
    if not all(where for where, _ in wanted) or any(time < 0 for _, time in wanted):
        raise CannotStay(f'"{cue.text[:40]}" has no times of its own there')
    return {where: place.stamp(text[slice(*where)], time) for where, time in wanted if where}


# Its text ------------------------------------------------------------------------------------


class _Text:
    """The text of a cue in words, with the marks on them, and what stands between."""

    def __init__(self, how: InPlace, text: str) -> None:
        self.words: list[str] = []
        self.gaps: list[list[tuple[str, str]]] = []
        self.lead, gap = "", list[tuple[str, str]]()
        kinds = rf"(?P<end>{how.line_end})|(?P<mark>{how.mark})|(?P<blank>[^\S\xa0]+)|(?P<text>.)"
        for found in re.finditer(kinds, text, re.DOTALL):
            kind, piece = str(found.lastgroup), found[0]
            if not self.words and kind != "text":
                self.lead += piece
            elif kind in ("end", "blank") or (gap and kind == "mark"):
                gap.append((kind, piece))
            elif not self.words or gap:
                self._begin(gap, piece)
                gap = []
            else:
                self.words[-1] += piece
        self.tail = "".join(piece for _, piece in gap)

    def _begin(self, gap: list[tuple[str, str]], piece: str) -> None:
        """Another word; marks that stand right before it are its own."""
        before = ""
        while gap and gap[-1][0] == "mark":
            before = gap.pop()[1] + before
        if self.words:
            self.gaps.append(gap)
        self.words.append(before + piece)

    def part(self, first: int, last: int, ends: set[int], broken: str) -> str:
        """Words as they stand, in lines that end after so many; what is open around them opens and closes."""
        if last > len(self.words):
            raise CannotStay(f'"{" ".join(self.words)[:40]}" is written otherwise than it is read')
        gaps = [_gap(self.gaps[at - 1], broken, ends=at in ends) for at in range(first + 1, last)]
        inside = "".join(
            piece for pair in zip(self.words[first:last], [*gaps, ""], strict=True) for piece in pair
        )
        earlier = "" if first == 0 else self._until(first)
        begun = self.lead if first == 0 else "".join(_open(earlier))
        whole = last == len(self.words)
        return begun + inside + (self.tail if whole else _closed(_open((earlier or self.lead) + inside)))

    def _until(self, word: int) -> str:
        """All that stands before a word."""
        gaps = ["".join(piece for _, piece in gap) for gap in self.gaps]
        return self.lead + "".join(one + two for one, two in zip(self.words[:word], gaps, strict=False))


def _gap(gap: Sequence[tuple[str, str]], broken: str, *, ends: bool) -> str:
    """What stands between two words, with a line's end in it or without."""
    if ends == any(kind == "end" for kind, _ in gap):
        return "".join(piece for _, piece in gap)
    done, put = "", False
    for kind, piece in gap:
        done += piece if kind == "mark" else "" if put else broken if ends else " "
        put = put or kind != "mark"
    return done


_TAG = re.compile(r"<(/?)([^\s\d<>/.!?][^\s<>/.]*)[^<>]*?(/?)>|\{[^{}]*\}")


def _open(text: str) -> list[str]:
    """The tags that are open after a text, and what was switched in braces."""
    found: list[tuple[str, str]] = []
    for tag in _TAG.finditer(text):
        if tag[2] is None or not (tag[1] or tag[3]):
            found.append((tag[2] or "", tag[0]))
        elif tag[1] and (same := [at for at, (name, _) in enumerate(found) if name == tag[2]]):
            del found[same[-1]]
    return [tag for _, tag in found]


def _closed(tags: Sequence[str]) -> str:
    names = [found[2] for tag in reversed(tags) if (found := _TAG.match(tag)) and found[2]]
    return "".join(f"</{name}>" for name in names)
