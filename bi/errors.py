"""What setting up access may fail with."""


class AccessError(Exception):
    """Access cannot be set up; the message is Russian and says what to correct where."""
