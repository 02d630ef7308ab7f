"""Run as a process: accepts deliveries and prints each id once it was answered."""

import asyncio
import sys
from datetime import UTC, datetime
from itertools import count

from bridge.store.opening import open_store
from tests.store.records import delivery


async def main(url: str, run: str) -> None:
    numbers = count()

    async with open_store(url) as store:

        async def caller() -> None:
            for number in numbers:
                name = f"{run}-{number:06}"
                subject = f"errors:{number % 10}"
                now = datetime.now(UTC)
                accepted = await store.accept(delivery(name, subject, at=now))
                sys.stdout.write(f"{accepted.id}\n")
                sys.stdout.flush()

        sys.stdout.write("open\n")
        sys.stdout.flush()
        async with asyncio.TaskGroup() as callers:
            for _ in range(16):
                callers.create_task(caller())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
