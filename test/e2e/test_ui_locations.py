"""The web UI: code locations, and code that does not load."""

from __future__ import annotations

from visitor import expect


def test_broken_code_is_shown_with_its_place_and_harms_nobody_else(new):
    page, workspace = new.page, new.api.workspace
    file = workspace.root / "south" / "definitions.py"
    sound = file.read_text()
    file.write_text(sound + "\ndef broken(:\n")
    line = file.read_text().splitlines().index("def broken(:") + 1

    new.go("/locations")
    page.locator("main").get_by_role("link", name="south").first.click()
    new.settle()
    new.button("Reload").click()
    wrong = page.get_by_role("region", name="What went wrong")
    expect(wrong).to_contain_text("SyntaxError")
    expect(wrong.get_by_text(f"definitions.py:{line}")).to_be_visible()

    new.go("/locations/north")
    expect(page.locator("main header:has(h1)").get_by_text("Loaded", exact=True)).to_be_visible()
    new.go("/assets/orders")
    page.get_by_role("button", name="Materialize", exact=True).click()
    new.launch(1)
    new.sees_run("Succeeded")

    file.write_text(sound)
    new.go("/locations/south")
    new.button("Reload").click()
    expect(page.locator("main header:has(h1)").get_by_text("Loaded", exact=True)).to_be_visible()
    expect(wrong).to_have_count(0)
