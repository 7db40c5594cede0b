"""Who the pictures are seen by."""

from __future__ import annotations

# Role: tenant and login. A role is what a screen of the list is seen as.
ROLES = {
    "engineer": ("stakater", "lukas@stakater.example"), "manager": ("stakater", "karin@stakater.example"),
    "admin": ("stakater", "erik@stakater.example"), "receptionist": ("stakater", "hanna@stakater.example"),
    "colleague": ("stakater", "usman@stakater.example"),
    "customer": ("stakater", "astrid@kungsholm.example"), "viewer": ("stakater", "sara@kungsholm.example"),
    "newcomer": ("stakater", "yusuf@alnoor.example"),
    "at_will": ("tectonic", "dana@bluefin.example"), "vendor": ("tectonic", "theo@tectonic.example"),
    "operator": ("operate", "operator@desk.example"),
    "free": ("example", "finn@hobby.example"), "emergency": ("example", "eirik@nordlys.example"),
}
