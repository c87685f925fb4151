# ruff: noqa: E501, RUF001
"""How letters end: closing formulas, advertisements of devices, disclaimers and list footers, by language."""

from __future__ import annotations

from mailer.understand.phrases import phrases

SENT_FROM = phrases("""
    en: sent (?:from|with|using|via|by)(?: my| the)? ; sent (?:on|over) the go(?: from)? ; get outlook for
    de: (?:von|vom) (?:meine[mr] )?[\\w\\- ]{1,30} (?:gesendet|versendet|geschickt)
    gesendet (?:von|mit|über|vom)(?: mein(?:em|er))? ; diese (?:nachricht|e-?mail|mail) wurde (?:von|mit|aus) mein(?:em|er)?
(?:holen sie sich|laden sie) outlook
    fr: envoy[ée] (?:de|depuis|avec|à partir (?:de|du|d['’]\\w{1,20})|via)(?: mon| ma)? ; (?:t[ée]l[ée]charger|obten(?:ir|ez)) outlook pour
    es pt: enviado (?:desde|con|a través de|do|a partir d[oe]|de|pel[oa]|através)(?: mi| meu| o meu)?
    obtener outlook para ; obter o outlook
    it: inviato (?:da|dal|con|tramite)(?: mio| il mio)? ; (?:scarica|ottieni) outlook per
    nl: (?:verzonden|verstuurd) (?:vanaf|via|met|vanuit|van)(?: mijn)? ; outlook voor [\\w ]{2,10} downloaden
    da nb sv: sendt fra(?: min)? ; hent outlook til ; skickat från(?: min)? ; hämta outlook för ; last ned outlook for
    fi: lähetetty [\\w\\- ]{1,40} ; hanki outlook
    pl: wysłan[eoy] z(?: mojego)? ; pobierz (?:program |aplikację )?outlook
    cs sk: odesláno z(?: mého)? ; získat outlook ; odoslané z
    lv lt et: nosūtīts no(?: mana)? ; išsiųsta iš ; saadetud minu
    hu: az? [\\w\\-]{1,30} (?:küldve|elküldve) ; elküldve az? [\\w\\- ]{1,40} ; az? [\\w\\-]{1,30} készülékemről küldve
    tr: [\\w\\-]{1,30}(?:['’]?[ıiuü]?m?d[ae]n|['’]?[td][ae]n) gönderildi
    ru uk: отправлено (?:с|из|от)(?: моего)? ; надіслано з(?: мого)? ; скачать outlook
    ja zh ko: [\\w\\- ]{1,20}から送信 ; 从我的 ; 发自我的 ; 發自我的 ; 從我的 ?[\\w ]{1,20}傳送 ; 获取 outlook ; 나의 [\\w ]{1,20}에서 보냄
    ro el he ar: trimis (?:de pe|din|cu) ; στάλθηκε από(?: το)? ; נשלח (?:מ|באמצעות)[\\w\\- ]{0,20} ; أ?ُ?رسلت? من(?: الـ?)?
    hr sl bg: poslano (?:s|sa|z|iz)(?: mo(?:g|jega))? ; изпратено от(?: моя)?
""")
"""How a line of advertisement for the sender's device or program begins, or reads as a whole."""

CLOSINGS = phrases("""
    en: (?:with )?(?:kind|kindest|best|warm|warmest|many|my best)?\\s?regards ; best(?: wishes)? ; all (?:the )?best
    sincerely(?: yours)? ; yours(?: (?:sincerely|truly|faithfully))? ; cheers ; respectfully ; warmly ; take care ; (?:talk|speak|see you|write) soon ; with (?:gratitude|appreciation|thanks) ; rgds ; br ; kr
    (?:many |with )?thanks(?: and (?:kind |best )?regards| again| so much| in advance)?
    thank you(?: (?:and (?:kind |best )?regards|again|so much|very much))?
    de: (?:mit )?(?:freundlichen?|besten?|herzlichen?|vielen?|lieben?|schönen?) (?:grüßen?|gru(?:ß|ss)|grüssen?|dank)(?: aus [\\w ]{2,20})?
    mfg ; lg ; vg ; bg ; gru(?:ß|ss) ; grü(?:ß|ss)e ; hochachtungsvoll
    fr: (?:bien )?cordialement(?: vôtre)? ; (?:bien )?amicalement ; cdlt ; bien à (?:vous|toi) ; (?:sincères |meilleures )?salutations
    (?:très )?respectueusement
    es: (?:un )?(?:cordial )?saludos?(?: cordial(?:es)?)? ; atentamente ; un (?:fuerte )?abrazo ; abrazos
    it: (?:cordiali |distinti )?saluti ; (?:un )?cordiale saluto ; cordialmente
    pt: (?:um )?abraço ; abraços ; (?:com os )?melhores cumprimentos ; cumprimentos ; atenciosamente ; att
    nl: (?:met )?vriendelijke groet(?:en)? ; (?:hartelijke |vele )?groet(?:en|jes)? ; mvg ; hoogachtend
    da nb sv: (?:med )?(?:venlig|vennlig|vänlig|bedste|beste) hils(?:en|ning|ninger) ; (?:de )?bedste hilsner ; mvh ; vh ; hilsen
    (?:med )?vänliga hälsningar ; hälsningar
    fi: (?:ystävällisin )?terveisin ; t(?:erv)?
    pl: (?:z )?(?:poważaniem|pozdrowieniami|wyrazami szacunku) ; (?:serdecznie )?pozdrawiam(?: serdecznie)?
    cs sk: s (?:přátelským )?pozdravem ; s pozdravom
    lv lt et: ar cieņu ; pagarbiai ; lugupidamisega
    hu tr: (?:üdvözlettel|tisztelettel|üdv) ; (?:iyi çalışmalar|saygılarımla|saygılar|sevgiler)
    ru uk: с уважением ; с наилучшими пожеланиями ; з повагою ; з найкращими побажаннями
    ro el hr sl bg: cu (?:stimă|respect|drag) ; toate cele bune ; με εκτίμηση ; φιλικά ; l(?:ij)?ep(?: |i )?pozdrav ; srdačan pozdrav ; s poštovanjem ; поздрави ; с поздрав
    he ar: בברכה ; תודה ; مع (?:أطيب )?(?:التحيات|التحية) ; تحياتي
    ja zh: よろしくお願いいたします ; 敬具 ; 此致 ; 祝好 ; 顺颂商祺
""")
"""Closing formulas: what follows one, near the end, is name and signature."""

