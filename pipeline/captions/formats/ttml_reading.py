"""TTML of any kind, as the standard shows it: the drafts that older programs write among them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.captions.formats.in_place import CannotStay, InPlace, Place, Slice, restamped
from pipeline.captions.formats.text import COLOURS, FOR_EVER, Subtitles, decode, intervals, made
from pipeline.captions.model import Cue
from pipeline.errors import InputError

_XML = "{http://www.w3.org/XML/1998/namespace}"
_OTHER_NAMES = {
    "#ffffff": "white",
    "#ffff00": "yellow",
    "#00ffff": "cyan",
    "#00ff00": "green",
    "lime": "green",
    "aqua": "cyan",
    "fuchsia": "magenta",
}
DEEPEST, MOST_TIMES = 100, 500
"""More than any caption has, and not enough to keep a machine busy."""


def read_ttml(name: str, data: bytes) -> Subtitles:
    """Every paragraph of the body in its time, whoever wrote it."""
    root = _parsed(name, data)
    if _local(root) != "tt":
        raise InputError(
            f"is XML, but no TTML: its root is <{_local(root)[:40]}>",
            where=name,
            next_step="give EBU-TT-D, IMSC or another TTML file",
        )
    shown = [cue for _, cues in _Document(name, root).shown() for cue in cues]
    return Subtitles(root.get(f"{_XML}lang", ""), tuple(sorted(shown, key=_start)), "ttml")


def _start(cue: Cue) -> Fraction:
    """Cues come by their times, wherever they stand: the order of a document means nothing to a player."""
    return cue.span.start.seconds


def _parsed(name: str, data: bytes) -> Element:
    try:
        return fromstring(data, forbid_dtd=True)  # type: ignore[no-any-return]
    except DefusedXmlException:
        raise InputError(
            "has a document type of its own, which could be anything",
            where=name,
            next_step="take its <!DOCTYPE …> out",
        ) from None
    except (ParseError, ValueError, LookupError) as problem:
        fault = problem
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", decode(name, data))  # saved in another encoding than it says
    try:
        return fromstring(text, forbid_dtd=True)  # type: ignore[no-any-return]
    except (ParseError, ValueError, DefusedXmlException):
        line = getattr(fault, "position", (1, 0))[0]
        raise InputError(
            f"is no XML that can be read ({fault})", where=f"{name}, line {line}", next_step="export it again"
        ) from None


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _plain(element: Element) -> dict[str, str]:
    """TTML's attributes without their namespaces: older drafts have others. xml:space and xml:lang keep
    theirs.
    """
    split = [(key, key.rpartition("}"), value) for key, value in element.attrib.items()]
    return {
        key if key.startswith(_XML) else local: value
        for key, (space, _, local), value in split
        if not space or key.startswith(_XML) or _TT.fullmatch(space[1:])
    }


Interval = tuple[Fraction, Fraction]
_NEVER = Fraction(10**12)
"""The end of what has none."""
_TT = re.compile(r"http://www\.w3\.org/(?:ns/ttml|\d{4}/\d\d/ttaf1)(?:#.*)?")


@dataclass(frozen=True)
class _Here:
    """What holds at a place of the document: when, where, in which colour, said by whom."""

    start: Fraction
    end: Fraction | None
    since: Fraction = Fraction(0)
    """What the times of the element count from."""
    hidden: tuple[Interval, ...] = ()
    """When nothing is displayed there, whatever is inside."""
    unseen: tuple[Interval, ...] = ()
    """When it is not visible, unless what is inside says otherwise."""
    region: str = ""
    colour: str = "white"
    agent: str = ""
    role: str = ""
    preserve: bool = False


@dataclass
class _Document:
    name: str
    root: Element
    styles: Mapping[str, Element] = field(default_factory=dict)
    regions: Mapping[str, Element] = field(default_factory=dict)
    agents: Mapping[str, str] = field(default_factory=dict)
    whole: dict[Element, Fraction | None] = field(default_factory=dict)
    """How long elements last by themselves, as far as that has been asked."""

    def __post_init__(self) -> None:
        named = [(element.get(f"{_XML}id", ""), element) for element in self.root.iter()]
        self.styles = {key: element for key, element in named if self.is_a(element, "style")}
        self.regions = {key: element for key, element in named if self.is_a(element, "region")}
        self.agents = {
            key: " ".join("".join(element.itertext()).split())
            for key, element in named
            if _local(element) == "agent"
        }
        parameters = _plain(self.root)
        try:
            self._set_rates(parameters)
        except (ValueError, ZeroDivisionError):
            raise InputError(
                "has a frame or tick rate that is none", where=self.name, next_step="export it again"
            ) from None
        self.smpte = parameters.get("timeBase") == "smpte"
        self.drops = self.smpte and parameters.get("dropMode") == "dropNTSC"

    def _set_rates(self, parameters: Mapping[str, str]) -> None:
        over, under = re.findall(r"\d{1,9}", parameters.get("frameRateMultiplier", "1 1"))
        self.nominal = int(parameters.get("frameRate", 30))
        self.rate = self.nominal * Fraction(int(over), int(under))
        self.sub = int(parameters.get("subFrameRate", 1))
        usual = self.rate * self.sub if "frameRate" in parameters else Fraction(1)
        self.ticks = Fraction(int(parameters["tickRate"])) if "tickRate" in parameters else usual
        if not self.rate > 0 < self.sub or self.ticks <= 0:
            raise ValueError

    # Times ---------------------------------------------------------------------------------------

    def time(self, text: str) -> Fraction:
        """An offset ("3.5s", "75f", "100t") or a clock time ("00:00:03.500", "00:00:03:12"); hours of one
        digit or none, and bare seconds, as some programs have them.
        """
        if found := re.fullmatch(r"(\d{1,12}(?:\.\d{1,12})?)(h|ms|m|s|f|t|)", text.strip(), re.ASCII):
            units = {
                "h": Fraction(3600),
                "m": Fraction(60),
                "s": Fraction(1),
                "": Fraction(1),
                "ms": Fraction(1, 1000),
                "f": 1 / self.rate,
                "t": 1 / self.ticks,
            }
            return Fraction(found[1]) * units[found[2]]
        if found := re.fullmatch(
            r"(?:(\d{1,6}):)?(\d\d?):(\d\d)(?:(\.\d{1,12})|[:;](\d{2,4})(?:\.(\d{1,6}))?)?",
            text.strip(),
            re.ASCII,
        ):
            hours, minutes, seconds = int(found[1] or 0), int(found[2]), int(found[3])
            whole = hours * 3600 + minutes * 60 + seconds
            frames = int(found[5] or 0) + Fraction(int(found[6] or 0), self.sub)
            if not self.smpte:
                return whole + Fraction(found[4] or 0) + frames / self.rate
            dropped = 2 * (hours * 60 + minutes - (hours * 60 + minutes) // 10) if self.drops else 0
            return (whole * self.nominal + frames - dropped) / self.rate + Fraction(found[4] or 0)
        raise InputError(
            f'has a time that is none: "{text[:40]}"', where=self.name, next_step="write 00:00:03.500 or 3.5s"
        )

    def stamped(self, like: str, time: Fraction) -> str:
        """A time as another is written: a clock, a clock with frames, so many of some unit."""
        like = like.strip()
        if found := re.fullmatch(r"\d+(\.\d+)?(h|ms|m|s|f|t|)", like):
            units = {"f": 1 / self.rate, "t": 1 / self.ticks, "ms": Fraction(1, 1000)}
            if found[2] in units:
                return f"{round(time / units[found[2]])}{found[2]}"
            return f"{float(time):.3f}".rstrip("0").rstrip(".") + ("s" if found[2] else "")
        whole, part = int(time), time - int(time)
        frames = re.fullmatch(r"\d+:\d\d:\d\d([:;])(\d{2,4})", like)
        if frames and not self.smpte:
            count = min(round(part * self.rate), self.nominal - 1)
            return f"{_clock(whole)}{frames[1]}{count:0{len(frames[2])}}"
        if not re.fullmatch(r"(?:\d+:)?\d+:\d\d(?:\.\d+)?", like):
            raise CannotStay(f'its times are written as "{like[:20]}"')
        return restamped(like if "." in like else f"{like}.000", time)

    def extent(self, element: Element) -> tuple[Fraction, Fraction | None]:
        """When an element begins and how long it lasts, by its own times; None where they do not say."""
        says = _plain(element)
        begin = self.time(says["begin"]) if "begin" in says else Fraction(0)
        lasts = [self.time(says["end"]) - begin] if "end" in says else []
        lasts += [self.time(says["dur"])] if "dur" in says else []
        return begin, max(Fraction(0), min(lasts)) if lasts else None

    def lasts(self, element: Element, depth: int = 0) -> Fraction | None:
        """How long an element lasts, by its own times or by what is in it; None for ever."""
        if depth > DEEPEST:
            raise InputError("is nested too deeply", where=self.name, next_step="export it again")
        if element not in self.whole:
            _, told = self.extent(element)
            self.whole[element] = self.of_content(element, depth) if told is None else told
        return self.whole[element]

    def of_content(self, element: Element, depth: int) -> Fraction | None:
        children = [child for child in element if self.is_a(child, "div", "p", "span")]
        ends = [(self.extent(child)[0], self.lasts(child, depth + 1)) for child in children]
        if element.get("timeContainer") == "seq":
            return (
                None
                if any(last is None for _, last in ends)
                else sum((b + (d or 0) for b, d in ends), Fraction(0))
            )
        texts = [element.text, *(child.tail for child in element)] if self.is_a(element, "p", "span") else []
        if any(last is None for _, last in ends) or any((text or "").strip() for text in texts):
            return None
        return max((begin + (last or 0) for begin, last in ends), default=Fraction(0))

    def inside(self, element: Element, here: _Here, before: Fraction) -> _Here:
        """What holds inside an element: `before` is what its times count from."""
        says = _plain(element)
        begin, lasts = self.extent(element)
        start = before + begin
        ends = ([here.end] if here.end is not None else []) + ([start + lasts] if lasts is not None else [])
        colour = self.style(element, "color")
        return replace(
            here,
            start=start,
            end=min(ends) if ends else None,
            since=before,
            hidden=(*here.hidden, *self.hides(element, start)),
            unseen=self.hides(element, start, "visibility", "hidden")
            if self.changes(element, "visibility")
            else here.unseen,
            region=says.get("region", here.region),
            colour=_colour(colour) if colour else here.colour,
            agent=says.get("agent", here.agent),
            role=says.get("role", here.role),
            preserve=says.get(f"{_XML}space", "preserve" if here.preserve else "default") == "preserve",
        )

    def in_turn(self, element: Element, here: _Here, *names: str) -> Iterator[tuple[Element, Fraction]]:
        """The children of these names, each with what its times count from: beside or after one another. What
        comes after one without an end never begins.
        """
        since = here.start
        for child in element:
            if self.is_a(child, *names):
                yield child, since
                if element.get("timeContainer") == "seq":
                    last = self.lasts(child)
                    if last is None:
                        return
                    since += self.extent(child)[0] + last

    # What is not shown ---------------------------------------------------------------------------

    def is_a(self, element: Element, *names: str) -> bool:
        """One of these elements of TTML, of any draft; others' elements are nothing to it."""
        space, _, local = str(element.tag).rpartition("}")
        mine = not space or _TT.fullmatch(space[1:]) or space == str(self.root.tag).rpartition("}")[0]
        return local in names and bool(mine)

    def changes(self, element: Element, style: str) -> bool:
        """Does it say so of itself, or for a time?"""
        return bool(self.style(element, style) or self.sets(element, style))

    def sets(self, element: Element, style: str) -> list[Element]:
        return [child for child in element if self.is_a(child, "set") and style in _plain(child)]

    def hides(
        self, element: Element, start: Fraction, style: str = "display", off: str = "none"
    ) -> tuple[Interval, ...]:
        """When an element is not shown, by a style of it and by what changes that for a time."""
        spans = []
        for child in self.sets(element, style):
            begin, lasts = self.extent(child)
            first = start + begin
            spans.append((first, _NEVER if lasts is None else first + lasts, _plain(child)[style] == off))
        edges = sorted({start, _NEVER, *(edge for first, last, _ in spans for edge in (first, last))})
        always = self.style(element, style) == off
        return tuple(
            (one, two)
            for one, two in pairwise(edges)
            if ([hidden for first, last, hidden in spans if first <= one < last] or [always])[-1]
        )

    def region_hides(self, name: str) -> list[Interval]:
        """When a region does not show what is in it."""
        region = self.regions.get(name)
        if region is None:
            return []
        begin, lasts = self.extent(region)
        out = [(Fraction(0), begin)] if begin else []
        out += [(begin + lasts, _NEVER)] if lasts is not None else []
        return [*out, *self.hides(region, begin)]

    # Content -------------------------------------------------------------------------------------

    def shown(self) -> Iterator[tuple[tuple[Element, _Here], list[Cue]]]:
        """Every paragraph of the body in its time, and what is shown of it."""
        for body in self.root:
            if self.is_a(body, "body"):
                for paragraph, here in self.paragraphs(body, _Here(Fraction(0), None), Fraction(0), 0):
                    yield (paragraph, here), list(self.cues(paragraph, here))

    def paragraphs(
        self, element: Element, here: _Here, since: Fraction, depth: int
    ) -> Iterator[tuple[Element, _Here]]:
        """Every <p> under an element, with what holds in it."""
        if depth > DEEPEST:
            raise InputError("is nested too deeply", where=self.name, next_step="export it again")
        inner = self.inside(element, here, since)
        if self.is_a(element, "p"):
            yield element, inner
            return
        for child, begun in self.in_turn(element, inner, "div", "p"):
            yield from self.paragraphs(child, inner, begun, depth + 1)

    def cues(self, paragraph: Element, here: _Here) -> Iterator[Cue]:
        """What a paragraph shows, from one change of it to the next."""
        pieces = list(self.pieces(paragraph, here, 0))
        ends = [piece.end for _, piece in pieces if piece.end is not None]
        end = max([here.start + FOR_EVER, *ends]) if here.end is None else here.end
        parts = [(piece.start, end if piece.end is None else piece.end, text) for text, piece in pieces]
        hidden = [(*piece.hidden, *piece.unseen, *self.region_hides(piece.region)) for _, piece in pieces]
        parts = [
            (start, stop, text)
            for (first, last, text), without in zip(parts, hidden, strict=True)
            for start, stop in _left(first, last, without)
        ]
        if len({part[:2] for part in parts}) > MOST_TIMES:
            raise InputError(
                "has a paragraph with more times in it than anybody reads",
                where=self.name,
                next_step="export it with a <p> for each caption",
            )
        facts = self.facts(next((piece for text, piece in pieces if text.strip()), here))
        found = (made(start, stop, text.split("\n"), **facts) for start, stop, text in intervals(parts))
        yield from filter(None, found)

    def facts(self, here: _Here) -> dict[str, Any]:
        """What holds of a cue that begins here, beside its text and its times."""
        roles, agents = here.role.split(), here.agent.split()
        return {
            "speaker": ", ".join(filter(None, (self.agents.get(agent, "") for agent in agents))),
            "kind": next((role for role in ("sound", "music") if role in roles), "speech"),
            "colour": here.colour,
            "off": "x-off" in roles,
            "position": self.position(here.region),
        }

    def pieces(self, element: Element, here: _Here, depth: int) -> Iterator[tuple[str, _Here]]:
        """Texts and line breaks of a paragraph, in order, with what holds for each."""
        if depth > DEEPEST:
            raise InputError("is nested too deeply", where=self.name, next_step="export it again")
        texts = element.get("timeContainer") != "seq"  # else they have no time of their own
        turns = dict(self.in_turn(element, here, "span"))
        if texts:
            yield _spaced(element.text, here), here
        for child in element:
            if self.is_a(child, "br"):
                yield "\n", here
            elif child in turns:
                yield from self.pieces(child, self.inside(child, here, turns[child]), depth + 1)
            if texts:
                yield _spaced(child.tail, here), here

    # Styles --------------------------------------------------------------------------------------

    def style(self, element: Element, wanted: str, seen: set[str] | None = None) -> str:
        """A style of an element: its own, of a <style> inside it, or of those it refers to; "" for none."""
        says, seen = _plain(element), set() if seen is None else seen
        if wanted in says:
            return says[wanted]
        for child in element:
            if self.is_a(child, "style") and (found := self.style(child, wanted, seen)):
                return found
        for name in reversed(says.get("style", "").split()):
            if name in self.styles and name not in seen:
                seen.add(name)
                if found := self.style(self.styles[name], wanted, seen):
                    return found
        return ""

    def position(self, region: str) -> str:
        """Top where the text of a region stands in the upper half of the picture."""
        place = self.regions.get(region)
        if place is None:
            return "bottom"
        top, height = (
            self._down(self.style(place, "origin"), Fraction(0)),
            self._down(self.style(place, "extent"), Fraction(1)),
        )
        share = {"after": Fraction(1), "center": Fraction(1, 2)}.get(
            self.style(place, "displayAlign"), Fraction(0)
        )
        return "top" if top + height * share < Fraction(1, 2) else "bottom"

    def _down(self, pair: str, default: Fraction) -> Fraction:
        """The second of two lengths, as a share of the picture's height."""
        found = re.fullmatch(r"\S+\s+\+?(\d{1,6}(?:\.\d{1,6})?)(%|px|c|rh)", pair.strip())
        if not found:
            return default
        picture = re.fullmatch(r"\S+\s+(\d{1,6})(?:\.\d+)?px", _plain(self.root).get("extent", "").strip())
        cells = re.fullmatch(r"\s*\d+\s+(\d{1,6})\s*", _plain(self.root).get("cellResolution", "32 15"))
        whole = {"px": picture and int(picture[1]), "c": cells and int(cells[1])}.get(found[2], 100)
        return Fraction(found[1]) / whole if whole else default


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _left(start: Fraction, end: Fraction, without: Sequence[Interval]) -> Iterator[Interval]:
    """What is left of a time where some is taken out."""
    edges = {edge for hidden in without for edge in hidden if start < edge < end}
    for one, two in pairwise(sorted({start, end, *edges})):
        if one < two and not any(first <= one and two <= last for first, last in without):
            yield one, two


