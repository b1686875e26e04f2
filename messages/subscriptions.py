"""Who hears what, and who answers requests. The broker's bindings and permissions are generated from this
table.
"""

from __future__ import annotations

from chassis.messaging.message import Event
from messages.account_notices import AccountChanged, DeskChangedAccount
from messages.account_settings import AddressChangeOrdered, MailAddressChanged
from messages.billing import StatementPublished
from messages.identity import (
    AccountClosed,
    AccountClosingSoon,
    AccountCreated,
    AccountRejected,
    BillNoticeAddressed,
    ContractReplaced,
    RegisteredContractProved,
)
from messages.notification import ActivationMailBounced, MailAbandoned, MailBounced, MailSent
from messages.recovery import RecoveryLetterOrdered
from messages.registration import AccountActivated, ProvisionallyRegistered

SUBSCRIPTIONS: dict[str, tuple[type[Event], ...]] = {
    "identity": (AccountActivated, MailBounced, StatementPublished, DeskChangedAccount),
    "registration": (
        MailSent,
        MailAbandoned,
        ActivationMailBounced,
        AccountCreated,
        AccountRejected,
        AccountClosed,
        ContractReplaced,
    ),
    "notification": (
        ProvisionallyRegistered,
        AccountCreated,
        RegisteredContractProved,
        AccountClosingSoon,
        BillNoticeAddressed,
        AddressChangeOrdered,
        MailAddressChanged,
        RecoveryLetterOrdered,
        AccountChanged,
    ),
    "billing": (AccountClosed, ContractReplaced),
}

ANSWERING_SERVICES = ("identity", "registration", "billing")
CALLERS = ("gateway",)
