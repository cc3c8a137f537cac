"""What verification asks of the film as it is planned now."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from pipeline.captions.model import Captions
from pipeline.core.footage import Fonts, Material
from pipeline.core.time import Source, Span, Time
from pipeline.edit.timeline import Timeline
from pipeline.engine.workspace import Workspace
from pipeline.production.load import Production


class Planned(Protocol):
    """The plan, the parts that were made by it, and the recordings that these were made from."""

    production: Production
    workspace: Workspace

    @property
    def timeline(self) -> Timeline: ...

    @property
    def captions(self) -> Captions: ...

    @property
    def parts(self) -> list[Path]: ...

    @property
    def material(self) -> Material: ...

    @property
    def fonts(self) -> Fonts: ...

    def quiet(self, source: str, near: Time[Source]) -> Span[Source] | None:
        """The calmest place near a moment of a source in which nobody speaks."""
        ...

    def listener(self, quote: str) -> str:
        """Who has listened to a quote where it is played, and found it as approved; blank: nobody."""
        ...
