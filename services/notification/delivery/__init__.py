"""Rows become mails: due ones are claimed and sent, and their end is stored and said (ADR 0006, ADR 0014)."""
