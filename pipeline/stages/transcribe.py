"""What was said in a source, and when: an engine's words, with the untrustworthy ones marked.

Whisper invents text in silence and falls into loops. Such words stay in the transcript, marked, so
that a person can see them; nothing later in the pipeline uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pipeline.model.transcript import Transcript, Word
from pipeline.tools.protocols import Recogniser, Speech

SPEECH_SHARE = 0.25
"""A word of which less than this overlaps speech was not said."""

LOOP = 3
"""The same phrase this often in a row, faster than anybody speaks, or of three words and more."""

CHARS_PER_SECOND = 40


def transcribe(
    source: str,
    speech: Speech,
    *,
    recogniser: Recogniser,
    voiced: Callable[[Speech], Sequence[tuple[float, float]]],
    language: str,
    glossary: Sequence[str],
    progress: Callable[[float], None],
) -> Transcript:
    found, segments = recogniser.hear(speech, language, glossary, progress)
    words = [word for segment in segments for word in segment if word.text]
    words.sort(key=lambda word: word.span.start)
    words = mark_silence(mark_loops(words), voiced(speech))
    return Transcript(source, found, recogniser.name, recogniser.weights, tuple(words))


def mark_silence(words: Sequence[Word], voiced: Sequence[tuple[float, float]]) -> list[Word]:
    """Words heard where nobody speaks. A long word is judged by 0.4 s of it: pauses hide in words."""
    out = []
    for word in words:
        start, end = float(word.span.start), float(word.span.end)
        inside = sum(max(0.0, min(end, stop) - max(start, go)) for go, stop in voiced)
        silent = inside < SPEECH_SHARE * min(end - start, 0.4)
        out.append(replace(word, suspect="non-speech") if silent and not word.suspect else word)
    return out


def mark_loops(words: Sequence[Word]) -> list[Word]:
    """The second and later rounds of a phrase that comes `LOOP` times in a row.

    People do say a word three times ("no, no, no"): one and two words count as a loop only where
    they come faster than speech can be.
    """
    forms = ["".join(c for c in word.text.lower() if c.isalnum()) for word in words]
    out = list(words)
    at = 0
    while at < len(forms):
        size, rounds = _loop(forms, at)
        if rounds >= LOOP:
            taken = words[at : at + size * rounds]
            seconds = float(taken[-1].span.end - taken[0].span.start)
            fast = sum(len(word.text) for word in taken) > CHARS_PER_SECOND * max(seconds, 0.01)
            if size >= 3 or fast or rounds >= 8:
                for index in range(at + size, at + size * rounds):
                    out[index] = replace(words[index], suspect="loop")
            at += size * rounds
        else:
            at += 1
    return out


def _loop(forms: list[str], at: int) -> tuple[int, int]:
    """The phrase length and number of rounds of the longest repetition that starts here."""
    best = (1, 1)
    for size in range(1, 13):
        phrase, rounds = forms[at : at + size], 1
        while len(phrase) == size and forms[at + size * rounds : at + size * (rounds + 1)] == phrase:
            rounds += 1
        if rounds > 1 and size * rounds > best[0] * best[1]:
            best = (size, rounds)
    return best
