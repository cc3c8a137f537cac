"""Every caption rule from both sides: what it lets pass, and what it finds."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.captions import files as captions
from pipeline.captions.formats import read
from pipeline.captions.model import Captions, Cue, CueWord, plain_cue
from pipeline.captions.rules import RULES, Judged, Loud, Spoken, check
from pipeline.captions.told_apart import told_apart
from pipeline.core.finding import Finding
from pipeline.core.time import Programme, Source, Span, Time
from pipeline.errors import ConfigError
from pipeline.production.configs import load_profile
from pipeline.production.profile import AS_WRITTEN

PLAIN, BBC, NETFLIX = load_profile("plain"), load_profile("bbc"), load_profile("netflix")
NTSC = Fraction(30000, 1001)


def span(start: float, end: float) -> Span[Programme]:
    return Span[Programme].measured(start, end)


def cue(start: float, end: float, *lines: str, quote: str = "q1", speaker: str = "", **more: Any) -> Cue:
    return told_apart(plain_cue(span(start, end), lines or ("Twelve chars",), speaker, quote, **more))


def said(
    start: float, end: float, text: str, *, at: float | None = None, each: float = 0.3, **more: Any
) -> Cue:
    """A cue with its words' times, one after the other from `at`."""
    first = start if at is None else at
    words = [
        CueWord(
            word,
            span(first + n * each, first + (n + 1) * each),
            n,
            Span[Source].measured(10 + n * each, 10 + (n + 1) * each),
        )
        for n, word in enumerate(text.split())
    ]
    return replace(cue(start, end, text, **more), parts=tuple(words))


def spoken(texts: str, *, confidence: float = 0.9, at: float = 0.0) -> tuple[Spoken, ...]:
    """As the recogniser heard the pieces of q1, one after the other; "-" is nothing."""
    return tuple(
        Spoken(
            "" if text == "-" else text,
            span(at + n * 0.3, at + (n + 1) * 0.3),
            0.0 if text == "-" else confidence,
            "q1",
            n,
        )
        for n, text in enumerate(texts.split())
    )


def severities(judged: Judged) -> dict[str, str]:
    """The worst severity that each rule found."""
    found: dict[str, str] = {}
    for finding in reversed(check(judged).findings):
        found[finding.rule] = finding.severity
    return found


def judged(*cues: Cue, **known: Any) -> Judged:
    return Judged(cues, known.pop("profile", PLAIN), **known)


# Files, through the command -------------------------------------------------------------------


def clock(seconds: float) -> str:
    ms = round(seconds * 1000)
    return f"{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02},{ms % 1000:03}"


def srt(*cues: Cue) -> str:
    return "\n".join(
        f"{n}\n{clock(float(c.span.start))} --> {clock(float(c.span.end))}\n" + "\n".join(c.lines) + "\n"
        for n, c in enumerate(cues, 1)
    )


Cues = tuple[Cue, ...]
BESIDE = "I was here all day."
"""Nineteen characters and five words, which nothing is wrong with."""

