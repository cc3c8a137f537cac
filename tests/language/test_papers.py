"""Who approved is somebody; a note that says a row is gone is understood, and one that does not, is not."""

from __future__ import annotations

import pytest

from pipeline.errors import ConfigError
from pipeline.language.papers import asks, gone_words, is_nobody, is_undecided, says_no, somebody

REFUSING = """
Refused
Ben has not replied
Ben hasn't
Ben won't
not Ben
Ben NO
Ben ❌
outstanding
under review
to sign
Ben to approve
see notes
blank
missing
Ben: no
no Ben
Ben - refused
Ben (no)
Ben didnt
Ben ✗
Ben x
awaited
Ben to sign
Ben will sign
Ben declined
withdrawn by Ben
Ben 👎
Ben withdrew
Ben hasn’t
not sure
see email
Ben if he agrees
empty
Ben's refusal
unsigned
Ben asked
sent to Ben
emailed Ben
Ben away
Ben says no
Ben hasn't said
declined
Ben pending
no answer from Ben
none given
Nobody yet
not applicable
awaiting Ben
Ben tbc
to be signed
Ben - waiting
Ben, no
waiting on Ben
Ben isn't sure
Ben cannot
Ben can't
Ben refuses
nil
unsigned - Ben
Ben unsure
Ben on holiday
Ben to review
will ask Ben
Ben (not yet)
Ben ⏳
Ben ⛔
~~Ben~~
Ben 0
on hold - Ben
see note 3
see email
N.O.
not Ben but Amara
rejected by Ben
Ben objected
Ben never replied
deferred
draft
in review
Ben?
TODO
chase Ben
need Ben
ben false
Ben = no
X
ask
unknown
left blank
redacted
void
cancelled
Ben's not happy
don't know
dont know
no-one
without Ben
Ben unavailable
not recorded
illegible
lost
verbally
phone
""".strip().splitlines()
NAMES = """
Bo
Noor
Tuesday group
The No Wrong Door group
Time to Change group
Tim Hold
May
Will Smith
J. Poe on behalf of Amara
Ben ✓
Ben + Amara
Ben & Amara
Amara
Will
Group 3
the doctor
tester
Jo (chair)
Ben, by phone
Gone Girls
Stop Stigma group
""".strip().splitlines()
NOBODY = [
    *REFUSING,
    *(
        "no",
        "pending",
        "?",
        "-",
        "n/a",
        "N/A",
        "n.a.",
        "not yet",
        "NOT YET!",
        "tbc",
        "T.B.C.",
        "none",
        "nobody",
    ),
    *(
        "No-one",
        "awaiting",
        "awaiting reply",
        "to be confirmed",
        "to confirm",
        "x",
        "xxx",
        "123",
        "…",
        "✓",
        "yes",
    ),
    *(
        "ok",
        "Ben?",
        "Ben (tbc)",
        "pending - Amara",
        "no – see notes",
        "not approved by Amara",
        "ask Ben",
        "Name",
    ),
    *(
        "[name]",
        "<your name>",
        "None yet",
        "withdrawn",
        "on hold",
        "noch nicht",
        "offen",
        "en attente",
        "aucun",
    ),
    *("heb ei gymeradwyo", "neb", "ph\u200bpending pending", "\u00a0-\u00a0"),
]
SOMEBODY = [
    *NAMES,
    *(
        "Bo",
        "Noor",
        "Jo",
        "Ng",
        "A",
        "J.",
        "李",
        "Nan",
        "Ida",
        "May",
        "Yes Theory",
        "Tuesday group",
        "the group",
    ),
    *(
        "group 3",
        "Tim Hold",
        "Anne-Marie Peggs",
        "O'Neil",
        "Ben's carer",
        "The No Wrong Door group",
        "Amara (by phone)",
    ),
    *("J. Poe on behalf of Amara", "Tuesday group, 13 May", "Siân", "Niemandsland-Gruppe"),
]


