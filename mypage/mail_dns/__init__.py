"""`mypage mail doctor`: what DNS says of the domain that mails come from (T8 of the mails, ADR 0064)."""
