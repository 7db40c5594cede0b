"""What a receptionist says at each moment of a call: the tenant's own words, else these."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tickets.enums import ScriptKey
from tickets.models import PhoneScript
from toolkit.lazy import Words

DEFAULTS: dict[ScriptKey, Words] = {
    ScriptKey.GREETING: _("{desk}, good day. Who is calling, and for which company?"),
    ScriptKey.CUSTOMER: _("Which company are you calling for? How is it spelled?"),
    ScriptKey.ENTITLED: _("Thank you. I’ll take this down now, and an engineer answers you."),
    ScriptKey.NOT_ENTITLED: _("Phone support isn’t part of {customer}’s plan, so nobody here can answer by phone. You are "
                              "answered soonest if you write to us: {link}"),
    ScriptKey.UNKNOWN: _("I can’t find your company here. Write to us at {link}, and somebody finds out with you."),
    ScriptKey.NAME: _("What is your name, please?"),
    ScriptKey.EMAIL: _("At which address do you read mail? I’ll spell it back to you."),
    ScriptKey.NUMBER: _("At which number can we reach you?"),
    ScriptKey.PRODUCT: _("Which product is it about?"),
    ScriptKey.ENVIRONMENT: _("Does it happen where your customers work, or on a test system?"),
    ScriptKey.PRIORITY: _("Is anything stopped? Can you work around it?"),
    ScriptKey.SUMMARY: _("In one sentence: what happens?"),
    ScriptKey.DETAILS: _("When did it begin? What did you see on the screen?"),
    ScriptKey.CALLBACK: _("Shall we call you back? When suits you?"),
    ScriptKey.GOODBYE: _("An engineer answers you, usually by mail. You can add to it by answering that mail."),
}


def phone_script(**values: str) -> dict[str, str]:
    """Key → words, with {customer}, {plan}, {desk} and {link} filled in as far as they are given."""
    own = dict(PhoneScript.objects.values_list("key", "text"))
    return {key.value: _filled(own.get(key.value) or str(text), values) for key, text in DEFAULTS.items()}


def _filled(text: str, values: dict[str, str]) -> str:
    """Plain replacement: what a tenant writes is never compiled."""
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text
