"""What people are shown of a quote when they are asked to approve it, as plain data that can be hashed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from pipeline.captions.model import Captions
from pipeline.consent.model import Seen, digest_of
from pipeline.core.time import Source, Span, decimal
from pipeline.edit.plan import Scene
from pipeline.edit.timeline import Take, Timeline
from pipeline.language.redaction import Bleep, hidden, said_by
from pipeline.production.quotes import Consent, Quote


def wording(quote: Quote) -> Seen:
    """The words alone, as they stand in the quote list."""
    return {"words": quote.text}


def cut(
    quote: Quote,
    timeline: Timeline,
    scenes: Sequence[Scene],
    quotes: Mapping[str, Quote],
    consent: Consent | None,
    bleeps: Iterable[Bleep],
    stills: Mapping[str, str],
) -> Seen:
    """The quote in its place: what is heard of the footage, what stands around it, and how its speaker is
    disguised. `stills` are shown for sources of sound alone.

    Neighbours are named by their ids and a hash: a contributor's ledger lines hold nobody else's words.
    """
    takes = [take for take in timeline.takes if take.quote == quote.id]
    scene = next(scene for scene in scenes if quote.id in scene.quotes)
    order = [None, *scene.quotes, None]
    at = order.index(quote.id)
    laid = [picture.file for take in takes for picture in take.cutaways]
    laid += [stills[take.source] for take in takes if take.source in stills]
    hidden_for = sum((span.duration for take in takes for span in take.bleeps), start=Fraction(0))
    return {
        "words": quote.text,
        "parts": [_part(take) for take in takes],
        "scene": scene.title,
        "before": _neighbour(order[at - 1], quotes),
        "after": _neighbour(order[at + 1], quotes),
        "prompts": [order.prompt for order in scene.breaks if order.after == quote.id],
        "disguise": sorted(consent.anonymise) if consent else [],
        "hidden": _hidden(quote, takes, bleeps),
        "hidden for": decimal(hidden_for, 2),
        "pictures": list(dict.fromkeys(laid)),
    }


def _part(take: Take) -> dict[str, str]:
    start, end = _at(take.sound)
    angle = {"angle": take.angle} if take.angle else {}
    return {"source": take.source, "from": start, "to": end} | angle


def _hidden(quote: Quote, takes: Sequence[Take], bleeps: Iterable[Bleep]) -> list[str]:
    """What is shown in the place of names that are hidden in this quote."""
    if not any(take.bleeps for take in takes):
        return []
    mine = said_by(takes[0].contributor, bleeps)
    return sorted({bleep.caption_as for bleep in mine if hidden(quote.text, [bleep]) != quote.text})


def captions(quote: Quote, timeline: Timeline, shown: Captions, profile: str) -> Seen:
    """The captions over a quote, each with its times counted from the quote's first frame, and who is said to
    speak, seen or not.
    """
    takes = [take for take in timeline.takes if take.quote == quote.id]
    zero = timeline.time(takes[0].at)
    cues = [cue for cue in shown.cues if cue.quote == quote.id]
    return {
        "profile": profile,
        "cues": [
            {
                "lines": list(cue.lines),
                "from": decimal(cue.span.start - zero, 3),
                "to": decimal(cue.span.end - zero, 3),
                "position": cue.position,
                "speaker": cue.speaker,
                "kind": cue.kind,
                "off": cue.off,
            }
            for cue in cues
        ],
    }


def record(
    shown: Mapping[str, Mapping[str, Seen]], contributors: Mapping[str, str], film: str
) -> dict[str, Any]:
    """build/.store/seen.json: what whoever watches this very film sees, by quote and by kind of approval."""
    return {
        "version": 1,
        "film": film,
        "quotes": {
            name: {
                "contributor": contributors[name],
                **{kind: {"sha256": digest_of(seen), "seen": dict(seen)} for kind, seen in kinds.items()},
            }
            for name, kinds in shown.items()
        },
    }


def _neighbour(name: str | None, quotes: Mapping[str, Quote]) -> dict[str, str]:
    return {"quote": name, "words": quotes[name].digest} if name else {}


def _at(span: Span[Source]) -> tuple[str, str]:
    return decimal(span.start.seconds, 3), decimal(span.end.seconds, 3)
