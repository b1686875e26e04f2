"""Run by test_base_release.py inside the code of another release: what that release makes of today's
messages, and its schemas.

Reads {type: JSON text} from standard input; the argument is today's mypage folder, whose schema generator is
used on the models of then.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import ModuleType

import chassis.message
import chassis.refusal
import chassis.sealing
import chassis.signing
import messages.typed_text
from chassis.message import message_type
from pydantic import ValidationError

import messages.billing
import messages.identity
import messages.notification
import messages.registration

TODAY = {
    "chassis.messaging": ModuleType("chassis.messaging"),
    "chassis.messaging.message": chassis.message,
    "chassis.messaging.refusal": chassis.refusal,
    "chassis.security": ModuleType("chassis.security"),
    "chassis.security.sealing": chassis.sealing,
    "chassis.security.signing": chassis.signing,
    "messages.values.text_value": messages.typed_text,
    "messages.account_notices": ModuleType("messages.account_notices"),
    "messages.account_settings": ModuleType("messages.account_settings"),
    "messages.contract_shown": ModuleType("messages.contract_shown"),
    "messages.data_export": ModuleType("messages.data_export"),
    "messages.enrolment": ModuleType("messages.enrolment"),
    "messages.login_history": ModuleType("messages.login_history"),
    "messages.passkeys": ModuleType("messages.passkeys"),
    "messages.own_sessions": ModuleType("messages.own_sessions"),
    "messages.second_factor": ModuleType("messages.second_factor"),
}
"""Where today's schema generator looks for what that release had elsewhere."""


def main() -> None:
    sys.modules.update(TODAY)
    chassis.signing.SignedClaims = chassis.signing.Statement  # type: ignore[attr-defined] # its name then
    today = ModuleType("mypage")
    today.__path__ = [sys.argv[1]]
    sys.modules["mypage"] = today
    from mypage.schemas.snapshots import schema_of, wire_models

    given = json.load(sys.stdin)
    print(  # noqa: T201 - the answer
        json.dumps(
            {
                "code": str(Path(str(messages.__file__)).parent.parent),
                "verdicts": {
                    name: _verdict(name, text) for name, text in given.items() if message_type(name)
                },
                "schemas": {name: schema_of(model) for name, model in wire_models().items()},
            }
        )
    )


def _verdict(name: str, text: str) -> list[str]:
    model = message_type(name)
    assert model is not None
    try:
        model.model_validate_json(text)
    except ValidationError as refusal:
        return [
            f"{'.'.join(map(str, each['loc']))}: {each['msg']}"
            for each in refusal.errors(include_input=False)
        ]
    return []


if __name__ == "__main__":
    main()
