"""A piece of work that is kept: what is made, by which function, and all that its result depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from enum import Enum
from fractions import Fraction
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipeline.core.codec import Codec
from pipeline.core.footage import File, Footage
from pipeline.core.time import Time

if TYPE_CHECKING:
    from pipeline.engine.tools import Tools

T = TypeVar("T")
Inputs = Mapping[str, Any]
Components = dict[str, Any]
"""What an object depends on: JSON values under names that an editor understands."""


@dataclass(frozen=True)
class Context:
    """What a task's function has besides its inputs: a folder of its own, the tools, and whom to tell."""

    folder: Path
    tools: Tools
    progress: Callable[[float, float], None] = lambda done, total: None
    """Done and total, both in the task's own unit."""


@dataclass(frozen=True)
class Task(Generic[T]):
    """`run(context, **inputs)` makes it: a function of a module, so that another process can be asked for it.

    With a `codec` it returns a value, which is kept as the codec writes it; without one it fills
    `context.folder`, and the folder is the result.

    >>> Task("still of {}", 1, run=print).label("shot 3")
    'still of shot 3'
    """

    name: str
    """What people are told is made, with `{}` for what it is made of: "align {}"."""

    version: int
    """Counted up where the same inputs would come out differently."""

    run: Callable[..., Any] = field(repr=False)
    codec: Codec[T] | None = None
    tools: tuple[str, ...] = ()
    """The tools whose identity is a part of the key: "av", "vad", "aligner", "ffmpeg", "fonts"."""

    stage: str = ""
    """Under which name its progress is told; blank where it is done at once."""

    here: bool = False
    """Is it done in this process always? What costs less than to send it, or needs what cannot be sent."""

    quick: bool = False
    """Is it done so soon that a dry run does it too, and keeps nothing?"""

    def label(self, of: str) -> str:
        return self.name.format(of)

    def components(self, tools: Tools, inputs: Inputs) -> Components:
        """What its result depends on: every input, its version, its tools. No input can be forgotten."""
        parts = [_named(name.replace("_", " "), value) for name, value in inputs.items()]
        parts.append({"version": self.version})
        if self.tools:
            parts.append({"tools": {name: tools.identity(name) for name in self.tools}})
        found: Components = {}
        for name, value in chain.from_iterable(part.items() for part in parts):
            if found.setdefault(name, value) != value:
                raise TypeError(f'"{name}" stands for two things in the key of "{self.name}"')
        return found


def _named(name: str, value: Any) -> Components:
    """An input under its name; one that has several names of its own under those."""
    own = getattr(value, "components", None)
    return dict(own) if isinstance(own, Mapping) else {name: keyed(value)}


def keyed(value: Any) -> Any:
    """A value as it stands in a key: JSON, exact, the same on every machine.

    A value that has a `key` stands for it: a file for its hash, never for where it lies.

    >>> keyed({"at": Fraction(1, 3), "names": ("a", "b")})
    {'at': '1/3', 'names': ['a', 'b']}
    >>> keyed(Path("a.mp4"))
    Traceback (most recent call last):
    TypeError: a.mp4 cannot be a part of a key
    """
    if hasattr(value, "key") and not isinstance(value, type):
        return keyed(value.key)
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, Time):
        return str(value.seconds)
    if isinstance(value, Fraction | date):
        return str(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(keyed(name)): keyed(one) for name, one in value.items()}
    if isinstance(value, AbstractSet):
        return sorted(keyed(one) for one in value)
    if isinstance(value, Sequence):
        return [keyed(one) for one in value]
    if is_dataclass(value):
        return {one.name: keyed(getattr(value, one.name)) for one in fields(value)}
    raise TypeError(f"{value} cannot be a part of a key")


PLAIN = {str, int, float, bool, bytes, type(None), Fraction, Time}


def _files(value: Any) -> Iterator[File]:
    found = [value]
    while found:
        one = found.pop()
        if type(one) in PLAIN:
            continue
        if isinstance(one, File):
            yield one
        elif isinstance(one, Footage):
            yield from one.files
            found.append(one.still)
        elif isinstance(one, Mapping):
            found += one.values()
        elif isinstance(one, list | tuple | AbstractSet):
            found += one
        elif is_dataclass(one) and not isinstance(one, type):
            found += [getattr(one, part.name) for part in fields(one)]


@dataclass(frozen=True)
class Call:
    """A task asked for: of what, whose words and pictures it holds, and its inputs.

    `how` is given to the function too and is no part of the key: what a key names already, or what makes the
    work quicker and its result no other.
    """

    of: str
    people: frozenset[str]
    inputs: Inputs
    how: Inputs = field(default_factory=dict)

    @property
    def files(self) -> tuple[File, ...]:
        """Every file that people gave and that it is made from, by its hash, wherever it stands in what the
        function is given.
        """
        return tuple(dict.fromkeys(_files([self.inputs, self.how])))


def call(of: str, people: Sequence[str] | AbstractSet[str], how: Inputs | None = None, **inputs: Any) -> Call:
    """`call("amara", ["amara"], file=…)`."""
    return Call(of, frozenset(person for person in people if person), inputs, how or {})
