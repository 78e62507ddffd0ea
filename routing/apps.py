from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "routing"
    verbose_name = "Routing"

    def ready(self) -> None:
        from cases import carrying  # noqa: PLC0415  models come first
        from routing import draining, many  # noqa: PLC0415
        from routing.dashboards import offering  # noqa: PLC0415

        many.offer()
        offering.offer()
        carrying.after(draining.forget_waiting)
