# ruff: noqa: E501, RUF001
"""Months, weekdays and the words around dates, by language."""

from __future__ import annotations

from mailer.understand.phrases import phrases

_MONTH_TABLE = (
    # One line a month: exact short words; then stems of four letters and more, which inflected forms begin with.
    (
        "jan jän sty led ene gen oca янв січ saus",
        "janu janv jänn jänner enero genna gennaio stycz ledn leden tammi jaanu ocak январ січн sausi ianua",
    ),
    (
        "feb fev fév fev. lut úno şub фев лют vas veeb",
        "febr fevr févr feve febbr fevereiro luty luteg únor helmi veebr şubat феврал лютог лютий vasari urta",
    ),
    (
        "mar mär mrz mrt bře már",
        "marc mars mart märz maart marzo março marz marec brez březn maali márci марта март берез kov kovo",
    ),
    (
        "apr avr abr kwi dub nis апр кві",
        "apri avri abri aprill april kwie dubn duben huhti nisan апрел квітн balan ápri",
    ),
    (
        "may mai maj mag mei kvě máj мая май тра geg",
        "maio mayo maggi maja květ touko mayıs травн geguž máju maijā maijs",
    ),
    (
        "jun giu cze čvn haz июн чер birž",
        "june juni juin junio giugn junho czerw červn červen kesä juun haziran июня июнь червн birže júni jūni",
    ),
    (
        "jul lug lip čvc tem июл lie",
        "july juli juil julio lugli julho lipca lipie červenc července červenec heinä juul temmuz июля июль липн liepo júli jūli",
    ),
    ("aug ago sie srp ağu авг сер rugp", "augu août aout agos sierp srpn srpen elokuu ağust август серпн rugpj"),
    (
        "sep set sept wrz zář eyl сен вер rugs",
        "septe sept sette setem wrześ wrzes září syys eylül сентяб верес rugsė szept",
    ),
    (
        "oct okt ott out paź říj eki окт жов spal",
        "octo okto otto outub octub paździ pazdz říjn říjen loka ekim октяб жовтн spali",
    ),
    ("nov lis kas ноя", "novem nove listop marras kasım нояб листоп lapkr"),
    (
        "dec des dez dic déc gru pro ara дек гру",
        "dece dese deze dici déce diciem dicem grud pros prosi joulu dets aralık декаб грудн gruod decem",
    ),
)


def _months() -> tuple[dict[str, int], dict[str, int]]:
    exact: dict[str, int] = {}
    stems: dict[str, int] = {}
    for number, (short, long) in enumerate(_MONTH_TABLE, start=1):
        exact.update({word.rstrip(".*"): number for word in short.split()})
        stems.update(dict.fromkeys(long.split(), number))
    return exact, stems


MONTH_WORDS, MONTH_STEMS = _months()
RISKY_MONTHS = frozenset({"out", "pro", "ara", "led", "ago", "set", "sie", "lis", "lie", "vas", "tem"})
"""Abbreviations that English or another language uses as words: asked for a dot or a second date word."""

WEEKDAY_STEMS: dict[str, int] = {
    stem: number
    for number, stems in enumerate(
        (
            "monday montag lundi lunes lunedì lunedi segunda maandag mandag måndag maanantai poniedział pondělí pondel pirmdien pirmadien esmaspäev hétfő pazartesi понедельник понеділ luni",
            "tuesday dienstag mardi martes martedì martedi terça dinsdag tirsdag tisdag tiistai wtorek wtorku úterý utorok otrdien antradien teisipäev kedd salı вторник вівтор marți",
            "wednesday mittwoch mercredi miércoles miercoles mercoledì mercoledi quarta woensdag onsdag keskiviikko środa środę środy středa středu stredu trešdien trečiadien kolmapäev szerda çarşamba сред серед miercuri",
            "thursday donnerstag jeudi jueves giovedì giovedi quinta donderdag torsdag torstai czwart čtvrtek štvrtok ceturtdien ketvirtadien neljapäev csütörtök perşembe четверг четвер joi",
            "friday freitag vendredi viernes venerdì venerdi sexta vrijdag fredag perjantai piątek piątku pátek pátku piatok piektdien penktadien reede péntek cuma пятниц п'ятниц п’ятниц vineri",
            "saturday samstag sonnabend samedi sábado sabado sabato zaterdag lørdag lördag lauantai sobota sobotę sobotu sestdien šeštadien laupäev szombat cumartesi суббот субот sâmbătă",
            "sunday sonntag dimanche domingo domenica zondag søndag söndag sunnuntai niedziel neděle neděli nedeľ svētdien sekmadien pühapäev vasárnap pazar воскресен неділ duminică",
        )
    )
    for stem in stems.split()
}
ASIAN_WEEKDAYS = {"月曜": 0, "火曜": 1, "水曜": 2, "木曜": 3, "金曜": 4, "土曜": 5, "日曜": 6, "周一": 0, "周二": 1, "周三": 2, "周四": 3, "周五": 4, "周六": 5, "周日": 6, "星期一": 0, "星期二": 1, "星期三": 2, "星期四": 3, "星期五": 4, "星期六": 5, "星期日": 6, "월요일": 0, "화요일": 1, "수요일": 2, "목요일": 3, "금요일": 4}  # fmt: skip

