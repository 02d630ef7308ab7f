"""The bridge: error-tracking issues and case-management cases in two-way sync."""

__version__ = "0.1.0"
