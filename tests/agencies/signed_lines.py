"""Credits with signatures beside them, and datelines between full stops: where, the line, kind and agency."""

SIGNED_LINES = (
    # initials, an address or an editor behind the brackets
    ("tail", "Obrady zostaną wznowione po przerwie. (PAP) ako/ mok/", "credit", "pap"),
    ("tail", "Obrady zostaną wznowione po przerwie. (PAP)\n\nako/ mok/ jann/", "credit", "pap"),
    ("tail", "Soud rozhodne zítra. (ČTK) abc/ def", "credit", "ctk"),
    ("tail", "“We remain ready,” he added. (NAN)(www.nannews.ng)", "credit", "nan"),
    ("tail", "“We remain ready,” he added. (NAN) (www.nannews.ng) Edited by Ada Obi", "credit", "nan"),
    ("tail", "The road is open again. (NAN)\n\nEdited by Ada Obi/Musa Bello", "credit", "nan"),
    ("tail", "The road is open again. (GNA) www.gna.org.gh", "credit", "gna"),
    # the writer before the brackets
    ("tail", "Śledztwo prowadzi prokuratura w Gdańsku. Anna Kowalczyk (PAP) ak/ mick/", "credit", "pap"),
    ("tail", "Śledztwo prowadzi prokuratura w Gdańsku. Anna Kowalczyk (PAP)", "credit", "pap"),
    ("tail", "Anna Maria Kowalczyk (PAP)\n\nak/ mick/", "credit", "pap"),
    ("tail", "La inchiesta prosegue. Marco Bellini (ANSA)", "credit", "ansa"),
    # the day and bare initials between full stops
    ("lede", "КИЇВ. 12 листопада. УНН. Рятувальники ліквідували пожежу на складі", "credit", "unn"),
    ("lede", "ЛЬВІВ. 3 травня. УКРІНФОРМ. Міська рада ухвалила бюджет", "credit", "ukrinform"),
    ("lede", "Одеса, 3 травня. УНІАН. Порт відновив роботу", "credit", "unian"),
    ("lede", "МОСКВА. 5 марта. ТАСС. Суд отложил заседание", "credit", "tass"),
    ("lede", "МОСКВА, 5 марта. Интерфакс. Суд отложил заседание", "credit", "interfax"),
    ("lede", "МИНСК. 3 мая. БЕЛТА. Синоптики обещают дожди", "credit", "belta"),
    ("lede", "МИНСК. БЕЛТА. Синоптики обещают дожди", "credit", "belta"),
    ("lede", "АСТАНА. 5 марта. КАЗИНФОРМ. Парламент принял закон", "credit", "kazinform"),
    ("lede", "ТАШКЕНТ. 9 июня. УзА. Открыта новая школа", "credit", "uza"),
    # told the reporter of a Turkish agency
    ("lede", "Vali, AA muhabirine yaptığı açıklamada, çalışmaların sürdüğünü söyledi.", "mention", "anadolu"),
    ("lede", "AA'ya konuşan çiftçi, ürünün azaldığını söyledi.", "mention", "anadolu"),
    ("lede", "Başkan, AA'nın haberine göre kararı onayladı.", "mention", "anadolu"),
    ("lede", "Doktor, DHA muhabirine bilgi verdi.", "mention", "dha"),
    ("lede", "Muhtar İHA'ya yaptığı açıklamada yardım istedi.", "mention", "iha"),
)
UNSIGNED_LINES = (
    "The squad was led by detectives. Australian Federal Police (AFP)",
    "He spoke to the Spanish Paralympic Association (SPA).",
    "The car was fitted with new brakes (ABS) in and/ or",
    "Anna Kowalczyk (Warsaw)",
    "Foto: Anna Kowalczyk (PAP)",
    "Photo by Jane Roe (AP)",
)