FILES: list[tuple[str, str, str, Cues, Cues, str]] = [
    ("line-length", "error", "plain", (cue(0, 4, "x" * 20, "x" * 32),), (cue(0, 4, "x" * 20, "x" * 33),), ""),
    ("line-length", "error", "bbc", (cue(0, 4, "l" * 37, "ok"),), (cue(0, 4, "l" * 38, "ok"),), ""),
    ("line-length", "error", "plain", (cue(0, 4, "x" * 25),), (cue(0, 4, "x" * 26),), "--size 1080x1920"),
    ("line-width", "error", "plain", (cue(0, 4, "x" * 32),), (cue(0, 4, "W" * 32),), ""),
    ("line-width", "error", "bbc", (cue(0, 4, "n" * 32),), (cue(0, 4, "n" * 33),), "--size 1080x1350"),
    (
        "line-count",
        "error",
        "plain",
        (cue(0, 4, "First things", "then others"),),
        (cue(0, 4, "a", "b", "c"),),
        "",
    ),
    (
        "line-count",
        "error",
        "bbc",
        (cue(0, 4, "a", "b", "c"),),
        (cue(0, 4, "a", "b", "c", "d"),),
        "--size 1080x1920",
    ),
    (
        "one-line",
        "warning",
        "netflix",
        (cue(0, 3, "x" * 30, "y" * 12),),
        (cue(0, 3, "x" * 20, "y" * 12),),
        "",
    ),
    (
        "one-line",
        "warning",
        "netflix",
        (cue(0, 3, "-Are you there?", "-I am."),),
        (cue(0, 3, "Are you there?", "I am."),),
        "",
    ),
    (
        "line-break",
        "warning",
        "plain",
        (cue(0, 4, "She gave me", "the blue ones for it"),),
        (cue(0, 4, "She gave me the", "blue ones for it"),),
        "",
    ),
    (
        "line-break",
        "warning",
        "plain",
        (cue(0, 4, "It was Dr Okafor", "who had 20 mg"),),
        (cue(0, 4, "It was Dr", "Okafor who had 20 mg"),),
        "",
    ),
    (
        "line-break",
        "warning",
        "plain",
        (cue(0, 4, "They gave me 20 mg", "every single morning"),),
        (cue(0, 4, "They gave me 20", "mg every morning"),),
        "",
    ),
    (
        "line-break",
        "warning",
        "plain",
        (cue(0, 4, "Then I had,", "sertraline 50 mg now"),),
        (cue(0, 4, "Then it was 50 mg", "sertraline from now"),),
        "",
    ),
    (
        "cue-break",
        "warning",
        "plain",
        (cue(0, 3, "I took 20 mg"), cue(3, 6, "for a year.")),
        (cue(0, 3, "I took 20"), cue(3, 6, "mg for a year.")),
        "",
    ),
    (
        "reading-speed",
        "warning",
        "plain",
        (cue(0, 2, "x" * 13, "y" * 12),),
        (cue(0, 2, "x" * 13, "y" * 13),),
        "",
    ),
    (
        "reading-speed",
        "error",
        "plain",
        (cue(0, 2, "x" * 20, "y" * 19),),
        (cue(0, 2, "x" * 20, "y" * 20),),
        "",
    ),
    (
        "reading-speed",
        "error",
        "netflix",
        (cue(0, 2, "x" * 20, "y" * 19),),
        (cue(0, 2, "x" * 20, "y" * 20),),
        "",
    ),
    (
        "words-a-minute",
        "warning",
        "plain",
        (cue(0, 3, "I do it so it is"),),
        (cue(0, 2.0, "I do it so it is as"),),
        "",
    ),
    ("too-short", "warning", "plain", (cue(0, 1.5, "a b c d e"),), (cue(0, 1.4, "a b c d e"),), ""),
    ("too-short", "warning", "plain", (cue(0, 0.6, "No."),), (cue(0, 0.5, "No."),), ""),
    ("too-short", "warning", "netflix", (cue(0, 0.834, "No."),), (cue(0, 0.8, "No."),), "--rate 24"),
    ("too-long", "warning", "plain", (cue(0, 6),), (cue(0, 6.1),), ""),
    ("order", "error", "plain", (cue(0, 2), cue(2, 4)), (cue(2, 4), cue(0, 2)), ""),
    ("overlap", "error", "plain", (cue(0, 2), cue(2, 4)), (cue(0, 2.1), cue(2, 4)), ""),
    ("overlap", "error", "plain", (cue(0, 2.001), cue(2, 4)), (cue(0, 2.04), cue(2, 4)), "--rate 25"),
    ("gap", "error", "bbc", (cue(0, 2), cue(2.8, 5)), (cue(0, 2), cue(2.76, 5)), "--rate 25"),
    ("gap", "warning", "bbc", (cue(0, 2), cue(3, 5)), (cue(0, 2), cue(2.9, 5)), ""),
    ("gap", "warning", "netflix", (cue(0, 2), cue(2.083, 5)), (cue(0, 2), cue(2.3, 5)), "--rate 24"),
    ("chain-frames", "error", "netflix", (cue(0, 2), cue(2.083, 5)), (cue(0, 2), cue(2.042, 5)), "--rate 24"),
    ("chain-frames", "error", "netflix", (cue(0, 2), cue(2.083, 5)), (cue(0, 2), cue(2, 5)), "--rate 24"),
    ("repeats", "error", "plain", (cue(0, 3, "No, no, no, no."),), (cue(0, 3, "No, no, no, no, no."),), ""),
    (
        "repeats",
        "error",
        "plain",
        (cue(0, 3, "Thank you."), cue(3, 6, "Thank you.")),
        tuple(cue(n * 3, n * 3 + 3, "Thank you.") for n in range(3)),
        "",
    ),
    (
        "unclear-cause",
        "warning",
        "bbc",
        (cue(0, 3, "TRAIN DROWNS HIS WORDS"),),
        (cue(0, 3, "UNINTELLIGIBLE"),),
        "",
    ),
    ("characters", "error", "plain", (cue(0, 3, "café – “ok” 😀"),), (cue(0, 3, "a\u202eb"),), ""),
    ("characters", "error", "plain", (cue(0, 3, "plain"),), (cue(0, 3, "a\x07b"),), ""),
    ("characters", "error", "plain", (cue(0, 3, "plain"),), (cue(0, 3, "a\ufffdb"),), ""),
    (
        "characters",
        "error",
        "plain",
        (cue(0, 3, "سلام"),),
        (cue(0, 3, "a\u2067b"),),
        "",
    ),  # a right-to-left isolate
    (
        "markup",
        "warning",
        "plain",
        (cue(0, 3, "So it was."),),
        (plain_cue(span(0, 3), ("<i>So</i> it was.",)),),
        "",
    ),
    ("markup", "error", "plain", (cue(0, 3, "3 < 4 > 2 & so on"),), (cue(0, 3, "R&amp;D, so it was"),), ""),
    ("notes", "error", "bbc", (cue(0, 3, "♫ so it goes ♫"),), (cue(0, 3, "🎵 so it goes 🎵"),), ""),
    ("notes", "warning", "netflix", (cue(0, 3, "♪ so it goes ♪"),), (cue(0, 3, "🎶 so it goes 🎶"),), ""),
    ("empty", "error", "plain", (cue(0, 3, "Oh?"),), (cue(0, 3, "\u200b…"),), ""),
    (
        "one-line",
        "warning",
        "bbc",
        (cue(0, 3, "She sat down", "and she listened."),),
        (cue(0, 3, "She", "sat."),),
        "",
    ),
]


