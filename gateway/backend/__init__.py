"""The services as the pages see them: one client per service, one method per request, which seals what only
the recipient may read.

Every method that asks may raise Refusal (an expected no) and ServiceTrouble (nobody there, no answer in time,
a fault).
"""

from __future__ import annotations

from dataclasses import dataclass

from chassis.security.sealing import Sealer
from gateway.backend.billing import BillingClient
from gateway.backend.calls import Calls
from gateway.backend.identity import IdentityClient
from gateway.backend.own_account import OwnAccountClient
from gateway.backend.passkeys import PasskeyClient
from gateway.backend.registration import RegistrationClient
from gateway.backend.second_factor import SecondFactorClient


@dataclass(frozen=True)
class Backend:
    """Every service that pages ask."""

    identity: IdentityClient
    own_account: OwnAccountClient
    passkeys: PasskeyClient
    second_factor: SecondFactorClient
    registration: RegistrationClient
    billing: BillingClient


def connect_backend(calls: Calls, sealer: Sealer) -> Backend:
    """The clients over one RPC client. `sealer` knows the keys of identity and registration."""
    return Backend(
        identity=IdentityClient(calls, sealer),
        own_account=OwnAccountClient(calls, sealer),
        passkeys=PasskeyClient(calls, sealer),
        second_factor=SecondFactorClient(calls, sealer),
        registration=RegistrationClient(calls, sealer),
        billing=BillingClient(calls),
    )
