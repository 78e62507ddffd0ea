from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Cases"

    def ready(self) -> None:
        from cases.many import own_acts  # noqa: PLC0415  models come first

        own_acts.offer()
