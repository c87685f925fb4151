# ruff: noqa: E501, RUF001
"""How out-of-office answers read, by language: subjects, first sentences, what else they say."""

from __future__ import annotations

from mailer.understand.phrases import phrases

MACHINE_SUBJECTS = phrases("""
    en: automatic (?:reply|response|answer) ; (?:yahoo!? )?auto[- ]?(?:reply|respon[sd]e?r?|response) ; automated (?:reply|response) ; auto
    out of (?:the )?office(?: (?:auto-?reply|reply|notification|message))? ; vacation (?:reply|response|message|notice) ; ooo
    away from (?:my|the) (?:office|mail|desk)
    de: automatische antwort ; abwesenheits(?:notiz|nachricht|meldung|info|assistent) ; automatische abwesenheitsnotiz
    fr: réponse automatique(?: d'absence)? ; absence du bureau ; (?:message|notification|avis) d'absence
    es: respuesta autom[áa]tica ; fuera de (?:la )?oficina ; (?:mensaje|aviso) de ausencia
    it: risposta automatica ; fuori (?:sede|ufficio) ; (?:messaggio|avviso) di assenza
    pt: resposta autom[áa]tica ; fora do escrit[óo]rio ; (?:mensagem|aviso) de aus[êe]ncia
    nl: automatisch(?:e)? (?:antwoord|beantwoording|reactie) ; afwezigheids(?:bericht|melding|assistent) ; niet aanwezig
    da nb: automatisk svar ; autosvar ; fraværs(?:melding|besked|assistent) ; ikke til stede
    sv: automatiskt svar ; autosvar ; frånvaro(?:meddelande|assistent) ; ej på plats
    fi: automaattinen vastaus ; poissaolo(?:ilmoitus|viesti|vastaus)
    pl: odpowied[źz] automatyczna ; automatyczna odpowied[źz] ; autoodpowied[źz] ; poza biurem
    cs sk: automatická odpove?ď ; mimo kancelá(?:ř|rie) ; automatická odpověď
    lv: automātisk[āa] atbilde ; ārpus biroja
    lt et: automatinis atsakymas ; automaatvastus ; automaatne vastus
    hu: automatikus válasz ; házon kívül
    tr: otomatik (?:yanıt|cevap) ; ofis dışında
    ru: автоматический ответ ; автоответ(?:чик)? ; вне офиса
    uk: автоматична відповідь ; автовідповідь ; поза офісом
    ja: 自動(?:応答|返信) ; 不在(?:通知|のお知らせ|応答|のご連絡)
    zh: 自动(?:答复|回复) ; 自動(?:回覆|答覆|回復)
    ko: 자동 ?(?:회신|응답|답장) ; 부재 ?중 ?(?:자동)?
    ro el bg hr: răspuns automat ; αυτόματη απάντηση ; автоматичен отговор ; automatski odgovor
    he ar: תשובה אוטומטית ; مענה אוטומטי ; رد تلقائي
""")
"""Beginnings of subjects that programs write, before a colon, a bracket or the end."""

AWAY_SUBJECTS = phrases("""
    en: out of (?:the )?office ; on (?:vacation|holiday|leave) ; away (?:until|from|till) ; (?:vacation|absence) ; i am away
    de: abwesen(?:d|heit) ; (?:nicht im|außer) (?:büro|haus) ; im urlaub
    fr: absen(?:t|te|ce) ; en congés?
    es it pt: ausen(?:te|cia) ; de vacaciones ; assen(?:te|za) ; in ferie ; aus[êe]n(?:te|cia) ; de f[ée]rias
    nl: afwezig(?:heid)? ; op vakantie ; niet op kantoor
    da nb sv: fravær ; på ferie ; ude af kontoret ; ikke på kontoret ; frånvarande ; på semester ; bortrest
    fi: poissa ; lomalla
    pl cs sk: nieobecno[śs][ćc] ; na urlopie ; nepřítomnost ; na dovolené ; neprítomnosť ; na dovolenke
    lv lt et: prombūtn[eē] ; atvaļinājum[sā] ; atostog(?:os|ose) ; puhkusel
    hu tr: szabadság(?:on)? ; távollét ; izinde(?:yim)?
    ru uk: в отпуске ; отсутств ; у відпустці ; відсутн
    ja zh ko: 不在 ; 休暇 ; 休假 ; 外出 ; 出差 ; 휴가
""")
"""Subjects that speak of an absence: a weak sign, people write them too."""

