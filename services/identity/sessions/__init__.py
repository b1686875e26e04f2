"""ログイン: how a session is opened, kept alive and ended."""
