"""Logs: one JSON object per line in production, a readable console in development.

Every line carries what is bound to the context it was written in: `request_id` (the django-structlog
middleware), `task_id` (its Celery step) and `tenant` (the unit of work). Records of libraries that log
through the standard library pass the same processors, so that one format leaves the process.
"""

import logging.config
import sys

import structlog

# Chatty at INFO, and what they say there is said better by our own lines.
QUIET = ("celery.app.trace", "celery.worker.strategy", "django.utils.autoreload", "kombu", "fontTools")


def configure_logging(*, json: bool, level: str) -> None:
    """Send the logs of this process to standard error, as JSON lines or for a human reader."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=json),
        structlog.processors.StackInfoRenderer(),
    ]
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "line": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": shared,
                    "processors": _renderers(json),
                }
            },
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "line"}
            },
            "root": {"handlers": ["stderr"], "level": level.upper()},
            "loggers": {name: {"level": "WARNING"} for name in QUIET},
        }
    )
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _renderers(json: bool) -> list:
    """The last steps of a line: drop what only the formatter needs, then write it.

    Tracebacks never show local variables: among them are passwords, keys and customers' addresses.
    """
    tidy = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if json:
        frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
        return [tidy, structlog.processors.ExceptionRenderer(frames), structlog.processors.JSONRenderer(default=str)]
    plain = structlog.dev.plain_traceback
    return [
        tidy,
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=0, exception_formatter=plain),
    ]