def _spaced(text: str | None, here: _Here) -> str:
    """White space as XML's authors mean it: one space, unless they ask for more."""
    return (text or "") if here.preserve else re.sub(r"[ \t\r\n]+", " ", text or "")


def _colour(value: str) -> str:
    value = value.strip().lower()
    value = value[:7] if re.fullmatch(r"#[0-9a-f]{8}", value) else value
    value = _OTHER_NAMES.get(value, value)
    return value if value in COLOURS else "white"


# In place ------------------------------------------------------------------------------------

_TAGS = re.compile(
    r"""<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<(?P<ends>/?)(?P<name>[^\s/>!?]+)(?:[^>"']|"[^"]*"|'[^']*')*?(?P<empty>/?)>""",
    re.DOTALL,
)


def _places(name: str, text: str) -> list[Place | None]:
    """A place for each cue: of those that share a paragraph, or have their times from elsewhere, none."""
    root = _parsed(name, re.sub(r"\A\s*<\?xml[^>]*\?>", "", text).encode())
    document = _Document(name, root)
    elements, tags = list(root.iter()), _elements(text)
    where = dict(zip(elements, tags, strict=False)) if len(elements) == len(tags) else {}
    found = []
    for (paragraph, here), cues in document.shown():
        alone = len(cues) == 1 and here.start == cues[0].span.start.seconds and paragraph in where
        place = _paragraph_place(document, here, text, *where[paragraph]) if alone else None
        found += [(_start(cue), place) for cue in cues]
    return [place for _, place in sorted(found, key=lambda pair: pair[0])]


