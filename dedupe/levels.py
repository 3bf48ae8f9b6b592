"""What each field can say about two complaints: a feature is a row of levels, and the strongest that is true speaks.

A field that one side left out says nothing at all. Weights and translations know a level by its name; its sentence is
what an inspector reads beside the score.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.linkage import Finding

AGREES, CLOSE, AGAINST, SILENT = Finding.AGREES, Finding.CLOSE, Finding.AGAINST, Finding.SILENT


class Bars(StrEnum):
    """What a contradiction bars: being one worker's claim, or being one dispute (and then one claim neither)."""

    CLAIM = "claim"
    CASE = "case"


@dataclass(frozen=True, slots=True)
class Level:
    """One thing a field can say. `bars` makes it a contradiction that no score outweighs."""

    name: str
    sentence: str
    finding: Finding
    bars: Bars | None = None


@dataclass(frozen=True, slots=True)
class Feature:
    """One field and its levels, strongest first.

    `rare`: a common value says less than a rare one. `personal`: tells persons apart, not disputes.
    """

    name: str
    levels: tuple[Level, ...]
    rare: bool = False
    personal: bool = False

    def number(self, name: str) -> int:
        """The place of a level in the row. Raises `KeyError` for a name that is none of this feature's."""
        for number, level in enumerate(self.levels):
            if level.name == name:
                return number
        raise KeyError(f"{self.name} has no level {name}")


