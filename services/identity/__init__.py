"""Identity: who our customers are.

Owns: contracts (imported), accounts after 本登録, password hashes, passkeys, sessions, the limits on proofs
    and logins, the audit trail.
Hears: registration.account_activated, notification.mail_bounced, billing.statement_published,
    identity.desk_changed_account.
Says: account_created, account_rejected, registered_contract_proved, account_closing_soon, account_closed,
    bill_notice_addressed, recovery_letter_ordered, contract_replaced, session_ended, account_changed,
    desk_changed_account, address_change_ordered, mail_address_changed.
"""
