"""SOAP through zeep over the channel's own HTTP: no DTD, no entities, no document from anywhere else.

zeep reads the WSDL and writes the requests. Answers are parsed here, strictly, and handed over as elements: a record
with a field too many or too few must harm only itself, not the page it came in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import zeep
import zeep.exceptions
import zeep.wsse
from lxml import etree
from zeep.loader import parse_xml

from casework.errors import ArrearsError, ChannelChanged, ChannelUnavailable
from casework.record import Json
from connectors.base import Channel
from connectors.http import Answered, Http, needed

_ZEEP: Any = zeep  # parts of it carry no types
_ENVELOPE = "{http://schemas.xmlsoap.org/soap/envelope/}"
_UNUSABLE = (zeep.exceptions.Error, etree.LxmlError, ValueError, TypeError, LookupError, AttributeError)
"""What zeep raises over a WSDL it cannot use: its own errors, and those of the parts it looked for in vain."""


class Refused(ArrearsError):
    """The other side answered with a client fault. `code` is its machine word, for the connector to understand."""

    def __init__(self, channel: str, code: str) -> None:
        super().__init__(f"{channel}: the call was refused with the fault {code}.")
        self.code = code


class _Transport:
    """What zeep asks of a transport, over the one host of the channel."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def load(self, url: str) -> bytes:
        """A document of the WSDL. Only http and only from the channel's host: a path would open a file."""
        if "://" not in url:
            raise _ZEEP.exceptions.ExternalReferenceForbidden(url)
        return self._http.call("GET", url).content

    def post_xml(self, address: str, envelope: Any, headers: Mapping[str, str]) -> Answered:
        """Send a request. A fault comes with status 500."""
        message = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        return self._http.call("POST", address, body=message, headers=headers, also={500})


class Soap:
    """One SOAP service. Settings: `url` (the WSDL is at `?wsdl`), `user`, `password`, and those of `Http`."""

    def __init__(self, channel: Channel, settings: Mapping[str, str], *, namespace: str, binding: str) -> None:
        self._channel = channel.name
        self._http = Http(channel.name, settings, channel.reach)
        self._transport = _Transport(self._http)
        self._binding = f"{{{namespace}}}{binding}"
        self._wsse = _ZEEP.wsse.UsernameToken(
            needed(channel.name, settings, "user"), needed(channel.name, settings, "password"), use_digest=True
        )
        self._settings = zeep.Settings(
            strict=True, raw_response=True, forbid_dtd=True, forbid_entities=True, forbid_external=True
        )
        self._service: Any = None

    def check(self, operations: Iterable[str]) -> None:
        """The WSDL is there and has these operations."""
        self._service = None
        service = self._connected()
        for name in operations:
            if not hasattr(service, name):
                raise ChannelChanged(f"{self._channel}: the WSDL has no operation {name}.")

    def call(self, operation: str, **arguments: object) -> Any:
        """One call; the element that stands in the body of the answer.

        Raises `Refused` for a client fault, `ChannelUnavailable` for a server fault, `ChannelChanged` when the answer
        is not the XML it should be or carries a DTD.
        """
        service = self._connected()
        try:
            answer = getattr(service, operation)(**arguments)
        except _UNUSABLE:
            raise ChannelChanged(f"{self._channel}: the WSDL does not offer {operation} as promised.") from None
        return self._body(operation, answer)

    def _body(self, operation: str, answer: Answered) -> Any:
        """The element in the body of an answer."""
        try:
            envelope = parse_xml(answer.content, self._transport, settings=self._settings)  # type: ignore[arg-type]  # its hints know only text
        except _UNUSABLE:
            if answer.status_code == 500:
                raise ChannelUnavailable(f"{self._channel}: answered 500.") from None
            raise ChannelChanged(f"{self._channel}: the answer to {operation} is not XML that is allowed.") from None
        body = envelope.find(f"{_ENVELOPE}Body")
        if body is None or len(body) == 0:
            raise ChannelChanged(f"{self._channel}: the answer to {operation} is no SOAP envelope.")
        if body[0].tag == f"{_ENVELOPE}Fault":
            self._raise_fault(body[0])
        if etree.QName(body[0]).localname != f"{operation}Response":
            raise ChannelChanged(f"{self._channel}: the answer to {operation} is another one.")
        return body[0]

    def _connected(self) -> Any:
        if self._service is None:
            try:
                client = _ZEEP.Client(
                    f"{self._http.url}?wsdl", transport=self._transport, settings=self._settings, wsse=self._wsse
                )
                self._service = client.create_service(self._binding, self._http.url)
            except _UNUSABLE:
                raise ChannelChanged(f"{self._channel}: the WSDL cannot be used.") from None
        return self._service

    def _raise_fault(self, fault: Any) -> None:
        """Only the code is quoted, and only if it looks like one: the words of a fault may repeat what was sent."""
        code = (fault.findtext("faultcode") or "").rpartition(":")[2]
        if not re.fullmatch(r"[A-Za-z][\w.-]{0,60}", code, re.ASCII):
            code = "unnamed"
        if not code.startswith("Client"):
            raise ChannelUnavailable(f"{self._channel}: answered with the fault {code}.")
        raise Refused(self._channel, code.removeprefix("Client").lstrip(".") or "Client")


def as_fields(element: Any) -> dict[str, Json]:
    """An element's children as fields: text as it stands, children with children as lists of such fields."""
    found: dict[str, Json] = {}
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child).localname
        if len(child):
            found[name] = [*_listed(found.get(name)), as_fields(child)]
        else:
            found[name] = child.text or ""
    return found


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []
