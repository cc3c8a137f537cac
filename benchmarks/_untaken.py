"""A figure that a benchmark could not take is told, with why, and fails it as a missed aim does: nothing is
left out without a word.
"""

from __future__ import annotations

from collections.abc import Sequence


def line(untaken: Sequence[str]) -> str:
    """Below the aims: "" where everything was taken.

    >>> line(["P7 (openai-whisper is not there)"])
    '\\nNOT TAKEN: P7 (openai-whisper is not there)'
    """
    return "\nNOT TAKEN: " + "; ".join(untaken) if untaken else ""
