"""Acts that meet wait for each other; none holds what the other waits for."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from services.linking import pick_employer
from tests.services.office import Office
from warehouse.engine import Warehouse, one_at_a_time
from warehouse.store.cases import refresh_case


def test_naming_an_employer_while_complaints_are_filed_ends_well(store: Warehouse, now: datetime) -> None:
    office = Office(store, now)
    case_id = office.case(employer=None)
    version, filing = office.version(case_id), threading.Event()

    def file() -> None:
        with store.write() as session:
            one_at_a_time(session, "employers")
            filing.set()
            time.sleep(0.5)
            refresh_case(session, case_id, by="system:collect", at=now)

    def name() -> str:
        filing.wait(5)
        return pick_employer(
            store, case_id=case_id, version=version, employer_name="青岛蓝天水产", actor=office.desk, at=now
        )

    with ThreadPoolExecutor(2) as pool:
        filed, named = pool.submit(file), pool.submit(name)
        filed.result(30)
        employer_id = named.result(30)
    assert office.look(case_id).employer_id == employer_id
