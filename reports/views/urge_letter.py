"""A phiếu đôn đốc as Word, for whoever may see it."""

from django.shortcuts import get_object_or_404

from reports.downloads import download
from reports.urge_letter import urge_letter_docx as to_docx
from reports.urge_letter import urge_letter_paper
from tasks.models import UrgeLetter


def urge_letter_docx(request, pk):
    letters = UrgeLetter.objects.visible_to(request.user).select_related("unit", "by")
    letter = get_object_or_404(letters, pk=pk)
    paper = urge_letter_paper(letter, letter.plan())
    name = f"phieu-don-doc-{letter.number}-{letter.year}-{letter.unit.code}"
    return download(to_docx(paper), name, "docx")
