"""Is it the same film? Digests of what people see, hear and read of a build, without versions of tools.

    python benchmarks/same_film.py assets/sample/build > before.txt
    … change the code, build again …
    python benchmarks/same_film.py assets/sample/build --against before.txt

Pictures and sound are decoded and hashed, so two files that are packed otherwise are the same film.
Captions, transcripts and markers are hashed as they are; of the manifest, all but versions and the hashes of
files.
Exit 1 where something differs, or a file is there on one side only.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import imageio_ffmpeg

READ = ("captions/cut.*", "transcript.txt", "markers/*")
"""Files that are compared byte for byte."""


def streams(film: Path) -> Iterator[tuple[str, str]]:
    """The digests of all frames and of all samples of a film, decoded."""
    for name, kind in (("pictures", "v"), ("sound", "a")):
        decode = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(film), "-map", f"0:{kind}:0"]
        raw = ["-f", "rawvideo"] if kind == "v" else ["-f", "s32le"]
        with subprocess.Popen([*decode, *raw, "-"], stdout=subprocess.PIPE) as child:
            assert child.stdout
            whole = sha256()
            while block := child.stdout.read(1 << 20):
                whole.update(block)
        yield f"{film.name} {name}", whole.hexdigest()


def manifest(path: Path) -> str:
    """The digest of what a manifest says of the film itself."""
    record = json.loads(path.read_bytes())
    said = {
        name: value for name, value in record.items() if name not in ("files", "tools", "versions", "version")
    }
    return sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def digests(build: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    for film in sorted(build.glob("cut*.mp4")):
        found |= dict(streams(film))
    for path in sorted(path for pattern in READ for path in build.glob(pattern)):
        found[path.relative_to(build).as_posix()] = sha256(path.read_bytes()).hexdigest()
    return found | {"manifest.json": manifest(build / "manifest.json")}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("build", type=Path, help="the build/ folder of a production")
    parser.add_argument("--against", type=Path, help="what this command printed of the other film")
    parser.add_argument("--json", action="store_true", help="the digests as JSON")
    asked = parser.parse_args()
    found = digests(asked.build)
    print(
        json.dumps(found, indent=1)
        if asked.json
        else "\n".join(f"{digest}  {name}" for name, digest in found.items())
    )
    if not asked.against:
        return 0
    before = {
        name: digest
        for digest, name in (line.split("  ", 1) for line in asked.against.read_text().splitlines())
    }
    other = sorted(name for name in {*found, *before} if found.get(name) != before.get(name))
    print(f"differs: {', '.join(other)}" if other else "the same film", file=sys.stderr)
    return 1 if other else 0


if __name__ == "__main__":
    sys.exit(main())
