"""Breaks as markers and chapters as chapter markers of Final Cut Pro (FCPXML 1.10)."""

from __future__ import annotations

from fractions import Fraction
from xml.etree.ElementTree import Element

from pipeline.delivery.markers.model import Film, marked
from pipeline.delivery.markers.xml import document, within, xml_text


def fcpxml(film: Film) -> bytes:
    """An empty project as long as the film; times are rational seconds from 01:00:00:00 on."""
    film = marked(film)
    frame = 1 / film.rate
    start = film.start * frame
    root = Element("fcpxml", version="1.10")
    width, height = map(str, film.size)
    picture = {"frameDuration": _time(frame), "width": width, "height": height}
    within(within(root, "resources"), "format", id="r1", **picture)
    title = xml_text(film.title)
    project = within(within(root, "event", name=title), "project", name=title)
    length = {"duration": _time(film.frames * frame)}
    counted = {"tcStart": _time(start), "tcFormat": "DF" if film.drop else "NDF"}
    spine = within(within(project, "sequence", format="r1", **length, **counted), "spine")
    gap = within(spine, "gap", name="Gap", offset=_time(start), start=_time(start), **length)
    for chapter in film.chapters:
        at = {"start": _time(start + chapter.at * frame), "duration": _time(frame)}
        within(gap, "chapter-marker", **at, value=xml_text(chapter.title), posterOffset="0s")
    for mark in film.marks:
        at = {"start": _time(start + mark.at * frame), "duration": _time(max(mark.frames, 1) * frame)}
        within(gap, "marker", **at, value=xml_text(mark.said.prompt), note=mark.id)
    return document(root, "fcpxml")


def _time(seconds: Fraction) -> str:
    whole = seconds.denominator == 1
    return f"{seconds.numerator}s" if whole else f"{seconds.numerator}/{seconds.denominator}s"
