"""What a customer was charged, and the contract that he proves to sign up."""

from django.conf import settings
from django.db import models


class Contract(models.Model):
    """One of a customer; `user` is who registered it."""

    customer_number = models.CharField(max_length=10, unique=True)
    phone_number = models.CharField(max_length=11)
    holder_kana = models.CharField(max_length=100)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE)


class Statement(models.Model):
    """One month of one customer."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    billing_month = models.DateField()
    amount_yen = models.BigIntegerField()

    class Meta:
        unique_together = (("user", "billing_month"),)
