"""What mail systems say, as data: who they write as, how they begin, and what their words mean for the address.

Each table is a set of lower-case fragments, joined into one expression. Fragments are fixed words with bounded gaps,
so that matching stays linear.
"""

from __future__ import annotations

import re

from mailer.understand.phrases import Table

DAEMON_LOCAL = re.compile(
    r"^(?:mailer[-_.+ ]?daemon|mail[-_.]?daemon|mdaemon|maildaemon|postmaster|post[-_]master|mailadm(?:in)?|"
    r"mail[-_.]?delivery(?:[-_.]?(?:sub)?system)?|bounces?|bounce-notification|noreply-dsn|ndr|imss|inetgw\d?|"
    r"symantec_antivirus[\w]{0,40}|e\d{3}_smtp_mail_service|system[-_ ]administrator|courier|amavisd?|mx-?admin|root)$",
    re.IGNORECASE,
)
"""Local parts that mail systems write from."""

DAEMON_NAME = Table(
    (
        r"mail(?:er)?[- ]?daemon",
        r"mail delivery (?:sub)?system",
        r"mail delivery service",
        r"mail[- ]delivery[- ]agent",
        r"delivery (?:sub)?system",
        r"internet mail delivery",
        r"post ?master",
        r"system administrator",
        r"mail administrator",
        r"mail system",
        r"mailserver",
        r"courier mail server",
        r"e-?mail delivery",
        r"microsoft outlook$",
        r"m-filter",
        r"^jetmail",
        r"zustellung",
        r"automated response from",
    )
)
"""Display names that mail systems write under."""

SUBJECTS = Table(
    (
        r"undeliver(?:able|ed)",
        r"non[- ]?deliver(?:y|able)",
        r"not (?:be )?delivered",
        r"returned (?:e-?)?mail",
        r"return(?:ing|ed) (?:message )?to sender",
        r"failure (?:notice|delivery)",
        r"delivery (?:has )?(?:fail|status|notification|report|problem|error|delayed|warning|has been delayed)",
        r"(?:mail|message|e-?mail|smtp) (?:delivery|failure|error|system error|delayed|not sent)",
        r"delivery (?:status )?notification",
        r"(?:mail|message) (?:could|was|can) ?not (?:be )?(?:sent|deliver)",
        r"(?:could|can) ?not be delivered",
        r"fail(?:ed|ure) (?:mail|message|to deliver|delivery)",
        r"mail failed",
        r"permanent (?:delivery )?(?:failure|error)",
        r"delayed mail",
        r"message .{0,60} delayed",
        r"delivery failure",
        r"processing error",
        r"user unknown",
        r"mail(?:box)? (?:is )?(?:full|over quota|quota exceeded)",
        r"automatically rejected",
        r"rejected mail",
        r"message rejected",
        r"nameserver error report",
        r"bounced? (?:mail|message|e-?mail|action)",
        r"^\[bounce\]",
        r"unzustellbar",
        r"nicht zugestellt",
        r"zustell(?:ung|fehler|bericht)",
        r"non remis",
        r"non distribu",
        r"échec (?:de )?(?:la )?(?:remise|distribution|livraison)",
        r"rapport de non[- ]remise",
        r"non recapitabile",
        r"mancat[ao] (?:recapito|consegna)",
        r"recapito (?:non riuscito|fallito)",
        r"no se (?:puede|pudo) entregar",
        r"no entregado",
        r"error (?:de|en la) entrega",
        r"devuelto",
        r"n[ãa]o (?:foi )?(?:entregue|entregável|é possível entregar)",
        r"falha na entrega",
        r"onbestelbaar",
        r"niet (?:worden )?(?:bezorgd|afgeleverd)",
        r"kan ikke leveres",
        r"ikke leveret",
        r"kunde inte levereras",
        r"gick inte att leverera",
        r"ei voitu toimittaa",
        r"nie można dostarczyć",
        r"niedostarczaln",
        r"nedoručiteln",
        r"kézbesíthetetlen",
        r"teslim edilemedi",
        r"не доставлен",
        r"недоставлен",
        r"配信(?:不能|できません|エラー)",
        r"送信(?:できません|エラー|失敗)",
        r"配送(?:失敗|エラー)",
        r"無法(?:傳遞|遞送)",
        r"无法(?:传递|投递|送达)",
        r"退信",
        r"반송",
    )
)
"""Subjects of bounces."""

