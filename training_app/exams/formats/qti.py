"""IMS QTI 2.1, 2.2 and 3.0: packages and single items. Paths of a package only name its entries, never files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import unquote
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from training_app.exams.formats.markup import Find, Pictures, no_file, text_of_element
from training_app.exams.formats.questions import (
    ESSAY,
    LETTERS,
    MATCHING,
    MULTIPLE,
    NUMERICAL,
    SHORT_ANSWER,
    SINGLE,
    Notes,
    Question,
    clean,
    difficulty_of,
    normal,
    number_of,
    shown_number,
)

MANIFEST = "imsmanifest.xml"
_INTERACTIONS = frozenset(
    each.lower()
    for each in (
        "choiceInteraction", "textEntryInteraction", "extendedTextInteraction", "matchInteraction",
        "associateInteraction", "orderInteraction", "gapMatchInteraction", "inlineChoiceInteraction",
        "hottextInteraction", "hotspotInteraction", "sliderInteraction", "uploadInteraction", "drawingInteraction",
        "graphicOrderInteraction", "graphicGapMatchInteraction", "selectPointInteraction", "customInteraction",
        "positionObjectInteraction", "mediaInteraction", "endAttemptInteraction", "portableCustomInteraction",
    )
)  # fmt: skip
_ASIDE = _INTERACTIONS | {"rubricblock", "stylesheet", "feedbackblock", "feedbackinline", "catalog-info"}
_GAP, _BLANK = "\ue002", "（　）"
_MAX_ITEMS = 20_000


def plain_names(root: Element) -> Element:
    """The tree without name spaces, QTI 3's ``qti-choice-interaction`` as ``choiceInteraction``."""
    for node in root.iter():
        tag = str(node.tag).rpartition("}")[2]
        node.tag = _camel(tag.removeprefix("qti-")) if tag.startswith("qti-") else tag
        for name in list(node.attrib):
            short = name.rpartition("}")[2]
            if short != name or "-" in short:
                node.attrib.setdefault(_camel(short), node.attrib[name])
    return root


def _camel(name: str) -> str:
    return re.sub(r"-([a-z0-9])", lambda m: m[1].upper(), name)


def read_package(parts: Mapping[str, bytes]) -> list[Question]:
    """Every item the manifest lists, in its order; without a manifest every item by name."""
    by_name = {_place("", name): data for name, data in parts.items()}
    questions = []
    for place in _items(by_name)[:_MAX_ITEMS]:
        data = by_name.get(place)
        if data is None:
            questions.append(Question(broken=f"{place[:80]}: –"))
            continue
        base = posixpath.dirname(place)
        questions.append(read_item(data, lambda name, base=base: by_name.get(_place(base, name))))  # type: ignore[misc]
    return questions


def _place(base: str, name: str) -> str:
    return posixpath.normpath(posixpath.join("/", base, unquote(name.replace("\\", "/")))).lstrip("/")


def _items(parts: Mapping[str, bytes]) -> list[str]:
    manifest = next((n for n in sorted(parts, key=len) if posixpath.basename(n) == MANIFEST), "")
    if not manifest:
        return sorted(n for n, data in parts.items() if n.endswith(".xml") and b"ssessment" in data[:3000])
    root = plain_names(fromstring(parts[manifest]))
    found = []
    for resource in root.iter("resource"):
        kind, href = (resource.get("type") or "").lower(), resource.get("href") or ""
        if "item" in kind and href:
            found.append(_place(posixpath.dirname(manifest), href))
    return list(dict.fromkeys(found))


def read_item(data: bytes, find: Find = no_file) -> Question:
    """One assessment item; broken when it is no XML, or asks in a way we do not know."""
    try:
        root = plain_names(fromstring(data))
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        return Question(broken=f"XML: {error}"[:120])
    item = root if root.tag == "assessmentItem" else root.find(".//assessmentItem")
    if item is None:
        return Question(broken=str(root.tag)[:60])
    return _item(item, find)


