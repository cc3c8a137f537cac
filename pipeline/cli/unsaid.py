"""Nothing that is printed names somebody who may not be named: names on a list give way, ids stay."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.language.names import Names
    from pipeline.production.load import Production


class Unsaid:
    """The names of the production that a command is about; none before it was opened."""

    def __init__(self) -> None:
        self.names: Names | None = None
        self.root = ""

    def forget(self) -> None:
        """Another command in this process may be about another production."""
        self.names, self.root = None, ""

    def learn(self, production: Production) -> None:
        """Take the names from a production."""
        from pipeline.consent.names import of

        self.names, self.root = of(production).known, str(production.root)

    def learn_from(self, folder: Path) -> None:
        """Of a production that cannot be read as a whole: from what of its lists can be."""
        from pipeline.consent.names import unsaid
        from pipeline.errors import OurwordsError
        from pipeline.production.load import names_listed

        if self.names is None:
            with suppress(OurwordsError, OSError, ValueError):
                self.names, self.root = unsaid(*names_listed(folder)).known, str(folder.resolve())

    def out_of(self, text: str) -> str:
        """The text as it may be printed. Where the production lies is not touched: it is a path that people
        use.
        """
        if not self.names:
            return text
        parts, hidden = re.split(f"({re.escape(self.root)})", text), self.names.hidden
        return "".join(part if part == self.root else hidden(part, keep_ids=True) for part in parts)

    def out_of_all(self, value: Any) -> Any:
        """The same of data."""
        from pipeline.delivery.readable import without

        return without(value, self.out_of) if self.names else value
