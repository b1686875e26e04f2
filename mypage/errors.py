"""The one complaint of this package that a person can mend by installing something."""


class MissingPart(RuntimeError):
    """A program that is not ours is absent; the message says in one sentence how to get it."""


class UnusableData(RuntimeError):
    """The data directory, or a file in it, cannot be used; the message names it and says what to do."""
