"""Every screen and state that has a face: one line each. The pictures, axe and the tests go by this list."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

Step = tuple[str, ...]


@dataclass(frozen=True)
class Screen:
    """A page as somebody sees it. `path` is filled from the scene's values; `steps` are done on it, in order:
    ("click", selector), ("fill", selector, words), ("key", keys), ("see", selector); all of them are in `camera.do`.
    """

    name: str
    path: str
    who: str = "engineer"
    steps: tuple[Step, ...] = ()
    status: int = 200
    host: str = ""  # another tenant's host than that of the visitor


def _screens(who: str, **paths: str) -> list[Screen]:
    return [Screen(name.replace("_", "-"), path, who) for name, path in paths.items()]


_QUEUE = [
    Screen("queue", "/desk/views/queue"),
    Screen("queue-by-deadline", "/desk/views/breaching-next"),
    Screen("queue-filtered", "/desk/views/all?status=new&status=open&priority=2&customer={organization}"),
    Screen("queue-empty-filters", "/desk/views/all?tag=none-such&priority=1"),
    Screen("queue-empty-view", "/desk/views/mine", "manager"),
    Screen("queue-next-page", "/desk/views/all", steps=(("click", "a[rel=next]"), ("see", "tr.row"))),
    Screen("queue-compact", "/desk/views/all", "colleague"),
    Screen("queue-reading-only", "/desk/views/queue", "receptionist"),
    Screen("queue-chosen", "/desk/views/all?sel={late},{paused},{hold}"),
    Screen("queue-toast", "/desk/views/queue?done={run_done}"),
    Screen("queue-popover", "/desk/views/queue", steps=(("click", "#s-customer"), ("see", "#find-customer"))),
    Screen("queue-save-view", "/desk/views/queue?priority=1", steps=(("click", "details:has(#view-name) > summary"), ("see", "#view-name"))),
    Screen("queue-cursor", "/desk/views/queue", steps=(("key", "j"), ("key", "j"), ("see", "tr.row.is-cursor"))),
    Screen("queue-offline", "/desk/views/queue", steps=(("show", "[data-offline]"),)),
    Screen("queue-changes", "/desk/views/queue", steps=(("show", "[data-live-offer]", "3 changes"),)),
    Screen("queue-palette", "/desk/views/queue", steps=(("key", "Control+k"), ("see", "#palette-list [role=option]"))),
    Screen("queue-palette-nothing", "/desk/views/queue", steps=(
        ("key", "Control+k"), ("fill", "#palette-q", "xyzzy nothing"), ("rest",))),
    Screen("queue-keys", "/desk/views/queue", steps=(("key", "?"), ("see", "#keys-help table, #keys-help dl, #keys-help li"))),
    Screen("search", "/desk/search?q=certificate"),
    Screen("search-nothing", "/desk/search?q=xyzzy"),
    *_screens("engineer", search_start="/desk/search", palette="/desk/palette?q=claim", filters="/desk/views/all/filters?priority=1",
              views="/desk/views/", view_edit="/desk/views/{view}/edit", presence="/desk/presence?numbers={busy},{late}",
              bulk_assign="/desk/bulk?do=assign&view=all&sel={late},{paused}", bulk_status="/desk/bulk?do=status&view=all&sel={late}",
              bulk_priority="/desk/bulk?do=priority&view=all&sel={late},{paused}", bulk_nothing="/desk/bulk?do=tag&view=all",
              bulk_preview="/desk/bulk/{run}", bulk_done="/desk/bulk/{run_done}", my_queue="/desk/me/queue", my_keys="/desk/me/keys",
              my_settings="/desk/me"),
    Screen("view-edit-error", "/desk/views/{view}/edit", steps=(("fill", "#id_name", " "), ("send",), ("see", "#errors"))),
    Screen("my-settings-error", "/desk/me", steps=(("fill", "#id_time_zone", "Mars/Base"), ("send",), ("see", "#errors"))),
]

_TICKET = [
    *_screens("engineer", ticket="/desk/t/{answered}", ticket_long="/desk/t/{long}?view=queue", ticket_new="/desk/t/{fresh}",
              ticket_overdue="/desk/t/{late}", ticket_paused="/desk/t/{paused}", ticket_on_hold="/desk/t/{hold}",
              ticket_solved="/desk/t/{solved}", ticket_rated="/desk/t/{rated}", ticket_lost="/desk/t/{lost}",
              ticket_merged="/desk/t/{merged}", ticket_took_in="/desk/t/{target}", ticket_snoozed="/desk/t/{asleep}",
              ticket_waiting_reply="/desk/t/{waiting}", ticket_redacted="/desk/t/{secret}", ticket_disputed="/desk/t/{disputed}",
              ticket_urged="/desk/t/{urged}", ticket_called="/desk/t/{called}",
              ticket_panel="/desk/t/{long}/panel", ticket_clocks="/desk/t/{long}/clocks", ticket_no_clock="/desk/t/{lost}/clocks",
              ticket_people="/desk/t/{long}/people", ticket_projects="/desk/t/{lost}/projects", ticket_more="/desk/t/{long}/more",
              ticket_drafts="/desk/t/{long}/drafts", ticket_macros="/desk/t/{answered}/macros",
              governance="/desk/t/{disputed}/governance", governance_stepped="/desk/t/{stepped}/governance",
              docs_likely="/desk/docs/likely/{fresh}?q=certificate", docs_likely_nothing="/desk/docs/likely/{fresh}?q=xyzzy"),
    Screen("ticket-reading-only", "/desk/t/{answered}", "receptionist"),
    Screen("ticket-at-will", "/desk/t/{willed}", "vendor"),
    Screen("ticket-note", "/desk/t/{target}", steps=(("click", "#mode-note"), ("fill", "#words", "Only between us."))),
    Screen("ticket-status-menu", "/desk/t/{answered}", steps=(("click", "#pick-status"),)),
    Screen("ticket-priority-menu", "/desk/t/{answered}", steps=(("click", "#pick-priority"),)),
    Screen("ticket-assign-menu", "/desk/t/{answered}", steps=(("key", "a"), ("rest",))),
    Screen("ticket-macro-menu", "/desk/t/{answered}", steps=(("key", "m"), ("see", "#macros button"))),
    Screen("ticket-more-menu", "/desk/t/{answered}", steps=(("key", "t"), ("see", "#tags"))),
    Screen("ticket-after-menu", "/desk/t/{answered}", steps=(("click", "#pick-then"),)),
    Screen("ticket-presence", "/desk/t/{busy}", steps=(("see", "#presence .presence"),)),
    Screen("ticket-refused", "/desk/t/{late}", steps=(("fill", "#words", "Without a promise."), ("click", "[data-send]"), ("see", "#problem"))),
    Screen("ticket-offline", "/desk/t/{answered}", steps=(("show", "[data-offline]"),)),
    Screen("ticket-arrived", "/desk/t/{answered}", steps=(("show", "[data-arrived]"),)),
]

_PHONE = [
    *_screens("receptionist", phone="/desk/phone", calls="/desk/calls", callbacks="/desk/callbacks", phone_engineer="/desk/phone?q=astrid"),
    Screen("phone-unknown", "/desk/phone?q=nobody+like+that", "receptionist"),
    Screen("phone-error", "/desk/phone", "receptionist", steps=(("send",), ("see", "#errors"))),
    Screen("calls-none", "/desk/calls", "vendor"),
    Screen("callbacks-none", "/desk/callbacks", "vendor"),
]

_DESK = [
    *_screens("engineer", docs="/desk/docs", doc_set="/desk/docs/sets/{doc_set}", doc_set_empty="/desk/docs/sets/{empty_set}",
              doc_new="/desk/docs/sets/{doc_set}/new", doc="/desk/docs/{article_id}", doc_draft="/desk/docs/{doc_draft}",
              macros="/desk/macros", macro_new="/desk/macros/new", tokens="/desk/tokens", held="/desk/intake/held",
              inbox="/desk/inbox", inbox_all="/desk/inbox?show=all",
              held_one="/desk/intake/held/{held}"),
    *_screens("manager", health="/desk/health", macro="/desk/macros/{macro}"),
    *_screens("admin", intake="/desk/intake", intake_ticket="/desk/intake/{inbound_ticket}", intake_ignored="/desk/intake/{inbound_ignored}",
              intake_quarantine="/desk/intake/{inbound_quarantine}", intake_shadow="/desk/intake/{inbound_shadow}",
              mail="/desk/mail", mail_parked="/desk/mail?state=parked", mail_one="/desk/mail/{mail}", mail_one_parked="/desk/mail/{parked}"),
    Screen("macros-none", "/desk/macros", "vendor"),
    Screen("held-none", "/desk/intake/held", "vendor"),
    Screen("inbox-none", "/desk/inbox", "vendor"),
    Screen("docs-reading-only", "/desk/docs", "receptionist"),
    Screen("doc-error", "/desk/docs/sets/{doc_set}/new", steps=(("fill", "#id_body", "No title."), ("send",), ("see", "#errors"))),
    Screen("macro-error", "/desk/macros/new", steps=(("send",), ("see", "#errors"))),
    Screen("tokens-error", "/desk/tokens", steps=(("send",), ("see", "#errors"))),
    Screen("token-made", "/desk/tokens", steps=(
        ("fill", "#id_name", "A script"), ("click", "#id_scopes input >> nth=0"), ("send",), ("see", ".secret"))),
    Screen("health-forbidden", "/desk/health", "receptionist", status=404),
]

_SETTINGS = [
    *_screens("admin", sla="/desk/settings/sla", policy="/desk/settings/sla/policies/{policy}",
              policy_empty="/desk/settings/sla/policies/{bare_policy}", policy_version="/desk/settings/sla/policies/{policy}/versions/1",
              policy_compare="/desk/settings/sla/policies/{policy}/compare", policy_whatif="/desk/settings/sla/policies/{policy}/whatif",
              policy_whatif_none="/desk/settings/sla/policies/{bare_policy}/whatif",
              policy_publish="/desk/settings/sla/policies/{policy}/publish",
              policy_publish_blocked="/desk/settings/sla/policies/{bare_policy}/publish",
              calendars="/desk/settings/sla/calendars", calendar="/desk/settings/sla/calendars/{calendar}",
              calendar_empty="/desk/settings/sla/calendars/{bare_calendar}", contracts="/desk/settings/sla/contracts",
              contract="/desk/settings/sla/contracts/{contract}", audit="/desk/settings/audit",
              audit_nothing="/desk/settings/audit?actor=nobody+like+that"),
    Screen("policy-reading-only", "/desk/settings/sla/policies/{policy}", "manager"),
    Screen("policy-error", "/desk/settings/sla/policies/{policy}", "admin", steps=(
        ("fill", "#editor input[name^='t-'] >> nth=0", "soonish"), ("submit", "#editor"), ("see", "[aria-invalid=true]"))),
]

_ROOMS = [
    *_screens("admin", settings="/desk/settings/", settings_list="/desk/settings/customers", settings_none="/desk/settings/quiet-hours",
              settings_nothing="/desk/settings/customers?q=xyzzy", settings_new="/desk/settings/staff/new",
              settings_one="/desk/settings/plans/{plan}", settings_rule="/desk/settings/advice/{rule}",
              settings_look="/desk/settings/look/{tenant}", settings_customer="/desk/settings/customers/{organization}",
              settings_delete="/desk/settings/advice/{rule}/delete", settings_person_end="/desk/settings/members/{membership}/end",
              settings_mails="/desk/settings/mails", settings_mail="/desk/settings/mails/ticket_received/de",
              settings_chat_events="/desk/settings/chat-events", audit_narrowed="/desk/settings/audit?actor=erik&from=2026-01-01"),
    *(Screen(f"room-{room}", f"/desk/settings/{room}", "admin") for room in (
        "priorities", "criteria", "advice", "products", "plans", "channels", "phone-script", "telephone-systems", "slack", "contracts",
        "projects", "people", "mailboxes", "staff", "teams", "fields", "docs", "escalation")),
    *(Screen(f"room-{room}-new", f"/desk/settings/{room}/new", "admin") for room in ("products", "teams", "contracts", "fields")),
    Screen("settings-manager", "/desk/settings/", "manager"),
    Screen("settings-reading-only", "/desk/settings/plans/{plan}", "manager"),
    Screen("settings-error", "/desk/settings/plans/new", "admin", steps=(("send",), ("see", "#errors"))),
    Screen("settings-look-error", "/desk/settings/look/{tenant}", "admin", steps=(
        ("fill", "#id_colour", "#ffd23f"), ("send",), ("see", "#errors"))),
    Screen("settings-mail-error", "/desk/settings/mails/ticket_reply/en", "admin", steps=(
        ("fill", "#id_body", "Nothing"), ("send",), ("see", "#errors"))),
    Screen("operate", "/", "operator", host="operate"),
    Screen("operate-new", "/tenants/new", "operator", host="operate"),
    Screen("operate-new-error", "/tenants/new", "operator", host="operate", steps=(("send",), ("see", "#errors"))),
    Screen("operate-tenant", "/tenants/stakater", "operator", host="operate"),
    Screen("operate-record", "/record", "operator", host="operate"),
    Screen("operate-sign-in", "/login", "", host="operate"),
]

_PORTAL = [
    *_screens("customer", portal_home="/", portal_tickets="/tickets", portal_tickets_none="/tickets?q=xyzzy",
              portal_tickets_waiting="/tickets?status=waiting", portal_ticket="/tickets/{answered}", portal_ticket_long="/tickets/{long}",
              portal_ticket_new="/tickets/{fresh}", portal_ticket_late="/tickets/{late}", portal_ticket_waiting="/tickets/{paused}",
              portal_ticket_on_hold="/tickets/{hold}", portal_ticket_solved="/tickets/{solved}", portal_ticket_rated="/tickets/{rated}",
              portal_ticket_merged="/tickets/{merged}", portal_ticket_stepped="/tickets/{stepped}", portal_clocks="/tickets/{answered}/clocks",
              portal_callback="/tickets/{answered}/callback", portal_new="/tickets/new", portal_rate="/tickets/{solved}/rate",
              portal_sla="/sla", portal_docs="/docs", portal_docs_found="/docs?q=certificate", portal_docs_nothing="/docs?q=xyzzy",
              portal_doc_set="/docs/{doc_set}", portal_doc="/docs/{doc_set}/{article}", portal_people="/people",
              portal_person_end="/people/{membership}/end", portal_me="/me"),
    Screen("portal-new-errors", "/tickets/new", "customer", steps=(("send",), ("see", "#errors"))),
    Screen("portal-new-hits", "/tickets/new", "customer", steps=(
        ("type", "#id_subject", "upgrade is stuck"), ("see", "#suggestions a, [data-suggestions] a, #docs-hits a"))),
    Screen("portal-new-critical", "/tickets/new", "customer", steps=(("click", "input[name=priority][value='1']"), ("rest",))),
    Screen("portal-attention", "/tickets/{late}", "customer", steps=(("click", "details:has(#why) > summary"),)),
    Screen("portal-me-error", "/me", "customer", steps=(("fill", "#id_time_zone", "Mars/Base"), ("send",), ("see", "#errors"))),
    Screen("portal-people-error", "/people", "customer", steps=(("fill", "#id_email", "nobody"), ("send",), ("see", "#errors"))),
    Screen("portal-viewer", "/tickets/{answered}", "viewer"),
    Screen("portal-viewer-new", "/tickets/new", "viewer"),
    Screen("portal-newcomer", "/tickets?status=solved", "newcomer"),
    Screen("portal-at-will", "/tickets/{willed}", "at_will"),
    Screen("sign-in-in-colour", "/account/login/", "", host="tectonic"),
    Screen("portal-free-home", "/", "free"),
    Screen("portal-free-new", "/tickets/new", "free"),
    Screen("portal-emergency", "/tickets/new", "emergency"),
    Screen("portal-sla-free", "/sla", "free"),
]

_DOOR = [
    *_screens("", sign_in="/account/login/", sign_up="/account/signup/", sign_up_sent="/account/signup/sent",
              inactive="/account/inactive/", password_reset="/account/password/reset/", password_reset_done="/account/password/reset/done/",
              password_set_done="/account/password/reset/key/done/", password_key_bad="/account/password/reset/key/1-bad/",
              join="/join/{invitation}"),
    Screen("join-over", "/join/used-up", "", status=410),
    Screen("sign-in-error", "/account/login/", "", steps=(
        ("fill", "#id_login", "nobody@nowhere.example"), ("fill", "#id_password", "wrong"), ("send",), ("see", "#errors, .errsum"))),
    Screen("sign-up-error", "/account/signup/", "", steps=(("fill", "#id_email", "nobody"), ("send",), ("see", "#errors"))),
    Screen("join-error", "/join/{invitation}", "", steps=(("send",), ("see", "#errors"))),
    Screen("rate-by-link", "/tickets/{solved}/rate?key={rate_key}", ""),
    Screen("docs-visitor", "/docs", ""),
    Screen("sign-out", "/account/logout/", "customer"),
    Screen("password-change", "/account/password/change/", "customer"),
    Screen("password-change-error", "/account/password/change/", "customer", steps=(
        ("fill", "#id_oldpassword", "no"), ("fill", "#id_password1", "a"), ("fill", "#id_password2", "b"), ("send",), ("see", "#errors, .errsum"))),
    Screen("error-404", "/nothing/here", "customer", status=404),
    Screen("error-404-desk", "/desk/t/999999", status=404),
    Screen("error-host", "/", "", host="nobody", status=404),
    *(Screen(f"error-{code}", f"/broken/{code}", "customer", status=int(code) if code.isdigit() else 403)
      for code in ("400", "403", "413", "429", "500", "503", "csrf")),
]

SCREENS: tuple[Screen, ...] = (*_QUEUE, *_TICKET, *_PHONE, *_DESK, *_SETTINGS, *_ROOMS, *_PORTAL, *_DOOR)


def first_of_each_page(screens: Iterable[Screen]) -> list[Screen]:
    """One screen of each address, in the order of the list."""
    found: dict[str, Screen] = {}
    for screen in screens:
        address = re.sub(r"{\w+}", "", screen.path).partition("?")[0]
        found.setdefault((re.sub(r"/settings/[\w-]+", "/settings", address) if screen.name.startswith("room-") else address)
                         + screen.host, screen)
    return list(found.values())