AWAY = phrases("""
    en: (?:i am|i'm|i will be|i'll be|i’m|i’ll be|we are|we're|he is|she is)\\b[^.\\n]{0,50}\\b(?:out of (?:the |my )?(?:office|town|country)|away|absent|unavailable)\\b
    (?:i am|i'm|i will be|i'll be|i’m|i’ll be|we are|we're)\\b[^.\\n]{0,50}\\b(?:on (?:\\w{2,12} )?leave|on (?:vacation|holidays?|sabbatical|a (?:business )?trip)|travell?ing|not (?:available|in the office))\\b
    (?:currently|presently) (?:out of|away|on leave|unavailable|on vacation|on holiday) ; out of (?:the )?office (?:until|from|and|on|through|till|today)
    (?:my|our|the) office (?:is|will be) closed ; (?:i )?(?:will |shall )?have (?:only )?(?:very )?(?:limited|no|intermittent|sporadic) access to (?:my )?e-?mails?
    de: (?:bin|sind|befinde mich|werde)\\b[^.\\n]{0,70}(?:nicht (?:im|in meinem) (?:büro|hause?)|au(?:ß|ss)er haus|im urlaub|abwesend|auf (?:dienst|geschäfts)reise|in elternzeit|nicht erreichbar|im mutterschutz|auf reisen|nicht am (?:platz|arbeitsplatz))
    (?:zur ?zeit|derzeit|momentan|aktuell|bis|vom)\\b[^\\n]{0,70}(?:abwesend|im urlaub|nicht im (?:büro|haus)|nicht erreichbar|au(?:ß|ss)er haus) ; büro (?:ist|bleibt)[^.\\n]{0,40}geschlossen
    fr: (?:je suis|je serai|nous sommes|actuellement)\\b[^.\\n]{0,70}(?:absente?|en cong[ée]s?|en d[ée]placement|en vacances|hors du bureau|indisponible|en arr[êe]t|en formation|en voyage)
    es: (?:estoy|estar[ée]|me encuentro|me encontrar[ée]|estamos)\\b[^.\\n]{0,70}(?:fuera de (?:la |mi )?oficina|de vacaciones|ausente|de viaje|de baja|sin acceso)
    it: (?:sono|sar[òo]|siamo|mi trovo)\\b[^.\\n]{0,70}(?:fuori (?:sede|ufficio|dall['’]ufficio)|in ferie|assente|in vacanza|in viaggio|in trasferta|in congedo|in maternità)
    pt: (?:estou|estarei|encontro-me|estamos|me encontro)\\b[^.\\n]{0,70}(?:fora do escrit[óo]rio|de f[ée]rias|ausente|em viagem|de licen[çc]a|em f[ée]rias)
    nl: (?:ik ben|wij zijn|momenteel|ben ik)\\b[^.\\n]{0,70}(?:afwezig|niet (?:op kantoor|aanwezig|bereikbaar)|met (?:vakantie|verlof)|op (?:vakantie|reis)|buiten kantoor)
    da: (?:jeg er|jeg holder|vi er|er jeg)\\b[^.\\n]{0,70}(?:ikke (?:på kontoret|til stede)|på ferie|fraværende|bortrejst|på (?:barsel|orlov)|ude af (?:kontoret|huset)|ferie)
    nb: (?:jeg er|vi er|er jeg)\\b[^.\\n]{0,70}(?:ikke (?:på kontoret|til stede)|på ferie|bortreist|ute av kontoret|i permisjon|fraværende)
    sv: (?:jag är|vi är|är jag)\\b[^.\\n]{0,70}(?:inte på (?:kontoret|plats)|på semester|bortrest|frånvarande|föräldraledig|tjänstledig|ledig|på resande fot) ; jag har semester
    fi: (?:olen|en ole)\\b[^.\\n]{0,70}(?:poissa|lomalla|matkoilla|vapaalla|toimistolla|tavoitettavissa|virkavapaalla|äitiyslomalla|työmatkalla)
    pl: (?:jestem|przebywam|będę|jesteśmy)\\b[^.\\n]{0,70}(?:poza biurem|nieobecn[ya]|na urlopie|na zwolnieniu|w podróży|niedostępn[ya]|w delegacji)
    cs: (?:jsem|nejsem|budu|nebudu|momentálně)\\b[^.\\n]{0,70}(?:mimo kancelář|na dovolené|nepřítom[en][nýáa]?|v kanceláři|k zastižení|na služební cestě)
    sk: (?:som|nie som|budem|nebudem)\\b[^.\\n]{0,70}(?:mimo kancelárie|na dovolenke|neprítomn[aáý]|v kancelárii|na služobnej ceste)
    lv: (?:esmu|neesmu|atrodos|būšu|šobrīd)\\b[^.\\n]{0,70}(?:atvaļinājumā|prombūtnē|ārpus biroja|birojā|komandējumā|darba vietā)
    lt: (?:esu|nesu|šiuo metu|būsiu)\\b[^.\\n]{0,70}(?:atostogose|biure|išvyk|komandiruotėje) ; atostogauju
    et: (?:olen|viibin|ei ole)\\b[^.\\n]{0,70}(?:puhkusel|kontorist|kontoris|lähetuses|eemal)
    hu: (?:szabadságon|házon kívül|távol) (?:vagyok|leszek|tartózkodom) ; nem (?:vagyok|leszek)[^.\\n]{0,30}irodában ; (?:vagyok|leszek|tartózkodom)\\b[^.\\n]{0,50}(?:szabadságon|távol|házon kívül)
    tr: (?:ofis dışında|izinde|tatilde|yıllık izinde|seyahatte|ofiste değil)(?:yim|yız|yım|im|\\s?olacağım)
    ru: (?:я|сейчас|буду|нахожусь|в настоящее время|меня)\\b[^.\\n]{0,70}(?:в отпуске|вне офиса|в командировке|отсутств|не в офисе|недоступ|на больничном|нет на месте|не буду)
    uk: (?:я|зараз|буду|перебуваю|наразі|мене)\\b[^.\\n]{0,70}(?:у відпустці|в відпустці|поза офісом|у відрядженні|відсутн|не в офісі|не буде)
    ja: (?:不在|休暇|休み|外出|出張|休業)(?:中|に|と|を|の|し|させ|で)[^。\\n]{0,40}(?:おります|ます|です|いただ)
    zh: (?:我|本人|目前|现在|正在|現在|将|將)[^。\\n]{0,30}(?:外出|休假|出差|不在办公室|不在辦公室|度假|產假|产假|年假|请假|請假)
    ko: (?:부재|휴가|출장) ?중
    ro el: (?:sunt|voi fi)\\b[^.\\n]{0,60}(?:plecat|în concediu|absent) ; (?:είμαι|θα είμαι)\\b[^.\\n]{0,60}(?:εκτός γραφείου|σε άδεια|διακοπές)
""")
"""First sentences of an absence: said by robots and people alike, so never enough alone."""

