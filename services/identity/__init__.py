"""Identity: who our customers are.

Owns: contracts (imported), accounts after 本登録, password hashes, sessions, the limits on proofs and logins.
Hears: AccountActivated.
Says: AccountCreated, AccountRejected, RegisteredContractProved, AccountClosingSoon, AccountClosed,
SessionEnded.
"""
