"""How words stand on the screen: which token of a cue is which word, and what around it is a label or a
mark.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

from pipeline.language.normalise import plain


@lru_cache(maxsize=1 << 16)
def bare(token: str) -> str:
    return plain(token) or token


def edits(one: Sequence[str], two: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """What makes the one run of words the other: code, and from where to where in each."""
    found = Levenshtein.opcodes([bare(text) for text in one], [bare(text) for text in two])
    return [(code.tag, code.src_start, code.src_end, code.dest_start, code.dest_end) for code in found]


def whose_of(tokens: list[str], loose: list[str], index: list[int]) -> list[int | None]:
    """For each token on the screen the number of the word it belongs to; None for what is no word."""
    extra = len(tokens) - len(loose)
    if extra >= 0 and tokens[extra:] == loose:
        return [None] * extra + index
    found: list[int | None] = [None] * len(tokens)
    for code, a1, a2, b1, b2 in edits(tokens, loose):
        if code in ("equal", "replace"):
            found[a1:a2] = index[b1:b2]
    return found


def label_length(tokens: list[str]) -> int:
    """How many of the tokens before the first word are the speaker's label."""
    return next(
        (number for number, token in enumerate(tokens, 1) if token.endswith((":", "]", ")"))), len(tokens)
    )


def marks(shown: str, text: str) -> tuple[str, str]:
    """What stands around a word on the screen and is not the word's."""
    before, found, after = shown.partition(text)
    return (before, after) if found else ("", "")