def one(rule: str, good: str, bad: str, profile: str = "plain", severity: str = "warning") -> Any:
    """A cue that a rule accepts and one that it refuses, amid others; "/" parts lines, "|" cues."""
    return rule, severity, profile, _amid(good), _amid(bad), ""


def _amid(text: str) -> Cues:
    texts = ("It was quiet on the ward.", *text.split("|"), "Then my sister came.")
    return tuple(cue(n * 4, n * 4 + 4, *text.split("/")) for n, text in enumerate(texts))


WRITTEN = [
    one("orphan-word", "She sat down/and she listened.", "She sat down and she/listened."),
    one("mojibake", "The café – “yes”…", "The cafÃ© was shut.", severity="error"),
    one("mojibake", "CAFÉ” was what it said.", "It wasnâ€™t the nurse.", severity="error"),
    one("mojibake", "É… so it was.", "It cost Â£5, I think.", severity="error"),
    one("mojibake", "Who was it? nobody", "The caf?s were shut.", severity="error"),
    one("mojibake", "√2 is no word.", "The caf√© was shut.", severity="error"),
    one("emoji", "♪ So it was. ♪", "The nurse was kind 😀"),
    one("emoji", "At 10:30 (or so).", "The nurse was kind ❤️"),
    one("ocr-letters", "I saw McIntyre on LinkedIn.", "Then l took two."),
    one("ocr-letters", "It was Iain, in C0 or B12.", "lt was a nurse."),
    one("ocr-letters", "A HOSPITAL.", "She wiIl come."),
    one("credit", "Go to www.example.org for help.", "www.example.org"),
    one("credit", "The subtitles were no help.", "Subtitles by Jo Smith"),
    one("credit", "Translated by hand, it took a year.", "Untertitel: Jo Smith"),
    one(
        "duplicate-cue", "I don't know.|I don't know.", "The nurse was kind to me.|The nurse was kind to me."
    ),
    one(
        "duplicate-cue",
        "One day.|Or two.|One day.|Or two.",
        "I was there.|She came in again.|We sat down.|I was there.|She came in again.|We sat down.",
    ),
    one("repeated-line", "No, no./No, no.", "She sat down/She sat down"),
    one(
        "repeated-line",
        "- Good night./- Good night.",
        "She sat down/and she listened|and she listened/to me.",
    ),
    one("repeated-word", "It was what she had had.", "I saw the the nurse."),
    one("repeated-word", "The, the nurse came.", "I saw teh the nurse."),
    one("repeated-word", "She was very very kind.", "It was on the|the ward."),
    one("sentence-case", "She waited…|and went.", "She waited.|and went."),
    one("sentence-case", "I had an iPhone.|iPhones were new.", "Then i took two."),
    one("sentence-case", "I saw Dr. de Vries, e.g. then.", "She was kind. the nurse left."),
    one("sentence-case", "“Go away!”|she said.", "It was over. [door slams]|nobody came."),
    one("all-caps", "I said NO to the NHS.", "THE NURSE WAS KIND TO ME."),
    one("all-caps", "DOOR SLAMS", "She left. NOBODY CAME TO ASK ME.", "bbc"),
    one("all-caps", "GO AWAY FROM ME!", "GO AWAY FROM ME.", "bbc"),
    one("full-stop", "We read|The Times that day.", "We talked about it|Then she left."),
    one("full-stop", "I waited a long time|and nobody came.", "I waited a long time|They never came."),
    one("double-space", "The nurse was kind.", "The nurse  was kind."),
    one("space-before-punctuation", "It was .5 – or so …", "It was so , then."),
    one("space-before-punctuation", "Was it :) or not?", "Was it so ?"),
    one("missing-space", "Node.js, U.S.A., 1,500, at 10.30.", "She was kind.She stayed."),
    one("missing-space", "Go to example.org or www.Example.Org/A.", "She was kind,she stayed."),
    one("ellipsis", "She was … kind.", "She was... kind.", "netflix"),
    one("ellipsis", "She was…", "She was. . . kind."),
    one("doubled-punctuation", "Really?! At 5 p.m.? Etc., and so on.", "She was kind,,"),
    one("doubled-punctuation", "She was kind...", "She was kind…..", "bbc"),
    one("double-hyphen", "She was – no.", "She was--"),
    one("hyphen-at-end", "She was –", "She was kind-", "netflix"),
    one("continuation-mark", "She was –|“No,” I said.", "She was there--|and went.", "netflix"),
    one("continuation-mark", "She was there –|as I was – and went.", "She was there-|and went."),
    one("unbalanced-brackets", "[door/slams] a) The nurse :) ran.", "[door slams The nurse ran."),
    one("unbalanced-brackets", "(She ran|and ran.)", "door slams] She ran."),
    one("unbalanced-quotes", "“I will|“be back.”", "She said, “I will be back."),
    one("unbalanced-quotes", 'She said, "I will|be back."', 'She said, "I will be back.'),
    one("unbalanced-quotes", 'A 27" screen.', "She said so»."),
    one("two-speakers", "Do you know what?/I left.", "How are you?/I am well."),
    one("two-speakers", "-How are you?/-I am well.", "What's your name?/Amara."),
    one("dashes", "-How are you?/-I am well.", "- How are you?/I am well."),
    one("dashes", "Why?/- No.|Now?/- Yes.", "Why?/- No.|- Now?/- Yes."),
    one("dashes", "It was the whole ward/– all of it.", "How are you?/-"),
    one("dashes", "-Why?/-No.|-Now?/-Yes.", "Why?/- No.|Now?/- Yes.", "netflix"),
    one("label-style", "AMARA: I was.|BEN: So was I.", "AMARA: I was.|Amara: So I was.|AMARA: Yes."),
    one("label-style", "Amara: I was.|Note: it was.", "Amara: I was.|Amara: So.|[Amara] Yes."),
    one("music", "♪ So it goes ♪", "# So it goes #"),
    one("music", "# So it goes #", "[music]", "bbc"),
    one("music", "[gentle music]", "(music playing)", "netflix"),
    one("music", "♪ So it goes ♪", "♪ So it goes", "dcmp"),
]
FILES += WRITTEN


