"""What the wages of a project and an employer, as the wage-payment platform tells them, are called on the screen."""

from __future__ import annotations

from console.words import N_

PARTS = {
    "project_owner": N_("Project owner"),
    "general_contractor": N_("General contractor"),
    "subcontractor": N_("Subcontractor or labour firm, pays wages there"),
}
STATES = {
    "in_time": N_("paid in time"),
    "late": N_("paid late"),
    "part": N_("paid in part"),
    "unpaid": N_("unpaid"),
    "pending": N_("not due yet"),
    "empty": N_("payroll without workers"),
    "no_data": N_("no data"),
}
TAGS = {
    "in_time": "green",
    "late": "amber",
    "part": "red",
    "unpaid": "red",
    "pending": "",
    "empty": "amber",
    "no_data": "amber",
}
KINDS = {
    "project": N_("Register of the project"),
    "pay_period": N_("Payrolls"),
    "account_balance": N_("Special account"),
    "attendance_month": N_("Attendance at the gates"),
}
TOLD = {
    "name": N_("Name"),
    "owner_name": N_("Project owner"),
    "general_contractor": N_("General contractor"),
    "district_code": N_("Place"),
    "pay_day": N_("Pay day"),
    "started_on": N_("Begun"),
    "deposit_paid": N_("Wage deposit"),
    "balance_fen": N_("Balance"),
    "paid_in_fen": N_("Paid in"),
    "agreed_fen": N_("Agreed a month"),
    "heads": N_("Heads"),
    "days": N_("Days"),
}
"""Figures that the platform corrects, beside payrolls."""
