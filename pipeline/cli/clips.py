"""Clips: what is asked for, by options or by questions; what would be made; what was."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli import complete
from pipeline.cli.ask import may_ask
from pipeline.cli.console import (
    ClusterOption,
    JsonFlag,
    document,
    opened_project,
    root,
    say,
    settings,
    show,
    wants_json,
)
from pipeline.cli.exports import ForOption, ToOption
from pipeline.core.finding import Finding
from pipeline.errors import ConfigError, OurwordsError

if TYPE_CHECKING:
    from pipeline.api import Project
    from pipeline.consent.gate import Refusal
    from pipeline.delivery.clips.model import Clip, Clipped, Foreseen, How
    from pipeline.production.load import Production

ON_WINDOWS = os.name == "nt"
NOTHING = "ourwords clips --theme helped, --quote q01, --contributor amara or --search kettle"


def add_to(app: typer.Typer) -> None:
    app.command(
        "clips", epilog='Example: ourwords clips --theme helped --preset phone --title "What helped"'
    )(clips)


@dataclass(frozen=True)
class Order:
    """What somebody wants: of which quotes, and how. What is not said is as [clips] or the preset says."""

    quotes: tuple[str, ...] = ()
    theme: str = ""
    contributor: str = ""
    search: str = ""
    preset: str = ""
    title: str | None = None
    said: Mapping[str, object] = field(default_factory=dict)
    """Settings of a preset that are others here."""
    name: str = ""
    zipped: bool = False
    to: Path | None = None
    recipient: str = ""
    skip_refused: bool = False

    @property
    def wanted(self) -> dict[str, Any]:
        """Of which quotes, as a project takes it; empty: of none yet."""
        chosen = {
            "quotes": self.quotes,
            "theme": self.theme,
            "contributor": self.contributor,
            "search": self.search,
        }
        return {key: value for key, value in chosen.items() if value}

    def how(self, production: Production) -> How:
        """How they are made, with what [clips] and the preset say; ConfigError where that cannot be."""
        from pipeline.delivery.clips.model import how_of

        return how_of(
            production, self.preset, title=self.title, name=self.name, zipped=self.zipped, **self.said
        )

    def check(self, production: Production) -> None:
        """ConfigError where this cannot be asked for, whatever the quotes are."""
        how = self.how(production)
        if self.said.get("reel") and len(self.quotes) == 1:
            step = "name more of them, or leave --reel out"
            raise ConfigError("a reel is of several quotes", where="--reel", next_step=step)
        if "question_seconds" in self.said and not how.preset.question:
            step = 'ask one: --question "What would you do?"'
            raise ConfigError(
                "there is no question to have time for", where="--question-seconds", next_step=step
            )

    @property
    def command(self) -> str:
        """What would be typed for the same without a question."""
        words = ["ourwords", *(("-C", str(settings.folder)) if settings.folder != Path() else ()), "clips"]
        for key, value in (
            *self.wanted.items(),
            ("preset", self.preset),
            ("title", self.title),
            *self.said.items(),
        ):
            words += _typed(key, value)
        for key, value in (
            ("name", self.name),
            ("zip", self.zipped),
            ("to", self.to),
            ("for", self.recipient),
        ):
            words += _typed(key, value)
        words += _typed("skip_refused", self.skip_refused)
        return " ".join(map(_quoted, words))


def _typed(key: str, value: object) -> list[str]:
    """An option as it is typed; none where nothing was said."""
    option = f"--{key.replace('_', '-')}"
    if isinstance(value, tuple):
        return [word for one in value for word in ("--quote", one)]
    if isinstance(value, bool):
        return [option] if value else [f"--no-{key}"] if key in ("card", "reel") else []
    if value is None or (not value and key not in ("title", "question")):
        return []
    return [option, f"{value:g}" if isinstance(value, float) else str(value)]


def _quoted(word: str) -> str:
    """A word as the shell here takes it for one."""
    if ON_WINDOWS:
        return word if re.fullmatch(r"[\w.:/\\=-]+", word) else '"' + word.replace('"', '\\"') + '"'
    return shlex.quote(word)


def clips(
    quote: Annotated[
        list[str] | None,
        typer.Option(
            "--quote", help="A quote's id; several times for several.", autocompletion=complete.quotes
        ),
    ] = None,
    theme: Annotated[
        str, typer.Option("--theme", help="All quotes of a theme.", autocompletion=complete.themes)
    ] = "",
    contributor: Annotated[
        str,
        typer.Option(
            "--contributor", help="All quotes of a contributor.", autocompletion=complete.contributors
        ),
    ] = "",
    search: Annotated[
        str, typer.Option("--search", metavar="WORDS", help="All quotes with these words.")
    ] = "",
    preset: Annotated[
        str,
        typer.Option(
            "--preset",
            help="How they come: workshop, phone, square, slides, teams-chat, large-room, reel, player, or "
            "your own. The options below say otherwise.",
            autocompletion=complete.presets,
        ),
    ] = "",
    use: Annotated[
        str | None,
        typer.Option(
            "--use",
            help="What for: workshop, training or public. Only who agreed to it is shown.",
            autocompletion=complete.words("workshop", "training", "public"),
        ),
    ] = None,
    shape: Annotated[
        str | None,
        typer.Option("--shape", help="as-film, 16:9, 1:1, 4:5 or 9:16.", autocompletion=complete.shapes),
    ] = None,
    captions: Annotated[
        str | None,
        typer.Option(
            "--captions",
            help="burnt into the picture, sidecar (as files), both or none.",
            autocompletion=complete.words("burnt", "sidecar", "both", "none"),
        ),
    ] = None,
    fill: Annotated[
        str | None,
        typer.Option(
            "--fill",
            help="Beside a picture that cannot be cut to the shape: blur or bars.",
            autocompletion=complete.words("blur", "bars"),
        ),
    ] = None,
    max_size: Annotated[
        str | None, typer.Option("--max-size", metavar="25MB", help="What each clip may have at most.")
    ] = None,
    title: Annotated[
        str | None, typer.Option("--title", help="Over all of them, and on a card before each.")
    ] = None,
    question: Annotated[str | None, typer.Option("--question", help="Asked at the end of each.")] = None,
    question_seconds: Annotated[
        float | None, typer.Option("--question-seconds", metavar="30", help="How long it stands.")
    ] = None,
    card: Annotated[
        bool | None,
        typer.Option("--card/--no-card", help="A card before each: title, who speaks, until when."),
    ] = None,
    reel: Annotated[
        bool | None, typer.Option("--reel/--no-reel", help="All in one film, with cards between.")
    ] = None,
    name: Annotated[str, typer.Option("--name", help="What their folder is called.")] = "",
    zipped: Annotated[bool, typer.Option("--zip", help="Also one zip of all of it.")] = False,
    to: ToOption = None,
    recipient: ForOption = "",
    skip_refused: Annotated[
        bool, typer.Option("--skip-refused", help="Make the clips that may be made, and name the others.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", "-n", help="Say what would be made, how long and how large.")
    ] = False,
    cluster: ClusterOption = None,
    as_json: JsonFlag = False,
) -> None:
    """Make clips for a workshop: films of single quotes, with captions, a page and a guide beside them. Asks
    what is wanted where nothing is said, in a terminal.
    """
    as_json = wants_json(as_json)
    settings_said = {
        "use": use,
        "shape": shape,
        "captions": captions,
        "fill": fill,
        "max_size": max_size,
        "question": question,
        "question_seconds": question_seconds,
        "card": card,
        "reel": reel,
    }
    order = Order(
        quotes=tuple(quote or ()),
        theme=theme.strip(),
        contributor=contributor.strip(),
        search=search.strip(),
        preset=preset,
        title=title,
        said={key: value for key, value in settings_said.items() if value is not None},
        name=name.strip(),
        zipped=zipped,
        to=to,
        recipient=recipient.strip(),
        skip_refused=skip_refused,
    )
    _check(order)
    asked = not order.wanted
    if asked:
        order = _ask(order, cluster, as_json=as_json)
    if dry_run:
        _foresee(order, cluster, as_json=as_json)
    else:
        _make(order, cluster, again=asked, as_json=as_json)
    if asked:
        say(f"The same again, without questions:\n  {order.command}", always=True)


def _check(order: Order) -> None:
    """What is wrong with the options is told before anything is opened, where the lists can be read."""
    from pipeline.production.load import written

    try:
        production = written(root())
    except OurwordsError:
        return  # told when it is opened, once what may not lie in build/ any more is out of it
    order.check(production)


def _ask(order: Order, cluster: str | None, *, as_json: bool) -> Order:
    from pipeline.cli.clip_questions import asked

    if not may_ask(as_json=as_json):
        root()
        raise ConfigError("clips of what?", where="ourwords clips", next_step=NOTHING)
    return asked(order, cluster)


def _foresee(order: Order, cluster: str | None, *, as_json: bool) -> None:
    with opened_project(dry=True, cluster=cluster) as project:
        ahead = foreseen(project, order)
    if as_json:
        document(
            {
                "would_make": [asdict(one) | {"seconds": _seconds(one.seconds)} for one in ahead.clips],
                "refused": [str(one) for one in ahead.refused],
                "left_out": list(ahead.left_out),
            }
        )
        return
    for line in ahead.lines:
        show(line)
    _tell_left_out(ahead.refused, ahead.left_out)
    if ahead.refused and ahead.clips and not order.skip_refused:
        say("As it was asked for nothing would be made; with --skip-refused the others are.", always=True)


@dataclass(frozen=True)
class Ahead:
    """What would be made, and who would be left out."""

    clips: tuple[Foreseen, ...]
    refused: tuple[Refusal, ...]
    left_out: tuple[str, ...]

    @property
    def lines(self) -> Iterator[str]:
        """For people: each clip, and all together."""
        for one in self.clips:
            title = f"  {one.title}" if one.title else ""
            yield f"{one.name}{title}  ({_measured(one)})"
        yield self.together

    @property
    def together(self) -> str:
        known = [one.seconds for one in self.clips if one.seconds is not None]
        sizes = [one.bytes for one in self.clips if one.bytes is not None]
        told = []
        if self.clips and len(known) == len(self.clips):
            told.append(clock(sum(known, Fraction(0))))
        if self.clips and len(sizes) == len(self.clips):
            told.append(megabytes(sum(sizes)))
        count = f"{len(self.clips)} clip{'s' if len(self.clips) != 1 else ''}"
        about = "" if all(one.kept for one in self.clips) else "about "
        return f"{count}, {about}{' and '.join(told)}" if told else count


def foreseen(project: Project, order: Order) -> Ahead:
    """What an order would make, as far as a dry project can know it."""
    from pipeline.delivery.clips.choose import chosen
    from pipeline.delivery.clips.model import Wanted

    how = order.how(project.production)
    found = chosen(project.film, Wanted(**order.wanted))
    refused = [
        why
        for offer in project.clip_offers(how.preset.use)
        if offer.quote in found.quotes
        for why in offer.refused
    ]
    allowed = {*found.quotes} - {one.quote for one in refused}
    clips = project.clips_foreseen(**order.wanted, how=how, skip_refused=True) if allowed else []
    return Ahead(tuple(clips), tuple(refused), found.left_out)


def _measured(one: Foreseen) -> str:
    """How long and how large a clip will be."""
    told = [
        *([clock(one.seconds)] if one.seconds is not None else []),
        *([megabytes(one.bytes)] if one.bytes else []),
    ]
    if not told:
        return "how long is known once it is made"
    return f"{' and '.join(told)}, made already" if one.kept else f"about {' and '.join(told)}"


def clock(seconds: Fraction) -> str:
    """ "1:04" of a duration."""
    whole = round(seconds)
    return f"{whole // 60}:{whole % 60:02}"


def megabytes(size: int) -> str:
    """ "3.1 MB", as limits are written: millions of bytes."""
    return f"{size / 1e6:.1f} MB"


def _seconds(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 3)


def _make(order: Order, cluster: str | None, *, again: bool, as_json: bool) -> None:
    with opened_project(cluster=cluster, again=again) as project:
        how, build = order.how(project.production), project.production.build
        made = project.clips(
            **order.wanted,
            how=how,
            skip_refused=order.skip_refused,
            to=order.to,
            recipient=order.recipient,
        )
    if as_json:
        document(_record(made, build))
    else:
        _tell_made(made, build, order)


def _record(made: Clipped, build: Path) -> dict[str, Any]:
    return {
        "clips": [str(build / name) for name in made.files],
        "refused": [str(item) for item in made.refused],
        "folder": str(build / made.folder) if made.folder else "",
        "made": [_clip_record(one) for one in made.clips],
        "left_out": list(made.left_out),
        "findings": [asdict(one) for one in made.findings],
    }


def _clip_record(one: Clip) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "quotes": list(one.quotes),
        "speakers": list(one.speakers),
        "size": list(one.size),
        "seconds": _seconds(one.seconds),
        "bytes": one.film.stat().st_size,
        "until": one.until.isoformat() if one.until else None,
        "smaller": asdict(one.smaller) if one.smaller else None,
    }


def _tell_made(made: Clipped, build: Path, order: Order) -> None:
    """Where the pack lies and what to open, each clip, what its limit cost, and who was left out."""
    folder = build / made.folder
    if not made.clips:
        show("No clip was made.")
    for one in made.clips:
        until = f", until {one.until.isoformat()}" if one.until else ""
        size = megabytes(one.film.stat().st_size)
        show(f"{folder / one.name}.mp4  ({clock(one.seconds)}, {size}{until})")
        if one.smaller and one.smaller.like < 1:
            say(f"  {one.smaller.said()}", always=True)
    for name in made.files:
        if name.endswith((".zip", "index.html")):
            show(f"{build / name}  ({'to open first' if name.endswith('.html') else 'all of it'})")
    for finding in made.findings:
        if finding.severity != "info" or settings.verbose:
            say(finding_line(finding), always=True)
    _tell_left_out(made.refused, made.left_out)
    if order.recipient:
        say(f"Written down for {order.recipient}: ourwords exports lists it.", always=True)


def finding_line(one: Finding) -> str:
    measured = f" ({one.measured})" if one.measured else ""
    return f"{one.severity}: {one.where}: {one.what}{measured}"


def _tell_left_out(refused: Sequence[Refusal], left_out: Sequence[str]) -> None:
    for item in refused:
        say(f"Left out: {item}\n  → {item.next_step}", always=True)
    for told in left_out:
        say(told, always=True)
