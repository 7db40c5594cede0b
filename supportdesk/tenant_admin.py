"""Django's admin, walled: a tenant's admins edit their own reference tables, and every change is on record."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.auth.views import redirect_to_login
from django.db.models import ForeignKey, Model, QuerySet, URLField
from django.forms import CharField, ModelForm, PasswordInput
from django.http import Http404, HttpRequest, HttpResponse

from accounts import models as accounts
from accounts.enums import AgentRole
from accounts.services.audit import record_audit
from accounts.services.hooks import create_hook
from intake import models as intake
from intake.services.chat import replay_chat_event
from knowledge import models as knowledge
from notifications import models as chat
from notifications.chatkeys import keep_keys
from sla import models as sla
from tickets import models as tickets
from toolkit.clock import now


class TenantAdminSite(admin.AdminSite):
    """Open to admins of the tenant whose host was asked; everybody else is sent to sign in."""

    site_header = site_title = "Settings"
    index_title = "Everything that this desk is made of"
    site_url = "/desk/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        member = getattr(request, "member", None)
        return member is not None and member.is_at_least(AgentRole.ADMIN)

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Callable[..., HttpResponse]:
        """Visitors are asked to sign in; members without the right find nothing here."""
        inner = super().admin_view(view, cacheable)

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.member is not None and not self.has_permission(request):
                raise Http404
            return inner(request, *args, **kwargs)

        return guarded

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Signing in is the product's own page."""
        return redirect_to_login(request.GET.get("next", "/admin/"), login_url="/account/login/")


class TenantModelAdmin(admin.ModelAdmin):
    """A table of the tenant. Rows and choices are the tenant's (the managers and the database see no others)."""

    list_per_page = 50
    formfield_overrides: ClassVar = {URLField: {"assume_scheme": "https"}}
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return self.model.objects.all().order_by(*(self.ordering or ("pk",)))

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        target = db_field.remote_field.model
        if issubclass(target, accounts.TenantModel):
            kwargs["queryset"] = target.objects.all()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.admin_site.has_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.admin_site.has_permission(request)

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Things that tickets may point to are switched off, not deleted."""
        return self.admin_site.has_permission(request) and self.model in _DELETABLE

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        if not change and hasattr(obj, "created_at") and obj.created_at is None:
            obj.created_at = now()
        before = self.model.objects.get(pk=obj.pk) if change else None
        super().save_model(request, obj, form, change)
        changes = {name: [str(getattr(before, name, "")), str(getattr(obj, name))] for name in form.changed_data
                   if hasattr(obj, name)}
        self._record(request, "changed" if change else "created", obj, changes)

    def delete_model(self, request: HttpRequest, obj: Model) -> None:
        self._record(request, "deleted", obj, {})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def _record(self, request: HttpRequest, action: str, obj: Model, changes: dict[str, Any]) -> None:
        record_audit(by=request.member.person, action=f"setting.{action}", subject=obj, at=now(), changes=changes,
                     address=request.META.get("REMOTE_ADDR"))

    # The audit trail above is the tenant's own; Django's log knows no tenants.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """Recorded in save_model."""

    log_change = log_deletion = log_addition
    log_deletions = log_addition


class VersionAdmin(TenantModelAdmin):
    """A published version is immutable."""

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        version = getattr(obj, "version", obj)
        published = version is not None and getattr(version, "published_at", None) is not None
        return super().has_change_permission(request, obj) and not published


class ReadOnlyAdmin(TenantModelAdmin):
    """To look at: service levels change on their own pages, which know what tickets hang on them."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class AuditAdmin(ReadOnlyAdmin):
    """Read only, newest first."""

    ordering: ClassVar = ["-at", "-pk"]
    list_display: ClassVar = ["at", "actor", "action", "object_type", "object_label"]


_DELETABLE = {accounts.PlanEntitlement, accounts.ContractEntitlement, accounts.TeamMember, accounts.OrganizationDomain,
              accounts.Membership, accounts.PersonAddress, tickets.SavedView, tickets.PhoneScript, chat.QuietHours,
              tickets.PriorityQuestion, tickets.PriorityRule}

site = TenantAdminSite(name="admin")

for _model in (accounts.Organization, accounts.OrganizationDomain, accounts.Person, accounts.PersonAddress,
               accounts.Membership, accounts.Agent, accounts.Team, accounts.TeamMember, accounts.Plan,
               accounts.PlanEntitlement, accounts.Contract, accounts.ContractEntitlement, accounts.Product,
               accounts.ProductVersion, accounts.Project, tickets.PriorityLevel, tickets.Channel, tickets.SavedView,
               tickets.CustomField, tickets.PriorityQuestion, tickets.PriorityRule, intake.Mailbox, chat.QuietHours,
               knowledge.DocSet):
    site.register(_model, TenantModelAdmin)
for _model in (sla.Calendar, sla.CalendarWindow, sla.CalendarException, sla.SlaPolicy, sla.SlaPolicyVersion, sla.SlaTarget,
               sla.Coverage):
    site.register(_model, ReadOnlyAdmin)
site.register(sla.EscalationStep, VersionAdmin)
site.register(accounts.AuditEvent, AuditAdmin)


class HookAdmin(TenantModelAdmin):
    """Keys of telephone systems: made here, their secret shown once; ended by a date of revocation."""

    list_display: ClassVar = ["name", "created_at", "last_used_at", "revoked_at"]

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        """A new key's secret is told in the page that follows, and never again."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made, secret = create_hook(name=form.cleaned_data["name"], by=request.member.person, at=now())
        obj.__dict__.update(made.__dict__)
        messages.warning(request, f"Address: /hooks/telephony/{made.pk} · Secret, shown only now: {secret}")


class WorkspaceForm(ModelForm):  # type: ignore[type-arg]
    """Token and signing secret go in and never come out; empty keeps what is there."""

    bot_token = CharField(required=False, widget=PasswordInput, help_text="Starts with xoxb-. Empty keeps the present one.")
    signing_secret = CharField(required=False, widget=PasswordInput, help_text="Of the app’s basic information page.")


class WorkspaceAdmin(TenantModelAdmin):
    """Slack workspaces. The app's request address is /hooks/slack/events on this desk's host."""

    form = WorkspaceForm
    fields: ClassVar = ["name", "team_id", "bot_user_id", "is_active", "bot_token", "signing_secret"]

    def save_model(self, request: HttpRequest, obj: Model, form: ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        keep_keys(obj, token=form.cleaned_data["bot_token"].strip(),
                  signing_secret=form.cleaned_data["signing_secret"].strip())


class ChatEventAdmin(AuditAdmin):
    """What the chat told and what became of it, newest first."""

    ordering: ClassVar = ["-received_at", "-pk"]
    list_display: ClassVar = ["received_at", "channel_id", "state", "reason", "ticket"]
    list_filter: ClassVar = ["state"]
    exclude: ClassVar = ["raw"]
    actions: ClassVar = ["read_again"]

    @admin.action(description="Read the chosen ones again")
    def read_again(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """After a channel was set up or a fault mended. What made a ticket or comment is left alone."""
        for row in queryset:
            replay_chat_event(row, now=now())
        self.message_user(request, "They are read again now.")


site.register(chat.ChatWorkspace, WorkspaceAdmin)
site.register(chat.ChatChannel, TenantModelAdmin)
site.register(intake.ChatEvent, ChatEventAdmin)
site.register(tickets.PhoneScript, TenantModelAdmin)
site.register(accounts.HookToken, HookAdmin)
