"""Receivers of alerts: what each kind is sent, and the sending of it."""

from bridge.notify.http import HttpReceiver
from bridge.notify.slack import slack
from bridge.notify.webhook import webhook

__all__ = ["HttpReceiver", "slack", "webhook"]
