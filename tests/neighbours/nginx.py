"""nginx from the sample of the runbook."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from urllib.parse import urlsplit

from neighbours.portal import Portal
from neighbours.programs import filled, program, running
from support.private_authority import Certificate

from mypage.local.ports import free_ports

AROUND = """daemon off; pid {folder}/nginx.pid; error_log stderr warn; worker_processes 2;
events {{ worker_connections 512; }}
http {{
    log_format sent '$request_method origin=$http_origin site=$http_sec_fetch_site referer=$http_referer';
    access_log {folder}/sent.log sent;
    client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {sample};
}}
"""


def nginx(
    portal: Portal, certificate: Certificate, folder: Path, *forgotten: str
) -> AbstractAsyncContextManager[int]:
    """The sample with our ports, perhaps without some of its lines. `sent.log` in the folder says what
    browsers sent to show where a form stood.
    """
    port = urlsplit(portal.url).port or 0
    first, second = portal.gateways
    values = {
        "listen 80;": f"listen 127.0.0.1:{free_ports(1)[0]};",
        "listen 443": f"listen 127.0.0.1:{port}",
        "/etc/nginx/tls/mypage.crt": certificate.certificate,
        "/etc/nginx/tls/mypage.key": certificate.key,
        "10.0.0.11:8080": first,
        "10.0.0.12:8080": second,
    } | dict.fromkeys(forgotten, "")
    sample, around = folder / "sample.conf", folder / "nginx.conf"
    sample.write_text(filled("nginx.conf", values))
    around.write_text(AROUND.format(folder=folder, sample=sample))
    command = [program("nginx", "nginx-light"), "-e", "stderr", "-c", around]
    return running(command, port=port, log=folder / "nginx.log")
