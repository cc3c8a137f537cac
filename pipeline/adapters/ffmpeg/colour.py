"""Other colours as the film has them: a table for lut3d from each pair of primaries and transfer that needs
one.

Signals are taken as they are seen: standard range through the display's gamma of 2.4 (BT.1886), HLG
through its system gamma at 1000 cd/m² (BT.2100), PQ as the light it says. High range is brought down
to a white of 203 cd/m² (BT.2408's reference white) by the roll-off of BT.2390, laid on the brightest of
the three channels, so that greys stay grey and colours keep their hue. What BT.709 cannot show is
drawn towards grey of the same light, just as far as it has to be.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

Light = npt.NDArray[np.float64]
"""Shape (n, 3): red, green, blue."""

WHITE = 203.0
"""cd/m² that becomes the film's white: mid-tones keep the light they were graded with."""

PEAK = 1000.0
"""cd/m² of the brightest light kept apart from white: what telephones and monitors of HLG and PQ show."""

GAMMA = 2.4

NODES = {"bt470bg": 33, "smpte170m": 33}
"""Steps of a table along each side, where fewer than 65 do: between its points ffmpeg draws straight lines.
"""

CHROMATICITIES = {
    "bt709": ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)),
    "bt470bg": ((0.640, 0.330), (0.290, 0.600), (0.150, 0.060)),
    "smpte170m": ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070)),
    "bt2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
    "smpte432": ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060)),
}
"""x and y of red, green and blue; white is D65 for all."""

D65 = (0.3127, 0.3290)

M1, M2, C1, C2, C3 = 2610 / 16384, 2523 / 4096 * 128, 3424 / 4096, 2413 / 4096 * 32, 2392 / 4096 * 32
"""SMPTE ST 2084."""


def pq_light(signal: Light) -> Light:
    """Light in cd/m² of a PQ signal from 0 to 1."""
    power = np.power(np.clip(signal, 0, 1), 1 / M2)
    return np.asarray(10_000 * np.power(np.maximum(power - C1, 0) / (C2 - C3 * power), 1 / M1))


def pq_signal(light: Light) -> Light:
    """The PQ signal, from 0 to 1, of light in cd/m²."""
    power = np.power(np.clip(light, 0, 10_000) / 10_000, M1)
    return np.asarray(np.power((C1 + C2 * power) / (1 + C3 * power), M2))


def hlg_light(signal: Light) -> Light:
    """BT.2100's inverse OETF and its OOTF on a display of 1000 cd/m²."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - c) / a) + b) / 12)
    luma = np.clip(scene @ [0.2627, 0.6780, 0.0593], 1e-9, None)
    return np.asarray(PEAK * luma[:, None] ** 0.2 * scene)


def standard_light(signal: Light) -> Light:
    """Light in cd/m² of a signal of standard range, whose white is WHITE."""
    return np.asarray(WHITE * np.power(np.clip(signal, 0, 1), GAMMA))


LIGHTS = {"smpte2084": pq_light, "arib-std-b67": hlg_light, "standard": standard_light}


def xyz(primaries: str) -> Light:
    """The matrix from a set's red, green and blue to CIE XYZ."""
    columns = np.array([[x / y, 1.0, (1 - x - y) / y] for x, y in CHROMATICITIES[primaries]]).T
    white = np.array([D65[0] / D65[1], 1.0, (1 - D65[0] - D65[1]) / D65[1]])
    return np.asarray(columns * np.linalg.solve(columns, white))


def rolled_off(light: Light) -> Light:
    """BT.2390's roll-off from PEAK to WHITE, in PQ: nothing moves below its knee, PEAK lands on WHITE."""
    top, most = pq_signal(np.array([PEAK]))[0], pq_signal(np.array([WHITE]))[0]
    signal, most = np.minimum(pq_signal(light) / top, 1), most / top
    knee = 1.5 * most - 0.5
    t = np.clip((signal - knee) / (1 - knee), 0, 1)
    spline = (
        (2 * t**3 - 3 * t**2 + 1) * knee + (t**3 - 2 * t**2 + t) * (1 - knee) + (3 * t**2 - 2 * t**3) * most
    )
    return pq_light(np.where(signal < knee, signal, spline) * top)


def shown(signal: Light, primaries: str, transfer: str) -> Light:
    """A signal as BT.709 with a gamma of 2.4 shows it: the film's own signal, 0 to 1."""
    light = LIGHTS[transfer](signal) @ (np.linalg.inv(xyz("bt709")) @ xyz(primaries)).T
    luma, least = (light @ xyz("bt709")[1])[:, None], light.min(axis=1, keepdims=True)
    grey = np.where(least < 0, luma / np.maximum(luma - least, 1e-9), 1)
    light = np.maximum(luma + (light - luma) * grey, 0)
    brightest = np.maximum(light.max(axis=1, keepdims=True), 1e-9)
    down = np.minimum(WHITE, brightest) if transfer == "standard" else rolled_off(brightest)
    return np.asarray(np.power(np.clip(light * down / brightest / WHITE, 0, 1), 1 / GAMMA))


@cache
def cube(primaries: str, transfer: str) -> bytes:
    """The table in the .cube format: red runs fastest."""
    nodes = NODES.get(primaries, 65) if transfer == "standard" else 65
    steps = np.linspace(0, 1, nodes)
    blue, green, red = np.meshgrid(steps, steps, steps, indexing="ij")
    rows = shown(np.stack([red, green, blue], axis=-1).reshape(-1, 3), primaries, transfer)
    return (
        f"LUT_3D_SIZE {nodes}\n" + "".join(f"{r:.6f} {g:.6f} {b:.6f}\n" for r, g, b in rows.tolist())
    ).encode()
