"""One thread that takes everything waiting for it and does it in one go.

A caller hands in an item and awaits its result. What is handed in during one turn of
the event loop goes over at its end, and while one group is being done, for writes
chiefly while the disk syncs, the next one gathers; there is no timer, and an item that
comes alone is done at once.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from bridge.ports.errors import StoreUnavailable

Item = TypeVar("Item")
Result = TypeVar("Result")

_LARGE_GROUP = 512
"""So many items are enough for one group."""

_Entry = tuple[Item, asyncio.Future[Result]]
_Answer = tuple[asyncio.Future[Result], Result | None, BaseException | None]


class GroupCommit(Generic[Item, Result]):
    """Runs *perform* on groups of items, in a thread of its own.

    *perform* does all items or none, and answers in their order. Where it fails, each
    item is tried by itself, so that a bad one fails alone; StoreUnavailable fails the
    whole group, because the others would fare no better.
    """

    def __init__(
        self, name: str, perform: Callable[[Sequence[Item]], Sequence[Result]]
    ) -> None:
        self._perform = perform
        self._loop = asyncio.get_running_loop()
        self._ended = self._loop.create_future()
        self._is_closed = False
        self._gathered: list[_Entry[Item, Result]] = []
        self._waiting: SimpleQueue[list[_Entry[Item, Result]] | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    async def submit(self, item: Item) -> Result:
        """The result of *item*, once its group is done.

        A caller that is cancelled leaves its item to be done all the same.
        """
        if self._is_closed:
            raise StoreUnavailable("the store is closed")
        future: asyncio.Future[Result] = self._loop.create_future()
        if not self._gathered:
            self._loop.call_soon(self._hand_over)
        self._gathered.append((item, future))
        return await future

    async def aclose(self) -> None:
        """Finish what was handed in and end the thread."""
        if not self._is_closed:
            self._is_closed = True
            self._hand_over()
            self._waiting.put(None)
        await asyncio.shield(self._ended)
        self._thread.join()

    def _hand_over(self) -> None:
        if self._gathered:
            self._waiting.put(self._gathered)
            self._gathered = []

    def _run(self) -> None:
        is_last = False
        while not is_last:
            group, is_last = self._take()
            if group:
                self._tell(self._answer, self._answers(group))
        self._tell(self._ended.set_result, None)

    def _take(self) -> tuple[list[_Entry[Item, Result]], bool]:
        """What waits now, at least one; and whether nothing will come after it."""
        group: list[_Entry[Item, Result]] = []
        entries = self._waiting.get()
        while entries is not None:
            group += entries
            if len(group) >= _LARGE_GROUP:
                return group, False
            try:
                entries = self._waiting.get_nowait()
            except Empty:
                return group, False
        return group, True

    def _answers(self, group: list[_Entry[Item, Result]]) -> list[_Answer[Result]]:
        futures = [future for _, future in group]
        try:
            results = self._perform([item for item, _ in group])
        except StoreUnavailable as exc:
            return [(future, None, exc) for future in futures]
        except BaseException as exc:  # noqa: BLE001 - its callers get it, all of it
            if len(group) == 1:
                return [(futures[0], None, exc)]
            return [self._answers([entry])[0] for entry in group]
        return [
            (future, result, None)
            for future, result in zip(futures, results, strict=True)
        ]

    @staticmethod
    def _answer(answers: list[_Answer[Result]]) -> None:
        for future, result, error in answers:
            if future.done():
                continue
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(result)  # type: ignore[arg-type]

    def _tell(self, call: Callable[..., object], argument: object) -> None:
        try:
            self._loop.call_soon_threadsafe(call, argument)
        except RuntimeError:
            # The loop is closed: nobody is left to be told.
            return
