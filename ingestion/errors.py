"""What a user can cause: the message is Russian, says what is wrong, where, and what to do next."""


class UserError(Exception):
    """A refusal the user can act on; its text is shown as it is, without a traceback."""


class RefusedFileError(UserError):
    """A whole file cannot be taken: no known header, a required column missing, no secret for people's data."""


class UnrecognisedFileError(RefusedFileError):
    """No known kind of export fits the file."""


class BuildInUseError(UserError):
    """Another process has the build file open: dbt of a killed refresh, or somebody's console."""
