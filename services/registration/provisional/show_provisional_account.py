"""仮登録が完了しました。: has the mail left, and until when does its link work (Q22)?"""

from __future__ import annotations

from chassis.database import db
from chassis.messaging.dispatch import DeliveryInfo
from messages.registration import ProvisionalAccountShown, ShowProvisionalAccount
from services.registration.forms import repository as forms
from services.registration.provisional import repository
from services.registration.provisional.domain import require_known
from services.registration.service import Registration


async def show_provisional_account(
    service: Registration, query: ShowProvisionalAccount, received: DeliveryInfo
) -> ProvisionalAccountShown:
    """How far it is (Q22), and a note that the customer has seen it. Refusal: ACTIVATION_UNKNOWN."""
    async with service.database.autocommit() as tx:
        await forms.note_told(tx, query.registration_key)
        account = require_known(await repository.find(tx, query.registration_key))
        now = await db.now(tx)
    return ProvisionalAccountShown(
        state=account.state_at(now),
        activation_deadline=account.activation_deadline,
        mail_sent_at=account.mail_sent_at,
        mail_failure=account.mail_failure,
    )
