"""What would give people time to read words that were simply said fast: a pause, a quote that ends sooner.

A cutaway gives none: the words go on under it. Trimming alone gives none either, since what is cut out takes
its time with it; a quote that ends sooner does, where a pause follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from pipeline.captions.editing.mapping import limit
from pipeline.captions.model import Captions, Cue, CueWord
from pipeline.captions.timing import exact
from pipeline.edit.timeline import Cutaway, Shot, Take, Timeline
from pipeline.production.profile import Profile


@dataclass(frozen=True)
class Relief:
    """A cue that is too fast by `missing` seconds, of a `quote`, and what would help: a `pause` after it, so
    many seconds more than there is now, once the quote ends so many `words` sooner. No pause helps where it
    ends under a cutaway (`covered`).
    """

    quote: str
    missing: float
    pause: float
    words: int
    covered: bool = False

    def __str__(self) -> str:
        sooner = f"end {self.quote} {_words(self.words)} sooner, and " if self.words else ""
        lift = f"take the cutaway off the end of {self.quote}, and " if self.covered else ""
        return (
            f"it is {self.missing:g} s short of being read at ease: {lift}{sooner}"
            f"give {self.quote} a pause of {self.pause:g} s more after it ([[scene.pause]], after)"
        )


def _words(count: int) -> str:
    return f"{count} word{'' if count == 1 else 's'}"


def relief(captions: Captions, timeline: Timeline, profile: Profile) -> dict[int, Relief]:
    """By the number of a cue that is too fast to read at ease: what would help."""
    found = {}
    for number, cue in enumerate(captions.cues, 1):
        if cue.words and len(cue.text) > profile.speed.warn * float(cue.span.duration):
            found[number] = _relief(cue, captions, timeline, profile)
    return found


def _relief(cue: Cue, captions: Captions, timeline: Timeline, profile: Profile) -> Relief:
    """The quote would end with this cue, or within it: then its last picture may stand for as long as that
    takes, and as the profile lets a caption stay after its words.
    """
    start, later = cue.span.start.seconds, [one for one in captions.cues if one.span.start > cue.span.start]
    after = sum(len(one.words) for one in later if one.quote == cue.quote)
    stays = exact(profile.timing.linger + profile.timing.min_gap)
    for dropped in range(len(cue.words)):
        kept = cue.words[: len(cue.words) - dropped]
        spoken, reads = max(word.span.end for word in kept).seconds, _reads(cue, kept, profile)
        if start + reads <= spoken + stays:
            break
    fewer = after + dropped
    stands = spoken if fewer else _stands(cue, timeline)
    dark = profile.timing.chain_frames / timeline.rate
    more = min(start + reads, spoken + stays) + dark - stands
    missing = _reads(cue, cue.words, profile) - cue.span.duration
    return Relief(
        cue.quote,
        max(ceil(missing * 10), 1) / 10,
        max(ceil(more * 10), 1) / 10,
        fewer,
        not fewer
        and any(laid.at + laid.frames >= _shot(cue, timeline).frames for laid in _laid(cue, timeline)),
    )


def _reads(cue: Cue, words: Sequence[CueWord], profile: Profile) -> Fraction:
    """Seconds in which so much of a cue is read at ease."""
    gone = sum(len(word.text) + 1 for word in cue.words[len(words) :])
    return Fraction(len(cue.text) - gone) / exact(profile.speed.warn)


def _shot(cue: Cue, timeline: Timeline) -> Shot:
    return timeline.shot_at(int(cue.words[0].span.start.seconds * timeline.rate))


def _laid(cue: Cue, timeline: Timeline) -> tuple[Cutaway, ...]:
    shot = _shot(cue, timeline)
    return shot.cutaways if isinstance(shot, Take) else ()


def _stands(cue: Cue, timeline: Timeline) -> Fraction:
    """Until when the picture of a cue's take stands now."""
    number = timeline.shots.index(_shot(cue, timeline))
    return timeline.time(limit(timeline, number)).seconds
