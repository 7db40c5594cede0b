"""What staff write into the documentation."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from desk.forms import styled
from knowledge.enums import BodyFormat
from knowledge.models import Article
from knowledge.services import Draft


class ArticleForm(forms.Form):
    """An article as it is written."""

    title = forms.CharField(max_length=200, error_messages={"required": _("Give it a title")})
    slug = forms.CharField(max_length=120, required=False, label=_("Address"), validators=[validate_slug],
                           help_text=_("The last part of its address; made from the title when empty."))
    body_format = forms.ChoiceField(label=_("Written in"), choices=[("markdown", _("Markdown")), ("html", "HTML")],
                                    initial=BodyFormat.MARKDOWN)
    language = forms.RegexField(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$", max_length=12, required=False, error_messages={
        "invalid": _("Write a language tag such as en or de-AT")}, help_text=_("Such as en or de; the set’s when empty."))
    body = forms.CharField(label=_("Text"), max_length=1_000_000, widget=forms.Textarea(attrs={"rows": 24, "class":
                           "textarea mono", "spellcheck": "true"}), error_messages={"required": _("Write the text")})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        styled(self)

    @classmethod
    def of(cls, article: Article) -> ArticleForm:
        """The form with an article's text in it."""
        return cls(initial={name: getattr(article, name) for name in cls.base_fields})

    def draft(self) -> Draft:
        """What was written. Only of a valid form."""
        data = self.cleaned_data
        return Draft(title=data["title"], body=data["body"].replace("\r\n", "\n"), slug=data["slug"],
                     body_format=BodyFormat(data["body_format"]), language=data["language"])
