"""Written words of other languages than English, taken apart: figures by what they are worth, signs as they
are said where the language's list has them and as themselves where it has not, letters with their marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.language.characters import apart, letters
from pipeline.language.lexicon import Reading, reading
from pipeline.language.numerals import NUMERAL, numeral

_GAP = re.compile(r"[\s\-_]+|(?<!\d)/|/(?!\d)|[،؛؟۔।॥、。！？；：…]+|(?<!\d)[,，](?!\d)")
"""Words lie apart where a blank after a comma or a full stop was forgotten, too."""
_MINUS = re.compile(r"[^\w-]*-(?=[.,]?\d)")
_SIGN = re.compile(r"[&+@%‰=×÷°£$€₹<>±≤≥≈~#½¼¾⅓⅔/]")


def forms_of(text: str, language: str) -> tuple[str, ...]:
    """One folded word taken apart.

    >>> forms_of("1.250,50", "de"), forms_of("n'ai", "fr"), forms_of("50%", "de"), forms_of("a&b", "")
    (('1250.5',), ('ne', 'ai'), ('50', 'prozent'), ('a', '&', 'b'))
    """
    words = reading(language)
    return tuple(_forms(text, words))


def _forms(text: str, words: Reading) -> Iterator[str]:
    if _MINUS.match(text):
        yield "-"
    for part in _GAP.split(apart(text)):
        upto = 0
        for number in NUMERAL.finditer(part):
            yield from _signs(part[upto : number.start()], words)
            yield numeral(number[0], words.decimal)
            upto = number.end()
        yield from _signs(part[upto:], words)


def _signs(text: str, words: Reading) -> Iterator[str]:
    upto = 0
    for sign in _SIGN.finditer(text):
        yield from _word(text[upto : sign.start()], words)
        yield from words.filled.get(sign[0], sign[0]).split()
        upto = sign.end()
    yield from _word(text[upto:], words)


def _word(text: str, words: Reading) -> Iterator[str]:
    form = letters(text)
    head, mark, rest = form.partition("'")
    if mark and head in words.elided:
        yield words.elided[head]
        form = rest
    if form:
        yield from words.filled.get(form, form).split()
