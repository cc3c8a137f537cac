"""Short films in the languages that people speak, and a still of each: what their captions look like.

Each is a production of its own: eight seconds of the sample's first interview, a transcript that is imported,
one approved quote, and one card. What is said there is English, so a person says that they have listened.

    python -m benchmarks.languages [docs/pictures/languages.jpg]
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from pipeline.adapters.ffmpeg.process import ffmpeg
from pipeline.cli.main import main as ourwords

SAMPLE = Path(__file__).parent.parent / "assets" / "sample" / "footage" / "amara.mp4"
CJK = "NotoSansCJK-Regular.ttc"


@dataclass(frozen=True)
class Film:
    """What is said, in which language, by which profile; what stands on the card; the fonts it names."""

    language: str
    text: str
    card: str
    profile: str = "bbc"
    fonts: str = ""


URDU = "میری والدہ نے نرس Ben کا شکریہ ادا کیا۔ پھر ہم نے پوچھا، کیا کوئی آئے گا؟"
FILMS = {
    "Welsh": Film("cy", "Mae'r ŵyl yn dŷ i bawb sy'n byw yma, ac fe ddaeth y nyrs ataf i'm gweld.", "Yr Ŵyl"),
    "Polish": Film("pl", "Zażółć gęślą jaźń, powiedziała pielęgniarka, a potem nikt nie przyszedł.", "Świt"),
    "Urdu": Film("ur", URDU, "ہماری کہانی"),
    "Urdu in Nastaliq": Film(
        "ur", URDU, "ہماری کہانی",
        fonts="Noto Nastaliq Urdu",
    ),
    "Hindi": Film("hi", "मैं अस्पताल गई थी। उन्होंने कहा कि Ben 20 mg लेता है, फिर कोई नहीं आया।", "हमारी कहानी"),
    "Chinese": Film(
        "zh", "我去了医院，护士没有看我。她说：「请等一下。」", "我们的故事", "netflix", f"system:{CJK}"
    ),
}  # fmt: skip

TOML = """
[film]
title = "A film"
language = "{language}"
size = "640x360"
quality = "draft"
clean = false

[transcribe]
model = "tiny.en"
language = "{language}"

[captions]
profile = "{profile}"
fonts = [{fonts}]

[[card]]
place = "start"
kind = "title"
text = "{card}"
seconds = 4.0

[[source]]
id = "amara"
file = "footage/amara.mp4"
contributor = "amara"

[[scene]]
title = "One"
seconds = 0.0
quotes = ["q01"]
"""


def make(film: Film, folder: Path) -> Path:
    """The production built in a folder; the folder again."""
    (folder / "footage").mkdir(parents=True)
    cut = ["-ss", "46", "-t", "8.5", "-i", str(SAMPLE), "-vf", "scale=640:360", "-af", "areverse"]
    codecs = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "25", "-c:a", "aac"]
    argv = [ffmpeg(), "-loglevel", "error", *cut, *codecs, str(folder / "footage" / "amara.mp4")]
    subprocess.run(argv, check=True)
    named = f'"{film.fonts}"' if film.fonts else ""
    toml = TOML.format(language=film.language, profile=film.profile, fonts=named, card=film.card)
    head = "id,contributor,source,text,theme,use,approved_by,approved_on,notes"
    consent = "contributor,display_name,scope,anonymise,given_on,expires_on,withdrawn_on,notes"
    for name, text in {
        "production.toml": toml,
        "quotes.csv": f'{head}\nq01,amara,amara,"{film.text}",t,training,Tuesday group,2025-05-13,\n',
        "consent.csv": f"{consent}\namara,Amara,training,none,2025-03-04,,,\n",
        "said.srt": f"1\n00:00:00,600 --> 00:00:07,600\n{film.text}\n",
    }.items():
        (folder / name).write_text(text, encoding="utf-8")
    for command in (
        ["transcribe", "--import", str(folder / "said.srt"), "amara"],
        ["match", "--heard", "q01", "--by", "Jo Marsh"],
        ["build-cut"],
    ):
        if code := ourwords(["-C", str(folder), "-q", *command]):
            raise SystemExit(f"{film.language}: {command[0]} exits {code}")
    return folder


def still(film: Path, seconds: float, out: Path) -> Image.Image:
    """What a film shows at a time."""
    argv = [
        ffmpeg(),
        "-loglevel",
        "error",
        "-y",
        "-ss",
        f"{seconds}",
        "-i",
        str(film),
        "-frames:v",
        "1",
        str(out),
    ]
    subprocess.run(argv, check=True)
    return Image.open(out).convert("RGB")


def main(out: Path) -> None:
    """All films, a card and a caption of each."""
    sheet = Image.new("RGB", (4 * 320, (len(FILMS) + 1) // 2 * 180), "white")
    with tempfile.TemporaryDirectory() as room:
        for number, (name, film) in enumerate(FILMS.items()):
            cut = make(film, Path(room) / str(number)) / "build" / "cut.mp4"
            for beside, seconds in enumerate((2.0, 6.0)):
                picture = still(cut, seconds, Path(room) / "still.png").resize((320, 180))
                sheet.paste(picture, ((number % 2 * 2 + beside) * 320, number // 2 * 180))
            print(name)
    sheet.save(out, quality=80)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures/languages.jpg"))