@pytest.mark.parametrize(("rule", "severity", "profile", "good", "bad", "options"), FILES)
def test_a_rule_on_a_file(
    rule: str,
    severity: str,
    profile: str,
    good: Cues,
    bad: Cues,
    options: str,
    tmp_path: Path,
    ourwords: Callable[..., int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(cues: Cues) -> tuple[int, list[dict[str, Any]]]:
        file = tmp_path / "film.srt"
        file.write_text(srt(*cues), encoding="utf-8")
        code = ourwords(
            tmp_path, "captions", "check", str(file), "--profile", profile, "--json", *options.split()
        )
        return code, json.loads(capsys.readouterr().out)["findings"]

    code, found = run(good)
    assert (rule, severity) not in {(one["rule"], one["severity"]) for one in found}
    assert code == any(one["severity"] == "error" for one in found)
    code, found = run(bad)
    assert (rule, severity) in {(one["rule"], one["severity"]) for one in found}
    assert code == any(one["severity"] == "error" for one in found)
    assert all(one["clause"] and one["criterion"] for one in found)


# The film, which knows more -------------------------------------------------------------------

SAID = said(1, 4, "I took fifteen of them")
APPROVED = {"q1": "I took fifteen of them"}
LATE = said(1, 4, "[then] it was", at=1.7)
AMARA = cue(0, 3, "Amara: So it was.", speaker="Amara")
FILMS: list[tuple[str, str, Judged, Judged]] = [
    (
        "across-cut",
        "error",
        judged(cue(0, 2), cuts=(Time(Fraction(2)),)),
        judged(cue(0, 2), cuts=(Time(Fraction(49, 25)),), rate=Fraction(25)),
    ),
    (
        "near-cut",
        "warning",
        judged(cue(2, 4), cuts=(Time(Fraction(2)),), rate=Fraction(25)),
        judged(cue(2.04, 4), cuts=(Time(Fraction(2)),), rate=Fraction(25)),
    ),
    (
        "near-cut",
        "warning",
        judged(cue(2, 4), cuts=(Time(Fraction(4)),), rate=Fraction(25)),
        judged(cue(2, 3.92), cuts=(Time(Fraction(4)),), rate=Fraction(25)),
    ),
    (
        "near-cut",
        "warning",
        judged(cue(2, 3.92), cuts=(Time(Fraction(4)),), rate=Fraction(25), profile=NETFLIX),
        judged(cue(2, 4), cuts=(Time(Fraction(4)),), rate=Fraction(25), profile=NETFLIX),
    ),
    ("sync", "error", judged(SAID, spoken=()), judged(said(1, 4, "So it was", at=0.7), spoken=())),
    (
        "sync",
        "error",
        judged(said(1, 4, "So it was", at=1.1), spoken=()),
        judged(said(1, 4, "So it was", at=1.2), spoken=()),
    ),
    (
        "sync",
        "error",
        judged(said(1, 4, "So it was", at=1.2), spoken=(), rate=Fraction(25), cuts=(Time(Fraction(1)),)),
        judged(said(1, 4, "So it was", at=1.3), spoken=(), rate=Fraction(25), cuts=(Time(Fraction(1)),)),
    ),
    (
        "sync",
        "error",
        judged(said(1, 4, "So it was", at=2.4), spoken=(), profile=BBC),
        judged(said(1, 4, "So it was", at=2.6), spoken=(), profile=BBC),
    ),
    (
        "sync",
        "error",
        judged(replace(LATE, parts=(CueWord("[then]", span(1, 1.001), 9), *LATE.words)), spoken=()),
        judged(LATE, spoken=()),
    ),
    (
        "leaves-early",
        "warning",
        judged(said(1, 2.5, "a b c d e"), spoken=()),
        judged(said(1, 2.3, "a b c d e"), spoken=()),
    ),
    (
        "stays-late",
        "warning",
        judged(said(1, 3.4, "So it was"), spoken=()),
        judged(said(1, 4, "So it was"), spoken=()),
    ),
    (
        "speaker",
        "error",
        judged(AMARA, cue(3, 5, "Ben: It was.", speaker="Ben")),
        judged(AMARA, cue(3, 5, "It was.", speaker="Ben")),
    ),
    (
        "speaker",
        "error",
        judged(AMARA, cue(3, 5, "-It was.", speaker="Ben")),
        judged(AMARA, cue(3, 5, "Well, it was.", speaker="Ben")),
    ),
    (
        "speaker",
        "error",
        judged(AMARA, cue(3, 5, "It was.", speaker="Ben"), profile=NETFLIX),
        judged(AMARA, cue(3, 5, "It was.", speaker="Ben", off=True), profile=NETFLIX),
    ),
    (
        "colour-alone",
        "error",
        judged(AMARA, cue(3, 5, "BEN: It was.", speaker="Ben", colour="yellow")),
        judged(AMARA, cue(3, 5, "It was.", speaker="Ben", colour="yellow")),
    ),
    ("no-speech", "error", judged(SAID, voiced=(span(1.5, 3),)), judged(SAID, voiced=(span(5, 6),))),
    (
        "no-speech",
        "error",
        judged(cue(1, 3, "[door slams]", kind="sound"), voiced=()),
        judged(cue(1, 3, "Thank you for watching."), voiced=()),
    ),
    (
        "low-confidence",
        "warning",
        judged(SAID, spoken=spoken("I took fifteen of hem"), listened=frozenset()),
        judged(SAID, spoken=spoken("I took fifteen of hem", confidence=0.4), listened=frozenset()),
    ),
    (
        "low-confidence",
        "warning",
        judged(SAID, spoken=spoken("I took - of them"), listened=frozenset({("q1", 2)})),
        judged(SAID, spoken=spoken("I took - of them"), listened=frozenset({("q1", 1)})),
    ),
    (
        "low-confidence",
        "warning",
        judged(SAID, spoken=spoken("I took fifteen of them", confidence=0.3), listened=frozenset()),
        judged(SAID, spoken=spoken("I took fifteen of them", confidence=0.1), listened=frozenset()),
    ),
    (
        "numbers",
        "error",
        judged(said(1, 4, "I took 15 of them"), approved=APPROVED),
        judged(said(1, 4, "I took 50 of them"), approved=APPROVED),
    ),
    (
        "numbers",
        "error",
        judged(said(1, 4, "It's not 15"), approved={"q1": "It is not … fifteen"}),
        judged(said(1, 4, "It's 15"), approved={"q1": "It is not fifteen"}),
    ),
    (
        "numbers",
        "error",
        judged(said(1, 4, "That is possible"), approved={"q1": "That is probable"}),
        judged(said(1, 4, "That is possible"), approved={"q1": "That is impossible"}),
    ),
    (
        "numbers",
        "error",
        judged(said(1, 4, "I said"), said(4, 6, "not that."), approved={"q1": "I said not that."}),
        judged(said(1, 4, "I said"), said(4, 6, "that."), approved={"q1": "I said not that."}),
    ),
    (
        "numbers",
        "error",
        judged(said(1, 4, "at 2:30, 1,500 or 10–20"), approved={"q1": "At half past two, 1500 or 10-20."}),
        judged(said(1, 4, "at 2:30"), approved={"q1": "At 14:30."}),
    ),
    (
        "numbers",
        "error",
        judged(said(1, 4, "<5"), approved={"q1": "<5"}),
        judged(said(1, 4, "5"), approved={"q1": "<5"}),
    ),
    (
        "numbers-heard",
        "warning",
        judged(SAID, spoken=spoken("I took 15 of them")),
        judged(SAID, spoken=spoken("I took 50 of them")),
    ),
    (
        "numbers-heard",
        "warning",
        judged(SAID, spoken=spoken("I took 50 of them"), listened=frozenset(("q1", n) for n in range(5))),
        judged(SAID, spoken=spoken("I not fifteen of them")),
    ),
    (
        "missing-sound",
        "warning",
        judged(SAID, loud=(Loud(span(5, 5.4), 20.0),)),
        judged(SAID, loud=(Loud(span(5, 5.6), 20.0),)),
    ),
    (
        "missing-sound",
        "warning",
        judged(SAID, cue(5, 7, "[door slams]", kind="sound"), loud=(Loud(span(5, 6), 20.0),)),
        judged(SAID, cue(5, 7, "So I slammed it."), loud=(Loud(span(5, 6), 20.0),)),
    ),
    *(
        (
            "missing-sound",
            "warning",
            judged(cue(5, 7, "♪ She was there. ♪", speaker="Amara"), loud=(Loud(span(5, 6), 20.0),)),
            judged(
                replace(
                    said(5, 7, words),
                    speaker="Amara",
                    label=bool(label),
                    conventions=replace(AS_WRITTEN, label=label or "{name}:"),
                ),
                loud=(Loud(span(5, 6), 20.0),),
            ),
        )
        for label, words in (
            ("[{name}]", "She was there."),
            ("({name})", "She was there."),
            ("", "She [a nurse] was there."),
            ("{NAME}:", "NO NEVER"),
        )
    ),
    (
        "missing-sound",
        "warning",
        judged(SAID, loud=(Loud(span(5, 6), 20.0),), dismissed=(span(5, 6),)),
        judged(SAID, loud=(Loud(span(5, 6), 20.0),), dismissed=(span(6, 7),)),
    ),
    (
        "unclear",
        "warning",
        judged(SAID, voiced=(span(1, 3),), spoken=spoken("I took fifteen of them", at=1)),
        judged(SAID, voiced=(span(1, 4),), spoken=spoken("I took fifteen of them", at=1)),
    ),
    (
        "unclear",
        "warning",
        judged(SAID, cue(4, 6, "[train drowns her words]", kind="sound"), voiced=(span(4, 6),), spoken=()),
        judged(SAID, voiced=(span(4, 6),), spoken=()),
    ),
    (
        "unclear",
        "warning",
        judged(
            SAID, voiced=(span(1, 4),), spoken=spoken("I took fifteen of them", at=1), labelled=(span(1, 4),)
        ),
        judged(
            SAID, voiced=(span(1, 4),), spoken=spoken("I took fifteen of them", at=1), labelled=(span(5, 6),)
        ),
    ),
    (
        "repeats",
        "error",
        judged(said(1, 4, "on and on and on and on"), approved={"q1": "on and on and on and on"}),
        judged(said(1, 4, "on and on and on and on"), approved={"q1": "on and on"}),
    ),
]


@pytest.mark.parametrize(("rule", "severity", "good", "bad"), FILMS)
def test_a_rule_on_a_film(rule: str, severity: str, good: Judged, bad: Judged) -> None:
    assert severities(good).get(rule) != severity
    assert severities(bad).get(rule) == severity
    assert rule not in check(good).not_judged


TIMES = [("backwards", "00:00:03,000"), ("no-duration", "00:00:05,000")]


@pytest.mark.parametrize(("rule", "end"), TIMES)
def test_times_that_run_backwards_or_not_at_all_are_told_as_what_they_are(rule: str, end: str) -> None:
    def rules(end: str) -> list[tuple[str, str]]:
        text = f"1\n00:00:05,000 --> {end}\nI was here all day.\n"
        return [
            (found.rule, found.severity) for found in captions.check(read("a.srt", text.encode())).findings
        ]

    assert rules("00:00:08,000") == []
    assert rules(end) == [(rule, "error")]  # and no reading speed of 25,000 characters a second


def test_an_empty_cue_is_named_counted_and_does_not_shift_the_numbers_of_the_others() -> None:
    blocks = [
        "1\n00:00:01,000 --> 00:00:04,000\nI was here all day.\n",
        "2\n00:00:05,000 --> 00:00:08,000\n\n",
    ]
    blocks.append("3\n00:00:09,000 --> 00:00:12,000\nIt was quiet,, I said.\n")
    file = read("a.srt", "\n".join(blocks).encode())
    assert captions.judged(file).count == 3
    told = [(found.rule, found.cue, found.where) for found in captions.check(file).findings]
    assert told == [("empty", 2, "5 s"), ("doubled-punctuation", 3, "9 s")]
    vtt = read("a.vtt", b"WEBVTT\n\n00:01.000 --> 00:04.000\n\n\n00:05.000 --> 00:08.000\nIt was quiet.\n")
    assert [(found.rule, found.cue) for found in captions.check(vtt).findings] == [("empty", 1)]


def test_a_way_of_writing_is_told_of_once() -> None:
    cues = tuple(cue(n * 3, n * 3 + 3, f"So it was... number {n + 1}.") for n in range(6))
    found = [one for one in check(judged(*cues)).findings if one.rule == "ellipsis"]
    assert [(one.cue, "6 cues" in one.what) for one in found] == [(1, True)]


def test_a_profile_cannot_turn_off_what_is_no_rule() -> None:
    with pytest.raises(ConfigError, match="no rule: all-cap"):
        check(judged(cue(0, 3), profile=replace(PLAIN, off=frozenset({"all-cap"}))))


def test_before_the_first_cue_nobody_spoke() -> None:
    first, second = cue(0, 3, "So it was.", speaker="Amara"), cue(3, 6, "It was.", speaker="Ben")
    assert [one.cue for one in check(judged(first, second)).findings if one.rule == "speaker"] == [2]


@pytest.mark.parametrize(
    "sound", ["[door slams and a trolley rolls by]", "(trolley rolls over the ward)", "♪♪"]
)
def test_a_sound_has_no_reading_speed_of_words(sound: str) -> None:
    speeds = {"reading-speed", "words-a-minute"}
    assert not speeds & severities(judged(cue(0, 1, sound))).keys()
    assert speeds & severities(judged(cue(0, 1, f"{sound} A trolley rolled over the ward."))).keys()


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (("He wanted to look after", "the whole ward."), ("He wanted to ask after", "the whole ward.")),
        (("In the end I came in", "and sat down."), ("In the end I sat in", "the garden.")),
        (("And so I carried on", "the next day."), ("And so I sat on", "the next chair.")),
        (("We had to give up", "the garden."), ("We had to live with", "the garden.")),
    ],
)
def test_a_particle_is_no_preposition(good: tuple[str, str], bad: tuple[str, str]) -> None:
    assert "line-break" not in severities(judged(cue(0, 4, *good)))
    assert severities(judged(cue(0, 4, *bad)))["line-break"] == "warning"


