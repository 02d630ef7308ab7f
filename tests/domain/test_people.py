"""Who somebody is: by e-mail in any letter case, or by the operator's table."""

import pytest

from bridge.domain.model import Person, TrackerName
from bridge.domain.people import (
    NOBODY,
    Identity,
    People,
    account_among,
    stand_in,
)

ERRORS = TrackerName("errors")
JANE = Identity("jane@example.com")
NONE = "no active account has jane@example.com"
TABLE = People.of([["Jane@example.com", "jane.doe@corp.example"]])


@pytest.mark.parametrize(
    ("person", "identity"),
    [
        (None, NOBODY),
        (Person("7", "bob@example.com"), "bob@example.com"),
        (Person("7", "BOB@Example.COM"), "bob@example.com"),
        (Person("7", "jane.DOE@corp.example"), JANE),
        (Person("7", ""), "errors:7"),
        (Person("7", "bob@example.com", is_verified=False), "errors:7"),
    ],
    ids=["nobody", "e-mail", "letter case", "table", "hidden", "unverified"],
)
def test_a_person_is_known_by_address(person: Person | None, identity: str) -> None:
    assert TABLE.identity(ERRORS, person) == identity


def test_the_table_gives_every_address_of_a_person() -> None:
    assert TABLE.addresses_of(JANE) == (JANE, "jane.doe@corp.example")
    assert TABLE.addresses_of(Identity("bob@example.com")) == ("bob@example.com",)
    assert TABLE.addresses_of(Identity("errors:7")) == ()


@pytest.mark.parametrize(
    ("found", "account", "reason"),
    [
        ([Person("1")], "1", ""),
        ([Person("1"), Person("1")], "1", ""),
        ([Person("1"), Person("2", is_active=False)], "1", ""),
        ([], "", "no active account has jane@example.com"),
        ([Person("1", is_active=False)], "", "no active account has jane@example.com"),
        (
            [Person("1", is_verified=False)],
            "",
            "no active account has jane@example.com",
        ),
        ([Person("1"), Person("2")], "", "2 active accounts have jane@example.com"),
    ],
)
def test_exactly_one_active_verified_account_counts(
    found: list[Person], account: str, reason: str
) -> None:
    assert (account_among(found, JANE).id, account_among(found, JANE).reason) == (
        account,
        reason,
    )


@pytest.mark.parametrize("identity", [NOBODY, JANE, Identity("errors:7")])
def test_a_stand_in_is_taken_for_who_it_stands_for(identity: Identity) -> None:
    assert TABLE.identity(ERRORS, stand_in(ERRORS, identity)) == identity
