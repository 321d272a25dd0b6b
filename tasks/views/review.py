from django.http import HttpResponse


def review(request, **kwargs):
    return HttpResponse("đang làm")


def verify(request, **kwargs):
    return HttpResponse("đang làm")


def return_(request, **kwargs):
    return HttpResponse("đang làm")