SAYS_AUTOMATIC = phrases("""
    en: (?:this is|this was|you are receiving) an? (?:auto(?:mated|matic|-?generated)|computer[- ]generated) ; auto(?:matically)?[- ]?generated (?:message|reply|response|e-?mail)
    (?:automatic|automated|auto)[- ]?(?:reply|response|answer|responder) ; please do not (?:reply|respond) to this (?:e-?mail|message|address)
    (?:mailbox|inbox|e-?mail address|address|account)[^.\\n]{0,60}(?:not monitored|unmonitored|no longer (?:in use|monitored|active))
    de: automatisch(?:e|er|es)? (?:erzeugte|generierte|erstellte|versandte)? ?(?:antwort|e-?mail|nachricht|mitteilung) ; automatisch (?:erstellt|generiert|erzeugt|versendet)
    fr: (?:réponse|message|courriel|e-?mail) automatique ; g[ée]n[ée]r[ée]e? automatiquement ; merci de ne pas répondre à ce
    es: (?:respuesta|mensaje|correo) autom[áa]tic[oa] ; generad[oa] autom[áa]ticamente ; no responda a este
    it: (?:risposta|messaggio|e-?mail) automatic[oa] ; generat[oa] automaticamente ; non rispondere a quest[ao]
    pt: (?:resposta|mensagem|e-?mail) autom[áa]tic[oa] ; gerad[oa] automaticamente ; n[ãa]o responda a est
    nl: automatisch(?:e)? (?:antwoord|bericht|e-?mail|gegenereerd) ; niet (?:te )?beantwoorden
    da nb sv: auto(?:matisk|matiskt|-)\\s?(?:genereret|generert|genererat)? ?(?:svar|besked|melding|meddelande|mail) ; autosvar
    fi: automaattinen (?:vastaus|viesti) ; automaattisesti lähetetty
    pl cs sk: automatyczn[ay] (?:odpowiedź|wiadomość) ; wygenerowan[ay] automatycznie ; automatick[áy] (?:odpověď|odpoveď|zpráva|správa) ; automaticky (?:vygenerov|generov)
    lv lt et: automātisk[āaisš]{1,2} (?:atbilde|ziņa|vēstule|paziņojums) ; automatinis (?:atsakymas|laiškas) ; automaat(?:vastus|ne)
    hu tr: automatikus (?:válasz|üzenet) ; otomatik (?:yanıt|mesaj|cevap|olarak)
    ru uk: автоматическ(?:ий|ое|ая|и) (?:ответ|сообщение|отправлено|рассылка|сформировано) ; автоматичн(?:а|е|о) (?:відповідь|повідомлення|створено)
    ja zh ko: 自動(?:応答|返信|送信|配信) ; 自动(?:回复|答复|发送|生成) ; 自動(?:回覆|發送|產生) ; 자동(?:으로)? ?(?:회신|발송|응답)
""")
"""A message that says of itself that a robot wrote it."""

