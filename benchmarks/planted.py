"""Faults planted one a file: is each told of, under its own name, by every profile that asks for it?

    python benchmarks/planted.py FOLDER [--json]

FOLDER has files called NN-fault.srt and one without a fault, 00-clean.srt. `+` is told of by its own name,
`–` is not asked by the profile (docs/captions.md says why), `MISSED` is asked and not told of. Exit 1 where
anything is missed, where a file has a fault that this list does not know, or where the clean file has more
than the profile's clauses ask for.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from pipeline.captions import files
from pipeline.errors import InputError
from pipeline.production.configs import profile_names

RATE = "25"
BY = {
    "overlap": "overlap",
    "gap-flash-0.2s": "gap",
    "too-fast": "reading-speed",
    "line-too-long": "line-length",
    "three-lines": "line-count",
    "flash-0.3s": "too-short",
    "too-long-12s": "too-long",
    "out-of-order": "order",
    "negative-duration": "backwards",
    "zero-duration": "no-duration",
    "two-speakers-no-mark": "two-speakers",
    "two-speakers-one-dash": "dashes",
    "orphan-word-line": "orphan-word",
    "article-at-line-end": "line-break",
    "cue-ends-on-article": "cue-break",
    "lower-case-sentence": "sentence-case",
    "all-caps": "all-caps",
    "missing-full-stop": "full-stop",
    "double-space": "double-space",
    "space-before-punct": "space-before-punctuation",
    "control-char": "characters",
    "replacement-char": "characters",
    "markup": "markup",
    "empty-cue": "empty",
    "three-dots": "ellipsis",
    "straight-hash-music": "music",
    "music-no-note": "music",
    "number-unit-split": "line-break",
    "title-name-split": "line-break",
    "duplicate-cue": "duplicate-cue",
    "unbalanced-bracket": "unbalanced-brackets",
    "unbalanced-quote": "unbalanced-quotes",
    "mixed-labels": "label-style",
    "html-entity": "markup",
    "mojibake": "mojibake",
    "double-punct": "doubled-punctuation",
    "top-heavy-2-lines-fit-1": "one-line",
    "same-line-repeated": "repeated-line",
    "emoji": "emoji",
    "url-credit": "credit",
    "unspaced-sentence": "missing-space",
    "ocr-l-for-I": "ocr-letters",
    "repeated-word": "repeated-word",
    "trailing-hyphen-cont": "double-hyphen",
    "gap-1-frame": "gap",
}
"""The rule that each fault is told of by."""

INSTEAD = {("gap-1-frame", "netflix"): "chain-frames", ("gap-1-frame", "netflix-sdh"): "chain-frames"}
"""Where a profile has another rule for it: two frames, no gap or half a second."""

NOT_ASKED: Mapping[str, frozenset[str]] = {
    "markup": frozenset({"bbc", "netflix", "netflix-sdh", "dcmp"}),
    "three-dots": frozenset({"bbc", "dcmp"}),
    "straight-hash-music": frozenset({"bbc"}),
    "trailing-hyphen-cont": frozenset({"netflix", "netflix-sdh", "dcmp"}),
}
"""What a house rightly does not ask for."""


ASKED = {"netflix": {"one-line"}, "netflix-sdh": {"one-line"}}
"""What the clean file has that a profile does not want: two lines that fit on one."""


def outcome(fault: str, profile: str, found: set[str]) -> str:
    """How a profile did: "+" where the fault is told of, "–" where the profile does not ask for it."""
    if INSTEAD.get((fault, profile), BY[fault]) in found:
        return "+"
    return "–" if profile in NOT_ASKED.get(fault, ()) else "MISSED"


def judged(file: Path) -> dict[str, set[str]]:
    """The rules that find something in a file, by profile."""
    cues = files.read(file)
    return {
        profile: {found.rule for found in files.check(cues, profile, rate=RATE).findings}
        for profile in profile_names()
    }


def main() -> int:
    """Table, aims, exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    planted = {file.stem.partition("-")[2]: judged(file) for file in sorted(options.folder.glob("*.srt"))}
    if not planted:
        raise InputError(
            "has no NN-fault.srt", where=str(options.folder), next_step="give the folder with them"
        )
    clean = {name: sorted(found - ASKED.get(name, set())) for name, found in planted.pop("clean", {}).items()}
    unknown = sorted(planted.keys() - BY.keys())
    table = {
        fault: {profile: outcome(fault, profile, found) for profile, found in by_profile.items()}
        for fault, by_profile in planted.items()
        if fault in BY
    }
    missed = [
        (fault, profile) for fault, row in table.items() for profile, how in row.items() if how == "MISSED"
    ]
    alarms = [(profile, rules) for profile, rules in clean.items() if rules]
    if options.json:
        print(json.dumps({"planted": table, "clean": clean, "missed": missed, "unknown": unknown}))
    else:
        _show(table)
        print(f"aim: every fault by its own name wherever it is asked: {len(missed)} missed of {len(table)}")
        print(
            f"aim: nothing in the clean file but two lines that fit on one (Netflix): {alarms or 'nothing'}"
        )
        if unknown:
            print(f"not known here: {', '.join(unknown)}")
    return 1 if missed or alarms or unknown else 0


def _show(table: Mapping[str, Mapping[str, str]]) -> None:
    names = profile_names()
    print(f"{'fault':26}{'rule':26}" + "".join(f"{name:>13}" for name in names))
    for fault, row in table.items():
        print(f"{fault:26}{BY[fault]:26}" + "".join(f"{row[name]:>13}" for name in names))


if __name__ == "__main__":
    try:
        sys.exit(main())
    except InputError as problem:
        sys.exit(str(problem))
