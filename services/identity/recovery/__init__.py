"""アカウントIDやパスワードを忘れた方: a mail to the address of the account, and what its link may do."""
