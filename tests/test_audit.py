"""What ``make audit`` concludes from what it was told."""

from typing import Any

import pytest

from tests import audit

UNKNOWN = {"name": "ours", "skip_reason": "not found"}
GOOD = {"name": "fine", "version": "1", "vulns": []}
BAD = {
    "name": "old",
    "version": "1",
    "vulns": [
        {"id": "CVE-1", "fix_versions": ["2"]},
        {"id": "CVE-2", "fix_versions": []},
    ],
}


def concluded(*packages: dict[str, Any]) -> tuple[int, str]:
    return audit.verdict([audit.audit_of({"dependencies": list(packages)})])


def test_what_is_known_to_be_vulnerable_fails_with_its_remedy() -> None:
    status, text = concluded(GOOD, BAD)

    assert status == audit.BAD
    assert "old:CVE-1: mended by 2" in text
    assert "old:CVE-2: mended by nothing yet" in text


def test_what_is_in_order_passes() -> None:
    assert concluded(GOOD) == (audit.GOOD, "1 packages audited, 0 findings")


def test_what_nobody_knows_is_named() -> None:
    status, text = concluded(GOOD, UNKNOWN)
    assert (status, "ours: not known to the service" in text) == (audit.GOOD, True)


def test_no_answer_is_not_called_an_audit_and_does_not_pass() -> None:
    status, text = concluded(UNKNOWN, UNKNOWN)
    assert status == audit.NOT_AUDITED
    assert text.startswith("NOT AUDITED")


def test_an_exception_is_told_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    reasons = {"old:CVE-1": "never called", "old:CVE-2": "only on another system"}
    monkeypatch.setattr(audit, "EXCEPTIONS", reasons)

    status, text = concluded(BAD)

    assert status == audit.GOOD
    assert "old:CVE-1: left, for never called" in text