TOMORROW = phrases("""
    en de fr es it pt: tomorrow ; morgen(?= (?:wieder|zurück|erreichbar|im)) ; demain ; mañana ; domani ; amanhã
    nl da sv fi pl cs ru: morgen weer ; i morgen ; i morgon ; huomenna ; jutro ; zítra ; завтра
    ja zh: 明日 ; 明天
""")

WEEKS_END = phrases("""
    en de: (?:the )?(?:end|rest|remainder) of (?:the|this) week ; all (?:of )?this week ; (?:out|away|off|unavailable) this week ; ende (?:der|dieser) woche ; die(?:se)? (?:ganze |restliche )woche ; wochenende
    fr es it pt: (?:la )?fin de (?:la|cette) semaine ; (?:el )?(?:fin|final) de (?:la|esta) semana ; (?:la )?fine (?:della|di questa) settimana ; (?:o )?(?:fim|final) d(?:a|esta) semana
    nl da nb sv: (?:het )?(?:eind|einde) van (?:de|deze) week ; ugen ud|slutningen af ugen ; (?:slutten av|ut) uken ; slutet (?:av|på) veckan|veckan ut
    fi pl cs ru uk: viikon loppu ; ko(?:niec|ńca) tygodnia ; kon(?:ec|ce) týdne ; конца недели ; кінця тижня
    ja zh: 今週(?:末|いっぱい) ; (?:本|这|這)周(?:末|五|结束)
""")
"""The end of the running week."""

NEXT_WEEK = phrases("""
    en de fr es it pt nl: next week ; nächste(?:r|n)? woche ; kommende(?:r|n)? woche ; (?:la )?semaine prochaine ; (?:la )?(?:próxima semana|semana que viene) ; (?:la )?(?:prossima settimana|settimana prossima) ; (?:a |na )?próxima semana ; volgende week
    da nb sv fi pl cs ru: næste uge ; neste uke ; nästa vecka ; ensi viikolla ; (?:w )?przyszłym tygodniu ; příští týden ; на следующей неделе
    ja zh: 来週 ; 下周|下週
""")
"""A week that somebody is back in."""

UNTIL = phrases("""
    en: until ; till ; 'til ; through ; thru ; to ; up to ; ending
    de: bis(?: (?:einschlie(?:ß|ss)lich|einschl\\.?|inkl\\.?|inklusive|zum|zu|einschließlich zum|auf))?
    fr: jusqu['’]?\\s?au ; jusqu['’]?\\s?à ; au ; jusqu['’]à
    es: hasta(?: el)? ; al
    it: fino al(?:l['’])? ; al ; sino al
    pt: até(?: (?:ao?|o)(?: dia)?)? ; ao? dia ; a
    nl: tot(?: en met)? ; t/m ; t\\.e\\.m\\.
    da nb: til(?: og med)? ; t\\.o\\.m\\.
    sv: till(?: och med)? ; t\\.?\\s?o\\.?\\s?m\\.? ; fram till
    pl cs sk: do(?: dnia| dne| dňa)? ; až do
    lv lt et: līdz ; iki ; kuni
    ru uk: до ; по
    zh: 到 ; 至 ; 直到 ; 直至
""")
"""Words before the last day."""

UNTIL_AFTER = phrases("""
    fi: asti ; saakka
    tr: (?:tarihine|['’]?[yn]?[ea]) (?:kadar|dek)
    hu: -?ig
    ja ko: まで ; 까지
    lv lt: ieskaitot ; imtinai
""")
"""Words after the last day."""

RETURN = phrases("""
    en: back ; return(?:ing)? ; in the office again ; (?:available|reachable) again ; resume
    de: wieder|zurück ; ab (?:dem|montag|dienstag|mittwoch|donnerstag|freitag) ; rückkehr
    fr: de retour ; retour ; reviendrai ; reprendrai ; serai (?:à nouveau|de nouveau)
    es: vuelvo|volver[ée]|regreso|regresar[ée]|vuelta|reincorpor|de nuevo
    it: torno|torner[òo]|rientro|rientrer[òo]|ritorno|di nuovo
    pt: volto|voltarei|regresso|regressarei|retorno|retornarei|de volta
    nl: terug|weer (?:aanwezig|bereikbaar|op kantoor)
    da nb sv: tilbage|retur|tilbake|åter|tillbaka|igen
    fi: palaan|takaisin|jälleen|tavoitettavissa
    pl: wracam|wrócę|powrót|powrocie|ponownie|będę (?:z powrotem|dostępn)
    cs sk: vrátím|vrátim|zpět|späť|návrat|opět
    lv lt et: atgriezīšos|atpakaļ|atgriež|grįšiu|grįžtu|tagasi
    hu tr: visszatér|visszaér|vissza|újra|döneceğim|dönüş|tekrar|geri
    ru uk: вернусь|возвращ|выйду|снова|буду (?:с|на месте|в офисе|доступ)|приступлю|повернусь|повернуся|знову
    ja zh ko: 戻り|戻る|復帰|出社|より出|より(?:通常|対応)|から(?:通常|対応)|以降(?:に)?(?:対応|ご連絡|返信)|返回|回来|回來|回到|恢复|恢復|复工|복귀
""")
"""Words that make a date the first day back."""
