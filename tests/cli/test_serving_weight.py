"""What a process that serves does without."""

import subprocess
import sys

LOADED = """
import sys
from bridge.cli import running
keeping = running._nothing_drawn()
keeping.__enter__()
import bridge.app
print(*sorted(name for name, module in sys.modules.items() if module))
"""


def test_a_process_that_serves_loads_nothing_that_draws_in_terminals() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LOADED], capture_output=True, text=True, check=True
    )

    loaded = done.stdout.split()
    assert {"bridge.app", "httpx", "structlog.dev"} <= {*loaded}
    assert not [name for name in loaded if name.startswith(("rich", "pygments"))]
