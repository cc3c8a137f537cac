"""The evidence sheet: what this film's files show for each WCAG 2.2 criterion and each clause of EN 301 549
that is about captions.

For whoever writes the accessibility statement. It says what was measured, by which rule, what a person
said, and what nothing here shows: a criterion that no evidence bears on is never called met.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from pipeline.captions.rules import RULES, Verdict
from pipeline.core.finding import Finding


def measured(verified: Sequence[Finding]) -> tuple[Measured, ...]:
    """What was measured on the finished film, out of all that `verify` found; a measure that it could not
    take is left out.
    """
    found = []
    for rule in MEASURES:
        mine = [finding for finding in verified if finding.rule == rule]
        told = [
            f"{one.what}: {one.measured}"
            for one in mine
            if one.where == "the film" and not one.measured.startswith("not judged")
        ]
        if told:
            found.append(
                Measured(rule, "; ".join(told), tuple(one for one in mine if one.severity != "info"))
            )
    return tuple(found)


State = Literal["evidenced", "problems found", "a person is asked", "not evidenced here", "does not apply"]

MEASURES = {
    "contrast": ("1.4.3", "contrast of each cue against the pixels around it"),
    "burnt-text": ("1.2.2", "the burnt text, read back"),
    "card-contrast": ("1.4.3", "contrast of each line on cards against the pixels around it"),
    "flash": ("2.3.1", "flashes in any second, by luminance and in a saturated red"),
    "onset": ("1.2.2", "cue starts against the onset of the voice"),
    "second-hearing": ("1.2.2", "the words against a second transcription"),
    "covers-face": ("1.2.2", "faces covered by captions"),
}
"""What is measured on the finished film, by rule: the criterion that it bears on, and what it is."""


@dataclass(frozen=True)
class Measured:
    """One measure of the finished film: its figures in a sentence, and what was found. A measure that is not
    here was not taken.
    """

    rule: str
    summary: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Facts:
    """What the film is and comes with. Blank: there is none, or nobody has said."""

    cues: int
    language: str
    sidecars: tuple[str, ...] = ()
    clean: bool = False
    """Is there a film without burnt-in captions beside it?"""
    transcript: bool = False
    described: str = ""
    """The audio-description track, and who made it."""
    sign_language: str = ""
    signed: str = ""
    """Who signed the captions off, and when."""
    read_back: str = ""
    """What says that each caption file was read back and is the same."""


@dataclass(frozen=True)
class Evidence:
    """One line of the sheet."""

    clause: str
    name: str
    level: str
    state: State
    evidence: tuple[str, ...]


@dataclass(frozen=True)
class _Known:
    facts: Facts
    verdict: Verdict
    measured: Mapping[str, Measured]
    findings: Sequence[Finding] = field(default=())


def sheet(facts: Facts, verdict: Verdict, measured: Sequence[Measured] = ()) -> list[Evidence]:
    """Every line, in the order of the standards."""
    taken = {one.rule: one for one in measured}
    known = _Known(
        facts, verdict, taken, [*verdict.findings, *(finding for one in measured for finding in one.findings)]
    )
    return [Evidence(clause, name, level, *_stated(tell(known))) for clause, name, level, tell in _LINES]


def _stated(told: tuple[State, list[str]]) -> tuple[State, tuple[str, ...]]:
    return told[0], tuple(told[1])


_Told = tuple[State, list[str]]


@dataclass(frozen=True)
class _Criterion:
    """What is known of one criterion: its rules, its measures, and what they found."""

    known: _Known
    name: str

    @cached_property
    def rules(self) -> list[str]:
        return [rule.name for rule in RULES if rule.criterion == self.name]

    @cached_property
    def measures(self) -> dict[str, str]:
        return {rule: what for rule, (bears_on, what) in MEASURES.items() if bears_on == self.name}

    @property
    def judged(self) -> list[str]:
        return [rule for rule in self.rules if rule not in self.known.verdict.not_judged]

    @property
    def taken(self) -> list[str]:
        return [one.summary for rule, one in self.known.measured.items() if rule in self.measures]

    @property
    def missing(self) -> list[str]:
        """Rules that could not be judged, and why; those that a profile does not ask for are not missed."""
        lacking = self.known.verdict.not_judged.items()
        names = {*self.rules, *self.measures}
        return [
            f"{name} ({why})" for name, why in lacking if name in names and not why.startswith("the profile")
        ]

    @property
    def untaken(self) -> list[str]:
        return [what for rule, what in self.measures.items() if rule not in self.known.measured]

    def found(self, severity: str, *, asks: bool | None = None) -> str:
        """How often each rule found something; of those that ask a person, or of the others."""
        names, asking = {*self.rules, *self.measures}, {rule.name for rule in RULES if rule.asks}
        mine = [one.rule for one in self.known.findings if one.rule in names and one.severity == severity]
        return _counts([rule for rule in mine if asks is None or (rule in asking) == asks])


def _by_rules(known: _Known, criterion: str) -> _Told:
    """What the rules and measures of a criterion say; "evidenced" only where all of them were judged and none
    found an error or a question.
    """
    of = _Criterion(known, criterion)
    errors, questions = of.found("error"), of.found("warning", asks=True)
    told = (
        ("by rule", ", ".join(of.judged)),
        *(("measured on the finished film", one) for one in of.taken),
        ("errors", errors),
        ("a person is asked", questions),
        ("warnings", of.found("warning", asks=False)),
        ("not judged", ", ".join(of.missing)),
        ("not measured", ", ".join(of.untaken)),
    )
    said = [f"{what}: {which}" for what, which in told if which]
    if errors:
        return "problems found", said
    if questions:
        return "a person is asked", said
    known_enough = (of.judged or of.measures) and not of.missing and not of.untaken
    return ("evidenced" if known_enough else "not evidenced here"), said


def _counts(rules: list[str]) -> str:
    return ", ".join(f"{rule} {rules.count(rule)}" for rule in dict.fromkeys(rules))


def _captions(known: _Known) -> _Told:
    state, said = _by_rules(known, "1.2.2")
    facts = known.facts
    first = (
        f"{facts.cues} cues, in the words that contributors approved; burnt in, and in "
        f"{len(facts.sidecars)} files"
    )
    person = f"signed by {facts.signed}" if facts.signed else "no person has signed these captions"
    return ("a person is asked" if state == "evidenced" and not facts.signed else state), [
        first,
        *said,
        person,
    ]


def _colour(known: _Known) -> _Told:
    state, said = _by_rules(known, "1.4.1")
    return state, [
        *said,
        "speakers are told by a label; colour is a second cue",
    ] if state == "evidenced" else said


def _alternative(known: _Known) -> _Told:
    if known.facts.described:
        return "evidenced", [f"audio description: {known.facts.described}"]
    return "not evidenced here", [
        _transcript(known),
        "no audio description is given; whether the pictures tell more than the words is for a person to say",
    ]


def _description(known: _Known) -> _Told:
    if known.facts.described:
        return "evidenced", [f"audio description: {known.facts.described}"]
    return "not evidenced here", [
        (
            "no audio description is given; it is not needed only where the words tell all that the "
            "pictures do, which a person has to say"
        )
    ]


def _signing(known: _Known) -> _Told:
    said = known.facts.sign_language
    return (
        ("evidenced", [f"sign language: {said}"])
        if said
        else ("not evidenced here", ["no sign-language interpretation is given"])
    )


def _text_alternative(known: _Known) -> _Told:
    return "not evidenced here", [_transcript(known), "it does not describe the pictures"]


def _transcript(known: _Known) -> str:
    return (
        "transcript.html: who speaks, the words, the sounds, the text on screen"
        if known.facts.transcript
        else "no transcript is made"
    )


def _images_of_text(known: _Known) -> _Told:
    if known.facts.clean and known.facts.sidecars:
        return "evidenced", [
            (
                f"cut.clean.mp4 with {', '.join(known.facts.sidecars)}: real text, which a player can "
                f"show in any size, colour and font"
            )
        ]
    return "not evidenced here", ["the captions are burnt in, and no film without them is made (film.clean)"]


def _language(known: _Known) -> _Told:
    return "evidenced", [f"{known.facts.language}, in the names and the markup of every caption file"]


def _sync(known: _Known) -> _Told:
    onset = known.measured.get("onset")
    said = ["that captions show within 100 ms of their time stamp is for the player"]
    return "not evidenced here", ([f"cue starts, measured: {onset.summary}", *said] if onset else said)


def _kept(known: _Known) -> _Told:
    return (
        ("evidenced", [known.facts.read_back])
        if known.facts.read_back
        else ("not evidenced here", ["whether other software keeps them is for that software"])
    )


def _told(state: State, *said: str) -> Callable[[_Known], _Told]:
    return lambda _: (state, list(said))


_PLAYER = _told("not evidenced here", "is for the player that the film is shown in")

_LINES: tuple[tuple[str, str, str, Callable[[_Known], _Told]], ...] = (
    (
        "1.2.1",
        "Audio-only and video-only (prerecorded)",
        "A",
        _told("does not apply", "the film has both picture and sound"),
    ),
    ("1.2.2", "Captions (prerecorded)", "A", _captions),
    ("1.2.3", "Audio description or media alternative (prerecorded)", "A", _alternative),
    ("1.2.4", "Captions (live)", "AA", _told("does not apply", "the film is not live")),
    ("1.2.5", "Audio description (prerecorded)", "AA", _description),
    ("1.2.6", "Sign language (prerecorded)", "AAA", _signing),
    (
        "1.2.7",
        "Extended audio description (prerecorded)",
        "AAA",
        _told("not evidenced here", "no extended audio description is made"),
    ),
    ("1.2.8", "Media alternative (prerecorded)", "AAA", _text_alternative),
    ("1.2.9", "Audio-only (live)", "AAA", _told("does not apply", "the film is not live")),
    ("1.4.1", "Use of colour", "A", _colour),
    ("1.4.2", "Audio control", "A", _PLAYER),
    ("1.4.3", "Contrast (minimum)", "AA", lambda known: _by_rules(known, "1.4.3")),
    (
        "1.4.4",
        "Resize text",
        "AA",
        _told(
            "does not apply", "captions are excepted by the criterion; caption files can be shown in any size"
        ),
    ),
    ("1.4.5", "Images of text", "AA", _images_of_text),
    ("2.3.1", "Three flashes or below threshold", "A", lambda known: _by_rules(known, "2.3.1")),
    ("3.1.1", "Language of page", "A", _language),
    ("EN 301 549 7.1.1", "Captioning playback", "", _PLAYER),
    ("EN 301 549 7.1.2", "Captioning synchronisation", "", _sync),
    ("EN 301 549 7.1.3", "Preservation of captioning", "", _kept),
    ("EN 301 549 7.1.4", "Captions characteristics", "", _images_of_text),
    (
        "EN 301 549 7.1.5",
        "Spoken subtitles",
        "",
        _told("does not apply", "the captions are in the language that is spoken"),
    ),
)
