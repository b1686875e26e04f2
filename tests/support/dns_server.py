"""A real DNS server on loopback, with the records that a test gives it."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

Records = Mapping[str, Sequence[str]]
"""By name and type, as `example.jp MX`: what stands there, in the words of a zone file."""


@dataclass
class DnsServer:
    """Answers over UDP; `asked` are the questions."""

    records: Records
    asked: list[str] = field(default_factory=list)
    _server: socketserver.BaseServer = field(init=False, repr=False)

    def __enter__(self) -> Self:
        self._server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), self._handler())
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> tuple[str, int]:
        """Where it is asked."""
        host, port = self._server.server_address[:2]
        return str(host), int(port)

    def answer(self, question: bytes) -> dns.message.Message:
        """NXDOMAIN for a name of which nothing at all is known."""
        asked = dns.message.from_wire(question)
        [wanted] = asked.question
        name, kind = wanted.name.to_text(omit_final_dot=True), dns.rdatatype.to_text(wanted.rdtype)
        self.asked.append(f"{name} {kind}")
        answer = dns.message.make_response(asked)
        answer.flags |= dns.flags.RA
        found = self.records.get(f"{name} {kind}", ())
        if found:
            answer.answer.append(dns.rrset.from_text_list(wanted.name, 60, "IN", kind, found))
        elif not any(each.split(" ")[0] == name for each in self.records):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer

    def _handler(self) -> type[socketserver.BaseRequestHandler]:
        answer = self.answer

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                question, socket = self.request
                socket.sendto(answer(question).to_wire(), self.client_address)

        return Handler
