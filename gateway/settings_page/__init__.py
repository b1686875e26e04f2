"""設定: what a customer may change by himself, and the link that stops mails without a log-in."""
