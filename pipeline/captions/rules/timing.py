"""Does it come and go when it should: order, gaps, cuts, and the speech itself.

Times are compared in whole frames where the rate is known. At 29.97 frames a second two frames are
66.7 ms, and a file says 67 or 66: counted in seconds, one of them would be an alarm about nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from pipeline.captions.rules.context import Fault, Judged, Severity, counted, exact, timed
from pipeline.captions.rules.reading_speed import least_seconds
from pipeline.core.time import Programme, Time


def order(judged: Judged) -> Iterator[Fault]:
    """Cues stand in the order of their times: players show them as they come."""
    for number, one, two in judged.neighbours:
        if two.span.start < one.span.start:
            yield Fault(
                number,
                "comes before the cue that it follows in the file",
                f"{two.span.start}",
                f"{one.span.start} or later",
            )


def backwards(judged: Judged) -> Iterator[Fault]:
    """A cue begins before it ends. One that does not is read as standing for a millisecond, so that no word
    is lost.
    """
    for place, cue in enumerate(judged.written or (), 1):
        if cue.end < cue.start:
            yield _unread(judged, place, "ends before it begins", cue.end - cue.start, "0 s")


def no_duration(judged: Judged) -> Iterator[Fault]:
    """A cue stays for a time: players show one without any never, or for ever."""
    if judged.written is None:
        for number, cue in judged.numbered:
            if cue.span.duration <= NO_TIME:
                yield Fault(
                    number, "ends when it begins", f"{float(cue.span.duration):g} s", "a time to read it"
                )
        return
    for place, raw in enumerate(judged.written, 1):
        if raw.end == raw.start:
            yield _unread(judged, place, "ends when it begins", Fraction(0), "a time to read it")


NO_TIME = Fraction(1, 1000)
"""Seconds for which a cue stands whose times say none."""


def _unread(judged: Judged, place: int, what: str, seconds: Fraction, limit: str) -> Fault:
    """Of a cue by its number in the file: where it shows something, its words are told."""
    number = judged.places.index(place) + 1 if place in judged.places else 0
    at = None if number else Time[Programme](judged.written[place - 1].start) if judged.written else None
    return Fault(number, what, f"{float(seconds):g} s", limit, "error", at, place)


def overlap(judged: Judged) -> Iterator[Fault]:
    """One cue at a time: two at once cover each other, or the picture."""
    for number, one, two in judged.neighbours:
        shared = judged.between(two.span.start, one.span.end)
        if shared > 0 and two.span.end > one.span.start:
            yield Fault(number, "starts before the one before it has gone", f"{float(shared):.3f} s", "0 s")


def gap(judged: Judged) -> Iterator[Fault]:
    """Between cues either nothing or enough to notice: less flickers. Where the picture changes as well, it
    is worth a word only.
    """
    timing = judged.profile.timing
    dark = f"{timing.chain_frames} frames" if timing.chain_frames else "0"
    good = f"{dark} or {timing.min_gap:g} s"
    for number, one, two in judged.neighbours:
        seconds = judged.between(one.span.end, two.span.start)
        if any(one.span.end <= stop <= two.span.start for stop in judged.stops):
            continue
        if seconds <= timing.chain_frames / (judged.rate or Fraction(24)):
            continue
        cut = bool(judged.cuts_within(one.span.end, two.span.start))
        grave = seconds < judged.whole(timing.gap_error or 0.0)
        if grave or (seconds < judged.whole(timing.min_gap) and not cut):
            severity: Severity = "error" if grave and not cut else "warning"
            yield Fault(number, "flickers after the one before", f"{float(seconds):.2f} s", good, severity)


def chain_frames(judged: Judged) -> Iterator[Fault]:
    """Where a profile leaves some frames dark between two cues, it is so many."""
    least = judged.profile.timing.chain_frames
    for number, one, two in judged.neighbours:
        frames = judged.frame(two.span.start) - judged.frame(one.span.end)
        if 0 <= frames < least:
            yield Fault(
                number, "follows the one before too closely", counted(frames, "frame"), f"{least} frames"
            )


# Cuts ----------------------------------------------------------------------------------------


def across_cut(judged: Judged) -> Iterator[Fault]:
    """A caption that stays over a cut is read again from the start."""
    for number, cue in judged.numbered:
        for cut in judged.cuts_within(cue.span.start, cue.span.end):
            if judged.between(cue.span.start, cut) > 0 and judged.between(cut, cue.span.end) > 0:
                yield Fault(number, "stays over a cut", f"{float(cut):.2f} s", "none")


def near_cut(judged: Judged) -> Iterator[Fault]:
    """A cue that begins or ends a few frames from a cut flashes: it begins on it, and ends on it or the
    profile's frames before.
    """
    snap, chain = judged.profile.timing.snap_frames, judged.profile.timing.chain_frames
    assert judged.rate
    reach = (snap + 1) / judged.rate
    for number, cue in judged.numbered:
        first, last = judged.frame(cue.span.start), judged.frame(cue.span.end)
        edges = (cue.span.start, cue.span.end)
        near = [cut for edge in edges for cut in judged.cuts_within(edge + -reach, edge + reach)]
        cuts = list(map(judged.frame, near))
        late = min((first - cut for cut in cuts if 0 < first - cut <= snap), default=0)
        if late:
            yield Fault(number, "begins just after a cut", counted(late, "frame"), "0", "warning")
        early = min((cut - last for cut in cuts if 0 <= cut - last <= snap), default=chain)
        if early != chain:
            what = "ends just before a cut" if early else "ends on a cut"
            yield Fault(number, what, counted(early, "frame"), f"{chain}", "warning")


# Speech --------------------------------------------------------------------------------------


def sync(judged: Judged) -> Iterator[Fault]:
    """A cue comes with its first word, by the profile's leave before and after it; one that was moved onto a
    cut may come sooner.
    """
    timing, slack = judged.profile.timing, _half_frame(judged)
    for number, cue in judged.numbered:
        words = timed(cue)
        if not words:
            continue
        late, soon = (
            cue.span.start - words[0].span.start,
            cue.words[0].span.start - cue.span.start,
        )  # an insertion in brackets is nowhere said
        snapped = judged.rate and bool(judged.cuts_within(cue.span.start, cue.span.start))
        early = exact(timing.early) + (timing.snap_frames / judged.rate if judged.rate and snapped else 0)
        if late > exact(timing.late) + slack:
            yield Fault(
                number, "comes after its first word", f"{float(late):.2f} s late", f"{timing.late:g} s"
            )
        if soon > early + slack:
            yield Fault(
                number, "comes before its first word", f"{float(soon):.2f} s early", f"{float(early):g} s"
            )


def leaves_early(judged: Judged) -> Iterator[Fault]:
    """A cue stays until its last word is said: who reads and listens loses one of the two."""
    for number, cue in judged.numbered:
        words = timed(cue)
        short = max((word.span.end for word in words), default=cue.span.end) - cue.span.end
        if short > Fraction(1, 10) + _half_frame(judged):
            yield Fault(
                number, "goes before its last word is said", f"{float(short):.2f} s", "0.1 s", "warning"
            )


def stays_late(judged: Judged) -> Iterator[Fault]:
    """A cue does not stay long after its last word, unless to be read at all or so that a short gap
    closes.
    """
    timing = judged.profile.timing
    for number, cue in judged.numbered:
        words = timed(cue)
        if not words:
            continue
        over = cue.span.end - max(word.span.end for word in words)
        most = exact(timing.linger + timing.min_gap)
        needed = float(cue.span.duration) <= least_seconds(cue, judged.profile) + 0.05
        if over > most + _half_frame(judged) and not needed:
            yield Fault(
                number, "stays after its last word", f"{float(over):.2f} s", f"{float(most):g} s", "warning"
            )


def _half_frame(judged: Judged) -> Fraction:
    """How far the nearest frame may be from a word."""
    return 1 / (2 * judged.rate) if judged.rate else Fraction(1, 1000)
