"""Who approved is somebody; a note that says a row is gone is understood, and one that does not, is not."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigError
from pipeline.language.papers import gone_words, is_nobody, somebody

NOBODY = [
    *(
        "no",
        "pending",
        "?",
        "-",
        "n/a",
        "N/A",
        "n.a.",
        "not yet",
        "NOT YET!",
        "tbc",
        "T.B.C.",
        "none",
        "nobody",
    ),
    *(
        "No-one",
        "awaiting",
        "awaiting reply",
        "to be confirmed",
        "to confirm",
        "x",
        "xxx",
        "123",
        "…",
        "✓",
        "yes",
    ),
    *(
        "ok",
        "Ben?",
        "Ben (tbc)",
        "pending - Amara",
        "no – see notes",
        "not approved by Amara",
        "ask Ben",
        "Name",
    ),
    *(
        "[name]",
        "<your name>",
        "None yet",
        "withdrawn",
        "on hold",
        "noch nicht",
        "offen",
        "en attente",
        "aucun",
    ),
    *("heb ei gymeradwyo", "neb", "ph\u200bpending pending", "\u00a0-\u00a0"),
]
SOMEBODY = [
    *(
        "Bo",
        "Noor",
        "Jo",
        "Ng",
        "A",
        "J.",
        "李",
        "Nan",
        "Ida",
        "May",
        "Yes Theory",
        "Tuesday group",
        "the group",
    ),
    *(
        "group 3",
        "Tim Hold",
        "Anne-Marie Peggs",
        "O'Neil",
        "Ben's carer",
        "The No Wrong Door group",
        "Amara (by phone)",
    ),
    *("J. Poe on behalf of Amara", "Tuesday group, 13 May", "Siân", "Niemandsland-Gruppe"),
]


@pytest.mark.parametrize("name", NOBODY)
def test_this_is_nobody(name: str) -> None:
    assert is_nobody(name)
    with pytest.raises(ConfigError, match="nobody who can say so"):
        somebody(name, "write a name")


@pytest.mark.parametrize("name", SOMEBODY)
def test_this_is_somebody(name: str) -> None:
    assert somebody(f" {name} ", "write a name") == name


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("WITHDRAWN by phone 3 Feb", "withdrawn"),
        ("Amara wants to withdraw", "to withdraw"),
        ("Don’t use!", "don't use"),
        ("do not use this take", "do not use"),
        ("Not approved yet", "not approved"),
        ("Ne pas utiliser", "ne pas utiliser"),
        ("Valid until withdrawn", ""),
        ("has not withdrawn", ""),
        ("May withdraw at any time", ""),
        ("If withdrawn, tell Jo", ""),
        ("Do not use her surname", ""),
        ("Not for workshop clips and not for anything online.", ""),
        ("Withdrawal form signed", ""),
    ],
)
def test_what_a_note_says(note: str, words: str) -> None:
    assert gone_words(note) == words
