"""Names of speakers beside titles in Korean, Chinese and Japanese."""

import re

from worker.extract.facts.people import FAMILY_NAMES

_KOREAN_TITLES = (
    "시장|대변인|의원|교장|교감|교수|대표|예보관|대사|변호사|장관|총리|대통령|차관|위원장|지사|군수|구청장"
    "|청장|국장|실장|팀장|과장"
    "|소장|센터장|원장|회장|사장|이사장|이사|부장|본부장|총장|총재|감독|코치|선수|기자|연구원|연구위원|박사"
    "|판사|검사|배우|작가|가수"
    "|애널리스트|이코노미스트|수석|비서관|행정관|후보|단장|사령관|서장|약사|의사|간호사|교사|목사|신부|스님"
    "|씨|전문의|위원|조합장|지부장"
    "|지회장|관장|학예사|셰프|디자이너|PD|CEO|사무총장|부총리|부사장|전무|상무|주지사|외교관|평론가|전문가"
    "|해설위원|경영자|책임자|창업자|창립자|설립자|의장|행장|편집장|변호인|차장|반장|대장|주무관|사무관"
    "|공보관|처장|학장|매니저|해설가|수의사|기장|소방관|경찰관|형사|교육감|이장|통장|점장|시인|화가|소설가"
)
_KOREAN_TITLE = re.compile(rf"(?:[가-힣]{{0,6}})(?:{_KOREAN_TITLES})\Z")
_KOREAN_NAME = re.compile(
    rf"[{FAMILY_NAMES}][가-힣]{{1,2}}\Z|(?:남궁|황보|제갈|선우|독고|사공)[가-힣]{{1,2}}\Z"
)
_COMMON_FAMILIES = (
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백"
    "허유남심노하곽성차주우구민진지엄채원천방공현함변염여추"
)
MIN_JUDGED_CHARS = 4  # of a Chinese quote that completes a judgment
MAX_FOREIGN = 4  # syllables of a foreign name
_KOREAN_BODY = re.compile(r"(?:[부청원처국시도당군구회사실과팀측]|은행|대학|병원|협회|학회)\Z")
_KOREAN_PERSON = re.compile(
    rf"(?:(?P<name>[{FAMILY_NAMES}][가-힣]{{1,2}})\s(?:[가-힣]{{2,8}}\s)?[가-힣]{{0,4}}(?:{_KOREAN_TITLES})(?=[은는이가을를의도에,\s]"
    rf"|$)"
    rf"|(?:{_KOREAN_TITLES}|시인|화가"
    rf"|소설가)\s(?P<after>[{FAMILY_NAMES}][가-힣]{{1,2}})(?=[은는이가을를의도]))"
)


# 주민 A씨, 김모(45)씨: a person whose name is withheld
_KOREAN_UNNAMED = re.compile(
    r"(?:^|\s)(?:[A-Z]{1,2}|[가-힣]\s?모)\s?(?:\([^()]{1,12}\))?\s?(?:씨|군|양|대표|교수|의원)?\Z"
)
_KOREAN_ANYBODY = re.compile(
    r"(?:^|\s)(?:한|어느|익명의|다른)\s(?:[가-힣]{1,6}\s)?(?:주민|목격자|시민|관계자|승객|직원|상인|학생|주부|네티즌|관광객|이웃|누리꾼|소식통)\Z"
)
_KOREAN_COUNTRIES = frozenset({
    "러시아", "우크라이나", "이스라엘", "독일", "프랑스", "영국", "미국", "일본", "중국",
    "캐나다", "이탈리아", "스페인", "호주", "인도", "브라질", "튀르키예", "이란", "폴란드",
    "베트남", "필리핀", "태국", "헝가리", "벨라루스", "유엔", "나토", "멕시코",
})  # fmt: skip