@pytest.mark.parametrize("name", NOBODY)
def test_this_is_nobody(name: str) -> None:
    assert is_nobody(name)
    with pytest.raises(ConfigError, match="nobody who can say so"):
        somebody(name, "write a name")


@pytest.mark.parametrize("name", SOMEBODY)
def test_this_is_somebody(name: str) -> None:
    assert somebody(f" {name} ", "write a name") == name


@pytest.mark.parametrize(
    ("note", "words"),
    [
        ("WITHDRAWN by phone 3 Feb", "withdrawn"),
        ("Amara wants to withdraw", "withdraw"),
        ("Don’t use!", "don't use"),
        ("do not use this take", "do not use"),
        ("Not approved yet", "not approved"),
        ("Ne pas utiliser", "ne pas utiliser"),
        ("Valid until withdrawn", ""),
        ("has not withdrawn", ""),
        ("May withdraw at any time", ""),
        ("If withdrawn, tell Jo", ""),
        ("Do not use her surname", ""),
        ("Not for workshop clips and not for anything online.", ""),
        ("Withdrawal form signed", "withdrawal"),
    ],
)
def test_what_a_note_says(note: str, words: str) -> None:
    assert gone_words(note) == words


GONE = """
On 3 May Amara withdrew
12 May: withdrawn, by phone
May 2025 withdrawn
Right, withdrawn
Never happy. Withdrawn.
not happy, withdrew
Unless we hear, withdrawn
Do not use, her name is in it
hasn't approved this
did not consent
asked to be taken out
changed his mind
opted out
withdrawal received
consent removed
please remove
not consented
no permission
on hold
do not publish
Amara hasn’t, as of May, approved
hasnt approved
used her right to withdraw
valid until withdrawn on 3 May
has not withdrawn but wants to
12 May withdraw
W I T H D R A W N
withdrwan
Approved: no
Consent? No.
No
No!
has withdrawn
Do not use her name is in it
Not to be used
Don't show this
wants out
Ben pulled out
she wants this deleted
take it out
Take this down
Ben says no
no longer happy
do not use her name or the clip
not ok to use
not OK
refused
pending approval
awaiting sign off
Ben would rather not be in it
Please take me out
She does not want to be in the film
leave her out
consent withdrawn
withdrawing
never approved
nobody has approved
Approval outstanding
approval pending
declined by phone
consent expired
❌
✗ Amara
do not air
not yet
Cannot use
can't be used
She asked us not to
Ben didn't agree
Will withdraw
if she approves
Waiting for Ben's OK
No consent
withdrawn
Can Amara withdraw? yes she withdrew
Until further notice do not use
In May withdraw
Withdrawal form signed
Not yet
He'd rather not be in it
In May withdraw
Amara phoned on 4 May and withdrew
withdrew 12 May
Valid until withdrawn. Withdrawn 4 June.
May withdraw at any time - did so on 3 May, withdrawn
until withdrawn (withdrawn 3 May)
Not withdrawn. Correction: withdrawn
unless withdrawn, which she did
please don't use her clip, name is in it
do not use his name or face or words
He isn't OK with this
hasn't signed
hasn't given consent
consent not given
does not give permission
permission denied
permission refused
consent was withdrawn
No consent on file
has not said yes
he'd like it taken out
Wants it removed
Amara wants this gone
She'd prefer it not to be shown
She asked for it back
had second thoughts
is having doubts
no go
no-go
NOT OK
nope
don't
Don't!
stop
she backed out
unhappy with this
Not sure about this one
unsure
to be confirmed
TBC
Awaiting Amara
pending Amara's reply
check with Amara first
ask Amara
wait for Ben
hold
not final
not for release
cut this
leave out
Leave this out
omit
skip
do not include
do not share
don't post
cannot be shown
exclude
excluded
off the list
out
Not in film
we can't use it
no use
private
confidential
embargoed until June
revoked 3/5
took back her consent
takes it back
consent ended
left the project and wants nothing shown
Amara does not approve
Amara disapproves
disagreed
disagrees
Amara objects
vetoed
withheld
she never agreed to this
Nicht freigegeben
Einwilligung widerrufen
darf nicht gezeigt werden
consentement retiré
ne veut plus
möchte nicht
not with her name
Can withdraw; has
may withdraw at any time, and has
has the right to withdraw and used it
right to withdraw used
Not yet approved
Ben not asked yet
approval lapsed
approval withdrawn
approved by mistake
wrongly approved
approved in error
was approved, now not
Approved - NOT
""".strip().splitlines()
HOLDS = """
Valid until withdrawn
has not withdrawn
May withdraw at any time
She may withdraw at any time
If withdrawn, tell Jo
Do not use her surname
Do not use her name
Not for workshop clips and not for anything online.
unless withdrawn
not withdrawn
Has the right to withdraw
can withdraw at any time
She can withdraw
Amara can withdraw at any time
do not use his surname
Lovely!
Knows her right to withdraw
has not withdrawn yet
Approved by phone on 3 May
Consent form signed 3 May
OK to use
Happy for it to be used for twenty years. Ask again after that.
No objections
Take the er out
Leave out the middle bit
She laughs here
Do not use her name in the captions
Read to her by her sister, who holds power of attorney
Amara's carer; she signs for her
Jo is the group's secretary
Take the er out, please. Practise with an s, not a c.
Ben likes the numbers written as numbers.
He says it two ways. We chose the first way.
The title of the scene comes from this.
Two of us said this! We want it twice, but nobody wrote down whose clip this one was.
Leave out the middle bit.
The words in square brackets are ours, not Dev's. Please start after the door bang.
Carys asked for nothing else on screen while she says this.
Bleep the nurse and the ward. She did a good thing but nobody asked her.
Bleep the ward here as well.
We ticked workshop too, but check what Ben signed.
Last words of the film.
Somebody remembers this from the day. Is it on the tape?
Happy for it to be used for twenty years. Ask again after that.
Training films only. Not for workshop clips and not for anything online.
Nobody should be able to recognise her face or her voice. Her words can be written down.
Face and voice are fine. Does not want a name on screen or in the captions.
Would like to be sent the link when it is finished.
anonymise: none, or a ; list of face, voice, name
[words in square brackets] are shown, and never looked for in the sound
""".strip().splitlines()


