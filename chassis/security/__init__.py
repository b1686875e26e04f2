"""Sealed fields, signed claims, password hashes, random tokens."""
