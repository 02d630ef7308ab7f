"""Receivers of alerts: what each kind is sent, and the sending of it."""
