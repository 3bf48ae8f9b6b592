"""The petition office's exchange: SOAP 1.1, document/literal, a WSDL at ?wsdl, a UsernameToken digest on every call."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import Response
from lxml import etree

from sandbox.faults import Faults
from sandbox.loopback import Loopback
from sandbox.shelf import Answer, AnswerBook, OtherBody, Shelf
from sandbox.told import Told

CHINA = timezone(timedelta(hours=8))
NS = "urn:petition:exchange:1"
ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
WSSE = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
WSU = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
USER, PASSWORD = "labour-inspection", "sandbox-petition"
WSDL = Path(__file__).with_name("petition.wsdl").read_text("utf-8")


class Refused(Exception):
    """A call the exchange does not serve, with its fault code."""


def china(at: datetime) -> str:
    """A moment as the petition office writes it."""
    return at.astimezone(CHINA).replace(microsecond=0).isoformat()


def petition(told: Told) -> dict[str, Any]:
    """A petition as it was registered. Fields are text; `member` is the roster of a joint petition."""
    due = told.told_at.astimezone(CHINA) + timedelta(days=15)
    members = [
        {"name": name, "phone": phone or "", "idNo": id_no or "", "amount": "" if amount is None else str(amount)}
        for name, phone, id_no, amount in told.roster
    ]
    return {
        "form": "2" if told.roster else "3",
        "category": "3",
        "classCode": "0801" if told.rural else "0802",
        "registeredAt": china(told.told_at),
        "dueDate": f"{due:%Y-%m-%d}",
        "forwardingUnit": "区信访局",
        "petitionerName": told.complainant_name or "",
        "petitionerPhone": told.complainant_phone or "",
        "petitionerIdNo": told.complainant_id_no or "",
        "residence": "",
        "headCount": "" if told.workers_count is None else str(told.workers_count),
        "respondentName": told.employer_name or "",
        "respondentCreditCode": told.employer_uscc or "",
        "siteName": told.site_name or "",
        "siteAddress": told.site_address or "",
        "districtCode": told.district_code or "",
        "request": told.title or "",
        "facts": told.narrative,
        "reasons": "",
        "secret": "1" if told.confidential else "0",
        "urgent": "1" if told.urgent else "0",
        "member": members,
    }


class PetitionOffice:
    """The exchange. User and password are published: this is an imitation."""

    def __init__(self, folder: Path | None = None, *, port: int = 0, page_size: int = 50):
        self.faults = Faults()
        self.shelf = Shelf()
        self.book = AnswerBook("XF", folder / "petition.answers.jsonl" if folder else None)
        self.wsdl = WSDL
        self._page_size = page_size
        self._server = Loopback(self._app(), self.faults, port=port)

    @property
    def settings(self) -> dict[str, str]:
        """What the connector needs."""
        url = f"{self._server.url}/exchange"
        return {"url": url, "user": USER, "password": PASSWORD, "page_size": str(self._page_size)}

    @property
    def answers(self) -> dict[str, list[str]]:
        """What each petition was answered."""
        return self.book.bodies

    def add(self, told: Told) -> str:
        """Register a petition; its id."""
        key = f"XF{told.told_at:%Y}{told.key}"
        self.shelf.put(key, told.told_at, {"petitionId": key, **petition(told)})
        return key

    def add_all(self, told: Iterable[Told]) -> list[str]:
        """Take many; their ids."""
        return [self.add(one) for one in told]

    def add_broken(self, n: int, at: datetime) -> list[str]:
        """Register n petitions that can be pulled but not read: a bad date, an unknown code, an amount in words."""
        keys = [f"XFX{i:03d}" for i in range(n)]
        troubles = ({"registeredAt": "二〇二六年"}, {"classCode": "9999"}, {"headCount": "若干"})
        for i, key in enumerate(keys):
            moment = at - timedelta(minutes=7 * i + 2)
            told = Told(key=key, channel="petition", told_at=moment, case="", claim="", narrative="请求支付工资")
            self.shelf.put(key, moment, {"petitionId": key, **petition(told), **troubles[i % 3]})
        return keys

    def stop(self) -> None:
        """Close the exchange."""
        self._server.stop()

    def _app(self) -> FastAPI:
        app = FastAPI(openapi_url=None)
        app.add_api_route("/exchange", self._wsdl, methods=["GET"])
        app.add_api_route("/exchange", self._call, methods=["POST"])
        return app

    async def _wsdl(self) -> Response:
        return Response(self.wsdl.replace("ADDRESS", f"{self._server.url}/exchange"), media_type="text/xml")

    async def _call(self, request: Request) -> Response:
        served: dict[str, Callable[[etree._Element], etree._Element]] = {
            "ListPetitions": self._list,
            "GetPetition": self._get,
            "SubmitAnswer": self._submit,
            "GetAnswer": self._read_back,
        }
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        try:
            envelope = etree.fromstring(await request.body(), parser)
            if envelope.getroottree().docinfo.internalDTD is not None:
                raise Refused("DoctypeForbidden")
            self._authenticate(envelope)
            body = envelope.find(f"{{{ENVELOPE}}}Body")
            asked = None if body is None or not len(body) else body[0]
            operation = served.get(etree.QName(asked).localname) if asked is not None else None
            if asked is None or operation is None:
                raise Refused("UnknownOperation")
            return in_envelope(operation(asked))
        except etree.XMLSyntaxError:
            return _fault("NotXml")
        except Refused as refused:
            return _fault(str(refused))

    def _authenticate(self, envelope: etree._Element) -> None:
        token = envelope.find(f".//{{{WSSE}}}UsernameToken")
        if token is None:
            raise Refused("NotAuthenticated")
        user, given = token.findtext(f"{{{WSSE}}}Username"), token.findtext(f"{{{WSSE}}}Password") or ""
        nonce, created = token.findtext(f"{{{WSSE}}}Nonce") or "", token.findtext(f"{{{WSU}}}Created") or ""
        told = base64.b64decode(nonce) + created.encode() + PASSWORD.encode()
        right = base64.b64encode(hashlib.sha1(told, usedforsecurity=False).digest()).decode()
        if user != USER or not hmac.compare_digest(right, given):
            raise Refused("NotAuthenticated")

    def _list(self, asked: etree._Element) -> etree._Element:
        since = datetime.fromisoformat(_text(asked, "since"))
        size = min(int(_text(asked, "pageSize")), self._page_size)
        after = tuple(_text(asked, "pageToken").split("|", 1)) if _text(asked, "pageToken") else None
        rows = [r for r in self.shelf.ordered(self.faults.held) if r.at >= since]
        if after:
            rows = [r for r in rows if (china(r.at), r.key) > after]
        page = rows[:size]
        answer = etree.Element(f"{{{NS}}}ListPetitionsResponse", nsmap={"p": NS})
        for record in self.faults.bend({**r.fields, "updatedAt": china(r.at)} for r in page):
            write_fields(etree.SubElement(answer, f"{{{NS}}}petition"), record)
        if len(rows) > size and not self.faults.empty:
            etree.SubElement(answer, f"{{{NS}}}nextPageToken").text = f"{china(page[-1].at)}|{page[-1].key}"
        return answer

    def _get(self, asked: etree._Element) -> etree._Element:
        answer = etree.Element(f"{{{NS}}}GetPetitionResponse", nsmap={"p": NS})
        record = self.shelf.records.get(_text(asked, "petitionId"))
        if record and record.key not in self.faults.held:
            fields = {**record.fields, "updatedAt": china(record.at)}
            write_fields(etree.SubElement(answer, f"{{{NS}}}petition"), self.faults.bend([fields])[0])
        return answer

    def _submit(self, asked: etree._Element) -> etree._Element:
        key, petition_id = _text(asked, "key"), _text(asked, "petitionId")
        if petition_id not in self.shelf.records:
            raise Refused("UnknownPetition")
        try:
            given = self.book.give(petition_id, key, _text(asked, "content"))
        except OtherBody:
            raise Refused("OtherBody") from None
        answer = etree.Element(f"{{{NS}}}SubmitAnswerResponse", nsmap={"p": NS})
        write_fields(etree.SubElement(answer, f"{{{NS}}}answer"), _shown(given))
        return answer

    def _read_back(self, asked: etree._Element) -> etree._Element:
        answer = etree.Element(f"{{{NS}}}GetAnswerResponse", nsmap={"p": NS})
        given = self.book.by_key(_text(asked, "key"))
        if given and given.source_key == _text(asked, "petitionId"):
            write_fields(etree.SubElement(answer, f"{{{NS}}}answer"), _shown(given))
        return answer


def _shown(given: Answer) -> dict[str, str]:
    return {"answerRef": given.ref, "content": given.body, "answeredAt": given.at}


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{{{NS}}}{name}") or ""


def write_fields(element: etree._Element, fields: Mapping[str, Any]) -> None:
    """Fields as children of an element; one of several values several times."""
    for name, value in fields.items():
        for one in value if isinstance(value, list) else [value]:
            child = etree.SubElement(element, f"{{{NS}}}{name}")
            if isinstance(one, dict):
                write_fields(child, one)
            else:
                child.text = one


def in_envelope(content: etree._Element, status: int = 200) -> Response:
    """An answer of the exchange."""
    envelope = etree.Element(f"{{{ENVELOPE}}}Envelope", nsmap={"soap": ENVELOPE})
    etree.SubElement(envelope, f"{{{ENVELOPE}}}Body").append(content)
    text = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
    return Response(text, status_code=status, media_type="text/xml; charset=utf-8")


def _fault(code: str) -> Response:
    fault = etree.Element(f"{{{ENVELOPE}}}Fault", nsmap={"soap": ENVELOPE})
    etree.SubElement(fault, "faultcode").text = f"soap:Client.{code}"
    etree.SubElement(fault, "faultstring").text = code
    return in_envelope(fault, 500)
