"""``make bench SIZE=small|full``: measure, print a table, write ``.data/bench.json``."""

import argparse
import importlib
import platform
import sys
import time

from bench.ground import DATA, ground
from bench.report import Result, show, write

SCENARIOS = (
    "one_order", "batch", "race", "hot", "reserve", "importing", "lists", "stock_lists", "whole_way", "scan", "portal",
    "availability", "promise", "replay", "audit", "sheets",
)  # fmt: skip


def main() -> int:
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--size", choices=("small", "full"), default="small")
    options.add_argument("--only", choices=SCENARIOS, action="append")
    chosen = options.parse_args()
    results: list[Result] = []
    with ground() as here:
        for name in chosen.only or SCENARIOS:
            print(f"measuring {name} …", flush=True)
            started = time.perf_counter()
            scenario = importlib.import_module(f"bench.scenarios.{name}")
            results += scenario.measure(here, small=chosen.size == "small")
            print(f"  {time.perf_counter() - started:.0f} s", flush=True)
    show(results)
    write(results, DATA / "bench.json", size=chosen.size, python=platform.python_version(), machine=platform.machine())
    print(f"\nWritten to {DATA.name}/bench.json")
    return 0


if __name__ == "__main__":
    sys.exit(main())
