"""How far long work is, for who looks on and for who does not."""

import io

from bridge.cli.progress import progress
from tests.cli.terminal import Terminal, seen


def work() -> None:
    with progress("Looking [again]") as tell:
        tell(3, 12, "3 of 12 looked at")
        tell.say("waits: cases: [busy]")
        tell(12, 12, "12 of 12 looked at")


def test_a_person_sees_a_bar_that_goes_away() -> None:
    text = seen(work)

    assert "12 of 12 looked at" in text
    assert "waits: cases: [busy]\n" in text
    assert "Looking [again]" in text
    assert text.rstrip().endswith(("\x1b[2K", "\x1b[?25h"))


def test_a_pipe_is_told_what_stays_only() -> None:
    file = io.StringIO()
    with Terminal.replaced_by(file):
        work()
    assert file.getvalue() == "waits: cases: [busy]\n"