def test_rules_of_english_are_for_english_only() -> None:
    first, second = "Er wohnt auf einer Insel", "Ich habe"
    nouns = srt(cue(1, 4, first), cue(5.5, 8.5, second)).encode()
    for name, options in (("film.de.srt", ""), ("film_de.srt", ""), ("film.srt", ""), ("film.srt", "de-AT")):
        verdict = captions.check(read(name, nouns), language=options)
        assert {"line-break", "cue-break", "repeated-word"} <= verdict.not_judged.keys(), (name, options)
    english = captions.check(read("film.de.srt", nouns), language="English")
    assert "cue-break" in {found.rule for found in english.findings}
    with pytest.raises(ConfigError, match="no language"):
        captions.check(read("film.srt", nouns), language="xx-nobody")


@pytest.mark.parametrize("rule", [rule.name for rule in RULES])
def test_a_line_in_the_profile_turns_a_rule_off(rule: str) -> None:
    case = next((case for case in FILES if case[0] == rule), None)
    if case is None:
        return
    profile = load_profile(case[2])
    off = check(judged(*case[4], profile=replace(profile, off=frozenset({rule}))))
    assert rule not in {found.rule for found in off.findings}
    assert "turned" in off.not_judged[rule]
    house_style = next(one for one in RULES if one.name == rule).guideline
    assert off.not_judged[rule].startswith("the profile") == house_style  # the others are missed as evidence


