"""What an H5P package says besides the film's own words, in English and Welsh."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from pipeline.delivery.training.model import Kind, Template


@dataclass(frozen=True)
class Words:
    """The sentences of one language. `{}` stands for a time, or for what a sentence is about."""

    stop: str
    at: str
    before: str
    note_at: str
    skip: str
    seek: str
    support: str
    about: str
    go_on: str
    captions: str
    typed: str
    hour: tuple[str, str]
    """One, and any other number."""
    minute: tuple[str, str]
    second: tuple[str, str]
    kinds: dict[Kind, str]
    templates: dict[Template, tuple[str, ...]]

    def spoken(self, time: Fraction) -> str:
        """A time as it is said aloud.

        >>> ENGLISH.spoken(Fraction(80)), ENGLISH.spoken(Fraction("0.4")), ENGLISH.spoken(Fraction(7261))
        ('1 minute 20 seconds', '0 seconds', '2 hours 1 minute 1 second')
        """
        minutes, seconds = divmod(int(time), 60)
        hours, minutes = divmod(minutes, 60)
        parts = ((hours, self.hour), (minutes, self.minute), (seconds, self.second))
        said = [f"{count} {names[count != 1]}" for count, names in parts if count]
        return " ".join(said) or f"0 {self.second[1]}"


ENGLISH = Words(
    stop="Reflection break",
    at="{} at {}",
    before="Before you start",
    note_at="Content note",
    skip="Select this note to go on after that part, at {}.",
    seek="You can go on after that part, at {}.",
    support="If you want to talk to somebody",
    about="About {}. Take as long as you need.",
    go_on="Select Play when you are ready to go on.",
    captions="Captions",
    typed="What you type here is sent to this site, and people who run it can read it. It is no private "
    "note. You need not answer.",
    hour=("hour", "hours"),
    minute=("minute", "minutes"),
    second=("second", "seconds"),
    kinds={
        "pause": "",
        "think": "Think about this by yourself.",
        "pair": "Talk with the person next to you.",
        "group": "Talk about this in your group.",
        "write": "Write for yourself, on paper or wherever you like.",
    },
    templates={
        "own": (),
        "what": ("What happened?", "So what does it mean?", "Now what will you do?"),
        "gibbs": (
            "What happened?",
            "What did you feel?",
            "What was good about it, and what was not?",
            "What sense do you make of it?",
            "What else could have been done?",
            "What would you do next time?",
        ),
        "circle": (
            "Each person speaks in turn, and may pass.",
            "The others listen and do not answer.",
            "What stays with you from this story?",
        ),
    },
)

WELSH = Words(
    stop="Egwyl fyfyrio",
    at="{} ar {}",
    before="Cyn i chi ddechrau",
    note_at="Nodyn am y cynnwys",
    skip="Dewiswch y nodyn hwn i fynd ymlaen ar ôl y rhan honno, ar {}.",
    seek="Gallwch fynd ymlaen ar ôl y rhan honno, ar {}.",
    support="Os hoffech siarad â rhywun",
    about="Tua {}. Cymerwch gymaint o amser ag sydd ei angen arnoch.",
    go_on="Dewiswch Chwarae pan fyddwch yn barod i fynd ymlaen.",
    captions="Capsiynau",
    typed="Caiff yr hyn a deipiwch yma ei anfon i'r wefan hon, a gall y bobl sy'n ei rhedeg ei ddarllen. "
    "Nid nodyn preifat mohono. Nid oes rhaid i chi ateb.",
    hour=("awr", "awr"),
    minute=("munud", "munud"),
    second=("eiliad", "eiliad"),
    kinds={
        "pause": "",
        "think": "Meddyliwch am hyn ar eich pen eich hun.",
        "pair": "Siaradwch â'r person nesaf atoch.",
        "group": "Siaradwch am hyn yn eich grŵp.",
        "write": "Ysgrifennwch i chi'ch hun, ar bapur neu ble bynnag yr hoffech.",
    },
    templates={
        "own": (),
        "what": ("Beth ddigwyddodd?", "Beth mae'n ei olygu?", "Beth wnewch chi nawr?"),
        "gibbs": (
            "Beth ddigwyddodd?",
            "Beth oeddech chi'n ei deimlo?",
            "Beth oedd yn dda amdano, a beth nad oedd?",
            "Beth yw ei ystyr i chi?",
            "Beth arall y gellid bod wedi'i wneud?",
            "Beth fyddech chi'n ei wneud y tro nesaf?",
        ),
        "circle": (
            "Mae pawb yn siarad yn ei dro, a chaiff unrhyw un basio.",
            "Mae'r lleill yn gwrando heb ateb.",
            "Beth o'r stori hon sy'n aros gyda chi?",
        ),
    },
)


def words(language: str) -> Words:
    """The sentences of a language: Welsh, or else English."""
    return WELSH if language.partition("-")[0].lower() == "cy" else ENGLISH
