"""Notification: the mails that customers get, and whether a relay took them.

Owns: mails (one row each: queued, sending, sent, abandoned), their templates, SMTP, what came back.
Hears: registration.provisionally_registered, identity.account_created, identity.registered_contract_proved,
    identity.account_closing_soon, identity.bill_notice_addressed, identity.recovery_letter_ordered,
    identity.address_change_ordered, identity.mail_address_changed, identity.account_changed.
Says: mail_sent, mail_abandoned, mail_bounced, activation_mail_bounced.
"""
