from django.http import HttpResponse


def list_(request, **kwargs):
    return HttpResponse("đang làm")


def annual(request, **kwargs):
    return HttpResponse("đang làm")


def annual_pdf(request, **kwargs):
    return HttpResponse("đang làm")


def annual_docx(request, **kwargs):
    return HttpResponse("đang làm")


def annual_xlsx(request, **kwargs):
    return HttpResponse("đang làm")
