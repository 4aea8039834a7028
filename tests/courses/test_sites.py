"""Teaching sites, routes with ordered stops, and the drawn map."""

from __future__ import annotations

import math
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_app.core.errors import Conflict, InvalidInput
from training_app.courses import api, rules
from training_app.courses.services import sites

SHEET = rules.Sheet(width=400, height=290, margin=34)
PLACES = st.tuples(st.floats(103, 104.5), st.floats(22, 23.5))


def site(name="3号阵地", **more):
    known = {"kind": "红色资源", "longitude": 103.8421, "latitude": 22.8936, "capacity": 60}
    return api.SiteValues(name=name, **{**known, **more})


def test_a_route_keeps_the_order_of_its_stops(app):
    ids = [sites.add_site(site(name)) for name in ("一", "二", "三")]
    stops = tuple(api.StopValues(site_id=i, stay_minutes=30, km_to_next=Decimal("3.5")) for i in reversed(ids))

    route_id = sites.save_route(api.RouteValues(code="R1", name="红色路线", stops=stops))

    [route] = api.list_routes()
    assert [stop.site_name for stop in route.stops] == ["三", "二", "一"]
    assert (route.kilometres, route.minutes) == (Decimal("10.5"), 90)
    sites.save_route(api.RouteValues(code="R1", name="红色路线", stops=stops[:2]), route_id=route_id)
    assert [stop.order_no for stop in api.list_routes()[0].stops] == [1, 2]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"longitude": 22.8936, "latitude": 103.8421}, "longitude"), ({"latitude": None}, "latitude"),
     ({"capacity": 0}, "capacity"), ({"name": " "}, "name")],
)  # fmt: skip
def test_a_site_that_cannot_be_is_refused_at_its_field(sqlite_app, wrong, field):
    with pytest.raises(InvalidInput) as refused:
        sites.add_site(site(**wrong))

    assert field in refused.value.fields


def test_a_route_needs_two_known_stops_and_a_number_of_its_own(app):
    ids = [sites.add_site(site(name)) for name in ("一", "二")]
    stops = tuple(api.StopValues(site_id=i) for i in ids)
    sites.save_route(api.RouteValues(code="R1", name="x", stops=stops))

    for code, wrong in (("R2", stops[:1]), ("R2", (*stops, api.StopValues(site_id=999_999)))):
        with pytest.raises(InvalidInput):
            sites.save_route(api.RouteValues(code=code, name="x", stops=wrong))
    with pytest.raises(Conflict):
        sites.save_route(api.RouteValues(code="R1", name="y", stops=stops))


def test_lists_taken_in_twice_change_nothing_the_second_time(app):
    rows = [site("一"), site("二", unit_name="南溪镇")]
    first = api.store_sites(rows, source="现场教学点.xlsx")
    routes = [api.RouteValues(code="R1", name="x", stops=tuple(api.StopValues(site_id=i) for i in first.ids))]

    api.store_routes(routes, source="现场教学点.xlsx")

    assert api.store_sites(rows, source="x").unchanged == 2
    assert api.store_routes(routes, source="x").unchanged == 1
    assert api.store_sites([site("一", capacity=80)], source="x").updated == 1


@given(st.lists(st.one_of(st.none(), PLACES), min_size=2, max_size=9))
def test_stops_on_the_map_never_cover_one_another(points):
    dots = rules.draw(points, ["澜川边检站站史馆"] * len(points), SHEET)

    known = [dot for dot in dots if dot is not None]
    assert [dot is None for dot in dots] == [point is None for point in points]
    for dot in known:
        assert SHEET.margin - 0.1 <= dot.x <= SHEET.width - SHEET.margin + 0.1
        assert SHEET.margin - 0.1 <= dot.y <= SHEET.height - SHEET.margin + 0.1
    for i, one in enumerate(known):
        for other in known[i + 1 :]:
            assert math.hypot(one.x - other.x, one.y - other.y) > 24  # the diameter of a stop


def test_north_is_up_and_east_is_right_where_there_is_room():
    points = [(103.1, 23.0), (103.5, 22.5), (103.9, 22.0)]

    dots = rules.draw(points, ["一", "二", "三"], SHEET)

    assert all(a.x < b.x and a.y < b.y for a, b in pairwise(dots))


def test_the_pages_of_sites_and_routes(sqlite_app, sign_in):
    planner = sign_in(sqlite_app, "planner")
    form = {"name": "四连山", "kind": "红色资源", "longitude": "103.90318", "latitude": "22.56127", "capacity": "６０"}

    first = planner.post("/sites/new", form)
    second = planner.post("/sites/new", {**form, "name": "大湾联防所", "longitude": "103.88937"})
    assert (first.status_code, second.status_code) == (302, 302)
    assert planner.post("/sites/new", form).status_code == 422
    assert planner.post(f"{first.location}/edit", {**form, "minutes": "45"}).status_code == 302
    ids = [location.rsplit("/", 1)[1] for location in (first.location, second.location)]
    stops = {f"stops-{i}-site_id": site_id for i, site_id in enumerate(ids)} | {"stops-0-km_to_next": "9.6"}
    more = planner.post("/routes/new", {**stops, "code": "R2", "name": "路线二", "more": "1"})
    assert more.text.count("-site_id") > 8
    route = planner.post("/routes/new", {**stops, "code": "R2", "name": "路线二"})
    assert route.status_code == 302
    page = planner.get(route.location).text
    assert '<svg class="zx-route-map"' in page
    assert "style=" not in page.split("zx-route-map", 1)[1].split("</svg>", 1)[0]
    assert planner.post(f"{route.location}/edit", {**stops, "code": "", "name": "路线二"}).status_code == 422
    assert "四连山" in planner.get("/sites?q=四连&kind=红色资源&sort=capacity&dir=desc").text
    assert "四连山" in planner.get("/sites?format=csv").data.decode("utf-8-sig")
    assert sign_in(sqlite_app, "class_teacher").post("/sites/new", form).status_code == 403
