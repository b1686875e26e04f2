"""The pages of マイページ: the only process that a browser talks to.

Owns: the screens, their words, and the encrypted cookies that carry a registration on. No database.
Hears: identity.session_ended, at which it forgets what it remembers of that session.
Says: nothing; it asks identity, registration and billing.
"""
