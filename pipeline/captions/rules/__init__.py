"""What makes a caption hard to read, or untrue: one function a rule, each with its source, in one table.

`check` says what was found, and what could not be judged for want of something known.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from pipeline.captions.rules import (
    conventions,
    damage,
    doubles,
    lines,
    punctuation,
    reading_speed,
    sentences,
    speakers,
    text,
    timing,
)
from pipeline.captions.rules.context import NEEDED, Fault, Judged, Loud, Rule, Spoken
from pipeline.core.finding import Finding
from pipeline.core.time import decimal
from pipeline.errors import ConfigError
from pipeline.production.checks import hint

__all__ = ["RULES", "Judged", "Loud", "Rule", "Spoken", "Verdict", "check"]

RULES: tuple[Rule, ...] = (
    Rule("line-length", lines.line_length, "BBC 37, DCMP 32, Netflix 42 characters"),
    Rule("line-width", lines.line_width, "BBC: 68 % of the width at 16:9, 90 % at 1:1 and 9:16", ("width",)),
    Rule("line-count", lines.line_count, "BBC, Netflix, DCMP: two lines; BBC three at 9:16"),
    Rule("one-line", lines.one_line, "Netflix general 7: one line where it fits"),
    Rule("orphan-word", lines.orphan_word, "ours, after the guidelines on line breaks"),
    Rule(
        "line-break",
        lines.line_break,
        "BBC, Netflix, DCMP: keep together what belongs together",
        ("english",),
    ),
    Rule("cue-break", lines.cue_break, "ours, after BBC and Netflix", ("english",)),
    Rule(
        "reading-speed",
        reading_speed.reading_speed,
        "BBC 160–180 words a minute; Netflix 20 characters a second",
    ),
    Rule(
        "words-a-minute",
        reading_speed.words_speed,
        "BBC, DCMP; Ofcom: over 200 words a minute is hard to follow",
    ),
    Rule("too-short", reading_speed.too_short, "BBC 0.3 s a word; Netflix 5/6 s"),
    Rule("too-long", reading_speed.too_long, "Netflix 7 s; DCMP 6 s"),
    Rule("order", timing.order, "WebVTT 1: cues in the order of their start times"),
    Rule("backwards", timing.backwards, "WebVTT 1: a cue ends after it begins"),
    Rule("no-duration", timing.no_duration, "WebVTT 1: a cue ends after it begins"),
    Rule("overlap", timing.overlap, "BBC, EBU-TT-D: one subtitle at a time in a region"),
    Rule("gap", timing.gap, "BBC: none or at least 1 s; Netflix: two frames, or half a second"),
    Rule("chain-frames", timing.chain_frames, "Netflix general 3: at least two frames", ("rate",)),
    Rule("across-cut", timing.across_cut, "BBC: do not straddle a shot change", ("cuts",)),
    Rule(
        "near-cut",
        timing.near_cut,
        "BBC: start on the first frame of a shot, end on its last",
        ("cuts", "rate"),
    ),
    Rule("sync", timing.sync, "BBC: never more than 2 s late", ("spoken",)),
    Rule("leaves-early", timing.leaves_early, "BBC: until the last word is said", ("spoken",)),
    Rule("stays-late", timing.stays_late, "BBC: at most 1.5 s after; Netflix half a second", ("spoken",)),
    Rule("speaker", speakers.speaker, "WCAG 2.2, definition of captions: who speaks", ("speakers",)),
    Rule("colour-alone", speakers.colour_alone, "WCAG 2.2, 1.4.1", ("speakers",), "1.4.1"),
    Rule("no-speech", text.no_speech, "Koenecke 2024: recognisers invent text in pauses", ("voiced",)),
    Rule("repeats", text.repeats, "ours: loops of recognisers"),
    Rule(
        "low-confidence",
        text.low_confidence,
        "ours: heard by a person before signing",
        ("spoken", "listened"),
        asks=True,
    ),
    Rule("numbers", text.numbers, "ours: as approved", ("approved",)),
    Rule("numbers-heard", text.numbers_heard, "ours: as heard", ("spoken",), asks=True),
    Rule(
        "missing-sound",
        speakers.missing_sound,
        "WCAG 2.2, definition of captions: sounds that matter",
        ("loud",),
        asks=True,
    ),
    Rule("unclear", speakers.unclear, "BBC: label the cause", ("voiced", "spoken"), asks=True),
    Rule("unclear-cause", speakers.unclear_cause, "BBC: avoid UNINTELLIGIBLE", asks=True, guideline=True),
    Rule("characters", text.characters, "Unicode: controls; WebVTT, TTML, SRT: what players cannot show"),
    Rule("markup", text.markup, "WebVTT, SRT, ASS: text is text"),
    Rule("notes", text.notes, "Netflix: U+266A; BBC: no emoji"),
    Rule("empty", text.empty, "every format: a cue shows something"),
    Rule("mojibake", damage.mojibake, "Unicode: UTF-8, read as what it is"),
    Rule("emoji", damage.emoji, "BBC: no emoji; CEA-608 and caption fonts have none", guideline=True),
    Rule("ocr-letters", damage.ocr_letters, "ours: slips of readers of pictures", ("english",)),
    Rule("credit", damage.credit, "WCAG 2.2, definition of captions: what is heard", guideline=True),
    Rule("duplicate-cue", doubles.duplicate_cue, "EBU-TT-D, BBC: one subtitle at a time"),
    Rule("repeated-line", doubles.repeated_line, "ours: slips of copying"),
    Rule("repeated-word", sentences.repeated_word, "ours: slips of the pen", ("english",), guideline=True),
    Rule("sentence-case", sentences.sentence_case, "BBC, Netflix, DCMP: written as prose is", guideline=True),
    Rule("all-caps", sentences.all_caps, "BBC, DCMP: upper and lower case", guideline=True),
    Rule("full-stop", sentences.full_stop, "BBC, Netflix, DCMP: punctuated as prose is", guideline=True),
    Rule("double-space", punctuation.double_space, "ours: one space between words", guideline=True),
    Rule(
        "space-before-punctuation",
        punctuation.space_before_punctuation,
        "the language's own rules",
        guideline=True,
    ),
    Rule("missing-space", punctuation.missing_space, "the language's own rules", guideline=True),
    Rule("ellipsis", punctuation.ellipsis, "Netflix English: U+2026", ("english",), guideline=True),
    Rule("doubled-punctuation", punctuation.doubled_punctuation, "the language's own rules", guideline=True),
    Rule("double-hyphen", punctuation.double_hyphen, "ours, after BBC: a dash", guideline=True),
    Rule("hyphen-at-end", punctuation.hyphen_at_end, "Netflix, DCMP: two hyphens, or a dash", guideline=True),
    Rule("continuation-mark", punctuation.continuation_mark, "Netflix: no mark at a break", guideline=True),
    Rule("unbalanced-brackets", punctuation.unbalanced_brackets, "the language's own rules"),
    Rule("unbalanced-quotes", punctuation.unbalanced_quotes, "BBC, Netflix: opened and closed"),
    Rule(
        "two-speakers",
        conventions.two_speakers,
        "WCAG 2.2, definition of captions: who speaks",
        ("english",),
    ),
    Rule("dashes", conventions.dashes, "Netflix: a hyphen to each of two speakers", guideline=True),
    Rule("label-style", conventions.label_style, "BBC, Netflix, DCMP: names in one way", guideline=True),
    Rule("music", conventions.music, "BBC, Netflix, DCMP: notes, and which music", guideline=True),
)


NAMES = frozenset(rule.name for rule in RULES)


@dataclass(frozen=True)
class Verdict:
    """What the rules found, errors first; and by rule what it would have needed to judge."""

    findings: tuple[Finding, ...]
    not_judged: dict[str, str]

    @property
    def failed(self) -> bool:
        """Is any of it an error?"""
        return any(finding.severity == "error" for finding in self.findings)


def check(judged: Judged, only: Container[str] = NAMES) -> Verdict:
    """Every rule that can be judged, or some by their names; within a severity in the order of the film."""
    if unknown := sorted(judged.profile.off - NAMES):
        raise ConfigError(
            f"turns off what is no rule: {', '.join(unknown)}",
            where=f"the caption profile {judged.profile.name}, off",
            next_step=hint(unknown[0], sorted(NAMES)),
        )
    found: list[Finding] = []
    missing: dict[str, str] = {}
    for rule in (rule for rule in RULES if rule.name in only):
        if rule.name in judged.profile.off:
            house = f"the profile {judged.profile.name}"
            missing[rule.name] = f"{house} has turned it off" if rule.guideline else f"turned off by {house}"
        elif rule.guideline and rule.name not in judged.profile.clauses:
            missing[rule.name] = f"the profile {judged.profile.name} does not ask for it"
        elif lacking := [NEEDED[name] for name in rule.needs if getattr(judged, name) is None]:
            missing[rule.name] = " and ".join(dict.fromkeys(lacking))
        else:
            found += [_finding(rule, fault, judged) for fault in rule.judge(judged)]
    return Verdict(tuple(worst_first(found)), missing)


def worst_first(findings: Sequence[Finding]) -> list[Finding]:
    """Errors, then warnings; each in the order of the film, what is of the whole film before it."""
    return sorted(
        findings,
        key=lambda finding: (
            finding.severity != "error",
            finding.severity == "info",
            finding.at if finding.at is not None else -1.0,
        ),
    )


def _finding(rule: Rule, fault: Fault, judged: Judged) -> Finding:
    cue = judged.cues[fault.cue - 1] if fault.cue else None
    at = fault.at or (cue.span.start if cue else None)
    clause = judged.profile.clauses.get(rule.name, rule.source)
    what = f'{fault.what}: "{cue.text}"' if cue and not fault.at else fault.what
    where = f"{decimal(at.seconds, 3)} s" if at else "the film"
    return Finding(
        rule.name,
        fault.severity,
        where,
        what,
        fault.measured,
        fault.limit,
        judged.places[fault.cue - 1] if fault.cue else fault.place,
        clause,
        rule.criterion,
        float(at) if at else None,
    )
