"""What the two kinds of XML have in common: texts that XML can hold, and the bytes of a document."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

_NONE_OF_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def xml_text(text: str) -> str:
    """The text as XML holds it: lines end in one way, nothing is blank around it, and what XML cannot hold
    is U+FFFD.
    """
    return _NONE_OF_XML.sub("\ufffd", "\n".join(text.splitlines()).strip())


def document(root: Element, doctype: str) -> bytes:
    indent(root)
    body = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE {doctype}>\n{body}\n'.encode()


def within(parent: Element, name: str, text: str | int = "", /, **attributes: str) -> Element:
    """A new element at the end of another."""
    made = SubElement(parent, name, attributes)
    made.text = str(text) or None
    return made
