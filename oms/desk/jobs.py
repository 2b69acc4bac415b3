"""The kinds of job of the desk; importing them registers them."""

from oms.desk import bulk

__all__ = ["bulk"]
