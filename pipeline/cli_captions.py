"""Commands for captions: check."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline import cli_corrections
from pipeline.console import JsonFlag, document, production_flow, show, wants_json
from pipeline.errors import ChecksFailed

app = typer.Typer(no_args_is_help=True, help="Check the captions, take corrections back, sign them.")
cli_corrections.add_to(app)


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
        cuts = [float(flow.timeline.time(shot.at)) for shot in flow.timeline.shots]
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
