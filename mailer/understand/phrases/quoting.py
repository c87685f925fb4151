# ruff: noqa: E501, RUF001
"""How mail programs introduce a quote or a forwarded mail, by language."""

from __future__ import annotations

from mailer.understand.phrases import phrases

WROTE = phrases("""
    en: wrote ; writes ; said
    de: schrieb(?: am)? ; geschrieben
    fr: a [ée]crit ; ont? [ée]crit
    es: escribi[óo] ; ha escrito
    it: ha scritto ; scrive ; ha inviato
    pt: escreveu
    nl: schreef ; het volgende geschreven
    da nb nn sv: skrev ; skreiv
    fi: kirjoitti
    pl: napisał(?:a|\\(a\\)|/a)? ; pisze
    cs sk: napsal(?:a|\\(a\\))? ; nap[íi]sal(?:a|\\(a\\))?
    lv lt et: rakstīja ; raksta ; rašė ; kirjutas
    hu: [ií]rta ; ezt írta
    tr: yazdı ; şunu yazdı
    ru uk bg: написал(?:а|\\(а\\))? ; пишет ; писал(?:а|\\(а\\))? ; пише ; написав ; написала ; написа
    ro hr el: a scris ; je napisa[ol]a? ; έγραψε
    ja: のメール ; が書きました ; は書きました ; さんは?書
    zh: 写道 ; 寫道 ; 編寫 ; 撰写
    ko: 님이 작성 ; 작성 ; 님이 씀
    he ar vi id: כתב(?:ה)? ; מאת ; كتب ; đã viết ; menulis
""")
"""Verbs of an attribution line. Matched as words where the script has words."""

ATTRIBUTION_START = phrases("""
    en: on ; at ; from
    de: am ; um ; von
    fr: le
    es: el ; el día
    it: il ; in data
    pt: em
    nl: op ; van
    da nb sv: den ; d. ; på ; kl ; från ; fra
    cs sk pl: dne ; dňa ; dnia ; w dniu
    hu: a(z)
    ru uk: в ; у ; от
    es pt it: de ; da
    pl: wiadomość napisana przez
    zh ja: 在 ; 于 ; 於
    he ar: בתאריך ; ב ; في ; בתאריך יום
    ro bg hr: în ; pe ; la ; на ; dana
    vi id ms: vào ; lúc ; pada
""")
"""First words of attribution lines: asked for where a date and a verb stand without an address or a quote below."""

QUOTING = phrases("""
    en de: quoting ; zitat von ; zitiere
    fr es it pt nl: citation de ; en citant ; citando a? ; mensaje citado por ; quotando ; citação de ; citeren van ; citaat van
    da sv pl cs: citerer ; citat (?:fra|från|af) ; citerar ; cytowanie ; cytat ; citace
""")
"""How webmail introduces a quote by its writer alone."""

HEADER_KEYS: dict[str, tuple[str, ...]] = {
    "from": phrases("""
        en de fr it nl: from ; von ; de ; da ; van ; expéditeur ; remitente ; mittente ; remetente ; afzender
        da sv fi: fra ; från ; lähettäjä
        pl cs lv lt et hu tr: od ; no ; nuo ; kellelt ; saatja ; feladó ; kimden ; gönderen ; odosielateľ ; šalje
        ru uk: от ; от кого ; від ; отправитель
        ja zh ko: 差出人 ; 送信者 ; 发件人 ; 寄件者 ; 寄件人 ; 보낸 사람 ; 보낸사람
        ro el: de la ; από
    """),
    "date": phrases("""
        en de: sent ; date ; sent on ; gesendet ; gesendet am ; datum
        fr es pt it: envoyé ; envoyé le ; message du ; enviado ; enviado el ; enviado em ; enviada em ; enviada ; fecha ; data
        inviato ; inviata ; data/ora
        nl da sv fi: verzonden ; dato ; sendt ; skickat ; lähetetty ; päiväys
        pl cs sk lv lt et: wysłano ; wysłane ; odesláno ; odoslané ; datums ; nosūtīts ; išsiųsta ; saadetud ; kuupäev ; poslano
        hu tr: elküldve ; dátum ; küldve ; gönderildi ; gönderme tarihi ; tarih
        ru uk bg: дата ; отправлено ; надіслано ; изпратено
        ja zh ko: 送信日時 ; 送信日 ; 日付 ; 日時 ; 发送时间 ; 发件时间 ; 日期 ; 寄件日期 ; 傳送時間 ; 보낸 날짜 ; 날짜
        ro el: trimis ; εστάλη
    """),
    "to": phrases("""
        en de fr es it nl: to ; an ; à ; a ; para ; per ; aan ; destinataire ; destinatario ; destinatário
        da sv fi: til ; till ; vastaanottaja
        pl cs lv et hu tr: do ; komu ; kam ; kellele ; saaja ; címzett ; kime ; alıcı ; prima ; pre
        ru uk bg: кому ; до
        ja zh ko: 宛先 ; 收件人 ; 收件者 ; 받는 사람 ; 받는사람
        ro el: către ; προς
    """),
    "cc": phrases("""
        en de fr es sv: cc ; bcc ; kopie ; copie ; copie à ; copia ; kopia ; kopi ; kopio ; ccn ; cci ; cco
        pl hu tr ru: dw ; dk ; másolatot kap ; bilgi ; копия ; копія
        ja zh ko: 抄送 ; 副本 ; 참조
    """),
    "subject": phrases("""
        en de fr es it pt nl: subject ; betreff ; objet ; asunto ; oggetto ; assunto ; onderwerp
        da sv fi: emne ; ämne ; aihe
        pl cs lv et hu tr: temat ; předmět ; predmet ; temats ; tēma ; tema ; teema ; tárgy ; konu
        ru bg: тема ; относно
        ja zh ko: 件名 ; 主题 ; 主旨 ; 主題 ; 제목
        ro el: subiect ; θέμα
    """),
    "other": phrases("""
        en de fr es it nl: reply-to ; antwort an ; répondre à ; responder a ; importance ; priorität ; wichtigkeit ; importancia
        attachments ; anlagen ; pièces jointes ; adjuntos ; allegati ; bijlagen ; organization ; newsgroups
    """),
}
"""Keys of the header block that Outlook and others put above a quoted mail."""

