"""The charges page."""

import datetime

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .models import Statement

FIRST_LISTED = datetime.date(2020, 7, 1)


@login_required
def charges(request: HttpRequest) -> HttpResponse:
    """The newest twelve months of the customer who is logged in."""
    own = Statement.objects.filter(user=request.user, billing_month__gte=FIRST_LISTED)
    return render(request, "monolith/charges.html", {"statements": own.order_by("-billing_month")[:12]})
