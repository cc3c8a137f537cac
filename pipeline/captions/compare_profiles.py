"""Why the same film is captioned differently by two profiles: their numbers that differ, and what became of
the cues.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pipeline.captions.model import Captions, Cue
from pipeline.production.profile import CaptionArea, Profile

LABELLED = {
    "change": "change of speaker",
    "unknown": "change to somebody who has not been named, is not seen or has no colour of their own",
    "unseen": "change where nobody is seen",
}
"""When names are written, in words."""

NUMBERS: tuple[tuple[str, str, Callable[[Profile, CaptionArea], object]], ...] = (
    ("{} characters a line", "line-length", lambda _, area: area.characters),
    ("{} lines a cue", "line-count", lambda _, area: area.lines),
    ("lines {:.0%} of the picture wide at most", "line-length", lambda _, area: area.width),
    ("{:g} characters a second at most", "reading-speed", lambda profile, _: profile.speed.most),
    ("{:g} seconds at least", "too-short", lambda profile, _: profile.timing.min_seconds),
    ("{:g} seconds at most", "too-long", lambda profile, _: profile.timing.max_seconds),
    ("{:g} seconds a word", "too-short", lambda profile, _: profile.timing.seconds_a_word),
    ("{} frames between cues that follow one another", "gap", lambda profile, _: profile.timing.chain_frames),
    ("gaps under {:g} seconds closed", "gap", lambda profile, _: profile.timing.min_gap),
    ("up to {:g} seconds after the last word", "sync", lambda profile, _: profile.timing.linger),
    ("up to {:g} seconds before the first word", "sync", lambda profile, _: profile.timing.early),
    ('names as "{}"', "speaker", lambda profile, _: profile.conventions.label),
    (
        "names at each {}",
        "speaker",
        lambda profile, _: LABELLED[profile.conventions.label_when],
    ),
    ('voices out of vision as "{}"', "speaker", lambda profile, _: profile.conventions.off),
    ('sounds as "{}"', "sound", lambda profile, _: profile.conventions.sound),
    ('music as "{}"', "sound", lambda profile, _: profile.conventions.music),
    ("{} colours", "speaker", lambda profile, _: len(profile.conventions.colours)),
)
"""(in words, the clause that it comes from, where it stands) for every number by which cues are made."""


@dataclass(frozen=True)
class Difference:
    """One thing in which two profiles differ: in words for each, and the clauses, where they have one."""

    one: str
    two: str
    clauses: tuple[str, str]


def differences(one: Profile, two: Profile, size: tuple[int, int]) -> list[Difference]:
    """Their numbers that are not the same on a picture of this size."""
    found = []
    for words, clause, get in NUMBERS:
        left, right = get(one, one.area(size)), get(two, two.area(size))
        if left != right:
            found.append(
                Difference(
                    words.format(left),
                    words.format(right),
                    (one.clauses.get(clause, ""), two.clauses.get(clause, "")),
                )
            )
    return found


def explain(
    one: Profile, two: Profile, captions: Captions, others: Captions, size: tuple[int, int]
) -> list[str]:
    """In plain sentences: what the two profiles ask, and what that did to the cues of this film."""
    told = [
        f"{one.name}: {found.one}; {two.name}: {found.two}{_because(found)}"
        for found in differences(one, two, size)
    ]
    left, right = captions.cues, others.cues
    told.append(
        f"{one.name} has {len(left)} cues and {_seconds(left)} of reading; {two.name} has "
        f"{len(right)} and {_seconds(right)}"
    )
    theirs = {_words(cue): cue for cue in right}
    same = [(cue, theirs[_words(cue)]) for cue in left if _words(cue) in theirs]
    lines = sum(a.lines != b.lines for a, b in same)
    moved = [(a, b) for a, b in same if a.span != b.span]
    told.append(
        f"{len(same)} cues hold the same words in both; {len(left) - len(same)} of {one.name} are "
        f"parted otherwise in {two.name}"
    )
    if lines:
        told.append(
            f"of those with the same words, {lines} break their lines elsewhere or are marked in another way"
        )
    return told + ([_apart(moved)] if moved else [])


def _apart(moved: Sequence[tuple[Cue, Cue]]) -> str:
    begin = max(abs(a.span.start - b.span.start) for a, b in moved)
    end = max(abs(a.span.end - b.span.end) for a, b in moved)
    return (
        f"and {len(moved)} have other times: they begin up to {float(begin):.2f} s and end up to "
        f"{float(end):.2f} s apart"
    )


def _because(found: Difference) -> str:
    clauses = [clause for clause in dict.fromkeys(found.clauses) if clause]
    return f" ({'; '.join(clauses)})" if clauses else ""


def _seconds(cues: tuple[Cue, ...]) -> str:
    return f"{float(sum((cue.span.duration for cue in cues), Fraction(0))):.1f} s"


def _words(cue: Cue) -> tuple[tuple[str, int, str], ...]:
    """What a cue says, whatever it looks like: its words by their places in the source."""
    return tuple((cue.quote, word.piece, str(word.heard)) for word in cue.words)
