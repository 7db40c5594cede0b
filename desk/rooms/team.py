"""Who works at the desk: people with roles, and teams."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.translation import gettext_lazy as __

from accounts.enums import AgentRole
from accounts.models import Agent, Person, Team, TeamMember
from accounts.services.staffing import add_staff, change_staff
from desk.invitations import welcome_staff
from desk.rooms.base import Column, Room
from desk.rooms.form import SettingForm, SettingMeta
from toolkit.fields import model_choice

ROLES = [(AgentRole.RECEPTIONIST.value, __("Receptionist: takes calls down")),
         (AgentRole.AGENT.value, __("Agent: first line")), (AgentRole.ENGINEER.value, __("Engineer")),
         (AgentRole.MANAGER.value, __("Manager: also reads terms and reports")),
         (AgentRole.ADMIN.value, __("Admin: changes every setting"))]


class StaffForm(SettingForm):
    """Somebody of the staff. A new one is mailed a link and chooses a password."""

    name = forms.CharField(label=__("Name"), max_length=160)
    title = forms.CharField(label=__("Title"), max_length=120, required=False)
    email = forms.EmailField(label=__("Email"), max_length=254, help_text=__("A link to sign in is mailed there."))
    role = forms.ChoiceField(label=__("Role"), choices=ROLES, initial=AgentRole.AGENT.value)
    again = forms.BooleanField(label=__("Mail a new link to sign in"), required=False,
                               help_text=__("They haven’t signed in yet. The earlier link ends."))

    class Meta(SettingMeta):
        model = Agent
        fields = ("role", "is_active")
        labels = {"is_active": __("Works here")}
        help_texts = {"is_active": __("Without the tick they can’t sign in; what they wrote stays.")}

    field_order = ("name", "email", "title", "role", "is_active", "again")

    def kept(self) -> dict[str, Any]:
        return {"name": self.instance.person.name, "title": self.instance.person.title}

    def prepare(self) -> None:
        del self.fields["email" if self.is_stored else "is_active"]
        if not self.is_stored or self.instance.person.user_id:
            del self.fields["again"]
        self.initial.pop("again", None)

    def store(self) -> Model:
        data, agent = self.cleaned_data, self.instance
        role, tenant = AgentRole(data["role"]), self.member.tenant
        if not self.is_stored:
            made = add_staff(name=data["name"], email=data["email"], role=role, title=data["title"], at=self.at)
            welcome_staff(made, tenant=tenant, by=self.member.person, at=self.at)
            return made
        change_staff(agent, role=role, is_active=data["is_active"])
        Person.objects.filter(pk=agent.person_id).update(name=data["name"], title=data["title"])
        if data.get("again") and data["is_active"]:
            welcome_staff(agent, tenant=tenant, by=self.member.person, at=self.at)
        return agent


class _Colleagues(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Agent.objects.none(), required=False, widget=forms.CheckboxSelectMultiple, **kwargs)


class TeamForm(SettingForm):
    """A group of colleagues."""

    members = _Colleagues(label=__("Members"))
    leads = _Colleagues(label=__("Leads"), help_text=__("They answer for what nobody holds."))
    once = ("name",)

    class Meta(SettingMeta):
        model = Team
        fields = ("name", "members", "leads")
        labels = {"name": __("Name")}

    def prepare(self) -> None:
        staff = Agent.objects.filter(is_active=True).select_related("person").order_by("person__name", "id")
        model_choice(self, "members").queryset = model_choice(self, "leads").queryset = staff

    def kept(self) -> dict[str, Any]:
        rows = [m for m in self.instance.members.select_related("agent__person") if m.agent.is_active]
        rows.sort(key=lambda m: (m.agent.person.name, m.pk))
        return {"members": [m.agent for m in rows], "leads": [m.agent for m in rows if m.is_lead]}

    def keep(self) -> None:
        leads = set(self.cleaned_data["leads"])
        wanted = set(self.cleaned_data["members"]) | leads
        TeamMember.objects.filter(team=self.instance, agent__is_active=True).exclude(agent__in=wanted).delete()
        for agent in wanted:
            TeamMember.objects.update_or_create(team=self.instance, agent=agent, defaults={"is_lead": agent in leads})


def _role(agent: Agent) -> str:
    return str(dict(ROLES)[agent.role]).partition(":")[0]


TEAM = (
    Room("staff", "team", __("People and roles"), __("Who works at the desk, as what; invite, change, deactivate."),
         StaffForm, (Column(__("Name"), str), Column(__("Role"), _role), Column(__("Works here"), "is_active"),
                     Column(__("Has signed in"), lambda a: a.person.user_id is not None)),
         new=__("Invite a colleague"), order=("person__name", "id"), related=("person",), search=("person__name",),
         empty=__("Nobody works here yet.")),
    Room("teams", "team", __("Teams"), __("Groups that tickets are given to, and who leads them."), TeamForm,
         (Column(__("Team"), "name"),
          Column(__("Members"), lambda t: ", ".join(m.agent.person.name for m in t.members.all()))),
         new=__("New team"), prefetch=("members__agent__person",),
         empty=__("A team takes tickets that nobody holds yet.")),
)
