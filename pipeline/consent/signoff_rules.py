"""Does the sign-off of the captions hold? Any byte changed voids it; which cues need another look is told."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction
from hashlib import sha256

from pipeline.captions.model import Captions, Cue
from pipeline.captions.rules import RULES
from pipeline.consent.signoff_model import Signed, SignedCue, SignOff
from pipeline.core.finding import Finding
from pipeline.core.time import decimal
from pipeline.production.profile import Profile

LISTED = 12
"""Cues that a message names; the rest are counted."""


def signed(
    captions: Captions, profile: Profile, files: Mapping[str, str], words: Mapping[str, str]
) -> Signed:
    """What there is to be signed now."""
    shown = {cue.quote for cue in captions.cues}
    cues = tuple(SignedCue(_digest(cue), cue.quote, cue.text) for cue in captions.cues)
    return Signed(
        profile.name,
        profile.version,
        dict(files),
        {name: digest for name, digest in words.items() if name in shown},
        cues,
    )


def _digest(cue: Cue) -> str:
    """A cue by what is read, where, and at which words of the footage: the same when the film around it is
    cut otherwise.

    Its colour follows who spoke before, and only seconds the label: another one is another file, and no other
    cue.
    """
    first = next((word for word in cue.words if word.heard), None)
    over = (
        cue.span.start.seconds - first.span.start.seconds + first.heard.start.seconds
        if first and first.heard
        else Fraction(0)
    )
    seen = [
        list(cue.lines), cue.kind, cue.speaker, cue.position, cue.quote, cue.source,
        decimal(over, 3), decimal(cue.span.duration, 3), [[word.piece, word.text] for word in cue.words],
    ]  # fmt: skip
    return sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def to_look_at(before: Signed | None, now: Signed) -> tuple[int, ...]:
    """Numbers (from 1) of the cues that nobody has signed as they are: all of them under another profile or
    version of it.
    """
    known = (
        Counter(cue.digest for cue in before.cues)
        if before and (before.profile, before.version) == (now.profile, now.version)
        else Counter[str]()
    )
    found = []
    for number, cue in enumerate(now.cues, 1):
        if known[cue.digest]:
            known[cue.digest] -= 1
        else:
            found.append(number)
    return tuple(found)


def changes(before: Signed, now: Signed) -> list[str]:
    """What is not as it was signed, a sentence each; none where the sign-off holds."""
    found = []
    if (before.profile, before.version) != (now.profile, now.version):
        found.append(
            f"it was signed for {before.profile} version {before.version}, and the film has "
            f"{now.profile} version {now.version}"
        )
    words = sorted(
        name
        for name in before.words.keys() | now.words.keys()
        if before.words.get(name) != now.words.get(name)
    )
    if words:
        found.append(f"approved words are other ones or not the same quotes: {', '.join(words)}")
    look = to_look_at(before, now)
    gone = sum(
        (Counter(cue.digest for cue in before.cues) - Counter(cue.digest for cue in now.cues)).values()
    )
    if look or gone:
        fewer = gone - len(look)
        found.append(
            _only(look, now) + (f"; {fewer} that were signed are not there any more" if fewer > 0 else "")
        )
    files = sorted(
        name
        for name in before.files.keys() | now.files.keys()
        if before.files.get(name) != now.files.get(name)
    )
    if files:
        whole = "no cue changed, but " if not (look or gone) else ""
        found.append(f"{whole}other files: {', '.join(files)}")
    return found


def _only(look: tuple[int, ...], now: Signed) -> str:
    named = ", ".join(f"c{number} “{_short(now.cues[number - 1].text)}”" for number in look[:LISTED])
    more = f" and {len(look) - LISTED} more" if len(look) > LISTED else ""
    return (
        f"{'only ' if len(look) < len(now.cues) else ''}{len(look)} of {len(now.cues)} cues "
        f"changed{': ' if look else ''}{named}{more}"
    )


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words[:5]) + (" …" if len(words) > 5 else "")


def judge(last: SignOff | None, now: Signed, *, asked: bool) -> list[Finding]:
    """What `verify` says of it. Without a sign-off there is nothing to say, unless one is asked for."""
    if last is None:
        return (
            [
                Finding(
                    "sign-off",
                    "error",
                    "the captions",
                    "nobody has signed them",
                    "no sign-off",
                    'ourwords captions sign --by "NAME"',
                )
            ]
            if asked
            else []
        )
    if told := changes(last.signed, now):
        what = f"what {last.by} signed on {last.on} is not what is there: {'; '.join(told)}"
        return [
            Finding(
                "sign-off-void",
                "error",
                "the captions",
                what,
                f"{len(to_look_at(last.signed, now))} cues to look at",
                "not a byte changed",
            )
        ]
    return []


ACCEPTABLE = frozenset({"reading-speed"})
"""Errors that a person may sign in spite of, saying why: the words are approved, and were said as fast as
that.
"""


def hindrances(findings: Iterable[Finding]) -> list[Finding]:
    """What has to be settled before anybody signs: errors, and every question that the rules ask a person."""
    asks = {rule.name for rule in RULES if rule.asks}
    return [one for one in findings if one.severity == "error" or one.rule in asks]


def accepted(hindrances: Iterable[Finding], accept: Iterable[str], note: str) -> tuple[list[Finding], str]:
    """What still stands in the way, and the note of the sign-off, which says what was accepted and how
    often.
    """
    found, named = list(hindrances), sorted(set(accept) & ACCEPTABLE)
    counts = {rule: sum(one.rule == rule for one in found) for rule in named}
    told = ", ".join(f"{rule} ({count})" for rule, count in counts.items() if count)
    return [one for one in found if one.rule not in named], f"accepted: {told}; {note}" if told else note
