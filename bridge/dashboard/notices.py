"""What a page says was done just before: one of a few sentences and a number."""

from typing import Final

DONE: Final = {
    "retried": "Tried again: {}.",
    "skipped": "Let be: {}; both sides count as agreed there.",
    "resumed": "The case goes on.",
    "looking": "It is being looked at.",
    "linked": "The issue belongs to the case now.",
    "unlinked": "The issue belongs to no case now; nothing else was changed.",
}


def notice(done: str, count: str) -> str:
    """The sentence that the address asks for; nothing where there is no such one."""
    is_count = count.isascii() and count.isdigit()
    return DONE.get(done, "").format(count[:9] if is_count else "all")
