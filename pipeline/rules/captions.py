"""What makes a caption hard to read: one function a rule, each with its source, in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pipeline.model.captions import Captions, Cue, Finding, Profile
from pipeline.model.time import decimal

Rule = Callable[[Captions, Profile, Sequence[float]], Iterator[Finding]]


def line_length(captions: Captions, profile: Profile, _: Sequence[float]) -> Iterator[Finding]:
    """A line fits the screen in large type (BBC: 37 characters; DCMP: 32)."""
    for cue in captions.cues:
        longest = max(map(len, cue.lines))
        if longest > profile.wide.characters:
            yield _finding("line-length", "error", cue, "a line is too long", f"{longest} characters", f"{profile.wide.characters}")


def line_count(captions: Captions, profile: Profile, _: Sequence[float]) -> Iterator[Finding]:
    """Two lines at most, so that faces stay visible (BBC, Netflix, DCMP)."""
    for cue in captions.cues:
        if len(cue.lines) > profile.wide.lines:
            yield _finding("line-count", "error", cue, "too many lines", f"{len(cue.lines)}", f"{profile.wide.lines}")


def reading_speed(captions: Captions, profile: Profile, _: Sequence[float]) -> Iterator[Finding]:
    """Slow enough to read and watch (BBC 160–180 wpm, Ofcom: over 200 is hard to follow). Spaces count."""
    for cue in captions.cues:
        speed = len(cue.text) / float(cue.span.duration)
        if speed > profile.speed.warn:
            severity = "error" if speed > profile.speed.error else "warning"
            limit = profile.speed.most if speed > profile.speed.most else profile.speed.warn
            yield _finding("reading-speed", severity, cue, "too fast to read with ease", f"{speed:.1f} characters a second", f"{limit:g}")


def duration(captions: Captions, profile: Profile, _: Sequence[float]) -> Iterator[Finding]:
    """Long enough to be seen, short enough not to be read twice (BBC 0.3 s a word; Netflix 5/6–7 s)."""
    for cue in captions.cues:
        seconds = float(cue.span.duration)
        least = min(profile.timing.min_seconds, 0.3 * len(cue.text.split()) + 0.3)
        if seconds < least - 1e-6:
            yield _finding("too-short", "warning", cue, "on the screen for too short a time", f"{seconds:.2f} s", f"{least:.2f} s")
        if seconds > profile.timing.max_seconds + 1e-6:
            yield _finding("too-long", "warning", cue, "on the screen for too long", f"{seconds:.2f} s", f"{profile.timing.max_seconds:g} s")


def gaps(captions: Captions, profile: Profile, _: Sequence[float]) -> Iterator[Finding]:
    """Between cues either nothing or enough to notice: less flickers (BBC: 0 or ≥ 1 s, error below 0.8 s)."""
    for one, two in zip(captions.cues, captions.cues[1:], strict=False):
        gap = float(two.span.start - one.span.end)
        if 0 < gap < profile.timing.min_gap * 0.8 and one.quote == two.quote:
            yield _finding("gap", "warning", two, "flickers after the one before", f"{gap:.2f} s", f"0 or {profile.timing.min_gap:g} s")


def across_cut(captions: Captions, _: Profile, cuts: Sequence[float]) -> Iterator[Finding]:
    """A caption that stays over a cut is read again from the start (BBC: do not straddle)."""
    for cue in captions.cues:
        start, end = float(cue.span.start), float(cue.span.end)
        for cut in cuts:
            if start + 1e-6 < cut < end - 1e-6:
                yield _finding("across-cut", "error", cue, "stays over a cut", f"{cut:.2f} s", "none")


def characters(captions: Captions, _: Profile, __: Sequence[float]) -> Iterator[Finding]:
    """No control or direction-changing characters, nothing that a player would take for markup."""
    for cue in captions.cues:
        bad = sorted({f"U+{ord(c):04X}" for c in "".join(cue.lines) if _unshowable(ord(c))})
        if bad:
            yield _finding("characters", "error", cue, "has characters that players cannot show", ", ".join(bad), "none")


def _unshowable(code: int) -> bool:
    """Controls, characters that turn the direction of what follows, and the mark of a wrong decoding."""
    return code < 32 or 0x7F <= code < 0xA0 or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069 or code in (0x2028, 0x2029, 0xFFFD)


RULES: tuple[Rule, ...] = (line_length, line_count, reading_speed, duration, gaps, across_cut, characters)


def check(captions: Captions, profile: Profile, cuts: Sequence[float] = ()) -> list[Finding]:
    """All findings, errors first, then in the order of the film. `cuts` are seconds."""
    found = [finding for rule in RULES for finding in rule(captions, profile, cuts)]
    return sorted(found, key=lambda finding: finding.severity != "error")


def _finding(rule: str, severity: str, cue: Cue, what: str, measured: str, limit: str) -> Finding:
    return Finding(rule, severity, f"{decimal(cue.span.start.seconds, 3)} s", f'{what}: "{cue.text}"', measured, limit)
