"""Coming in by the sign-in door, in any language and with or without script."""

from typing import Any

from tests.people import PASSWORD, Person


def sign_in(page: Any, person: Person) -> None:
    """Sign in as ``person`` and wait for their own door."""
    page.goto("/sign-in")
    page.locator("#identifier").fill(person.identifier)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
