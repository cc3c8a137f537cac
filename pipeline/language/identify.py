"""Which language a text is in: by the name of its file, and by its script and its commonest words."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pkgutil import get_data

from pipeline.language.characters import folded, unaccented

LEAST_SHARE = 0.06
"""Of a text's words that are among the commonest of its language, at least: less, and it is none of these."""

LEAD = 1.3
"""How much more a language has than the next one where it is clear which of the two it is."""

MOST_WORDS = 2000
"""Of a text are enough to tell."""


@dataclass(frozen=True)
class Known:
    """All that languages.toml holds."""

    codes: frozenset[str]
    flags: frozenset[str]
    names: dict[str, str]
    scripts: dict[str, str]
    words: dict[str, frozenset[str]]
    made: tuple[str, ...]
    may_be_made: tuple[str, ...]
    by: tuple[str, ...]
    taken_from: tuple[str, ...]
    domains: frozenset[str]

    @property
    def rarity(self) -> Counter[str]:
        """In how many languages a word is common."""
        return Counter(word for words in self.words.values() for word in words)


@cache
def known() -> Known:
    """The lists of languages.toml."""
    data = get_data("pipeline.language", "languages.toml")
    assert data is not None, "languages.toml is part of the package"
    tables = tomllib.loads(data.decode("utf-8"))
    words = {code: frozenset(map(folded, text.split())) for code, text in tables["words"].items()}
    codes, flags, domains = (frozenset(tables[name].split()) for name in ("codes", "flags", "domains"))
    made, may_be, by = (tuple(tables[name].split()) for name in ("made", "may_be_made", "by"))
    taken_from = tuple(tables["taken_from"])
    return Known(
        codes, flags, tables["names"], tables["scripts"], words, made, may_be, by, taken_from, domains
    )


def commonest(language: str) -> frozenset[str]:
    """The commonest words of a language by its tag, folded; none where it has no list.

    >>> "the" in commonest("en-GB"), "und" in commonest("de"), commonest("tlh")
    (True, True, frozenset())
    """
    return known().words.get(re.split("[-_]", language.lower())[0], frozenset())


_REGION = r"[-_]([A-Z]{2}|[A-Z][a-z]{3}|\d{3})"
_TAG = re.compile(
    rf"(?:^|[._ (\[-])([A-Za-z]{{2,3}}){_REGION}[)\]]?$|[_ (\[]([a-z]{{2}})-([a-z]{{2}})[)\]]?$"
)
"""A language with its region at the end of a longer name: film_pt-BR, cut-pt_BR, film_pt-br."""


def by_name(name: str, text: str = "") -> str:
    """The language that a file's name tells, as a tag (BCP 47); blank where it tells none.

    A tag between full stops is taken at its word. Another part of the name is believed where the text does
    not clearly say otherwise.

    >>> by_name("film.de.srt"), by_name("film_de.srt"), by_name("cut.en-GB.vtt"), by_name("Talk (Welsh).srt")
    ('de', 'de', 'en-GB', 'cy')
    >>> by_name("film.srt"), by_name("what is it.srt", "She sat down and she listened to me.")
    ('', '')
    """
    parts = name.rsplit("/", 1)[-1].split(".")[:-1]
    for at in range(len(parts) - 1, -1, -1):
        if tag := _tag(parts[at]):
            if at and tag == "hi" and _tag(parts[at - 1]):
                continue  # film.en.hi.srt: for the hearing impaired
            if at or len(parts) == 1 or len(parts[at]) < 3:
                return tag
        elif found := _last_word(parts[at], text):
            return found
        elif folded(parts[at]) not in known().flags:
            return ""
    return ""


def _tag(part: str) -> str:
    """A part of a name that is a language and nothing else."""
    if found := re.fullmatch(rf"([A-Za-z]{{2,3}})(?:{_REGION}|-([a-z]{{2}}))", part):
        return f"{code}-{found[2] or found[3].upper()}" if (code := _code(found[1])) else ""
    return _code(part)


def _last_word(part: str, text: str) -> str:
    """The language at the end of a longer part: film_de, Talk (Welsh), cut-pt-BR."""
    if (found := _TAG.search(part)) and (code := _code(found[1] or found[3])):
        return f"{code}-{found[2] or found[4].upper()}"
    words = [word for word in re.split(r"[_ ()\[\]-]+", part) if word]
    while len(words) > 1 and folded(words[-1]) in known().flags:
        words.pop()
    code = _code(words[-1]) if len(words) > 1 else ""
    return code if code and by_text(text) in ("", code) else ""


def _code(word: str) -> str:
    """The code of a language by its code or name."""
    form = unaccented(folded(word))
    return form if form in known().codes else known().names.get(form, "")


def tag(text: str) -> str:
    """What somebody calls a language, as a tag; blank where it is none.

    >>> tag("German"), tag("en_GB"), tag("xx-nobody")
    ('de', 'en-GB', '')
    """
    first, *rest = re.split("[-_]", text.strip())
    return "-".join((code, *rest)) if (code := _code(first)) else ""


def by_text(text: str) -> str:
    """The language of a text; blank where it is too short to tell, or none of those that are known.

    >>> by_text("Er wohnt auf einer Insel. Ich habe dort ein Haus."), by_text("Nie wiem, czy to dla mnie.")
    ('de', 'pl')
    >>> by_text("She sat down and she listened."), by_text("نرس نے مجھ سے نہیں پوچھا"), by_text("Xyzzy!")
    ('en', 'ur', '')
    """
    words = re.findall(r"[^\W\d_]+(?:['’][^\W\d_]+)*", text, re.UNICODE)[:MOST_WORDS]
    if not words:
        return ""
    if alone := _by_script("".join(words)):
        return alone
    forms = [folded(word) for word in _whole(text)[:MOST_WORDS]]
    return _commonest(forms)


def _whole(text: str) -> list[str]:
    """Words with the vowel signs that are no letters, as in Devanagari."""
    return re.findall(r"(?:[^\W\d_]|[\u0900-\u0dff\u064b-\u065f])+(?:['’][^\W\d_]+)*", text)


def _by_script(letters: str) -> str:
    """The language that has most of these letters to itself. Japanese is written with Chinese signs too."""
    found = Counter(unicodedata.name(letter, "?").split()[0] for letter in letters[:MOST_WORDS])
    if found["HIRAGANA"] + found["KATAKANA"] > len(letters[:MOST_WORDS]) / 10:
        return "ja"
    script, count = found.most_common(1)[0]
    return known().scripts.get(script, "") if count * 2 > len(letters[:MOST_WORDS]) else ""


def _commonest(forms: list[str]) -> str:
    lists = known()
    rarity, counts = lists.rarity, Counter(forms)
    scores = {
        code: sum(counts[word] / rarity[word] for word in counts.keys() & words)
        for code, words in lists.words.items()
    }
    (best, most), (_, second) = Counter(scores).most_common(2)
    hits = counts.keys() & lists.words[best]
    clear = most > second * LEAD and sum(counts[word] for word in hits) >= LEAST_SHARE * len(forms)
    return best if clear and len(hits) > 1 else ""


def is_latin(text: str) -> bool:
    """Is most of it in Latin letters?"""
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters[:MOST_WORDS])
    return latin * 2 > len(letters[:MOST_WORDS]) or not letters
