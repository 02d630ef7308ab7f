"""What the kinds of trackers at Datadog share: sites, keys, shapes and webhooks.

It is no kind itself and has no ``KIND``.
"""
