"""The document register."""

from django.shortcuts import render

from cchc import kept
from tasks.document_filter import DocumentFilter
from tasks.pages.documents import read_register
from tasks.viewing import viewing_of


@kept.page
def documents(request):
    viewing = viewing_of(request)
    form = DocumentFilter(request.GET, viewing=viewing, user=request.user)
    register = read_register(form, request.user, request.GET.get("trang"))
    context = {
        "form": form,
        "register": register,
        "page": register.page,
        "reset": viewing.url("tasks:documents"),
    }
    return render(request, "tasks/documents.html", context)
