"""Does our way of breaking captions look like that of people who do it for a living?

Takes files of sentences that somebody has segmented: one sentence a line, ` <eol> ` between the lines of a
cue and ` <eob>` after each cue. The words go in without marks, and come back from three ways of breaking
them:
ours (the profile `netflix`: 42 characters, two lines), Whisper's writer (fills lines greedily) and WhisperX's
subtitle processor (45 characters, splits at commas and conjunctions), both as they are published.

Sigma   (Karakanta, Buet, Cettolo, Yvon: Evaluating Subtitle Segmentation for End-to-end Generation Systems,
        LREC 2022.) BLEU of the marked text over the most that it could be for this text. With p1..p4 the
        n-gram
        precisions of the text without marks, a the marks a word in the system's text, and bp the brevity
        penalty of the marked text:

            p'1 = (p1 + a) / (1 + a)                  p'n = ((1 - (n-1) a) pn + n a p(n-1)) / (1 + a)
            Sigma = BLEU_br / (bp (p'1 p'2 p'3 p'4) ^ 1/4)

        Words are those of sacreBLEU's 13a tokenizer. A reference against itself is 100; that is checked
        first.
F1      of the breaks themselves, whichever kind; eob and eol: of those that are of that kind in both.
lines   of 42 characters or fewer, in per cent.

Text only: a file of sentences has no pauses and no cuts, which in a film say more than commas. Exits with 1
where Sigma is under 86, F1 of the breaks between lines under 0.60, or a line of ours does not fit, in any
file. The prices are hand-set: no optimiser has seen such a file.

    python benchmarks/segmentation.py FILE... [--json]
"""

from __future__ import annotations

import argparse
import itertools
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from math import exp, log
from pathlib import Path

from pipeline.captions.segmentation import Limits, Speech, segment
from pipeline.production.configs import load_profile

AIM = {"sigma": 86.0, "eol": 0.60, "lines": 100.0}
MOST = 42
MARKS = ("<eol>", "<eob>")

Marked = list[str]
"""A sentence's words with its marks among them."""


# Three ways of breaking -------------------------------------------------------------------------


def written(cues: Sequence[Sequence[str]]) -> Marked:
    return " ".join(" <eol> ".join(cue) + " <eob>" for cue in cues).split()


def ours(words: Sequence[str]) -> Marked:
    house = Limits.of(load_profile("netflix"), (1920, 1080))
    return written([block.lines for block in segment(Speech(words), house)])


def whisper(words: Sequence[str]) -> Marked:
    """`SubtitlesWriter` with max_line_width 42 and max_line_count 2, a sentence a segment."""
    cues: list[list[str]] = [[]]
    for word in words:
        if cues[-1] and len(cues[-1][-1]) + 1 + len(word) <= MOST:
            cues[-1][-1] += f" {word}"
        elif len(cues[-1]) < 2:
            cues[-1].append(word)
        else:
            cues.append([word])
    return written(cues)


CONJUNCTIONS = frozenset(
    "and whether or as but so for nor which yet although since unless when while because if how that "
    "than who where what near before after across "
    "through until once whereas even both either neither though".split()
)


