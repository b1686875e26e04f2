"""What a customer was charged."""

from django.conf import settings
from django.db import models


class Statement(models.Model):
    """One month of one customer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    billing_month = models.DateField()
    amount_yen = models.BigIntegerField()

    class Meta:
        unique_together = (("user", "billing_month"),)
