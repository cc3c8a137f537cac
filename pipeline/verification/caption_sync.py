"""Captions against the sound of the finished film: when speech sets in, and what a second hearing makes of
the words.

The approved words stay as they are, whatever is heard: this says which captions to listen to first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rapidfuzz.distance import Levenshtein

from pipeline.captions.model import Cue, CueWord
from pipeline.core.finding import Finding
from pipeline.core.ports import Speech
from pipeline.core.signal import levels
from pipeline.core.time import Source, Span, clock
from pipeline.core.word import Word
from pipeline.edit.timeline import Take, Timeline
from pipeline.language.normalise import HESITATIONS, tokens
from pipeline.language.redaction import Bleep, hidden
from pipeline.production.profile import Profile
from pipeline.verification.speech import as_written, critical

Numbered = tuple[int, Cue]

STEPS = 100
"""Levels a second (matching/edit_points.py)."""

PAUSE = 0.25
"""Seconds without a word before a cue's first, from which it can be heard to set in."""

NEAR = 1.0
"""Seconds around the first word in which its onset is looked for."""

RISE = 0.4
"""How far from the room's level to the voice's, in dB, speech has set in."""

DISTINCT = 10.0
"""dB that a voice must be above its room for an onset to be told."""

STILL, VOICED = 14, 3
"""Steps of 10 ms that must be quiet before an onset, and loud after it: within words it is quiet for less."""

EXACT = 0.05
"""Seconds by which an onset can be told."""

HEAVY = 3.0
"""What a name, number, dose or negation counts for among the words of a cue; others 1."""

DOUBTFUL = 0.5
"""Share of a cue's weight heard otherwise, from which somebody must listen."""


@dataclass(frozen=True)
class Onset:
    """How long after its first word is heard a cue appears: less than nothing where it is early."""

    number: int
    cue: Cue
    late: float


def onsets(cues: Sequence[Numbered], take: Take, timeline: Timeline, speech: Speech) -> list[Onset]:
    """Of the cues of a shot that begin after a pause. `speech` is the shot's sound as the film has it."""
    heard = 10 * np.log10(levels(speech).astype(np.float64))
    if not len(heard):
        return []
    room, voice = np.percentile(heard, [10, 95])
    if voice - room < DISTINCT:
        return []
    loud = heard > room + RISE * (voice - room)
    begun = [
        at
        for at in range(len(loud))
        if loud[at : at + VOICED].all() and not loud[max(0, at - STILL) : at].any()
    ]
    zero, found, before = timeline.time(take.at), [], None
    for number, cue in cues:
        spoken = [word for word in cue.words if word.heard]
        if not spoken:
            continue
        planned = float(spoken[0].span.start - zero)
        if before is None or float(spoken[0].span.start - before) >= PAUSE:
            near = min(begun, key=lambda at: abs(at / STEPS - planned), default=None)
            if near is not None and abs(near / STEPS - planned) <= NEAR:
                found.append(Onset(number, cue, float(cue.span.start - zero) - near / STEPS))
        before = spoken[-1].span.end
    return found


def in_time(found: Sequence[Onset], of: int, profile: Profile) -> Iterator[Finding]:
    """Cues that come too early or too late for the speech that is heard, and the figures of all."""
    timing = profile.timing
    for one in sorted(found, key=lambda onset: -abs(onset.late)):
        if not -timing.early - EXACT <= one.late <= timing.late + EXACT:
            what = f"“{one.cue.text}” appears {'after' if one.late > 0 else 'before'} its first word is heard"
            limit = f"{timing.early:g} s before to {timing.late:g} s after"
            where = f"{clock(one.cue.span.start.seconds)} {one.cue.quote}"
            yield Finding(
                "onset",
                "warning",
                where,
                what,
                f"{abs(one.late):.2f} s",
                limit,
                cue=one.number,
                criterion="1.2.2",
                clause=profile.clauses.get("sync", ""),
            )
    if found:
        apart = np.array([abs(one.late) for one in found])
        worst = max(found, key=lambda onset: abs(onset.late))
        measured = (
            f"median {np.median(apart):.2f} s, 95th percentile {np.percentile(apart, 95):.2f} s, worst "
            f"{worst.late:+.2f} s (cue {worst.number})"
        )
        what = f"{len(found)} of {of} cues begin after a pause: how far from the onset of speech they appear"
        yield Finding(
            "onset",
            "info",
            "the film",
            what,
            measured,
            f"{timing.early:g} s before to {timing.late:g} s after",
            criterion="1.2.2",
        )


