"""Words for dates in Turkish, Indonesian, Vietnamese, Hebrew, Persian and Hindi."""

from worker.extract.facts.date_words import Words

ONE_TO_TEN: dict[str, str] = {
    "tr": "bir iki üç dört beş altı yedi sekiz dokuz on",
    "id": "satu|se dua tiga empat lima enam tujuh delapan sembilan sepuluh",
    "vi": "một hai ba bốn năm sáu bảy tám chín mười",
    "he": "אחד|אחת שני|שתי|שניים|שתיים שלוש[הת]? ארבע[הת]? חמש|חמישה|חמשת "
    "שש[הת]? שבע[הת]? שמונ[הת] תשע[הת]? עשר[הת]?",
    "fa": "یک دو سه چهار پنج شش هفت هشت نه ده",
    "hi": "एक दो तीन चार पांच|पाँच छह सात आठ नौ दस",
}
_TURKISH_VERB = "[a-zçğıöşü]{2,}"
WORDS: dict[str, Words] = {
    "tr": Words(
        weekdays=("pazartesi", "salı", "çarşamba", "perşembe", "cuma", "cumartesi", "pazar"),
        weekday_tail="(?P<tail>\\s(?:günü(?:ne|nden|nün)?|akşamı|sabahı|gecesi)"
        "|(?:[dt][ae]n)(?=\\s(?:itibaren|beri|bu yana))"
        "|y?[ae](?=\\s(?:kadar|dek|değin)\\b))?",
        months=(
            "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim",
            "Kasım",
            "Aralık",
        ),
        days={
            "evvelsi gün": -2, "önceki gün": -2, "dün": -1, "bugün": 0, "bu (?:sabah|akşam|gece)": 0,
            "yarın": 1,
            "öbür gün": 2,
        },
        last="(?:geçen|geçtiğimiz)",
        next="(?:gelecek|önümüzdeki)",
        this="bu\\s",
        units=("gün", "hafta(?:nın|ki|dan|ya)?", "ay(?:ın|ki)?", "(?:yıl|sene)(?:ın|ki|nin)?"),
        ago=("{n} önce",),
        ahead="{n} sonra",
        future=f"{_TURKISH_VERB}(?:acak|ecek|acağı|eceği)\\w*|planlan\\w+|bekleniyor",
        past=f"beri|bu yana|{_TURKISH_VERB}(?:d[ıiuü]|t[ıiuü]|mış|miş|muş|müş)(?:lar|ler)?(?=\\s?[.,;:!?]|$)",
        month_lead="(?=\\w+(?:\\say(?:ı|ında|ının|ından)\\b|['’][dt][ae]\\b))",
        plain_days=frozenset({"pazartesi", "perşembe", "cumartesi"}),
        recurring="(?:[Hh]er)\\s",
        not_after="\\s(?:gazetesi|grubu|kanalı|partisi)\\b",
        any_case=True,
    ),
    "id": Words(
        weekdays=("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
        months=(
            "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
            "November", "Desember",
        ),
        days={
            "kemarin lusa": -2, "kemarin": -1, "tadi malam": -1, "semalam": -1, "hari ini": 0,
            "pagi ini": 0, "siang ini": 0, "sore ini": 0, "malam ini": 0, "besok": 1, "lusa": 2,
        },
        last="(?:lalu|silam)",
        next="(?:depan|mendatang)",
        this="(?!)",
        units=("hari", "(?:minggu|pekan)", "bulan", "tahun"),
        ago=("{n} (?:yang )?(?:lalu|silam)",),
        ahead="{n} lagi",
        future="akan|bakal|dijadwalkan|rencananya|hendak|diperkirakan",
        past="telah|sudah|mengatakan|menyatakan|terjadi|tewas|ditangkap|lalu",
        month_lead="(?:[Pp]ada|[Ss]ejak|[Bb]ulan|[Hh]ingga)\\s",
        recurring="(?:[Ss]etiap|[Tt]iap|[Pp]asar|[Jj]alan|Jl\\.|[Ss]tasiun|[Tt]erminal|[Kk]ecamatan"
            "|[Kk]elurahan|[Mm]ajalah|[Kk]oran"
        "|[Ss]ekolah)\\s(?:hari\\s)?",
        not_before="(?:[Ss]ejak|Koran|Harian)\\s",
        extra={"(?:minggu|pekan) ini": ("week", 0), "bulan ini": ("month", 0), "tahun ini": ("year", 0)},
        days_numbered="(?<!\\w)(?:tanggal|hingga|sampai)\\s(?P<whole>(?P<number>[0-3]?\\d)/"
            "(?P<month>1[0-2]|0?[1-9]))(?![\\d/])",
    ),
    "vi": Words(
        weekdays=(
            "thứ hai", "thứ ba", "thứ tư", "thứ năm", "thứ sáu", "thứ bảy", "chủ nhật",
        ),
        months=("(?!)",) * 12,
        days={
            "hôm kia": -2, "hôm qua": -1, "tối qua": -1, "đêm qua": -1, "sáng qua": -1, "chiều qua": -1,
            "hôm nay": 0,
            "sáng nay": 0, "chiều nay": 0, "tối nay": 0, "đêm nay": 0, "trưa nay": 0, "ngày mai": 1,
            "sáng mai": 1,
            "chiều mai": 1, "tối mai": 1, "ngày kia": 2, "ngày mốt": 2,
        },
        last="(?:trước|vừa qua|vừa rồi)",
        next="tới",
        this="(?!)",
        units=("ngày", "tuần", "tháng", "năm"),
        ago=("(?<!thứ ){n} trước", "[Cc]ách đây {n}"),
        ahead="{n} nữa",
        future="sẽ|dự kiến|sắp",
        past="đã|vừa",
        lead="(?=(?:[Tt]hứ \\w+|[Cc]hủ nhật) tuần (?:trước|này|tới|sau|qua))|(?=Thứ|Chủ)|(?:[Hh]ôm|[Vv]ào"
            "|[Nn]gày|[Ss]áng|[Tt]ối|[Cc]hiều|[Đđ]êm|[Tt]ừ|[Đđ]ến)\\s",
        recurring="(?:[Mm]ỗi|[Hh]ằng|[Hh]àng)\\s",
        any_case=True,
        extra={
            "[Nn]ăm ngoái": ("year", -1), "[Nn]ăm nay": ("year", 0), "[Tt]uần này": ("week", 0),
            "[Tt]háng này": ("month", 0), "(?<!một )(?<!hai )(?<!\\d )[Tt]uần sau": ("week", 1),
            "(?<!một )(?<!hai )(?<!\\d )[Tt]háng sau": ("month", 1), "[Nn]ăm sau": ("year", 1),
        },
        days_numbered="(?<!\\w)(?:ngày|sáng|trưa|chiều|tối|đêm|hôm|từ|đến|hết|mùng)\\s(?:ngày\\s)?"
            "(?P<whole>(?P<number>[0-3]?\\d)"
        "(?:[/-]|\\stháng\\s)(?P<month>1[0-2]|0?[1-9])(?:(?:[/-]|\\snăm\\s)(?P<year>(?:19|20)\\d\\d))?)"
        "(?![\\d/])",
    ),
    "he": Words(
        weekdays=("שני", "שלישי", "רביעי", "חמישי", "שישי", "שבת", "ראשון"),
        months=(
            "ב?ינואר", "ב?פברואר", "ב?מר[ץס]", "ב?אפריל", "ב?מאי", "ב?יוני", "ב?יולי", "ב?אוגוסט", "ב?ספטמבר",
            "ב?אוקטובר", "ב?נובמבר", "ב?דצמבר",
        ),
        days={
            "ו?שלשום": -2, "ו?אתמול": -1, "ו?אמש": -1, "ו?היום": 0, "ו?הבוקר": 0, "ו?הערב": 0, "ו?מחר": 1,
            "ו?מחרתיים": 2,
        },
        last="(?:שעברה?|שחלפה?)",
        next="(?:הבאה?|הקרובה?)",
        this="(?!)",
        units=("ימים|יום", "ו?[בל]?ה?שבוע|שבועות", "[בה]?חודש|חודשים", "[בה]?שנה|שנים"),
        ago=("לפני {n}",),
        ahead="בעוד {n}",
        future="[יתא]\\w{3,5}|צפוי\\w*|אמור\\w*|עתיד\\w*",
        past="(?!)",
        lead="(?:ו?ב?יום|מיום|ליום|עד יום|ביום)\\s",
        month_lead="(?=ב)",
        recurring="(?:כל|מדי)\\s(?:יום\\s)?",
        not_before="(?:כל|של|באותו|אותו)\\s",
        extra={"אשתקד": ("year", -1), "השנה": ("year", 0), "השבוע": ("week", 0), "החודש": ("month", 0)},
    ),
    "fa": Words(
        weekdays=(
            "دوشنبه", "سه[\u200c ]?شنبه", "چهارشنبه", "پنج[\u200c ]?شنبه", "جمعه", "شنبه", "یک[\u200c ]?شنبه",
        ),
        months=(
            "ژانویه", "فوریه", "مارس", "آوریل", "(?:مه|می)", "ژوئن", "(?:ژوئیه|جولای)", "(?:اوت|آگوست)",
            "سپتامبر",
            "اکتبر", "نوامبر", "دسامبر",
        ),
        days={
            "پریروز": -2, "دیروز": -1, "دیشب": -1, "امروز": 0, "امشب": 0, "فردا": 1, "پس[\u200c ]?فردا": 2,
        },
        last="گذشته",
        next="آینده",
        this="این\\s",
        units=("روز", "هفته", "ماه", "(?!)"),
        ago=("{n} پیش", "{n} قبل"),
        ahead="{n} دیگر",
        future="خواهد|خواهند|قرار است|می[\u200c ]شود",
        past="کرد|کردند|شد|شدند|گفت|بود|بودند|داد|دادند|کشته",
        recurring="(?:هر|امام|نماز|ائمه)\\s",
        not_before="(?:دنیای|هر)\\s",
    ),
    "hi": Words(
        weekdays=("सोमवार", "मंगलवार", "बुधवार", "(?:गुरुवार|बृहस्पतिवार)", "शुक्रवार", "शनिवार", "रविवार"),
        weekday_tail="(?=\\s(?:को|की|के|सुबह|शाम|रात|देर|तड़के|दोपहर|से|तक))",
        months=(
            "जनवरी", "फरवरी", "मार्च", "अप्रैल", "मई", "जून", "जुलाई", "अगस्त", "(?:सितंबर|सितम्बर)",
            "(?:अक्टूबर|अक्तूबर)", "(?:नवंबर|नवम्बर)", "(?:दिसंबर|दिसम्बर)",
        ),
        days={"आज": 0},
        last="(?:पिछले|बीते|गत)",
        next="(?:अगले|आगामी)",
        this="इस\\s",
        units=("दिन", "(?:सप्ताह|हफ्ते)", "(?:महीने|माह)", "(?:साल|वर्ष)"),
        ago=("{n} पहले",),
        ahead="{n} बाद",
        future="[\u0900-\u0963]+(?:ेगा|ेगी|ेंगे|एगा|एगी|एंगे)|होगा|होगी|होंगे|करेंगे|करेगा|करेगी|जाएगा"
            "|जाएगी|जाएंगे|सकता|सकती|सकते",
        past="था|थी|थे|हुआ|हुई|हुए|गया|गई|गए|कहा|किया|दिया|बताया|लगी|लगा|लगे|मिला|मिली|मिले|पड़ा|पड़ी|आया"
            "|आई|आए|निकला"
        "|मारे|मारा|बना|बनी|चला|चली|टूटा|टूटी|गिरा|गिरी|पहुंचे|पहुंचा|पहुंची|डूबा|डूबी",
        month_lead="(?=[\u0900-\u0963]+\\s(?:में|से|के दौरान))",
        recurring="(?:हर|प्रत्येक)\\s",
        not_before="(?:दैनिक)\\s",
        not_after="\\s(?:तक|का अखबार)|[\u093e-\u094d]",
    ),
}  # fmt: skip
