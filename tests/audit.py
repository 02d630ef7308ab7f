"""``make audit``: known vulnerabilities in what the locks pin, and how sure that is.

Exceptions are given as ``PACKAGE:ID`` with a reason in EXCEPTIONS.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOCK = "requirements-dev.lock"
"""Holds all that the other locks hold."""

SERVICES = ("pypi", "osv")
EXCEPTIONS: dict[str, str] = {}
GOOD, BAD, NOT_AUDITED = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Audit:
    """What a service knew: *findings* as ``PACKAGE:ID`` with the versions that mend
    them, and the packages it did not know."""

    findings: dict[str, str]
    audited: int
    unknown: tuple[str, ...]


def audit_of(report: dict[str, Any]) -> Audit:
    """pip-audit's JSON, as far as it counts here."""
    packages = report["dependencies"]
    unknown = tuple(one["name"] for one in packages if "skip_reason" in one)
    findings = {
        f"{one['name']}:{each['id']}": ", ".join(each["fix_versions"]) or "nothing yet"
        for one in packages
        for each in one.get("vulns", ())
    }
    return Audit(findings, len(packages) - len(unknown), unknown)


def verdict(audits: Sequence[Audit]) -> tuple[int, str]:
    """The exit status, and what there is to say."""
    reached = [audit for audit in audits if audit.audited]
    if not reached:
        text = "NOT AUDITED: no vulnerability service could be reached from here; "
        return NOT_AUDITED, text + "run it again where there is a network."
    best = max(reached, key=lambda audit: audit.audited)
    found = {
        name: mended
        for audit in reached
        for name, mended in audit.findings.items()
        if name not in EXCEPTIONS
    }
    lines = [f"{name}: mended by {mended}" for name, mended in sorted(found.items())]
    lines += [f"{name}: not known to the service" for name in best.unknown]
    lines += [f"{name}: left, for {why}" for name, why in EXCEPTIONS.items()]
    lines.append(f"{best.audited} packages audited, {len(found)} findings")
    return (BAD if found else GOOD), "\n".join(lines)


def ask(service: str) -> Audit:
    """What *service* knows of the lock; nothing where it cannot be reached."""
    command = ["-m", "pip_audit", "--disable-pip", "--require-hashes", "-r", LOCK]
    done = subprocess.run(
        [sys.executable, *command, "-s", service, "-f", "json", "--timeout", "10"],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return audit_of(json.loads(done.stdout))
    except json.JSONDecodeError:
        return Audit({}, 0, ())


def main() -> int:
    """Ask one service after the other until one knows something."""
    audits: list[Audit] = []
    for service in SERVICES:
        audits.append(ask(service))
        if audits[-1].audited:
            break
    status, text = verdict(audits)
    sys.stdout.write(text + "\n")
    return status


if __name__ == "__main__":
    sys.exit(main())
