"""The fixtures of the settings' tests."""

from tests.settings.kinds import paper_kinds, write

__all__ = ["paper_kinds", "write"]
