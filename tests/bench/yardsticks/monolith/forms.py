"""What sign-up asks besides the login: the contract."""

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from .models import Contract


class ContractForm(forms.Form):
    """allauth adds its own fields to these."""

    customer_number = forms.CharField(max_length=10)
    phone_number = forms.CharField(max_length=11)
    holder_kana = forms.CharField(max_length=100)

    def clean(self) -> dict[str, object]:
        """All three are those of one contract that nobody has registered."""
        cleaned = super().clean()
        names = ("customer_number", "phone_number", "holder_kana")
        wanted = {name: cleaned.get(name) for name in names}
        self.contract = Contract.objects.filter(user=None, **wanted).first()
        if self.contract is None:
            raise ValidationError("認証できません。")
        return cleaned

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth with the new user."""
        self.contract.user = user
        self.contract.save(update_fields=["user"])
