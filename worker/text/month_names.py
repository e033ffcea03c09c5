"""Month names of about ninety languages."""

import unicodedata

# Names and usual short forms, without accents; the words of one name are joined by "_".
# (CLDR, Gregorian calendar, format and stand-alone forms, as in Babel; Vietnamese and Chinese also in words.
# Forms that name different months in two languages are left out, except Czech and Polish "listopad".)
MONTHS = {
    1: (
        "ene enero gen gennaio ianuarie jaenner jan janeiro janner januar januari january janv janvier "
        "leden ledna ocak sty styczen stycznia tammikuu ιαν ιανουαριος ιανουαριου янв январь января "
        "am_faoilleach chi chinero da_schaner de_chinero de_gen de_gener de_genier de_xineru "
        "dhen_fhaoilleach ean eanair faoi gener genier genver ian ion ionawr jaan jaanuar janaayo janar "
        "jannaayo jannar jannewaris januara januarie januaro janvaris led oca rbn rebendan saus sausio "
        "sausis schan schaner sij sijecanj sijecnja tammi tammikuuta thang_mot urt urtarrila xan "
        "xaneiro xin xineru yan yanvar yanwar гыин гыинвар нэгдүгээр_сар сту студзень студзеня січ "
        "січень січня январ яну януари јан јанвар јануар јануари қаң қаңтар հնվ հունվար հունվարի ינואר "
        "ינו׳ جانفي جنوري جنوری كانون_الثاني يانۋار يناير ژانویه जन जनवरी जाने जानेवारी জানু জানুযারী "
        "জানুৱাৰী ਜਨ ਜਨਵਰੀ જાનયુ જાનયુઆરી ஜன ஜனவரி జన జనవరి ಜನ ಜನವರಿ ജനു ജനുവരി ජන ජනවාරි ม_ค มกราคม "
        "ມ_ກ ມັງກອນ ဇန ဇနနဝါရီ იან იანვარი ጃን ጃንዋሪ មករា 一月"
    ),
    2: (
        "feb febbraio febrero februar februari februarie february fev fevereiro fevr fevrier helmikuu "
        "lut lutego luty subat unor unora φεβ φεβρουαριος φεβρουαριου фев февраль февраля an_gearran "
        "chw chwef chwefror cʼhwe cʼhwevrer da_favrer de_febr de_febrer de_febrero de_febreru "
        "de_febrier dhen_ghearran favr favrer feabh feabhra febr febraayo febreiro febrer febreru "
        "febrewaris febrier februara februaris februaro fevral few fewral fra frar gearr helmi "
        "helmikuuta ots otsaila peb pebrero sbt shk shkurt sibat sub thang_hai uno vas vasario vasaris "
        "veebr veebruar velj veljaca veljace ақп ақпан лют лютага лютии лютого люты феб фебруар февр "
        "феврал февруари хоердугаар_сар փետրվար փետրվարի փտվ פברואר פבר׳ شباط فبراير فبروري فروری فوریه "
        "فيبروري فيفري فېبروري فېۋرال फर फरवरी फेबरु फेबरुअरी फेबरुवारी ফেব ফেবরুযারী ফেবৰু ফেবৰুৱাৰী "
        "ਫਰ ਫਰਵਰੀ ફેબરુ ફેબરુઆરી பிப பிபரவரி ఫిబర ఫిబరవరి ಫೆಬರ ಫೆಬರವರಿ ഫെബരു ഫെബരുവരി පෙබ පෙබරවාරි ก_พ "
        "กมภาพันธ์ ກ_ພ ກມພາ ဖေ ဖေဖောဝါရီ თებ თებერვალი ፌብ ፌብሩዋሪ កុមភៈ 二月"
    ),
    3: (
        "brezen brezna maaliskuu maart maerz mar marc marca march marcius marco maret mars mart martie "
        "marz marzec marzo mrt mrz μαρ μαρτιος μαρτιου мар март марта adar adr am_mart bre da_mars "
        "de_marc de_marzo de_marzu dhen_mhart kov kovas kovo maalis maaliskuuta maarso mac machi marec "
        "marso marta marto marts martxoa marzu maw mawrth mer merc merca meur meurzh ozu ozujak ozujka "
        "thang_ba бер березень березня гуравдугаар_сар нау наурыз сак сакавік сакавіка մարտ մարտի մրտ "
        "מרץ اذار مارت مارس مارچ मारच মারচ মাৰচ ਮਾਰਚ મારચ மார மாரச మారచి ಮಾರಚ മാർ മാർചച මාර මාරතු มี_ค "
        "มีนาคม ມ_ນ ມີນາ မတ მარ მარტი ማርች មីនា 三月"
    ),
    4: (
        "abr abril apr april aprile aprilie aprilis avr avril duben dubna huhtikuu kwi kwiecien "
        "kwietnia nisan απρ απριλιος απριλιου апр апрель апреля abrell abriil aib aibrean an_giblean "
        "api apirila aprel aprila aprili aprill aprilo apryl apryla avrigl bal balandis balandzio d_abr "
        "d_abril d_avrigl dhen_ghiblean dub ebr ebrel ebrill gibl huhti huhtikuuta nis nsn pri prill "
        "thang_tu tra travanj travnja апрел април дөрөвдүгээр_сар квіт квітень квітня кра красавік "
        "красавіка сәу сәуір ապր ապրիլ ապրիլի אפריל אפר׳ ابريل افريل اوریل اپريل اپریل نيسان ياپرېل "
        "अपरिल अपरैल एपरि एपरिल এপরি এপরিল এপৰিল ਅਪਰੈ ਅਪਰੈਲ એપરિલ ஏப ஏபரல ఏపరి ఏపరిల ಏಪರಿ ಏಪರಿಲ ഏപരി "
        "ഏപരിൽ අප_රෙල เม_ย เมษายน ມ_ສ ເມສາ ဧပြီ აპრ აპრილი ኤፕሪ ኤፕሪል មេសា 四月"
    ),
    5: (
        "kveten kvetna mag maggio mai maio maj maja majus may mayis mayo mei toukokuu μαι μαιος μαιου "
        "май мая an_ceitean beal bealtaine ceit da_matg de_mai de_maig de_mayo de_mayu dhen_cheitean "
        "geg geguze geguzes gln gulan kve maaie maayo maiatza maig maijs majo matg mayu mee mej meja "
        "meje mejju svi svibanj svibnja thang_nam touko toukokuuta маи мам мамыр мај тавдугаар_сар трав "
        "травень травня մայիս մայիսի մյս מאי ايار ماي مايو مه ميي ميی مۍ मई मे মে ਮਈ મે மே మే ಮೇ മേയ "
        "මැයි พ_ค พฤษภาคม ພ_ພ ພຶດສະພາ မေ მაი მაისი ሜይ ឧសភា 五月"
    ),
    6: (
        "cerven cervna cze czerwca czerwiec giu giugno haziran iunie juin jun june junho juni junio "
        "junius kesakuu ιουν ιουνιος ιουνιου июн июнь июня an_t_ogmhios birz birzelio birzelis chn "
        "chunyo cvn da_zercladur de_chunyo de_junh de_juny de_xunu dhen_ogmhios eka ekaina gun gunju "
        "haz heziran hun hunyo hzr iun iyn iyun juna junh junie junij junija junijs juny juun juuni "
        "kesa kesakuuta lipanj lipnja meh mehefin meith meitheamh mezh mezheven ogmh qer qershor "
        "thang_sau xun xuno xunu zercl zercladur зургаадугаар_сар ијн ијун мау маусым черв червень "
        "червня чэр чэрвень чэрвеня юни јун јуни հնս հունիս հունիսի יוני جوان جون حزيران يونيو يىيۇن "
        "ژوين जुन जून জুন ਜੂਨ જૂન ஜூன జూన ಜೂನ ജൂൺ ජූනි มิ_ย มิถนายน ມິ_ຖ ມິຖນາ ဇွန ივნ ივნისი ጁን មិថុនា "
        "六月"
    ),
    7: (
        "cervence cervenec heinakuu iulie juil juillet jul julho juli julio julius july lip lipca "
        "lipiec lug luglio temmuz ιουλ ιουλιος ιουλιου июл июль июля an_t_iuchar chl chuliol cvc "
        "da_fanadur de_chuliol de_jul de_julhet de_juliol de_xunetu dhen_iuchar fan fanadur gor gorff "
        "gorffennaf goue gouere heina heinakuuta hul hulyo iuch iuil iul iyl iyul jula julai julhet "
        "julie julij julija julijs juliol juuli korr korrik liep liepa liepos lul lulju luulyo srpanj "
        "srpnja tem thang_bay tirmeh trm uzt uztaila xnt xul xullo xunetu долоодугаар_сар ијл ијул лип "
        "липень липня ліп ліпень ліпеня шіл шілде юли јул јули հլս հուլիս հուլիսի יולי تموز جولاء "
        "جولايی جولای جويلية يوليو يوليوز يىيۇل ژويیه जुल जुलाई जुलै জুল জুলাই ਜੁਲਾ ਜੁਲਾਈ જુલાઈ ஜூலை "
        "జులె ಜುಲೈ ജൂലൈ ජූලි ก_ค กรกฎาคม ກ_ລ ກໍລະກົດ ဇူ ဇူလိုင ივლ ივლისი ጁላይ កកកដា 七月"
    ),
    8: (
        "ago agosto agustos agustus aout aug august augusti augustus augusztus elokuu sie sierpien "
        "sierpnia srpen srpna αυγ αυγουστος αυγουστου авг август августа abu abuztua ag agost agosti "
        "agostu agu agust an_lunastal augusta augusto augusts avg avgust avq avqust avust awg awgust "
        "awgusta awst aww awwissu d_ag d_agost d_agosto d_agostu d_avust dhen_lunastal elo elokuuta "
        "eost gush gusht kol kolovoz kolovoza lun luna lunasa ogo ogos ogosto ogs rugp rugpjucio "
        "rugpjutis tbx tebax thang_tam ауг аугуст жні жнівень жніуня наимдугаар_сар серп серпень серпня "
        "там тамыз օգոստոս օգոստոսի օգս אוגוסט אוג׳ اب اغسطس اوت اګست اگست اگسٽ غشت ياۋغۇست अग अगसट "
        "अगसत ऑग ऑगसट আগ আগষট আগসট ਅਗ ਅਗਸਤ ઑગસટ ஆக ஆகஸட ఆగ ఆగసటు ಆಗ ಆಗಸಟ ഓഗ ഓഗസററ අගො අගොසතු ส_ค "
        "สิงหาคม ສ_ຫ ສິງຫາ ဩဂုတ აგვ აგვისტო ኦገስ ኦገስት សីហា 八月"
    ),
    9: (
        "eylul sep sept september septembre septembrie septiembre set setembro settembre syyskuu szept "
        "szeptember wrz wrzesien wrzesnia zari σεπ σεπτ σεπτεμβριος σεπτεμβριου сен сент сентябрь "
        "сентября an_t_sultain da_settember de_set de_setembre de_setiembre dhen_t_sultain eyl gwen "
        "gwengolo iln ilon ira iraila mean_fomhair medi mfomh rugs rugsejis rugsejo ruj rujan rujna seb "
        "sebteembar sebtembar sen sentabr sentyabr septemba septembar septembra septembris septembro "
        "septimber setembre setiembre sett settember settembru setyembre sht shtator sult syys "
        "syyskuuta thang_chin zar вер верасень верасня вересень вересня есдүгээр_сар сентябр сентјабр "
        "сеп септембар септември қыр қыркүиек սեպ սեպտեմբեր սեպտեմբերի ספטמבר ספט׳ ايلول سبتمبر ستمبر "
        "سيپٽمبر سپتامبر سپتمبر سېنتەبىر سېپتمبر شتنبر सपटें सपटेंबर सित सितंबर सेपटेमबर ছেপতে ছেপতেমবৰ "
        "সেপ সেপটেমবর ਸਤੰ ਸਤੰਬਰ સપટે સપટેમબર செப செபடமபர సెపటెం సెపటెంబర ಸೆಪಟೆಂ ಸೆಪಟೆಂಬರ സെപററം "
        "സെപററംബർ සැප සැපතැමබර ก_ย กันยายน ກ_ຍ ກັນຍາ စက စကတငဘာ სექ სექტემბერი ሴፕቴ ሴፕቴምበር កញញា 九月"
    ),
    10: (
        "ekim lokakuu oct october octobre octombrie octubre okt oktober ott ottobre out outubro paz "
        "pazdziernik pazdziernika rijen rijna οκτ οκτωβριος οκτωβριου окт октябрь октября an_damhair "
        "cot cotmeh d_ochobre d_oct d_october d_octobre d_octubre damh deireadh_fomhair dfomh "
        "dhen_damhair eki here hyd hydref loka lokakuuta och ochobre oktabr oktoba oktobar oktobra "
        "oktobris oktobro oktoobar oktoober oktubre oktyabr ottubru rij spal spalio spalis tet tetor "
        "thang_muoi urr urria аравдугаар_сар жовт жовтень жовтня кас кастрычнік кастрычніка октобар "
        "октомври октябр октјабр қаз қазан հոկ հոկտեմբեր հոկտեմբերի אוקטובר אוק׳ اكتوبر اکتبر اکتوبر "
        "اڪٽوبر تشرين_الاول يۆكتەبىر अकटू अकटूबर अकटोबर ऑकटो ऑकटोबर অকটো অকটোবর অকটোবৰ ਅਕਤੂ ਅਕਤੂਬਰ "
        "ઑકટો ઑકટોબર அக அகடோபர అకటో అకటోబర ಅಕಟೋ ಅಕಟೋಬರ ഒകടോബർ ഒകടോ ඔක ඔකතොබර ต_ค ตลาคม ຕ_ລ ຕລາ "
        "အောက အောကတိုဘာ ოქტ ოქტომბერი ኦክቶ ኦክቶበር តុលា 十月"
    ),
    11: (
        "kasim lis listopad listopada listopadu marraskuu noiembrie nopember nov november novembre "
        "novembro noviembre νοε νοεμβριος νοεμβριου ноя ноябрь ноября an_t_samhain aza azaroa "
        "da_november de_nov de_novembre de_noviembre de_payares dhen_t_samhain du kas lapkr lapkricio "
        "lapkritis marras marraskuuta mijdar mjd nen nentor nob nobyembre nof noofeembar novemba "
        "novembar novembra novembris novembru novimber now nowember nowembra noy noyabr pay payares "
        "samh samhain stu studeni studenoga tach tachwedd thang_muoi_mot арван_нэгдүгээр_сар лист "
        "листопад листопада ліс лістапад лістапада нов новембар ное ноември нояб ноябр ној нојабр қар "
        "қараша նոյ նոյեմբեր նոյեմբերի נובמבר נוב׳ تشرين_الثاني نوامبر نوفمبر نومبر نونبر نويابىر नव "
        "नवंबर नोभेमबर नोवहें नोवहेंबर নভে নভেমবর নৱে নৱেমবৰ ਨਵੰ ਨਵੰਬਰ નવે નવેમબર நவ நவமபர నవం నవంబర "
        "ನವೆಂ ನವೆಂಬರ നവം നവംബർ නොවැ නොවැමබර พ_ย พฤศจิกายน ພ_ຈ ພະຈິກ နို နိုဝငဘာ ნოე ნოემბერი ኖቬም "
        "ኖቬምበር វិចឆិកា 十一月"
    ),
    12: (
        "aralik dec december decembre decembrie des desember dez dezember dezembro dic dicembre "
        "diciembre gru grudnia grudzien joulukuu prosince prosinec δεκ δεκεμβριος δεκεμβριου дек "
        "декабрь декабря abe abendua an_dubhlachd ara avi aviento avientu berfanbar brf d_aviento "
        "d_avientu da_december de_decembre de_des de_desembre decembar decembra decembris decembro dek "
        "dekabr desemba desembre desimber dets detsember dhen_dubhlachd dhj dhjetor dicembru dis "
        "diseembar disember disyembre dubh gruod gruodis gruodzio joulu joulukuuta kerzu kzu noll "
        "nollaig pro prosinac prosinca rhag rhagfyr thang_muoi_hai арван_хоердугаар_сар груд грудень "
        "грудня декабр декември дец децембар жел желтоқсан сне снежань снежня դեկ դեկտեմբեր դեկտեմբերի "
        "דצמבר דצמ׳ دجنبر دسامبر دسمبر ديسمبر دېكابىر كانون_الاول ڊسمبر डिसें डिसेंबर डिसेमबर दिस "
        "दिसंबर ডিচে ডিচেমবৰ ডিসে ডিসেমবর ਦਸੰ ਦਸੰਬਰ ડિસે ડિસેમબર டிச டிசமபர డిసెం డిసెంబర ಡಿಸೆಂ ಡಿಸೆಂಬರ "
        "ഡിസം ഡിസംബർ දෙසැ දෙසැමබර ธ_ค ธันวาคม ທ_ວ ທັນວາ ဒီ ဒီဇငဘာ დეკ დეკემბერი ዲሴም ዲሴምበር ធនូ 十二月"
    ),
}  # fmt: skip
MONTH_OF = {name.replace("_", " "): number for number, names in MONTHS.items() for name in names.split()}
MAX_NAME_WORDS = max(name.count(" ") for name in MONTH_OF) + 1


def plain_word(word: str) -> str:
    """Returns the word in lower case without accents, joiners and signs of abbreviation."""
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFD", word.lower())
    kept = (c for c in decomposed if not unicodedata.combining(c) and c not in "\u200c\u200d")
    return "".join(kept).replace("ı", "i").rstrip("॰")
