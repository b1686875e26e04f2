"""登録コード: mailbox and password are lost, and the desk has read out a code."""
