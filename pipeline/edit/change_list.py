"""What changed between two cuts, in plain words, for everyone or for one contributor.

A contributor is told of their own words and of what stands around them; nobody else's words or name
are in what they are told, not even where a card or a question quotes them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from pipeline.core.time import decimal, nearest
from pipeline.edit.changes import Change, Comparison, CutList, Played, Still, Story, minutes
from pipeline.edit.timeline import CARDS, Break, Card, Shot
from pipeline.language.lexicon import english
from pipeline.language.normalise import plain
from pipeline.production.breaks import Wording
from pipeline.production.quotes import Kind, pieces

RUN = 4
"""Words of somebody else in a row by which a card or a question is taken to quote them."""

HIDDEN = "(it names or quotes somebody else)"
COUNTS = ("no", *english().numbers.units[1:13])


def compare(
    old: CutList,
    new: CutList,
    contributor_of: Mapping[str, str],
    display: Mapping[str, str],
    reader: str = "",
) -> Comparison:
    """Every quote of both cuts with what became of it. With a `reader`, only theirs, and in the second
    person.
    """
    return _Teller(old, new, contributor_of, display, reader).comparison()


Spans = list[tuple[Fraction, Fraction]]
"""Seconds of a source, from and to."""


@dataclass(frozen=True)
class _Edit:
    """Words that are no longer there (`lost`), that are new (`gained`), or both, and where in the quote."""

    place: str
    lost: str
    gained: str

    def explains(self, place: str, seconds: Fraction) -> bool:
        """Is it why so many seconds were gained there (or lost, below 0)?"""
        return self.place == place and not (self.gained if seconds < 0 else self.lost)


@dataclass(frozen=True)
class _Teller:
    old: CutList
    new: CutList
    contributor_of: Mapping[str, str]
    display: Mapping[str, str]
    reader: str

    def comparison(self) -> Comparison:
        moved = _moved(self.old.quotes, self.new.quotes)
        names = [*self.new.quotes, *(name for name in self.old.quotes if name not in self.new.quotes)]
        stories = tuple(self._story(name, name in moved) for name in names if self._told(name))
        return Comparison(self._shown(self.new.title), self.reader, tuple(self._film()), stories)

    @cached_property
    def _frame(self) -> Fraction:
        """What is not longer than this has not changed."""
        return max(1 / self.old.rate, 1 / self.new.rate)

    def _told(self, quote: str) -> bool:
        return not self.reader or self.contributor_of.get(quote) == self.reader

    # One quote

    def _story(self, name: str, moved: bool) -> Story:
        before, after = self.old.parts(name), self.new.parts(name)
        if not before:
            where = f"at {minutes(self.new.time(after[0]))}, {self._between(name)}"
            changes = [
                Change(
                    "added",
                    name,
                    f"{self._subject(name)} are new in the film, {where}.",
                    "",
                    self.new.text(name),
                )
            ]
        elif not after:
            changes = [
                Change(
                    "removed",
                    name,
                    f"{self._subject(name)} are not in the film any more.",
                    self.old.text(name),
                    "",
                )
            ]
        else:
            changes = [*self._place(name, moved), *self._cut(name, before, after), *self._still(name)]
        state = "added" if not before else "removed" if not after else "changed" if changes else "same"
        contributor = self.contributor_of.get(name, "")
        words = (self.new if after else self.old).text(name)
        return Story(
            name,
            contributor,
            self._name(contributor),
            words,
            state,
            self.new.time(after[0]) if after else None,
            tuple(changes),
        )

    def _place(self, name: str, moved: bool) -> Iterator[Change]:
        if moved:
            yield self._moved(name)
            return
        around = zip(("before", "after"), _around(self.old, name), _around(self.new, name), strict=True)
        for side, then, here in around:
            if self._identity(self.old, then) != self._identity(self.new, here):
                one, two = self._described(self.old, then, side), self._described(self.new, here, side)
                if one == two:  # what differs is not for the reader
                    two = _another(then, here)
                yield Change(
                    "neighbours",
                    name,
                    f"What comes right {side} {self._subject(name, small=True)} was {one}, and is now {two}.",
                    one,
                    two,
                )

    def _moved(self, name: str) -> Change:
        was, now = (minutes(cut.time(cut.parts(name)[0])) for cut in (self.old, self.new))
        kept = set(self.old.quotes) & set(self.new.quotes)
        before, after = (
            [quote for quote in cut.quotes if quote in kept].index(name) for cut in (self.old, self.new)
        )
        where = "at another place"
        if before != after:
            where = "earlier in the film" if after < before else "later in the film"
        what = f"{self._subject(name)} come {where} now: they were at {was} and are at {now}, "
        return Change("moved", name, f"{what}{self._between(name)}.", was, now)

    def _cut(self, name: str, before: Sequence[Played], after: Sequence[Played]) -> Iterator[Change]:
        """What is played of it, and its words: a loss of words is told once, with the seconds that went with
        it.
        """
        # The text of a single part has its editorial words, those of several have not.
        spoken = (len(before) == 1) != (len(after) == 1)
        edits = _edits(*(_words(cut.text(name), spoken=spoken) for cut in (self.old, self.new)))
        same = not edits
        for place, seconds in self._lengths(before, after):
            edit = next((edit for edit in edits if edit.explains(place, seconds)), None)
            if edit:
                edits.remove(edit)
            yield self._length(name, place, seconds, edit, same=same)
        yield from self._angles(name, before, after)
        for edit in edits:
            yield Change("words", name, self._reworded(name, edit), edit.lost, edit.gained)

    def _reworded(self, name: str, edit: _Edit) -> str:
        subject, here = self._subject(name), self._subject(name, small=True)
        match edit.place:
            case "all":
                return f"{subject} were “{edit.lost}” before."
            case "writing":
                were = f"they were “{edit.lost}” and are now “{edit.gained}”"
                return f"{subject} are written a little differently: {were}."
        if edit.lost and edit.gained:
            return f"In {here}, “{edit.lost}” is now “{edit.gained}”."
        return f"In {here}, “{edit.lost or edit.gained}” was {'taken out' if edit.lost else 'added'}."

    def _angles(self, name: str, before: Sequence[Played], after: Sequence[Played]) -> Iterator[Change]:
        """Seen from another camera than before. Which one is for the film's makers; a name they gave it may
        be somebody's.
        """
        was, now = ([part.angle for part in parts] for parts in (before, after))
        one, two = (_cameras(angles) for angles in (was, now))
        if one == two and (len(was) != len(now) or was == now):
            return
        which = f"{two} now; it was {one}" if one != two else "other cameras in some of its parts now"
        if self.reader:
            one, two, which = "", "", "another camera now"
        yield Change("angle", name, f"{self._subject(name)} are seen from {which}.", one, two)

    def _lengths(self, before: Sequence[Played], after: Sequence[Played]) -> Iterator[tuple[str, Fraction]]:
        """(start, end or inside, seconds gained there), where it is more than a frame; "elsewhere" is other
        footage.
        """
        old, new = _spans(before, self.old.rate), _spans(after, self.new.rate)
        total = sum(end - start for start, end in new) - sum(end - start for start, end in old)
        apart = new[0][0] >= old[-1][1] or old[0][0] >= new[-1][1]
        if apart or (before[0].source != after[0].source and new[0][0] != old[0][0]):
            yield "elsewhere", Fraction(total)
            return
        start, end = old[0][0] - new[0][0], new[-1][1] - old[-1][1]
        inside = total - start - end
        gained = {"start": start, "end": end, "inside": inside}
        yield from ((place, seconds) for place, seconds in gained.items() if abs(seconds) > self._frame)
        if abs(inside) <= self._frame and self._joined_otherwise(old, new):
            yield "joins", Fraction(0)

    def _joined_otherwise(self, old: Spans, new: Spans) -> bool:
        was, now = (
            [edge for (_, one), (two, _) in pairwise(spans) for edge in (one, two)] for spans in (old, new)
        )
        return len(was) != len(now) or any(abs(a - b) > self._frame for a, b in zip(was, now, strict=True))

    def _length(self, name: str, place: str, seconds: Fraction, edit: _Edit | None, *, same: bool) -> Change:
        subject = self._subject(name)
        more = seconds > 0
        by = f"{_seconds(abs(seconds))} {'longer' if more else 'shorter'}"
        if place == "elsewhere":
            length = f", and {by}" if seconds else ""
            what = f"{subject} are taken from another moment of the recording now{length}."
            return Change("footage", name, what)
        if place == "joins":
            return Change("recut", name, f"{subject} are joined differently in the middle now.")
        kind = "lengthened" if more else "shortened"
        if edit:
            what = f"{subject} are now {by}: {_gone_or_new(place, edit, more=more)}."
            return Change(kind, name, what, edit.lost, edit.gained)
        where = {"start": "at the start", "end": "at the end", "inside": "in the middle"}[place]
        what = f"{subject} are now {by} {where}.{' The words are the same.' if same else ''}"
        return Change(kind, name, what)

    def _still(self, name: str) -> Iterator[Change]:
        was, now = (
            sum((shot.frames / cut.rate for shot in cut.stills(name)), Fraction(0))
            for cut in (self.old, self.new)
        )
        if abs(was - now) > self._frame:
            stood, stands = (f"for {_seconds(length)}" if length else "" for length in (was, now))
            one, two = (
                f"stood still {stood}" if stood else "did not stand still",
                f"stands still {stands}" if stands else "does not",
            )
            yield Change(
                "still",
                name,
                f"Around {self._subject(name, small=True)} the picture {one} before; now it {two}.",
                stood,
                stands,
            )

    # The film

    def _film(self) -> Iterator[Change]:
        was, now = self.old.seconds, self.new.seconds
        if abs(now - was) > self._frame:
            by = f"{_seconds(abs(now - was))} {'longer' if now > was else 'shorter'} than before"
            yield Change(
                "length", "", f"The film is now {_seconds(now)} long, {by}.", _seconds(was), _seconds(now)
            )
        if self.old.title != self.new.title:
            one, two = self._shown(self.old.title), self._shown(self.new.title)
            yield Change("title", "", f"The film was called “{one}” and is now called “{two}”.", one, two)
        yield from self._breaks()
        if not self.reader:
            yield from self._cards()

    def _breaks(self) -> Iterator[Change]:
        pairs = _paired(self.old.breaks, self.new.breaks)
        for one, two in pairs:
            if one and two:
                if self._beside(self.old, one) or self._beside(self.new, two):
                    yield from self._break(one, two)
            elif (
                two and not self.reader
            ):  # a contributor is told by what comes right before or after their words
                what = (
                    f"There is a new reflection break at {minutes(self.new.time(two))}: “{two.prompt}” "
                    f"({two.kind}, {_seconds(two.seconds)})."
                )
                yield Change("break", "", what, "", two.prompt)
            elif one and not self.reader:
                yield Change(
                    "break",
                    "",
                    f"The reflection break “{one.prompt}” is not in the film any more.",
                    one.prompt,
                    "",
                )

    def _break(self, one: Break, two: Break) -> Iterator[Change]:
        name = f"The reflection break “{self._shown(two.prompt)}”"
        if one.prompt != two.prompt and not self.reader:
            what = (
                f"The reflection break at {minutes(self.new.time(two))} asked “{one.prompt}” and now asks "
                f"“{two.prompt}”."
            )
            yield Change("break", "", what, one.prompt, two.prompt)
        if one.kind != two.kind:
            yield Change(
                "break", "", f"{name} was for “{one.kind}” and is now for “{two.kind}”.", one.kind, two.kind
            )
        if one.seconds != two.seconds:
            was, now = _seconds(one.seconds), _seconds(two.seconds)
            yield Change("break", "", f"{name} lasts {now} now; it lasted {was}.", was, now)
        if not self.reader:
            yield from self._besides(name, one, two)
        if one.after != two.after and not self.reader:
            came, comes = self._subject(one.after, small=True), self._subject(two.after, small=True)
            yield Change("break", "", f"{name} comes after {comes} now; it came after {came}.", came, comes)

    @staticmethod
    def _besides(name: str, one: Break, two: Break) -> Iterator[Change]:
        """What a break says besides its prompt."""
        said = {
            "questions": (one.template, two.template),
            "easy-read words": (one.easy_read, two.easy_read),
            "facilitator's notes": (one.notes, two.notes),
            "warnings": (one.content_note, two.content_note),
        }
        was, now = (dict(each.translations) for each in (one, two))
        for tag in sorted({*was, *now}):
            said[f"words in {tag}"] = (_worded(was.get(tag)), _worded(now.get(tag)))
        for what, (before, after) in said.items():
            if before != after:
                other = "other " if before else ""
                has = f"has {other}{what} now" if after else f"has no {what} any more"
                yield Change("break", "", f"{name} {has}.", before, after)

    def _beside(self, cut: CutList, shot: Shot) -> bool:
        """Does it stand right before or after words of the reader?"""
        return not self.reader or any(self._told(name) and shot in _around(cut, name) for name in cut.quotes)

    def _cards(self) -> Iterator[Change]:
        old, new = ([shot for shot in cut.shots if isinstance(shot, Card)] for cut in (self.old, self.new))
        was, now = ([(card.style, card.text) for card in cards] for cards in (old, new))
        for _, i1, i2, j1, j2 in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
            come = new[j1:j2]
            for one in old[i1:i2]:
                two = next((card for card in come if card.style == one.style), None)
                if two:
                    come.remove(two)
                yield from self._card(one, two)
            for two in come:
                what = f"{_card(two)} is new, at {minutes(self.new.time(two))}."
                yield Change("card", "", what, "", two.text)

    def _card(self, one: Card, two: Card | None) -> Iterator[Change]:
        if two is None:
            yield Change("card", "", f"{_card(one)} is not in the film any more.", one.text, "")
            return
        if one.text != two.text:
            yield Change(
                "card", "", f"{_card(one)} now reads “{' '.join(two.text.split())}”.", one.text, two.text
            )
        was, now = one.frames / self.old.rate, two.frames / self.new.rate
        if abs(was - now) > self._frame:
            yield Change(
                "card",
                "",
                f"{_card(two)} stays for {_seconds(now)} now; it stayed for {_seconds(was)}.",
                _seconds(was),
                _seconds(now),
            )

    # How things are called

    def _name(self, contributor: str) -> str:
        return self.display.get(contributor, contributor)

    def _subject(self, quote: str, *, small: bool = False) -> str:
        words = (self.new if self.new.parts(quote) else self.old).text(quote).split()
        excerpt = f"“{' '.join(words[:8])}{' …' if len(words) > 8 else ''}”"
        if self.reader:
            return (
                f"{'your' if small else 'Your'} words {excerpt}"
                if self._told(quote)
                else "somebody else’s words"
            )
        name = self._name(self.contributor_of.get(quote, ""))
        return f"{f'{name}’s' if name else 'the' if small else 'The'} words {excerpt} ({quote})"

    def _between(self, name: str) -> str:
        before, after = _around(self.new, name)
        return (
            f"after {self._described(self.new, before, 'before')} and before "
            f"{self._described(self.new, after, 'after')}"
        )

    def _described(self, cut: CutList, shot: Shot | None, side: str) -> str:
        match shot:
            case Played() | Still():
                return self._subject(shot.quote, small=True)
            case Break():
                return f"the reflection break “{self._shown(shot.prompt)}”"
            case Card():
                return (
                    f"the {CARDS.get(shot.style, 'card').lower()} "
                    f"“{self._shown(' '.join(shot.text.split()))}”"
                )
        return f"the {'start' if side == 'before' else 'end'} of the film"

    def _identity(self, cut: CutList, shot: Shot | None) -> tuple[str, ...]:
        """What a neighbour is, to those who are told. Everyone reads of other changes where they belong, a
        contributor only here.
        """
        match shot:
            case Played() | Still():
                return (
                    "quote",
                    shot.quote,
                    *([cut.text(shot.quote)] if self.reader and not self._told(shot.quote) else []),
                )
            case Break():
                return ("break", *([shot.prompt] if self.reader else [shot.after]))
            case Card():
                return ("card", shot.style, *([shot.text] if self.reader else []))
        return ("edge",)

    def _shown(self, text: str) -> str:
        """Words of the film-makers, as the reader may see them: not where they name or quote somebody
        else.
        """
        if not self.reader:
            return text
        others = {one for pair in self.display.items() if pair[0] != self.reader for one in pair} - {
            self.reader,
            self._name(self.reader),
            "",
        }
        named = any(re.search(rf"(?<!\w){re.escape(other)}(?!\w)", text, re.IGNORECASE) for other in others)
        return HIDDEN if named or self._others_runs & _runs(text) else text

    @cached_property
    def _others_runs(self) -> frozenset[tuple[str, ...]]:
        return frozenset(
            run
            for cut in (self.old, self.new)
            for name in cut.quotes
            if not self._told(name)
            for run in _runs(cut.text(name))
        )


def _runs(text: str) -> frozenset[tuple[str, ...]]:
    words = list(filter(None, map(plain, text.split())))
    return frozenset(tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1))


def _moved(old: Sequence[str], new: Sequence[str]) -> set[str]:
    """The fewest quotes whose moving makes the one order the other: those outside the longest run in common
    order.
    """
    place = {name: index for index, name in enumerate(old)}
    kept = [name for name in new if name in place]
    tails: list[str] = []
    before: dict[str, str | None] = {}
    for name in kept:
        at = bisect_left([place[tail] for tail in tails], place[name])
        before[name] = tails[at - 1] if at else None
        tails[at : at + 1] = [name]
    run: list[str] = []
    last = tails[-1] if tails else None
    while last:
        run.append(last)
        last = before[last]
    return set(kept) - set(run)


def _around(cut: CutList, quote: str) -> tuple[Shot | None, Shot | None]:
    """What comes right before and after a quote; its own still picture belongs to it."""
    own = [
        index
        for index, shot in enumerate(cut.shots)
        if isinstance(shot, Played | Still) and shot.quote == quote
    ]
    shots = (None, *cut.shots, None)
    return shots[own[0]], shots[own[-1] + 2]


def _another(then: Shot | None, here: Shot | None) -> str:
    """What stands beside a quote now, where a reader may not be told how it differs."""
    if not isinstance(here, Played | Still):
        return "another one"
    return "those words with changes" if _quote(then) == here.quote else "other words"


def _quote(shot: Shot | None) -> str | None:
    return shot.quote if isinstance(shot, Played | Still) else None


def _spans(parts: Sequence[Played], rate: Fraction) -> Spans:
    return sorted((part.source_in.seconds, part.source_in.seconds + part.frames / rate) for part in parts)


def _words(text: str, *, spoken: bool) -> list[str]:
    words = [piece.text for piece in pieces(text) if piece.kind is Kind.SPOKEN] if spoken else text.split()
    return [word for word in words if plain(word)]


def _edits(before: list[str], after: list[str]) -> list[_Edit]:
    """Runs of words lost, gained or changed; case, punctuation and spelling alone are "writing"."""
    if before == after:
        return []
    ours, theirs = ([plain(word) for word in words] for words in (before, after))
    codes = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    same = [code[0] == "equal" for code in codes]
    if all(same) or not any(same):
        return [_Edit("writing" if all(same) else "all", " ".join(before), " ".join(after))]
    return [
        _Edit(
            "start" if i1 == 0 else "end" if i2 == len(before) else "inside",
            " ".join(before[i1:i2]),
            " ".join(after[j1:j2]),
        )
        for code, i1, i2, j1, j2 in codes
        if code != "equal"
    ]


def _worded(words: Wording | None) -> str:
    return "\n".join(text for _, text in words.texts) if words else ""


def _paired(old: Sequence[Break], new: Sequence[Break]) -> list[tuple[Break | None, Break | None]]:
    """Breaks as people know them again: by question and place, by question, by place. Their numbers shift
    when one is added.
    """
    left, pairs = list(old), dict[int, Break]()
    for alike in (lambda b: (b.prompt, b.after), lambda b: (b.prompt,), lambda b: (b.after,)):
        for index, two in enumerate(new):
            one = next((one for one in left if index not in pairs and alike(one) == alike(two)), None)
            if one:
                pairs[index] = one
                left.remove(one)
    return [*((pairs.get(index), two) for index, two in enumerate(new)), *((one, None) for one in left)]


def _gone_or_new(place: str, edit: _Edit, *, more: bool) -> str:
    text = edit.gained if more else edit.lost
    count = len(text.split())
    number = _count(count)
    which = {"start": f"the first {number}", "end": f"the last {number}", "inside": f"{number} in the middle"}
    verb, state = "is" if count == 1 else "are", "new" if more else "not in it any more"
    return f"{which[place]} (“{text}”) {verb} {state}"


def _cameras(angles: Sequence[str]) -> str:
    """The cameras of some parts, each once."""
    return " and ".join(f"camera {one}" if one else "the first camera" for one in dict.fromkeys(angles))


def _card(card: Card) -> str:
    return f"The {CARDS.get(card.style, 'card').lower()} “{' '.join(card.text.split())}”"


def _count(number: int) -> str:
    return f"{COUNTS[number] if number < len(COUNTS) else number} word{'' if number == 1 else 's'}"


def _seconds(length: Fraction) -> str:
    """How long: "1.2 seconds", "2 minutes 3 seconds"; a tenth is as fine as people hear."""
    if length >= 60:
        minutes, seconds = divmod(nearest(length), 60)
        rest = f" {seconds} second{'' if seconds == 1 else 's'}" if seconds else ""
        return f"{minutes} minute{'' if minutes == 1 else 's'}{rest}"
    text = decimal(length, 1 if length >= Fraction(1, 10) else 2)
    return f"{text} second{'' if text == '1' else 's'}"