def _item(item: Element, find: Find) -> Question:
    notes = Notes()
    pictures = Pictures(find, notes)
    body = item.find("itemBody")
    asked = [node for node in body.iter() if str(node.tag).lower() in _INTERACTIONS] if body is not None else []
    title = item.get("title") or ""
    if body is None or not asked:
        return Question(stem=clean(title), broken="itemBody")
    if len(asked) > 1:
        stem = text_of_element(body, pictures, notes, without=_ASIDE)
        return Question(stem=stem or clean(title), broken=f"{len(asked)} × interaction")
    inter = asked[0]
    prompt = inter.find("prompt")
    around = _around(body, inter, pictures, notes)
    inside = text_of_element(prompt, pictures, notes) if prompt is not None else ""
    stem = "\n".join(part for part in (around, inside) if part)
    wanted = inter.get("responseIdentifier")
    declared = next((d for d in item.findall("responseDeclaration") if d.get("identifier") == wanted), None)
    values = [clean(v.text or "") for v in declared.findall("correctResponse/value")] if declared is not None else []
    values = values or _matched(item, wanted or "")
    answered = _answer(inter, declared, values, item, pictures, notes)
    _remarks(inter, declared, notes)
    explanation, points = _asides(item, body, pictures, notes)
    done = Question(
        type=answered.type, stem=stem, options=answered.options, explanation=explanation, broken=answered.broken,
        answer=answered.answer or (points if answered.type == ESSAY else ""), category=title, pairs=answered.pairs,
        tolerance=answered.tolerance, score=_score(item), difficulty=difficulty_of(item.get("label") or ""),
        distractors=answered.distractors, pictures=tuple(pictures.found), notes=tuple(notes.found),
    )  # fmt: skip
    return normal(done)


def _around(body: Element, inter: Element, pictures: Pictures, notes: Notes) -> str:
    """The text around what is asked, with a gap where the answer goes into the middle of a sentence."""
    if str(inter.tag).lower() not in ("textentryinteraction", "inlinechoiceinteraction"):
        return text_of_element(body, pictures, notes, without=_ASIDE)
    tail, inter.tail = inter.tail, f"{_GAP}{inter.tail or ''}"
    text = text_of_element(body, pictures, notes, without=_ASIDE)
    inter.tail = tail
    lines = [line for line in text.split("\n") if line.strip() != _GAP]
    return "\n".join(lines).replace(_GAP, _BLANK)


def _matched(item: Element, name: str) -> list[str]:
    """The values that the processing gives points for, where the declaration names none."""
    found: list[str] = []
    for condition in item.iter("responseIf"):
        if not any(node.get("identifier") == "SCORE" for node in condition.iter("setOutcomeValue")):
            continue
        points = [number_of(n.text or "") or 0 for o in condition.iter("setOutcomeValue") for n in o.iter("baseValue")]
        if points and max(points) <= 0:
            continue
        for kind in ("match", "stringMatch", "member", "equal"):
            for node in condition.iter(kind):
                if any(v.get("identifier") == name for v in node.iter("variable")):
                    found += [clean(v.text or "") for v in node.iter("baseValue")]
    return list(dict.fromkeys(found))


def _remarks(inter: Element, declared: Element | None, notes: Notes) -> None:
    """What QTI says of a question and we do not hold."""
    entries = declared.findall("mapping/mapEntry") if declared is not None else []
    if any(entry.get("caseSensitive") == "true" for entry in entries):
        notes.add("usecase", "1")
    minus = [e for e in entries if (number_of(e.get("mappedValue") or "") or 0) < 0]
    if minus:
        notes.add("minus", "; ".join(f"{e.get('mapKey')} {e.get('mappedValue')}" for e in minus))
    pattern = inter.get("patternMask")
    if pattern:
        notes.add("setting", f"patternMask={pattern}")


def _asides(item: Element, body: Element, pictures: Pictures, notes: Notes) -> tuple[str, str]:
    explanation, points = [], []
    for feedback in item.findall("modalFeedback"):
        text = text_of_element(feedback, pictures, notes)
        if (feedback.get("identifier") or "").lower() in ("explanation", "general", "solution"):
            explanation.append(text)
        elif text:
            notes.add("feedback", text)
    for rubric in body.iter("rubricBlock"):
        text = text_of_element(rubric, pictures, notes)
        if "scorer" in (rubric.get("view") or ""):
            points.append(text)
        elif text:
            notes.add("rubric", text)
    return "\n".join(explanation), "\n".join(points)


def _score(item: Element) -> Decimal | None:
    for outcome in item.findall("outcomeDeclaration"):
        if outcome.get("identifier") == "MAXSCORE":
            return number_of(outcome.findtext("defaultValue/value") or "")
        if outcome.get("identifier") == "SCORE" and outcome.get("normalMaximum"):
            return number_of(outcome.get("normalMaximum") or "")
    return None


