"""What timed lines say: who speaks, and which of their text are words.

Caption files and transcripts for reading put more into a line than was said: a name before it, a sound in
brackets, a dash for another speaker, the line before once more. A name is a label only where the file uses
it as one ("And I thought: no" stays whole). What is no word is blanked, so that the rest keeps its place and
with it its time.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import accumulate, pairwise

from pipeline.core.time import Source, Span, Time
from pipeline.core.word import Word
from pipeline.language.characters import HERE, parted

GUESSED = 0.5
"""The confidence of words whose times were shared out."""


@dataclass(frozen=True)
class Line:
    """What stands at a time. `text` may have several lines; `speaker` is who says it, where the file marks
    that beside the text; `times` are (where in the text, when) of what it gives a time of its own.
    """

    span: Span[Source]
    text: str
    speaker: str = ""
    times: tuple[tuple[int, Fraction], ...] = ()

    def blanked(self, start: int, end: int) -> Line:
        return replace(self, text=self.text[:start] + " " * (end - start) + self.text[end:])


def words_of(lines: Sequence[Line]) -> list[Word]:
    """The words of lines, each said once and by its speaker; those of a line share its time by their lengths
    where they have none of their own.
    """
    return [word for line in _told(_once(lines)) for word in _shared_out(line)]


def _shared_out(line: Line) -> Iterator[Word]:
    """The words of a line, between the times that it has."""
    found, ends = [], []
    for run in re.finditer(r"\S+", line.text):
        at = run.start()
        for text in parted(run[0]):  # a character of a script without blanks is a word
            at += len(text.rstrip(HERE))
            found.append(text.rstrip(HERE))
            ends.append(at)
    known = {bisect_right(ends, offset): at for offset, at in line.times}
    starts = [0, *sorted(number for number in known if 0 < number < len(found)), len(found)]
    for first, last in pairwise(starts):
        low = Time[Source](known[first]) if first in known else line.span.start
        high = Time[Source](known[last]) if last in known and last < len(found) else line.span.end
        yield from between(low, high, found[first:last], line.speaker)


def between(low: Time[Source], high: Time[Source], texts: Sequence[str], speaker: str = "") -> Iterator[Word]:
    """Words that share a stretch by their lengths; a stretch of no length is a moment."""
    span = Span(low, max(high, low + Fraction(max(1, len(texts)), 1000)))
    total, done = sum(map(len, texts)), 0
    for text in texts:
        start = span.start + span.duration * Fraction(done, total)
        done += len(text)
        end = span.start + span.duration * Fraction(done, total)
        yield Word(text, Span(start, end), GUESSED, "", speaker)


# Lines that are shown again -------------------------------------------------------------------

ROLLING, RUNNING = 0.4, 3
"""From which share of its lines on a file shows lines again; how many words shown again at once are no
chance.
"""
AT_ONCE = Fraction(1, 10)
"""Seconds between a line and itself: nobody says it again so soon."""


def _once(lines: Sequence[Line]) -> list[Line]:
    """Live and automatic captions show a line again while the next one comes: it was said once."""
    texts = [line.text.casefold().split() for line in lines]
    again = [_shown_again(one, two) for one, two in pairwise([[], *texts])]
    rolling = sum(count >= RUNNING for count in again) > max(1, ROLLING * (len(lines) - 1))
    found: list[Line] = []
    for number, (line, count) in enumerate(zip(lines, again, strict=True)):
        whole = count >= RUNNING and count == len(texts[number])
        at_once = line.span.start - lines[number - 1].span.end <= AT_ONCE
        if rolling or (whole and at_once):
            if whole and at_once and texts[number] == texts[number - 1] and not found[-1].times:
                found[-1] = replace(found[-1], span=Span(found[-1].span.start, line.span.end))
                continue
            found.append(_from_word(line, count))
        else:
            found.append(line)
    return found


def _shown_again(before: Sequence[str], now: Sequence[str]) -> int:
    """How many words this begins with that the one before ends with."""
    most = min(len(before), len(now))
    return next((count for count in range(most, 0, -1) if before[-count:] == now[:count]), 0)


def _from_word(line: Line, first: int) -> Line:
    shown = list(re.finditer(r"\S+", line.text))[:first]
    return line.blanked(0, shown[-1].end()) if shown else line


# Who speaks, and what is no word ---------------------------------------------------------------

_DASH = re.compile(r"\s*(?:[-–—‐‑−]{1,2}(?=\s|[^\W\d]|[\"'“‘¿¡\[(])|>{2,3}|»)\s*")
"""Before a line: another speaker."""
_BRACKETED = re.compile(r"\s*[\[(]\s*([^\[\]()\n]{1,40}?)\s*[\])]\s*[:：]\s*")
_MACHINE = re.compile(r"\s*[\[(]\s*((?:speaker|spk)[ _-]?\w{1,4})\s*[\])]\s*", re.IGNORECASE)
"""`[SPEAKER_00]` is a label with a colon and without."""
_UNMARKED = re.compile(r"\s*[\[(]\s*([^\[\]()\n]{1,40}?)\s*[\])]\s+(?=\S)")
_NAMED = re.compile(r"\s*([^\W_][^:：\n<>\[\]{}|“”\"?!;]{0,38}?)\s*[:：](?=\s|\Z)\s*")
WORDS_OF_A_NAME = 4
USUAL, MOST, ALWAYS = 0.25, 0.5, 0.8
"""In which share of a file's lines names stand where they are used as labels; and from which on one, or all
together, are labels though they are not written as names are.
"""
PARTICLES = ("de", "van", "von", "der", "ap", "bin", "of", "the")

_SOUND = re.compile(
    r"\[[^\[\]]*\]|\([^()]{1,60}\)|\{[^{}]*\}|\*[^*\n]{1,40}\*"
    r"|[♪♫♬♩][^♪♫♬♩]+[♪♫♬♩]|(?<!\S)#\s[^#]+\s#(?!\S)"
)
_SIGNS = re.compile(r"[♪♫♬♩]+|(?<!\S)[-–—−#*>»]+(?!\S)")


@dataclass(frozen=True)
class _Begun:
    """How a line begins: a dash, and a label as written ("" for none) until `end`; `marked` is one that can
    be nothing else.
    """

    label: str
    end: int
    dash: int
    marked: bool = False
    bare: bool = False
    """In brackets without a colon: it may be a sound."""


def _begun(text: str) -> _Begun:
    dash = _DASH.match(text)
    at = dash.end() if dash else 0
    for pattern in (_BRACKETED, _MACHINE, _NAMED, _UNMARKED):
        found = pattern.match(text, at)
        if found and len(found[1].split()) <= WORDS_OF_A_NAME:
            marked = pattern in (_BRACKETED, _MACHINE)
            return _Begun(" ".join(found[1].split()), found.end(), at, marked, pattern is _UNMARKED)
    return _Begun("", at, at)


def _told(lines: Sequence[Line]) -> Iterator[Line]:
    """Each line with its speaker and without what is no word. Where names stand only where a turn begins, a
    line without one goes on with the turn; after a dash nobody knows.
    """
    parts = [_parts(line) for line in _names_marked(lines)]
    labels = _labels([_begun(part.text) for several in parts for part in several])
    speaker = ""
    for part in (part for several in parts for part in several):
        begun = _begun(part.text)
        if (begun.label, begun.bare) in labels or _same(begun.label, part.speaker):
            speaker, end = begun.label, begun.end
        else:
            speaker, end = "" if begun.dash or part.speaker else speaker, begun.dash
        said = _without_sounds(replace(part, speaker=part.speaker or speaker).blanked(0, end))
        if said.text.strip():
            yield said


_PLAIN = re.compile(r"\w[\w .'’-]{0,38}")


def _names_marked(lines: Sequence[Line]) -> Sequence[Line]:
    """A name alone on a line above the words, in nearly every cue: a label as with a colon."""
    heads = [line.text.strip().partition("\n") for line in lines]
    count = Counter(
        head for head, _, rest in heads if rest.strip() and re.fullmatch(r"\w[\w .'’-]{0,38}", head)
    )
    names = {head for head, number in count.items() if number > 1 and _is_name(head)}
    found = [head in names and len(head.split()) <= WORDS_OF_A_NAME for head, _, _ in heads]
    if sum(found) < ALWAYS * len(lines) or any(line.times for line in lines):
        return lines
    return [
        replace(line, text=f"{head}:\n{rest}") if is_named else line
        for line, (head, _, rest), is_named in zip(lines, heads, found, strict=True)
    ]


def _parts(line: Line) -> list[Line]:
    """A line's own lines, where they begin with a dash or a name; they share its time by their lengths."""
    text = re.sub(r"[\[(][^\[\]()]*[\])]", lambda found: found[0].replace("\n", " "), line.text)
    starts, at, said = [0], 0, False
    for own in text.split("\n"):
        begun = _begun(own)
        if (begun.dash or begun.label) and said:
            starts.append(at)
        at, said = at + len(own) + 1, said or bool(own.strip())
    ends = [*starts[1:], len(text)]
    total = len(text) or 1
    return [
        Line(
            Span(
                line.span.start + line.span.duration * Fraction(first, total),
                line.span.start + line.span.duration * Fraction(last, total),
            ),
            text[first:last].replace("\n", " "),
            line.speaker,
            tuple((at - first, when) for at, when in line.times if first <= at < last),
        )
        for first, last in zip(starts, ends, strict=True)
        if last > first
    ]