def test_every_rule_has_a_case_that_it_accepts_and_one_that_it_refuses() -> None:
    cases = {case[0] for case in [*FILES, *FILMS, *TIMES]}
    assert cases == {rule.name for rule in RULES}


def test_every_rule_says_what_it_is_for_and_cites_its_source() -> None:
    assert all(rule.judge.__doc__ and rule.source for rule in RULES)
    assert len({rule.name for rule in RULES}) == len({rule.judge for rule in RULES}) == len(RULES)


def test_what_a_file_does_not_say_is_listed_as_not_judged_and_never_passed() -> None:
    missing = check(judged(cue(0, 3, "So it was."))).not_judged
    needing = {rule.name for rule in RULES if set(rule.needs) - {"english"}}
    assert set(missing) == needing
    assert all(missing.values())
    assert "line-break" in check(judged(cue(0, 3, "Tak było."), language="pl")).not_judged
    assert "speaker" not in check(judged(AMARA)).not_judged


# Frames ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("rate", [NTSC, Fraction(24000, 1001), Fraction(60000, 1001), Fraction(25)])
@pytest.mark.parametrize(("profile", "frames"), [(NETFLIX, 2), (BBC, 0), (PLAIN, 0)])
def test_frames_written_in_milliseconds_raise_no_false_alarm(
    rate: Fraction, profile: Any, frames: int
) -> None:
    """Two frames at 29.97 are 66.7 ms: a file says 67 or 66 (SubtitleEdit 5509, 5091)."""
    at, cues = 7, []
    for _ in range(300):
        start, end = (Time[Programme](Fraction(frame) / rate) for frame in (at, at + int(3 * rate)))
        cues.append(
            plain_cue(
                Span(Time(Fraction(start.ms(), 1000)), Time(Fraction(end.ms(), 1000))), (BESIDE,), "", "q1"
            )
        )
        at += int(3 * rate) + frames
    found = {finding.rule for finding in check(judged(*cues, rate=rate, profile=profile)).findings}
    assert not found & {"gap", "overlap", "chain-frames", "order", "too-short", "too-long"}
    off = [
        plain_cue(Span(one.span.start, two.span.start), one.lines, "", "q1") for one, two in pairwise(cues)
    ]
    assert (
        "chain-frames"
        in {finding.rule for finding in check(judged(*off, rate=rate, profile=profile)).findings}
    ) == bool(frames)


