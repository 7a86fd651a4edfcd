"""What people type and what things are called, folded so that they meet (pure).

Full-width and half-width, capitals and small letters, accents, traditional and
simplified characters, blanks and signs: none of them is a reason not to find a pear.
"""

import unicodedata

MOST_WORDS = 6
LONGEST = 40  # characters of what was typed that are looked at
# traditional and simplified, in pairs: what a shop of farm goods is asked for
PAIRS = (
    "縣县鄉乡鎮镇蘋苹紅红黃黄綠绿藍蓝雜杂糧粮穀谷麥麦豐丰禮礼鮮鲜乾干幹干棗枣參参薑姜藥药養养華华農农戶户"
    "園园產产業业專专賣卖買买選选優优級级個个雙双單单裝装價价錢钱運运費费貨货訂订購购車车種种樹树葉叶潤润燉炖"
    "飲饮飯饭餅饼麵面醬酱鹽盐湯汤鍋锅雞鸡鴨鸭魚鱼蝦虾豬猪蓮莲蘿萝蔔卜蔥葱馬马鈴铃臺台灣湾雲云貴贵陝陕晉晋壽寿"
    "節节慶庆國国東东廣广門门島岛龍龙鳳凤無无蟲虫檢检測测證证書书質质標标準准號号萬万與与從从來来後后裡里裏里這这"
    "為为銀银鐵铁絲丝線线紙纸織织綿绵漿浆飴饴釀酿紹绍興兴濃浓純纯淨净潔洁溫温涼凉熱热凍冻氣气濕湿塊块條条顆颗"
    "兩两噸吨對对滿满贈赠減减組组團团體体驗验試试嘗尝鹹咸澀涩軟软嬰婴兒儿婦妇長长輩辈爺爷媽妈親亲賓宾員员會会"
    "歲岁傳传統统歷历曆历記记憶忆鄰邻愛爱見见覺觉堅坚蕎荞莧苋葷荤醃腌燻熏漬渍糰团餡馅棧栈"
)
SIMPLE = str.maketrans(PAIRS[::2], PAIRS[1::2])
PINYIN_U = str.maketrans("üǖǘǚǜ", "vvvvv")  # 绿 is typed lv


def folded(text: str) -> str:
    """Return ``text`` in small, simple, half-width characters; a blank for every other sign."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(PINYIN_U)
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", plain).casefold())
    kept = (sign if sign.isalnum() else " " for sign in apart if not unicodedata.combining(sign))
    return "".join(kept).translate(SIMPLE)


def words_of(typed: str) -> tuple[str, ...]:
    """Return the words to look for; none when nothing readable was typed."""
    return tuple(dict.fromkeys(folded(typed[:LONGEST]).split()))[:MOST_WORDS]


def joined(text: str) -> str:
    """Return ``text`` folded into one word."""
    return "".join(folded(text).split())