def _labels(begun: Sequence[_Begun]) -> set[tuple[str, bool]]:
    """Which of what stands before lines are names: (label, is it bare). Those in brackets with a colon, in
    capitals, as names are written and as often as labels are; or, however written, before most lines.
    """
    count = Counter((one.label, one.bare) for one in begun if one.label)
    every = len(begun)
    marked = {one.label for one in begun if one.marked}
    named = sum(number for (label, bare), number in count.items() if not bare and _is_name(label))
    always = sum(number for (_, bare), number in count.items() if not bare and number > 1) >= ALWAYS * every
    bare_names = sum(number for (label, bare), number in count.items() if bare and _is_name(label))

    def is_label(label: str, number: int, *, bare: bool) -> bool:
        several = " " in label
        if bare:
            return label in marked or (_is_name(label) and bare_names >= MOST * every and number > 1)
        if label in marked or (label.isupper() and len(label) > 1):
            return True
        if _is_name(label):
            usual = named >= USUAL * every and (number > 1 or several or named >= MOST * every)
            return usual or number > (1 if several else 2)
        return number > 1 and (always or number >= MOST * every)

    return {key for key, number in count.items() if is_label(key[0], number, bare=key[1])}


def _is_name(label: str) -> bool:
    """Does each word of it begin as names do: with a capital, a figure, or in letters that have none?"""
    return all(not word[0].islower() or word in PARTICLES for word in label.split())


def _same(one: str, two: str) -> bool:
    return bool(two) and one.casefold().split() == two.casefold().split()


def _without_sounds(line: Line) -> Line:
    return replace(line, text=_blanked(line.text))


def _blanked(text: str) -> str:
    def blank(found: re.Match[str]) -> str:
        return " " * len(found[0])

    return _SIGNS.sub(blank, _SOUND.sub(blank, text))


def spoken(words: Sequence[Word]) -> list[Word]:
    """Of words that have their times, those that are no sound in brackets, nor a part of one."""
    text = _blanked(" ".join(word.text for word in words))
    ends = list(accumulate(len(word.text) + 1 for word in words))
    kept = zip(words, [0, *ends], ends, strict=False)
    return [word for word, first, last in kept if text[first:last].strip()]
