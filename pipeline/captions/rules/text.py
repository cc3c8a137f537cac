"""Are they the words that were said and approved, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from fractions import Fraction
from itertools import groupby

from pipeline.captions.model import Cue, CueWord
from pipeline.captions.rules.context import Fault, Judged, Spoken, covered, timed
from pipeline.captions.rules.reading import once
from pipeline.core.time import Programme, Span, Time
from pipeline.language.figures import strange
from pipeline.language.normalise import are_opposed, equals, is_strict, plain, tokens

LEAST_VOICE = 0.25
"""Share of its words' time in which a voice must be heard: less, and nobody says what it shows."""

DOUBTED, GUESSED = 0.5, 0.2
"""How sure a recogniser is of a word below which a person should have listened: where it heard another, and
where it heard the same.
"""

MARKUP = re.compile(
    r"</?[A-Za-z][^<>]*>|\{\\[^}]*\}|\{/?[biuyYcCfFsS](?::[^{}]*)?\}|&(?:[A-Za-z]{2,8}|#\d+|#x[0-9a-fA-F]+);|\\[Nnh](?=\W|\b)"
    r"|&(?:nbsp|amp|quot|apos)\b(?!;)"
)
NOTES = re.compile("[\U0001f3b5\U0001f3b6\U0001f3bc]")
"""Notes that are pictures: most caption fonts have none. ♪ and ♫ are characters."""


def characters(judged: Judged) -> Iterator[Fault]:
    """No control or direction-changing characters: players show them as boxes, or turn what follows round."""
    for number, cue in judged.numbered:
        bad = sorted({f"U+{ord(c):04X}" for c in "".join(cue.lines) if _unshowable(ord(c))})
        if bad:
            yield Fault(number, "has characters that players cannot show", ", ".join(bad), "none")


def _unshowable(code: int) -> bool:
    """Controls, characters that turn the direction of what follows, and the mark of a wrong decoding."""
    return (
        code < 32
        or 0x7F <= code < 0xA0
        or 0x202A <= code <= 0x202E
        or 0x2066 <= code <= 0x2069
        or code in (0x2028, 0x2029, 0xFFFD)
    )


def markup(judged: Judged) -> Iterator[Fault]:
    """Nothing that one player takes for markup and another shows. Where the profile has one look for all
    words, tags for another are told of too.
    """
    for number, cue in judged.numbered:
        if found := MARKUP.findall("\n".join(cue.lines)):
            yield Fault(number, "has markup in its text", " ".join(found), "none")
    if "markup" in judged.profile.clauses:
        yield from once(
            Fault(number, "has tags for another look", " ".join(raw.tags), "none", "warning")
            for number, _ in judged.numbered
            if (raw := judged.as_written(number)) and raw.tags
        )


def notes(judged: Judged) -> Iterator[Fault]:
    """Music is marked by a character, and not by a picture of a note."""
    for number, cue in judged.numbered:
        if found := NOTES.findall(cue.text):
            severity = "error" if "notes" in judged.profile.clauses else "warning"
            yield Fault(
                number,
                "has a picture of a note",
                ", ".join(f"U+{ord(c):04X}" for c in found),
                "a character, or the word",
                severity,  # type: ignore[arg-type]
            )


def empty(judged: Judged) -> Iterator[Fault]:
    """A cue shows something: a letter, a figure, a sign."""
    for number, cue in judged.numbered:
        if not any(c.isalnum() or c in "♪♫#?!" for c in cue.text):
            yield Fault(number, "shows no word", repr(cue.text), "a word")
    for place, raw in enumerate(judged.written or (), 1):
        if not raw.shows:
            yield Fault(0, "is empty", "nothing", "a word", at=Time[Programme](raw.start), place=place)


# What nobody said ----------------------------------------------------------------------------


def no_speech(judged: Judged) -> Iterator[Fault]:
    """No words where nobody speaks: recognisers make up sentences in pauses, and harmful ones among them."""
    assert judged.voiced is not None
    for number, cue in judged.numbered:
        if cue.kind != "speech" or not plain(cue.said.split("[")[0] or "x"):
            continue
        share = _voiced(cue, judged.voiced)
        if share < LEAST_VOICE:
            yield Fault(
                number,
                "shows words where no voice is heard",
                f"a voice in {share:.0%} of their time".replace("%", " %"),
                f"{LEAST_VOICE:.0%}",
            )


def _voiced(cue: Cue, voiced: Sequence[Span[Programme]]) -> float:
    """In what share of its words' time a voice is heard."""
    spans = [word.span for word in timed(cue)] or [cue.span]
    total = sum((span.duration for span in spans), Fraction(0))
    return float(sum((covered(span, voiced) for span in spans), Fraction(0)) / total)


MOST_AGAIN = {1: 4}
"""How often the same words may follow each other: a word four times ("no, no, no, no"), two to eight words
twice.
"""


def repeats(judged: Judged) -> Iterator[Fault]:
    """No loops: a recogniser that has lost its way says the same over and over."""
    stream = [
        (form, number)
        for number, cue in judged.numbered
        for word in cue.said.split()
        if (form := plain(word))
    ]
    forms = [form for form, _ in stream]
    approved = {quote: _plainly(text) for quote, text in (judged.approved or {}).items()}
    at = 0
    while at < len(forms):
        size, times = max(
            ((size, _times(forms, at, size)) for size in range(1, 9)),
            key=lambda one: (one[1] > MOST_AGAIN.get(one[0], 2), one[0] * one[1]),
        )
        if times <= MOST_AGAIN.get(size, 2):
            at += 1
            continue
        run, number = forms[at : at + size], stream[at][1]
        if f" {' '.join(run * times)} " not in approved.get(judged.cues[number - 1].quote, ""):
            yield Fault(
                number,
                f"says “{' '.join(run)}” over and over",
                f"{times} times",
                f"{MOST_AGAIN.get(size, 2)}",
            )
        at += size * times


