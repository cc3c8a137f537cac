"""What a file of footage is, by PyAV: refused unless it is a container of moving pictures.

The file is sniffed before it is opened, opened with the demuxer and protocol whitelists of
process.py, and never written to.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.error import FFmpegError

from pipeline.adapters.ffmpeg.process import CONTAINERS, MAX_PIXELS, RECORDINGS, STILLS, safe_input
from pipeline.adapters.pyav import integrity, picture_facts
from pipeline.core.media import Colour, Media, Picture, Track
from pipeline.core.time import nearest
from pipeline.errors import CLOSED, FULL, InputError, OurwordsError, of_system

MISSING = Fraction(3, 2)
"""Seconds that a file may be shorter than it says: tracks end at different times, and headers round."""

LONGEST = Fraction(24 * 3600)
"""Seconds of one recording."""

PROBED = 240
"""Packets looked at to tell a constant rate from a variable one."""

TAGS: dict[str, Any] = (
    {} if int(av.__version__.partition(".")[0]) > 18 else {"metadata_errors": "surrogateescape"}
)
"""Before 19, PyAV opens no file that has a title in another coding than UTF-8, unless it is told what to do;
since, it does this.
"""

BACKWARDS = Fraction(1, 2)
"""Seconds that a stream's clock may go back: packets are stored out of order by a few frames, never by this
much.
"""


def open_footage(path: Path, demuxers: str = CONTAINERS, **options: str) -> InputContainer:
    """Open for reading, by the whitelists; the only place where PyAV opens anybody's file."""
    try:
        container: InputContainer = av.open(
            f"file:{path.resolve()}", options=safe_input(demuxers) | options, timeout=30, **TAGS
        )
        return container
    except FFmpegError as problem:
        what = f"is not footage that can be opened ({problem.strerror})"
        raise (of_disk(path, problem) or _refusal(path, what)) from None


def of_disk(path: Path, problem: FFmpegError) -> OurwordsError | None:
    """The error where the disk failed, and not the file. ffmpeg calls either an input/output error: the file
    is read again to tell.
    """
    if not isinstance(problem, OSError):
        return None
    if problem.errno in (*FULL, *CLOSED):
        return of_system(problem, where=path.name, what="cannot be read")
    try:
        with path.open("rb") as file:
            while file.read(1 << 22):
                pass
    except OSError as failed:
        return of_system(failed, where=path.name, what="cannot be read")
    return None


def length(path: Path) -> float:
    """About how many seconds a file says that it holds; 0 where it does not say."""
    sniff(path)
    with open_footage(path) as container:
        return float((container.duration or 0) / av.time_base)


