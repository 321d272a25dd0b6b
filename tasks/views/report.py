from django.http import HttpResponse


def my_work(request, **kwargs):
    return HttpResponse("đang làm")


def update(request, **kwargs):
    return HttpResponse("đang làm")
