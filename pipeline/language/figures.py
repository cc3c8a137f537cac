"""Figures as they are written. A dose, a time or a range is a number that nobody may write otherwise:
`words.tokens` hears, this reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from pipeline.language.characters import folded
from pipeline.language.normalise import is_number, tokens

_SIGNS = "<>≤≥=≈~±+−×÷°‰"
_DASHES = str.maketrans(dict.fromkeys("‐‑–—−", "-"))
_FIGURE = re.compile(
    r"(?P<sign>(?<!\w)[-‐‑–−](?=[£$€]?\.?\d))?(?P<money>[£$€])?"
    r"(?P<core>(?:(?<![\w.])\.)?\d+(?:(?:[^\w\s]+|\s+[-‐‑–—−/]\s+)\d+)*)"
    r"(?P<end>(?:st|nd|rd|th)\b|\s*[ap]\.?m\b|\s*%)?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(rf"[{_SIGNS}]|[^\s\-‐‑–—/{_SIGNS}]+")
_NUMBER = re.compile(r"\d+(\.\d+)?|(1[0-2]|0?[1-9])[:][0-5]\d")
"""Figures that words can say too: 63, 2.5, 2:30. Others (1/2, 10-20, 14:30, .5) are the same as themselves
alone.
"""

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")

Form = tuple[str, str]
"""How a word or a number compares, and the figures that it was written in (blank: in words)."""


@lru_cache(maxsize=1 << 16)
def read(text: str) -> tuple[Form, ...]:
    """Every word by its letters, what is a number by its value and its figures, and each sign.

    >>> read("Sixty three, not <2.5")
    (('63', ''), ('not', ''), ('<', '<'), ('2.5', '2.5'))
    """
    found: list[Form] = []
    loose: list[Form] = []
    for word, figures, whole in _parts(text):
        if whole:
            found += [*_forms(loose), (word, figures)]
            loose = []
        else:
            loose.append((word, figures))
    return (*found, *_forms(loose))


def same(one: str, two: str) -> bool:
    """Do these say the same? Figures against figures as they are written, figures against words by what they
    are worth.
    """
    mine, theirs = read(one), read(two)
    return len(mine) == len(theirs) and all(
        a == b and (not x or not y or x == y) for (a, x), (b, y) in zip(mine, theirs, strict=True)
    )


def strange(shown: str, approved: str) -> list[str]:
    """Figures and signs that are shown and are not the approved ones, in figures or in words."""
    return list(dict.fromkeys([*_other_figures(shown, approved), *_other_signs(shown, approved)]))


def _other_figures(shown: str, approved: str) -> list[str]:
    known = read(approved)
    written, said = {figures for _, figures in known}, {form for form, figures in known if not figures}
    figured = [(form, figures) for form, figures in read(shown) if figures]
    return [figures for form, figures in figured if figures not in written and form not in said]


def _other_signs(shown: str, approved: str) -> list[str]:
    """Figures that are approved with another sign before them, or with none."""
    alone = [form for form, figures in read(shown) if figures == form and is_number(form)]
    return [form for form in alone if _signed(shown, form) - _signed(approved, form)]


def _signed(text: str, form: str) -> set[str]:
    """The signs before a figure, or "" for none."""
    forms = [one for one, _ in read(text)]
    return {
        forms[at - 1] if at and forms[at - 1] in f"{_SIGNS}-" else ""
        for at, one in enumerate(forms)
        if one == form
    }


Part = tuple[str, str, bool]
"""A word, its figures, and whether it is compared as it is written."""


def _parts(text: str) -> Iterator[Part]:
    upto = 0
    for found in _FIGURE.finditer(text):
        yield from _between(text[upto : found.start()])
        upto = found.end()
        yield from _figure(found)
    yield from _between(text[upto:])


def _figure(found: re.Match[str]) -> Iterator[Part]:
    """The parts of one figure: its sign, what it counts, itself."""
    core = "".join(_THOUSANDS.sub("", found["core"]).translate(_DASHES).split())
    money, end = found["money"] or "", "".join((found["end"] or "").split())
    if found["sign"]:
        yield "-", "-", True
    if not _NUMBER.fullmatch(core):
        around = [(money, "", False), (core, core, True), (end, "", False)]
        yield from (part for part in around if part[0])
    elif "." in core and not money and not _is_clock(core, end):
        yield f"{core}00{end}", core, False  # two decimals more, and it is no time
    else:
        yield f"{money}{core}{end}", core, False


def _is_clock(core: str, end: str) -> bool:
    """2.30pm is a time."""
    return end[:1] in tuple("apAP") and re.fullmatch(r"(1[0-2]|0?[1-9])\.[0-5]\d", core) is not None


def _between(text: str) -> Iterator[Part]:
    for word in _BETWEEN.findall(text):
        yield (word, word, True) if word in _SIGNS else (word, "", False)


def _forms(loose: list[Form]) -> list[Form]:
    found: list[Form] = []
    last = -1
    for token in tokens([word for word, _ in loose]):
        run = loose[token.first : token.last + 1]
        if len(run) > 1 or is_number(token.form) or _has_figures(run[0][0]):
            found.append((token.form, " ".join(figures for _, figures in run if figures)))
        elif token.first != last:
            found.append((_EDGES.sub("", folded(run[0][0])), run[0][1]))
        last = token.last
    return found


def _has_figures(word: str) -> bool:
    return any(c.isdigit() or c in "£$€%" for c in word)
