"""メールアドレスの変更: the new address proves itself, the old one is told and can take it back (X38).
An address whose mails come back is marked until mails arrive again.
"""
