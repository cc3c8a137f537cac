"""A film's captions: generated from the approved words, corrected by people, kept off what is to be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.captions import generate, placement
from pipeline.captions.editing import apply
from pipeline.captions.editing.model import Conflict, Correction
from pipeline.captions.model import Captions
from pipeline.core.area import Area
from pipeline.core.finding import Finding
from pipeline.core.ports import Face, Lettering
from pipeline.edit.timeline import Break, Card, Timeline
from pipeline.errors import InputError
from pipeline.language.characters import joined
from pipeline.production.keep_clear import Zone
from pipeline.production.load import Production
from pipeline.production.profile import Profile

Width = Callable[[str], float]
"""How wide a text is in the caption font, in ems."""


def made(production: Production, timeline: Timeline, profile: Profile, width: Width) -> Captions:
    """Cues from the approved words and their times, as no person has touched them."""
    style = production.captions
    return generate.caption(
        timeline,
        {quote.id: quote.pieces for quote in production.quotes},
        profile,
        language=production.film.language,
        bleeps=production.bleeps,
        positions=production.caption_places,
        labels=style.labels,
        editorial=style.editorial,
        unseen=production.unseen,
        stills=frozenset(one.id for one in production.sources if one.picture),
        width=width,
    )


def corrected(
    production: Production,
    timeline: Timeline,
    profile: Profile,
    letters: Lettering,
    cues: Captions,
    corrections: Sequence[Correction],
    faces: Sequence[Zone] = (),
) -> tuple[Captions, list[Conflict]]:
    """The same with all that people put right, and what of it cannot be done any more. Then what would cover
    a face, a text or a signer is moved: each step keeps what the one before it did.
    """
    found, conflicts = apply.replay(cues, corrections, profile, timeline, production.bleeps, letters.width)
    zones = placement.in_film(keep_clear(production, faces), timeline)
    return placement.place(found, zones, profile, timeline.size, letters), conflicts


def keep_clear(production: Production, faces: Sequence[Zone] = ()) -> tuple[Zone, ...]:
    """What captions keep off: as people drew it, faces that were found, and where a signer will be."""
    signed = production.sign_language
    return (*production.zones, *faces) + ((Zone("sign-language", Area(*signed.area)),) if signed else ())


def covered(
    production: Production,
    timeline: Timeline,
    captions: Captions,
    letters: Lettering,
    faces: Sequence[Zone] = (),
) -> list[Finding]:
    """Captions that cover what is to be seen all the same, `faces` that were found with it."""
    zones = placement.in_film(keep_clear(production, faces), timeline)
    return placement.covered(captions, zones, production.profile, timeline.size, letters)


def fit(captions: Captions, profile: Profile, size: tuple[int, int], width: Width) -> None:
    """Refuse a word that is wider than the safe area: nothing breaks it, and it would leave the picture."""
    area = profile.area(size)
    room = (size[0] * area.safe_width - 2 * area.box(size)[1]) / area.em(size)
    for number, cue in enumerate(captions.cues, 1):
        for word in cue.tokens:
            if (wide := width(joined([word]))) > room:
                raise InputError(
                    f"“{joined([word])}” is wider than the picture has room for ({wide / room:.0%} of it)",
                    where=f"cue {number}, {cue.quote}",
                    next_step="put a soft hyphen (U+00AD) into the approved text where the word may be "
                    "parted, or a zero-width space (U+200B) between words that are written without blanks; "
                    "or choose a profile with smaller letters, or another shape",
                )


def texts(timeline: Timeline, captions: Captions) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """(where, text) of all that is drawn in the caption font, and of all that stands on cards."""
    cues = [
        (f"cue {number}, {cue.quote}: “{cue.text}”", cue.text) for number, cue in enumerate(captions.cues, 1)
    ]
    return cues, [(where, face.text) for where, face in cards(timeline)]


def cards(timeline: Timeline) -> list[tuple[str, Face]]:
    """(where, what stands on it) of every card and prompt."""
    shots = [shot for shot in timeline.shots if isinstance(shot, Card | Break)]
    return [(f"the {one.style} card", one.face) for one in shots if isinstance(one, Card)] + [
        (f"the prompt after {one.after}", one.face) for one in shots if isinstance(one, Break)
    ]
