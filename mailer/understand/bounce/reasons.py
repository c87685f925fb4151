# ruff: noqa: E501, RUF001
"""What the words of mail systems mean, as data: whether they go on trying, and why a message was not taken.

Each table is a set of lower-case fragments, joined into one expression; see words.py.
"""

from __future__ import annotations

from mailer.understand.phrases import Table

NOT_DELIVERED_YET = Table(
    (
        r"\bdelay(?:ed)?\b",
        r"warning message only",
        r"this is (?:just )?a warning",
        r"not yet (?:been )?delivered",
        r"still being (?:re)?tried",
        r"(?:will|to) (?:be retried|retry|continue (?:to (?:attempt|try)|trying|retrying))",
        r"(?:delivery )?attempts will continue",
        r"has been postponed",
        r"you do not need to (?:resend|take)",
        r"do not resend your",
        r"will (?:keep|be) (?:trying|retried)",
        r"delivery incomplete",
        r"wird (?:weiterhin|erneut) versucht",
        r"retardé",
        r"se seguirá intentando",
    )
)
"""A mail system that goes on trying."""

GAVE_UP = Table(
    (
        r"permanent(?:ly)? (?:error|fail|fatal)",
        r"failed permanently",
        r"given up",
        r"giving up",
        r"not going to try again",
        r"will not try to redeliver",
        r"no further (?:delivery )?attempts",
        r"has stopped trying",
        r"has been removed from the (?:mail )?queue",
        r"message (?:expired|not delivered)",
        r"could not be delivered to one or more",
    )
)
"""A mail system that tries no more."""

EXPIRED = Table(
    (
        r"retry time(?:out)? (?:not reached|exceeded)",
        r"retry timeout",
        r"all hosts .{0,60}(?:been )?failing for a long time",
        r"(?:message|queue\.|delivery time|time) ?expired",
        r"(?:been|was) in the queue too long",
        r"queue too long",
        r"queue(?:d)? (?:time|period|lifetime)[^.]{0,40}(?:exceeded|expired)",
        r"message timed out",
        r"maximum[- ]time[- ]expired",
        r"could not be delivered for more than",
    )
)
"""Given up since it took too long: a persistent transient failure (RFC 3463 X.4.7)."""

TEMPORARY = Table(
    (
        r"temporar(?:y|il)",
        r"try (?:again|your request again) later",
        r"\bdefer(?:red|ral)\b",
        r"greylist",
        r"host not reachable",
        r"connection (?:timed out|refused|reset)",
        r"server (?:is )?(?:too )?busy",
        r"vorübergehend",
        r"temporaire",
        r"temporal(?:mente)?",
        r"временн",
    )
)
"""Words of a passing trouble."""

