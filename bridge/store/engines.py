"""The engines of one database, as a store is made from them."""

from collections.abc import Callable

from sqlalchemy import Engine

Opened = tuple[Engine, Engine, Callable[[], None], int]
"""What writes, what reads, what lets go of the place, and the version of the tables
that were found."""
