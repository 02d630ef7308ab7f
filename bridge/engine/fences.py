"""A fence in the hands of a pass of this process."""

from dataclasses import dataclass
from typing import Protocol

from bridge.ports.sharing import Fence, LeaseLost, Sharing


class Owner(Protocol):
    """Who claimed it."""

    sharing: Sharing

    def is_sure_of(self, fence: Fence) -> bool:
        """False once somebody else may have the key of *fence*."""
        ...


@dataclass(frozen=True, slots=True)
class HeldFence:
    """Implements ``bridge.ports.sharing.Held``."""

    fence: Fence
    owner: Owner

    def check_time(self) -> None:
        """LeaseLost when others may have counted this process as dead by now."""
        if not self.owner.is_sure_of(self.fence):
            raise LeaseLost(f"{self.fence.key}: this replica gave no sign for too long")

    async def check(self) -> None:
        """LeaseLost when the fence is not in force."""
        if not await self.owner.sharing.holds(self.fence):
            raise LeaseLost(f"another replica has taken over {self.fence.key}")
        self.check_time()
