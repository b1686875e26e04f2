"""The mail once more, to the same address or to a corrected one (ADR 0063)."""