_KOREAN_FORMER = frozenset({"전", "현", "전임", "신임", "당시", "前", "現"})
_KOREAN_INSTITUTES = frozenset({
    "국정원", "금감원", "연구원", "문화원", "한의원", "구의원", "도의원", "시의원", "공무원", "조합원",
    "안내원", "경비원", "노조원", "선관원", "박물원", "수련원", "요양원", "고아원", "유치원", "양로원",
})  # fmt: skip


def korean_speaker(words: list[str], before: str) -> str | None:
    """Returns the name in the words before a Korean topic particle: 윤서연 기상청 예보관 is 윤서연.

    A family name with a title is completed from the text before: 최 교장 is 최영란.
    """
    last = words[-1]
    last = re.sub(r"\([^()]*\)\Z", "", last)
    whole = " ".join([*words[:-1], last])
    if _KOREAN_UNNAMED.search(whole) or _KOREAN_ANYBODY.search(whole):
        return None
    if last in {"관계자", "당국자", "소식통"} and len(words) > 1:
        return f"{words[-2]} {last}"
    if not _KOREAN_TITLE.match(last) or (len(words) == 1 and not _KOREAN_TITLE.fullmatch(last)):
        return last if len(last) > 1 else None
    rest = words[:-1]
    if not rest:
        return last
    if len(rest) > 1 and rest[-1] in _KOREAN_FORMER:
        rest = rest[:-1]  # 구본석 전 장관: "former", not the family name
    if len(rest[-1]) == 1 and rest[-1] in FAMILY_NAMES:
        full = {
            one["name"] for one in _KOREAN_PERSON.finditer(before) if (one["name"] or "").startswith(rest[-1])
        }
        return full.pop() if len(full) == 1 else f"{rest[-1]} {last}"
    if len(rest) > 2 and rest[-1] in _KOREAN_COUNTRIES:
        rest = rest[:-1]  # 블라디미르 푸틴 러시아 대통령
    pair = rest[-2:]
    is_foreign = len(pair) == 2 and not any(
        len(word) > MAX_FOREIGN or _KOREAN_BODY.search(re.sub("[시도]$", "", word)) for word in pair
    )
    for word in reversed(rest[-3:]):
        is_rare = is_foreign and word[0] not in _COMMON_FAMILIES  # 마르코 비앙키 대사
        if _KOREAN_NAME.match(word) and not _is_korean_body(word) and not is_rare:
            return word
    return " ".join(pair) if is_foreign else f"{rest[-1]} {last}"


def _is_korean_body(word: str) -> bool:
    """Whether a word names a body rather than a person: 금감원, unlike 임채원."""
    is_given_name = len(word) == 3 and word.endswith("원") and word not in _KOREAN_INSTITUTES
    return bool(_KOREAN_BODY.search(word)) and not is_given_name


