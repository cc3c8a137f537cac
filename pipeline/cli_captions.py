"""Commands for captions: check, export."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.console import JsonFlag, document, production_flow, show, wants_json
from pipeline.errors import ChecksFailed, ConfigError

app = typer.Typer(no_args_is_help=True, help="Check captions and take them out in other formats.")


@app.command("check", epilog="Example: ourwords captions check")
def captions_check(
    profile: Annotated[str | None, typer.Option("--profile", help="Another profile than the production's.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Judge the film's captions by a profile's rules; exit 1 where there are errors."""
    from dataclasses import asdict

    from pipeline.project import load_profile
    from pipeline.rules.captions import check

    as_json = wants_json(as_json)
    with production_flow() as flow:
        chosen = load_profile(profile, "--profile") if profile else flow.production.profile
        cuts = [float(flow.timeline.time(cut)) for cut in flow.timeline.cuts]
        found = check(flow.captions, chosen, cuts)
        cues = len(flow.captions.cues)
    if as_json:
        document({"profile": chosen.name, "cues": cues, "findings": [asdict(finding) for finding in found]})
    else:
        for finding in found:
            show(f"{finding.severity:8} {finding.where:>10}  {finding.rule}: {finding.what} ({finding.measured}; limit {finding.limit})")
        show(f"{cues} cues, {len(found)} findings by the profile {chosen.name}")
    if any(finding.severity == "error" for finding in found):
        raise typer.Exit(ChecksFailed.exit_code)


@app.command("export", epilog="Example: ourwords captions export --format srt,imsc --profile bbc --to sidecars")
def captions_export(
    formats: Annotated[str, typer.Option("--format", help="srt, vtt, ttml (EBU-TT-D), imsc, ass, scc; several with commas.")] = "srt,vtt,ttml,imsc,ass",
    profile: Annotated[str | None, typer.Option("--profile", help="Another house style than the production's: cut and timed anew for it.")] = None,
    to: Annotated[Path | None, typer.Option("--to", help="The folder for them (default: build/export).")] = None,
    as_json: JsonFlag = False,
) -> None:
    """The film's captions as files. They are held by the same consents and approvals as the film."""
    from pipeline.formats.captions import WRITERS
    from pipeline.store import write_whole

    as_json = wants_json(as_json)
    known = [*WRITERS, "ass"]
    kinds = [kind.strip().lower() for kind in formats.split(",") if kind.strip()]
    if not kinds or not set(kinds) <= set(known):
        raise ConfigError(f'"{formats}" is not a format that is written', where="--format", next_step=f"use one or more of: {', '.join(known)}")
    with production_flow(profile=profile) as flow:
        files = flow.sidecars(kinds)
        folder = to or flow.production.build / "export"
        for name, data in files.items():
            write_whole(folder / name, data, 0o644)
        house = flow.production.profile.name
    if as_json:
        document({"profile": house, "files": [str(folder / name) for name in files]})
    else:
        for name in files:
            show(str(folder / name))
