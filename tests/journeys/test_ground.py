"""The browser agrees with the ground: nothing is blocked, nothing is wrong."""

from axe_playwright_python.sync_playwright import Axe


def test_a_missing_page_is_a_page_of_ours(page):
    faults = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda fault: faults.append(str(fault)))
    page.goto("/nowhere?lang=en")
    assert page.get_by_role("heading", level=1).inner_text()
    assert page.evaluate("htmx.config.historyCacheSize") == 0
    assert [fault for fault in faults if "404" not in fault] == []


def test_a_page_of_ours_is_open_to_everybody(page):
    page.goto("/nowhere")
    assert Axe().run(page).response["violations"] == []
