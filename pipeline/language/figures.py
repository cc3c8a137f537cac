"""Figures as they are written. A dose, a time or a range is a number that nobody may write otherwise:
`words.tokens` hears, this reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

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
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "`": "'"})
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")

Form = tuple[str, str]
"""How a word or a number compares, and the figures that it was written in (blank: in words)."""


@lru_cache(maxsize=1 << 16)
def read(text: str) -> tuple[Form, ...]:
    """Every word by its letters, what is a number by its value and its figures, and each sign.

    >>> read("Sixty three, not <2.5")
    (('63', ''), ('not', ''), ('<', '<'), ('2', '2.5'), ('point', '2.5'), ('5', '2.5'))
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
    known = read(approved)
    written, said = {figures for _, figures in known}, {form for form, figures in known if not figures}
    found = [
        figures
        for form, figures in read(shown)
        if figures and figures not in written and form not in said and form != "point"
    ]
    lost = [
        figures
        for form, figures in read(shown)
        if figures == form and is_number(form) and _signed(shown, form) - _signed(approved, form)
    ]
    return list(dict.fromkeys(found + lost))


def _signed(text: str, form: str) -> set[str]:
    """The signs before a figure, or "" for none."""
    forms = [one for one, _ in read(text)]
    return {
        forms[at - 1] if at and forms[at - 1] in f"{_SIGNS}-" else ""
        for at, one in enumerate(forms)
        if one == form
    }


def _parts(text: str) -> Iterator[tuple[str, str, bool]]:
    """(word, its figures, whether it is compared as it is written)."""
    upto = 0
    for found in _FIGURE.finditer(text):
        yield from _between(text[upto : found.start()])
        upto = found.end()
        core = "".join(_THOUSANDS.sub("", found["core"]).translate(_DASHES).split())
        money, end = found["money"] or "", "".join((found["end"] or "").split())
        if found["sign"]:
            yield "-", "-", True
        clock = end[:1] in "apAP" and end and re.fullmatch(r"(1[0-2]|0?[1-9])\.[0-5]\d", core)
        if not _NUMBER.fullmatch(core):
            yield from ((money, "", False) for _ in money[:1])
            yield core, core, True
            yield from ((end, "", False) for _ in end[:1])
        elif "." in core and not money and not clock:
            yield from (
                (part, core, False) for part in (*core.replace(".", " point ").split(), *filter(None, [end]))
            )
        else:
            yield f"{money}{core}{end}", core, False
    yield from _between(text[upto:])


def _between(text: str) -> Iterator[tuple[str, str, bool]]:
    for word in _BETWEEN.findall(text):
        yield (word, word, True) if word in _SIGNS else (word, "", False)


def _forms(loose: list[Form]) -> list[Form]:
    found: list[Form] = []
    last = -1
    for token in tokens([word for word, _ in loose]):
        run = loose[token.first : token.last + 1]
        written = run[0][0]
        if len(run) > 1 or is_number(token.form) or any(c.isdigit() or c in "£$€%" for c in written):
            found.append((token.form, " ".join(figures for _, figures in run if figures)))
        elif token.first != last:
            found.append((_EDGES.sub("", written.lower().translate(_APOSTROPHES)), run[0][1]))
        last = token.last
    return found
