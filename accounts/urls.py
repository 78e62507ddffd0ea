"""Pages of accounts."""

from django.urls import include, path

from accounts import sign_in

urlpatterns = [
    path("", sign_in.home, name="home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/demo/", sign_in.sign_in_demo, name="sign_in_demo"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("", include("accounts.account_urls")),
    path("", include("accounts.ownership.urls")),
    path("", include("accounts.segments.urls")),
]
