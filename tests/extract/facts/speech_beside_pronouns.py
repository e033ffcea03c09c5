"""Speakers by pronoun, cut name, relative clause and office: language, text and the speakers due."""

BESIDE_PRONOUNS = (
    (
        "pt",
        "A presidente da câmara, Teresa Lopes, visitou a escola. «As obras acabam cedo», garantiu ela.",
        ["Teresa Lopes"],
    ),
    (
        "pt",
        "O diretor do museu nacional, Rui Matos, abriu a sala. «É um dia feliz para nós», disse ele.",
        ["Rui Matos"],
    ),
    (
        "fr",
        (
            "La directrice du festival, Awa Ndiaye, s'est dite surprise. « Jamais vu une "
            "telle foule », a-t-elle ajouté."
        ),
        ["Awa Ndiaye"],
    ),
    (
        "fr",
        "Le maire de la commune, Paul Gaudin, est venu. « Nous allons tout reconstruire », a-t-il dit.",
        ["Paul Gaudin"],
    ),
    (
        "es",
        "La directora del museo, Inés Vidal, abrió la sala. «Es un día feliz para todos», dijo ella.",
        ["Inés Vidal"],
    ),
    (
        "it",
        (
            "Il sindaco della città, Marco Bellini, ha visitato la scuola. «I lavori "
            "finiranno presto», ha detto lui."
        ),
        ["Marco Bellini"],
    ),
    (
        "en",
        (
            '"It will be opened after a test," Public Works Minister Anil Deshpande told '
            'reporters here. "We will not take any risk," he added.'
        ),
        ["Anil Deshpande", "Anil Deshpande"],
    ),
    (
        "ja",
        "近くに住む小林洋子さん（68）は「水が一気に入ってきて、何も持ち出せなかった」と振り返った。",
        ["小林洋子"],
    ),
    ("ja", "市内で働く田中一郎さん（41）は「電車が動かず困っている」と話した。", ["田中一郎"]),
    ("ja", "市の担当者は「罹災証明の受け付けを急ぐ」と話している。", ["市の担当者"]),
    (
        "id",
        (
            '"Harga cabai memang naik, tetapi stok aman," ujar Siti Rahma, pedagang di Pasar '
            'Senen. "Pembeli tidak perlu panik," katanya.'
        ),
        ["Siti Rahma", "Siti Rahma"],
    ),
    (
        "id",
        '"Jalan ini akan ditutup besok," kata Budi Santoso. "Kami minta warga bersabar," ujarnya.',
        ["Budi Santoso", "Budi Santoso"],
    ),
    (
        "vi",
        '"Chúng tôi sẽ hỗ trợ toàn bộ chi phí", ông Nguyễn Văn Hòa, Giám đốc Sở Y tế, cho biết.',
        ["Nguyễn Văn Hòa"],
    ),
    ("vi", '"Trường sẽ mở cửa lại vào thứ hai", bà Trần Thị Mai, hiệu trưởng, nói.', ["Trần Thị Mai"]),
)
# published, language, sentence, dates due
DATES_OF_PLANS = (
    ("2026-10-14", "ko", "부산시는 12일 해안 산책로 정비 계획을 확정했다고 밝혔다.", ["2026-10-12"]),
    ("2026-10-14", "ko", "정부는 12일 요금 인상 방침을 발표했다.", ["2026-10-12"]),
    ("2026-10-14", "ko", "은행은 12일 경기 전망을 내놨다.", ["2026-10-12"]),
    ("2026-10-14", "ko", "시는 20일 축제를 열 계획이다.", ["2026-10-20"]),
    ("2026-10-14", "ja", "市は12日、整備計画を決定した。", ["2026-10-12"]),
    ("2026-10-14", "ja", "市は20日、説明会を開く予定。", ["2026-10-20"]),
)
