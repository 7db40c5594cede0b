"""What the receiving server found out about a sender (RFC 8601)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"^\s*(spf|dkim|dmarc|arc)\s*=\s*(\w{1,20})", re.IGNORECASE)
_FAILED = {"fail", "softfail", "permerror", "policy"}


@dataclass(frozen=True)
class AuthResult:
    """`words` is what was found, in short; `is_doubtful` when the sender is not who the mail says."""

    words: str = ""
    is_doubtful: bool = False


def read_auth(values: Iterable[str], authserv_id: str) -> AuthResult:
    """The findings of one believed server; anybody can write such a header, so those of other servers don't count.

    Of several results of a method the topmost counts: it was added last.
    """
    found: dict[str, str] = {}
    wanted = authserv_id.strip().lower()
    for value in values if wanted else ():
        server, *results = _COMMENT.sub(" ", value[:4096]).split(";")
        if server.strip().lower().split(" ")[0] != wanted:
            continue
        for result in results:
            match = _RESULT.match(result)
            if match:
                method, outcome = match[1].lower(), match[2].lower()
                # Any passing signature is enough (a list adds its own beside the author's).
                if method not in found or (method == "dkim" and outcome == "pass"):
                    found[method] = outcome
    words = " ".join(f"{method}={found[method]}" for method in ("dmarc", "dkim", "spf", "arc") if method in found)
    return AuthResult(words, _is_doubtful(found))


def _is_doubtful(found: dict[str, str]) -> bool:
    if "dmarc" in found and found["dmarc"] not in {"none", "temperror"}:
        return found["dmarc"] in _FAILED
    passed = "pass" in {found.get("spf"), found.get("dkim")}
    return not passed and "fail" in {found.get("spf"), found.get("dkim")}
