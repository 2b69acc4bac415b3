"""Throughline, the order management system. `docs/where-does-it-go.md` walks through its rooms."""

from oms.celery import app as celery_app

__all__ = ["celery_app"]
