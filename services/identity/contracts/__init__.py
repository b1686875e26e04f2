"""契約: what the billing system says of our customers' contracts, and who proves to hold one."""