FEATURES: tuple[Feature, ...] = (
    Feature(
        "code",
        (
            Level("codes_are_one", "Both give the same credit code.", AGREES),
            Level("codes_differ", "Both give a credit code and they are different.", AGAINST, Bars.CASE),
        ),
    ),
    Feature(
        "employer",
        (
            Level("employers_are_one", "The employer is written the same, but for place and legal form.", AGREES),
            Level("employer_in_short", "One side writes the employer in short.", AGREES),
            Level("employers_swapped", "The employers' names have the same characters in another order.", CLOSE),
            Level("employer_within", "One employer's name contains the other's.", CLOSE),
            Level("employers_sound_alike", "The employers' names sound alike and are written differently.", CLOSE),
            Level(
                "employers_one_character",
                "The employers' names differ in one character: a slip, or a sister company.",
                CLOSE,
            ),
            Level(
                "employer_trades_related",
                "The employers have one name and related trades: written loosely, or a sister company.",
                CLOSE,
            ),
            Level("employer_trades_differ", "The employers have one name and different trades.", AGAINST),
            Level("employers_elsewhere", "The employers have one name and are in different cities.", AGAINST),
            Level("employer_vague", "One side does not say which firm it is.", SILENT),
            Level("employers_differ", "The employers' names are different.", AGAINST),
        ),
    ),
    Feature(
        "boss",
        (
            Level("bosses_are_one", "The boss is the same.", AGREES),
            Level(
                "bosses_fit",
                "The boss may be the same: one side gives the surname only, or another character that sounds the same.",
                CLOSE,
            ),
            Level("bosses_differ", "The bosses are different.", AGAINST),
        ),
        rare=True,
    ),
    Feature(
        "boss_phone",
        (
            Level("boss_phones_are_one", "The boss's phone is the same.", AGREES),
            Level(
                "boss_phones_fit",
                "The boss's phone may be the same: what is visible agrees, or one digit is another.",
                CLOSE,
            ),
            Level("boss_phones_differ", "The boss's phones are different.", AGAINST),
        ),
    ),
    Feature(
        "site",
        (
            Level("sites_are_one", "The site is the same.", AGREES),
            Level("sites_close", "The site is written alike.", CLOSE),
            Level("sites_one_character", "The sites differ in one character: a slip, or another site.", CLOSE),
            Level("site_vague", "One side gives a town or a number and no site.", SILENT),
            Level("phases_differ", "The same project, and a different phase.", AGAINST, Bars.CASE),
            Level("sections_differ", "The same project, and a different section.", AGAINST, Bars.CASE),
            Level("sites_differ", "The sites are different.", AGAINST),
        ),
    ),
    Feature(
        "address",
        (
            Level("addresses_are_one", "The address is the same.", AGREES),
            Level("addresses_close", "The address is written alike.", CLOSE),
            Level("address_vague", "One address is too short to tell.", SILENT),
            Level("addresses_differ", "The addresses are different.", AGAINST),
        ),
    ),
    Feature(
        "district",
        (
            Level("districts_are_one", "The district is the same.", AGREES),
            Level("districts_differ", "The districts are different.", AGAINST),
        ),
    ),
    Feature(
        "name",
        (
            Level("names_are_one", "The complainant's name is the same.", AGREES),
            Level("names_sound_alike", "The complainants' names sound alike.", CLOSE),
            Level("names_fit", "A name is masked or short, and what is visible agrees.", CLOSE),
            Level("names_one_character", "The complainants' names differ in one character.", CLOSE),
            Level("names_differ", "The complainants' names are different.", AGAINST),
        ),
        rare=True,
        personal=True,
    ),
    Feature(
        "phone",
        (
            Level("phones_are_one", "Both give the same phone.", AGREES),
            Level("phone_of_many", "Both give the same phone, which many different people give.", CLOSE),
            Level("phones_fit", "The visible digits of the phones agree.", CLOSE),
            Level("phones_one_slip", "The phones differ in one digit, or in two that changed places.", CLOSE),
            Level("phones_differ", "The phones are different.", AGAINST),
        ),
        personal=True,
    ),
    Feature(
        "id_no",
        (
            Level("ids_are_one", "Both give the same identity number.", AGREES),
            Level("ids_fit", "The visible digits of the identity numbers agree.", CLOSE),
            Level(
                "ids_one_slip",
                "The identity numbers differ in one digit, and one of them has a wrong check digit.",
                CLOSE,
            ),
            Level("ids_differ", "Both give an identity number and they are different.", AGAINST, Bars.CLAIM),
        ),
        personal=True,
    ),
    Feature(
        "crew",
        (
            Level("rosters_share", "Both rosters name the same person.", AGREES),
            Level("roster_names_other", "One side's roster names whoever complains on the other side.", AGREES),
            Level(
                "roster_holds_name",
                "Somebody in one side's roster has the name of whoever complains on the other side.",
                CLOSE,
            ),
            Level("rosters_touch", "The rosters have one name or number in common and nothing else.", CLOSE),
            Level("rosters_differ", "The rosters have nobody in common.", AGAINST),
        ),
    ),
    Feature(
        "heads",
        (
            Level("heads_are_one", "The number of workers is the same.", AGREES),
            Level("heads_close", "The number of workers is about the same.", CLOSE),
            Level("heads_differ", "The numbers of workers are different.", AGAINST),
        ),
    ),
    Feature(
        "amount",
        (
            Level("amounts_are_one", "The amount owed is the same.", AGREES),
            Level("amounts_close", "The amounts owed are within a twentieth of each other.", CLOSE),
            Level("amounts_near", "The amounts owed are within a quarter of each other.", CLOSE),
            Level("amounts_differ", "The amounts owed are different.", AGAINST),
        ),
        rare=True,
        personal=True,
    ),
    Feature(
        "period",
        (
            Level("periods_are_one", "The unpaid months are the same.", AGREES),
            Level("periods_overlap", "The unpaid months overlap.", CLOSE),
            Level("periods_touch", "The unpaid months lie close together.", CLOSE),
            Level("periods_disjoint", "The unpaid months lie apart.", AGAINST, Bars.CASE),
        ),
    ),
    Feature(
        "told",
        (
            Level("told_within_weeks", "Both were told within a month.", AGREES),
            Level("told_within_half_a_year", "Both were told within half a year.", SILENT),
            Level("told_long_apart", "They were told more than half a year apart.", AGAINST),
        ),
    ),
    Feature(
        "text",
        (
            Level("texts_are_one", "The two texts are the same but for a few words.", AGREES),
            Level("texts_alike", "The two texts have much in common.", CLOSE),
            Level("texts_differ", "The two texts are told differently.", AGAINST),
        ),
    ),
)
POSITION = {feature.name: position for position, feature in enumerate(FEATURES)}
SIZES = tuple(len(feature.levels) for feature in FEATURES)
"""How many levels each field has: what packed patterns are made by."""
