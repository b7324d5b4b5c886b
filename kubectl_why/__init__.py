"""kubectl why: why a pod does not work, how that is known, and what to type now."""

__version__ = "0.1.0"
