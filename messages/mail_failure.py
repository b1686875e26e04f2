"""Why a mail did not arrive, as far as its customer is concerned."""

from __future__ import annotations

from enum import StrEnum


class MailFailure(StrEnum):
    """A class of reason and never a relay's words, which may hold an address. A class that a later release
    has made is UNKNOWN to this one.
    """

    NO_SUCH_MAILBOX = "no_such_mailbox"
    MAILBOX_FULL = "mailbox_full"
    REFUSED_BY_POLICY = "refused_by_policy"  # by a filter of the customer's, or of whoever keeps his mailbox
    UNDELIVERABLE_ADDRESS = "undeliverable_address"  # no such domain, or no relay takes such an address
    CAME_BACK = "came_back"  # and nothing says why
    NOT_SENT_IN_TIME = "not_sent_in_time"  # it is our side, or the relay's
    UNKNOWN = "unknown"

    @classmethod
    def _missing_(cls, value: object) -> MailFailure:
        return cls.UNKNOWN
