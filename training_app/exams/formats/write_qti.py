"""Questions as an IMS QTI package (2.1, or 3.0 with its own element names)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from training_app.exams.formats.markup import html_of_text, picture_kind
from training_app.exams.formats.questions import (
    CHOICES,
    ESSAY,
    MATCHING,
    MULTIPLE,
    NUMERICAL,
    TRUE_FALSE,
    Question,
    shown_number,
)

_SPACES = {
    "2.1": ("http://www.imsglobal.org/xsd/imsqti_v2p1", "imsqti_item_xmlv2p1"),
    "3.0": ("http://www.imsglobal.org/xsd/imsqtiasi_v3p0", "imsqti_item_xmlv3p0"),
}
_MATCH = "http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"
_DATE = (2020, 1, 1, 0, 0, 0)
_HTML = frozenset({"p", "br", "img", "div", "manifest", "metadata", "schema", "schemaversion"})


def write(questions: Iterable[Question], *, version: str = "2.1") -> bytes:
    """A package whose manifest lists every item; pictures lie beside the items."""
    files: dict[str, bytes] = {}
    resources = []
    for number, question in enumerate(questions, 1):
        name = f"Q{number:05d}"
        pictures = {
            f"images/{name}-{at}.{picture_kind(p.data) or 'png'}": p.data for at, p in enumerate(question.pictures, 1)
        }
        files[f"items/{name}.xml"] = _item(question, name, list(pictures), version).encode()
        files |= {f"items/{path}": data for path, data in pictures.items()}
        inner = "".join(f'<file href="items/{path}"/>' for path in pictures)
        resources.append(
            f'<resource identifier="{name}" type="{_SPACES[version][1]}" href="items/{name}.xml">'
            f'<file href="items/{name}.xml"/>{inner}</resource>'
        )
    manifest = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="BANK">\n'
        f"<metadata><schema>QTI Package</schema><schemaversion>{version}</schemaversion></metadata>\n"
        "<organizations/>\n<resources>\n" + "\n".join(resources) + "\n</resources>\n</manifest>\n"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, data in {"imsmanifest.xml": manifest.encode(), **files}.items():
            package.writestr(zipfile.ZipInfo(path, _DATE), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _item(question: Question, name: str, pictures: list[str], version: str) -> str:
    def html(text: str) -> str:
        return html_of_text(text, lambda n: pictures[n - 1] if 1 <= n <= len(pictures) else "")

    declared, body, rule = _parts(question, html)
    score = ""
    if question.score is not None:
        score = (
            '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float">'
            f"<defaultValue><value>{shown_number(question.score)}</value></defaultValue></outcomeDeclaration>\n"
        )
    points = ""
    if question.type == ESSAY and question.answer:
        points = f'<rubricBlock view="scorer"><div>{html(question.answer)}</div></rubricBlock>'
    note = shown = ""
    if question.explanation:
        note = '<outcomeDeclaration identifier="NOTE" cardinality="single" baseType="identifier"/>\n'
        shown = (
            '<modalFeedback outcomeIdentifier="NOTE" identifier="explanation" showHide="show">'
            f"<div>{html(question.explanation)}</div></modalFeedback>\n"
        )
    label = f" label={quoteattr(question.difficulty)}" if question.difficulty else ""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<assessmentItem xmlns="{_SPACES[version][0]}" identifier="{name}" title={quoteattr(question.category)}'
        f'{label} adaptive="false" timeDependent="false">\n'
        f"{declared}\n"
        '<outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float">'
        "<defaultValue><value>0</value></defaultValue></outcomeDeclaration>\n"
        f"{score}{note}<itemBody>{body}{points}</itemBody>\n{rule}{shown}"
        "</assessmentItem>\n"
    )
    return _third(text) if version == "3.0" else text


def _declared(shape: str, base: str, values: Iterable[str], mapping: str = "") -> str:
    given = "".join(f"<value>{escape(value)}</value>" for value in values)
    correct = f"<correctResponse>{given}</correctResponse>" if given else ""
    return (
        f'<responseDeclaration identifier="RESPONSE" cardinality="{shape}" baseType="{base}">{correct}{mapping}'
        "</responseDeclaration>"
    )


def _parts(question: Question, html: object) -> tuple[str, str, str]:
    told = html if callable(html) else str
    prompt = f"<prompt>{told(question.stem)}</prompt>"
    match = f'<responseProcessing template="{_MATCH}"/>\n'
    if question.type in CHOICES or question.type == TRUE_FALSE:
        many = question.type == MULTIPLE
        options = list(question.options) or ["对", "错"]
        right = question.right() if question.options else [0 if question.answer == "true" else 1]
        choices = "".join(
            f'<simpleChoice identifier="C{at}">{told(option)}</simpleChoice>' for at, option in enumerate(options)
        )
        body = (
            f'<choiceInteraction responseIdentifier="RESPONSE" shuffle="false" maxChoices="{0 if many else 1}">'
            f"{prompt}{choices}</choiceInteraction>"
        )
        return _declared("multiple" if many else "single", "identifier", [f"C{at}" for at in right]), body, match
    if question.type == ESSAY:
        body = f'<extendedTextInteraction responseIdentifier="RESPONSE">{prompt}</extendedTextInteraction>'
        return _declared("single", "string", ()), body, ""
    if question.type == MATCHING:
        return (*_matching(question, prompt, told), match)
    entry = f'<div>{told(question.stem)}</div><p><textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    if question.type == NUMERICAL:
        tolerance = shown_number(question.tolerance)
        rule = (
            "<responseProcessing><responseCondition><responseIf>"
            f'<equal toleranceMode="absolute" tolerance="{tolerance} {tolerance}"><variable identifier="RESPONSE"/>'
            '<correct identifier="RESPONSE"/></equal><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1'
            "</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>\n"
        )
        return _declared("single", "float", [question.answer]), entry, rule
    texts = question.answer.split("\n")
    entries = "".join(f'<mapEntry mapKey={quoteattr(text)} mappedValue="1"/>' for text in texts)
    mapping = f'<mapping defaultValue="0">{entries}</mapping>'
    rule = '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/map_response"/>\n'
    return _declared("single", "string", texts[:1], mapping), entry, rule


def _matching(question: Question, prompt: str, told: object) -> tuple[str, str]:
    say = told if callable(told) else str
    rights = list(dict.fromkeys([*(right for _, right in question.pairs), *question.distractors]))
    values = [f"L{at} R{rights.index(right)}" for at, (_, right) in enumerate(question.pairs)]
    left = "".join(
        f'<simpleAssociableChoice identifier="L{at}" matchMax="1">{say(text)}</simpleAssociableChoice>'
        for at, (text, _) in enumerate(question.pairs)
    )
    right = "".join(
        f'<simpleAssociableChoice identifier="R{at}" matchMax="{len(values)}">{say(text)}</simpleAssociableChoice>'
        for at, text in enumerate(rights)
    )
    body = (
        f'<matchInteraction responseIdentifier="RESPONSE" shuffle="false" maxAssociations="{len(values)}">{prompt}'
        f"<simpleMatchSet>{left}</simpleMatchSet><simpleMatchSet>{right}</simpleMatchSet></matchInteraction>"
    )
    return _declared("multiple", "directedPair", values), body


def _third(text: str) -> str:
    """The same item with the names of QTI 3."""

    def tag(found: re.Match[str]) -> str:
        name = found[2]
        return found[0] if name in _HTML else f"<{found[1]}qti-{_kebab(name)}{_attributes(found[3])}"

    return re.sub(r"<(/?)([A-Za-z]+)((?:\s+[\w:]+=(?:\"[^\"]*\"|'[^']*'))*)", tag, text).replace(
        _MATCH, "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"
    )


def _attributes(text: str) -> str:
    return re.sub(r"(\s+)([A-Za-z]+)=(\"[^\"]*\"|'[^']*')", lambda m: f"{m[1]}{_kebab(m[2])}={m[3]}", text)


def _kebab(name: str) -> str:
    return re.sub(r"([A-Z])", lambda m: f"-{m[1].lower()}", name)
