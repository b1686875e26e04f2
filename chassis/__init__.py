"""Plumbing that another company could use: messages, bus, database, secrets, processes; no word of our own.

Owns: the wire format, the outbox, inbox and migration tables of each database.
Hears: whatever a composition root subscribes it to.
Says: nothing of its own.
"""
