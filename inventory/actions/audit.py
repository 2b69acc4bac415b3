"""Prove the book, keep the result, and leave a checkpoint behind when all adds up."""

import time
from dataclasses import asdict

from inventory.checkpoints import Horizon, draw_horizon, latest_checkpoint, make_checkpoint, oldest_open_transaction
from inventory.locks import lock_audits
from inventory.models import AuditRun
from inventory.proof import Break, prove_stock
from oms.core.jobs import start_job
from oms.core.models import Job
from oms.core.tenancy import unit

JOB = "inventory.audit"


def audit_stock(*, full: bool = False, drawn: int | None = None) -> AuditRun:
    """Prove the book from the latest checkpoint, or with ``full`` from its first entry.

    A book that holds gets a checkpoint at the newest horizon that is settled by now; a broken one gets none, so
    that the next audit starts from where all was right. ``drawn`` is what `last_drawn` has said to an earlier
    transaction, for an audit inside one that has written already.
    """
    opened, began = unit(), time.monotonic()
    lock_audits()
    horizon = draw_horizon(drawn)
    proof = prove_stock(checkpoint=None if full else latest_checkpoint())
    run = AuditRun.objects.create(
        full=full, after=proof.after, horizon=horizon.movement, transaction=horizon.transaction,
        balances=proof.balances, movements=proof.movements, reservations=proof.reservations, accounts=proof.accounts,
        broken=len(proof.breaks), breaks=[_plain(each) for each in proof.breaks], actor_label=opened.actor.label,
        started_at=opened.now, milliseconds=round((time.monotonic() - began) * 1000),
    )  # fmt: skip
    if proof.holds:
        _leave_checkpoint()
    return run


def start_audit(*, full: bool = False) -> Job:
    """Queue an audit, or return the one that is already waiting or under way."""
    open_one = Job.objects.filter(kind=JOB, state__in=Job.OPEN).order_by("created_at").first()
    title = "Prove the stock book in full" if full else "Prove the stock book"
    return open_one or start_job(kind=JOB, title=title, params={"full": full})


def _leave_checkpoint() -> None:
    """At the newest horizon below which every transaction is over: this run's, or else that of one before."""
    newest = AuditRun.objects.filter(transaction__lte=oldest_open_transaction()).order_by("-horizon").first()
    latest = latest_checkpoint()
    if newest is not None and newest.horizon > (latest.last_movement if latest else 0):
        make_checkpoint(Horizon(newest.horizon, newest.transaction))


def _plain(found: Break) -> dict:
    return {**asdict(found), "location_id": found.location_id and str(found.location_id)}
