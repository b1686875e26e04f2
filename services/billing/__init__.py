"""Billing: what our customers were charged.

Owns: statements with their lines (imported), the published months with every revision that was shown, the
rule which months may be opened.
Hears: nothing.
Says: nothing.
"""
