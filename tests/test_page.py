"""The page of a generated service, driven in a real Chromium: by keyboard, on a phone, with files."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

from support import MakeExample, MakeNotebook, cookiecutter
from test_openapi import service_in

pytestmark = [pytest.mark.generation, pytest.mark.xdist_group("churn")]

OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NASTY = {
    "\"><script>alert('x')</script>": "<img src=x onerror=alert(1)>",
    "größe 日本": "it's",
    "a, b": 'say "hi"\n\\n',
    "{{ 7*7 }}": "$HOME `id`",
}
ECHO = """#| predict
def predict(record):
    return {"said": " | ".join(record.values()), "<b>length</b>": len("".join(record.values()))}
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = shutil.which("chromium")
    if path is None:
        if os.environ.get("NB2SERVICE_REQUIRE_BROWSER"):
            pytest.fail("there is no chromium, and NB2SERVICE_REQUIRE_BROWSER is set")
        pytest.skip("there is no chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=OPTIONS)
        yield browser
        browser.close()


class Service(NamedTuple):
    """A running service, its answers, and what its notebook asked."""

    server: Any
    calls: list[dict[str, Any]]

    @property
    def records(self) -> list[dict[str, Any]]:
        return [record for call in self.calls for record in call["records"]]


Run = Callable[[str], Service]


@pytest.fixture(scope="module")
def service(example: MakeExample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Run the service of an example, once."""
    log = tmp_path_factory.mktemp("logs")
    with ExitStack() as stack:

        @cache
        def run(name: str) -> Service:
            folder = example(name).folder
            server = stack.enter_context(service_in(folder, log / name)).until_ready()
            return Service(server, json.loads((folder / "model" / "calls.json").read_text()))

        yield run


@contextmanager
def opened(browser: Browser, server: Any, path: str = "", **context: Any) -> Iterator[Page]:
    """Open a page of the service; an error on it, or a request to elsewhere, fails the test."""
    found: list[str] = []
    home = f"http://127.0.0.1:{server.port}/"

    def note_error(said: ConsoleMessage) -> None:
        # That a record was refused is told by the browser, too.
        if said.type == "error" and "responded with a status of 4" not in said.text:
            found.append(said.text)

    def note_elsewhere(asked: Request) -> None:
        if not asked.url.startswith((home, "blob:", "data:")):
            found.append(asked.url)

    with browser.new_context(locale="en-US", **context) as made:
        made.set_default_timeout(60_000)
        page = made.new_page()
        page.on("pageerror", lambda error: found.append(str(error)))
        page.on("dialog", lambda dialog: found.append(dialog.message))
        page.on("console", note_error)
        page.on("request", note_elsewhere)
        page.goto(home + path)
        yield page
    assert not found


def field(page: Page, name: str) -> Locator:
    return page.get_by_label(name, exact=True)


def drop(page: Page, text: str) -> None:
    """Drop a CSV file of the text onto the page."""
    given = page.evaluate_handle(
        """text => {
            const data = new DataTransfer();
            data.items.add(new File([text], "rows.csv", { type: "text/csv" }));
            return data;
        }""",
        text,
    )
    page.dispatch_event("#drop", "drop", {"dataTransfer": given})


def as_csv(records: Sequence[Mapping[str, Any]], separator: str = ",") -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(records[0]), delimiter=separator)
    writer.writeheader()
    writer.writerows(records)
    return text.getvalue()


def downloaded(page: Page) -> list[dict[str, str]]:
    with page.expect_download() as given:
        page.get_by_role("link", name="Download CSV").click()
    assert given.value.suggested_filename == "answers.csv"
    return list(csv.DictReader(Path(given.value.path()).read_text().splitlines()))


def test_a_record_by_keyboard_alone(browser: Browser, service: Run) -> None:
    churn = service("churn_xgboost")
    record = churn.records[0]
    with opened(browser, churn.server) as page:
        expect(page).to_have_title("churn")
        expect(page.get_by_text("Probability that this customer leaves.")).to_be_visible()
        expect(page.get_by_role("link", name="checks against the notebook")).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the form")).to_be_focused()
        page.keyboard.press("Enter")
        for _ in range(3):  # the notebook's records
            page.keyboard.press("Tab")
        for name, value in record.items():
            page.keyboard.press("Tab")
            expect(field(page, name)).to_be_focused()
            expect(field(page, name)).to_have_value(f"{value:g}" if value < 1e5 else str(value))
            page.keyboard.press("Control+A")
            page.keyboard.type("9" if name == "tenure_months" else str(value))
        page.keyboard.press("Enter")
        status, answer = churn.server.post({**record, "tenure_months": 9})
        assert status == 200
        value = page.locator("#answer .value")
        expect(value).to_have_attribute("title", str(answer["churn_probability"]))
        assert json.loads(page.locator("#raw").text_content() or "") == answer


def test_the_curl_is_the_same_question(browser: Browser, service: Run) -> None:
    churn = service("churn_xgboost")
    with opened(browser, churn.server) as page:
        page.get_by_role("button", name="Notebook's record 2").click()
        expect(page.locator(".same")).to_have_text("The notebook's own answer to this record.")
        command = page.locator("#curl").text_content() or ""
        done = subprocess.run(["bash", "-c", f"{command} -s"], capture_output=True, check=True)
        assert json.loads(done.stdout) == json.loads(page.locator("#raw").text_content() or "")
        page.get_by_role("button", name="Copy").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()


def test_values_unlike_the_notebook_s_are_marked(browser: Browser, service: Run) -> None:
    hotel = service("hotel_lightgbm")
    with opened(browser, hotel.server) as page:
        expect(page.locator(".out")).to_have_count(0)
        field(page, "booked_days_before").fill("9000")
        field(page, "arrival").fill("2030-01-01T00:00")
        said = page.locator(".field .mark")
        expect(said.nth(0)).to_have_text("after 2024-12-29, the last that the notebook had")
        expect(said.nth(1)).to_have_text("above 176, the most that the notebook had")
        expect(page.locator("#marks")).to_have_text("2 values are unlike the notebook's")
        page.get_by_role("button", name="Predict", exact=True).click()
        expect(page.locator("#answer .mark")).to_contain_text("take this answer with care")
        sent = {"arrival": "2030-01-01T00:00:00", "booked_days_before": 9000}
        record = {**hotel.calls[0]["records"][0], **sent}
        assert json.loads(page.locator("#raw").text_content() or "") == hotel.server.post(record)[1]


def test_a_refusal_stands_at_its_field(browser: Browser, service: Run) -> None:
    houses = service("houses_bare")
    with opened(browser, houses.server) as page:
        field(page, "district").select_option("another value …")
        other = page.get_by_label("another value of district")
        other.fill("hilly")
        expect(page.locator(".out .mark")).to_have_text("the notebook had no such value")
        field(page, "rooms").fill("")
        other.press("Enter")
        expect(page.locator(".wrong .mark").first).to_have_text("missing feature: rooms")
        expect(field(page, "rooms")).to_be_focused()
        expect(field(page, "rooms")).to_have_attribute("aria-invalid", "true")
        field(page, "rooms").fill("3")
        other.press("Enter")
        expect(page.locator(".wrong .mark")).to_contain_text("did you mean 'hills'?")


def test_a_dropped_table_is_answered_drawn_and_downloaded(browser: Browser, service: Run) -> None:
    hotel = service("hotel_lightgbm")
    records = hotel.records[:40]
    with opened(browser, hotel.server) as page:
        drop(page, as_csv(records))
        expect(page.locator("#many-status")).to_have_text("40 answered.")
        expect(page.locator("#table tbody tr")).to_have_count(40)
        plot = page.locator("#plot svg")
        expect(plot).to_have_attribute("aria-label", re.compile("price: 40 answers .* notebook's"))
        expect(plot.locator("path.then")).to_have_count(1)
        rows = downloaded(page)
    answers = hotel.server.post(records)[1]["predictions"]
    assert [float(row["price"]) for row in rows] == [answer["price"] for answer in answers]
    assert [row["city"] for row in rows] == [record["city"] or "" for record in records]


def test_of_a_table_with_faults_the_rest_is_answered(browser: Browser, service: Run) -> None:
    churn = service("churn_xgboost")
    records = [{**record, "id": at} for at, record in enumerate(churn.records[:6])]
    records[1]["total_charges"] = "many"
    records[4]["tenure_months"] = 999
    with opened(browser, churn.server) as page:
        page.get_by_label("Paste a table").fill(as_csv(records, ";"))
        page.get_by_role("button", name="Predict all").click()
        expect(page.locator("#many-status")).to_have_text("5 answered, 1 refused.")
        expect(page.locator("#notes")).to_contain_text("Not asked for, left out: id")
        expect(page.locator("td.fault")).to_contain_text("expected a number")
        expect(page.locator("td.out")).to_have_text("▲ 999")
        rows = downloaded(page)
    assert [row["id"] for row in rows] == list("012345")
    assert [bool(row["churn_probability"]) for row in rows] == [True, False, True, True, True, True]
    assert "expected a number" in rows[1]["error"]


def test_a_long_table_is_asked_in_parts(browser: Browser, service: Run) -> None:
    churn = service("churn_xgboost")
    records = (churn.records * 200)[:2500]
    with opened(browser, churn.server) as page:
        drop(page, as_csv(records))
        expect(page.locator("#many-status")).to_have_text("2500 answered.", timeout=60_000)
        expect(page.locator("#table tbody tr")).to_have_count(200)
        expect(page.locator("#table caption")).to_contain_text("The first 200 of 2500")
        rows = downloaded(page)
    once = churn.server.post(churn.records)[1]["predictions"]
    expected = [answer["churn_probability"] for answer in once * 200][:2500]
    assert [float(row["churn_probability"]) for row in rows] == pytest.approx(expected, rel=1e-6)


def test_a_table_that_is_none_is_told(browser: Browser, service: Run) -> None:
    with opened(browser, service("churn_xgboost").server) as page:
        for text, said in (
            ("", "There is no table yet."),
            ("x,y\n1,2\n", "No column has the name of a feature: tenure_months"),
            ("tenure_months,has_fiber\n", "There is a header, but no row below it."),
        ):
            page.get_by_label("Paste a table").fill(text)
            page.get_by_role("button", name="Predict all").click()
            expect(page.locator("#many-status")).to_contain_text(said)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["churn_xgboost", "hotel_lightgbm"])
def test_axe_finds_nothing(browser: Browser, service: Run, name: str, scheme: str) -> None:
    running = service(name)
    with opened(browser, running.server, color_scheme=scheme, bypass_csp=True) as page:
        page.locator("input[type=number]").first.fill("99999")
        page.get_by_role("button", name="Predict", exact=True).click()
        expect(page.locator("#answer .value")).to_be_visible()
        drop(page, as_csv(running.records[:9]))
        expect(page.locator("#table")).to_be_visible()
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()


def test_nothing_is_wider_than_a_phone(browser: Browser, service: Run) -> None:
    running = service("hotel_lightgbm")
    with opened(browser, running.server, viewport={"width": 360, "height": 740}) as page:
        page.get_by_role("button", name="Predict", exact=True).click()
        drop(page, as_csv(running.records[:9]))
        expect(page.locator("#table")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_swagger_ui_shows_the_document_and_asks(browser: Browser, service: Run) -> None:
    with opened(browser, service("churn_xgboost").server, "docs") as page:
        expect(page.locator(".opblock")).to_have_count(4)
        page.locator(".opblock-summary-control").first.click()
        page.get_by_role("button", name="Execute").click()
        expect(page.locator(".live-responses-table .response-col_status").last).to_contain_text(
            "200"
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_key_is_asked_for_by_a_page(
    browser: Browser, example: MakeExample, tmp_path: Path, scheme: str
) -> None:
    folder = example("churn_xgboost").folder
    with (
        service_in(folder, tmp_path / "log", API_KEYS="one two") as server,
        opened(browser, server.until_ready(), color_scheme=scheme, bypass_csp=True) as page,
    ):
        page.get_by_label("Key").fill("three")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text("This is none of the keys.")
        assert Axe().run(page).violations_count == 0
        page.get_by_label("Key").fill("two")
        page.get_by_role("button", name="Open").click()
        page.get_by_role("button", name="Predict", exact=True).click()
        expect(page.locator("#answer .value")).to_be_visible()
        command = page.locator("#curl").text_content() or ""
        env = {**os.environ, "KEY": "one"}
        done = subprocess.run(["bash", "-c", f"{command} -s"], env=env, capture_output=True)
        assert "churn_probability" in json.loads(done.stdout)
        page.get_by_role("link", name="API", exact=True).click()
        expect(page.locator(".opblock")).to_have_count(4)
        page.go_back()
        page.get_by_role("button", name="Forget the key").click()
        expect(page.get_by_label("Key")).to_be_visible()


def test_any_text_is_text(browser: Browser, make_notebook: MakeNotebook, tmp_path: Path) -> None:
    asked = f"predict({NASTY!r})"
    done = cookiecutter(make_notebook(ECHO, asked), tmp_path / "out", "project_slug=odd")
    assert done.returncode == 0, done.stderr
    with service_in(tmp_path / "out" / "odd", tmp_path / "log") as server:
        server.until_ready()
        expected = server.post(NASTY)[1]
        with opened(browser, server) as page:
            for name, value in NASTY.items():
                expect(field(page, name)).to_have_value(value)
            page.get_by_role("button", name="Predict", exact=True).click()
            expect(page.locator("#answer .value").first).to_have_text(
                " ".join(expected["said"].split())
            )
            assert json.loads(page.locator("#raw").text_content() or "") == expected
            command = page.locator("#curl").text_content() or ""
            done = subprocess.run(["bash", "-c", f"{command} -s"], capture_output=True, text=True)
            assert json.loads(done.stdout) == expected
            page.get_by_role("button", name="Notebook's records").click()
            expect(page.locator("#many-status")).to_have_text("1 answered.")
            assert downloaded(page)[0]["<b>length</b>"] == str(expected["<b>length</b>"])
            assert page.locator("img, #answer b, #table b").count() == 0
