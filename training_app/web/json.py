"""The JSON interface: strict bodies, documented end points, OpenAPI made from what the end points declare."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Blueprint, Flask, Response, current_app, jsonify, request, url_for
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.json_schema import models_json_schema
from werkzeug.exceptions import BadRequest, UnsupportedMediaType
from werkzeug.routing import IntegerConverter

from training_app.core.errors import InvalidInput
from training_app.core.pages import Page
from training_app.web.access import access_of, public

View = TypeVar("View", bound=Callable[..., Any])
_DEEPEST = 32


class Body(BaseModel):
    """Base of request bodies: unknown fields are refused, values are not guessed at."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@dataclass(frozen=True)
class Described:
    """What an end point says of itself."""

    summary: str
    body: type[BaseModel] | None
    answer: type[BaseModel] | None
    statuses: tuple[int, ...]


def api(
    summary: str,
    *,
    body: type[BaseModel] | None = None,
    answer: type[BaseModel] | None = None,
    statuses: Sequence[int] = (200,),
) -> Callable[[View], View]:
    """Describe an end point for OpenAPI."""

    def mark(view: View) -> View:
        view.__described__ = Described(summary, body, answer, tuple(statuses))  # type: ignore[attr-defined]
        return view

    return mark


Model = TypeVar("Model", bound=BaseModel)


def json_body(model: type[Model]) -> Model:
    """The request's body as a checked value.

    Raises:
        UnsupportedMediaType: the content is not declared as JSON (415).
        BadRequest: it is no JSON: broken, too deep, a key twice, NaN (400).
        InvalidInput: fields missing, unknown or of the wrong kind (422).
    """
    if request.mimetype != "application/json":
        raise UnsupportedMediaType
    try:
        return model.model_validate(parse(request.get_data()))
    except ValidationError as error:
        fields = {".".join(map(str, e["loc"])) or "body": e["msg"] for e in error.errors()}
        raise InvalidInput(code="invalid_input", fields=fields) from None


def parse(raw: bytes) -> Any:
    """Parse JSON without the leniencies of the standard parser.

    Raises:
        BadRequest: broken, nested deeper than 32, with a key twice, or with NaN or Infinity.
    """
    try:
        text = raw.decode("utf-8")
        if _depth(text) > _DEEPEST:
            raise BadRequest
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadRequest from None


def _depth(text: str) -> int:
    """An upper bound of the nesting, cheap: brackets inside strings only make it larger."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return 0
    depth = deepest = 0
    for c in text:
        if c in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif c in "]}":
            depth -= 1
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key occurs twice")
    return found


def _no_constant(_name: str) -> None:
    raise ValueError("not a JSON number")


def json_page(page: Page[Any], shown: Callable[[Any], dict[str, Any]]) -> Response:
    """A list as the contract wants it: items, total, and where the next page is."""
    more = page.query.page < page.pages
    args: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "page": page.query.page + 1}
    following = url_for(request.endpoint or "", **args) if more else None
    return jsonify(items=[shown(item) for item in page.items], total=page.total, next=following)


bp = Blueprint("openapi", __name__)


@bp.get("/api/v1/openapi.json")
@public(identify=False)
def openapi() -> ResponseReturnValue:
    """Everything under /api/v1, as OpenAPI 3."""
    return jsonify(describe(current_app))


def describe(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of an application."""
    paths: dict[str, dict[str, Any]] = {}
    used: set[type[BaseModel]] = set()
    for rule in sorted(app.url_map.iter_rules(), key=lambda r: r.rule):
        described: Described | None = getattr(app.view_functions[rule.endpoint], "__described__", None)
        if described is None or not rule.rule.startswith("/api/v1"):
            continue
        used |= {m for m in (described.body, described.answer) if m is not None}
        path = rule.rule
        parameters = []
        for name, converter in rule._converters.items():  # noqa: SLF001 - werkzeug offers no public way
            kind = "integer" if isinstance(converter, IntegerConverter) else "string"
            path = path.replace(f"<int:{name}>", f"{{{name}}}").replace(f"<{name}>", f"{{{name}}}")
            parameters.append({"name": name, "in": "path", "required": True, "schema": {"type": kind}})
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            operation: dict[str, Any] = {
                "operationId": f"{rule.endpoint}.{method.lower()}",
                "summary": described.summary,
                "parameters": parameters,
                "responses": _responses(described),
            }
            access = access_of(app, rule.endpoint)
            if access is not None and access.permission is not None:
                operation["description"] = f"Permission: {access.permission.code}"
            if described.body is not None:
                operation["requestBody"] = {"required": True, "content": _content(described.body)}
            paths.setdefault(path, {})[method.lower()] = operation
    _map, schemas = models_json_schema(
        [(m, "validation") for m in sorted(used, key=lambda m: m.__name__)], ref_template="#/components/schemas/{model}"
    )
    return {
        "openapi": "3.1.0",
        "info": {"title": "Zhixing", "version": "1"},
        "paths": paths,
        "components": {"schemas": {**schemas.get("$defs", {}), "Error": _ERROR}},
    }


_ERROR = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "fields": {"type": "object", "additionalProperties": {"type": "string"}},
            },
            "required": ["code", "message"],
        }
    },
    "required": ["error"],
}


def _responses(described: Described) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for status in described.statuses:
        good = status < 400
        schema = {"$ref": "#/components/schemas/Error"} if not good else {"type": "object"}
        content = _content(described.answer) if good and described.answer else {"application/json": {"schema": schema}}
        found[str(status)] = {"description": "Done" if good else "Refused", "content": content}
    found["default"] = {
        "description": "Refused",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
    return found


def _content(model: type[BaseModel]) -> dict[str, Any]:
    return {"application/json": {"schema": {"$ref": f"#/components/schemas/{model.__name__}"}}}
