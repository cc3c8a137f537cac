"""Reflection breaks and what stands beside a training film, as production.toml has them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal, cast, get_args
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from pipeline.language.codes import is_language
from pipeline.production.tables import STRICT, Id, Note

Kind = Literal["pause", "think", "pair", "group", "write"]
"""What people do at a break."""

Template = Literal["own", "what", "gibbs", "circle"]
"""The questions that a break goes through: its own prompt alone; what, so what, now what (Driscoll); Gibbs's
cycle; a story circle.
"""

EARLIER: dict[str, Kind] = {"pairs": "pair", "talk": "group"}
"""What kinds were called once: they go on being read."""


def kind_of(text: str) -> Kind:
    """A kind by its name, or by the one that it had.

    >>> kind_of("write"), kind_of("pairs")
    ('write', 'pair')
    """
    kind = EARLIER.get(text, text)
    if kind not in get_args(Kind):
        raise ValueError(f'"{text}" is no kind of break')
    return cast("Kind", kind)


def template_of(text: str) -> Template:
    """A template by its name."""
    if text not in get_args(Template):
        raise ValueError(f'"{text}" is no template of a break')
    return cast("Template", text)


@dataclass(frozen=True)
class Wording:
    """What a break says, in one language. What is blank is not said."""

    prompt: str
    easy_read: str = ""
    notes: str = ""
    """For whoever facilitates; learners do not see them."""
    content_note: str = ""

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """(key of production.toml, text) of all that is said."""
        for key in ("prompt", "easy_read", "notes", "content_note"):
            if text := getattr(self, key):
                yield key, text


def _language(tag: str) -> str:
    if not is_language(tag):
        raise ValueError(f'"{tag}" is no language: write "cy", "pl" or "pt-BR"')
    return tag


Prompt = Annotated[str, StringConstraints(min_length=1, max_length=500)]
EasyRead = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Facilitators = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)]
Language = Annotated[str, AfterValidator(_language)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class _Table(BaseModel):
    model_config = STRICT


class _WordedSpec(_Table):
    prompt: Prompt
    easy_read: EasyRead = ""
    notes: Facilitators = ""
    content_note: Note = ""

    @property
    def wording(self) -> Wording:
        return Wording(self.prompt, self.easy_read, self.notes, self.content_note)


class TranslationSpec(_WordedSpec):
    """[scene.reflection.in.cy]: the same break in another language."""


class ReflectionSpec(_WordedSpec):
    """[[scene.reflection]]: a pause to think after a quote, with a prompt."""

    after: Id
    kind: Annotated[Kind, BeforeValidator(lambda kind: EARLIER.get(str(kind), kind))] = "think"
    seconds: Annotated[float, Field(gt=0, le=3600)]
    template: Template = "own"
    translations: Annotated[dict[Language, TranslationSpec], Field(alias="in", max_length=50)] = {}

    @property
    def translated(self) -> tuple[tuple[str, Wording], ...]:
        """(language, wording), in the order of the languages' names."""
        return tuple((tag, one.wording) for tag, one in sorted(self.translations.items()))

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """(key, text) of all that anybody will read."""
        yield from self.wording.texts
        for tag, wording in self.translated:
            yield from ((f"in.{tag}.{key}", text) for key, text in wording.texts)


class SupportSpec(_Table):
    """[[training.support]]: somewhere to turn to."""

    name: Line
    contact: Line
    about: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""


def _identity(text: str) -> str:
    try:
        return str(UUID(text)) if text else ""
    except ValueError:
        raise ValueError('write a UUID, as in "0b6f3c1e-6f0a-5f5e-9a53-2d6f5b1f7a10"') from None


class TrainingSpec(_Table):
    """[training]: what stands beside the film where people learn with it."""

    id: Annotated[str, AfterValidator(_identity)] = ""
    """A UUID, by which records of learners know the film; blank: one made of its title."""
    watched: Annotated[float, Field(gt=0, le=1)] = 0.9
    """Which share of the film is to be played until somebody has been through it."""
    breaks: bool = True
    """Are all breaks to be met too?"""
    leave: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s<>\"']+)?$", max_length=2000)] = ""
    """Where "Leave this video" goes; blank: a page of its own."""
    agreement: Annotated[list[Line], Field(max_length=50)] = []
    """What a group agrees on before it begins."""
    support: Annotated[list[SupportSpec], Field(max_length=50)] = []

    @property
    def share(self) -> Fraction:
        """`watched`, as it is written."""
        return Fraction(str(self.watched))

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """(key, text) of all that anybody will read."""
        yield from ((f"agreement {number}", text) for number, text in enumerate(self.agreement, 1))
        for number, one in enumerate(self.support, 1):
            for key in ("name", "contact", "about"):
                if text := getattr(one, key):
                    yield f"support {number}, {key}", text
        if self.leave:
            yield "leave", self.leave
