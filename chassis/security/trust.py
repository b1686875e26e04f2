"""Whose certificates are believed: the system's authorities, or those of one file and no others."""

from __future__ import annotations

import ssl
from pathlib import Path

from chassis.process.error_chain import error_chain

CERTIFICATE_NOT_TRUSTED = "CertificateNotTrusted"


def believing(ca_file: Path | None) -> ssl.SSLContext:
    """Checks the certificate and the host name in it. With a file, its authorities are believed instead of
    the system's. Raises ValueError, which names the trouble, for a file that cannot be read or holds no
    certificate.
    """
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError:
        raise ValueError("holds no certificate (PEM)") from None
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None


def is_certificate_trouble(error: BaseException) -> bool:
    """Whether we did not believe the other side, however many libraries have wrapped that since."""
    return any(isinstance(each, ssl.SSLCertVerificationError) for each in error_chain(error))


def trouble_name(error: BaseException) -> str:
    """What a log may say of trouble with a connection: its class, or that a certificate is at fault."""
    return CERTIFICATE_NOT_TRUSTED if is_certificate_trouble(error) else type(error).__name__
