"""What is wrong with a production, gathered: one run tells it all, the most serious first."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from enum import IntEnum
from typing import TypeVar

from pipeline.errors import OurwordsError, together

T = TypeVar("T")


ANYBODY = "*"
"""Stands for an id that could not be read."""


class Weight(IntEnum):
    """How serious a problem is."""

    PERMISSION = 0
    """Nobody can tell whether somebody may be seen or heard."""
    UNREAD = 1
    """A file or a list cannot be read at all."""
    WRONG = 2


class Problems:
    """Problems as they are found, and what a person should know though it stops nothing."""

    def __init__(self) -> None:
        self._found: list[tuple[Weight, OurwordsError]] = []
        self.notes: list[str] = []
        self.unread: set[str] = set()
        """Lists of which nothing is known: what refers to them is not judged."""
        self.doubtful: dict[str, set[str]] = {}
        """By list, the ids of rows that could not be read."""

    def __len__(self) -> int:
        return len(self._found)

    def add(self, problem: OurwordsError, weight: Weight = Weight.WRONG) -> None:
        """Take note of a problem; of one that is several, of each."""
        self._found += [(weight, one) for one in problem.problems or (problem,)]

    def take(self, reader: Callable[..., T], *given: object, default: T, weight: Weight = Weight.WRONG) -> T:
        """What a reader reads, or a default where it finds a problem."""
        try:
            return reader(*given)
        except OurwordsError as problem:
            self.add(problem, weight)
            return default

    def gather(self, found: Iterable[OurwordsError]) -> None:
        """All problems of a check, though it may stop at one."""
        try:
            for problem in found:
                self.add(problem)
        except OurwordsError as problem:
            self.add(problem)

    def knows(self, name: str, stem: str, there: Container[str] = ()) -> bool:
        """May this id be of a row that could not be read? A row whose id could not be may be anybody's who is
        not `there`.
        """
        doubtful = self.doubtful.get(stem, set())
        return stem in self.unread or name in doubtful or (ANYBODY in doubtful and name not in there)

    @property
    def sorted(self) -> list[OurwordsError]:
        """All, the most serious first, else in the order in which they were found; each once."""
        found = sorted(self._found, key=lambda one: one[0])
        return list({str(problem): problem for _, problem in found}.values())

    def stop(self) -> None:
        """End here where there is a problem, and tell them all."""
        if self._found:
            raise together(self.sorted)
