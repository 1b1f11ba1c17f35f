"""A headless Chromium for the tests of the page, driven by the installed chromedriver; nothing is downloaded."""

import json
import shutil
import tempfile
import time
from contextlib import contextmanager

import pytest

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DRIVER = shutil.which("chromedriver")
needs_browser = pytest.mark.skipif(
    not (BROWSER and DRIVER),
    reason="chromium or chromedriver is not here (Debian: apt-get install chromium chromium-driver)",
)
FLAGS = (
    *("headless=new", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking"),
    *("disable-component-update", "disable-sync", "disable-dev-shm-usage", "hide-scrollbars"),
)


@contextmanager
def opened():
    """Yield a Page in a new browser with an empty profile."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    with tempfile.TemporaryDirectory() as profile:
        for flag in (*FLAGS, f"user-data-dir={profile}"):
            options.add_argument(f"--{flag}")
        driver = webdriver.Chrome(options=options, service=Service(DRIVER))
        try:
            yield Page(driver)
        finally:
            driver.quit()


class Page:
    """A page shown in the browser."""

    def __init__(self, driver):
        self.driver, self.run = driver, driver.execute_script

    def open(self, path, width, dark=False):
        """Open a file from disk at a width in pixels."""
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        scheme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
        self.driver.get("about:blank")
        self.driver.get_log("browser"), self.driver.get_log("performance")
        self.driver.get(path.resolve().as_uri())

    def show(self, path, width, dark=False):
        """Open a page with charts, and wait until they are drawn."""
        self.open(path, width, dark)
        ended = time.monotonic() + 60
        while self.run("return document.documentElement.dataset.ready") != "yes":
            assert time.monotonic() < ended, f"the charts are not drawn: {self.complaints()}"
            time.sleep(0.05)

    def complaints(self):
        """All messages of the console."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self):
        """The addresses requested, without the page itself and its embedded data."""
        events = (json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance"))
        sent = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [url for url in sent if not url.startswith(("data:", self.driver.current_url.split("#")[0]))]

    def pdf(self):
        """The page as a PDF in A4, as base64 text."""
        return self.driver.execute_cdp_cmd("Page.printToPDF", {"paperWidth": 8.27, "paperHeight": 11.69})["data"]
