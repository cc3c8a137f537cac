"""Whose words are those under a label: what a transcript says, held against what production.toml says."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.core.finding import Finding
from pipeline.core.footage import Footage
from pipeline.errors import ConfigError
from pipeline.production.checks import NOBODY
from pipeline.production.quotes import Consent
from pipeline.production.specs import SourceSpec
from pipeline.speech.transcript import Transcript
from pipeline.speech.turns import feed_named


@dataclass(frozen=True)
class Speakers:
    """The labels of a transcript and whose each is: a contributor, or "" for nobody. `asked` are those of
    which nobody has said whose they are, and whose they seem to be.
    """

    whose: Mapping[str, str]
    asked: Mapping[str, str] = field(default_factory=dict)

    def others(self, who: str) -> frozenset[str]:
        """The labels under which somebody else speaks."""
        return frozenset(label for label, person in self.whose.items() if person != who)


def speakers(
    source: SourceSpec, footage: Footage, consents: Mapping[str, Consent], transcript: Transcript
) -> Speakers:
    """Whose words are whose in one source. Without labels all are its contributor's; one label alone is, too.

    A label is somebody's by `[source.speakers]`, or because it is the id or the name of somebody who is in
    the source.
    """
    said = {_plain(label): who for label, who in source.speakers.items()}
    labels = [label for label in transcript.speakers if label]
    _check_labels(source, footage, labels)
    if not labels:
        return Speakers({"": source.contributor})
    for who in source.voices:
        named = [consents[who].display_name] if who in consents else []
        for name in (who, *named):
            said.setdefault(_plain(name), who)
    if len(labels) == 1:
        said.setdefault(_plain(labels[0]), source.contributor)
    whose = {label: said.get(_plain(label), "") for label in labels}
    asked = {label: _seems(label, consents) for label in labels if _plain(label) not in said}
    return Speakers({"": ""} | {name: "" if who == NOBODY else who for name, who in whose.items()}, asked)


def _seems(label: str, consents: Mapping[str, Consent]) -> str:
    """A contributor with whose name, or a part of it, a label begins; else nobody."""
    words = _plain(label).split()
    known = [who for who, one in consents.items() if words[0] in (who, *_plain(one.display_name).split()[:1])]
    return known[0] if len(known) == 1 else NOBODY


def _check_labels(source: SourceSpec, footage: Footage, labels: Sequence[str]) -> None:
    plain = {_plain(label): label for label in labels}
    for name in source.speakers:
        if _plain(name) in plain or feed_named(name, footage.media, footage.feed):
            continue
        close = difflib.get_close_matches(_plain(name), plain, 1, 0.4)
        hint = f'did you mean "{plain[close[0]]}"?' if close else f"there are: {', '.join(labels)}"
        raise ConfigError(
            f'the transcript of {source.id} has no speaker "{name}"',
            where=f"production.toml, source.{source.id}.speakers",
            next_step=hint if labels else "it says of no word who speaks: take `speakers` out",
        )


def _plain(label: str) -> str:
    return " ".join(label.casefold().split())


def findings(source: SourceSpec, found: Speakers, transcript: Transcript) -> list[Finding]:
    """Speakers of whom nobody has said who they are, with the lines that say it; words of nobody known."""
    count = Counter(transcript.words.speakers)
    out = []
    if found.asked:
        lines = "; ".join(f'{_key(label)} = "{who}"' for label, who in found.asked.items())
        told = ", ".join(f"{label or 'nobody'}: {count[label]} words" for label in transcript.speakers)
        what = (
            "its transcript has speakers of whom production.toml says nothing, and no quote is "
            "looked for in their words: under this [[source]] write [source.speakers] and, each on a line "
            f"and with a contributor's id where it is one, {lines}"
        )
        out.append(Finding("speakers", "warning", source.id, what, told, "every speaker named"))
    if len(found.whose) > 1 and count[""]:
        what = "of some words nobody knows who says them; no quote is looked for in them"
        out.append(Finding("speakers", "warning", source.id, what, f"{count['']} words", "none"))
    return out


def _key(label: str) -> str:
    bare = label.isascii() and label.replace("_", "").replace("-", "").isalnum()
    return label if bare else '"' + label.replace("\\", "\\\\").replace('"', '\\"') + '"'
