"""窓口: what the desk sees of accounts, and how it takes one off its contract."""
