from __future__ import annotations

from django.urls import path
from drf_spectacular.views import SpectacularAPIView

from api import articles, views
from api.governance import views as governance

app_name = "api"

urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("tickets", views.Tickets.as_view(), name="tickets"),
    path("tickets/<int:number>", views.OneTicket.as_view(), name="ticket"),
    path("tickets/<int:number>/comments", views.Comments.as_view(), name="comments"),
    path("tickets/<int:number>/notes", views.Notes.as_view(), name="notes"),
    path("tickets/<int:number>/status", views.StatusChange.as_view(), name="status"),
    path("tickets/<int:number>/priority", views.PriorityChange.as_view(), name="priority"),
    path("tickets/<int:number>/assignee", views.AssigneeChange.as_view(), name="assignee"),
    path("tickets/<int:number>/clocks", views.Clocks.as_view(), name="clocks"),
    path("tickets/<int:number>/clocks/explanation", views.Explanation.as_view(), name="explanation"),
    path("tickets/<int:number>/events", views.Events.as_view(), name="events"),
    path("articles", articles.Articles.as_view(), name="articles"),
    path("articles/<int:article_id>", articles.OneArticle.as_view(), name="article"),
    path("tickets/<int:number>/proposals", governance.Proposals.as_view(), name="proposals"),
    path("tickets/<int:number>/workarounds", governance.Workarounds.as_view(), name="workarounds"),
    path("tickets/<int:number>/proposals/<int:proposal>/answer", governance.ProposalAnswer.as_view(), name="proposal-answer"),
    path("tickets/<int:number>/proposals/<int:proposal>/dispute", governance.ProposalDispute.as_view(),
         name="proposal-dispute"),
    path("tickets/<int:number>/proposals/<int:proposal>/decision", governance.ProposalDecision.as_view(),
         name="proposal-decision"),
]
