"""What all tests share: HTTP that stays here, properties that hold everywhere."""

from collections.abc import Iterator

import pytest
import respx
from hypothesis import settings

from tests.postgres import Postgres, served

# A deadline for one example would measure the machine, not the code.
settings.register_profile("bridge", deadline=None, print_blob=True)
settings.load_profile("bridge")


@pytest.fixture
def vendor() -> Iterator[respx.MockRouter]:
    """Stands in for every HTTP server: what it has no route for fails.

    respx must patch httpx itself: its default would not intercept our transport.
    """
    with respx.mock(using="httpx", assert_all_called=False) as router:
        yield router


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A database server, started when the first test wants it."""
    with served() as server:
        yield server