def test_a_gap_over_a_cut_is_worth_a_word_only() -> None:
    known = {"cuts": (Time(Fraction(5, 2)),), "rate": Fraction(25)}
    assert severities(judged(cue(0, 2.2), cue(2.5, 5), **known))["gap"] == "warning"
    assert severities(judged(cue(0, 2.2), cue(2.44, 5), **known))["gap"] == "error"


def test_where_the_film_is_stopped_between_two_cues_nothing_flickers() -> None:
    known = {"rate": Fraction(25), "stops": (Time(Fraction(5, 2)),)}
    assert "gap" not in severities(judged(cue(0, 2.2), cue(2.8, 5), **known))
    assert "gap" in severities(judged(cue(0, 2.6), cue(3.2, 5), **known))


# What findings say ----------------------------------------------------------------------------


def test_good_captions_have_no_findings() -> None:
    assert not check(
        judged(cue(0, 2), cue(2, 6, "Twenty characters ok,", "and two more of them"), cue(7, 9))
    ).findings


def test_errors_come_first_then_the_film_goes_on() -> None:
    found = check(judged(cue(0, 9), cue(9, 12, "x" * 33))).findings
    assert [(f.severity, f.where, f.at, f.cue) for f in found] == [
        ("error", "9 s", 9.0, 2),
        ("warning", "0 s", 0.0, 1),
    ]


