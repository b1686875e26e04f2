"""The pages of マイページ: the only process that a browser talks to.

Owns: the screens, their words, and the encrypted cookies that carry a registration from step to step. No
database. Hears: SessionEnded, at which it forgets what it remembers of that session. Says: requests to
identity, registration and billing; no events.
"""
