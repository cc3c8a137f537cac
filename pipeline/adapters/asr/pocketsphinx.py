"""Forced alignment of known English words by pocketsphinx: offline, about 20 ms from a hand's labels.

The beams are wide on purpose: with the defaults, speech with long pauses does not align at all. The
times are those of the first pass without its best-path search: the second, phone-level pass refuses
what that search gives it ("impossible duration") and adds nothing that a cut needs.

People say words twice, and neither the approved text nor every recogniser has them twice. So the grammar
lets a speaker go back a few words at any point, at a price that only real repeats are worth; a word
stands where it is said first. This also frees the words beside a hesitation that nobody wrote down.
Words outside the dictionary get a pronunciation by letters, numbers every way they may be said.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from fractions import Fraction
from importlib.metadata import version
from statistics import median_low
from typing import Any

import numpy as np

from pipeline.core.ports import Speech
from pipeline.core.time import Source, Span, Time

HZ, HOP = 16_000, 160
"""pocketsphinx works in steps of 10 ms."""

SHIFTS = (0, 53, 107)
"""Samples by which the sound is moved for three hearings: their median is finer than one step, and a slip of
one is outvoted.
"""

LONGEST = 25 * HZ

REPEAT, AGAIN = 3, 1e-20
"""How many words somebody may go back, and how likely that is: at this price nobody stammers by mistake
(measured).
"""

_ENDINGS = {"'s": "Z", "'d": "D", "'ll": "L", "'ve": "V", "'re": "R", "'m": "M"}

_TELLING = re.compile(r"[£$€]|(?<=\d)[^\w\s'](?=\d)")
"""Signs by which a word is said otherwise: £2.80 is not 280."""

# Longest spelling first: letters to ARPABET, good enough for a name in a known sentence.
_SOUNDS = [
    pair.split("=")
    for pair in (
        "tion=SH AH N,sion=ZH AH N,ough=AO,augh=AO,eigh=EY,igh=AY,tch=CH,sch=S K,dge=JH,air=EH R,"
        "ear=IH R,eer=IH R,our=AW R,ch=CH,sh=SH,th=TH,ph=F,gh=G,wh=W,ck=K,ng=NG,qu=K W,kn=N,wr=R,"
        "ai=EY,ay=EY,ea=IY,ee=IY,ei=EY,ey=IY,ie=IY,oa=OW,oo=UW,ou=AW,ow=OW,oy=OY,oi=OY,au=AO,aw=AO,"
        "ew=UW,ue=UW,er=ER,ir=ER,ur=ER,ar=AA R,or=AO R,a=AE,b=B,c=K,d=D,e=EH,f=F,g=G,h=HH,i=IH,j=JH,"
        "k=K,l=L,m=M,n=N,o=AA,p=P,q=K,r=R,s=S,t=T,u=AH,v=V,w=W,x=K S,y=IY,z=Z"
    ).split(",")
]


class Pocketsphinx:
    """A new decoder for every call, used by one caller at a time.

    A decoder remembers what it heard last: by one for all, a word's end may lie 10 ms elsewhere after another
    quote, and the order of threads or workers would be heard in the film. A new one takes 0.1 s.
    """

    name = f"pocketsphinx {version('pocketsphinx')}"

    def __init__(self, ways_said: Callable[[str], Sequence[str]] = lambda form: [form]) -> None:
        """`ways_said` gives how a written word may be said, in other words."""
        self._ways_said = ways_said
        self._decoder: Any = None
        self._lock = threading.Lock()

    def align(self, speech: Speech, words: Sequence[str]) -> list[Span[Source]] | None:
        if not words or len(speech) > LONGEST:
            return None
        with self._lock:
            from pocketsphinx import Decoder

            self._decoder = Decoder(
                lm=None, beam=1e-120, wbeam=1e-100, pbeam=1e-120, bestpath=False, loglevel="FATAL"
            )
            forms = [self._known(word) for word in words]
            if not all(forms):
                return None
            found = []
            for shift in SHIFTS:
                heard = self._hear(np.pad(speech, (shift, 0)), forms)
                if heard is None:
                    break  # after a failed pass the next one crashes
                found.append([(max(0, start - shift), end - shift) for start, end in heard])
            if not found:
                return None
            borders = [
                (median_low(starts), median_low(ends))
                for starts, ends in (zip(*times, strict=True) for times in zip(*found, strict=True))
            ]
            return [
                Span(Time[Source](Fraction(start, HZ)), Time[Source](Fraction(end, HZ)))
                for start, end in borders
            ]

    def _hear(self, speech: Speech, forms: list[str]) -> list[tuple[int, int]] | None:
        """First and last sample of every word, or None where the words do not fit the sound."""
        decoder = self._decoder
        raw = (np.clip(speech, -1, 1) * 32767).astype("<i2").tobytes()
        on = [(at, at + 1, 1.0, form) for at, form in enumerate(forms)]
        back = [
            (at, at - step, AGAIN)
            for at in range(1, len(forms) + 1)
            for step in range(1, min(REPEAT, at) + 1)
        ]
        try:
            decoder.add_fsg("quote", decoder.create_fsg("quote", 0, len(forms), [*on, *back]))
            decoder.activate_search("quote")
            decoder.start_utt()
            decoder.process_raw(raw, full_utt=True)
            decoder.end_utt()
            said = [
                (re.sub(r"\(\d+\)$", "", entry.word), (entry.start_frame * HOP, (entry.end_frame + 1) * HOP))
                for entry in decoder.seg() or ()
                if not entry.word.startswith(("<", "[", "+", "("))
            ]
        except RuntimeError:  # pocketsphinx says so where the words do not fit the sound
            return None
        return first_said(forms, said)

    def _known(self, word: str) -> str:
        """The word under a spelling that the dictionary has, added to it where it had none."""
        letters = unicodedata.normalize("NFKD", word.lower().replace("’", "'").replace("&", "and"))
        letters = _TELLING.sub(lambda found: f"u{ord(found[0])}", letters)
        form = re.sub(r"[^a-z0-9']", "", letters).strip("'") or "".join(
            f"u{ord(c)}" for c in word if c.isalnum()
        )
        if form and self._decoder.lookup_word(form) is None:
            for number, sounds in enumerate(self._spoken(word, form), 1):
                self._decoder.add_word(form if number == 1 else f"{form}({number})", sounds, True)
        return form

    def _spoken(self, word: str, form: str) -> list[str]:
        ways = [[self._decoder.lookup_word(part) for part in way.split()] for way in self._ways_said(word)]
        if known := [" ".join(sounds) for sounds in ways if sounds and all(sounds)]:
            return [*self._spelled(word), *known]
        for ending, sound in _ENDINGS.items():
            if form.endswith(ending) and (stem := self._decoder.lookup_word(form.removesuffix(ending))):
                return [f"{stem} {sound}"]
        return [*self._spelled(word), by_letters(form)]

    def _spelled(self, word: str) -> list[str]:
        """NHS, A&E: short and in capitals, so perhaps said letter by letter."""
        names = [
            self._decoder.lookup_word("and" if c == "&" else f"{c.lower()}.")
            for c in word
            if c.isalnum() or c == "&"
        ]
        return [" ".join(names)] if word.isupper() and len(names) < 6 and all(names) else []


def first_said(
    forms: Sequence[str], said: Sequence[tuple[str, tuple[int, int]]]
) -> list[tuple[int, int]] | None:
    """When each word is said first, from what was said with its repeats; None where that is not these words.

    >>> first_said(["no", "right"], [("no", (0, 1)), ("no", (2, 3)), ("right", (4, 5))])
    [(0, 1), (4, 5)]
    """
    paths: dict[int, dict[int, tuple[int, int]]] = {
        0: {}
    }  # how many words are behind → when each was first said
    for word, when in said:
        further: dict[int, dict[int, tuple[int, int]]] = {}
        for behind, times in paths.items():
            for at in range(behind, behind - REPEAT - 1, -1):
                if 0 <= at < len(forms) and forms[at] == word:
                    further.setdefault(at + 1, {at: when} | times)
        paths = further
    found = paths.get(len(forms), {})
    return [found[at] for at in range(len(forms))] if len(found) == len(forms) else None


def by_letters(form: str) -> str:
    """A pronunciation guessed from spelling.

    >>> by_letters("pargeter")
    'P AA R G EH T ER'
    """
    out, at = [], 0
    form = re.sub(r"[^a-z]", "", form) or "a"
    while at < len(form):
        spelling, sound = next(((s, p) for s, p in _SOUNDS if form.startswith(s, at)))
        if not (spelling == "e" and at == len(form) - 1 and at > 1):  # a silent e
            out.append(sound)
        at += len(spelling)
    return " ".join(out)
