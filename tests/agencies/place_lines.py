"""Datelines, bylines and closing lines by their form, and lines that only look like them."""

# where a line stands, the line, the agency
CREDITED = (
    ("lede", "EFE Girona.- El Govern ha aprovat aquest dimarts el nou pla.", "efe"),
    ("lede", "Europa Press La Coruña.-El alcalde presentó el plan.", "europapress"),
    # initials that name the agency only behind its cities
    ("lede", "Buenos Aires, 9 de abril (NA) -- El Senado debatirá el proyecto.", "noticias_argentinas"),
    ("lede", "La Plata (NA) – El gobernador presentó el presupuesto.", "noticias_argentinas"),
    ("lede", "Rosario, abril 9 (NA).- La intendencia abrió la licitación.", "noticias_argentinas"),
    # several places, or a partner before the name
    ("lede", "SÃO PAULO, SP, E RIO DE JANEIRO, RJ (FOLHAPRESS) - As escolas venceram.", "folhapress"),
    ("lede", "PORTO ALEGRE, RS (UOL/FOLHAPRESS) - O clube venceu.", "folhapress"),
    ("lede", "APA-Lomé (Togo) - Le gouvernement a lancé un emprunt.", "apanews"),
    # newspapers of Germany and Switzerland
    ("lede", "dpa Hannover. Der Landtag hat beraten.", "dpa"),
    ("lede", "BERLIN afp | Der Bundestag hat beraten.", "afp"),
    ("lede", "Berne (ats) Le Conseil fédéral a adopté le message.", "keystone"),
    ("lede", "FRANKFURT (dpa-AFX Broker) - Die Bank hat das Kursziel angehoben.", "dpa"),
    # between slashes, or before the day
    ("lede", "/ТАСС/. Спасатели завершили работы.", "tass"),
    ("lede", "ТАСС, 9 апреля. Спасатели завершили работы.", "tass"),
    ("lede", "9 красавіка, Мінск /Кар. БЕЛТА/. Завод павялічыў выпуск.", "belta"),
    ("lede", "Баку, 9 апреля, АЗЕРТАДЖ Президент принял посла.", "azertac"),
    ("lede", "Baku, Azerbaijan, April 9 /Trend/ The president received the envoy.", "trend"),
    # a name that is a word, behind a whole date
    ("lede", "Riyadh, April 9, 2026, SPA -- The ministry opened the road.", "spa"),
    ("lede", "Islamabad, April 9, APP -- The ministry opened the road.", "app"),
    ("lede", "Lilongwe, April 9, Mana: The ministry opened the road.", "mana"),
    # the day with its mark, a month with a full stop
    ("lede", "Vilnius, balandžio 9 d. (ELTA). Vyriausybė pritarė biudžetui.", "elta"),
    ("lede", "சென்னை, ஏப். 9 (பிடிஐ): முதல்வர் திட்டத்தை தொடங்கினார்.", "pti"),
    ("lede", "लखनऊ, 9 अप्रैल (हि.स.)। मुख्यमंत्री ने योजना की शुरुआत की।", "hindusthan"),
    ("lede", "АСТАНА. ҚазАқпарат – Президент жарлыққа қол қойды.", "kazinform"),
    # signatures before and after the agency
    ("tail", "O relatório será entregue. ARYL // MLL Lusa/Fim", "lusa"),
    ("tail", "Inforpress/Fim", "inforpress"),
    ("tail", "Une enquête a été ouverte. ats/blg", "keystone"),
    ("tail", "L'inchiesta prosegue. (ANSA). Y59-RED", "ansa"),
    ("tail", "Policja prowadzi śledztwo. Z Brukseli Jan Nowak (PAP)", "pap"),
    ("tail", "El juicio continuará. EFE abc/def", "efe"),
    ("tail", "Ancheta continuă. AGERPRES/(A, autor: Ion Popa, editor: Ana Ion)", "agerpres"),
    ("tail", "Theo TTXVN/Vietnam+", "vna"),
    ("tail", "โดย สำนักข่าวอินโฟเควสท์ (9 เม.ย. 69)", "infoquest"),
)
BYLINES = (
    ("Por France Presse", "afp"),
    ("Da France Presse", "afp"),
    ("Por AFP — Paris", "afp"),
    ("Rédaction Belga", "belga"),
    ("oprac. PAP", "pap"),
    ("Af /ritzau/", "ritzau"),
    ("Agência Lusa", "lusa"),
    ("Agencia DyN", "dyn"),
    ("Oleh BERNAMA", "bernama"),
    ("김민수 연합뉴스 기자", "yonhap"),
    ("STA", "sta"),
)
NOT_CREDITED = (
    ("lede", "Europa Press Barcelona es una delegación. Abrió en 1990."),
    ("lede", "EFE Barcelona - la delegación - tiene una nueva directora."),
    ("lede", "Narcotics Anonymous (NA) -- which meets weekly -- has a new hall."),
    ("lede", "La Liga Nacional (NA) -- la segunda división -- empezará en marzo."),
    ("lede", "Macapá (AP) - A prefeitura abriu inscrições em um novo concurso."),
    ("lede", "Belém (PA) - A prefeitura abriu inscrições em um novo concurso."),
    ("lede", "Il Movimento (MAP) - fondato nel 1990 - ha vinto."),
    ("lede", "Ассоциация (АРКА) - объединение заводов - сообщила."),
    ("lede", "Kathmandu, RSS - the group with that name - held a march."),
    ("lede", "MACAPÁ, AP (G1) - A prefeitura abriu inscrições."),
    ("tail", "Partido de la temporada. NA"),
    ("byline", "By Petra Novak"),
    ("byline", "By Andina Marie"),
    ("byline", "NA"),
)
