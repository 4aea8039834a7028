"""Building blocks of pages render what callers say, and nothing they do not."""

from __future__ import annotations

from typing import Any

import pytest
from flask import render_template_string
from wtforms import BooleanField, Form, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from training_app.core.pages import ListQuery, Page


class Example(Form):
    """One field of each kind."""

    name = StringField("Name", [InputRequired()], description="as the document says")
    kind = SelectField("Kind", choices=[("a", "A")])
    mode = RadioField("Mode", choices=[("x", "X")])
    party = BooleanField("Party members only")


@pytest.fixture
def render(sqlite_app):
    def make(source: str, /, **values: Any) -> str:
        with sqlite_app.test_request_context("/things?q=x"):
            return render_template_string(source, **values)

    return make


def test_a_wrong_field_is_tied_to_its_message_and_counted_on_top(render):
    form = Example(data={})
    form.validate()

    page = render(
        '{% from "components/forms.html" import field, form_errors %}{{ form_errors(f) }}{{ field(f.name) }}', f=form
    )

    assert 'aria-describedby="name-help name-error"' in page
    assert 'aria-invalid="true"' in page
    assert 'href="#name"' in page
    assert page.count('id="name-error"') == 1


def test_every_kind_of_field_has_a_label(render):
    page = render(
        '{% from "components/forms.html" import field %}{% for each in f %}{{ field(each) }}{% endfor %}', f=Example()
    )

    assert 'for="name"' in page
    assert 'for="kind"' in page
    assert "<legend" in page
    assert '<label class="zx-check">' in page


def test_a_segment_never_leaves_the_bar(render):
    page = render(
        '{% from "components/ui.html" import bar, hours_bar %}'
        '{{ bar([{"label": "a", "value": 3, "tone": "ok"}, {"label": "b", "value": 0}], total=2) }}'
        "{{ hours_bar(120, required=90, online=5) }}"
    )

    assert page.count('width="100.00%"') == 3
    assert "style=" not in page


def test_nothing_at_all_is_a_bar_too(render):
    page = render('{% from "components/ui.html" import bar %}{{ bar([{"label": "a", "value": 0}]) }}')

    assert "<svg" in page


@pytest.mark.parametrize(
    ("page", "shown"), [(1, "1 2 3 … 9"), (5, "1 … 3 4 5 6 7 … 9"), (9, "1 … 7 8 9")], ids=["first", "middle", "last"]
)
def test_the_pager_shows_the_ends_and_the_neighbours(render, page, shown):
    source = '{% from "components/lists.html" import pager %}{{ pager(p) | striptags }}'

    text = render(source, p=Page(items=[1] * 20, total=180, query=ListQuery(page=page, per_page=20)))

    assert shown.replace(" ", "") in "".join(text.split())


def test_chips_name_the_value_and_lead_to_the_list_without_it(render):
    query = ListQuery(q="李", filters={"state": "open"})

    page = render(
        '{% from "components/lists.html" import list_head %}'
        '{{ list_head(q, 3, filters=[{"name": "state", "label": "State", "options": [("open", "Open")]}]) }}',
        q=query,
    )

    assert "<b>Open</b>" in page
    chip = page.split('class="zx-chip"')[1]
    assert "state=open" not in chip.split("</a>")[0]
    assert 'name="q" value="李"' in page


def test_what_people_type_is_not_markup(render):
    page = render(
        '{% from "components/ui.html" import panel, state, kv, empty, menu %}'
        "{% call panel(t, sub=t) %}{{ state(t) }}{{ kv([(t, t)]) }}{{ empty(t) }}"
        '{{ menu([{"label": t, "url": "/", "method": "post", "confirm": t}]) }}{% endcall %}',
        t="<img src=x>\"'",
    )

    assert "<img" not in page
    assert 'data-confirm="&lt;img' in page
