from django.http import HttpResponse


def list_(request, **kwargs):
    return HttpResponse("đang làm")


def indicator(request, **kwargs):
    return HttpResponse("đang làm")


def measure(request, **kwargs):
    return HttpResponse("đang làm")
