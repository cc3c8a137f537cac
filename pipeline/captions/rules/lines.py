"""Do the lines fit, and are they parted where the sense is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate, pairwise

from pipeline.captions.model import Cue, Note, tokens
from pipeline.captions.rules.context import Fault, Judged
from pipeline.captions.rules.line_breaks import FIRM, parted

DASHES = ("-", "–", "—", "‐")


def line_length(judged: Judged) -> Iterator[Fault]:
    """A line fits the screen in large type, in characters."""
    most = judged.area.characters
    for number, cue in judged.numbered:
        longest = max(map(len, cue.lines))
        if longest > most:
            yield Fault(number, "a line is too long", f"{longest} characters", f"{most}")


def line_width(judged: Judged) -> Iterator[Fault]:
    """A line fits the screen as it is drawn: capitals and other scripts are wider than their number of
    characters.
    """
    most = judged.room
    assert judged.width
    for number, cue in judged.numbered:
        widest = max(map(judged.width, cue.lines))
        if widest > most + 1e-6:
            yield Fault(
                number,
                "a line is too wide",
                f"{widest * 100:.1f} % of the picture's width",
                f"{most * 100:.3g} %",
            )


def line_count(judged: Judged) -> Iterator[Fault]:
    """Few lines, so that faces stay visible."""
    for number, cue in judged.numbered:
        if len(cue.lines) > judged.area.lines:
            yield Fault(number, "too many lines", f"{len(cue.lines)}", f"{judged.area.lines}")


def one_line(judged: Judged) -> Iterator[Fault]:
    """One line where the words fit in one: two cover more of the picture. Two speakers, or a sound beside
    speech, keep a line each. Where the profile does not ask for it, two short lines for a long one are a
    matter of taste, and only a few words on two lines are told of.
    """
    share = 1.0 if "one-line" in judged.profile.clauses else TASTE
    for number, cue in judged.numbered:
        short = len(cue.text) <= judged.area.characters * share
        if len(cue.lines) > 1 and short and not apart(cue) and fits(judged, cue.text):
            yield Fault(number, "two lines where one fits", f"{len(cue.lines)} lines", "1", "warning")


TASTE = 0.75
"""Of a line: so few characters are one line in any house."""

LONE = 10
"""Characters of a word that may stand alone on a line where it is longer."""


def orphan_word(judged: Judged) -> Iterator[Fault]:
    """No word alone under a line that is much longer, unless it is a sentence, a name or a sound."""
    for number, cue in judged.numbered:
        if len(cue.lines) < 2 or apart(cue):
            continue
        above, word = cue.lines[-2], cue.lines[-1]
        lone = " " not in word and len(word) <= LONE and len(above) >= 2 * LONE and word[:1].islower()
        if lone and len(above.split()) > 2 and above[-1].isalnum() and not word.endswith(("…", "...")):
            yield Fault(number, "leaves a word alone on a line", f"“{word}”", "another break", "warning")


def apart(cue: Cue) -> bool:
    """Do its lines belong to different speakers, or one of them to a sound? A file does not tell its sounds
    from its words: there brackets do.
    """
    if cue.lines[-1].startswith(DASHES) or (cue.label and 0 in cue.breaks):
        return True
    if cue.words:
        return bool(_beside_notes(cue) & set(cue.breaks))
    return cue.lines[-1].startswith(("[", "(")) or cue.lines[0].rstrip().endswith(("]", ")", ":"))


def _beside_notes(cue: Cue) -> set[int]:
    """Where a note begins or ends, in tokens after the label."""
    ends = [0, *accumulate(len(tokens(part)) for part in cue.parts)]
    notes = [edges for part, edges in zip(cue.parts, pairwise(ends), strict=True) if isinstance(part, Note)]
    return {at for edges in notes for at in edges}


def fits(judged: Judged, line: str) -> bool:
    """Is a line neither too long nor, where that is measured, too wide?"""
    return len(line) <= judged.area.characters and (judged.width is None or judged.width(line) <= judged.room)


def line_break(judged: Judged) -> Iterator[Fault]:
    """Lines part where the sense does: at punctuation and before conjunctions, not inside what belongs
    together.
    """
    for number, cue in judged.numbered:
        for one, two in zip(cue.lines, cue.lines[1:], strict=False):
            if kind := _parted(one, two):
                yield Fault(
                    number,
                    f"a line ends inside {kind}",
                    f"{one.split()[-1]} / {two.split()[0]}",
                    "kept together",
                    "warning",
                )


def cue_break(judged: Judged) -> Iterator[Fault]:
    """Nor does a cue end inside what nobody can read in halves: a number and its unit, a name, an article and
    its noun.
    """
    for number, one, two in judged.neighbours:
        if (
            one.quote == two.quote
            and one.speaker == two.speaker
            and (kind := _parted(one.lines[-1], two.lines[0])) in FIRM
        ):
            yield Fault(
                number,
                f"the cue before ends inside {kind}",
                f"{one.lines[-1].split()[-1]} / {two.lines[0].split()[0]}",
                "kept together",
                "warning",
            )


def _parted(one: str, two: str) -> str:
    words = one.split()
    starts = len(words) < 2 or words[-2][-1] in ".?!:"
    return parted(words[-1], two.split()[0], starts=starts, verb=words[-2] if len(words) > 1 else "")
