"""監査: who did what to an account or a contract, when, and from where."""
