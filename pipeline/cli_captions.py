"""Commands for captions: check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console import JsonFlag, document, production_flow, say, show, wants_json
from pipeline.errors import ChecksFailed, ConfigError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.model.captions import Cue
    from pipeline.rules.captions import Judged, Verdict

app = typer.Typer(no_args_is_help=True, help="Check the captions.")

FileArgument = Annotated[Path | None, typer.Argument(metavar="[FILE]", help="A caption file; without one, the production's captions.")]
ProductionFlag = Annotated[bool, typer.Option("--production", help="The production's captions, with all that is known of them. The default.")]
ProfileOption = Annotated[str | None, typer.Option("--profile", help="Another profile than the production's (of a file: than plain).")]
RateOption = Annotated[str | None, typer.Option("--rate", help="A file's frames a second: 25 or 29.97. Not known without.")]
SizeOption = Annotated[str, typer.Option("--size", help="The picture's size that a file's lines are measured for.")]


@app.command("check", epilog="Example: ourwords captions check; or: ourwords captions check cut.en-GB.srt --profile bbc --rate 25")
def captions_check(
    file: FileArgument = None,
    production: ProductionFlag = False,
    profile: ProfileOption = None,
    rate: RateOption = None,
    size: SizeOption = "1920x1080",
    as_json: JsonFlag = False,
) -> None:
    """Judge captions by a profile's rules; exit 1 where there are errors. What cannot be judged is listed."""
    from dataclasses import asdict

    from pipeline.rules.captions import check

    as_json = wants_json(as_json)
    judged = _judged(file, production, profile, rate, size)
    verdict = check(judged)
    if as_json:
        document(
            {
                "profile": judged.profile.name,
                "cues": len(judged.cues),
                "findings": [asdict(finding) for finding in verdict.findings],
                "not_judged": [{"rule": rule, "needs": why} for rule, why in verdict.not_judged.items()],
            }
        )
    else:
        _tell(judged, verdict)
    if verdict.failed:
        raise typer.Exit(ChecksFailed.exit_code)


def _tell(judged: Judged, verdict: Verdict) -> None:
    for finding in verdict.findings:
        show(f"{finding.severity:8} {finding.where:>10}  {finding.rule}: {finding.what} ({finding.measured}; limit {finding.limit}) – {finding.clause}")
    show(f"{len(judged.cues)} cues, {len(verdict.findings)} findings by the profile {judged.profile.name}")
    for rule, why in verdict.not_judged.items():
        say(f"not judged: {rule} (needs {why})" if not why.startswith("the profile") else f"not judged: {rule} ({why})")


def _judged(file: Path | None, production: bool, profile: str | None, rate: str | None, size: str) -> Judged:
    """What is to be judged: a file by itself, or the production's captions with all that the film knows."""
    from pipeline.project import load_profile

    if file and production:
        raise ConfigError("a file or the production, not both", where=str(file), next_step="leave out FILE or --production")
    if file:
        return _of_file(file, profile or "plain", rate, size)
    with production_flow() as flow:
        return flow.judged(load_profile(profile, "--profile") if profile else None)


def _of_file(file: Path, profile: str, rate: str | None, size: str) -> Judged:
    import re

    from pipeline.desk import width
    from pipeline.model.time import parse_rate
    from pipeline.project import load_profile
    from pipeline.rules.captions import Judged

    if not re.fullmatch(r"[1-9]\d{1,3}x[1-9]\d{1,3}", size):
        raise ConfigError(f'"{size}" is no picture', where="--size", next_step='write "1280x720" or "1080x1920"')
    try:
        frames = parse_rate(rate) if rate else None
    except ValueError as problem:
        raise ConfigError(str(problem), where="--rate", next_step='write "25" or "29.97"') from None
    across, down = map(int, size.split("x"))
    chosen = load_profile(profile, "--profile")
    language, cues = _read(file)
    return Judged(tuple(cues), chosen, language, frames, (across, down), width=width(chosen, (across, down)))


def _read(file: Path) -> tuple[str, Sequence[Cue]]:
    """The cues of a caption file.

    TO BE SWAPPED at merge for all its formats: `found = formats.captions.read(file.name, data); return found.language, found.cues`.
    """
    import re

    from pipeline.model.captions import Cue
    from pipeline.model.time import Programme, Span

    text = read_file(file).decode("utf-8-sig", "replace").replace("\r\n", "\n")
    clock = r"(\d+):(\d\d):(\d\d)[,.](\d{3})"
    cues = []
    for block in re.split(r"\n\s*\n", text):
        found = re.search(rf"^{clock} --> {clock}.*\n((?:.|\n)+)", block, re.MULTILINE)
        lines = tuple(line.strip() for line in found[9].split("\n") if line.strip()) if found else ()
        if found and lines:
            start, end = (int(h) * 3600 + int(m) * 60 + int(s) + int(ms) / 1000 for h, m, s, ms in (found.groups()[:4], found.groups()[4:8]))
            cues.append(Cue(Span[Programme].measured(start, end), lines, "", ""))
    if not cues:
        raise InputError("is no caption file, or has no cue", where=file.name, next_step="give an SRT, WebVTT, TTML, STL or SCC file")
    return "en", cues


def read_file(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as problem:
        raise InputError(f"cannot be read: {problem.strerror}", where=str(file), next_step="give a caption file") from None
