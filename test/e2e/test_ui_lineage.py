"""The web UI: the picture of the graph."""

from __future__ import annotations

import re

from visitor import ASSETS, IS_DRAWN, expect


def test_the_picture_is_walked_by_keys_and_has_a_menu(visitor):
    page = visitor.page
    visitor.go("/lineage?open=*")
    picture = page.get_by_role("application")
    page.wait_for_function(IS_DRAWN, arg=page.locator("main canvas").first.element_handle())
    picture.focus()
    page.keyboard.press("ArrowDown")
    about = page.get_by_role("complementary", name="About what is chosen")
    expect(about.get_by_role("link", name=re.compile("^(%s)$" % "|".join(ASSETS)))).to_be_visible()
    visitor.go("/lineage?open=*&at=orders")
    picture.focus()
    page.keyboard.press("ArrowDown")
    expect(page).to_have_url(re.compile("at=customers"))
    page.keyboard.press("Shift+F10")
    menu = page.get_by_role("menu", name="customers")
    expect(menu.get_by_role("menuitem", name="Copy asset key")).to_be_visible()
    menu.get_by_role("menuitem", name="Materialize with downstream").click()
    plan = page.get_by_role("region", name="Steps of the plan")
    for text in ("customers", "letters", "summary"):
        expect(plan.get_by_text(text, exact=True).first).to_be_visible()
    expect(plan.get_by_text("orders", exact=True)).to_have_count(0)
    page.keyboard.press("Escape")
    expect(plan).to_have_count(0)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()


def test_a_link_to_the_picture_shows_what_was_seen(visitor):
    page = visitor.page
    visitor.go("/lineage")
    page.wait_for_function(IS_DRAWN, arg=page.locator("main canvas").first.element_handle())
    assert "view=" not in page.url
    page.get_by_role("application").focus()
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("+")
    expect(page).to_have_url(re.compile("view="))
    seen = page.url
    visitor.go(seen)
    page.wait_for_function(IS_DRAWN, arg=page.locator("main canvas").first.element_handle())
    page.wait_for_timeout(500)
    assert page.url == seen
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Show everything").click()
    expect(page).not_to_have_url(re.compile("view="))