TEMPLATE_PARTS = phrases("""
    en: thank(?:s| you)(?: very much)? for (?:your|the) (?:e-?mail|message|mail|note|inquiry|interest|contact) ; (?:limited|no|intermittent|sporadic) (?:access|e-?mail|internet)
    (?:will|shall|'ll) (?:respond|reply|answer|get back|return|attend|be (?:back|returning|checking|responding))
    (?:urgent|emergency|emergencies|immediate (?:assistance|attention|help)|time[- ]sensitive|in my absence|while i(?:'m| am) away|pressing)
    (?:your )?(?:e-?mail|message)s? (?:will|is|are|won't|cannot)[^.\\n]{0,30}(?:not )?(?:be )?(?:forwarded|read|processed|deleted|answered)
    (?:back|return(?:ing)?) (?:in|to|on|at|from) ; (?:please )?(?:contact|call|reach|write to|e-?mail|turn to)
    de: (?:vielen |besten |herzlichen )?dank für ihre ; (?:dringend|eilig|wichtig)e[nr]? ; wird nicht weitergeleitet ; nicht weitergeleitet ; (?:wieder|zurück|erreichbar) ; wenden sie sich ; melde mich ; nach meiner rückkehr ; vertretung ; beantworte
    fr: merci (?:pour|de) votre ; urgen(?:ce|t) ; de retour ; mon retour ; veuillez (?:contacter|vous adresser) ; en mon absence ; répondrai
    es: gracias por (?:su|tu) ; urgen(?:te|cia) ; regres|vuelv|volver ; contacte|contactar|póngase en contacto ; responder[ée]
    it: grazie per (?:la sua|il suo|la tua|il tuo|il messaggio|avermi) ; urgen(?:te|ze|za) ; (?:torn|rientr)er[òo] ; contattare|rivolgersi ; risponder[òo]
    pt: obrigad[oa] (?:pelo|pela|por) ; urgen(?:te|cia) ; (?:regress|volt|retorn)o|arei ; contacte|contatar|contactar ; responderei
    nl: bedankt voor uw|dank(?:u)? voor uw|hartelijk dank ; dringend|spoed ; terug ; contact opnemen|neem contact ; beantwoord
    da nb sv: tak for din|takk for (?:din|e-?post)|tack för (?:ditt|din|mejl) ; hast(?:er)?|akut|brådskande ; tilbage|tilbake|åter|tillbaka ; kontakt(?:e|a)? ; svar(?:er|e|a)
    fi: kiitos (?:viestist|sähköpostist|yhteydenot) ; kiireelli|kiireis ; palaan|takaisin ; yhtey
    pl cs sk: dziękuję za ; piln(?:ych|ej|e|a) ; wrac(?:am|ę)|wrócę ; prosz[ęe] o kontakt ; děkuji za ; naléhav|neodkladn|urgentn ; vrát(?:ím|im) ; kontaktujte|obraťte|obráťte
    lv lt et: paldies par ; steidzam ; atgriezīšos ; sazini|zvan ; ačiū už ; skubi ; grįšiu ; tänan ; kiire ; tagasi
    hu tr: köszön(?:öm|jük) ; sürgős ; visszatér|visszaérek ; forduljon|keresse ; teşekkür ; acil ; döneceğim|dönüş ; iletişim
    ru uk: спасибо за|благодарю за ; срочн ; вернусь|возвращ ; обра(?:щ|т)айтесь|обратит ; отвечу|ответ ; дякую за ; терміново|термінов ; повернусь|повернуся ; звертайтес|зверніться ; відпов
    ja zh ko: ありがとうございます ; お急ぎ|緊急|至急 ; 戻り|出社|復帰 ; ご連絡|ご返信|返信 ; 感谢|感謝|谢谢 ; 紧急|急事|緊急 ; 回复|回覆|答复 ; 联系|聯絡|聯繫 ; 회신|연락|긴급|복귀
""")
"""What else the templates of absence say; where every sentence is one of these, nothing personal was written."""

