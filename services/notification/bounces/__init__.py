"""What came back of mails that a relay had taken (T9 of the mails, ADR 0054)."""
