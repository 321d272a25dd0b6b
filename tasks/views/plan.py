from django.http import HttpResponse


def plan(request, **kwargs):
    return HttpResponse("đang làm")


def plan_text(request, **kwargs):
    return HttpResponse("đang làm")
