"""Names of languages as standards write them; langcodes holds the registries."""

from __future__ import annotations

UNKNOWN = "und"
"""ISO 639-2 for a language that nobody can tell."""


def script(tag: str) -> str:
    """The four letters of the script that a language is written in (ISO 15924): what its tag says, or what is
    usual; blank where no registry knows.

    >>> script("ur"), script("pl"), script("zh-TW"), script("en-GB")
    ('Arab', 'Latn', 'Hant', 'Latn')
    """
    if tag.partition("-")[0].lower() == "en":
        return "Latn"
    import langcodes

    try:
        return langcodes.Language.get(tag).maximize().script or ""
    except (LookupError, ValueError):
        return ""


def iso639_2(tag: str) -> str:
    """The three letters that files and tesseract call a language by: "eng" for the tag "en-GB" (BCP 47),
    UNKNOWN where no registry has it. Terms of the language itself: "cym", not "wel".
    """
    import langcodes  # 40 ms: only a film's sound and a reader of its letters ask

    try:
        return langcodes.Language.get(tag).to_alpha3()
    except (LookupError, ValueError):
        return UNKNOWN


def is_language(tag: str) -> bool:
    """Whether a tag is well formed (BCP 47) and names a language that there is.

    >>> [is_language(tag) for tag in ("cy", "pt-BR", "zh-Hant", "welsh", "xx", "cy_GB", "c y", "")]
    [True, True, True, False, False, False, False, False]
    """
    import langcodes

    try:
        return "_" not in tag and langcodes.Language.get(tag, normalize=False).is_valid()
    except (LookupError, ValueError):
        return False
