from django.http import HttpResponse


def plan_xlsx(request, **kwargs):
    return HttpResponse("đang làm")


def plan_pdf(request, **kwargs):
    return HttpResponse("đang làm")
