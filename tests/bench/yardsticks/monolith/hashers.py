"""Passwords at the cost that we pay, through the same C library."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class SameCostArgon2(Argon2PasswordHasher):
    """OWASP's 19 MiB, two passes, one lane."""

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