def _elements(text: str) -> list[tuple[re.Match[str], re.Match[str]]]:
    """The tags that begin and end each element, in the order in which they begin."""
    open_now: list[int] = []
    found: list[tuple[re.Match[str], re.Match[str]]] = []
    for tag in _TAGS.finditer(text):
        if tag["ends"] and open_now:
            at = open_now.pop()
            found[at] = (found[at][0], tag)
        elif tag["name"]:
            open_now += [] if tag["empty"] else [len(found)]
            found.append((tag, tag))
    return found


def _paragraph_place(
    document: _Document, here: _Here, text: str, begins: re.Match[str], ends: re.Match[str]
) -> Place:
    def attribute(key: str) -> re.Match[str] | None:
        return re.search(rf"""\s+(?:[\w.-]+:)?{key}\s*=\s*(?:"(?P<d>[^"]*)"|'(?P<s>[^']*)')""", begins[0])

    def inner(found: re.Match[str]) -> Slice:
        kind = "d" if found["d"] is not None else "s"
        return begins.start() + found.start(kind), begins.start() + found.end(kind)

    begin, end, dur = (attribute(one) for one in ("begin", "end", "dur"))
    name = re.search(r"""\s+xml:id\s*=\s*(?:"[^"]*"|'[^']*')""", begins[0])
    over, at = end or dur, begins.start()
    return Place(
        (at, ends.end()),
        (at + name.start(), at + name.end()) if name else (begins.end() - 1, begins.end() - 1),
        inner(begin) if begin else None,
        inner(over) if over and not (end and dur) else None,
        (begins.end(), ends.start()),
        document.stamped,
        here.since,
        lasts=end is None,
    )


IN_PLACE = InPlace(
    _places,
    mark=r"<[^>]*>",
    line_end=r"\s*<(?:[\w.-]+:)?br\b[^<>]*/>\s*",
    broken=lambda cue: f"<{re.match(r'<([^ <>:]+:)?', cue)[1] or ''}br/>",  # type: ignore[index]
    between="\n",
)

BESIDE = {
    "notes": r"<!--",
    "styles": r"<(?:[\w.-]+:)?style\b",
    "regions": r"<(?:[\w.-]+:)?region\b",
    "ids": r"<(?:[\w.-]+:)?(?:p|span|div)\b[^<>]*\bxml:id=",
    "italics": r"\bfontStyle=[\"'](?:italic|oblique)",
    "bold": r"\bfontWeight=[\"']bold",
    "underlining": r"\btextDecoration=[\"'][^\"']*underline",
    "languages": r"<(?:[\w.-]+:)?(?:p|span|div)\b[^<>]*\bxml:lang=",
    "readings beside words": r"\btts:ruby=",
    "pictures": r"<(?:[\w.-]+:)?image\b|\bbackgroundImage=",
}
"""What no cue keeps, as it looks."""
