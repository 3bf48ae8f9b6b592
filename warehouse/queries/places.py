"""Sites that have a notice board: what stands in the QR code of each, and how the page for workers names it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.place_code import place_code
from warehouse.crypto import keyring
from warehouse.models import ProjectRow


def code_of_place(project_code: str) -> str:
    """The code of one project: the same whenever it is printed, and for nobody else to make."""
    return place_code(keyring().mac(keyring().index_key, f"place\x00{project_code}".encode()))


def places(session: Session) -> dict[str, str]:
    """The names of all projects, by the code on their notice boards."""
    question = select(ProjectRow.project_code, ProjectRow.name)
    return {code_of_place(code): name for code, name in session.execute(question).tuples()}
