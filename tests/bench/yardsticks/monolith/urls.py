"""The charges page, and allauth's own."""

from django.urls import include, path

from . import views

urlpatterns = [path("accounts/", include("allauth.urls")), path("charges/", views.charges)]
