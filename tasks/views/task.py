from django.http import HttpResponse


def task(request, **kwargs):
    return HttpResponse("đang làm")


def occurrence(request, **kwargs):
    return HttpResponse("đang làm")


def document_file(request, **kwargs):
    return HttpResponse("đang làm")
