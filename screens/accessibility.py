"""axe on a page. Colours are most of its work, and a queue shows fifty lines of the same make: what is made alike is looked at once."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

__all__ = ["AXE_SCRIPT", "axe"]

_TWICE = "[...new Set([...document.querySelectorAll('[id]')].map((part) => part.id).filter((id, at, all) => all.indexOf(id) !== at))]"
# Words in two elements of one make, in places of one make, have the same colours under one look.
_MAKES = """() => {
    const said = new Set(["class", "type", "open", "style", "hidden", "data-kind", "data-theme"]);
    const states = ["checked", "indeterminate", "disabled"].map((name) => [name, (e) => e[name] === true]);
    for (const sign of [":hover", ":focus-within", ":focus-visible", ":active", ":invalid", ":user-invalid", ":placeholder-shown", ":target"]) {
        states.push([sign, (e) => e.matches(sign)]);
    }
    const short = (text) => {  // 53 bits
        let a = 0xdeadbeef, b = 0x41c6ce57;
        for (let at = 0; at < text.length; at++) {
            const one = text.charCodeAt(at);
            a = Math.imul(a ^ one, 2654435761);
            b = Math.imul(b ^ one, 1597334677);
        }
        a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
        b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
        return (4294967296 * (2097151 & b) + (a >>> 0)).toString(36);
    };
    const makes = window.__makes = new Map();
    (function look(e, path) {  // what it is made of
        const has = [...e.childNodes].some((part) => part.nodeType === 3 && part.data.trim());
        const head = [e.tagName, has ? "words" : "", ...[...e.attributes].map((a) => said.has(a.name) || a.name.startsWith("aria-")
            && !/(label|by|controls)$/.test(a.name) ? `${a.name}=${a.value}` : a.name), ...states.filter(([, is]) => is(e)).map(([name]) => name)].join(" ");
        const here = short(path + head), made = short(head + "(" + [...e.children].map((child) => look(child, here)));
        if (has || e.matches("input, select, textarea, option")) makes.set(e, short(path + made));
        return made;
    })(document.body, "");
    const whole = (e) => [...e.attributes].map((a) => `${a.name}=${a.value}`);
    const look = [innerWidth, ...["prefers-color-scheme: dark", "forced-colors: active"].map((one) => matchMedia(`(${one})`).matches), ...whole(document.documentElement), ...whole(document.body),
        ...[...document.styleSheets].map((one) => one.href || one.ownerNode?.textContent)].join();
    return [short(look), [...makes.values()]];
}"""
_AXE = """async ([known, onlyColors]) => {
    const seen = new Set(known), fresh = [];
    for (const [e, make] of window.__makes) {
        if (!seen.has(make)) fresh.push(e);
        seen.add(make);
    }
    for (const e of fresh) e.setAttribute("data-fresh", "");
    axe.configure({ rules: [{ id: "color-contrast", selector: "[data-fresh]" }, { id: "link-in-text-block", selector: "a[href][data-fresh]" }] });
    try {
        const found = await axe.run(document, { resultTypes: ["violations"], ...(onlyColors ? { runOnly: ["color-contrast", "link-in-text-block"] }
            : { rules: { "hidden-content": { enabled: false } } }) });  // which only ever says that somebody should look
        return found.violations.map((rule) => ({ id: rule.id, nodes: rule.nodes.slice(0, 3) }));
    } finally {
        for (const e of fresh) e.removeAttribute("data-fresh");
    }
}"""
_readable: dict[str, set[str]] = {}  # makes whose colours are fine, by look


def axe(page: Page, *, only_colors: bool = False) -> list[str]:
    """What axe finds, one line each, and ids that are there twice.

    Of parts that differ in words alone the first's colours count, also when it stood on an earlier page of this process.
    """
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE_SCRIPT)
    look, made = page.evaluate(_MAKES)
    makes, fine = set(made), _readable.setdefault(look, set())
    found = page.evaluate(_AXE, [list(makes & fine), only_colors])
    if not any(rule["id"] in ("color-contrast", "link-in-text-block") for rule in found):
        fine |= makes
    faults = [f"{rule['id']}: {node['html'][:160]} | {node['failureSummary'][:200]}" for rule in found for node in rule["nodes"]]
    return faults + [f"duplicate id: {name}" for name in page.evaluate(_TWICE)]