def _plainly(text: str) -> str:
    """Its words without case and punctuation, a blank around each."""
    return f" {' '.join(filter(None, map(plain, text.split())))} "


def _times(forms: Sequence[str], at: int, size: int) -> int:
    """How often the words at `at` come one after the other."""
    run, times = forms[at : at + size], 1
    while len(run) == size and forms[at + times * size : at + (times + 1) * size] == run:
        times += 1
    return times


def low_confidence(judged: Judged) -> Iterator[Fault]:
    """Words that the recogniser did not make out have been listened to by a person before anybody signs."""
    heard = _heard(judged)
    for number, cue in judged.numbered:
        if doubted := [said for word in timed(cue) if (said := _doubt(judged, heard, cue.quote, word))]:
            yield Fault(
                number,
                "nobody has listened to words that were not made out (as heard, how sure)",
                ", ".join(doubted),
                f"{DOUBTED:g}",
                "warning",
            )


def _heard(judged: Judged) -> dict[tuple[str, int], Spoken]:
    """By quote and piece: what was recognised."""
    assert judged.spoken is not None
    return {(word.quote, word.piece): word for word in judged.spoken if word.piece >= 0}


def _recognised(
    heard: Mapping[tuple[str, int], Spoken], quote: str, words: Sequence[CueWord]
) -> Iterator[str]:
    """What was recognised where these words are said."""
    return (heard[quote, word.piece].text for word in words if (quote, word.piece) in heard)


def _doubt(judged: Judged, heard: Mapping[tuple[str, int], Spoken], quote: str, word: CueWord) -> str:
    """What is doubtful about a word; nothing where it was made out, or somebody listened."""
    assert judged.listened is not None
    said = heard.get((quote, word.piece))
    if said is None or (quote, word.piece) in judged.listened:
        return ""
    least = GUESSED if plain(said.text) == plain(word.text) else DOUBTED
    return f"{word.text} ({said.text or 'nothing'}, {said.confidence:.2f})" if said.confidence < least else ""


# What was approved ---------------------------------------------------------------------------


def numbers(judged: Judged) -> Iterator[Fault]:
    """A digit changed or a “not” lost turns a sentence round: captions have those that were approved, where
    they were approved.
    """
    assert judged.approved is not None
    for quote, cues in _by_quote(judged):
        if quote in judged.approved:
            yield from _not_approved(cues, _in_brackets_out(judged.approved[quote].split()))


def _not_approved(cues: Sequence[tuple[int, Cue]], approved: Sequence[str]) -> Iterator[Fault]:
    """What a quote's cues have otherwise than its approved words."""
    shown = [(word, number) for number, cue in cues for word in cue.said.split()]
    found = list(_changes(shown, approved))
    for mine, theirs, number in found:
        yield Fault(
            number,
            "differs from the approved words where they may not differ",
            f"“{mine or 'nothing'}” is shown",
            f"“{theirs or 'nothing'}”",
        )
    for wrong in strange(" ".join(word for word, _ in shown), " ".join(approved)):
        number = next((number for number, cue in cues if wrong in cue.text), cues[0][0])
        if number not in {at for *_, at in found}:
            yield Fault(
                number,
                "has figures or a sign that are not written so in the approved words",
                f"“{wrong}” is shown",
                "as approved",
            )


def numbers_heard(judged: Judged) -> Iterator[Fault]:
    """And where the recogniser hears another number, or a “not” more or less, a person listens."""
    heard, known = _heard(judged), judged.listened or frozenset()
    for quote, cues in _by_quote(judged):
        shown = [(word, number) for number, cue in cues for word in timed(cue)]
        said = " ".join(_recognised(heard, quote, [word for word, _ in shown])).split()
        for mine, theirs, number in _changes([(word.text, number) for word, number in shown], said):
            if not {(quote, word.piece) for word, at in shown if at == number} <= known:
                yield Fault(
                    number,
                    "another number or “not” is heard: listen",
                    f"“{mine or 'nothing'}” is shown",
                    f"“{theirs or 'nothing'}” heard",
                    "warning",
                )


def _by_quote(judged: Judged) -> Iterator[tuple[str, list[tuple[int, Cue]]]]:
    for quote, cues in groupby(
        ((n, c) for n, c in judged.numbered if c.kind == "speech"), key=lambda pair: pair[1].quote
    ):
        yield quote, list(cues)


def _in_brackets_out(words: Sequence[str]) -> list[str]:
    """Marks for words left out are no words."""
    return [word for word in words if word.strip("[].…")]


def _changes(shown: Sequence[tuple[str, int]], other: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """(mine, theirs, cue) wherever a number or a negation is on one side only, or one word denies the
    other.
    """
    mine, theirs = tokens([word for word, _ in shown]), tokens(other)
    one, two = [token.form for token in mine], [token.form for token in theirs]
    for tag, a, b, c, d in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag == "equal" or not shown:
            continue
        left, right = one[a:b], two[c:d]
        if _turns_round(left, right):
            yield " ".join(left), " ".join(right), shown[mine[min(a, len(mine) - 1)].first][1]


def _turns_round(left: Sequence[str], right: Sequence[str]) -> bool:
    """Is a number or a negation in one only, or denies one word another?"""
    only = (
        is_strict(form) and not equals(form) & set(others)
        for forms, others in ((left, right), (right, left))
        for form in forms
    )
    return any(only) or any(are_opposed(one, two) for one in left for two in right)
