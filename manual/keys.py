"""What the settings' own classes say of a key: its type, default and description."""

import ast
import inspect
import json
import textwrap
from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from annotated_types import Ge, Le
from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bridge.ports.config import BYTES, Unit

_DURATIONS = {"d": 86400, "h": 3600, "m": 60, "s": 1}
_SIZES = {"GiB": 1024**3, "MiB": 1024**2, "KiB": 1024}
_SIZE = 'size: a number with `KiB`, `MiB` or `GiB`, as `"1MiB"`'
_PLAIN = {
    bool: "`true` or `false`",
    float: "number",
    int: "whole number",
    str: "text",
    SecretStr: "text, a secret",
    timedelta: 'duration: a number with `ms`, `s`, `m`, `h` or `d`, as `"30s"`',
}


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """What stands below each key of *model*, or of the classes that it extends."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        if issubclass(cls, BaseModel) and cls is not BaseModel:
            found |= dict(_described(cls))
    return found


def _described(cls: type[BaseModel]) -> Iterator[tuple[str, str]]:
    (tree,) = ast.parse(textwrap.dedent(inspect.getsource(cls))).body
    assert isinstance(tree, ast.ClassDef)
    for key, text in zip(tree.body, tree.body[1:], strict=False):
        match key, text:
            case (
                ast.AnnAssign(target=ast.Name(id=name)),
                ast.Expr(value=ast.Constant(value=str() as said)),
            ):
                yield name, " ".join(said.split()).replace("``", "`")


def type_of(field: FieldInfo) -> str:
    """What the key of *field* may hold, in words; numbers with bounds and unit."""
    return _type(field.annotation, tuple(field.metadata))


def _type(annotation: Any, metadata: tuple[object, ...]) -> str:
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(parts[0], (*_unfolded(parts[1:]), *metadata))
    if origin in (Union, UnionType):
        (kept,) = (part for part in parts if part is not NoneType)
        return _type(kept, metadata)
    if origin is tuple:
        return f"list of: {_type(parts[0], ())}"
    if origin is Literal:
        return " or ".join(f'`"{part}"`' for part in parts)
    return _simple_type(annotation, metadata)


def _unfolded(metadata: tuple[object, ...]) -> Iterator[object]:
    """A ``Field`` within a type holds its bounds itself."""
    for each in metadata:
        yield from each.metadata if isinstance(each, FieldInfo) else (each,)


def _simple_type(annotation: Any, metadata: tuple[object, ...]) -> str:
    if issubclass(annotation, StrEnum):
        return "one of " + ", ".join(f'`"{each}"`' for each in annotation)
    if BYTES in metadata:
        return _SIZE + _bounds(metadata, size)
    units = [f" of {each.name}" for each in metadata if isinstance(each, Unit)]
    return _PLAIN[annotation] + "".join(units) + _bounds(metadata, str)


def _bounds(metadata: tuple[object, ...], told: Any) -> str:
    least = [f"{told(each.ge)} at least" for each in metadata if isinstance(each, Ge)]
    most = [f"{told(each.le)} at most" for each in metadata if isinstance(each, Le)]
    return "".join(f", {bound}" for bound in (*least, *most))


def default_of(field: FieldInfo) -> str:
    """The default of *field* as the configuration writes it, or that there is none."""
    value = field.default
    if field.is_required():
        return "none, the key is required"
    if value is None or value in ("", ()):
        return "not set"
    if BYTES in field.metadata:
        return f"`{json.dumps(size(value))}`"
    return f"`{toml(value)}`"


def toml(value: Any) -> str:
    """*value* as TOML writes it."""
    match value:
        case SecretStr():
            return toml(value.get_secret_value())
        case timedelta():
            return json.dumps(_in_units(value.total_seconds(), _DURATIONS))
        case list() | tuple():
            return f"[{', '.join(toml(each) for each in value)}]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def size(value: float) -> str:
    """A number of bytes in the largest unit that fits."""
    return _in_units(value, _SIZES)


def _in_units(value: float, units: dict[str, int]) -> str:
    fitting = (name for name, each in units.items() if value % each == 0)
    name = next(fitting)
    return f"{value / units[name]:.0f}{name}"
