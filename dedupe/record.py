"""A complaint in the form the linker takes."""

from __future__ import annotations

from casework.complaint import Complaint
from casework.linkage import LinkRecord
from dedupe.extraction import boss_phone_in


def to_record(complaint: Complaint) -> LinkRecord:
    """A complaint in the form the linker takes."""
    told = complaint.told()
    return LinkRecord(
        complaint_id=complaint.id,
        channel=complaint.channel,
        submitted_at=complaint.received_at,
        employer_name=complaint.employer_name,
        employer_uscc=complaint.employer_uscc,
        site_name=complaint.site_name,
        site_address=complaint.site_address,
        district_code=complaint.district_code,
        complainant_name=complaint.complainant_name,
        complainant_phone=complaint.complainant_phone,
        complainant_id_no=complaint.complainant_id_no,
        workers_count=complaint.worker_count,
        amount_owed=complaint.amount_claimed,
        arrears_from=complaint.arrears_from,
        arrears_to=complaint.arrears_to,
        narrative=told,
        boss_name=complaint.boss_name,
        crew=tuple((line.name, line.phone, line.id_no) for line in complaint.roster),
        boss_phone=boss_phone_in(told),
    )
