# ruff: noqa: E501, RUF001
"""What other robots write: ticket systems, challenges, receipts, newsletters."""

from __future__ import annotations

from mailer.understand.phrases import phrases

TICKET_WORDS = phrases("""
    en: (?:we have|we've|we) received your (?:request|message|e-?mail|inquiry|enquiry|ticket|application|query) ; your (?:request|ticket|case|message|inquiry|enquiry|e-?mail|application) (?:\\S{1,20} )?(?:has been|was|is being) (?:received|created|opened|registered|logged|submitted|assigned)
    ticket (?:number|id|no|has been|was) ; (?:support )?ticket (?:has been|was) (?:created|opened) ; thank(?:s| you) for (?:contacting|reaching out to|getting in touch with|writing to) (?:us|our|the|\\w) ; (?:case|reference|request) (?:number|no|id)\\b
    one of our (?:team|agents|representatives|specialists|colleagues) ; (?:our team|we) will (?:get back to you|respond|review|reply) (?:within|as soon|shortly) ; do not change the subject
    de: (?:anfrage|nachricht|e-?mail|mitteilung) (?:ist|wurde)[^.\\n]{0,40}(?:eingegangen|empfangen|erstellt|erfasst|entgegengenommen) ; wir haben ihre (?:anfrage|nachricht|e-?mail) erhalten ; (?:ticket|vorgangs|bearbeitungs|fall)-?nummer
    fr: nous avons bien reçu votre ; votre (?:demande|message) a (?:bien )?été (?:enregistrée?|reçue?|prise?) ; numéro de (?:ticket|dossier|demande)
    es: hemos recibido (?:su|tu) ; (?:su|tu) (?:solicitud|consulta|mensaje) ha sido ; número de (?:ticket|caso|incidencia) ; gracias por contactar ; procesando la respuesta
    it: abbiamo ricevuto (?:la|il) (?:sua|tua|suo|tuo|vostra) ; (?:la|il) (?:sua|tua|vostra) richiesta è stata ; numero (?:di )?(?:ticket|pratica)
    pt: recebemos (?:a |o )?(?:sua|seu|tua|teu) ; (?:sua|a sua) solicitação foi ; número do (?:ticket|chamado|protocolo)
    nl: (?:wij|we) hebben (?:uw|je) (?:bericht|e-?mail|aanvraag|vraag|verzoek) (?:goed )?ontvangen ; ticketnummer
    da nb sv fi: vi har modtaget din ; vi har mottatt (?:din|henvendelsen) ; vi har (?:mottagit|tagit emot) ditt ; sagsnummer|saksnummer|ärendenummer ; olemme vastaanottaneet
    pl cs sk: otrzymaliśmy (?:państwa|twoj|pana|pani) ; numer (?:zgłoszenia|sprawy) ; (?:obdrželi|přijali) jsme (?:váš|vaši) ; číslo (?:požadavku|tiketu) ; prijali sme
    lv hu tr: esam saņēmuši jūsu ; megkaptuk (?:az ön|üzenet|level) ; (?:talebiniz|mesajınız)[^.\\n]{0,40}(?:alınmış|ulaş)
    ru uk: ваш(?:е|а)? (?:обращение|заявка|запрос|сообщение|письмо) (?:принят|получен|зарегистрирован) ; номер (?:заявки|обращения|тикета) ; ваше? (?:звернення|запит|заявку?) (?:прийнят|отриман|зареєстрован)
    ja zh ko: お問い合わせ(?:を|いただき)[^。\\n]{0,20}(?:受け付け|受付|ありがとう) ; 受付番号 ; 已收到您的 ; 工单|工單 ; 문의(?:가|를)?[^.\\n]{0,20}접수
""")
"""How acknowledgements of ticket systems read."""

TICKET_SUBJECTS = phrases("""
    en: [\\[(#]{1,2}\\s?(?:ticket|case|request|req|issue|sr|inc|support|vorgang|ref)?[\\s#:\\-]{0,3}[a-z]{0,6}-?\\d{3,}[^\\])]{0,20}[\\])]? ; (?:ticket|case|request)\\s?(?:#|no\\.?|number|id|received|created|opened)
    (?:we(?:'ve| have)?|has been) received(?: your)? ; thank(?:s| you) for (?:contacting|your (?:request|inquiry|enquiry|application|message|e-?mail))
    de fr es it nl: eingangsbestätigung ; ihre anfrage ; accusé de réception ; confirmación de recepción ; conferma di ricezione ; ontvangstbevestiging
""")
"""Subjects of such acknowledgements."""

TICKET_HEADERS = (
    "x-zendesk", "x-jira", "x-rt-", "rt-ticket", "x-otrs", "x-freshdesk", "x-helpscout", "x-hubspot", "x-intercom", "x-sfdc", "x-kayako",
    "x-osticket", "x-ticket", "x-helpdesk", "x-front", "x-gorgias", "x-servicenow", "x-redmine",
)  # fmt: skip
"""Beginnings of header names that ticket systems add, to their robots' mail and their people's alike."""

