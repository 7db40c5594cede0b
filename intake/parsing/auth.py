"""What the receiving server found out about a sender (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_RESULT = re.compile(r"^\s*(spf|dkim|dmarc|arc)\s*=\s*(\w{1,20})", re.IGNORECASE)
_FAILED = {"fail", "softfail", "permerror", "policy"}
# For whom a method speaks: the property that names the domain.
_DOMAINS = {method: re.compile(rf"\b{re.escape(name)}\s*=\s*([^\s;]+)", re.IGNORECASE) for method, name in [
    ("dmarc", "header.from"), ("dkim", "header.d"), ("spf", "smtp.mailfrom")]}
_IDENTITY = re.compile(r"\bheader\.i\s*=\s*([^\s;]+)", re.IGNORECASE)
_LONGEST = 4096


@dataclass(frozen=True)
class AuthResult:
    """`words` is what was found, in short; `is_doubtful` when the sender is not who the mail says; `is_proven` when a
    check passed that speaks for the domain of the mail's author.
    """

    words: str = ""
    is_doubtful: bool = False
    is_proven: bool = False


def read_auth(values: Iterable[str], authserv_id: str, author: str = "") -> AuthResult:
    """The findings of one believed server; anybody can write such a header, so those of other servers don't count.

    Of several results of a method the topmost counts: it was added last. `author` is the From address that the findings
    have to fit; without one nothing is proven.
    """
    found: dict[str, str] = {}
    domains: dict[str, set[str]] = {}
    for results in _believed(values, authserv_id.strip().lower()):
        here: set[str] = set()
        for result in results:
            match = _RESULT.match(result)
            if match is None:
                continue
            method, outcome = match[1].lower(), match[2].lower()
            # Any passing signature is enough (a list adds its own beside the author's).
            if method not in found or (method == "dkim" and outcome == "pass"):
                found[method] = outcome
            if method not in domains or method in here:  # all of the topmost header that has the method
                here.add(method)
                domains.setdefault(method, set()).update(_domain(method, result) if outcome == "pass" else ())
    words = " ".join(f"{method}={found[method]}" for method in ("dmarc", "dkim", "spf", "arc") if method in found)
    is_doubtful = _is_doubtful(found)
    return AuthResult(words, is_doubtful, not is_doubtful and _is_proven(domains, author.rpartition("@")[2].lower()))


def _believed(values: Iterable[str], wanted: str) -> Iterator[list[str]]:
    """The results in each header of the believed server."""
    for value in values if wanted else ():
        server, *results = _bare(value[:_LONGEST]).split(";")
        if server.strip().lower().split(" ")[0] == wanted:
            yield results


def _bare(value: str) -> str:
    """Without comments and what stands in quotes: the sender may have chosen it, semicolons and all. Ends where a quote
    or a comment doesn't.
    """
    out, depth, is_quoted, at, sure = [], 0, False, 0, 0
    while at < len(value):
        char = value[at]
        if char == "\\" and (is_quoted or depth):
            at += 1
        elif char == '"' and not depth:
            is_quoted = not is_quoted
        elif char == "(" and not is_quoted:
            depth += 1
        elif char == ")" and depth:
            depth -= 1
            out.append(" ")
        elif not is_quoted and not depth:
            out.append(char)
        if not is_quoted and not depth:
            sure = len(out)
        at += 1
    return "".join(out[:sure])


def _domain(method: str, result: str) -> set[str]:
    """The domain that a passing check speaks for; a signature's is named by `header.d`, or else by `header.i`."""
    if method not in _DOMAINS:
        return set()
    named = _DOMAINS[method].search(result) or (_IDENTITY.search(result) if method == "dkim" else None)
    return {named[1].rpartition("@")[2].strip("<>.").lower()} if named else set()


def _is_doubtful(found: dict[str, str]) -> bool:
    if "dmarc" in found and found["dmarc"] not in {"none", "temperror"}:
        return found["dmarc"] in _FAILED
    passed = "pass" in {found.get("spf"), found.get("dkim")}
    return not passed and "fail" in {found.get("spf"), found.get("dkim")}


def _is_proven(domains: dict[str, set[str]], author: str) -> bool:
    """DMARC for this very domain; or a signature or envelope of it or of a domain that it belongs to. Not of one below it:
    who has a host there needn't speak for the whole.
    """
    if not author:
        return False
    spoken = domains.get("dkim", set()) | domains.get("spf", set())
    return author in domains.get("dmarc", set()) or any(
        author == domain or ("." in domain and author.endswith(f".{domain}")) for domain in spoken)