ORIGINAL = phrases("""
    en: original (?:message|e-?mail|appointment|text) ; (?:reply|replied|previous) message
    de: urspr(?:ü|ue?)nglich(?:e|er) (?:nachricht|termin|e-?mail) ; original-?nachricht
    fr: message (?:d['’]origine|original|initial) ; (?:e-?mail|rendez-vous) d['’]origine
    es it pt nl: mensaje original ; messaggio (?:originale|originario) ; mensagem original
    oorspronkelijk(?:e)? (?:bericht|e-?mail)
    da nb sv fi: oprindelig (?:meddelelse|besked|mail) ; opprinnelig (?:melding|e-?post) ; original melding
    ursprungligt meddelande ; originalmeddelande ; alkuperäinen (?:viesti|sähköposti)
    pl cs sk: (?:wiadomość oryginalna|oryginalna wiadomość|treść oryginalnej wiadomości) ; původní (?:zpráva|e-?mail)
    pôvodná správa
    lv lt et: (?:sākotnējā|oriģinālā) (?:ziņa|vēstule|ziņojums) ; originalus laiškas ; pradinis pranešimas ; algne (?:kiri|sõnum)
    hu tr: eredeti üzenet ; (?:özgün|orijinal) (?:ileti|mesaj)
    ru uk: (?:исходное|оригинальное|первоначальное) сообщение ; (?:оригінальне|вихідне|початкове) повідомлення
    ja zh ko: (?:元|オリジナル)の?メッセージ ; 原始邮件 ; 原始郵件 ; 原始信件 ; 邮件原件 ; 원본 (?:메일|메시지)
    ro: mesaj(?:ul)? original
""")
"""Words between dashes above a quoted mail."""

FORWARDED = phrases("""
    en: forwarded (?:message|mail|by[^\\n]{0,80}) ; begin forwarded message ; fwd
    de: (?:weitergeleitete|weitergel\\.) nachricht ; (?:anfang|ende) der weitergeleiteten (?:nachricht|e-?mail)
    fr: message (?:transféré|transmis) ; début du message (?:réexpédié|transféré)
    es: mensaje reenviado ; inicio del mensaje reenviado
    it: messaggio inoltrato ; inizio messaggio inoltrato
    pt: mensagem (?:encaminhada|reencaminhada) ; início da mensagem (?:encaminhada|reencaminhada)
    nl: (?:begin )?doorgestuurd bericht
    da nb: videresendt (?:meddelelse|melding|besked) ; start på videresendt besked
    sv fi: vidarebefordrat (?:meddelande|mejl|brev) ; (?:välitetty|edelleenlähetetty) viesti
    pl: (?:wiadomość przekazana|przekazana wiadomość|przekazany list|początek przekazywanej wiadomości)
    cs sk: přeposlaná zpráva ; preposlaná správa
    lv lt et: pārsūtītā (?:ziņa|vēstule) ; persiųstas laiškas ; edastatud kiri
    hu tr: továbbított üzenet ; iletilen (?:ileti|mesaj) ; yönlendirilmiş mesaj
    ru: (?:пересылаемое|пересланное|перенаправленное) (?:сообщение|письмо)
    начало переадресованного (?:сообщения|письма)
    uk: (?:переслане|перенаправлене) повідомлення
    ja zh ko: 転送(?:された)?メッセージ ; 転送メール ; 转发的?(?:邮件|信件) ; 轉寄(?:的)?(?:郵件|信件) ; 전달된 (?:메일|메시지)
    ro: mesaj redirecționat
""")
"""Words above a forwarded mail."""