@pytest.mark.parametrize("note", GONE)
def test_a_note_that_may_refuse_refuses(note: str) -> None:
    assert gone_words(note) or is_undecided(note)


@pytest.mark.parametrize("note", HOLDS)
def test_a_note_that_says_another_thing_holds(note: str) -> None:
    assert not gone_words(note)
    assert not is_undecided(note)


@pytest.mark.parametrize(
    "heading", ["OK to use", "Status", "Approved?", "Consent", "Usable", "Permission given", "Happy with it?"]
)
def test_a_heading_that_asks(heading: str) -> None:
    assert asks(heading)


@pytest.mark.parametrize("heading", ["Duration", "Who films", "Ort", "Checked by", "Notes of Jo"])
def test_a_heading_that_does_not(heading: str) -> None:
    assert not asks(heading)


ANSWERED_NO = "no n N false FALSE 0 ✗ ❌ x - ? pending nope".split()
ANSWERED_NO += [
    "On hold",
    "No (Jo)",
    "Ben: no",
    "not now",
    "pending pictures",
    "tbc",
    "to be confirmed",
    "maybe",
]


@pytest.mark.parametrize("answer", ANSWERED_NO)
def test_an_answer_that_is_a_no(answer: str) -> None:
    assert says_no(answer)


@pytest.mark.parametrize("answer", ["", " ", "yes", "Y", "✓", "✅ yes", "1", "TRUE", "Filmed", "OK"])
def test_an_answer_that_is_none(answer: str) -> None:
    assert not says_no(answer)
