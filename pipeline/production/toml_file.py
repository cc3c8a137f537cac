"""A TOML file, parsed at the door: all that is wrong with it is told at once, with its key and the way out.

tomllib keeps no positions, so a wrong value is named by its key and not by its line.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from pipeline.errors import ConfigError, OurwordsError, together
from pipeline.production.checks import hint
from pipeline.production.problems import Problems
from pipeline.production.read_whole import read_whole

MAX_TOML = 1 << 20
MAX_DOTS = 10

M = TypeVar("M", bound=BaseModel)
_DOTTED = re.compile(rf"""(?<![\w"'-])(?:(?:[\w-]+|"[^"\n]*"|'[^'\n]*')[ \t]*\.[ \t]*){{{MAX_DOTS}}}""")


def parse(path: Path, shape: type[M], problems: Problems | None = None, name: str = "") -> M:
    """A file as it should be written, or an error that tells all that is wrong; where there is a place for
    `problems`, keys that nobody knows are told there, and the rest is read without them. `name` is what
    messages call it.
    """
    name = name or path.name
    try:
        text = read_whole(path, MAX_TOML, f"no {path.name}").decode("utf-8-sig")
        if _DOTTED.search(text):
            step = "tables are two or three names deep: [source.recorder]"
            raise ConfigError(f"has a key of more than {MAX_DOTS} parts", where=name, next_step=step)
        data = tomllib.loads(text)
    except UnicodeDecodeError:
        raise ConfigError("is not UTF-8", where=name, next_step="save it as UTF-8") from None
    except RecursionError:
        raise ConfigError("is nested too deeply", where=name, next_step="close the brackets") from None
    except tomllib.TOMLDecodeError as problem:
        raise ConfigError(
            f"is not TOML: {problem}", where=name, next_step="texts and times stand in double quotes"
        ) from None
    found: list[OurwordsError] = list(_plain_texts(name, data, ""))
    try:
        parsed = shape.model_validate(data)
    except ValidationError as problem:
        errors = problem.errors(include_url=False)[:200]
        found += [_explain(name, shape, error) for error in errors]
        unknown = all(error["type"] == "extra_forbidden" for error in errors)
        if problems is not None and unknown and len(errors) == problem.error_count():
            parsed = shape.model_validate(_without(data, [error["loc"] for error in errors]))
            problems.gather(found)
            return parsed
    if found:
        raise together(found)
    return parsed


def _without(data: dict[str, Any], keys: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Tables without these keys, each given as the way to it."""
    for *way, name in keys:
        reduce(getitem, way, data).pop(name, None)
    return data


_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f]")


def _plain_texts(file: str, value: Any, key: str) -> Iterator[ConfigError]:
    """Control characters in any text: no file, card or tag can hold them."""
    match value:
        case dict():
            for name, inner in value.items():
                yield from _plain_texts(file, inner, f"{key}.{name}" if key else name)
        case list():
            for number, inner in enumerate(value, 1):
                yield from _plain_texts(file, inner, f"{key}.{number}")
        case str() if _CONTROLS.search(value):
            shown = re.sub(r"[\x00-\x1f]", "", value)[:60]
            what = f'"{shown}" has a control character in it'
            yield ConfigError(what, where=f"{file}, {key}", next_step="write it anew")


def _explain(file: str, shape: type[BaseModel], error: Any) -> ConfigError:
    """A pydantic error in an editor's words, with the nearest known key for an unknown one."""
    key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in error["loc"])
    where = f"{file}, {key}"
    if error["type"] == "extra_forbidden":
        known = _keys(shape, [part for part in error["loc"][:-1] if isinstance(part, str)])
        return ConfigError(
            "is not a key that is known", where=where, next_step=hint(str(error["loc"][-1]), known)
        )
    if error["type"] == "missing":
        return ConfigError(
            "is missing", where=where, next_step="add it; `ourwords init DIR` writes one with every key"
        )
    message = re.sub(r"^Value error, ", "", re.sub(r"^Input should be ", "should be ", error["msg"]))
    example = "`ourwords init DIR`" if file == "production.toml" else "`ourwords init DIR --presets`"
    if error["type"] == "string_pattern_mismatch" and key.endswith(("id", "contributor", "quote", "after")):
        message = "is no id: ids are small letters, digits and hyphens"
    if error["type"] in ("too_long", "string_too_long"):
        most, unit = error["ctx"]["max_length"], "entries" if error["type"] == "too_long" else "characters"
        what = f"has {len(error['input'])} {unit}; {most} is the most"
        return ConfigError(what, where=where, next_step="make it shorter, or several of it")
    wrong = json.dumps(error["input"], default=str, ensure_ascii=False)[:60]
    return ConfigError(
        f"{message}, not {wrong}",
        where=where,
        next_step=f"{example} shows how it is written",
    )


def _keys(shape: type[BaseModel], path: list[str]) -> list[str]:
    """The keys of the table that a path leads to; people's own names on it, such as a language, lead on."""
    for name in path:
        fields = {one.alias or own: one for own, one in shape.model_fields.items()}
        annotation = fields[name].annotation if name in fields else None
        inner = getattr(annotation, "__args__", (annotation,))
        shape = next((one for one in inner if isinstance(one, type) and issubclass(one, BaseModel)), shape)
    return [one.alias or name for name, one in shape.model_fields.items()]
