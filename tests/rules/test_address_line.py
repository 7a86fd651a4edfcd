"""A pasted address is read into its parts, whatever order and dress it comes in."""

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as some

from storefront.catalogue.address_line import AddressLine, read_line
from storefront.catalogue.divisions import cities_of, divisions, meant
from storefront.catalogue.provinces import BY_CODE

XI = ("140000", "临汾市", "隰县")
EVERYWHERE = [
    (province, city, county)
    for province, cities in divisions().items()
    for city, counties in cities.items()
    for county in counties
]
NAMES = ["样小梨", "样梨", "欧阳样样", "果某某"]
STREETS = ["龙泉镇样街1号", "样路100弄5号601室", "示例小区3栋2单元", "样村", "A座1203室"]
places = some.sampled_from(EVERYWHERE)
gaps = some.sampled_from([",", "，", " ", "\n", "；", "  ", ", ", "、"])
phones = some.sampled_from(
    ["13800000012", "138 0000 0012", "138-0000-0012", "+86 13800000012", "１３８００００００１２"]
)


def said(line):
    return (line.recipient, line.phone, line.province, line.city, line.county, line.street)


WHOLE = ("样小梨", "13800000012", *XI, "龙泉镇样街1号")


@pytest.mark.parametrize(
    "typed",
    [
        "样小梨，13800000012，山西省临汾市隰县龙泉镇样街1号",
        "山西省临汾市隰县龙泉镇样街1号，样小梨，13800000012",
        "13800000012 样小梨 山西省 临汾市 隰县 龙泉镇样街1号",
        "样小梨13800000012山西临汾隰县龙泉镇样街1号",
        "山西省临汾市隰县龙泉镇样街1号样小梨13800000012",
        "隰县龙泉镇样街1号 样小梨 13800000012",
        "临汾隰县龙泉镇样街1号 样小梨 +86 138-0000-0012",
        "收货人：样小梨\n手机号码：13800000012\n所在地区：山西省临汾市隰县\n详细地址：龙泉镇样街1号",
        "姓名:样小梨 电话:13800000012 地址:中国山西省临汾市隰县龙泉镇样街1号 041300",
        "山西省-临汾市-隰县-龙泉镇样街1号, 样小梨, 13800000012",
    ],
)
def test_an_address_is_read_in_any_usual_order(typed):
    assert said(read_line(typed)) == WHOLE


@pytest.mark.parametrize(
    ("typed", "place"),
    [
        ("北京市市辖区东城区样街1号", ("110000", "北京市", "东城区")),
        ("北京北京市朝阳区朝阳路1号", ("110000", "北京市", "朝阳区")),
        ("上海浦东新区样路1号", ("310000", "上海市", "浦东新区")),
        ("重庆市忠县样街1号", ("500000", "重庆市", "忠县")),
        ("内蒙古呼和浩特赛罕区样路5号", ("150000", "呼和浩特市", "赛罕区")),
        ("广西南宁市青秀区民族大道1号", ("450000", "南宁市", "青秀区")),
        ("新疆维吾尔自治区石河子市样路3号", ("650000", "石河子市", "石河子市")),
        ("宁夏银川兴庆区样路1号", ("640000", "银川市", "兴庆区")),
        ("西藏拉萨城关区样路1号", ("540000", "拉萨市", "城关区")),
        ("恩施州利川市样街2号", ("420000", "恩施土家族苗族自治州", "利川市")),
        ("湖北省仙桃市样街道1号", ("420000", "仙桃市", "仙桃市")),
        ("广东省东莞市虎门镇样路1号", ("440000", "东莞市", "虎门镇")),
        ("吉林市船营区样街1号", ("220000", "吉林市", "船营区")),
        ("吉林省长春市朝阳区样街1号", ("220000", "长春市", "朝阳区")),
        ("河北省桥西区样街1号", ("130000", "", "")),  # there are two of it
        ("台湾省台北市样路1号", ("710000", "", "")),
    ],
)
def test_provinces_of_every_kind_are_read(typed, place):
    line = read_line(f"样小梨 13800000012 {typed}")
    assert (line.province, line.city, line.county) == place
    assert line.recipient == "样小梨"
    assert line.street


def test_a_name_in_letters_stays_whole():
    line = read_line("Ana Li, 13800000010, 山西省太原市小店区示例路 1 号")
    assert said(line) == ("Ana Li", "13800000010", "140000", "太原市", "小店区", "示例路1号")


@given(
    places,
    some.sampled_from(NAMES),
    phones,
    some.sampled_from(STREETS),
    some.permutations(["name", "phone", "place"]),
    gaps,
    gaps,
)
@example(XI, NAMES[0], "13800000012", STREETS[0], ["name", "phone", "place"], ",", ",")
@settings(deadline=None)
def test_every_place_is_read_back(place, name, phone, street, order, gap, between):
    province, city, county = place
    inner = between if between == " " else ""
    called = [BY_CODE[province].name_zh, city, county, street]
    pieces = {"name": name, "phone": phone, "place": inner.join(called)}
    line = read_line(gap.join(pieces[each] for each in order))
    assert said(line) == (name, "13800000012", province, city, county, street)


@given(places, some.booleans())
@example(place=("130000", "秦皇岛市", "北戴河区"), both=True)  # 北戴河新区 may be called 北戴河区
@settings(deadline=None)
def test_a_province_and_a_city_without_their_last_sign_are_read(place, both):
    province, city, county = place
    whole = BY_CODE[province].name_zh
    called = whole.removesuffix("省").removesuffix("市")
    short = city.removesuffix("市") if both and len(city) > 2 else city
    line = read_line(f"样小梨 13800000012 {called}{short}{county}样街1号")
    assert (line.province, line.city, line.county) == place
    assert line.street == "样街1号"


@given(some.text(max_size=200) | some.text("省市区县山西临汾隰北京 ,1380", max_size=60))
@settings(deadline=None)
def test_whatever_is_pasted_is_read_without_a_fault(typed):
    line = read_line(typed)
    assert isinstance(line, AddressLine)
    if line.city:
        assert line.city in cities_of(line.province)
    if line.county:
        assert line.county in cities_of(line.province)[line.city]
    assert not line.phone or (len(line.phone) == 11 and set(line.phone) <= set(string.digits))


def test_what_was_meant_is_told_without_its_last_sign():
    cities = cities_of("140000")
    assert meant("太原", cities) == "太原市"
    assert meant("太原市", cities) == "太原市"
    assert meant("太", cities) is None
    assert meant("", cities) is None
    assert meant("隰县", cities["临汾市"]) == "隰县"


def test_the_list_is_that_of_the_mainland():
    assert len(divisions()) == 31
    assert set(divisions()) <= set(BY_CODE)
    assert len(EVERYWHERE) == len(set(EVERYWHERE)) > 3_000
    assert all(1 <= len(name) <= 16 and " " not in name for place in EVERYWHERE for name in place)
