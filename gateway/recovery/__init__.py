"""アカウントIDやパスワードを忘れた方: asking for a mail, and the link in it."""
