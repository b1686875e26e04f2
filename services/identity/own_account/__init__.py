"""アカウント設定: what customers do with their own accounts while they are logged in."""
