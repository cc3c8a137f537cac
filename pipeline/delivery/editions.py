"""What is kept of the captions that leave, so that a reviewer's file is compared with what the reviewer had.

Editions lie on the shelf like all that is derived, and go with whoever withdraws. What is lost with build/ is
made again from what people put right, as far as the film is cut as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Protocol

from pipeline.captions import of_film
from pipeline.captions.editing.editions import Edition, mark_in, nearest
from pipeline.captions.model import Captions, Cue
from pipeline.core.codec import Broken, codec
from pipeline.delivery.caption_qc import Captioned
from pipeline.engine.task import Context, Task, call
from pipeline.engine.workspace import read
from pipeline.errors import InputError

MOST = 50
"""Editions that are kept, and moments of the past that are made again: more rounds than any film has."""

LABEL = "captions"
"""What needs them on the shelf."""


class Corrected(Captioned, Protocol):
    """The film, with its captions as no person has touched them."""

    @property
    def made(self) -> Captions: ...


def _as_it_is(_: Context, edition: Edition) -> Edition:
    return edition


EDITION = Task("captions {}", 1, _as_it_is, codec(Edition), here=True)


def today(film: Captioned) -> Edition:
    """The captions as they would leave now."""
    standing = [one.id for one in film.corrections.standing]
    return Edition.of(film.captions, film.timeline, film.production.profile.name, standing)


def keep(film: Captioned) -> None:
    """Remember the captions that leave."""
    edition, people = today(film), [take.contributor for take in film.timeline.takes]
    wanted = call(edition.id, people, edition=edition)
    film.workspace.made(EDITION, wanted)
    components = EDITION.components(film.workspace.tools, wanted.inputs)
    film.workspace.cache.keep_one(LABEL, components, MOST)


def known(film: Corrected) -> Iterator[Edition]:
    """Every edition that is known, the newest first: today's, those that are kept, those that can be made
    again.
    """
    yield today(film)
    for folder in film.workspace.cache.kept(LABEL):
        try:
            yield read(EDITION, folder)
        except Broken:
            continue
    yield from _made_again(film)


def _made_again(film: Corrected) -> Iterator[Edition]:
    """The captions after each thing that people put right, on the film as it is cut now."""
    production, timeline = film.production, film.timeline
    for standing in islice(film.corrections.before, MOST):
        found, _ = of_film.corrected(
            production, timeline, production.profile, film.letters, film.made, standing
        )
        yield Edition.of(found, timeline, production.profile.name, [one.id for one in standing])


def origin(film: Corrected, name: str, data: bytes, cues: Sequence[Cue], asked: str = "") -> Edition:
    """The edition that a reviewer's file was made from: the one that was `asked` for, else the one that it
    says, else the one that it shares most with. Refused where it says one that is not known.
    """
    if asked == "now":
        return replace(today(film), knew=())  # nobody says what the reviewer saw of others' corrections
    wanted = asked or mark_in(name, data)
    if not wanted:
        found = nearest(cues, known(film))
        assert found, "today's is always known"
        return found
    for edition in known(film):
        if edition.id.startswith(wanted):
            return edition
    raise _unknown(film, name, wanted, cues, asked=bool(asked))


def _unknown(film: Corrected, name: str, wanted: str, cues: Sequence[Cue], *, asked: bool) -> InputError:
    near = nearest(cues, known(film))
    assert near
    if asked:
        what = f"no captions {wanted} are known"
    else:
        what = (
            f"was made from captions that are not kept here ({wanted}): build/ was deleted since, or they "
            "were built elsewhere. What the reviewer changed cannot be told from what others did since"
        )
    return InputError(
        what,
        where="--edition" if asked else name,
        next_step="bring that build/ back; or look with --dry-run what it is beside the captions that are "
        f"most like it (--edition {near.id}), or beside today's (--edition now: what others put right is "
        "then yours to decide)",
    )
