"""Billing: what our customers were charged.

Owns: statements with their lines (imported), the months that were published, the rule which months a customer
may open. Hears: nothing; it answers list_charges and show_statement. Says: nothing.
"""
