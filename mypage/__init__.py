"""The command line, and the whole system on one laptop.

Owns: the data directory of one machine.
Hears: operators.
Says: what it did, in Japanese.
"""