CHALLENGE_WORDS = phrases("""
    en: (?:confirm|verify|prove)[^.\\n]{0,40}(?:you are|you're|that you)[^.\\n]{0,20}(?:human|real person|not a (?:spammer|robot|machine)|legitimate)
    (?:your|this) (?:message|e-?mail|mail) (?:is|has been|was) (?:currently )?(?:being )?(?:held|quarantined|waiting|pending|intercepted)[^.\\n]{0,80}
    (?:to have|to get|so that|before|in order for) your (?:message|e-?mail|mail) (?:delivered|released|can be|is|will be|to be)[^.\\n]{0,30} ; challenge[-/ ]response ; spam ?arrest ; boxtrapper
    (?:sender|e-?mail|address) verification (?:is )?(?:required|needed|request) ; (?:only|just) (?:have|need) to do this once ; add(?:ed)? (?:you|your address|yourself)? ?to (?:my|the) (?:approved|allowed|white ?list)
    de fr es it pt nl: bestätigen sie[^.\\n]{0,60}(?:absender|kein spam|mensch) ; confirme[rz][^.\\n]{0,60}(?:humain|expéditeur|n'êtes pas un robot) ; confirme que (?:es|usted es) (?:una persona|humano) ; confermare[^.\\n]{0,60}(?:mittente|persona reale)
    ru: подтвердите[^.\\n]{0,60}(?:не робот|не спам|отправ)
""")
"""How challenge-response systems read."""

CHALLENGE_SUBJECTS = phrases("""
    en: (?:please )?(?:confirm|verify|authenticate|approve) (?:your|this) (?:message|e-?mail|mail|address|identity) ; (?:verification|confirmation|authentication|authorization) (?:required|needed|request) ; e-?mail requires verification ; action required[^\\n]{0,40}(?:deliver|verif|confirm)
    verify#\\S{4,60} ; bestätigung (?:erforderlich|ihrer)
""")

RECEIPT_SUBJECTS = phrases("""
    en: read ; not read ; return receipt ; read receipt ; delivered ; delivery receipt ; disposition notification
    de: gelesen ; ungelesen gelöscht ; nicht gelesen ; lesebestätigung ; empfangsbestätigung
    fr es it pt nl: lu ; non lu ; accusé de lecture ; leído ; no leído ; confirmación de lectura ; letto ; non letto ; conferma di lettura ; lido ; não lido ; lida ; gelezen ; niet gelezen ; leesbevestiging
    da nb sv fi: læst ; lest ; läst ; kvittering ; luettu ; ulest
    pl cs sk hu tr ru: przeczytano ; przeczytane ; přečteno ; prečítané ; elolvasva ; olvasva ; okundu ; прочитано ; прочтено
    lv ja zh ko: izlasīts ; 開封済み ; 開封確認 ; 已读 ; 已讀 ; 읽음
""")
"""Beginnings of the subjects of receipts, before a colon."""

RECEIPT_WORDS = phrases("""
    en: (?:your )?message[^.]{0,200}(?:was|has been) (?:read|displayed|deleted without being read|opened) ; this is a (?:return|read) receipt ; return receipt ; was (?:received by|displayed on the recipient)
    de: (?:nachricht|mail)[^.]{0,200}(?:wurde|wurden) (?:am[^.]{0,40})?(?:gelesen|angezeigt|ungelesen gelöscht|geöffnet) ; lesebestätigung
    fr es it pt nl: (?:a été|ont été) (?:lu|affiché|ouvert) ; accusé de (?:lecture|réception) ; ha sido leído|fue leído|se leyó ; è stato letto|è stato visualizzato ; foi lida|foi lido ; is gelezen
    da sv fi pl cs hu tr ru: blev læst|er læst|ble lest ; har lästs|lästes ; on luettu ; została przeczytana|odczytana ; byla přečtena|byla zobrazena ; elolvas ; okundu ; было прочитано|прочитано
    ja zh: 開封 ; 已(?:于[^。]{0,30})?(?:阅读|读取|讀取|閱讀)
""")

CALENDAR_SUBJECTS = phrases("""
    en: accepted ; declined ; tentative(?:ly accepted)? ; new time proposed ; cancell?ed(?: event)? ; updated invitation
    de: zugesagt ; angenommen ; abgesagt ; abgelehnt ; mit vorbehalt ; unter vorbehalt ; andere zeit vorgeschlagen ; neue zeit vorgeschlagen ; zusage ; absage
    fr es it pt nl: accepté ; refusé ; provisoire ; annulé ; aceptad[oa] ; rechazad[oa] ; provisional ; accettat[oa] ; rifiutat[oa] ; provvisorio ; aceit[oe] ; recusad[oa] ; geaccepteerd ; afgewezen ; voorlopig
    da nb sv fi pl cs hu ru: accepteret ; afvist ; godtatt ; avslått ; accepterat ; avböjt ; hyväksytty ; hylätty ; zaakceptowano ; odrzucono ; přijato ; odmítnuto ; elfogadva ; elutasítva ; принято ; отклонено
    ja zh: 承諾 ; 辞退 ; 仮承諾 ; 已接受 ; 已拒绝 ; 暂定
""")
"""Beginnings of the subjects of calendar answers, before a colon."""

LIST_WORDS = phrases("""
    en: unsubscribe ; manage (?:your )?(?:e-?mail )?(?:preferences|subscriptions?) ; view (?:this )?(?:e-?mail|message|it)? ?(?:in|on|online in) (?:your |a )?(?:web )?browser ; you (?:are )?receiv(?:ed|ing) this (?:e-?mail|message|newsletter) because ; update your preferences
    de fr es it pt nl: abmelden|abbestellen ; se désinscrire|se désabonner ; darse de baja|cancelar (?:la )?suscripción ; disiscriviti|cancella(?:re)? (?:la )?iscrizione ; cancelar (?:a )?(?:inscrição|subscrição)|descadastr ; uitschrijven|afmelden
    da sv fi pl cs ru ja zh: afmeld ; avregistrera|avprenumerera ; peruuta tilaus ; wypisz|zrezygnować z subskrypcji ; odhlásit ; отписаться ; 配信停止 ; 退订|取消訂閱
""")
"""What stands at the foot of newsletters."""
