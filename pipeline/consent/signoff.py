"""Who stands for the captions: reviews/signoffs.jsonl, only ever added to, bound to the bytes that were
signed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from pipeline.captions.model import Captions
from pipeline.consent import signoff_lines as lines
from pipeline.consent import signoff_rules as rules
from pipeline.consent.signoff_model import Signed, SignOff
from pipeline.core.digest import file_digest
from pipeline.core.finding import Finding
from pipeline.engine import journal
from pipeline.errors import ChecksFailed, ConfigError
from pipeline.production.lint import STAND_IN
from pipeline.production.load import Production

FILM = "cut.mp4"
CARRIERS = ("captions/cut.", "transcript.")
"""Files that carry the captions' words begin so; reports about them are not signed."""


@dataclass(frozen=True)
class Given:
    """A sign-off that was given: what was looked at (cues, from 1), and whose sign-off the others are carried
    over from.
    """

    signed: Signed
    looked: tuple[int, ...]
    carried: SignOff | None


class Signoffs:
    def __init__(self, production: Production, built: Callable[[], Mapping[str, str]]) -> None:
        """`built` gives the files of the film that lies in build/, by the hashes that its manifest has."""
        self.production, self._built = production, built

    @property
    def path(self) -> Path:
        return self.production.path("reviews/signoffs.jsonl")

    @cached_property
    def all(self) -> tuple[SignOff, ...]:
        return lines.read_signoffs(self.path.name, journal.read(self.path).lines)

    @property
    def last(self) -> SignOff | None:
        return self.all[-1] if self.all else None

    def findings(self, captions: Captions, film: Path | None = None) -> list[Finding]:
        """Whether the last sign-off holds for what is in build/ now. `film` may stand for cut.mp4."""
        asked = self.production.approvals.sign_off
        if self.last is None and not asked:
            return []
        return rules.judge(self.last, self.now(captions, film), asked=asked)

    def now(self, captions: Captions, film: Path | None = None) -> Signed:
        """What there is to sign, hashed from the files as they lie there: what the build made, and what was
        signed before.
        """
        build = self.production.build
        names = {*self._made(), *(self.last.signed.files if self.last else ())}
        paths = {name: film if film and name == FILM else build / name for name in sorted(names)}
        words = {quote.id: quote.digest for quote in self.production.quotes}
        return rules.signed(
            captions,
            self.production.profile,
            {name: file_digest(path) for name, path in paths.items() if path.is_file()},
            words,
        )

    def by(self, captions: Captions, files: Mapping[str, str]) -> str:
        """Who signed just this, and when: these cues in these files (by hash), wherever they lie yet; ""
        where nobody did.
        """
        last, words = self.last, {quote.id: quote.digest for quote in self.production.quotes}
        now = rules.signed(
            captions,
            self.production.profile,
            {name: digest for name, digest in files.items() if _carries(name)},
            words,
        )
        return f"{last.by}, {last.on}" if last and not rules.changes(last.signed, now) else ""

    def _made(self) -> dict[str, str]:
        """The film with its captions burnt in, and every file of the build that carries them, by the hashes
        that the build gave them.
        """
        return {name: sha256 for name, sha256 in self._built().items() if _carries(name)}

    def sign(
        self,
        captions: Captions,
        sidecars: Mapping[str, bytes],
        by: str,
        on: date,
        hindrances: Iterable[Finding],
        *,
        profile: str = "",
        note: str = "",
        dry: bool = False,
    ) -> Given:
        """Bind a person to what was built. Refused while anything is open, or where the build is not of now:
        `sidecars` are what it would write.
        """
        if STAND_IN.search(by) and not note:
            raise ConfigError(
                f'"{by}" signs for somebody else', next_step="say in --note who looked at the captions"
            )
        has = self.production.profile
        if profile and profile != has.name:
            step = f'sign {has.name}, or build with captions.profile = "{profile}"'
            raise ConfigError(
                f'the film was built with the profile "{has.name}"', where="--profile", next_step=step
            )
        self._must_be_built(sidecars)
        if open_now := list(hindrances):
            listed = "\n".join(
                f"{one.where}  {one.rule}: {one.what} ({one.measured}; limit {one.limit})" for one in open_now
            )
            raise ChecksFailed(
                listed,
                where="the captions cannot be signed",
                next_step=f"{len(open_now)} finding(s) are open; `ourwords captions "
                f"check`{_way_out(open_now)}",
            )
        now, before = self.now(captions), self.last
        looked = rules.to_look_at(before.signed if before else None, now)
        carried = before if before and len(looked) < len(now.cues) else None
        if not dry:
            journal.append(self.path, [lines.entry(now, by, on, looked, carried.id if carried else "", note)])
            self.__dict__.pop("all", None)
        return Given(now, looked, carried)

    def _must_be_built(self, sidecars: Mapping[str, bytes]) -> None:
        """What is signed is what a build made, byte for byte, of the captions as they are now."""
        build, made = self.production.build, self._made()
        if FILM not in made:
            raise ChecksFailed(
                "there is no film to sign", where=str(build), next_step="ourwords build-cut, then look at it"
            )
        for name, sha256 in made.items():
            if not (build / name).is_file() or file_digest(build / name) != sha256:
                raise ChecksFailed(
                    "is not what the build made",
                    where=f"build/{name}",
                    next_step="ourwords build-cut makes it again; look at that",
                )
        for name, content in sidecars.items():
            if (build / name).read_bytes() != content if (build / name).is_file() else True:
                raise ChecksFailed(
                    "was built before the captions changed",
                    where=f"build/{name}",
                    next_step="ourwords build-cut, then look at what changed",
                )


def _carries(name: str) -> bool:
    return name == FILM or name.startswith(CARRIERS)


def _way_out(findings: Iterable[Finding]) -> str:
    """What may be signed in spite of, where some of it may."""
    rules_open = sorted({one.rule for one in findings} & rules.ACCEPTABLE)
    return (
        f"; where that cannot be otherwise: --accept {' --accept '.join(rules_open)} --note WHY"
        if rules_open
        else ""
    )
