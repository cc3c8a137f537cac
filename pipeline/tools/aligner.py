"""Forced alignment of known English words by pocketsphinx: offline, about 20 ms from a hand's labels.

The beams are wide on purpose: with the defaults, speech with long pauses does not align at all. The
times are those of the first pass without its best-path search: the second, phone-level pass refuses
what that search gives it ("impossible duration") and adds nothing that a cut needs.
Words outside the dictionary get a pronunciation by letters, numbers every way they may be said.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from fractions import Fraction
from importlib.metadata import version
from typing import Any

import numpy as np

from pipeline.model.time import Source, Span, Time
from pipeline.model.words import plain, readings
from pipeline.tools.protocols import Speech

HOP = Fraction(1, 100)
"""pocketsphinx works in steps of 10 ms."""

LONGEST = 25 * 16_000

# Longest spelling first: letters to ARPABET, good enough for a name in a known sentence.
_SOUNDS = [pair.split("=") for pair in (
    "tion=SH AH N,sion=ZH AH N,ough=AO,augh=AO,eigh=EY,igh=AY,tch=CH,sch=S K,dge=JH,air=EH R,ear=IH R,eer=IH R,our=AW R,"
    "ch=CH,sh=SH,th=TH,ph=F,gh=G,wh=W,ck=K,ng=NG,qu=K W,kn=N,wr=R,ai=EY,ay=EY,ea=IY,ee=IY,ei=EY,ey=IY,ie=IY,"
    "oa=OW,oo=UW,ou=AW,ow=OW,oy=OY,oi=OY,au=AO,aw=AO,ew=UW,ue=UW,er=ER,ir=ER,ur=ER,ar=AA R,or=AO R,"
    "a=AE,b=B,c=K,d=D,e=EH,f=F,g=G,h=HH,i=IH,j=JH,k=K,l=L,m=M,n=N,o=AA,p=P,q=K,r=R,s=S,t=T,u=AH,v=V,w=W,x=K S,y=IY,z=Z"
).split(",")]  # fmt: skip


class Pocketsphinx:
    """One decoder, used by one caller at a time."""

    name = f"pocketsphinx {version('pocketsphinx')}"

    def __init__(self) -> None:
        self._decoder: Any = None
        self._lock = threading.Lock()

    def align(self, speech: Speech, words: Sequence[str]) -> list[Span[Source]] | None:
        if not words or len(speech) > LONGEST:
            return None
        with self._lock:
            if self._decoder is None:
                from pocketsphinx import Decoder

                self._decoder = Decoder(lm=None, beam=1e-120, wbeam=1e-100, pbeam=1e-120, bestpath=False, loglevel="FATAL")
            forms = [self._known(word) for word in words]
            if not all(forms):
                return None
            raw = (np.clip(speech, -1, 1) * 32767).astype("<i2").tobytes()
            found = self._times(raw, forms)
            if found is None:
                self._decoder = None  # after a failed pass the next one crashes: start anew
            return found

    def _times(self, raw: bytes, forms: list[str]) -> list[Span[Source]] | None:
        decoder = self._decoder
        try:
            decoder.set_align_text(" ".join(forms))
            decoder.start_utt()
            decoder.process_raw(raw, full_utt=True)
            decoder.end_utt()
            found = [
                Span(Time[Source](entry.start_frame * HOP), Time[Source]((entry.end_frame + 1) * HOP))
                for entry in decoder.seg() or ()
                if not entry.word.startswith(("<", "[", "+"))
            ]
        except RuntimeError:  # pocketsphinx says so where the words do not fit the sound
            return None
        return found if len(found) == len(forms) else None

    def _known(self, word: str) -> str:
        """The word under a spelling that the dictionary has, added to it where it had none."""
        form = re.sub(r"[^a-z0-9']", "", word.lower().replace("’", "'")).strip("'")
        if not form:
            return ""
        if self._decoder.lookup_word(form) is None:
            for number, sounds in enumerate(self._spoken(form), 1):
                self._decoder.add_word(form if number == 1 else f"{form}({number})", sounds, True)
        return form

    def _spoken(self, form: str) -> list[str]:
        if form.isdigit() and len(form) < 8:
            return [" ".join(self._decoder.lookup_word(word) for word in way.split()) for way in readings(int(form))]
        american = self._decoder.lookup_word(plain(form))
        if american:
            return [american]
        if form.endswith("'s") and (stem := self._decoder.lookup_word(form[:-2])):
            return [f"{stem} Z"]
        return [by_letters(form)]


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