def test_a_finding_says_what_was_measured_and_the_limit_it_broke() -> None:
    """Whoever reads "13.5, limit 15" believes the checker is broken."""
    less = {"too-short"}
    for bad in (
        cue(0, 2, "X" + "x" * 12, "y" * 14),
        cue(0, 3, "X" + "x" * 32),
        cue(0, 9),
        cue(0, 1.4, "A b c d e."),
        cue(0, 2, "I do it so it is at."),
    ):
        findings: tuple[Finding, ...] = check(judged(bad)).findings
        assert findings
        for finding in findings:
            measured, limit = (float(text.split()[0]) for text in (finding.measured, finding.limit))
            assert measured < limit if finding.rule in less else measured > limit, finding


def test_a_clause_of_the_profile_comes_before_the_rules_own_source() -> None:
    found = {
        finding.rule: finding
        for finding in check(
            judged(cue(0, 3, "x" * 40), cue(3, 5), profile=replace(BBC, clauses={"line-length": "here"}))
        ).findings
    }
    assert found["line-length"].clause == "here"


# The command ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content", [b"", b"nothing of the kind", b"\x00\x01\x02" * 99, b"1\n00:00:01,000 --> \n"]
)
def test_a_file_that_is_none_is_refused(
    content: bytes, tmp_path: Path, ourwords: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "film.srt"
    file.write_bytes(content)
    assert ourwords(tmp_path, "captions", "check", str(file)) == 65
    assert "film.srt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--rate", "0"], 2),
        (["--size", "big"], 2),
        (["--size", "0x9"], 2),
        (["--profile", "bcc"], 2),
        (["--production"], 2),
        ([], 0),
    ],
)
def test_wrong_options_are_refused(
    options: list[str], code: int, tmp_path: Path, ourwords: Callable[..., int]
) -> None:
    file = tmp_path / "film.srt"
    file.write_text(srt(cue(0, 2)))
    assert ourwords(tmp_path, "captions", "check", str(file), *options) == code


def test_what_is_not_judged_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from pipeline.cli.main import main

    file = tmp_path / "film.srt"
    file.write_text(srt(cue(0, 2)))
    assert main(["captions", "check", str(file)]) == 0
    assert "not judged: sync (needs the words and their times)" in capsys.readouterr().err


# The values that rules judge ------------------------------------------------------------------


def test_cues_that_overlap_cannot_be_held() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Captions("en", (cue(0, 2), cue(1.9, 3)))
    assert Captions("en", (cue(0, 2), cue(2, 3))).cues[1].span.start == Time(Fraction(2))


@pytest.mark.parametrize("lines", [(), ("",), ("a", " ")])
def test_a_cue_has_words(lines: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="at least one line"):
        plain_cue(Span[Programme].measured(0, 1), lines, "Amara", "q1")
