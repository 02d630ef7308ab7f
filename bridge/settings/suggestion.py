"""What somebody who wrote an unknown word probably meant."""

import difflib
from collections.abc import Iterable


def suggestion(word: str, known: Iterable[str]) -> str:
    """The nearest of *known*, or all of them, as a remedy."""
    names = list(known)
    close = difflib.get_close_matches(word, names, n=1)
    if close:
        return f"did you mean {close[0]}?"
    return f"there is: {', '.join(names) or 'none'}"
