"""Plumbing that another company could use: messages, bus, database, secrets, processes. No word of our
business.

Owns: the wire format, the outbox, inbox and migration tables of each database. Hears: whatever a composition
root subscribes it to. Says: nothing of its own.
"""
