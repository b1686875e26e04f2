"""Makes the tables, contracts to sign up with, and customers with a year of charges who are logged in: prints
their session keys.
"""

import datetime
import json
import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "monolith.settings")
django.setup()

from django.contrib.auth.models import User  # noqa: E402 - after setup
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402

from monolith.models import Contract, Statement  # noqa: E402

MONTHS = [datetime.date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 1) for n in range(12)]


def main(customers: int, sessions: int, numbers: list[str], phone_number: str, holder_kana: str) -> None:
    """So many customers, of whom so many are logged in; one contract for each of the `numbers`."""
    call_command("migrate", verbosity=0)
    call_command("migrate", run_syncdb=True, verbosity=0)  # now the users are there that ours refers to
    Contract.objects.bulk_create(
        Contract(customer_number=number, phone_number=phone_number, holder_kana=holder_kana)
        for number in numbers
    )
    made = User.objects.bulk_create([User(username=f"b{n}", password="!") for n in range(customers)])
    rows = [Statement(user=user, billing_month=month, amount_yen=5500) for user in made for month in MONTHS]
    Statement.objects.bulk_create(rows, batch_size=5000)
    for user in made[:sessions]:
        session = SessionStore()
        session["_auth_user_id"] = str(user.pk)
        session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
        session["_auth_user_hash"] = user.get_session_auth_hash()
        session.create()
        sys.stdout.write(f"{session.session_key}\n")


main(**json.load(sys.stdin))
