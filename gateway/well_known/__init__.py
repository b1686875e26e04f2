"""Addresses below /.well-known/ (RFC 8615), where programs look for what every site may have."""
