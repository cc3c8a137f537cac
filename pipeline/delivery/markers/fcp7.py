"""Breaks as a sequence's markers in Final Cut Pro 7's XML (xmeml), which Premiere takes, and Resolve too."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from pipeline.core.time import nearest, timecode
from pipeline.delivery.markers.model import Film, Marked, marked
from pipeline.delivery.markers.xml import document, within, xml_text

BLUE = 4294741314
"""As Premiere writes the colour of a marker."""

POINT = -1
"""Where a marker without length ends."""


def fcp7_xml(film: Film) -> bytes:
    """An empty sequence as long as the film, with its breaks as markers, counted in frames from its start."""
    film = marked(film)
    root = Element("xmeml", version="4")
    sequence = within(root, "sequence", id="sequence-1")
    within(sequence, "name", xml_text(film.title))
    within(sequence, "duration", film.frames)
    _rate(sequence, film)
    _timecode(sequence, film)
    _picture(sequence, film)
    for mark in film.marks:
        made = within(sequence, "marker")
        within(made, "comment", xml_text(mark.said.prompt))
        within(made, "name", mark.id)
        within(made, "in", mark.at)
        within(made, "out", mark.end if mark.frames else POINT)
        within(made, "pproColor", BLUE)
    return document(root, "xmeml")


def _rate(parent: Element, film: Marked) -> None:
    rate = within(parent, "rate")
    within(rate, "timebase", nearest(film.rate))
    within(rate, "ntsc", "FALSE" if film.rate.denominator == 1 else "TRUE")


def _timecode(sequence: Element, film: Marked) -> None:
    made = within(sequence, "timecode")
    _rate(made, film)
    label = timecode(film.start, film.rate)
    within(made, "string", label.replace(":", ";") if film.drop else label)
    within(made, "frame", film.start)
    within(made, "displayformat", "DF" if film.drop else "NDF")


def _picture(sequence: Element, film: Marked) -> None:
    """Without its format Resolve refuses a sequence."""
    video = within(within(sequence, "media"), "video")
    picture = within(within(video, "format"), "samplecharacteristics")
    _rate(picture, film)
    within(picture, "width", film.size[0])
    within(picture, "height", film.size[1])
    within(picture, "pixelaspectratio", "square")
    within(video, "track")
