"""The web UI: every page, on every screen, in both themes, for everybody; and how one gets there."""

from __future__ import annotations

import re

import pytest
from api_client import Api
from conftest import TOP
from visitor import Visitor, expect

AXE = TOP / "ui" / "node_modules" / "axe-core" / "axe.min.js"
# so that colours are another theme's at once
NO_FADING = """() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { transition: none !important }");
    document.adoptedStyleSheets = [sheet];
}"""
SCREENS = {
    "desktop": {"viewport": {"width": 1280, "height": 800}},
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True},
}


def addresses(api: Api) -> list[str]:
    """Every page, and the parts that differ most."""
    tabs = ("overview", "versions", "lineage", "impact", "runs", "checks")
    return [
        "/",
        "/lineage?list=1",
        "/catalog",
        "/runs",
        "/runs?status=failure,canceled&tag=none",
        f"/runs/{api.failed}",
        f"/runs/{api.failed}?tab=stderr",
        "/locations",
        "/locations/north",
        "/locations/south",
        *(f"/assets/orders?tab={tab}" for tab in tabs),
        "/assets/letters",
    ]


def violations(visitor: Visitor) -> list[str]:
    """What axe finds wrong, grave or not, in either theme."""
    page, found = visitor.page, []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        options = {"resultTypes": ["violations"], "preload": False}
        result = page.evaluate("(options) => axe.run(document, options)", options)
        for violation in result["violations"]:
            where = [node["html"][:160] for node in violation["nodes"]]
            found.append(f"{scheme}: {violation['help']}: {where[:4]}")
    return found


def test_addresses_of_dagster_lead_here(visitor):
    for former, here in (
        ("/asset-groups?asset-selection=orders%2B", "/lineage?select=orders%2B"),
        ("/assets/orders?view=lineage", "/assets/orders?tab=lineage"),
        ("/locations/__repository__@north/jobs", "/locations/north"),
        ("/deployment/locations", "/locations"),
    ):
        visitor.go(former)
        expect(visitor.page).to_have_url(re.compile(re.escape(here) + "$"))


def test_the_theme_stays_chosen(visitor):
    page = visitor.page
    visitor.go("/")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    visitor.button("Theme").click()
    page.get_by_role("menuitemcheckbox", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    visitor.settle()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert page.evaluate(ground) == dark


def test_no_page_is_wider_than_a_phone(browser, worn):
    visitor = Visitor(browser, worn, **SCREENS["phone"])
    wide = {}
    for address in addresses(worn):
        visitor.go(address)
        width = visitor.page.evaluate("document.scrollingElement.scrollWidth")
        if width > 390:
            wide[address] = width
    visitor.close()
    assert wide == {}


@pytest.mark.skipif(not AXE.exists(), reason="no axe-core: tools/ui.sh packages")
@pytest.mark.parametrize("screen", SCREENS)
def test_every_page_is_accessible_in_both_themes(browser, worn, screen):
    visitor = Visitor(browser, worn, **SCREENS[screen])
    page, found = visitor.page, {}
    axe = AXE.read_text()
    for address in addresses(worn):
        visitor.go(address)
        page.evaluate(axe)
        page.evaluate(NO_FADING)
        found[address] = violations(visitor)
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()
    found["palette"] = violations(visitor)
    page.keyboard.press("Escape")
    page.get_by_role("banner").get_by_role("button", name="Materialize all").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    visitor.settle()
    found["plan"] = violations(visitor)
    visitor.close()
    assert {address: wrong for address, wrong in found.items() if wrong} == {}
