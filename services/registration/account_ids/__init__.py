"""Which account ID belongs to which registration: the claims, one row per ID in use (ADR 0003)."""
