"""Our webhook in Datadog's Webhooks integration: looked at, made, mended, removed."""

import json
from collections.abc import Mapping
from functools import partial

from bridge.ports.config import TrackerSettings
from bridge.ports.errors import GoneError
from bridge.ports.setup import Doing, Step, Wanted, hook_address, secret_of
from bridge.trackers.datadog.template import PAYLOAD
from bridge.transport.calls import Call, Effect, path_of
from bridge.transport.client import TrackerHttp
from bridge.transport.jsonapi import Wire

_WEBHOOKS = ("api", "v1", "integration", "webhooks", "configuration", "webhooks")


class WebhookConfig(Wire):
    """A webhook as the integration has it; *custom_headers* is JSON as text."""

    name: str = ""
    url: str = ""
    payload: str = ""
    custom_headers: str = ""
    encode_as: str = "json"


class OurWebhook:
    """The one webhook of a tracker, known by its name."""

    def __init__(
        self, http: TrackerHttp, tracker: str, settings: TrackerSettings
    ) -> None:
        self.name = f"bridge-{tracker}"
        self._http = http
        self._tracker = tracker
        self._secret = secret_of(settings)

    async def installation(self, wanted: Wanted) -> Step:
        """What makes it as it must be."""
        what = f"webhook {self.name}"
        url = hook_address(wanted, self._tracker)
        if url is None:
            return Step(Doing.BLOCKED, what, "server.public_url is not set")
        if not self._secret:
            why = f"trackers.{self._tracker}.webhook_secrets is empty: add a secret"
            return Step(Doing.BLOCKED, what, why)
        body = self._body(url)
        found = await self._find()
        if found is None:
            create = Call(Effect.ADD, "POST", path_of(*_WEBHOOKS), body=body)
            act = partial(self._write, create)
            return Step(Doing.CREATE, what, f"calls {url}", act=act)
        wrong = list(_differences(found, body))
        if not wrong:
            return Step(Doing.KEEP, what, f"calls {url}")
        update = Call(Effect.SET, "PUT", path_of(*_WEBHOOKS, self.name), body=body)
        act = partial(self._write, update)
        return Step(Doing.REPAIR, what, f"wrong: {', '.join(wrong)}", act=act)

    async def removal(self, wanted: Wanted) -> Step:
        """What takes it away, if it calls this bridge."""
        what = f"webhook {self.name}"
        found = await self._find()
        if found is None:
            return Step(Doing.KEEP, what, "is not there")
        url = hook_address(wanted, self._tracker)
        if found.url != url:
            return Step(
                Doing.KEEP, what, f"calls {found.url}, which is not this bridge"
            )
        remove = Call(Effect.SET, "DELETE", path_of(*_WEBHOOKS, self.name))
        act = partial(self._write, remove)
        return Step(Doing.REMOVE, what, f"calls {url}", act=act)

    async def _find(self) -> WebhookConfig | None:
        call = Call(Effect.READ, "GET", path_of(*_WEBHOOKS, self.name))
        try:
            return await self._http.fetch(call, WebhookConfig)
        except GoneError:
            return None

    async def _write(self, call: Call) -> str:
        await self._http.send(call)
        return ""

    def _body(self, url: str) -> Mapping[str, str]:
        return {
            "name": self.name,
            "url": url,
            "payload": PAYLOAD,
            "custom_headers": json.dumps({"Authorization": f"Bearer {self._secret}"}),
            "encode_as": "json",
        }


def _differences(found: WebhookConfig, body: Mapping[str, str]) -> list[str]:
    """What of *found* is not as in *body*, in words without values but the address."""
    wrong = []
    if found.url != body["url"]:
        wrong.append(f"it calls {found.url or 'nobody'}, not {body['url']}")
    if _json(found.payload) != _json(body["payload"]):
        wrong.append("its payload is not ours")
    if _json(found.custom_headers) != _json(body["custom_headers"]):
        wrong.append("its Authorization header is not the first secret")
    if found.encode_as != body["encode_as"]:
        wrong.append("it does not send JSON")
    return wrong


def _json(text: str) -> object:
    """What *text* means, so that spaces do not count."""
    try:
        return json.loads(text)
    except ValueError:
        return text
