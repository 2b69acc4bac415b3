"""Where racing processes come from: a server that has loaded the product once, and forks.

Each is as much of its own as one started afresh, with connections and patches of its own, and begins two
seconds of CPU sooner.
"""

import multiprocessing
from multiprocessing.context import BaseContext


def forked() -> BaseContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.concurrency.loaded"])
    return context
