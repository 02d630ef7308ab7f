"""JSON schemas in words: the objects of the API, each with its keys."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

Json = Mapping[str, Any]

_REF = "#/components/schemas/"
_FORMATS = {"date-time": "time, by RFC 3339"}
_TYPES = {"string": "text", "integer": "whole number", "boolean": "true or false"}
_BOUNDS = (
    ("minimum", "maximum", ""),
    ("minLength", "maxLength", " characters"),
    ("minItems", "maxItems", " of them"),
)


def told(defined: Mapping[str, Json], paths: Json) -> Iterator[str]:
    """Every object that a call names, or one of those does, by its name."""
    used: set[str] = set()
    waiting = [*_named(paths)]
    while waiting:
        name = waiting.pop()
        if name not in used:
            used.add(name)
            waiting += _named(defined[name])
    for name in sorted(used):
        yield _object(name, defined[name])


def words(schema: Json) -> str:
    """What fits *schema*."""
    if ref := schema.get("$ref"):
        name = ref.removeprefix(_REF)
        return f"[{name}](#{name.lower()})"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " or ".join(map(words, choices))
    if isinstance(kinds := schema.get("type"), list):
        return " or ".join(words({**schema, "type": kind}) for kind in kinds)
    if listed := schema.get("enum"):
        return ", ".join(f"`{json.dumps(one)}`" for one in listed)
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    return ", ".join([_kind(schema), *_bounds(schema)])


def _kind(schema: Json) -> str:
    kind = schema.get("type", "anything")
    match kind:
        case "array":
            return f"list of {words(schema['items'])}"
        case "object" if isinstance(schema.get("additionalProperties"), Mapping):
            return f"object, by name: {words(schema['additionalProperties'])}"
        case _:
            return _FORMATS.get(schema.get("format", ""), _TYPES.get(kind, str(kind)))


def _bounds(schema: Json) -> Iterator[str]:
    for least, most, unit in _BOUNDS:
        match schema.get(least), schema.get(most):
            case None, None:
                continue
            case low, None:
                yield f"{low}{unit} at least"
            case None, high:
                yield f"{high}{unit} at most"
            case low, high:
                yield f"{low} to {high}{unit}"


def _object(name: str, schema: Json) -> str:
    about = " ".join(schema.get("description", "").split()).replace("``", "`")
    parts = [f"### `{name}`", *([about] if about else [])]
    if keys := schema.get("properties"):
        needed = set(schema.get("required", ()))
        rows = [_row(key, one, is_needed=key in needed) for key, one in keys.items()]
        parts.append("\n".join(["| key | holds | |", "|---|---|---|", *rows]))
    else:
        parts.append(words({k: v for k, v in schema.items() if k != "description"}))
    return "\n\n".join(parts) + "\n"


def _row(key: str, schema: Json, *, is_needed: bool) -> str:
    if is_needed:
        rest = ""
    elif schema.get("default") is not None:
        rest = f"default `{json.dumps(schema['default'])}`"
    else:
        rest = "may be left out"
    return f"| `{key}` | {words(schema)} | {rest} |"


def _named(part: object) -> Iterator[str]:
    match part:
        case {"$ref": str(ref)}:
            yield ref.removeprefix(_REF)
        case Mapping():
            for inner in part.values():
                yield from _named(inner)
        case list():
            for inner in part:
                yield from _named(inner)