def whisperx(words: Sequence[str], longest: int = 45, shortest: int = 30) -> Marked:
    """`SubtitlesProcessor.determine_advanced_split_points` on timed words: cues of one line. Its counting is
    kept, odd as it is.
    """
    ends, last, count, after = [], 0, 0, sum(map(len, words))
    for index, word in enumerate(words):
        length = len(word) + 1
        before, count, after = count, count + length, after - length
        if count >= longest:
            if before >= shortest:
                ends.append((last + index + 1) // 2)
                last = ends[-1] + 1
                count = sum(map(len, words[last : index + 1]))
        elif min(before, after) >= shortest and word.endswith(","):
            ends.append(index)
            last, count = index + 1, 0
        elif min(before, after) >= shortest and word.lower() in CONJUNCTIONS:
            ends.append(index - 1)
            last, count = index, length
    edges = [0, *(end + 1 for end in ends), len(words)]
    return written([[" ".join(words[one:two])] for one, two in itertools.pairwise(edges) if one < two])


WAYS: dict[str, Callable[[Sequence[str]], Marked]] = {"ours": ours, "whisper": whisper, "whisperx": whisperx}


# How they are judged ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Score:
    """What one way of breaking earns on one file."""

    way: str
    sigma: float
    f1: float
    eob: float
    eol: float
    lines: float
    cues: int


def judge(way: str, reference: Sequence[Marked], found: Sequence[Marked]) -> Score:
    lines = [line for sentence in found for line in re.split(r" ?<eo[lb]> ?", " ".join(sentence)) if line]
    return Score(
        way,
        round(sigma(reference, found), 2),
        *(round(f1(reference, found, kinds), 3) for kinds in (MARKS, ("<eob>",), ("<eol>",))),
        round(100 * sum(len(line) <= MOST for line in lines) / len(lines), 2),
        sum(word == "<eob>" for sentence in found for word in sentence),
    )


def sigma(reference: Sequence[Marked], found: Sequence[Marked]) -> float:
    """BLEU of the marked text over its upper bound, in per cent."""
    plain_reference, plain_found = (
        [_tokens(one, marked=False) for one in reference],
        [_tokens(one, marked=False) for one in found],
    )
    marked_reference, marked_found = [_tokens(one) for one in reference], [_tokens(one) for one in found]
    words = sum(map(len, plain_found))
    a = sum(word in MARKS for sentence in found for word in sentence) / words
    p = [1.0, *precisions(plain_reference, plain_found)]
    bound = [((1 - (n - 1) * a) * p[n] + n * a * p[n - 1]) / (1 + a) for n in range(1, 5)]
    marked = precisions(marked_reference, marked_found)  # the brevity penalty is in both, and goes out
    return 100 * exp(sum(log(one) - log(most) for one, most in zip(marked, bound, strict=True)) / 4)


def precisions(reference: Sequence[Sequence[str]], found: Sequence[Sequence[str]]) -> list[float]:
    """Corpus n-gram precisions for n from 1 to 4, smoothed as sacreBLEU does where one is nothing."""
    shares, smooth = [], 1.0
    for n in range(1, 5):
        right = total = 0
        for wanted, got in zip(reference, found, strict=True):
            ngrams = Counter(tuple(got[i : i + n]) for i in range(len(got) - n + 1))
            right += (ngrams & Counter(tuple(wanted[i : i + n]) for i in range(len(wanted) - n + 1))).total()
            total += ngrams.total()
        smooth *= 1 if right else 2
        shares.append((right or 1 / smooth) / max(total, 1))
    return shares


def _tokens(sentence: Marked, marked: bool = True) -> list[str]:
    return [
        token
        for word in sentence
        for token in ([word] if word in MARKS else tokenized(word))
        if marked or token not in MARKS
    ]


def tokenized(word: str) -> list[str]:
    """By the rules of mteval 13a: punctuation stands alone, but for points and commas within numbers and
    apostrophes.
    """
    text = f" {word} "
    text = re.sub(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])", r" \1 ", text)
    text = re.sub(r"([^0-9])([\.,])", r"\1 \2 ", text)
    text = re.sub(r"([\.,])([^0-9])", r" \1 \2", text)
    return re.sub(r"([0-9])(-)", r"\1 \2 ", text).split()


def f1(reference: Sequence[Marked], found: Sequence[Marked], kinds: Sequence[str]) -> float:
    """Of breaks of these kinds: where they are in both."""
    wanted, got = [_places(one, kinds) for one in reference], [_places(one, kinds) for one in found]
    right = sum(len(one & two) for one, two in zip(wanted, got, strict=True))
    return 2 * right / max(1, sum(map(len, wanted)) + sum(map(len, got)))


def _places(sentence: Marked, kinds: Sequence[str]) -> set[int]:
    places, at = set(), 0
    for word in sentence:
        if word in kinds:
            places.add(at)
        at += word not in MARKS
    return places


# The bench --------------------------------------------------------------------------------------


def read(file: Path) -> list[Marked]:
    sentences = [line.split() for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not sentences or any(sentence[-1] != "<eob>" for sentence in sentences):
        raise SystemExit(f"{file}: each line is a sentence and ends with <eob>")
    return sentences


def run(file: Path) -> list[Score]:
    reference = read(file)
    itself = judge("itself", reference, reference)
    assert itself.sigma == 100.0 and itself.f1 == 1.0, itself
    texts = [[word for word in sentence if word not in MARKS] for sentence in reference]
    return [
        replace(itself, way="people"),
        *(judge(name, reference, [way(text) for text in texts]) for name, way in WAYS.items()),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--json", action="store_true", help="one document on stdout")
    options = parser.parse_args()
    found = {file.name: run(file) for file in options.files}
    met = all(
        all(getattr(score, name) >= least for name, least in AIM.items())
        for scores in found.values()
        for score in scores
        if score.way == "ours"
    )
    if options.json:
        files = [
            {"file": name, "scores": [asdict(score) for score in scores]} for name, scores in found.items()
        ]
        print(json.dumps({"version": 2, "aim": AIM, "met": met, "files": files}, indent=2))
        return 0 if met else 1
    for name, scores in found.items():
        print(f"{name}\n  {'':10}{'Sigma':>8}{'F1':>8}{'eob':>8}{'eol':>8}{'lines %':>9}{'cues':>7}")
        for s in scores:
            print(f"  {s.way:10}{s.sigma:8.2f}{s.f1:8.3f}{s.eob:8.3f}{s.eol:8.3f}{s.lines:9.2f}{s.cues:7}")
    print(
        f"aims: Sigma ≥ {AIM['sigma']:g}, eol ≥ {AIM['eol']:.2f} and all lines of ours ≤ {MOST} characters: "
        f"{'met' if met else 'MISSED'}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
