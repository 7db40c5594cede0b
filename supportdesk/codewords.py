"""Codes that pages show as words (`toolkit.wording.spaced`), named here so that the catalogues know them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

AUDITED = (_("Policy"), _("Calendar"), _("Contract"), _("Setting"), _("Token"), _("View"))
PROPOSALS = (_("Waiting"), _("Accepted"), _("Declined"), _("In force"), _("Disputed"), _("Upheld"), _("Overturned"))
CALLS = (_("Inbound"), _("Outbound"))
CONTACT = (_("Email"), _("Phone"), _("Slack"), _("Portal"), _("Chat"))
ENVIRONMENTS = (_("Production"), _("Staging"), _("Development"))
CHANGES = (_("Tagged"), _("Triaged"), _("Snoozed"), _("Followed"), _("Comment held"), _("Mail bounced"), _("Goal missed"),
           _("Callback requested"), _("Attention asked"), _("Rated"), _("Callback done"), _("Chat edited"),
           _("Chat deleted"), _("Warned"), _("Breached"), _("Priority requested"))
FIELDS = (_("Subject"), _("Product"), _("Product version"), _("Environment"), _("Url"), _("Team"))
MOMENTS = (_("Greeting"), _("Customer"), _("Entitled"), _("Not entitled"), _("Unknown"), _("Name"), _("Callback number"),
           _("Priority"), _("Summary"), _("Details"), _("Callback due"), _("Goodbye"))
RIGHTS = (_("Callback"), _("Priority at will"), _("Nonprod 247"))
# What machines write down in English and staff read: flags of triage, and reasons of events.
FLAGS = (_("The customer disputes the lower priority after a workaround. Decide it, with a reason."),
         _("A mail, chat or call named no next steps or follow-up time. Write and promise the next update."),
         _("Several projects fit: check that this is the right one."),
         _("The mail is encrypted: its words can’t be read here."), _("Filed by phone: check the project."))
REASONS = (_("Undone"), _("Taken up again"), _("Escalated by time"), _("Security address"))
# What the audit log says.
DONE = (_("Setting created"), _("Setting changed"), _("Setting deleted"), _("Policy created"), _("Policy drafted"),
        _("Policy draft saved"), _("Policy draft discarded"), _("Policy published"), _("Calendar created"),
        _("Calendar changed"), _("Contract covered"), _("Template changed"), _("Template reset"), _("Macro made"),
        _("Macro changed"), _("Macro deleted"), _("View saved"), _("View changed"), _("View moved"), _("View deleted"),
        _("Call written down"), _("Callback assigned"), _("Tickets exported"), _("Audit exported"), _("Token created"),
        _("Token revoked"), _("Hook created"), _("Hook revoked"), _("Shortcuts changed"), _("Preferences changed"),
        _("Person settings changed"), _("Person invited"), _("Person invitation withdrawn"), _("Person sign up asked"),
        _("Person came in"), _("Staff invited"), _("Membership role changed"), _("Membership ended"), _("Mail opened"),
        _("Mail assigned"), _("Mail replayed"), _("Mail ignored"), _("Mailbox disarmed"), _("Mailbox shadow"),
        _("Mailbox armed"), _("Imap account created"), _("Imap account changed"), _("Held comment admitted"),
        _("Chat event read again"), _("Doc set created"), _("Doc set changed"), _("Article created"), _("Article changed"),
        _("Article published"), _("Article unpublished"), _("Tenant founded"), _("Tenant opened"), _("Tenant closed"),
        _("Held comment dismissed"))
CODES = (_("Held"), _("Admitted"), _("Dismissed"), _("Member"), _("Viewer"), _("Manager"), _("Agent"), _("Admin"),
         _("Receptionist"), _("Keep"), _("Move"), _("System"), _("Effective from"))
RECORDED = (_("Scopes"), _("Density"), _("Sort"), _("Shortcuts"), _("Theme"), _("Mails off"), _("Is note"), _("Body"),
            _("Shared"), _("Query"), _("Rhythm"), _("Template"), _("Is active"), _("Special days"))
