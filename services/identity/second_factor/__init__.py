"""2段階認証: the one-time codes of an authenticator application, asked for after the password (ADR 0071)."""
