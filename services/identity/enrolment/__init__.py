"""登録コード: the desk lets somebody in who lost both his password and his mailbox."""