DEAD = Table(
    (
        r"(?:user|recipient|mailbox|account|address|alias|addressee|userid|user ?id|destination|member)[^\n]{0,60}"
        r"\b(?:unknown|not known|not found|not exist|doesn'?t exist|does not exist|not exists|nonexist|non-exist|"
        r"no longer (?:valid|exists?|active|available|in use|on server)|not (?:a )?valid|invalid|not recognized|"
        r"not listed|undeliverable|could(?:n'?t| not) be found|not (?:on|at) this (?:server|site))",
        r"\b(?:unknown|invalid|illegal|bad|no such|non-?exist(?:e|a)nt|undefined|unrouteable|unroutable|incorrect)"
        r" (?:or (?:illegal|invalid|unknown) )?(?:local )?(?:destination )?(?:user|recipient|mailbox|account|address|"
        r"alias|addressee|userid|local part|e-?mail|final delivery|member|mail)",
        r"no (?:such )?(?:mailbox|user|account|recipient|address|person|one)[^.\n]{0,20} (?:here|by th(?:at|is) name|"
        r"found|matches|with th(?:at|is))",
        r"no mailbox",
        r"\bhas no mailbox",
        r"does(?:n'?t| not) have (?:an? )?[\w.\-]{0,60} ?(?:account|mailbox|final e-?mail delivery)",
        r"is not a (?:valid|known|registered) (?:user|mailbox|recipient|address)",
        r"not (?:our|a (?:local )?)customer",
        r"this user doesn'?t",
        r"user (?:is )?(?:not exist|unknow)",
        r"recipnotfound",
        r"recipient(?:'s)? (?:e-?mail )?address was not found",
        r"address not found",
        r"recipient (?:no longer|has moved)",
        r"(?:has|have|is) (?:left|no longer (?:with|at|employed|working))",
        r"disabled or discontinued",
        r"discontinued",
        r"inactive e?-?mail",
        r"no matches to nameserver query",
        r"unknown or not available",
        r"(?:domain|host|server)[^.\n]{0,60} (?:not found|does(?: not|n'?t) (?:exist|receive)|unknown|"
        r"could ?n[o']t be found|not exist)",
        r"(?:unknown|invalid|no such|illegal|bad) (?:host|domain)",
        r"host unknown",
        r"host or domain name not found",
        r"nxdomain",
        r"null mx",
        r"no smtp service",
        r"unrouteable address",
        r"name service error[^.\n]{0,80}not found(?!, try again)",
        r"could not find a gateway for",
        r"had no relevant answers",
        r"illegal host/domain",
        r"unbekannt(?:er|e)? (?:empfänger|benutzer|adresse)",
        r"(?:empf(?:ä|ae)nger|benutzer|adresse|postfach)[^.\n]{0,40}(?:unbekannt|existiert nicht|nicht gefunden)",
        r"(?:utilisateur|destinataire|adresse|boîte)[^.\n]{0,80}(?:inconnue?|introuvable|n'existe pas|non recens)",
        r"(?:usuario|destinatario|buz[óo]n|direcci[óo]n|cuenta)[^.\n]{0,60}(?:desconocid|no existe|no encontrad|"
        r"inexistente|no v[áa]lid)",
        r"(?:utente|destinatario|indirizzo|casella)[^.\n]{0,60}(?:sconosciut|inesistente|non esiste|non trovat|"
        r"non valid)",
        r"(?:usu[áa]rio|destinat[áa]rio|endere[çc]o|caixa)[^.\n]{0,60}(?:desconhecid|n[ãa]o existe|inexistente|"
        r"n[ãa]o encontrad)",
        r"(?:gebruiker|ontvanger|adres|postvak)[^.\n]{0,40}(?:onbekend|bestaat niet|niet gevonden)",
        r"(?:użytkownik|adresat|odbiorc|skrzynk)[^.\n]{0,40}(?:nieznan|nie istnieje)",
        r"(?:пользовател|адрес|ящик|получател)[^.\n]{0,40}(?:не найден|не существует|неизвест)",
        r"(?:宛先|あて先|ユーザ|アドレス|メールボックス)[^。\n]{0,30}(?:存在しません|見つかり|不明|ありません|誤り)",
        r"(?:用户|收件人|邮箱|帐号|账号|地址)[^。\n]{0,20}(?:不存在|未找到|无效|找不到)",
        r"(?:使用者|收件者|信箱|帳號|地址)[^。\n]{0,20}(?:不存在|找不到|無效)",
        r"找不到[^。\n]{0,20}(?:地址|邮箱|郵箱|用户|收件人|使用者|信箱)",
        r"(?:주소|사용자|수신자|받는 사람)[^.\n]{0,30}(?:존재하지 않|찾을 수 없|없는|없습니다)",
        r"no se (?:encontr[óo]|ha encontrado|pudo encontrar)[^.\n]{0,20}(?:direcci[óo]n|destinatari|usuari)",
        r"(?:endere[çc]o|e-?mail|destinat[áa]rio)[^.\n]{0,60}n[ãa]o (?:foi )?encontrad",
        r"(?:indirizzo|destinatario|utente|casella)[^.\n]{0,80}non (?:è stat[oa] )?trovat",
        r"gick inte att hitta[^.\n]{0,20}(?:adress|e-postadress|mottagar)",
        r"(?:adressen|mottagaren|användaren)[^.\n]{0,50}(?:hittades inte|finns inte)|okänd (?:mottagare|användare)",
        r"(?:adressen|modtageren|mottakeren|brukeren|brugeren)[^.\n]{0,60}(?:ble(?:v)? ikke fun(?:n|d)et|fin(?:de|ne)s ikke|"
        r"kunne ikke findes)|uk(?:je|e)n(?:d)?t (?:modtager|mottaker|bruger|bruker)",
        r"(?:osoitetta|vastaanottajaa|käyttäjää)[^.\n]{0,40}ei (?:löydy|löytynyt|ole)|tuntematon (?:vastaanottaja|käyttäjä)",
        r"adres[^.\n]{0,50}nie (?:został|zosta[łl]a|został[oy]) znalezion|nie znaleziono[^.\n]{0,30}(?:adres|odbiorc|użytkownik)",
        r"(?:adresa|příjemce|uživatel|príjemca|používateľ|schránka)[^.\n]{0,50}(?:nebyla? nalezena?|neexistuje|sa nenaš(?:la|iel))",
        r"neznám[ýy] (?:příjemce|uživatel|príjemca|používateľ)",
        r"(?:cím|címzett|felhasználó|postafiók)[^.\n]{0,50}(?:nem található|nem létezik|ismeretlen)",
        r"(?:adresi|adres|alıcı|kullanıcı)[^.\n]{0,50}(?:bulunamadı|geçersiz|mevcut değil|tanınmıyor)",
        r"adresa[^.\n]{0,50}nu (?:a fost găsit|există)",
        r"διεύθυνση[^.\n]{0,60}δεν (?:βρέθηκε|υπάρχει)",
        r"не удалось найти[^.\n]{0,50}(?:адрес|получател|пользовател)|нет такого (?:пользователя|ящика|адреса)",
        r"(?:адрес|користувач|скриньк|одержувач)[^.\n]{0,40}(?:не знайден|не існує|невідом)|не вдалося знайти[^.\n]{0,40}адрес",
        r"address(?:es)?[^.\n]{0,40} (?:is |are )?(?:possibly |probably )?(?:incorrect|misspel)",
        r"wasn'?t found at|could(?:n'?t| not) find any host",
        r"requested action not taken: mailbox unavailable(?![^\n]{0,80}(?:explanation|https?:|polic))",
        r"adressat unbekannt|empfänger(?:adresse)? (?:ist )?(?:ungültig|falsch)",
        r"adresse (?:est )?(?:incorrecte|invalide|erronée)|destinataire inexistant",
    )
)
"""There is no such mailbox or no such domain."""