def korean_subject(before: str) -> str | None:
    """Returns the only person with a title in the nearest sentence that names one, or None."""
    sentences = [one for one in re.split(r"(?<=[다요]\.)\s+|\n+", before) if one.strip()]
    for sentence in reversed(sentences[-3:]):
        found = {one["name"] or one["after"] for one in _KOREAN_PERSON.finditer(sentence)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


_CHINESE_TITLES = (
    "邻居|鄰居|妻子|丈夫|乘客|游客|遊客|运动员|運動員|选手|選手|立委|歌手|艺人|藝人|学者|學者|工程师|工程師|老师|老師|护士|護士|船长|船長|机长"
    "|機長|司机|司機|店主|老板|老闆"
    "|农民|農民|牧民|渔民|渔夫|球员|球員|主教练|主教練|院士|馆长|館長|园长|園長|组长|組長|副总|首相|外长"
    "|外長|市長|將軍|将军|设计师|設計師"
    "|摄影师|攝影師|志愿者|志工|里長|村长|村長|镇长|候选人|候選人|创始人|創辦人|画家|畫家|诗人|詩人|顾问|顧問"
    "|市长|市長|校长|校長|发言人|發言人|研究员|研究員|教授|教练|教練|主任|局长|局長|总统|總統|部长|部長"
    "|院长|院長|记者|記者|医生"
    "|醫生|律师|律師|书记|書記|经理|經理|董事长|董事長|主席|总理|總理|分析师|分析師|负责人|負責人|专家|專家"
    "|队长|隊長|议员|議員"
    "|博士|所长|所長|处长|處長|会长|會長|秘书长|秘書長|县长|縣長|省长|省長|大使|司令|导演|導演|作家|演员"
    "|演員|总裁|總裁|厅长|秘书"
    "|理事长|理事長|消防员|村民|居民|代表(?![团團处處队隊])"
)
_CHINESE_PERSON = re.compile(
    rf"(?:{_CHINESE_TITLES})(?P<name>[\u4e00-\u9fff]{{2,3}}?)(?=对|對|在|[，,。表说說称稱指認认]|昨|今|于"
    rf"|於|打|获|獲|夺|奪|赢"
    r"|贏|宣|出|辞|辭|当|當|被|将|將|率|接|发|發|透|首|前|赴|抵|访|訪|受|因|从|從|为|為|是|已|再|也|都|没"
    r"|沒|不|的|和|与|與|完|拿|收|回|到|去|来|來|坐|站|走|$)"
)
_CHINESE_LED = re.compile(
    rf"^.{{0,20}}?(?:{_CHINESE_TITLES})(?P<name>[\u4e00-\u9fff]{{2,4}}"
    rf"|[\u4e00-\u9fff]{{1,6}}(?:·[\u4e00-\u9fff]{{1,8}}){{1,3}})$"
)
# A name before its title: 李强总理
_CHINESE_FOLLOWED = re.compile(
    rf"^(?P<name>[王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫马馬朱胡郭何林高罗羅郑鄭梁谢謝宋唐许許韩韓冯馮邓鄧曹彭曾肖田董潘袁蔡蒋蔣余于杜叶葉程魏苏蘇吕呂丁任卢盧沈姚钟鍾姜崔谭譚陆陸范汪廖石金韦韋贾賈夏付方邹鄒熊白孟秦邱江尹薛闫閻段雷侯龙龍黎史陶贺賀毛郝顾顧龚龔邵万萬钱錢严嚴武戴莫孔向汤湯]"
    rf"[\u4e00-\u9fff]{{1,2}}?)(?:{_CHINESE_TITLES})$"
)
# What may be between a Chinese name and the verb: time, place, occasion, listener.
_CHINESE_TAIL = re.compile(
    r"(?<=..)(?:在(?!野|京|校|职)|[于於](?=\d)|\d+日|[昨今]日|[昨今]天|日前|近日|随后|隨後|受訪|受访|接受"
    r"|赛后|賽後|会后|會後|当天|當天|當日|当日"
    r"|对记者|對記者|对媒体|向记者|向媒體|向媒体|则|則|也|还|還|曾|就此|针对|針對|发文|發文|透过|透過|通过"
    r"|声明|聲明|发表|發表|发布|發布|回应|回應|赛前|笑着|哭着|一再|再次"
    r"|表示|强调|強調).*$"
)
_CHINESE_UNNAMED = re.compile(
    r"^(?:一[名位個个]|有|某|多[名位]|据|據|该|該)|(?:知情人士|消息人士|目击者|目擊者|网友|網友|人士|民众"
    r"|民眾|官员|官員)$"
)
JAPANESE_TITLES = (
    "事務総長|官房長官|国務長官|幹事長|書記長|委員長|局長|次官|さん|氏|市長|知事|教授|監督|選手|社長|会長"
    "|首相|外相|財務相|防衛相|大臣|官房長官|長官|議員|容疑者|被告|弁護士|医師|代表|委員長"
    "|総裁|大統領|報道官|署長|校長|理事長|所長|部長|課長|記者|研究員|町長|村長|区長|園長|館長|院長|学長"
    "|監事|院長|コーチ|投手|主将|専務|常務|取締役|執行役員|頭取|支店長|支部長|理事|教諭|講師|組合長|会頭"
    "|検事|判事|棋士|住職|料理長|船長|機長|駅長|店長|工場長|団長|隊長|主任|係長|捕手|内野手|外野手|女将"
)
# A clause before a name: 近くに住む小林洋子さん
_RELATIVE = (
    r".{1,18}?(?:住む|暮らす|働く|勤める|務める|通う|営む|経営する|所属する|参加した|訪れた|来た|見た|見守った|居合わせた"
    r"|[てで]いた|[てで]いる)"
)
_JAPANESE_PERSON = re.compile(
    rf"(?P<name>(?!.{{0,3}}官房)[\u4e00-\u9fff々]{{3,5}}?)(?:准|名誉|前|元"
    rf"|副)?(?:{JAPANESE_TITLES})(?=[はがのを（(、。も]|$)"
)
_JAPANESE_LED = re.compile(
    rf"^(?:.{{0,14}}の|{_RELATIVE})?(?P<name>[\u4e00-\u9fff々\u3041-\u30ff・＝]{{1,20}}?)(?:准|名誉|前|元"
    rf"|副)?(?:{JAPANESE_TITLES})(?:[（(]\d{{1,3}}[）)])?$"
)
_JAPANESE_UNNAMED = re.compile(
    r"(?:男性|女性|関係者|住民|幹部|担当者|男|女|客|学生|生徒|若者|目撃者|高官|当局者|人々|保護者|利用者"
    r"|母親|父親|遺族)(?:[（(]\d{1,3}[）)]|ら)?$"
)
# Who speaks for a body: 市の担当者
_JAPANESE_OFFICE = re.compile(
    r"^[\u4e00-\u9fff々ァ-ヶー]{0,10}[市町村県省庁社署局部会区府都店園館院校行]の(?:広報)?担当者$"
)
_JAPANESE_BODY = re.compile(r"[省庁社会党署県市局部]$")


# Korean: after quoted words that name something
KOREAN_NAMED = r"(?:[^\"“”.]{0,20}\s)?(?:부르|부른|불리|불린|불렸|불렀|적힌|적혀|쓰인|쓰여|써|새긴|새겨|칭)"
# Chinese: a judgment that continues into the quotation marks: 认为，新规“治标不治本”
_CHINESE_JUDGED = re.compile(r"(?:认为|認為|批评|批評|形容|痛批|直言|直指)[，,]?[^。“”「」]{0,24}$")


def completes_judgment(quote: str, before: str) -> bool:
    """Whether a Chinese judgment goes on into the quotation marks."""
    return len(quote) >= MIN_JUDGED_CHARS and _CHINESE_JUDGED.search(before) is not None


def subject_cjk(before: str, lang: str) -> str | None:
    """Returns the only person with a title in the last sentences of a Chinese or Japanese text, or None."""
    people = _CHINESE_PERSON if lang == "zh" else _JAPANESE_PERSON
    found = {one["name"] for one in people.finditer(before[-120:])}
    return found.pop() if len(found) == 1 else None


def plain_name_cjk(speaker: str, before: str, lang: str) -> str | None:
    """Returns a Chinese or Japanese speaker as its bare name; None for a person who is not named."""
    if lang == "zh":
        bare = _CHINESE_TAIL.sub("", speaker)
        found = _CHINESE_LED.match(bare) or _CHINESE_FOLLOWED.match(bare)
        return found["name"] if found else None if _CHINESE_UNNAMED.search(bare) else bare
    if _JAPANESE_OFFICE.search(speaker):
        return speaker
    if _JAPANESE_UNNAMED.search(speaker):
        return None
    found = _JAPANESE_LED.match(speaker)
    if not found or _JAPANESE_BODY.search(found["name"]):
        return speaker
    name = found["name"]
    full = {one["name"] for one in _JAPANESE_PERSON.finditer(before) if one["name"].startswith(name)}
    if len(full) == 1 and len(name) < 4:
        return full.pop()
    return name if len(name) > 2 else speaker  # a surname alone keeps its title
