"""Lists of the configuration, which variables hold as text."""

import json
from typing import Any


def listed(value: Any) -> Any:
    """A list written as text, as variables hold it: JSON, or parted by commas."""
    if not isinstance(value, str):
        return value
    if not value.lstrip().startswith("["):
        return [part.strip() for part in value.split(",") if part.strip()]
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("write a JSON list, or values with commas between") from None
