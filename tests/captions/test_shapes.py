"""Captions in every shape, burnt in by libass: the box where it is foreseen, inside the safe area, and never
more lines than were made.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import ffmpeg as graph
import numpy as np
import pytest
from PIL import Image

from pipeline.adapters import fonts
from pipeline.adapters.ffmpeg.process import run
from pipeline.captions import placement
from pipeline.captions.formats import break_ass, to_ass
from pipeline.captions.model import Captions, Cue, plain_cue
from pipeline.captions.of_film import fit
from pipeline.captions.segmentation import Limits, Speech, segment
from pipeline.core.area import LINE
from pipeline.core.time import Programme, Span, Time
from pipeline.errors import InputError
from pipeline.production.configs import load_profile

PROFILES = ("bbc", "dcmp", "netflix", "netflix-sdh", "plain")
SIZES = {"16:9": (1280, 720), "1:1": (720, 720), "4:5": (720, 900), "9:16": (720, 1280)}
TEXTS = {
    "en": "Multidisciplinary acknowledgements were institutionalised before she had read my file.",
    "cy": "Roedd y nyrs wedi darllen y label cyn iddi fy ngweld i o gwbl, a wnes i ddim dweud gair.",
    "pl": "Pielęgniarka przeczytała etykietę, zanim na mnie spojrzała, a potem nie powiedziała ani słowa.",
    "ur": "نرس نے مجھے دیکھنے سے پہلے میری فائل پر لگا لیبل پڑھ لیا تھا اور پھر کچھ نہیں کہا۔",
    "hi": "नर्स ने मुझे देखने से पहले मेरी फ़ाइल पर लगा लेबल पढ़ लिया था और फिर कुछ नहीं कहा।",
}
ALL = [(profile, shape, language) for profile in PROFILES for shape in SIZES for language in TEXTS]


def cues(text: str, language: str, profile: str, size: tuple[int, int]) -> list[Cue]:
    limits = Limits.of(load_profile(profile).of(language), size, fonts.width, language)
    span = Span(Time[Programme](Fraction(0)), Time(Fraction(2)))
    return [plain_cue(span, block.lines) for block in segment(Speech(text.split()), limits)]


def burnt(cue: Cue, profile: str, size: tuple[int, int], folder: Path) -> tuple[float, ...]:
    """Left, top, right and bottom of what libass draws, in pixels."""
    letters = fonts.packaged()
    return drawn(to_ass((cue,), size, load_profile(profile), letters.base, letters=letters), size, folder)


def drawn(ass: str, size: tuple[int, int], folder: Path) -> tuple[float, ...]:
    (folder / "a.ass").write_text(ass, encoding="utf-8")
    fonts.packaged().lay(folder / "fonts", ass)
    ground = graph.input(f"color=c=0xBBBBBB:s={size[0]}x{size[1]}:r=1:d=1,format=rgb24", f="lavfi")["v"]
    asked = graph.output(ground.filter("ass", "a.ass", fontsdir="fonts"), "o.png", vframes=1)
    run([*map(str, asked.get_args())], folder, timeout=60)
    picture = np.asarray(Image.open(folder / "o.png").convert("RGB")).astype(int)
    seen = np.abs(picture - picture[0, 0]).max(axis=-1) > 40
    down, across = (np.flatnonzero(seen.any(axis=axis)) for axis in (1, 0))
    return float(across[0]), float(down[0]), float(across[-1] + 1), float(down[-1] + 1)


@pytest.mark.slow
@pytest.mark.parametrize(("profile", "shape", "language"), ALL)
def test_what_is_made_for_a_shape_needs_no_line_more_than_it_has(
    profile: str, shape: str, language: str
) -> None:
    size = SIZES[shape]
    area = load_profile(profile).of(language).area(size)
    side = (1 - area.safe_width) / 2
    for cue in cues(TEXTS[language], language, profile, size):
        foreseen = placement.box(cue, "bottom", load_profile(profile), size, fonts.packaged())
        line, _, above = area.box(size)
        high = (len(cue.lines) * line * fonts.packaged().line(cue.lines) + 2 * above) / size[1]
        assert len(cue.lines) <= area.lines
        assert abs(foreseen.bottom - foreseen.top - high) < 1e-6, "libass has to break it once more"
        assert foreseen.left >= side - 1e-6 and foreseen.right <= 1 - side + 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("position", ["bottom", "top"])
@pytest.mark.parametrize("language", ["en", "ur", "hi"])
@pytest.mark.parametrize("shape", SIZES)
def test_libass_draws_the_box_where_it_is_foreseen(
    shape: str, language: str, position: str, tmp_path: Path
) -> None:
    size = SIZES[shape]
    cue = max(cues(TEXTS[language], language, "bbc", size), key=lambda cue: max(map(len, cue.lines)))
    cue = replace(cue, position=position)
    found = burnt(cue, "bbc", size, tmp_path)
    foreseen = placement.box(cue, position, load_profile("bbc"), size, fonts.packaged())
    sides = (foreseen.left, foreseen.top, foreseen.right, foreseen.bottom)
    wanted = [share * side for share, side in zip(sides, (*size, *size), strict=True)]
    assert np.allclose(found, wanted, atol=3)


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("shape", SIZES)
def test_letters_are_as_large_as_the_sheets_ask(shape: str, profile: str) -> None:
    """BBC: a line is 7-8 % of the height at 16:9 and 3.9-4.5 % at 9:16; between those where it gives none."""
    size = SIZES[shape]
    area = load_profile(profile).area(size)
    high = area.box(size)[0] / size[1]
    low, most = {"16:9": (0.07, 0.08), "9:16": (0.039, 0.045)}.get(shape, (0.045, 0.07))
    if profile in ("bbc", "plain"):
        assert low <= high <= most
    on_a_phone = 68 * high * size[1] / LINE / min(size)  # millimetres, whose shorter side is 68
    assert on_a_phone >= 68 * 0.042, "no smaller than the smallest letters of cards"


@pytest.mark.parametrize("profile", PROFILES)
def test_the_safe_areas_are_the_bbc_s_where_a_house_has_none_of_its_own(profile: str) -> None:
    found = load_profile(profile)
    assert (found.tall.safe_width, found.tall.safe_height) == (0.9, 0.75)
    assert (found.square.safe_width, found.square.safe_height) == (0.9, 0.9)
    assert found.wide.safe_height == 0.9


def test_the_document_says_what_a_shape_has() -> None:
    text = (Path(__file__).parents[2] / "docs" / "shapes.md").read_text(encoding="utf-8")
    areas = [(load_profile("bbc").area(size), size) for size in SIZES.values()]
    for cells in (
        [f"{area.characters}, {area.lines}" for area, _ in areas],
        [f"{area.line(size) / size[1] * 100:.1f} %" for area, size in areas],
        [f"{area.room(size) * 100:.1f} %" for area, size in areas],
        [f"{area.safe_width * 100:.0f} % by {area.safe_height * 100:.0f} %" for area, _ in areas],
        [f"{68 * area.em(size) / min(size):.1f} mm" for area, size in areas],
    ):
        assert f"| {' | '.join(cells)} |" in text


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["bbc", "dcmp"])
@pytest.mark.parametrize("shape", SIZES)
def test_a_break_s_seconds_stand_below_its_ribbon(shape: str, profile: str, tmp_path: Path) -> None:
    from pipeline.adapters.ffmpeg.commands import bar

    size, area = SIZES[shape], load_profile(profile).area(SIZES[shape])
    _, ribbon, _, thick = bar(size)
    ass = break_ass(Fraction(30), size, load_profile(profile), fonts.packaged().base)
    _, top, _, bottom = drawn(ass, size, tmp_path)
    assert top > ribbon + thick
    assert bottom <= size[1] * (1 + area.safe_height) / 2 + 1


def test_a_word_with_no_room_in_a_tall_picture_says_what_would_have() -> None:
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    cue = plain_cue(Span(Time[Programme](Fraction(0)), Time(Fraction(2))), (word,))
    captions, profile = Captions("de", (cue,)), load_profile("bbc")
    fit(captions, profile, SIZES["16:9"], fonts.width)
    with pytest.raises(InputError, match="wider than the picture has room for") as refused:
        fit(captions, profile, SIZES["9:16"], fonts.width)
    assert "or another shape" in str(refused.value.next_step)