PERSONAL = phrases("""
    en: but ; yes ; let(?:'|’)?s ; i wanted ; (?:call|text|ring) me ; sure ; great ; (?:i(?:'d|’d| would)? )?love ; see you ; congrat ; your (?:search|note|update|letter|news|question) ; you(?:'re|’re| are) ; how are ; \\bps\\b
    de fr es it pt: aber ; ja\\b ; freue? (?:mich|ich) ; mais\\b ; oui\\b ; avec plaisir ; pero\\b ; sí\\b ; \\bma\\b ; \\bsì\\b ; \\bmas\\b ; \\bsim\\b
    nl da sv fi pl cs ru: maar\\b ; \\bmen\\b ; \\bmutta\\b ; \\bale\\b ; \\bно\\b ; \\bда\\b
""")
"""What no template says: an answer to what was written."""

LEFT_COMPANY = phrases("""
    en: (?:i|he|she|\\w{2,20})(?:'ve|’ve| have| has)? (?:now |recently |since )?left (?:the )?(?:company|firm|organi[sz]ation|business|\\w{2,20} (?:inc|ltd|gmbh|corp)) ; i(?:'ve|’ve| have) (?:now |recently |since )?left (?!for\\b|on\\b|in\\b|at\\b|off\\b|out\\b|early|already|home|work\\b|town|the\\b|an?\\b|my\\b|your?\\b|this|that|it\\b|him|her\\b|them|some|no\\b|you\\b|word|behind|messages?|instructions)\\w
    (?:is|am|are|was) no longer (?:with|at|working|employed|part of) ; no longer works? (?:at|for|here|with) ; (?:my|his|her) last (?:working )?day (?:at|was|with) ; i(?:'ve|’ve| have) (?:moved on|retired|resigned) ; i(?:'m|’m| am) now (?:at|with|working)
    de: nicht (?:mehr|länger) (?:für|bei|in) [^.\\n]{1,60}(?:tätig|beschäftigt|arbeit) ; nicht mehr (?:tätig|im unternehmen|beschäftigt|für uns) ; (?:unternehmen|firma|haus) verlassen ; ausgeschieden ; im ruhestand
    fr: (?:j['’]ai|a) quitté (?:la|l['’]|notre|mes|ses|cette)? ?(?:société|entreprise|fonctions|\\w{2,20}) ; ne (?:travaille|fais|fait) plus (?:chez|pour|à|partie) ; n['’]est plus (?:chez|parmi|en poste) ; je ne suis plus (?:chez|en poste)
    es: ya no (?:trabaj[oa]|form[oa] parte|est[oá]y?) ; ha(?:n)? dejado (?:la|de) ; he dejado (?:la|de) ; dej[óo] la (?:empresa|compañía)
    it: non (?:lavor[oa]|facci[oa]|fa|sono|è) più (?:in|per|parte|presso|con)? ; ha lasciato (?:la|l['’])
    pt: (?:já )?não (?:trabalh[oa]|faç[oa]|faz|estou) mais ; já não (?:trabalh[oa]|faç[oa]|faz|estou) ; deix(?:ei|ou) a (?:empresa|companhia)
    nl: niet (?:meer|langer) (?:werkzaam|in dienst|bij) ; (?:heeft|heb) [^.\\n]{1,40} verlaten ; werk(?:t)? niet (?:meer|langer)
    da nb sv fi: (?:arbejder|jobber|arbetar|arbeider) (?:ikke|inte) (?:længere|lenger|länger|mer|kvar) ; (?:har|er) (?:forladt|sluttet|fratrådt|slutat|lämnat|fratrådt) ; (?:en|ei) (?:ole )?(?:enää )?(?:työskentele|palveluksessa|töissä)
    pl cs sk: nie pracuj[ęe] już|już nie pracuj[ęe] ; (?:již|už) (?:zde )?nepracuj ; (?:odszed[łl]|odesz)[^.\\n]{0,20}firm
    lv lt et: vairs nestrādā ; nebedirb ; enam ei tööta
    hu tr: már nem dolgoz ; artık [^.\\n]{0,40}(?:çalışm|görev yapm) ; işten ayrıl
    ru uk: больше не работа|уволил ; більше не працю|звільни
    ja zh ko: 退職(?:いたし|し|となり) ; 已离职|已離職|离开(?:了)?(?:本)?公司|離開(?:了)?公司 ; 퇴사
""")
"""The person has left where the address is."""

