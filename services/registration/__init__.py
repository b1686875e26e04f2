"""Registration: from a proved contract to 本登録.

Owns: provisional accounts, activation tokens (hashes), who holds which account ID, the limits on
    registrations and ID checks.
Hears: notification.mail_sent, notification.mail_abandoned, notification.activation_mail_bounced,
    identity.account_created, identity.account_rejected, identity.account_closed, identity.contract_replaced.
Says: provisionally_registered, account_activated.
"""
