"""Writing an appointment form as an ``.lrmx`` file."""

from __future__ import annotations

import base64
import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from training_app.cadres.lrmx.form import ELEMENTS, RELATIVE, AppointmentForm

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(form: AppointmentForm) -> bytes:
    """The file: UTF-8, every element of the trade's files, empty ones too, in their order."""
    root = Element("Person")
    for tag, (name, _) in ELEMENTS.items():
        element = SubElement(root, tag)
        if name == "photo":
            element.text = base64.b64encode(form.photo).decode()
        elif name == "family":
            for relative in form.family:
                item = SubElement(element, "Item")
                for part, field in RELATIVE.items():
                    SubElement(item, part).text = _clean(getattr(relative, field))
        else:
            element.text = _clean(getattr(form, name))
    indent(root)
    content: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + content


def _clean(text: str) -> str:
    """Without characters that XML cannot hold."""
    return _FORBIDDEN.sub("", text)
