"""Webhooks over HTTP: the integration of API v1 and the notification rules of v2."""

from dataclasses import asdict
from typing import Any

from aiohttp import web

from bridge.sandbox.answers import (
    BadRequest,
    attributes,
    document,
    error_text,
    json_body,
    optional_text,
    text_of,
)
from bridge.sandbox.documents import Json
from bridge.sandbox.hook_targets import NotificationRule, Webhook
from bridge.sandbox.sandbox import sandbox_of
from bridge.sandbox.world import NoSuchThing

_WEBHOOKS = "/api/v1/integration/webhooks/configuration/webhooks"
_RULES = "/api/v2/cases/projects/{project}/notification_rules"

routes = web.RouteTableDef()
rule_routes = web.RouteTableDef()


@routes.post(_WEBHOOKS)
async def create_webhook(request: web.Request) -> web.Response:
    """A new webhook; its name must be free."""
    webhook = _webhook(await json_body(request))
    webhooks = sandbox_of(request).hooks.webhooks
    if webhook.name in webhooks:
        return error_text(400, f"Webhook {webhook.name} already exists")
    webhooks[webhook.name] = webhook
    return _plain(asdict(webhook), status=201)


@routes.get(_WEBHOOKS + "/{name}")
async def get_webhook(request: web.Request) -> web.Response:
    """One webhook, by name."""
    return _plain(asdict(_named(request)))


@routes.put(_WEBHOOKS + "/{name}")
async def update_webhook(request: web.Request) -> web.Response:
    """Change a webhook; what is not named stays."""
    old = _named(request)
    changed = _webhook({**asdict(old), **await json_body(request)})
    webhooks = sandbox_of(request).hooks.webhooks
    del webhooks[old.name]
    webhooks[changed.name] = changed
    return _plain(asdict(changed))


@routes.delete(_WEBHOOKS + "/{name}")
async def delete_webhook(request: web.Request) -> web.Response:
    """Delete a webhook."""
    del sandbox_of(request).hooks.webhooks[_named(request).name]
    return _plain({})


@rule_routes.get(_RULES)
async def list_rules(request: web.Request) -> web.Response:
    """The notification rules of a project."""
    project = _project_id(request)
    rules = sandbox_of(request).hooks.rules.values()
    return document([_rule_document(r) for r in rules if r.project == project])


@rule_routes.post(_RULES)
async def create_rule(request: web.Request) -> web.Response:
    """A new notification rule."""
    sandbox = sandbox_of(request)
    asked = await attributes(request, "notification_rule")
    if not asked.get("recipients") or not asked.get("triggers"):
        raise BadRequest("recipients and triggers are required")
    rule = NotificationRule(sandbox.world.new_id(), _project_id(request), asked)
    sandbox.hooks.rules[rule.id] = rule
    return document(_rule_document(rule), status=201)


@rule_routes.put(_RULES + "/{rule}")
async def update_rule(request: web.Request) -> web.Response:
    """Change a notification rule; what is not named stays."""
    old = _rule(request)
    asked = await attributes(request, "notification_rule")
    changed = NotificationRule(old.id, old.project, {**old.attributes, **asked})
    sandbox_of(request).hooks.rules[old.id] = changed
    return web.Response(status=204)


@rule_routes.delete(_RULES + "/{rule}")
async def delete_rule(request: web.Request) -> web.Response:
    """Delete a notification rule."""
    del sandbox_of(request).hooks.rules[_rule(request).id]
    return web.Response(status=204)


def _plain(body: Any, *, status: int = 200) -> web.Response:
    return web.json_response(body, status=status)


def _webhook(body: Json) -> Webhook:
    encode_as = text_of(body, "encode_as", "json")
    if encode_as not in {"json", "form"}:
        raise BadRequest(f"invalid encode_as {encode_as}")
    return Webhook(
        name=text_of(body, "name"),
        url=text_of(body, "url"),
        payload=optional_text(body, "payload"),
        custom_headers=optional_text(body, "custom_headers"),
        encode_as=encode_as,
    )


def _named(request: web.Request) -> Webhook:
    name = request.match_info["name"]
    try:
        return sandbox_of(request).hooks.webhooks[name]
    except KeyError:
        raise NoSuchThing(f"Webhook {name} not found") from None


def _project_id(request: web.Request) -> str:
    return sandbox_of(request).world.project(request.match_info["project"]).id


def _rule(request: web.Request) -> NotificationRule:
    rule = sandbox_of(request).hooks.rules.get(request.match_info["rule"])
    if rule is None or rule.project != _project_id(request):
        raise NoSuchThing("notification rule not found")
    return rule


def _rule_document(rule: NotificationRule) -> Json:
    return {"id": rule.id, "type": "notification_rule", "attributes": rule.attributes}
