"""Labels of sounds: which words of them are sounds, and what is no label but words about somebody."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pkgutil import get_data

from pipeline.language.characters import PUNCTUATION

_SAID = re.compile(rf"[{re.escape(PUNCTUATION.replace('–', '').replace('—', ''))}\"“”„«»‘「『]")
"""What sentences have, and labels of sounds have not."""

LENGTH, WORDS, OTHER = 60, 6, 1
"""Characters of a label (two short lines of a caption), its words, and of these any that are neither a sound
nor stand beside one: "bagpipes play". More of them are a sentence.
"""


def is_known(text: str) -> bool:
    """Is it a sound by its words alone, in English?

    >>> is_known("door slams"), is_known("He laughs nervously"), is_known("he lies about everything")
    (True, True, False)
    """
    words = _words(text)
    return any(map(_is_act, words)) and all(_is_act(word) or word in _list("beside") for word in words)


def why_not(text: str, language: str) -> str:
    """Why a text that a person gives for a sound can be none; blank where it may be one.

    >>> why_not("bagpipes: door slams", "en"), why_not("bagpipes play", "en"), why_not("all lies", "en")
    ('a sound has no words of anybody in it', '', 'no word of it is a sound')
    >>> why_not("he laughs", "en"), why_not("he lies, laughs", "en"), why_not("amara lies and laughs", "en")
    ('', 'a sound has no words of anybody in it', 'a sound has no words of anybody in it')
    """
    if len(text) > LENGTH:
        return f"a sound's label has up to {LENGTH} characters"
    if _list("persons") & {*_words(text)} and not is_known(text):
        return "a sound has no words of anybody in it"
    if _SAID.search(text) or (_list("told") & {*_words(text)}):
        return "a sound has no words of anybody in it"
    words = _words(text)
    if len(words) > WORDS:
        return f"a sound's label has up to {WORDS} words"
    english = language.partition("-")[0].lower() in ("en", "")
    if english and not any(map(_is_act, words)):
        return "no word of it is a sound"
    other = [word for word in words if not _is_act(word) and word not in _list("beside")]
    return "a sound has no words of anybody in it" if english and len(other) > OTHER else ""


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold().replace("’", "'"))


def _is_act(word: str) -> bool:
    """A sound, or a form of what is heard: slams, slamming, slammed."""
    if word in _list("things") or word in _list("acts"):
        return True
    for ending in ("ing", "ed", "es", "s"):
        stem = word.removesuffix(ending)
        if stem != word and {stem, f"{stem}e", stem[:-1], re.sub("i$", "y", stem)} & _list("acts"):
            return True
    return False


@cache
def _list(name: str) -> frozenset[str]:
    data = get_data("pipeline.language", "sounds.toml")
    assert data is not None, "sounds.toml is part of the package"
    return frozenset(tomllib.loads(data.decode("utf-8"))[name].split())
