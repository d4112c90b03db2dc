"""How templates become pages: in the language that is spoken, with nothing unescaped, whatever was compiled before."""

import pytest
from flask import Flask, render_template
from flask_babel import Babel, force_locale
from jinja2 import DictLoader, FileSystemBytecodeCache
from markupsafe import Markup

from workflow_app.config import ROOT
from workflow_app.domain.words import Sentence
from workflow_app.web.templates import PageEnvironment

PAGES = {
    "frame.html": "<title>{% block title %}{% endblock %}</title>{% set mark = '*' %}<p>{{ _('首页') }}</p>{% block main %}{% endblock %}",
    "word.html": "{% macro word(text) %}<b>{{ text|said }}</b>{% endmacro %}",
    "piece.html": "{% for one in rows %}{{ one.name }};{% endfor %}",
    "page.html": "{% extends 'frame.html' %}{% from 'word.html' import word %}{% block title %}{{ title|said }}{% endblock %}"
    "{% block main %}{{ word(title) }}{{ _('行政区划 %(code)s', code=code) }}{{ mark }}{% include 'piece.html' %}{% endblock %}",
    "parts.html": "{{ row.name }};{{ row.items }};{{ row.missing }};{{ row.missing is defined }};{{ thing.name }}",
    "counted.html": "{{ ngettext('%(num)s 件办件超期。', '%(num)s 件办件超期。', n) }} "
    "{% trans count=n, who='<a>' %}{{ who }}：{{ count }} 件{% pluralize %}{{ who }}：{{ count }} 件{% endtrans %}",
    "literal.html": "{{ _('行政区划 %(code)s', code='<1>') }}{{ '<b>' }}{{ gettext('首页') if yes else '' }}{{ 7 }}{{ none }}",
}


def opened(cache=None):
    """An application of its own with these templates and our catalogues."""
    app = Flask("bare")
    app.jinja_environment = PageEnvironment
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(ROOT / "workflow_app" / "translations")
    Babel(app, default_locale="zh_Hans_CN")
    app.jinja_env.loader = DictLoader(PAGES)
    app.jinja_env.bytecode_cache = cache
    return app


def drawn(app, locale, template="page.html", **values):
    """A page in this language."""
    with app.test_request_context(), force_locale(locale):
        return render_template(template, **values)


GIVEN = {"title": Sentence("首页"), "code": "1&2", "rows": [{"name": "<a>"}, {"name": Markup("<i>")}]}
CHINESE = "<title>首页</title><p>首页</p><b>首页</b>行政区划 1&amp;2*&lt;a&gt;;<i>;"
ENGLISH = "<title>Home</title><p>Home</p><b>Home</b>Division 1&amp;2*&lt;a&gt;;<i>;"


def test_each_page_is_said_in_the_language_that_is_spoken_now():
    app = opened()
    told = [drawn(app, locale, **GIVEN) for locale in ("zh_Hans_CN", "en", "zh_Hans_CN")]
    assert told == [CHINESE, ENGLISH, CHINESE]


def test_what_one_language_compiled_another_may_use(tmp_path):
    cache = FileSystemBytecodeCache(str(tmp_path))
    assert drawn(opened(cache), "zh_Hans_CN", **GIVEN) == CHINESE
    assert drawn(opened(cache), "en", **GIVEN) == ENGLISH


@pytest.mark.parametrize(("yes", "word"), [(True, "首页"), (False, "")])
def test_what_is_shown_is_escaped_unless_it_is_html(yes, word):
    assert drawn(opened(), "zh_Hans_CN", "literal.html", yes=yes) == f"行政区划 &lt;1&gt;&lt;b&gt;{word}7None"


@pytest.mark.parametrize(("n", "english"), [(1, "1 case is late."), (2, "2 cases are late.")])
def test_a_message_depends_on_its_number_where_the_language_does(n, english):
    app = opened()
    assert drawn(app, "zh_Hans_CN", "counted.html", n=n) == f"{n} 件办件超期。 &lt;a&gt;：{n} 件"
    assert drawn(app, "en", "counted.html", n=n) == f"{english} &lt;a&gt;：{n} 件"


def test_a_name_is_that_of_a_plain_row_or_of_the_thing_itself_or_of_nothing():
    class Thing:
        name = "<thing>"

    told = drawn(opened(), "zh_Hans_CN", "parts.html", row={"name": "<row>", "items": "x"}, thing=Thing())
    assert "items of dict" in told, "what a mapping itself has is found before its keys"
    assert (told.startswith("&lt;row&gt;;"), told.endswith(";;False;&lt;thing&gt;")) == (True, True)