DISCLAIMERS = phrases("""
    en: (?:this|the) (?:e-?mail|message|communication|transmission)[^\\n]{0,200}(?:confidential|privileged|intended (?:only|solely))
    the (?:information contained|contents of this)[^\\n]{0,200}(?:confidential|privileged|intended|proprietary)
    confidential(?:ity)? (?:notice|note|statement|disclaimer) ; (?:legal )?disclaimer\\b ; please consider the environment
    if you (?:are not the intended|have received this (?:e-?mail|message)) ; notice: this e-?mail ; important notice[:\\s]
    virus-free\\b ; (?:scanned|checked) (?:by|for) (?:virus|avast|avg) ; caution: this e-?mail originated
    this (?:e-?mail|message) (?:has been|was) (?:scanned|checked)
    de: diese (?:e-?mail|nachricht)[^\\n]{0,120}(?:vertraulich|rechtlich geschützt)
    (?:der inhalt|die informationen) (?:dieser|in dieser) e-?mail[^\\n]{0,80}vertraulich
    fr: ce (?:message|courriel|mail|courrier)[^\\n]{0,120}(?:confidentiel|destinataires?) ; les informations contenues dans ce
    es: (?:este|el presente) (?:mensaje|correo|e-?mail)[^\\n]{0,120}(?:confidencial|destinatari)
    aviso (?:legal|de confidencialidad)
    it: (?:le informazioni contenute|questo messaggio|questa e-?mail)[^\\n]{0,140}(?:riservat|confidenzial|privacy|destinatari)
    (?:il presente messaggio|ai sensi del)[^\\n]{0,140}(?:riservat|confidenzial|privacy|destinatari)
    pt: (?:esta mensagem|este e-?mail)[^\\n]{0,120}(?:confidencia|destinatári)
    nl: (?:dit|deze) (?:bericht|e-?mail)[^\\n]{0,120}(?:vertrouwelijk|bestemd)
    da nb sv: denne (?:e-?mail|e-?post|meddelelse|melding)[^\\n]{0,100}(?:fortrolig|konfidensiell)
    detta (?:meddelande|e-?post)[^\\n]{0,100}konfidentiel
    fi: tämä (?:viesti|sähköposti)[^\\n]{0,100}luottamukselli
    pl: (?:niniejsza|ta) wiadomość[^\\n]{0,100}(?:poufn|zastrzeżon)
    cs: (?:tato zpráva|tento e-?mail)[^\\n]{0,100}důvěrn
    hu tr: ez (?:az )?(?:e-?mail|üzenet)[^\\n]{0,100}bizalmas ; bu e-?posta[^\\n]{0,100}gizli
    ru uk: (?:это|данное|настоящее) (?:сообщение|письмо)[^\\n]{0,120}конфиденциальн ; це повідомлення[^\\n]{0,100}конфіденційн
    ja zh: 本(?:メール|电子?邮件|郵件)[^\\n]{0,60}(?:機密|机密|保密)
""")
"""First words of a disclaimer."""

LIST_FOOTERS = phrases("""
    en: [\\w.\\-]{1,60} mailing list ; (?:to|click here to|you can) unsubscribe\\b ; to unsubscribe from this
    you received this (?:message|e-?mail) because ; you are receiving this because ; reply to this e-?mail directly
    https?://[\\w.\\-/]{3,100}/(?:mailman|listinfo|lists?)/
""")
"""Lines that mailing lists put below a message."""
