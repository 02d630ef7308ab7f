"""Tests of what the kinds at Datadog share."""
