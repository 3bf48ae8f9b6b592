"""What the fields that tell disputes apart can say: code, employer, boss, site, address and district."""

# ruff: noqa: ARG001 - the last level of a feature is true of every pair that reached it

from __future__ import annotations

from dedupe import naming
from dedupe.employers import Employer
from dedupe.person_findings import names_fit, names_sound_alike
from dedupe.persons import Person
from dedupe.sites import Site


def codes_are_one(left: str, right: str) -> bool:
    """Both give the same credit code."""
    return left == right


def codes_differ(left: str, right: str) -> bool:
    """Both give a credit code and they are different."""
    return left != right


def employers_are_one(left: Employer, right: Employer) -> bool:
    """The employer is written the same, but for place and legal form."""
    return naming.alike(left, right) is naming.Alike.ONE


def employer_in_short(left: Employer, right: Employer) -> bool:
    """One side writes the employer in short."""
    return naming.alike(left, right) is naming.Alike.SHORT


def employers_swapped(left: Employer, right: Employer) -> bool:
    """The employers' names have the same characters in another order."""
    return naming.alike(left, right) is naming.Alike.SWAPPED


def employer_within(left: Employer, right: Employer) -> bool:
    """One employer's name contains the other's."""
    return naming.alike(left, right) is naming.Alike.WITHIN


def employers_sound_alike(left: Employer, right: Employer) -> bool:
    """The employers' names sound alike and are written differently."""
    return naming.alike(left, right) is naming.Alike.SOUND


def employers_one_character(left: Employer, right: Employer) -> bool:
    """The employers' names differ in one character: a slip, or a sister company."""
    return naming.alike(left, right) is naming.Alike.CHARACTER


def employer_trades_related(left: Employer, right: Employer) -> bool:
    """The employers have one name and related trades: written loosely, or a sister company."""
    return naming.alike(left, right) is naming.Alike.RELATED


def employer_trades_differ(left: Employer, right: Employer) -> bool:
    """The employers have one name and different trades."""
    return naming.alike(left, right) is naming.Alike.TRADE


def employers_elsewhere(left: Employer, right: Employer) -> bool:
    """The employers have one name and are in different cities."""
    return naming.alike(left, right) is naming.Alike.ELSEWHERE


def employer_vague(left: Employer, right: Employer) -> bool:
    """One side does not say which firm it is."""
    return naming.alike(left, right) is naming.Alike.VAGUE


def employers_differ(left: Employer, right: Employer) -> bool:
    """The employers' names are different."""
    return naming.alike(left, right) is naming.Alike.NONE


def sites_are_one(left: Site, right: Site) -> bool:
    """The site is the same."""
    return naming.sites(left, right) is naming.Sites.ONE


def sites_close(left: Site, right: Site) -> bool:
    """The site is written alike."""
    return naming.sites(left, right) is naming.Sites.CLOSE


def sites_one_character(left: Site, right: Site) -> bool:
    """The sites differ in one character: a slip, or another site."""
    return naming.sites(left, right) is naming.Sites.CHARACTER


def site_vague(left: Site, right: Site) -> bool:
    """One side gives a town or a number and no site."""
    return naming.sites(left, right) is naming.Sites.VAGUE


def phases_differ(left: Site, right: Site) -> bool:
    """The same project, and a different phase."""
    return naming.sites(left, right) is naming.Sites.PHASE


def sections_differ(left: Site, right: Site) -> bool:
    """The same project, and a different section."""
    return naming.sites(left, right) is naming.Sites.SECTION


def sites_differ(left: Site, right: Site) -> bool:
    """The sites are different."""
    return naming.sites(left, right) is naming.Sites.NONE


def addresses_are_one(left: Site, right: Site) -> bool:
    """The address is the same."""
    return naming.addresses(left, right) is naming.Sites.ONE


def addresses_close(left: Site, right: Site) -> bool:
    """The address is written alike."""
    return naming.addresses(left, right) is naming.Sites.CLOSE


def address_vague(left: Site, right: Site) -> bool:
    """One address is too short to tell."""
    return naming.addresses(left, right) is naming.Sites.VAGUE


def addresses_differ(left: Site, right: Site) -> bool:
    """The addresses are different."""
    return True


def districts_are_one(left: str, right: str) -> bool:
    """The district is the same."""
    return left[:6] == right[:6]


def districts_differ(left: str, right: str) -> bool:
    """The districts are different."""
    return True


def bosses_are_one(left: Person, right: Person) -> bool:
    """The boss is the same."""
    return left == right and left.whole


def bosses_fit(left: Person, right: Person) -> bool:
    """The boss may be the same: one side gives the surname only, or another character that sounds the same."""
    return names_fit(left, right) or names_sound_alike(left, right)


def bosses_differ(left: Person, right: Person) -> bool:
    """The bosses are different."""
    return True
