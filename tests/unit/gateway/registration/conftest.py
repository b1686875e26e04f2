"""Services that let a registration pass."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.scripted_services import Services

from messages.identity import ContractVerified, VerifyContract
from messages.registration import (
    AccountIdChecked,
    CheckAccountId,
    ProvisionalAccountShown,
    ProvisionalRegistrationAccepted,
    ProvisionalState,
    RegisterProvisionally,
    ShowProvisionalAccount,
)


@pytest.fixture
def willing(services: Services) -> Services:
    """Services that say yes to everything in a registration."""
    services.answer(VerifyContract, ContractVerified(verification_proof="signed"))
    services.answer(CheckAccountId, AccountIdChecked(available=True))
    services.says[RegisterProvisionally] = lambda request: ProvisionalRegistrationAccepted(
        registration_key=request.registration_key
    )
    shown = ProvisionalAccountShown(
        state=ProvisionalState.MAIL_SENT, activation_deadline=datetime(2026, 11, 24, 1, 25, tzinfo=UTC)
    )
    services.answer(ShowProvisionalAccount, shown)
    return services