REFUSING = Table(
    (
        r"quota",
        r"(?:mailbox|mail ?folder|inbox|mail box|storage|disk|account|space)[^.\n]{0,40}"
        r"(?:full|exceeded|exhausted|not enough)",
        r"too much mail",
        r"exdiskquota",
        r"exceed(?:s|ed|ing)? (?:the )?(?:maximum|size|limit|storage)",
        r"too (?:big|large|long|many)",
        r"size limit",
        r"\bspam",
        r"unsolicited",
        r"block(?:ed|ing|list)",
        r"black ?list",
        r"\b(?:dns)?[rd]bl\b",
        r"reputation",
        r"polic(?:y|ies)",
        r"access denied",
        r"relay(?:ing)? (?:access )?(?:denied|not permitted)|unable to relay|not permitted to relay",
        r"(?:dmarc|dkim|spf)\b",
        r"reverse dns|ptr record|rdns",
        r"sender (?:address )?(?:rejected|verify|denied)",
        r"unroutable sender",
        r"authentication (?:required|failed)|authrequired",
        r"virus",
        r"content (?:rejected|filter)",
        r"greylist",
        r"loop(?:ing)?\b",
        r"too many hops",
        r"frozen|suspended|temporar(?:y|ily)",
        r"preferences? of the person|recipient preferences?",
        r"restricted",
        r"(?:voll|überschritten)\b",
        r"pleine?\b|dépassé",
        r"llen[oa]\b|piena\b|cheia\b",
        r"переполнен",
        r"容量|満杯|いっぱい|已满|已滿|配额|配額|超出",
        r"용량|초과|가득",
        r"(?:inkorgen|postlådan|brevlådan|postkassen|indbakken|innboksen)[^.\n]{0,30}ful[ld]",
        r"täynnä|pełn[ay]|przepełnion|pln[áý]\b|přeplněn|megtelt|betelt|kotası|dolu\b",
        r"postvak[^.\n]{0,30}vol\b",
    )
)
"""The mailbox is there, or may be, but this message was not taken."""

ABOUT_SENDER = Table(
    (
        r"sender (?:address|domain|verify|rejected|unknown|denied)",
        r"unroutable sender",
        r"(?:after|in reply to|error (?:following|after)) (?:the )?mail(?: from)?\b",
        r"\bfrom:\s+domain is invalid",
        r"5\.1\.[78]\b",
        r"relay access denied",
        r"valid sender domain",
    )
)
"""It was the sender's side that was refused, so the words say nothing of the recipient."""
