"""メール受信確認 and 登録完了: steps 5 and 6, from the link in the mail to the account."""