@dataclass(frozen=True)
class Reheard:
    """What a second hearing makes of a cue: the share of its weight heard otherwise (more than 1 where words
    came too), and what.
    """

    number: int
    cue: Cue
    share: float
    approved: str
    heard: str
    grave: tuple[str, ...]
    """The kinds of word that may not be wrong and were heard otherwise."""


def reheard(
    cues: Sequence[Numbered],
    take: Take,
    timeline: Timeline,
    heard: Sequence[Word],
    bleeps: Sequence[Bleep] = (),
) -> list[Reheard]:
    """A shot's cues with what was heard otherwise, in one alignment of all its words. What is bleeped is
    neither judged nor said.
    """
    said = [
        (index, word)
        for index, (_, cue) in enumerate(cues)
        for word in cue.words
        if word.heard and not _hidden(word.heard, take)
    ]
    if not said:
        return []
    zero = take.source_in(timeline.rate).seconds
    heard = [word for word in heard if not _hidden(Span(word.span.start + zero, word.span.end + zero), take)]
    mine = tokens([word.text for _, word in said])
    theirs = as_written(tokens([word.text for word in heard]), mine)
    weights = [_weight(said, token.first) for token in mine]
    owner = [said[token.first][0] for token in mine]
    wrong, whole = [0.0] * len(cues), [0.0] * len(cues)
    texts: list[tuple[set[int], list[str], set[str]]] = [(set(), [], set()) for _ in cues]
    for at, (weight, _) in enumerate(weights):
        whole[owner[at]] += weight
    for step in Levenshtein.opcodes([token.form for token in mine], [token.form for token in theirs]):
        if step.tag == "equal":
            continue
        new = [
            heard[at].text
            for token in theirs[step.dest_start : step.dest_end]
            if token.form not in HESITATIONS
            for at in range(token.first, token.last + 1)
        ]
        for at in range(step.src_start, step.src_end):
            wrong[owner[at]] += weights[at][0]
            texts[owner[at]][0].update(range(mine[at].first, mine[at].last + 1))
            texts[owner[at]][2].update(filter(None, [weights[at][1]]))
        index = owner[min(step.src_start, len(mine) - 1)]
        texts[index][1].extend(new)
        if step.src_start == step.src_end:
            wrong[index] += len(new)
    return [
        Reheard(
            number,
            cue,
            wrong[at] / whole[at],
            hidden(" ".join(said[word][1].text for word in sorted(texts[at][0])), bleeps),
            hidden(" ".join(texts[at][1]), bleeps),
            tuple(sorted(texts[at][2])),
        )
        for at, (number, cue) in enumerate(cues)
        if wrong[at] and whole[at]
    ]


def _hidden(span: Span[Source], take: Take) -> bool:
    return any(span.overlap(bleep) > 0 for bleep in take.bleeps)


def _weight(said: Sequence[tuple[int, CueWord]], index: int) -> tuple[float, str]:
    kind = critical(said[index][1].text, said[index - 1][1].text if index else ".")
    return (HEAVY if kind else 1.0), kind


def told(found: Sequence[Reheard], of: int, engine: str, *, settled: bool = False) -> Iterator[Finding]:
    """The cues that were heard otherwise, worst first. The approved words are not touched: it is for somebody
    to listen, unless the sound has `settled` what this very hearing had otherwise.
    """
    for one in sorted(found, key=lambda cue: -cue.share):
        kinds = f", among them a {' and a '.join(one.grave)}" if one.grave else ""
        approved = f"“{one.approved}” was approved" if one.approved else "nothing more was approved"
        what = f"{approved} and {f'“{one.heard}”' if one.heard else 'nothing'} heard by {engine}{kinds}"
        severity = "warning" if one.share >= DOUBTFUL and not settled else "info"
        where = f"{clock(one.cue.span.start.seconds)} {one.cue.quote}"
        yield Finding(
            "second-hearing",
            severity,
            where,
            what,
            f"{one.share:.0%} of its weight",
            f"{DOUBTFUL:.0%}",
            cue=one.number,
            criterion="1.2.2",
        )
    if of:
        what, measured = (
            f"{of - len(found)} of {of} cues were heard by {engine} as they were approved",
            f"{1 - len(found) / of:.0%}",
        )
        yield Finding("second-hearing", "info", "the film", what, measured, "-", criterion="1.2.2")
