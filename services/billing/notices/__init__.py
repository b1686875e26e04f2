"""お知らせメール: who wants to be told that his statement of a month is there, and who was (ADR 0055)."""
