"""What a button does, as the command and as the request that do the same."""

import json
from dataclasses import dataclass
from shlex import quote
from typing import Any
from urllib.parse import quote as in_path


@dataclass(frozen=True, slots=True)
class Same:
    """The same by other means: a command line, and curl."""

    command: str
    curl: str


class Commands:
    """Tells them for a bridge that is reached at *base*."""

    def __init__(self, base: str, *, has_token: bool) -> None:
        self._base = base
        self._has_token = has_token

    def retry(self, *letters: str) -> Same:
        """Try again what was given up."""
        return self._letters("retry", letters)

    def skip(self, *letters: str) -> Same:
        """Let it be."""
        return self._letters("skip", letters)

    def resume(self, case: str) -> Same:
        """Go on with a paused case."""
        curl = self._curl("POST", f"cases/{in_path(case, safe='')}/resume")
        return Same(f"bridge resume {quote(case)}", curl)

    def resync(self, case: str) -> Same:
        """Look at a case now."""
        curl = self._curl("POST", "resync", {"cases": [case]})
        return Same(f"bridge resync {quote(case)}", curl)

    def plan(self, case: str) -> Same:
        """What would be done now."""
        return Same(
            f"bridge plan {quote(case)}", self._curl("POST", "plan", {"case": case})
        )

    def link(self, case: str) -> Same:
        """Attach an issue to the case."""
        told = {"issue": "ISSUE", "case": case}
        return Same(
            f"bridge link ISSUE {quote(case)}", self._curl("POST", "links", told)
        )

    def unlink(self, issue: str) -> Same:
        """Detach an issue."""
        curl = self._curl("DELETE", f"links/{in_path(issue, safe='')}")
        return Same(f"bridge unlink {quote(issue)}", curl)

    def test(self, told: dict[str, Any]) -> Same:
        """Which rule an issue meets."""
        issue = told["issue"]
        named = quote(issue) if isinstance(issue, str) else "issue.json"
        curl = self._curl("POST", "rules/test", told)
        others = " --against query.toml" if "rules" in told else ""
        return Same(f"bridge rules test --issue {named}{others}", curl)

    def compare(self) -> Same:
        """What other rules would do differently to the recorded issues."""
        other = {"name": "RULE", "match": "service:SERVICE", "project": "PROJECT"}
        curl = self._curl("POST", "rules/recorded", {"against": {"rules": [other]}})
        return Same("bridge rules test --recorded --against other.toml", curl)

    def _letters(self, verb: str, letters: tuple[str, ...]) -> Same:
        if len(letters) == 1:
            curl = self._curl("POST", f"dead/{in_path(letters[0], safe='')}/{verb}")
        else:
            curl = self._curl("POST", f"dead/{verb}", {"ids": list(letters)})
        return Same(f"bridge {verb} {' '.join(map(quote, letters))}", curl)

    def _curl(self, method: str, path: str, told: object = None) -> str:
        words = ["curl", "-X", method]
        if self._has_token:
            words += ["-H", '"Authorization: Bearer $BRIDGE_TOKEN"']
        if told is not None:
            body = json.dumps(told, ensure_ascii=False)
            words += ["-H", quote("Content-Type: application/json"), "-d", quote(body)]
        return " ".join([*words, quote(f"{self._base}/api/v1/{path}")])
