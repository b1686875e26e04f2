"""The reply that log_in, log_in_with_proof and show_session give about a session."""

from __future__ import annotations

from chassis.security.signing import Signer
from messages.identity import SessionAssertion, SessionShown
from services.identity.sessions.domain import ASSERTION_LIFETIME, Session


def session_shown(session: Session, signer: Signer, *, device_mark: str | None = None) -> SessionShown:
    """What the page shows of the session that was seen just now, and identity's signed word on it for other
    services; after a log-in with a password, or the ticket of its 本登録, the mark of the device as well.
    """
    assertion = SessionAssertion(
        expires_at=session.last_seen_at + ASSERTION_LIFETIME,
        account_key=session.account_key,
        contract_key=session.contract_key,
        customer_number=session.customer_number,
        charges_from=session.charges_from,
    )
    return SessionShown(
        session_assertion=signer.sign(assertion),
        nickname=session.nickname,
        previous_login_at=session.previous_login_at,
        ends_at=session.ends_at,
        mail_bounced=session.mail_bounced,
        ends_in_seconds=int((session.ends_at - session.last_seen_at).total_seconds()),
        device_mark=device_mark,
    )