def sniff(path: Path) -> None:
    """Refuse what is no media before any parser sees it: empty files, text, pictures, archives."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as problem:
        raise InputError(
            f"cannot be read: {problem.strerror}",
            where=path.name,
            next_step="check the file and its permissions",
        ) from None
    if not size:
        raise _refusal(path, "is empty")
    if still_format(head):
        raise _refusal(path, "is a picture, not footage", "use it as a cutaway")
    if b"\0" not in head and not head.startswith((b"\x1aE\xdf\xa3", b"RIFF")):
        raise _refusal(
            path,
            "is a text file, not footage",
            "playlists and project files are never followed: give the media file itself",
        )


def recording_format(path: Path) -> str:
    """The demuxers that a file of sound recorded apart may be opened with: the one its first bytes call for,
    else those of footage.
    """
    with path.open("rb") as file:
        head = file.read(12)
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:] != b"WAVE":
        return CONTAINERS
    return next((name for magic, name in RECORDINGS.items() if head.startswith(magic)), CONTAINERS)


def still_format(head: bytes) -> str | None:
    """The demuxer of a picture, by its first bytes."""
    return next((name for magic, name in STILLS.items() if head.startswith(magic)), None)


def probe(path: Path, sha256: str, *, recorder: bool = False) -> Media:
    """Read everything later stages ask about a file; InputError says what cannot be used and why. A
    `recorder` may have sound alone.
    """
    sniff(path)
    with open_footage(path, recording_format(path) if recorder else CONTAINERS) as container:
        if not container.streams:
            raise _refusal(path, "holds no picture and no sound")
        # Exactly: container.start_time is rounded to microseconds, and at 50 to 25 frames that picks the
        # other frame.
        starts = [
            s.start_time * s.time_base
            for s in (*container.streams.video, *container.streams.audio)
            if s.start_time is not None and s.time_base
        ]
        clock = min(starts, default=Fraction(0))
        # A broadcast stream counts from anywhere; a file's presentation timeline starts at 0.
        origin = clock if container.format.name in ("mpegts", "mpeg", "mxf", "avi") else Fraction(0)
        duration = max(Fraction(0), _length(container, origin))
        if not integrity.indexed(path, container):
            duration = _end_by_packets(path, container, origin, duration)
        tracks = _tracks(container, origin, duration)
        picture = _picture(path, container, origin, duration)
        if duration <= 0:
            raise _refusal(path, "is 0 seconds long, or does not say how long it is")
        if duration > LONGEST:
            what = f"says that it lasts {float(duration / 3600):.0f} hours; none longer than a day is read"
            raise _refusal(path, what, "export the part with the interview, or copy it again from the card")
        if not picture and not tracks:
            raise _refusal(path, "holds no picture and no sound")
        _reaches_its_end(path, container, duration, origin)
        return Media(
            sha256=sha256,
            size=path.stat().st_size,
            container=container.format.name.partition(",")[0],
            duration=duration,
            origin=origin,
            picture=picture,
            tracks=tracks,
            timecode=_timecode(container),
            created=_tag(container.metadata, "creation_time"),
        )


def _length(container: InputContainer, origin: Fraction) -> Fraction:
    """Until the last of picture and sound ends. Some containers count their own length from where their
    streams start, not from 0.
    """
    streams = [
        s
        for s in (*container.streams.video, *container.streams.audio)
        if s.duration and s.start_time is not None and s.time_base
    ]
    ends = [((s.start_time or 0) + (s.duration or 0)) * Fraction(s.time_base or 0) for s in streams]
    return max(ends) - origin if ends else Fraction(container.duration or 0, av.time_base)


def key_frame(path: Path, media: Media, moment: Fraction) -> Fraction:
    """The key frame that the picture at `moment` is decoded from, on the presentation timeline.

    In a stream without an index a seek lands on any packet, so it goes further and further back
    until a key frame comes before the moment.
    """
    assert media.picture
    back = Fraction(1, 2)
    with open_footage(path) as container:
        stream = container.streams[media.picture.stream]
        tick = Fraction(stream.time_base or 1)
        while True:
            wanted = max(Fraction(0), moment - back)
            container.seek(int((wanted + media.origin) / tick), stream=stream, backward=True)
            found = _last_key(container, stream, media.origin, moment)
            if found >= 0 or not wanted:
                return max(found, Fraction(0))
            back *= 4


def _last_key(container: InputContainer, stream: Any, origin: Fraction, moment: Fraction) -> Fraction:
    """The last key frame until `moment`, from where the container stands; -1 where there is none."""
    tick = Fraction(stream.time_base or 1)
    found = Fraction(-1)
    for packet in container.demux(stream):
        if packet.pts is None or packet.dts is None:
            continue
        if packet.dts * tick - origin > moment:
            break
        at = packet.pts * tick - origin
        if packet.is_keyframe and at <= moment:
            found = at
    return found


def _tracks(container: InputContainer, origin: Fraction, duration: Fraction) -> tuple[Track, ...]:
    return tuple(
        Track(
            number=number,
            stream=stream.index,
            codec=stream.codec_context.name if stream.codec_context else "unknown",
            channels=stream.codec_context.channels,
            rate=stream.codec_context.sample_rate,
            start=_seconds(stream.start_time, stream.time_base, origin),
            duration=_seconds(stream.duration, stream.time_base, Fraction(0)) or duration,
            default=bool(stream.disposition & av.stream.Disposition.default),
            title=_tag(stream.metadata, "title"),
        )
        for number, stream in enumerate(container.streams.audio, 1)
        if stream.codec_context and stream.codec_context.sample_rate
    )


def _picture(path: Path, container: InputContainer, origin: Fraction, duration: Fraction) -> Picture | None:
    stream = _video(container)
    if not stream:
        return None
    context = stream.codec_context
    _check_picture(path, container, context)
    times, first = _first_frames(path, container, stream)
    rate = Fraction(stream.average_rate or stream.guessed_rate or 25)
    early = _early(path, container, stream)
    start = times[0] if stream.start_time is None else stream.start_time
    mirrored, rotation = picture_facts.turned(first)
    return Picture(
        stream=stream.index,
        codec=context.name,
        width=context.width,
        height=context.height,
        sample_aspect=Fraction(stream.sample_aspect_ratio or 1),
        rotation=rotation,
        mirrored=mirrored,
        rate=rate,
        variable=_variable(times, rate),
        start=_seconds(start, stream.time_base, origin) + early,
        duration=_seconds(stream.duration, stream.time_base, Fraction(0)) or duration,
        pixel_format=context.pix_fmt or "unknown",
        early=early,
        colour=_colour(path, first, context),
        scan=picture_facts.scan(container, stream, first, duration),
        resizes=not integrity.indexed(path, container),
    )


def _video(container: InputContainer) -> Any:
    """The stream of moving pictures that players show; None where there is none."""
    kinds = av.stream.Disposition
    streams = [
        stream
        for stream in container.streams.video
        if stream.codec_context and not stream.disposition & kinds.attached_pic
    ]
    return next(
        (stream for stream in streams if stream.disposition & kinds.default), next(iter(streams), None)
    )


def _check_picture(path: Path, container: InputContainer, context: Any) -> None:
    """Refuse pictures of a size, or in an order, of which no frame can be found."""
    if context.width * context.height > MAX_PIXELS or not context.width:
        what = f"has a picture of {context.width}x{context.height}, and none larger than 8192x8192 is read"
        raise _refusal(path, what, "export it smaller: 3840x2160 or less")
    reordering = context.codec.name in ("h264", "hevc")
    if container.format.name == "avi" and reordering and context.has_b_frames:
        raise _refusal(
            path,
            "is an AVI whose pictures are stored out of order; AVI cannot say when each is shown",
            "export it as MP4 or MOV",
        )
    if container.format.name == "mpeg" and reordering:
        # measured: other frames than asked for around some key frames
        raise _refusal(
            path,
            f"is a programme stream of {context.codec.name}, in which a frame cannot be found exactly",
            "export it as MP4 or MOV",
        )


def _colour(path: Path, first: Any, context: Any) -> Colour:
    said = picture_facts.said(first)
    if said.matrix in picture_facts.FOREIGN or said.transfer in picture_facts.FOREIGN:
        odd = said.matrix if said.matrix in picture_facts.FOREIGN else said.transfer
        raise _refusal(
            path,
            f"has colours that nothing here can convert ({odd})",
            "export it as BT.709 from the camera's own software or the NLE",
        )
    if said.transfer == "unknown" and "DOVI_METADATA" in first.side_data:
        raise _refusal(
            path,
            "is Dolby Vision of a profile that only Dolby's own decoders show (profile 5: no HDR10, "
            "HLG or SDR picture under it)",
            "export it as HDR10, HLG or SDR: from the telephone's own app, or the NLE",
        )
    return picture_facts.settled(said, context.width, context.height, context.pix_fmt or "")


def _end_by_packets(path: Path, container: InputContainer, origin: Fraction, stated: Fraction) -> Fraction:
    """How long a file is that has no list of its packets: read from one end to the other, as hashing it does
    too.

    Its clocks must only go forward: where one starts again, no two tools agree on what is shown when.
    """
    last: dict[int, Fraction] = {}
    end = Fraction(0)
    try:
        for packet in container.demux(_sound_and_picture(container)):
            if packet.dts is None or not packet.time_base:
                continue
            at, tick = packet.stream_index, Fraction(packet.time_base)
            moment = packet.dts * tick - origin
            if moment < last.get(at, moment) - BACKWARDS:
                raise _refusal(
                    path,
                    f"has a clock that goes back {float(last[at] - moment):.1f} seconds after "
                    f"{float(last[at]):.1f} seconds",
                    REWRAP,
                )
            last[at] = moment
            shown = packet.dts if packet.pts is None else packet.pts
            end = max(end, (shown + (packet.duration or 0)) * tick - origin)
        container.seek(0)
    except FFmpegError as problem:
        raise (of_disk(path, problem) or _broken_off(path, f"breaks off ({problem.strerror})")) from None
    return stated or end


def _sound_and_picture(container: InputContainer) -> list[Any]:
    return [stream for stream in container.streams if stream.type in ("video", "audio")]


REWRAP = "several recordings in one file: split it, or export it again from the camera's own software"


def _reaches_its_end(path: Path, container: InputContainer, duration: Fraction, origin: Fraction) -> None:
    """Refuse a file that says it is longer than what is in it: a copy that was broken off."""
    size = path.stat().st_size
    if any(_indexes_beyond(stream, size) for stream in _sound_and_picture(container)):
        raise _broken_off(path, "breaks off: its index names what is not in it")
    missing = integrity.missing(path, container)
    if missing:
        raise _broken_off(path, f"breaks off: {missing}")
    try:
        container.seek(int(max(Fraction(0), duration + origin - 2) * av.time_base))
        last = _last_end(container, origin)
    except FFmpegError as problem:
        raise (of_disk(path, problem) or _broken_off(path, f"breaks off ({problem.strerror})")) from None
    if last < duration - MISSING:
        raise _broken_off(path, f"breaks off after {float(last):.1f} of {float(duration):.1f} seconds")


def _indexes_beyond(stream: Any, size: int) -> bool:
    entries = stream.index_entries
    if not len(entries):
        return False
    last = entries[len(entries) - 1]
    return bool(last.pos + last.size > size)


def _last_end(container: InputContainer, origin: Fraction) -> Fraction:
    """Where the last packet ends, of those from where the container stands."""
    last = Fraction(0)
    for packet in container.demux(_sound_and_picture(container)):
        if packet.pts is not None and packet.time_base:
            last = max(last, (packet.pts + (packet.duration or 0)) * Fraction(packet.time_base) - origin)
    return last


def _broken_off(path: Path, what: str) -> InputError:
    return _refusal(path, what, "copy it again from the card; the end is missing")


def _first_frames(path: Path, container: InputContainer, stream: Any) -> tuple[list[int], Any]:
    try:
        first = next(container.decode(stream))
        container.seek(0)
        packets = islice((p for p in container.demux(stream) if p.pts is not None), PROBED)
        return sorted(int(packet.pts) for packet in packets), first
    except (StopIteration, FFmpegError, ValueError) as problem:
        why = getattr(problem, "strerror", "") or "no frame in it"
        if isinstance(problem, FFmpegError) and (failed := of_disk(path, problem)):
            raise failed from None
        raise _refusal(
            path, f"has a picture that cannot be decoded ({why}): broken, cut short, or encrypted"
        ) from None


def _early(path: Path, container: InputContainer, stream: Any) -> Fraction:
    """How far the demuxer brings the picture forward. It moves a picture that an edit list cuts through to 0,
    and leaves the sound where it is.

    The same packet as the edit list itself has it says by how much: copies cut without encoding are made like
    this.
    """
    if not container.format.name.startswith("mov"):
        return Fraction(0)
    container.seek(0, stream=stream)
    given = next((packet for packet in container.demux(stream) if packet.pts is not None), None)
    if given is None:
        return Fraction(0)
    with open_footage(path, advanced_editlist="0") as plain:
        same = plain.streams[stream.index]
        tick = Fraction(stream.time_base)
        plain.seek(int((given.dts or given.pts) - 1 / tick), stream=same, backward=True)
        near = islice(plain.demux(same), 10 * PROBED)  # it is in the first group or two
        found = next((packet for packet in near if packet.pos == given.pos and packet.pts is not None), given)
        return Fraction(found.pts - given.pts) * tick


def _variable(times: list[int], rate: Fraction) -> bool:
    """Frames are further apart in one place than in another, by more than timestamps are rounded."""
    steps = [b - a for a, b in pairwise(times)]
    steps = steps[1:-1] if len(steps) > 8 else steps
    return bool(steps) and max(steps) - min(steps) > max(2, nearest(Fraction(sum(steps), len(steps)) / 8))


def _timecode(container: InputContainer) -> str:
    places = [container.metadata, *(stream.metadata for stream in container.streams)]
    return next((found for place in places if (found := _tag(place, "timecode"))), "")


def _tag(place: Mapping[str, str], name: str) -> str:
    """What a file says of itself, as text that can be written anywhere: what is not UTF-8 in it is marked."""
    return place.get(name, "").encode(errors="surrogateescape").decode(errors="replace")


def _seconds(ticks: int | None, base: Fraction | None, origin: Fraction) -> Fraction:
    return Fraction(0) if ticks is None or base is None else max(Fraction(0), ticks * Fraction(base) - origin)


def _refusal(path: Path, what: str, next_step: str = "") -> InputError:
    return InputError(
        what,
        where=path.name,
        next_step=next_step or f"give an original from the camera ({CONTAINERS.replace(',', ', ')})",
    )
