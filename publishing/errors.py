"""Errors of publishing; every message is Russian and says what to do next."""


class PublishingError(Exception):
    """Something a user or the data caused; shown without a traceback."""


class NoReleaseError(PublishingError):
    """Nothing has been published yet, or nothing by the date asked for."""


class RemovedReleaseError(NoReleaseError):
    """The release asked for is not on disk: it never was, or retention has removed it."""


class DamagedReleaseError(PublishingError):
    """A release that history has to go on from does not read."""


class GateError(PublishingError):
    """The build is not fit to be published; the message is the first cause."""


class QueryError(PublishingError):
    """The user's SQL cannot be run over a release."""


class UnknownNameError(PublishingError):
    """A territory, organisation or year the release does not have; carries what comes close."""

    def __init__(self, message: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.suggestions = suggestions
