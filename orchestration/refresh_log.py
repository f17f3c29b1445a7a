"""reports/refresh.log: what a refresh did, for whoever looks for the cause."""

import logging
from logging.handlers import RotatingFileHandler

from foundation.settings import Settings

LOG_BYTES = 5_000_000


class QuietHandler(RotatingFileHandler):
    """What cannot be written, on a full disk, adds no traceback to the answer of a command."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging calls it so
        """Nothing: the refresh itself tells of a full disk."""


def open_log(settings: Settings) -> logging.Logger:
    """The logger of refreshes, writing to VITRINA_HOME/reports/refresh.log."""
    log = logging.getLogger("vitrina.refresh")
    path = settings.reports / "refresh.log"
    kept = [handler for handler in log.handlers if getattr(handler, "baseFilename", None) == str(path.absolute())]
    if not kept:
        for handler in list(log.handlers):
            log.removeHandler(handler)
        handler = QuietHandler(path, maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    return log
