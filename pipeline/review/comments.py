"""What reviewers said of a cut, tied to the words it fell on, so that it follows them into the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from hashlib import sha256

from pipeline.core.time import Programme, Source, Time, clock, decimal
from pipeline.edit.changes import CutList, Played, Still
from pipeline.edit.timeline import Break, Card, Shot

STATES = ("open", "doing", "done", "declined")


@dataclass(frozen=True)
class Comment:
    """One comment as it came: at a time of the film that was reviewed, or with none, of the whole film.

    `row` is its line in `file`; `nth` tells comments apart that are the same in everything.
    """

    file: str
    row: int
    at: Time[Programme] | None
    seconds: Fraction
    author: str
    text: str
    done: bool = False
    nth: int = 1

    @property
    def id(self) -> str:
        """The same for the same comment however often its file is read."""
        at = decimal(self.at.seconds) if self.at else ""
        return sha256("\0".join([self.file, at, self.author, self.text, str(self.nth)]).encode()).hexdigest()[
            :12
        ]


@dataclass(frozen=True)
class Spot:
    """What a comment falls on, so that it is found again in another cut.

    `kind` is quote, still, break, card, or film (the whole of it, or past its end). `key` is the quote,
    the break or the card's style; `words` are the prompt or the card's; `after` the quote that a break
    follows. `offset` counts into a still, a break or a card; `moment` is on the quote's own source.
    """

    kind: str
    key: str = ""
    words: str = ""
    after: str = ""
    part: int = 0
    source: str = ""
    moment: Time[Source] | None = None
    offset: Fraction = Fraction(0)


@dataclass(frozen=True)
class Remark:
    """A comment tied to what it fell on, with its state and its answer. `on` is the day it came."""

    comment: Comment
    spot: Spot
    on: date
    state: str = "open"
    answer: str = ""
    answered_by: str = ""
    answered_on: date | None = None

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f'"{self.state}" is not one of {", ".join(STATES)}')

    @property
    def id(self) -> str:
        return self.comment.id

    @property
    def quote(self) -> str | None:
        return self.spot.key if self.spot.kind in ("quote", "still") else None

    def answered(self, state: str, answer: str, by: str, on: date) -> Remark:
        return replace(self, state=state, answer=answer, answered_by=by, answered_on=on)


@dataclass(frozen=True)
class CommentPlace:
    """Where a remark falls in a cut: at a time, or nowhere; `what` says it to people."""

    at: Time[Programme] | None
    what: str


def tie(comment: Comment, cut: CutList, on: date) -> Remark:
    """The comment on what was on at its time, in the very cut that was reviewed."""
    return Remark(comment, _spot(comment, cut), on, "done" if comment.done else "open")


def _spot(comment: Comment, cut: CutList) -> Spot:
    shot = cut.shot_at(comment.at) if comment.at else None
    if comment.at is None or shot is None:
        return Spot("film", words="" if comment.at is None else "past the end")
    offset = comment.at - cut.time(shot)
    match shot:
        case Played():
            return Spot(
                "quote",
                shot.quote,
                part=cut.parts(shot.quote).index(shot) + 1,
                source=shot.source,
                moment=shot.source_in + offset,
            )
        case Still():
            spot = Spot("still", shot.quote, source=shot.source, moment=shot.moment, offset=offset)
        case Break():
            spot = Spot("break", shot.id, shot.prompt, shot.after, offset=offset)
        case Card():
            spot = Spot("card", shot.style, shot.text, offset=offset)
        case _:  # pragma: no cover - a cut list has no others
            raise TypeError(f"{shot} is no shot of a cut list")
    return replace(spot, part=_alike(spot, cut)[0].index(shot) + 1)


def whereabouts(remark: Remark, cut: CutList) -> CommentPlace:
    """Where a remark falls in this cut, which need not be the one that was reviewed."""
    spot = remark.spot
    if spot.kind == "film":
        return CommentPlace(
            None, "after the end of the film that was reviewed" if spot.words else "the film as a whole"
        )
    if spot.kind == "quote":
        return _in_quote(spot, cut)
    name = {
        "still": f"the still picture of {spot.key}",
        "break": f"the reflection break “{spot.words}”",
        "card": f"the card “{spot.words}”",
    }[spot.kind]
    found = next(filter(None, _alike(spot, cut)), None)
    if found is None:
        return CommentPlace(None, f"{name} is no longer in the film")
    shot = found[min(spot.part, len(found)) - 1]
    length = shot.frames / cut.rate
    at = cut.time(shot) + (spot.offset if spot.offset < length else length - 1 / cut.rate)
    return CommentPlace(at, f"{clock(at.seconds)}, {name}")


def _in_quote(spot: Spot, cut: CutList) -> CommentPlace:
    """Its moment of the source, in the same part first; a quote that was cut shorter may have lost it."""
    parts = cut.parts(spot.key)
    assert spot.moment is not None
    for part in sorted(parts, key=lambda part: parts.index(part) + 1 != spot.part):
        offset = spot.moment - part.source_in
        if part.source == spot.source and 0 <= offset < part.frames / cut.rate:
            at = cut.time(part) + offset
            return CommentPlace(at, f"{clock(at.seconds)}, {spot.key}")
    if parts:
        return CommentPlace(
            None,
            f"its words are no longer in the film; what is left of {spot.key} starts at "
            f"{clock(cut.time(parts[0]).seconds)}",
        )
    return CommentPlace(None, f"its words are no longer in the film: {spot.key} is not in it")


def _alike(spot: Spot, cut: CutList) -> list[list[Shot]]:
    """The shots that a still, a break or a card may be: first those that are as it was, then those that
    people would call the same.
    """
    if spot.kind == "still":
        stills = cut.stills(spot.key)
        return [[shot for shot in stills if shot.moment == spot.moment], list(stills)]
    if spot.kind == "card":
        cards = [shot for shot in cut.shots if isinstance(shot, Card)]
        return [[card for card in cards if (card.style, card.text) == (spot.key, spot.words)]]
    asking: list[Shot] = [item for item in cut.breaks if item.prompt == spot.words]
    following: list[Shot] = [item for item in cut.breaks if item.after == spot.after]
    return [[item for item in asking if item in following], asking, following]
