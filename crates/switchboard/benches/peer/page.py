"""A bare Django page over Switchboard's own SQLite file: the fifty most urgent open cases, and nothing else.

The floor that a desk in Python stands on: no log-in, no rights, no counts, one query with one join, cached templates,
one connection kept open. `PADDING` makes the page as large as ours. Served by `gunicorn page:application`.
"""

import os

import django
from django.conf import settings

settings.configure(
    DEBUG=False,
    SECRET_KEY="a page without sessions signs nothing",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF="page",
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": "file:" + os.environ["STORE"] + "?mode=ro",
            "OPTIONS": {"uri": True},
            "CONN_MAX_AGE": None,
        }
    },
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": [("django.template.loaders.cached.Loader", [("django.template.loaders.locmem.Loader", {
                    "desk.html": """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Desk</title></head><body>
<main><h1>Desk</h1><ol>{% for case in cases %}<li><a href="/cases/{{ case.id }}"><span>{{ case.priority }}</span>
<b>{{ case.post.author.name }}</b> <span>{{ case.post.author.handle }}</span> <span>{{ case.network }}</span>
<time>{{ case.opened_at }}</time> <span>{{ case.state }}</span> <span>{{ case.tags }}</span>
<p>{{ case.post.text|truncatechars:200 }}</p></a></li>{% endfor %}</ol>{{ padding|safe }}</main></body></html>"""
                })])]
            },
        }
    ],
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import models  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import path  # noqa: E402


class Author(models.Model):
    key = models.TextField(primary_key=True)
    name = models.TextField()
    handle = models.TextField()

    class Meta:
        app_label = "peer"
        managed = False
        db_table = "authors"


class Post(models.Model):
    seq = models.IntegerField(primary_key=True)
    author = models.ForeignKey(Author, models.DO_NOTHING, db_column="author", null=True)
    text = models.TextField()

    class Meta:
        app_label = "peer"
        managed = False
        db_table = "posts"


class Case(models.Model):
    id = models.IntegerField(primary_key=True)
    post = models.ForeignKey(Post, models.DO_NOTHING, db_column="post")
    network = models.TextField()
    state = models.TextField()
    priority = models.IntegerField()
    tags = models.TextField()
    opened_at = models.BigIntegerField()

    class Meta:
        app_label = "peer"
        managed = False
        db_table = "cases"


PADDING = "<!--" + "x" * int(os.environ.get("PADDING", "0")) + "-->"


def desk(request):
    cases = Case.objects.filter(state="open").select_related("post__author").order_by("-priority", "-id")[:50]
    return render(request, "desk.html", {"cases": cases, "padding": PADDING})


urlpatterns = [path("desk", desk)]
application = get_wsgi_application()
