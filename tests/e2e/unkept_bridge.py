"""The bridge, which kills itself between an act and the keeping of its answer."""

import os
import signal
import sys

from bridge.cli import main
from bridge.ports.idempotency import KeptAnswer, KeyClaim
from bridge.store.kept_answers import SqlKeptAnswers


async def die(self: SqlKeptAnswers, claim: KeyClaim, answer: KeptAnswer) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    SqlKeptAnswers.keep = die  # type: ignore[method-assign]
    main(sys.argv[1:])
