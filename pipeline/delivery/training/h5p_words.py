"""What an H5P package says besides the film's own words, in English and Welsh, as the player says it."""

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
    support="If the film stirs something up, you can turn to",
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
        "think": "Think by yourself.",
        "pair": "Talk in pairs.",
        "group": "Talk as a group.",
        "write": "Write for yourself.",
    },
    templates={
        "own": (),
        "what": (
            "What? What did you see and hear?",
            "So what? Why does it matter, to the person and to you?",
            "Now what? What will you do differently?",
        ),
        "gibbs": (
            "Description: What happened?",
            "Feelings: What did you feel and think?",
            "Evaluation: What was good about it, and what was not?",
            "Analysis: Why did it go as it did?",
            "Conclusion: What else could have been done?",
            "Action plan: What will you do when it happens again?",
        ),
        "circle": (
            "Arrive: Sit so that all can see each other. Take a quiet moment.",
            "Tell: One after the other says what the film called to mind. Anybody may pass.",
            "Listen: Nobody answers or advises. Leave a silence after each story.",
            "Close: Each says one thing that they take with them.",
        ),
    },
)

WELSH = Words(
    stop="Saib myfyrio",
    at="{} ar {}",
    before="Cyn dechrau",
    note_at="Nodyn am y cynnwys",
    skip="Dewiswch y nodyn hwn i fynd ymlaen ar ôl y rhan honno, ar {}.",
    seek="Gallwch fynd ymlaen ar ôl y rhan honno, ar {}.",
    support="Os yw’r ffilm yn cyffroi rhywbeth, gallwch droi at",
    about="Tua {}. Cymerwch gymaint o amser ag sydd ei angen arnoch.",
    go_on="Dewiswch Chwarae pan fyddwch yn barod i fynd ymlaen.",
    captions="Capsiynau",
    typed="Caiff yr hyn a deipiwch yma ei anfon i’r wefan hon, a gall y bobl sy’n ei rhedeg ei ddarllen. "
    "Nid nodyn preifat mohono. Nid oes rhaid i chi ateb.",
    hour=("awr", "awr"),
    minute=("munud", "munud"),
    second=("eiliad", "eiliad"),
    kinds={
        "pause": "",
        "think": "Meddyliwch ar eich pen eich hun.",
        "pair": "Siaradwch mewn parau.",
        "group": "Siaradwch fel grŵp.",
        "write": "Ysgrifennwch i chi’ch hun.",
    },
    templates={
        "own": (),
        "what": (
            "Beth? Beth welsoch chi a beth glywsoch chi?",
            "Felly beth? Pam mae’n bwysig, i’r person ac i chi?",
            "Beth nawr? Beth fyddwch chi’n ei wneud yn wahanol?",
        ),
        "gibbs": (
            "Disgrifiad: Beth ddigwyddodd?",
            "Teimladau: Beth oeddech chi’n ei deimlo a’i feddwl?",
            "Gwerthuso: Beth oedd yn dda, a beth nad oedd?",
            "Dadansoddi: Pam aeth pethau fel y gwnaethon nhw?",
            "Casgliad: Beth arall y gellid fod wedi’i wneud?",
            "Cynllun gweithredu: Beth wnewch chi pan fydd yn digwydd eto?",
        ),
        "circle": (
            "Cyrraedd: Eisteddwch fel bod pawb yn gweld ei gilydd. Cymerwch eiliad dawel.",
            "Dweud: Mae pob un yn ei dro yn dweud beth ddaeth i’w feddwl. Caiff unrhyw un basio.",
            "Gwrando: Does neb yn ateb nac yn cynghori. Gadewch dawelwch ar ôl pob stori.",
            "Cloi: Mae pob un yn dweud un peth y maen nhw’n mynd ag ef gyda nhw.",
        ),
    },
)


def words(language: str) -> Words:
    """The sentences of a language: Welsh, or else English."""
    return WELSH if language.partition("-")[0].lower() == "cy" else ENGLISH
