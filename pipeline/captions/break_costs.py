"""What belongs together in an English sentence, and what it costs to part it: tables of words and prices.

Of other languages only punctuation, pauses and shapes are known.

A break between two cues takes what was before it out of sight, one inside a cue does not: each has a price of
its own. More than nothing: do not break here. Less than nothing: a break is welcome. A profile's [costs] may
override any of them, for both kinds of break.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.captions.sentence import sentence

Price = tuple[float, float]
"""What a break costs: between two cues, and between two lines of one."""

BREAKS: dict[str, Price] = {
    # Punctuation is where the writer breathes (BBC, Netflix, DCMP: break there first).
    "sentence": (-5.0, -3.0),
    "stop": (-4.0, -2.5),  # ; : and a dash
    "comma and clause": (-3.5, -1.5),  # When I came back, | the nurse had gone
    "opening": (-2.5, -2.0),  # In that year, | I lost my job: the same, but short
    "comma": (-1.5, -1.5),
    "comma within": (3.0, 2.5),  # and, | to be honest: what leans on the next words leans over a comma
    "list": (2.0, 0.0),  # my job, | my flat and most of my friends: its members are one thing together
    "plain": (4.5, 2.5),  # no punctuation at all
    "before dash": (8.0, 8.0),  # a dash belongs to what stands before it
    "pause": (-6.0, -3.0),  # for each second of quiet, up to one
    "orphan": (3.0, 2.0),  # more friends than you | do, and yet: one word before the next comma
    "alone": (4.0, 3.0),  # Then, | after a while: the first or the last word of a sentence, by itself
    # What never stands alone at the end of a line (BBC, Netflix, DCMP).
    "determiner": (8.0, 7.0),  # the | ward
    "possessive": (8.0, 7.0),  # my | doctor
    "preposition": (7.0, 6.0),  # at | the desk
    "conjunction": (6.0, 6.0),  # and | nobody asked
    "subordinator": (6.5, 6.0),  # because | nobody asked
    "pronoun": (7.0, 6.0),  # I | went
    "auxiliary": (5.5, 3.5),  # was | told
    "negation": (6.0, 5.0),  # not | told
    "degree": (6.0, 5.0),  # very | tired
    "quantity": (5.0, 4.0),  # many | people
    "adjective": (5.0, 4.0),  # medical | record
    "adverb": (3.0, 2.0),  # really | wanted
    "infinitive": (7.0, 6.0),  # to | ask
    # What is one thing in two words; a dose read wrong is a harm.
    "number": (6.0, 5.5),  # three | nurses
    "number and unit": (20.0, 20.0),  # 20 | mg
    "dose and drug": (20.0, 20.0),  # 20 mg | methadone, 20 mg | of methadone
    "title and name": (20.0, 20.0),  # Dr | Okafor
    "names": (7.0, 5.0),  # Amara | Okafor
    "phrasal verb": (5.0, 3.5),  # turned | away
    "short phrase": (3.0, 2.0),  # sat | with me: too light to stand for itself
    "verb and to": (4.5, 3.0),  # want | to ask
    "kind of": (5.0, 3.5),  # kind | of
    "verb and pronoun": (4.0, 3.0),  # told | me
    "verb and object": (2.5, 2.0),  # told | the nurse
    "verb and preposition": (3.0, 2.0),  # waited | in the corridor
    "one link": (5.0, 4.0),  # so | that, as | if, because | of
    "within a phrase": (2.0, 1.5),  # hospital | corridor: nothing begins here
    # Where a phrase begins: a break before it is welcome (Netflix: before conjunctions and prepositions).
    # because | I asked, and | they went: the next words have a subject and a verb of their own
    "before clause": (-4.0, -3.0),
    "before that": (-1.5, -2.5),  # I think | that nobody asked: what is thought belongs to the thinking
    "before question": (0.0, -1.0),  # to ask | what had happened
    "before relative": (-3.0, -3.0),  # the nurse | who asked
    "before and": (-2.5, -2.0),  # sat down | and listened
    "before conjunction": (0.5, -1.2),  # tea | and toast
    "before preposition": (-0.7, -2.0),
    "before of": (2.5, 0.5),  # the end | of it
    "before infinitive": (-1.0, -1.5),
    "before quote": (0.5, 0.0),  # he said | "nothing yet"
    "is that": (2.5, 2.5),  # the trouble is | that nobody asked: better before "is"
    "before pronoun": (0.5, -1.0),  # the page | they visit
    "before participle": (-1.5, -1.5),  # the air outside | using this app
    "after long subject": (-2.0, -2.5),  # the nurse on the ward | was kind
    "before verb": (2.0, -0.5),  # the nurse | was kind
    "before determiner": (-0.5, -0.5),
    "within brackets": (12.0, 9.0),  # [to A | and E], [door | slams]
    "after label": (8.0, 0.5),  # a speaker's name may have a line of its own, never a cue
    "beside a note": (-6.0, -5.0),  # [door slams] | and then: a sound may have a line or a cue of its own
    "within label": (20.0, 10.0),
    "at a cut": (-2.0, 0.0),
}
"""Every price of a break by its name."""

SHAPES: dict[str, float] = {
    "block": 3.0,  # each cue is another glance down
    "full": 0.2,  # for each character above those of a `FULL` cue: people begin another one
    "short": 0.2,  # for each character below those of a `SHORT` one: If a tray | by itself says nothing
    "halves": 2.5,  # the end of one sentence and the beginning of another
    "line": 1.5,  # each further line covers more of the picture
    "uneven": 0.06,  # for each character by which two lines differ
    "ragged": 0.15,  # and for each above sixteen
    "top heavy": 0.3,  # the lower line the longer: less of the face is covered
    "overfull": 60.0,  # a word that fits no line
    # Time.
    "fast": 1.0,  # for each character a second above the most
    "brief": 6.0,  # for each second below the least
    "long": 6.0,  # for each second above the most
    "over a cut": 6.0,  # a cue is read again from its start when the picture changes
}
"""Every price of a cue's shape and time by its name."""

FULL, SHORT = 60, 24
"""Characters of a cue that is full, and of one that is no longer short."""


def gaps(
    texts: Sequence[str], pauses: Sequence[float], prices: Mapping[str, Price], language: str = "en"
) -> list[Price]:
    """The two prices of a break after each word but the last."""
    words = sentence(texts, language)
    return [
        total([*(prices[name] for name in words.named(at)), _quiet(prices["pause"], pauses[at])])
        for at in range(len(texts) - 1)
    ]


def _quiet(price: Price, seconds: float) -> Price:
    share = min(max(seconds, 0.0), 1.0)
    return price[0] * share, price[1] * share


def total(prices: Sequence[Price]) -> Price:
    """What several prices come to.

    >>> total([(4.5, 2.5), (-1.5, -2.0)])
    (3.0, 0.5)
    """
    return sum(price[0] for price in prices), sum(price[1] for price in prices)
