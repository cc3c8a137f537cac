"""Clips for workshops as people ask for them: presets (configs/clips/), [clips] of production.toml, and one
clip as a small production of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal, get_args

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from pipeline.core.size import bytes_in
from pipeline.production.tables import STRICT, Title

Shape = Literal["as-film", "16:9", "1:1", "9:16", "4:5"]
Captioned = Literal["burnt", "sidecar", "both", "none"]
"""Burnt into the picture; as files beside a picture without them; both; neither."""

SHAPES: tuple[str, ...] = get_args(Shape)

Use = Literal["training", "workshop", "public"]
Fill = Literal["bars", "blur"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]

DEFAULT = "workshop"
"""The preset where nobody names one."""


def _size(text: str) -> str:
    if text:
        bytes_in(text)
    return text


class _Settings(BaseModel):
    """What a clip is for and how it comes."""

    model_config = STRICT

    use: Use = "workshop"
    shape: Shape = "as-film"
    short: Annotated[int, Field(ge=180, le=2160)] | None = None
    """Pixels of the picture's shorter side; None: as many as the film has."""
    captions: Captioned = "burnt"
    fill: Fill = "blur"
    """What stands beside a picture that cannot be cut to the shape."""
    max_size: Annotated[Words, AfterValidator(_size)] = ""
    """As "25MB"; blank: no limit."""
    card: bool = False
    """An opening card: title, speaker, what the clip may be used for and until when."""
    question: Words = ""
    """Asked at the end; blank: nothing is."""
    question_seconds: Annotated[float, Field(gt=0, le=600)] = 30
    reel: bool = False
    """All quotes in one clip, with cards between."""


class ClipPreset(_Settings):
    """A preset: all settings of clips, under a name."""

    about: Words = ""
    """One line, for whoever chooses among presets."""


class ClipsSpec(_Settings):
    """[clips]: which preset clips are made by where nobody names one, and which of its settings are others
    in this production. What it does not say is the preset's.
    """

    preset: Annotated[str, StringConstraints(min_length=1, max_length=100)] = DEFAULT
    title: Annotated[Title, StringConstraints(strip_whitespace=True)] = ""

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """(key, text) of all that anybody will read."""
        yield from ((key, text) for key in ("title", "question") if (text := getattr(self, key)))


def settled(
    preset: ClipPreset, defaults: ClipsSpec, said: Mapping[str, object], *, titled: bool = False
) -> ClipPreset:
    """The preset with what `said` says (options of a command), then [clips], in place of its own settings.
    Clips that are `titled` have a card to say so, where nobody says anything of cards.

    >>> upright = ClipPreset(shape="9:16", max_size="25MB")
    >>> made = settled(upright, ClipsSpec(max_size="10MB", captions="both"), {"captions": "none"})
    >>> made.shape, made.max_size, made.captions
    ('9:16', '10MB', 'none')
    """
    own = {key: getattr(defaults, key) for key in ClipPreset.model_fields if key in defaults.model_fields_set}
    told = own | dict(said)
    if titled and "card" not in preset.model_fields_set | told.keys():
        told["card"] = True
    return ClipPreset.model_validate({**preset.model_dump(), **told})


def size_in(shape: Shape, film: tuple[int, int], short: int | None = None) -> tuple[int, int]:
    """Pixels of a clip's picture: whole pairs, as 4:2:0 wants them.

    >>> size_in("9:16", (1280, 720)), size_in("4:5", (1280, 720)), size_in("as-film", (1280, 720))
    ((720, 1280), (720, 900), (1280, 720))
    """
    wide, high = film if shape == "as-film" else map(int, shape.split(":"))
    if shape == "as-film" and short is None:
        return film
    least, side = min(wide, high), short or min(film)
    width, height = (round(side * one / least / 2) * 2 for one in (wide, high))
    return width, height
