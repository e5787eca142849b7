"""Structured logs: one JSON object a line, on stderr. What is logged is named by us; nothing of a request is."""

from __future__ import annotations

import logging
import sys

import structlog


def configure(level: str = "INFO") -> None:
    """Send the product's logs, and the standard library's, to stderr as JSON lines.

    Exceptions are logged by type and place, never by message: a driver's message can quote the row it failed on.
    """
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _nameless_exception,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level, logging.INFO)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
        foreign_pre_chain=shared,
    )
    stream = logging.StreamHandler(sys.stderr)
    stream.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [stream]
    root.setLevel(logging.WARNING)


def get(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger called `name`."""
    logger: structlog.stdlib.BoundLogger = structlog.get_logger(component=name)
    return logger


def nameless(error: BaseException) -> dict[str, object]:
    """Return type and place of `error`, and nothing it says: for loggers that may not be configured yet."""
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    return {"exception": type(error).__name__, "at": frames[-6:]}


def _nameless_exception(
    _logger: object, _method: str, event: structlog.types.EventDict
) -> structlog.types.EventDict:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, tuple):
        info = info[1]
    if isinstance(info, BaseException):
        event.update(nameless(info))
    return event
