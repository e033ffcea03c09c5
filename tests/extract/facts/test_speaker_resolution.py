"""Speakers: names beside titles, pronouns, short quotes and attributions of further languages."""

import pytest

from worker.extract.facts.quotes import find_quotes

# language, text, the speakers in order
SPEAKERS = (
    ("ko", '한지민 시장은 "예산을 다시 짜겠다"고 말했다.', ["한지민"]),
    ("ko", '오나라 질병관리청 연구원은 "백신은 안전하다"라고 설명했다.', ["오나라"]),
    ("ko", '서도윤 의원은 "약속을 어겼다"며 "책임을 져야 한다"고 비판했다.', ["서도윤", "서도윤"]),
    ("ko", '문가영 교장이 올해 취임했다.\n\n문 교장은 "학생이 먼저"라고 강조했다.', ["문가영"]),
    ("ko", '가수 조하늘이 무대에 올랐다. 그는 "꿈을 이뤘다"고 말했다.', ["조하늘"]),
    ("ko", '안토니오 로시 대사는 "협력을 넓히겠다"고 밝혔다.', ["안토니오 로시"]),
    ("ko", '국토부는 "사실이 아니다"라고 반박했다.', ["국토부"]),
    ("ja", "木村拓也選手は「最後まで走った」と振り返った。", ["木村拓也"]),
    ("ja", "南海製鉄は「深くおわびする」とのコメントを出した。", ["南海製鉄"]),
    ("ja", "林由美さん（40）が店を開いた。林さんは「夢だった」と話した。", ["林由美"]),
    ("zh", "“比赛很难。”主教练李国强表示。", ["李国强"]),
    ("zh", "校长王小明对结果满意。他说：“孩子们很努力。”", ["王小明"]),
    ("en", 'Judge Nora Bell closed the case on Friday. "There is no evidence," she said.', ["Nora Bell"]),
    ("en", '"We had a tent," said Ada Okoye.\n\n"Now it is a ward," she added.', ["Ada Okoye", "Ada Okoye"]),
    ("en", 'Ann Lee and Bo Chan left the hall. "We will appeal," he said.', [None]),
    ("en", '"Never again," said Tom Reed.', ["Tom Reed"]),
    ("en", "‘It was the coldest night of all,’ said Moira Kerr, a pilot.", ["Moira Kerr"]),
    ("en", "'My boy asked \"are we lost?\" and I laughed,' said Moira Kerr.", ["Moira Kerr"]),
    ("en", "The boys' coach didn't say 'maybe' in the players' room.", []),
    ("de", "Trainerin Eva Brandt trat zurück. „Ich bin müde“, sagte sie.", ["Eva Brandt"]),
    ("de", "„Die Lage ist ernst“, sagte Innenministerin Rosa Klein.", ["Rosa Klein"]),
    ("fr", "« Le fleuve monte, explique Paul Girard, pêcheur, et nous avons peur. »", ["Paul Girard"]),
    ("fr", "La maire Anne Duval a visité le pont. « Il tiendra bon », a-t-elle assuré.", ["Anne Duval"]),
    ("es", "—No voy a firmar nada —dijo el alcalde Luis Prieto.", ["Luis Prieto"]),
    ("es", 'La jueza Ana Ríos cerró el caso. "No hay pruebas", explicó.', ["Ana Ríos"]),
    ("pt", '"A ponte está segura", disse a engenheira Rita Lopes.', ["Rita Lopes"]),
    ("pt", 'O deputado Rui Matos afirmou: "Votarei contra o plano".', ["Rui Matos"]),
    ("it", "«Il ponte è sicuro», ha detto la sindaca Rita Longo.", ["Rita Longo"]),
    ("nl", '"De brug is veilig", zei burgemeester Rita de Boer.', ["Rita de Boer"]),
    ("ru", "«Мост безопасен для всех», — заявила министр Рита Лапина.", ["Рита Лапина"]),
    ("ru", "Мэр Пётр Лапин сказал: «Мост безопасен для всех».", ["Пётр Лапин"]),
    ("de", "Die sogenannte „Brücke“ von Minister Karl Roth ist teuer.", []),
    ("es", 'La policía detuvo a Juan Ríos, alias "El Gato", en Lima.', []),
    ("pt", 'O filme "Mar" de Ana Costa estreia em maio.', []),
    ("ja", "いわゆる「闇市」が問題だ。", []),
    ("ko", '영화 "바다"가 개봉했다.', []),
)  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "speakers"), SPEAKERS)
def test_a_speaker_is_the_name_of_the_person(lang, text, speakers):
    """A pronoun that may mean several people has no speaker."""
    assert [quote.speaker for quote in find_quotes(text, lang)] == speakers
