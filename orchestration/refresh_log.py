"""reports/refresh.log: what a refresh did, for whoever looks for the cause."""

import io
import logging
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from foundation.settings import Settings

LOG_BYTES = 5_000_000


class RefreshLog(RotatingFileHandler):
    """A log whose disk is full stops no refresh, and says nothing of its own: what it could not write is lost."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - of the standard library
        """Say nothing: the standard library would print a traceback for each line."""


class LogOutput(io.TextIOBase):
    """What a library prints, appended to the log at once; where the disk is full it is lost, and nobody fails by it."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("ab", buffering=0)  # nothing is left to be written when it is closed

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._file.write(text.encode())
        return len(text)

    def close(self) -> None:
        self._file.close()
        super().close()


def open_log(settings: Settings) -> logging.Logger:
    """The logger of refreshes, writing to VITRINA_HOME/reports/refresh.log."""
    log = logging.getLogger("vitrina.refresh")
    path = settings.reports / "refresh.log"
    kept = [handler for handler in log.handlers if getattr(handler, "baseFilename", None) == str(path.absolute())]
    if not kept:
        for handler in list(log.handlers):
            log.removeHandler(handler)
        handler = RefreshLog(path, maxBytes=LOG_BYTES, backupCount=3, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        log.addHandler(handler)
    log.setLevel(logging.DEBUG)
    log.propagate = False
    return log
