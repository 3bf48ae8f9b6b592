"""Every form by its kind. The .docx files beside this module are made from here (`services.paperwork.forms.making`)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from services.paperwork.forms.letters import LETTERS
from services.paperwork.forms.parts import Part
from services.paperwork.forms.published import PUBLISHED
from services.paperwork.forms.records import RECORDS

SHEETS: Mapping[str, tuple[Part, ...]] = MappingProxyType({**LETTERS, **PUBLISHED, **RECORDS})
