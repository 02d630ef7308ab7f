"""Datadog's own Python package as the judge of documents."""

import json
from collections.abc import Iterator
from typing import Any

from datadog_api_client import ApiClient
from datadog_api_client.model_utils import data_to_dict


def parse(official: ApiClient, body: bytes, model: type) -> Any:
    """*body* as the official *model*; nothing in it may be unknown to the package."""
    parsed = official.deserialize(body.decode(), (model,), check_type=True)
    assert isinstance(parsed, model)
    assert list(unknown_in(parsed)) == []
    assert plain(parsed) == json.loads(body)
    return parsed


def unknown_in(model: Any) -> Iterator[str]:
    """Where the package had to keep something for which it has no field or value."""
    if isinstance(model, list):
        for item in model:
            yield from unknown_in(item)
    if getattr(model, "_unparsed", False):
        yield f"{type(model).__name__} unparsed"
    declared = getattr(model, "attribute_map", None)
    if not isinstance(declared, dict):
        return
    for name, value in model._data_store.items():
        if name not in declared:
            yield f"{type(model).__name__}.{name}"
        yield from unknown_in(value)


def plain(model: Any) -> Any:
    """*model* as the JSON that the package itself would write."""
    written = data_to_dict(model, serialize=True)  # type: ignore[no-untyped-call]
    return json.loads(json.dumps(written))