NEW_ADDRESS = phrases("""
    en: (?:new|updated|changed)(?: personal| work| private)? (?:e-?mail(?: address)?|address|contact details) ; (?:reach|contact|write|e-?mail|find) me (?:now |instead |in future |from now on )?(?:at|on|under|via) ; (?:e-?mail|address) (?:has changed|changed to)
    de: neue (?:e-?mail|mail)?-?\\s?(?:adresse|anschrift) ; (?:erreichen|schreiben) sie mich (?:künftig |ab sofort |jetzt |nun )?(?:unter|an) ; erreichst du mich
    fr: nouvelle adresse ; (?:me )?(?:joindre|contacter|écrire) (?:désormais |maintenant )?(?:à|au|sur)
    es it pt: nuev[ao] (?:direcci[óo]n|correo|email|mail) ; nuov[ao] (?:indirizzo|e-?mail|mail) ; nov[oa] (?:endere[çc]o|e-?mail|morada)
    nl da nb sv fi: nieuw(?:e)? (?:e-?mail)?adres ; ny(?:e|a|tt)? (?:e-?post|e-?mail|mail|mejl)?-?\\s?adress?e? ; uusi (?:sähköposti)?(?:osoite|osoitteeni)
    pl cs sk: now(?:y|ego) adres ; nov(?:á|ou|ú|ý) (?:e-?mail|adres)
    lv lt et hu tr: jaun(?:ā|o) (?:e-?pasta|adres) ; nauj(?:as|ą) (?:el|adres) ; uus (?:e-?posti)?aadress ; új (?:e-?mail)? ?cím ; yeni (?:e-?posta|mail|adres)
    ru uk: новы[йм] адрес|новая почта ; нова адреса|нову адресу
    ja zh ko: 新しい(?:メール)?アドレス|アドレスが変わ ; 新(?:的)?(?:邮箱|电子邮件|郵箱|電子郵件|邮件地址) ; 새 (?:이메일|메일)
""")
"""A sentence that gives the sender's own new address."""

URGENT = phrases("""
    en: urgent|emergenc|immediate(?:ly)?|pressing|time[- ]sensitive|in my absence|while i(?:'m|’m| am) (?:away|out)|in the meantime|instead,? (?:please )?contact
    please (?:contact|call|reach out to|write to|get in touch with|e-?mail|direct)
    de: dringend|eilig|notf[aä]ll|in meiner abwesenheit|vertret|wenden sie sich|kontaktieren sie|bitte an ; nachfolger
    fr: urgen|en mon absence|veuillez (?:contacter|vous adresser)|merci de (?:contacter|vous adresser) ; rempla[çc]
    es it pt: urgen|en mi ausencia|contacte|póngase ; contattare|rivolgersi|in mia assenza ; contactar|contatar|na minha aus[êe]ncia
    nl: dringend|spoed|contact opnemen|neem contact|tijdens mijn afwezigheid
    da nb sv fi: haste|akut|kontakt|brådskande|kontakta|kiire|yhteyttä
    pl cs sk: piln|kontakt|zastępuje|naléhav|neodkladn|urgentn|kontaktujte|obraťte|obráťte|zastupuje
    lv lt et hu tr: steidzam|sazini|skubi|kreipki|kiire|pöördu|sürgős|fordulj|keress|acil|iletişim
    ru uk: срочн|обращайтесь|обратитесь|свяжитесь|замеща|терміново|звертайтес|зверніться|термінов
    ja zh ko: お急ぎ|緊急|至急|代わり|ご連絡|紧急|急事|联系|聯絡|聯繫|긴급|연락
""")
"""A sentence that names a substitute or successor."""