INTROS = Table(
    (
        r"(?:this|your) (?:message|mail|e-?mail) (?:was|has been) (?:created|generated) automatically by (?:the )?"
        r"(?:mail|smtp|facebook)",
        r"this is (?:an? )?automatic(?:ally)? (?:generated )?(?:delivery|non-?delivery)",
        r"this is (?:an? |the )?(?:automatically generated )?(?:delivery status notification|mail delivery agent)",
        r"this is the (?:[\w.\- ]{0,40} )?(?:program|mail system|mail server|mailer-daemon)\b",
        r"this is the machine generated message from mail",
        r"this report relates to (?:a|your) message",
        r"the original (?:message|mail) was received at",
        r"the attached message had permanent fatal",
        r"(?:was|were|is|are|been|be|am) (?:not able|unable) to deliver",
        r"wasn'?t able to deliver",
        r"unable to deliver",
        r"(?:could|can|was|were|has|have|did|cannot|will)(?: ?not|n'?t)? (?:yet )?(?:been |be )?(?:not )?"
        r"(?:be )?(?:delivered|deliverable) to",
        r"could ?not be delivered",
        r"could ?n[o']t (?:be )?(?:deliver|sent)",
        r"can ?not be delivered",
        r"was (?:not delivered|undeliverable)",
        r"has not (?:yet )?been delivered",
        r"(?:did|does|could) not (?:reach|receive)",
        r"delivery (?:to .{0,60})?(?:has )?(?:failed|been delayed|been postponed|was aborted)",
        r"delivery of (?:e-?mail|your message)[^.]{0,80}postponed",
        r"delevery to the following",
        r"has been (?:delayed|postponed) ",
        r"delivery problems?",
        r"delivery (?:failure|errors?)",
        r"mail delivery failed",
        r"(?:following|these) (?:addresse?s?|recipients?)(?:\(e?s\))? (?:had|have|failed|has)",
        r"the following recipients? (?:was|were|did|could|cannot|failed)",
        r"following recipients? of your message",
        r"undeliverable {1,4}(?:address|to|mail|message)",
        r"intended recipients?:",
        r"incorrectly constructed",
        r"has been returned because",
        r"(?:message|mail|e-?mail) (?:has been|was) (?:automatically )?(?:rejected|returned|refused|blocked)",
        r"does(?: not|n'?t) have a[n]? [\w.\-]{1,100} account",
        r"unknown user",
        r"user(?:'s)? (?:is )?(?:unknown|not found|not known|mailbox is full)",
        r"no such user",
        r"account is (?:temporarily )?(?:over quota|disabled|suspended)",
        r"invalid final delivery userid",
        r"delivery failed \d{1,4} attempts",
        r"failed recipients?",
        r"failure reasons?",
        r"error (?:has )?occurred while (?:trying|attempting) to deliver",
        r"error delivering your (?:mail|message)",
        r"trouble delivering your message",
        r"wasn'?t delivered",
        r"failed to (?:be )?deliver",
        r"no valid recipients",
        r"delivery subsystem",
        r"problem deliver",
        r"message non-deliverable",
        r"temporary problem delivering",
        r"message (?:blocked|not delivered)",
        r"did not exactly match",
        r"recipients? (?:was|were) rejected",
        r"was rejected by",
        r"konnte (?:leider )?(?:nicht|an)[^.]{0,80}(?:zugestellt|übermittelt|gesendet)",
        r"nicht zugestellt werden",
        r"fehler bei der (?:nachrichten)?(?:übermittlung|zustellung)",
        r"n'a pas (?:pu|été|ete) (?:etre |être )?(?:délivré|delivre|distribué|remis|transmis|atteint)",
        r"échec de la remise",
        r"non è (?:stato|riuscit)[^.]{0,60}(?:recapit|consegn)",
        r"il recapito non è riuscito",
        r"no (?:ha podido|pudo|puede|ha sido) (?:ser )?entreg",
        r"se ha producido un error al entregar",
        r"n[ãa]o (?:p[ôo]de|foi possível|pode) (?:ser )?(?:entreg|enviad)",
        r"kon niet worden (?:bezorgd|afgeleverd)",
        r"nie (?:może|mogła|został[ao]?) (?:zostać )?(?:być )?dostarcz",
        r"не может быть доставлено",
        r"не (?:было|удалось) достав",
        r"невозможно доставить",
        r"配信(?:でき|不能|されませんでした)",
        r"送信(?:でき|に失敗)",
        r"送信することが(?:出来|でき)",
        r"お届けでき",
        r"届(?:きませんでした|けることが(?:出来|でき))",
        r"无法(?:发送|投递|送达|传递)",
        r"無法(?:傳送|投遞|送達|傳遞)",
        r"전송(?:되지|하지) (?:못|않)",
    )
)
"""How a mail system says that something was not delivered."""

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
        r"容量|満杯|已满|已滿",
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
