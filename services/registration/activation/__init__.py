"""本登録: the link in the mail, and [本登録する]."""
