from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = "Cases"

    def ready(self) -> None:
        from cases.dashboards import own  # noqa: PLC0415  models come first
        from cases.many import own_acts  # noqa: PLC0415
        from cases.room import board, narrowing  # noqa: PLC0415

        own_acts.offer()
        own.offer()
        narrowing.offer()
        board.offer()
