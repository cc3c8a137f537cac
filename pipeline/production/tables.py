"""What tables of production.toml are made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, StringConstraints

from pipeline.production.quotes import DEVICES

STRICT = ConfigDict(strict=True, extra="forbid", frozen=True)
"""How every table is read: a number in quotes is no number, and a key that nobody knows is an error."""


def _for_any_system(name: str) -> str:
    """Ids become names of files, and a production may move to another machine."""
    if name in DEVICES:
        raise ValueError(f'"{name}" is no name for a file on Windows; give it another, such as {name}-1')
    return name


Id = Annotated[
    str,
    BeforeValidator(lambda value: value.strip().lower() if isinstance(value, str) else value),
    StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=100),
    AfterValidator(_for_any_system),
]
Seconds = Annotated[float, Field(ge=0, le=3600)]
Title = Annotated[str, StringConstraints(max_length=200)]
Few = Field(max_length=200)
Many = Field(max_length=1000)
"""How long a list may be: more than any film has, and few enough to be read at once."""

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]
"""What people are told before they come to something hard."""
