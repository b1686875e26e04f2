"""notification sends the mails, and tells when the relay accepted one.

Owns: mails (one row each: queued, sending, sent, abandoned), their templates, SMTP.
Hears: ProvisionallyRegistered, AccountCreated, RegisteredContractProved, AccountClosingSoon.
Says: MailSent, MailAbandoned.
"""
