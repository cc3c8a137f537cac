"""Values as JSON and back: one way for all of them, and nothing is lost on it.

Frozen dataclasses are objects, tuples and sets are lists, a Fraction is the text "30000/1001", a `Time` its
seconds. Where a value may be one of several dataclasses, `is` says which. What
comes back is checked by the same `__post_init__` that checked what went out.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, is_dataclass
from datetime import date
from fractions import Fraction
from types import UnionType
from typing import Any, Generic, TypeVar, Union, cast, get_args, get_origin

import numpy as np
from cattrs import Converter
from cattrs.errors import CattrsError

from pipeline.core.time import Time

T = TypeVar("T")

VERSION = 1
"""Of the JSON files that are written for others."""


_EXACT = re.compile(r"-?[0-9]{1,60}(/[0-9]{1,60})?")
"""A Fraction as we write it."""


def _fraction(text: Any, _: Any = None) -> Fraction:
    if not isinstance(text, str) or not _EXACT.fullmatch(text):
        raise ValueError(f"{text!r:.40} is no fraction")
    return Fraction(text)


def _exactly(kind: type, *others: type) -> Any:
    """A hook that takes this kind of value, or others that become it, and makes none out of anything else: a
    record in which nothing stands for a text holds no text "None".
    """

    def structure(value: Any, _: Any = None) -> Any:
        if type(value) is kind:
            return value
        if type(value) in others:
            return kind(value)
        raise ValueError(f"{value!r:.40} is no {kind.__name__}")

    return structure


def _is_time(kind: Any) -> bool:
    return getattr(kind, "__origin__", kind) is Time


def _is_set(kind: Any) -> bool:
    return getattr(kind, "__origin__", kind) is frozenset


def _is_choice(kind: Any) -> bool:
    """Is it one of several dataclasses, or a text?"""
    kinds = [one for one in get_args(kind) if is_dataclass(one)] if get_origin(kind) in _UNIONS else []
    return len(kinds) > 1 and all(one is str for one in get_args(kind) if one not in kinds)


_UNIONS = (Union, UnionType)


def _said_which(made: Converter) -> None:
    """Values of which there are several kinds say of which they are."""

    def write(value: Any) -> Any:
        if isinstance(value, str):
            return value
        return {"is": type(value).__name__} | made.unstructure(value, type(value))

    def read(value: Any, kind: Any) -> Any:
        if isinstance(value, str) and str in get_args(kind):
            return value
        plain = dict(value)
        name = plain.pop("is")
        found = {one.__name__: one for one in get_args(kind)}
        return made.structure(plain, found[name])

    made.register_unstructure_hook_func(_is_choice, write)
    made.register_structure_hook_func(_is_choice, read)


def _converter() -> Converter:
    made = Converter(detailed_validation=False, forbid_extra_keys=True)
    for kind, *others in ((str,), (int,), (bool,), (float, int)):
        made.register_structure_hook(kind, _exactly(kind, *others))
    made.register_unstructure_hook(Fraction, str)
    made.register_structure_hook(Fraction, _fraction)
    made.register_unstructure_hook(date, date.isoformat)
    made.register_structure_hook(date, lambda text, _: date.fromisoformat(text))
    made.register_unstructure_hook(np.ndarray, np.ndarray.tolist)
    made.register_structure_hook(np.ndarray, lambda numbers, _: np.array(numbers, np.float64))
    made.register_unstructure_hook_func(_is_set, sorted)
    made.register_unstructure_hook_func(_is_time, lambda time: str(time.seconds))
    made.register_structure_hook_func(_is_time, lambda text, _: Time(_fraction(text)))
    _said_which(made)
    return made


_CONVERTER = _converter()


class Broken(ValueError):
    """A record that does not hold what it should."""


def pretty(value: Any) -> bytes:
    """JSON for people and machines: one space a level, letters as they are, a line end."""
    return (json.dumps(value, indent=1, ensure_ascii=False) + "\n").encode()


@dataclass(frozen=True)
class Codec(Generic[T]):
    """How one kind of value is written to a file and read from it; `kind` is its type.

    >>> Codec(tuple[Fraction, ...]).read(Codec(tuple[Fraction, ...]).write((Fraction(1, 3),)))
    (Fraction(1, 3),)
    """

    kind: Any

    def write(self, value: T) -> bytes:
        return pretty(_CONVERTER.unstructure(value, self.kind))

    def read(self, data: bytes) -> T:
        """Raises Broken where `data` is no such value."""
        try:
            return cast("T", _CONVERTER.structure(json.loads(data), self.kind))
        except (
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            ArithmeticError,
            RecursionError,
            CattrsError,
        ) as problem:
            raise Broken(f"no {self.kind}: {problem}") from None


def codec(kind: type[T]) -> Codec[T]:
    """The codec of a type: `codec(Media)`, `codec(tuple[Cut, ...])`."""
    return Codec(kind)
