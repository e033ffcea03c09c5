"""What the zygote imports and makes before it forks: what all its children then share."""

import gc
import importlib

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
    gc.freeze()
