"""reports/refresh.log: what a refresh did, for whoever looks for the cause."""

import logging
from logging.handlers import RotatingFileHandler

from foundation.settings import Settings

LOG_BYTES = 5_000_000


def open_log(settings: Settings) -> logging.Logger:
    """The logger of refreshes, writing to VITRINA_HOME/reports/refresh.log."""
    log = logging.getLogger("vitrina.refresh")
    path = settings.reports / "refresh.log"
    kept = [handler for handler in log.handlers if getattr(handler, "baseFilename", None) == str(path.absolute())]
    if not kept:
        for handler in list(log.handlers):
            log.removeHandler(handler)
        handler = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    return log
