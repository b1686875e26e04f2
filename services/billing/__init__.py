"""Billing: what our customers were charged.

Owns: statements with their lines (imported), the published months with every revision that was shown, the
    rule which months may be opened, who is told by mail that a month is there.
Hears: identity.account_closed, identity.contract_replaced.
Says: statement_published.
"""
