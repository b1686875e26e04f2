"""パスキー: how a customer's own devices log him in."""
