"""What was said in a source, and when: an engine's words, with the untrustworthy ones marked.

Whisper invents text in silence and falls into loops. Such words stay in the transcript, marked, so
that a person can see them; nothing later in the pipeline uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise

from pipeline.core.ports import Listener, Recogniser, Speech
from pipeline.core.time import Span
from pipeline.core.word import Word
from pipeline.speech.transcript import Transcript, Words

SPEECH_SHARE = 0.25
"""A word of which less than this overlaps speech was not said."""

LOOP = 3
"""The same phrase this often in a row, faster than anybody speaks, or of three words and more."""

CHARS_PER_SECOND = 40

RATE = 16_000
PAD, SHORTEST, NEAR, CHUNK = 0.2, 0.25, 2.0, 8.0
"""Seconds: room around a second hearing, what is worth one, what is heard together, and how much of it."""

PIECE = 600.0
"""Seconds of a source in memory at a time: a day of footage takes no more of it than ten minutes."""

Hear = Callable[[Speech, Callable[[float], None]], tuple[str, list[Word]]]
Voiced = Sequence[tuple[float, float]]
"""Where somebody speaks: (start, end) in seconds."""


def transcribe(
    source: str,
    listen: Listener,
    duration: Fraction,
    *,
    recogniser: Recogniser,
    voiced: Callable[[Speech], Voiced],
    language: str,
    glossary: Sequence[str],
    progress: Callable[[float], None],
) -> Transcript:
    """All words of a source, piece by piece; stretches that came out as a loop or as nothing are heard once
    more, alone.
    """
    heard: list[Word] = []
    found = language

    def hear(sound: Speech, tell: Callable[[float], None]) -> tuple[str, list[Word]]:
        said, segments = recogniser.hear(sound, found, glossary, tell)
        words = sorted(
            (word for segment in segments for word in segment if word.text), key=lambda word: word.span.start
        )
        return said, mark_loops(words)

    for at, speech, spoken in pieces(listen, duration, voiced):
        before, length = float(at), len(speech) / RATE
        if spoken:
            tell = partial(lambda before, done: progress(before + done), before)
            found, words = hear(speech, tell)  # the language of the first piece is that of all
            heard += _moved(mark_silence(second_hearing(words, speech, spoken, hear), spoken), at)
        progress(before + length)
    heard.sort(key=lambda word: word.span.start)
    return Transcript(source, found or "en", recogniser.name, recogniser.weights, Words.of(heard))


def pieces(
    listen: Listener, duration: Fraction, voiced: Callable[[Speech], Voiced]
) -> Iterator[tuple[Fraction, Speech, Voiced]]:
    """A source in pieces that end where nobody speaks: when each starts, its sound, and where somebody speaks
    in it.
    """
    at = Fraction(0)
    while at < duration:
        speech = listen(at, min(_exact(PIECE), duration - at))
        spoken = list(voiced(speech))
        if at + _exact(PIECE) >= duration:
            yield at, speech, spoken
            return
        end = _exact(_rest(spoken, len(speech) / RATE))
        yield (
            at,
            speech[: round(end * RATE)],
            [(start, min(stop, float(end))) for start, stop in spoken if start < end],
        )
        at += end


def _rest(voiced: Voiced, length: float) -> float:
    """The middle of the longest pause in the second half; the end, where somebody speaks all through it."""
    edges = [
        (stop, start)
        for (_, stop), (start, _) in pairwise(
            [(0.0, length / 2), *(v for v in voiced if v[1] > length / 2), (length, length)]
        )
    ]
    longest = max(edges, key=lambda gap: gap[1] - gap[0])
    return sum(longest) / 2 if longest[1] > longest[0] else length


def second_hearing(words: list[Word], speech: Speech, voiced: Voiced, hear: Hear) -> list[Word]:
    """Words with each doubtful stretch replaced by what is heard in it alone, where that is any better.

    A recogniser that is lost in a loop takes the rest of its window along, and a word after a long
    silence is dropped from a file and found in a slice (both measured on real recordings).
    """
    for start, end in doubtful(words, voiced):
        low, high = max(0.0, start - PAD), min(len(speech) / RATE, end + PAD)
        _, again = hear(speech[int(low * RATE) : int(high * RATE)], lambda _: None)
        moved = _moved(again, _exact(low))
        if any(not word.suspect for word in moved):
            kept = [word for word in words if not (word.suspect and start <= _middle(word) < end)]
            new = [word for word in moved if not any(_is_again(word, known) for known in kept)]
            words = sorted(kept + new, key=lambda word: word.span.start)
    return words


def doubtful(words: Sequence[Word], voiced: Voiced) -> list[tuple[float, float]]:
    """Spoken stretches without a word to use, in chunks of at most `CHUNK` seconds."""
    good = [(float(word.span.start), float(word.span.end)) for word in words if not word.suspect]
    lost = [
        span
        for span in voiced
        if sum(max(0.0, min(e, span[1]) - max(s, span[0])) for s, e in good) < 0.3 * (span[1] - span[0])
    ]
    chunks: list[tuple[float, float]] = []
    for start, end in lost:
        if end - start < SHORTEST:
            continue
        if chunks and start - chunks[-1][1] < NEAR and end - chunks[-1][0] <= CHUNK:
            chunks[-1] = (chunks[-1][0], end)
        else:
            chunks.append((start, end))
    return chunks


def _moved(words: Sequence[Word], by: Fraction) -> list[Word]:
    return [replace(word, span=Span(word.span.start + by, word.span.end + by)) for word in words]


def _is_again(word: Word, known: Word) -> bool:
    """A word that the first hearing had already: the slice begins a little early and ends a little late."""
    return not known.suspect and word.span.overlap(known.span) * 2 > min(
        word.span.duration, known.span.duration
    )


def _middle(word: Word) -> float:
    return float(word.span.start.seconds + word.span.end.seconds) / 2


def _exact(seconds: float) -> Fraction:
    return Fraction(round(seconds * 1000), 1000)


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
