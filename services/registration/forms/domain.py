"""The rule of a form that is pressed again, after an answer was lost or somebody went back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from chassis.messaging.refusal import Refusal
from messages.registration import ProvisionalState, RefusalCode

FORMS_KEPT_FOR = timedelta(hours=1)  # longer than any proof is worth something (Q25)


@dataclass(frozen=True)
class PressedForm:
    """What [仮登録する] sends: the key that its page was given, names for its content and its proof, and how
    often the customer had changed it by then. Equal content has one name: account ID as typed, address,
    nickname and password.
    """

    registration_key: UUID
    content_name: str
    proof_name: str
    revision: int


@dataclass(frozen=True)
class RegisteredForm:
    """A form that became a registration. `was_told`: its customer has seen that it did. `content_name` is
    None for one of a release that did not keep it.
    """

    registration_key: UUID
    contract_key: UUID
    content_name: str | None
    proof_name: str | None
    revision: int
    was_told: bool
    state: ProvisionalState

    @property
    def bars_corrections(self) -> bool:
        """Its customer was told, and it came to something."""
        return self.was_told and self.state is not ProvisionalState.MAIL_ABANDONED


def stored_outcome(pressed: PressedForm, contract_key: UUID, known: Sequence[RegisteredForm]) -> UUID | None:
    """The registration that this press already is; None if it is to be stored. `known` are the forms of its
    key or its proof, newest first.

    Raises PROOF_EXPIRED for a key that is another contract's, for other content once the customer was told,
    and for any once a newer proof has registered: a proof registers once (X6). Until then he may have gone
    back to correct a mistake, and later, too, if his mail could not be delivered (S4-2); what he pressed
    before that, and was longer on its way, takes no correction back.
    """
    if any(form.contract_key != contract_key for form in known):
        raise Refusal(RefusalCode.PROOF_EXPIRED)
    for form in known:
        is_its_own = form.registration_key == pressed.registration_key and form.content_name is None
        is_same = form.content_name == pressed.content_name
        if (is_its_own or is_same) and form.state is not ProvisionalState.SUPERSEDED:
            return form.registration_key
    if known and known[0].state is ProvisionalState.SUPERSEDED:  # by none of these: by another proof's
        raise Refusal(RefusalCode.PROOF_EXPIRED)
    if any(form.bars_corrections or form.revision > pressed.revision for form in known):
        raise Refusal(RefusalCode.PROOF_EXPIRED)
    return None
