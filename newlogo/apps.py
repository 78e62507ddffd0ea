from django.apps import AppConfig


class NewlogoConfig(AppConfig):
    name = "newlogo"
    verbose_name = "New Logo"
