"""Canceling as people and programs ask for it: one path for every door."""

from fulfillment.actions.canceling import cancel_or_ask

__all__ = ["cancel_or_ask"]
