"""アカウント: what 本登録 opened, until twelve months after the end of the contract."""