def _answer(
    inter: Element, declared: Element | None, values: list[str], item: Element, pictures: Pictures, notes: Notes
) -> Question:
    kind = str(inter.tag).lower()
    if kind == "inlinechoiceinteraction":
        return _choice(inter, declared, values, pictures, notes, tag="inlineChoice")
    if kind == "choiceinteraction":
        return _choice(inter, declared, values, pictures, notes)
    if kind == "extendedtextinteraction":
        return Question(type=ESSAY, answer="\n".join(values))
    if kind == "textentryinteraction":
        return _entry(declared, values, item, notes)
    if kind in ("matchinteraction", "associateinteraction"):
        return _match(inter, values, pictures, notes)
    return Question(broken=str(inter.tag)[:60])


def _choice(
    inter: Element,
    declared: Element | None,
    values: list[str],
    pictures: Pictures,
    notes: Notes,
    *,
    tag: str = "simpleChoice",
) -> Question:
    choices = inter.findall(tag)
    names = [choice.get("identifier") or "" for choice in choices]
    many = declared is not None and declared.get("cardinality") == "multiple"
    options = [text_of_element(c, pictures, notes, without=frozenset({"feedbackinline"})) for c in choices]
    for choice in choices:
        for feedback in choice.iter("feedbackInline"):
            notes.add("feedback", text_of_element(feedback, pictures, notes))
    beyond = LETTERS[min(len(names), len(LETTERS) - 1)]
    answer = "".join(LETTERS[names.index(v)] if v in names[:26] else beyond for v in values)
    mapped = declared.findall("mapping/mapEntry") if declared is not None else []
    positive = [e for e in mapped if (number_of(e.get("mappedValue") or "") or 0) > 0]
    if len({e.get("mappedValue") for e in positive}) > 1:
        notes.add("weights", "; ".join(f"{e.get('mapKey')} {e.get('mappedValue')}" for e in mapped))
    if not values and positive:
        answer = "".join(LETTERS[names.index(e.get("mapKey") or "")] for e in positive if e.get("mapKey") in names[:26])
    broken = "> 26" if len(options) > len(LETTERS) else ""
    one = tuple(o.replace("\n", " ") for o in options)
    return Question(type=MULTIPLE if many else SINGLE, options=one, answer=answer, broken=broken)


def _entry(declared: Element | None, values: list[str], item: Element, notes: Notes) -> Question:
    base = declared.get("baseType") if declared is not None else "string"
    if base in ("float", "integer"):
        value = number_of(values[0]) if values else None
        if values and value is None:
            return Question(type=NUMERICAL, broken=values[0][:40])
        equal = next((node for node in item.iter("equal") if node.get("tolerance")), None)
        tolerance = Decimal(0)
        if equal is not None:
            both = [number_of(each) or Decimal(0) for each in (equal.get("tolerance") or "0").split()] or [Decimal(0)]
            tolerance = max(both)
            if min(both) != tolerance:
                notes.add("tolerance", equal.get("tolerance") or "")
            if equal.get("toleranceMode") == "relative":
                tolerance = abs(value or Decimal(0)) * tolerance / 100
        return Question(type=NUMERICAL, answer=shown_number(value), tolerance=tolerance)
    mapped = declared.findall("mapping/mapEntry") if declared is not None else []
    keys = [clean(e.get("mapKey") or "") for e in mapped if (number_of(e.get("mappedValue") or "") or 0) > 0]
    if len({e.get("mappedValue") for e in mapped}) > 1:
        notes.add("weights", "; ".join(f"{e.get('mapKey')} {e.get('mappedValue')}" for e in mapped))
    return Question(type=SHORT_ANSWER, answer="\n".join(dict.fromkeys([*values, *keys])))


def _match(inter: Element, values: list[str], pictures: Pictures, notes: Notes) -> Question:
    texts = {
        node.get("identifier") or "": text_of_element(node, pictures, notes).replace("\n", " ")
        for node in inter.iter()
        if node.tag == "simpleAssociableChoice"
    }
    pairs = [tuple(value.split()) for value in values]
    if any(len(pair) != 2 or pair[0] not in texts or pair[1] not in texts for pair in pairs):
        return Question(type=MATCHING, broken="directedPair")
    used = {name for pair in pairs for name in pair}
    sets = inter.findall("simpleMatchSet")
    right = {n.get("identifier") or "" for n in sets[-1].iter() if n.tag == "simpleAssociableChoice"} if sets else set()
    idle = [texts[name] for name in texts if name not in used and (name in right or not sets)]
    return Question(type=MATCHING, pairs=tuple((texts[p[0]], texts[p[1]]) for p in pairs), distractors=tuple(idle))
