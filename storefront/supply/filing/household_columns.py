"""What the columns of a household file are called (household_fields of the national export)."""

from typing import Final

from storefront.supply.filing.headings import said

_NAMES: Final = {
    "code": ("户编号", "户编码", "农户编号"),
    "head": ("户主姓名", "户主"),
    "head_id": ("户主证件号码", "户主身份证号", "户主身份证号码"),
    "village_code": (
        "家庭住址/行政区划",
        "行政区划",
        "行政区划代码",
        "区划代码",
        "行政村代码",
        "行政村编码",
        "村代码",
    ),
    "township": ("乡镇", "乡(镇)", "乡镇名称", "乡"),
    "village": ("行政村", "村", "村名", "行政村名称"),
    "phone": ("联系电话", "电话", "手机号", "手机号码"),
    "kind": ("户类型", "农户类型"),
    "watched": ("监测对象类别",),
    "settled": ("风险是否已消除",),
    "since": ("户类型起始日期", "类型起始日期", "起始日期", "认定日期"),
    "payee": ("收款人", "收款人姓名", "开户名", "户名", "账户名", "持卡人"),
    "payee_relation": ("收款人与户主关系", "持卡人与户主关系"),
    "payee_id": ("收款人证件号码", "持卡人证件号码"),
    "account": ("银行账号", "银行账户", "银行卡号", "收款账号", "开户账号", "一卡通账号"),
    "person": ("人口编号", "人编号"),
    "name": ("姓名", "成员姓名"),
    "id": ("证件号码", "身份证号", "身份证号码", "公民身份号码"),
    "id_kind": ("证件类型",),
    "relation": ("与户主关系", "与户主的关系"),
    "members": ("家庭人口", "家庭人口数", "人口数", "户人口数"),
    "orchard": ("林果面积(亩)", "林果面积", "果园面积(亩)", "果园面积"),
}
HEADINGS: Final = {said(name): field for field, names in _NAMES.items() for name in names}
KEY: Final = "code"
NUMBERS: Final = ("code", "head_id", "phone", "account", "person", "id", "payee_id")
# repeated on each person's row: another word there is a fault
OF_HOUSEHOLD: Final = (
    "head",
    "head_id",
    "phone",
    "kind",
    "watched",
    "settled",
    "since",
    "payee",
    "payee_relation",
    "payee_id",
    "account",
    "orchard",
)
PLACE: Final = ("village_code", "township", "village")


def heading_of(field: str) -> str:
    """Return what a field's column is called first of all."""
    return _NAMES[field][0]


def missing(fields: set[str]) -> list[str]:
    """Return the headings that a sheet with only these fields lacks."""
    wanted = (("code",), ("kind",), ("village_code", "village"), ("relation", "members"))
    named = (("name",),) if "relation" in fields else (("head",),)
    return [heading_of(one[0]) for one in (*wanted, *named) if not fields & set(one)]
