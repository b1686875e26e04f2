"""Each guard of the product, and how the test build takes it out. The fault suite must turn red then, or it
proves nothing (D12).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import testbuild.guards_of_messaging as of_messaging
import testbuild.guards_of_processes as of_processes
import testbuild.guards_of_services as of_services

_DISPATCH, _PUBLISHING = "chassis.messaging.dispatch", "chassis.messaging.rabbit.publishing"

GUARDS: dict[str, list[tuple[str, Callable[[Any], None]]]] = {
    "account_lock": [("services.identity.sessions.repository", of_services.account_lock)],
    "ack_before_commit": [(_DISPATCH, of_messaging.ack_before_commit)],
    "block_check": [("chassis.messaging.rabbit.link", of_messaging.block_check)],
    "breaker": [("chassis.messaging.breaker", of_messaging.breaker)],
    "callback_task": [
        (_DISPATCH, of_messaging.callback_start),
        ("chassis.messaging.rabbit.consuming", of_messaging.callback_wait),
    ],
    "cancel_noticed": [("chassis.messaging.rabbit.consuming", of_messaging.cancel_noticed)],
    "cancellation": [
        ("chassis.database.connections", of_processes.cancellation),
        ("chassis.process.runner", of_processes.patient_stop),
    ],
    "clamp": [("services.registration.provisional.domain", of_services.clamp)],
    "confirms": [(_PUBLISHING, of_messaging.confirms)],
    "delete_before_confirm": [("chassis.messaging.outbox", of_messaging.delete_before_confirm)],
    "drain": [("chassis.process.runner", of_processes.drain)],
    "fresh_channel": [("chassis.messaging.rabbit.channels", of_messaging.fresh_channel)],
    "ended_sessions": [("services.identity.accounts.repository", of_services.ended_sessions)],
    "end_retry": [("services.notification.delivery.delivery_loop", of_services.end_retry)],
    "expire": [("chassis.database.connections", of_processes.expire)],
    "inbox": [("chassis.messaging.inbox", of_messaging.inbox)],
    "kept_slot": [("services.notification.delivery.send_slots", of_services.kept_slot)],
    "log_sink": [("chassis.process.log_sink", of_processes.log_sink)],
    "mail_lease": [("services.notification.delivery.repository", of_services.mail_lease)],
    "mandatory": [(_PUBLISHING, of_messaging.mandatory)],
    "one_clock": [("chassis.security.signing", of_processes.one_clock)],
    "patience": [(_DISPATCH, of_messaging.patience)],
    "poison": [("chassis.messaging.setting_aside", of_messaging.poison)],
    "queue_time": [("chassis.messaging.queue_time", of_messaging.queue_time)],
    "side_by_side": [("services.notification.service", of_services.side_by_side)],
    "send_slots": [("services.notification.delivery.send_slots", of_services.send_slots)],
    "redriver": [("services.registration.saga.redrive", of_services.redriver)],
    "repeated_orders": [("services.registration.saga.order_mails_again", of_services.repeated_orders)],
    "row_lock": [("services.registration.provisional.repository", of_services.row_lock)],
    "sender_check": [(_PUBLISHING, of_messaging.sender_check)],
    "used_codes": [("services.identity.enrolment.repository", of_services.used_codes)],
    "turns": [("chassis.messaging.fair_line", of_messaging.turns)],
}
"""What may stand in TESTBUILD_GUARD_OFF: a name, and what is changed in which module."""
