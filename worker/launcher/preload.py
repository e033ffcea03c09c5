"""What the zygote imports and makes before it forks: what all its children then share."""

import ctypes
import gc
import importlib
import sys

HOLE_BYTES = tuple(1 << power for power in range(16, 3, -1))  # of the pieces that are occupied, largest first
MOST_BYTES = 4_000_000  # of all of them
PRELOADED = (
    "worker.tasks",
    "worker.beat",
    "billiard.pool",
    "celery.app.amqp",
    "celery.app.control",
    "celery.app.log",
    "celery.apps.beat",
    "celery.apps.worker",
    "celery.backends.base",
    "celery.concurrency.thread",
    "celery.worker.autoscale",
    "celery.worker.consumer",
    "celery.worker.consumer.delayed_delivery",
    "celery.worker.strategy",
    "encodings.ascii",
    "httpx",
    "tornado.platform.asyncio",
    "worker.broker_transport",
    "worker.launcher.roles",
    "worker.launcher.status_process",
    "worker.parse.pool",
    "worker.web.server",
)


def preload() -> None:
    """Import and prepare what all roles need; kept from the garbage collector, which would unshare it."""
    from worker import app
    from worker.agencies.lazy_pattern import compile_patterns

    for name in PRELOADED:
        importlib.import_module(name)
    compile_patterns()
    app.finalize()  # else each role makes its own task classes
    gc.collect()
    fill_holes()
    gc.freeze()


def fill_holes() -> None:
    """Occupy the free pieces between the objects on the heap; glibc only.

    They are about 1 MB in all, but lie on a fifth of the pages, and a child that used them would unshare each
    page on which it puts something. As it is, what children allocate lies together.
    """
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim"):
        libc.malloc_trim(0)  # whole pages are given back
    allocate = libc.malloc
    allocate.argtypes, allocate.restype = [ctypes.c_size_t], ctypes.c_size_t
    end = max(allocate(HOLE_BYTES[0]) for _ in range(MOST_BYTES // HOLE_BYTES[0]))  # behind the last hole
    left = MOST_BYTES  # under another allocator addresses say nothing
    for size in HOLE_BYTES:
        while left > 0 and 0 < allocate(size) < end:
            left -= size
