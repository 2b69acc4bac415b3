"""Traders do everything at once with a few hot items, and are killed at random: nothing oversold, lost or doubled."""

import json
import os
import random
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fulfillment.models import Backorder
from inventory.models import Movement, OutsideFact, Reservation
from inventory.proof import prove_stock
from oms.core.actors import system
from oms.core.events.delivery import drain
from oms.core.tenancy import unit_of_work
from orders.models import Order, OrderLine

ROOT = Path(__file__).resolve().parents[2]
FULL = os.environ.get("RACES") == "full"
TRADERS, COMMANDS, KILLS = (6, 1_500, 12) if FULL else (3, 40, 2)
SECONDS_MAX = 1_200 if FULL else 120
CONTROL_DAYS_MAX = 8


@dataclass
class Log:
    """What the traders wrote: tag → what they began and how it ended; the killed ended nothing."""

    begun: dict[str, str] = field(default_factory=dict)
    ended: dict[str, tuple[str, object]] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> "Log":
        log = cls()
        for row in path.read_text(encoding="utf-8").splitlines():
            try:
                how, act, tag, what = json.loads(row)
            except ValueError:
                # Killed in the middle of a word.
                continue
            if how == "begun":
                log.begun[tag] = act
            else:
                log.ended[tag] = (how, what)
        return log

    def of(self, act: str, how: str) -> dict[str, object]:
        """Tag → what came of it."""
        return {tag: what for tag, (ended, what) in self.ended.items() if ended == how and self.begun[tag] == act}

    @property
    def broken(self) -> list[object]:
        return [what for how, what in self.ended.values() if how == "broken"]

    @property
    def in_doubt(self) -> set[str]:
        return self.begun.keys() - self.ended.keys()

    @property
    def clashed(self) -> bool:
        """Only a constraint of the database stood between the traders and a book that lies."""
        return any("constraint" in str(each) or "deadlock" in str(each) for each in self.broken)


def trade(tenant_id: int, folder: Path, *, locked: bool = True, kills: int = 0) -> Log:
    """Let the traders trade; as often as said kill one without warning, and let another take its place."""
    logs = [folder / f"trader-{number}.log" for number in range(TRADERS)]
    running = {number: _start(tenant_id, number, logs[number], locked) for number in range(TRADERS)}
    rng, until, following = random.Random(tenant_id), time.monotonic() + SECONDS_MAX, TRADERS
    while any(each.poll() is None for each in running.values()):
        assert time.monotonic() < until, "the traders stand still"
        time.sleep(0.1)
        if kills and (at_work := [number for number in running if _works(running[number], logs[number])]):
            time.sleep(rng.uniform(0.05, 0.4))
            victim = rng.choice(at_work)
            running[victim].kill()
            running[victim].wait()
            logs.append(folder / f"trader-{following}.log")
            running[following] = _start(tenant_id, following, logs[-1], locked)
            following, kills = following + 1, kills - 1
    log = Log()
    for path in logs:
        if path.exists():
            part = Log.read(path)
            log.begun |= part.begun
            log.ended |= part.ended
    return log


def _start(tenant_id: int, seed: int, log: Path, locked: bool) -> subprocess.Popen:
    how = "locked" if locked else "unlocked"
    command = [sys.executable, "-m", "tests.concurrency.traders", str(tenant_id), str(seed), str(COMMANDS), log, how]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL)


def _works(trader: subprocess.Popen, log: Path) -> bool:
    """It has traded for a while, and has not finished."""
    return trader.poll() is None and log.exists() and log.read_bytes().count(b"\n") > 10


@pytest.fixture
def market(committed_db, tenant, catalog):
    return tenant.id


def test_nothing_is_oversold_lost_or_doubled(market, tmp_path):
    log = trade(market, tmp_path, kills=KILLS)
    assert log.broken == []
    assert len(log.ended) > TRADERS * COMMANDS / 2
    assert len(log.in_doubt) <= KILLS
    drain(market)
    with unit_of_work(market, system("tests")):
        proof = prove_stock()
        assert proof.holds, proof.breaks
        assert_orders_are_those_that_were_answered(log)
        assert_booked_once(log, "receive", received())
        assert_booked_once(log, "told", dict(OutsideFact.objects.values_list("external_id", "quantity")))
        assert left_for("till") == sum(OutsideFact.objects.values_list("quantity", flat=True))
        assert unaccounted_lines() == {}


def test_control_without_the_lock_they_promise_what_they_can_not_have(market, tmp_path):
    """The same trade, without the row lock, day after day until two clash: few commands may by luck not meet."""
    for day in range(CONTROL_DAYS_MAX):
        (folder := tmp_path / str(day)).mkdir()
        if trade(market, folder, locked=False).clashed:
            return
    pytest.fail(f"without the lock nobody clashed in {CONTROL_DAYS_MAX} days of trade: the lock is not what saves them")


def assert_orders_are_those_that_were_answered(log: Log) -> None:
    """Every order that was answered is there once; beside them at most what a killed trader began."""
    answered = {order_id for ids in log.of("place", "done").values() for order_id in ids}
    there = {str(key): number for key, number in Order.objects.values_list("id", "external_id")}
    assert answered <= there.keys()
    assert {there[key].rpartition("-")[0] for key in there.keys() - answered} <= log.in_doubt
    assert len(set(there.values())) == len(there)


def assert_booked_once(log: Log, act: str, booked: dict[str, int]) -> None:
    """What was answered is in the book with its units; beside it at most what a killed trader began."""
    done = log.of(act, "done")
    assert {tag: booked.get(tag) for tag in done} == done
    assert booked.keys() - done.keys() <= log.in_doubt


def received() -> dict[str, int]:
    """Reason of a receipt → units; each reason once."""
    booked = list(Movement.objects.filter(cause_kind="receipt").values_list("reason", "quantity"))
    assert len(dict(booked)) == len(booked)
    return dict(booked)


def left_for(source: str) -> int:
    """Units the ledger says a source has told of."""
    moves = Movement.objects.filter(cause_kind="outside", reason=source, to_state="customer")
    return sum(moves.values_list("quantity", flat=True))


def unaccounted_lines() -> dict:
    """Lines of which some units neither are held, nor wait for stock, nor were canceled; line → the three."""
    held: dict = defaultdict(int)
    for demand_id, units in Reservation.objects.filter(open__gt=0).values_list("demand_id", "open"):
        held[demand_id] += units
    waiting = dict(Backorder.objects.values_list("line_id", "waiting"))
    lines = OrderLine.objects.exclude(order__state="cancelled").values_list("id", "quantity", "cancelled")
    found = {key: (quantity - gone, held[key], waiting.get(key, 0)) for key, quantity, gone in lines}
    return {key: each for key, each in found.items() if each[0] != each[1] + each[2]}
