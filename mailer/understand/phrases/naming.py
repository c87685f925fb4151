# ruff: noqa: E501, RUF001, SIM905
"""How people name somebody worth talking to, by language."""

from __future__ import annotations

from mailer.understand.phrases import phrases

POINTERS = phrases("""
    en: (?:talk|speak|chat|write|reach out|turn|say hello|say hi|send (?:it|this|your \\w{2,8}|a note|a line)) to ; (?:talk|speak|chat|connect|meet(?: up)?|get in touch|be in touch|touch base|check|follow up|in touch|in contact|coffee|a call|a word|a chat) with
    (?:have you|did you|you) (?:ever )?(?:met|meet|talked to|talk to|spoken (?:to|with)|contacted|considered|heard of|tried) ; (?:a word|a chat) from
    contact ; reach ; e-?mail ; call ; phone ; ring ; text ; ask ; ping ; message ; try ; approach ; consult ; look up ; recommend ; suggest ; know ; meet ; named? ; called ; drop
    introduc(?:e|ing) you(?: both)? to ; introduc(?:e|ing)(?: you)? ; put you in (?:touch|contact) with ; connect you (?:with|to) ; hand you over to ; refer you to ; pass(?:ed|ing)? (?:this|it|your \\w{2,10}) (?:on|along) to ; forward(?:ed|ing)? (?:this|it|your \\w{2,10}) to
    de: (?:sprechen|sprich|reden|rede|telefonieren|unterhalten) (?:sie |du )?(?:sich )?(?:doch |bitte |mal |einmal |am besten |gern |gerne )*mit ; (?:wenden|wende) (?:sie |du )?(?:sich|dich) (?:doch |bitte |gerne |gern |am besten )*an ; (?:kontaktieren|kontaktiere|fragen|frag|frage|anrufen|rufen|ruf) (?:sie )?(?:doch |bitte |mal |einmal |gerne |gern )* ; (?:melden|melde) (?:sie |du )?(?:sich|dich) (?:doch |bitte |mal |gerne |gern )*bei ; kontakt (?:zu|mit|an) ; (?:schreiben|schreib) (?:sie )?(?:doch |bitte |mal )*an ; empfehle (?:ihnen |dir )? ; vorstellen ; stelle (?:ihnen|dir|euch) ; weiter(?:geleitet|gegeben) an ; vertritt mich ; vertreten durch
    fr: parl[ée][zr]?(?: donc)? (?:à|avec) ; contacte[zr] ; adressez-vous à ; vous adresser à ; (?:voyez|voir|vois) avec ; (?:écrivez|écris|appelez|appelle|joindre|demandez) (?:à )? ; (?:je )?(?:vous|te) présente ; (?:je )?(?:vous|te) recommande ; mettre en (?:relation|contact) avec ; prendre contact avec ; prenez contact avec ; transmis à
    es: habl(?:e|a|ar) con ; contact(?:e|a|ar)(?: con| a)? ; (?:póngase|ponte|ponerse) en contacto con ; (?:llam|escrib)(?:e|a|ir|ar) a ; (?:le|te|os) present(?:o|aré) a ; recomiendo a ; diríjase a ; pregunt(?:e|a) (?:a|por)
    it: parl(?:a|i|are) con ; contatt(?:a|i|are) ; (?:si rivolga|rivolgiti|rivolgersi|rivolgetevi) a(?:l|lla)? ; (?:scriv|chiam)(?:i|a|ere|are) (?:a )? ; (?:ti|le|vi) presento ; sentire ; chiedi a
    pt: fal(?:e|a|ar) com ; (?:contact|contat)(?:e|a|ar)(?: a| o| com)? ; entr(?:e|a|ar) em contat?c?to com ; (?:apresento)(?:-lhe|-te)? (?:a |o )? ; escrev(?:a|e|er) (?:a|para) ; dirija-se a
    nl: (?:neem|neemt u) (?:dan |eens |even |gerust )?contact op met ; contact opnemen met ; (?:praat|spreek|bel|overleg) (?:dan |eens |even )?(?:met )? ; (?:mail|schrijf|vraag|benader) ; stel (?:je|u) (?:graag )?voor aan ; richt u tot ; in contact (?:brengen )?met
    da nb: (?:tal|snak|snakk|prat|kontakt) (?:evt\\. |gerne |gjerne )?(?:med )? ; kontakte? ; tag (?:fat i|kontakt til) ; ta kontakt med ; henvend (?:dig|deg) til ; skriv til ; ring (?:til )? ; spørg|spør ; sætte dig i forbindelse med
    sv: (?:prata|tala|snacka) med ; kontakta ; (?:ta|kom i) kontakt med ; hör av dig till ; vänd dig till ; skriv till ; ring ; fråga ; presentera dig för
    fi: ota yhteyttä ; ottakaa yhteyttä ; kysy ; puhu ; soita
    pl: porozmawiaj(?:cie)? z ; (?:prosz[ęe] o |w )?kontakt(?:u|ować się)? z ; skontaktuj(?:cie)? się z ; skontaktować się z ; (?:napisz|zadzwoń)(?:cie)? do ; zwróć(?:cie)? się do ; polecam
    cs sk: (?:promluvte|promluv|mluvte|spojte se|spoj se|kontaktujte|kontaktuj|obraťte se|obráťte sa|napište|zavolejte|skúste|zkuste)(?: si)?(?: s| na| prosím)? ; doporučuji|odporúčam
    lv lt et: (?:sazinieties|sazinies|runājiet|parunā(?:jiet)?) ar ; (?:susisiekite|pakalbėkite) su ; (?:võtke|võta) ühendust ; pöörduge
    hu: (?:beszéljen|beszélj) ; (?:keresse|keresd|hívja|hívd|forduljon|fordulj) ; vegye fel a kapcsolatot ; ajánlom
    tr: (?:iletişime geçin|konuşun|arayın|ulaşın)
    ru: (?:поговорите|поговори|свяжитесь|свяжись|пообщайтесь) со? ; (?:обратитесь|обращайтесь|обратись) к ; (?:напишите|напиши|позвоните|позвони) ; рекомендую ; (?:познакомлю|свяжу) (?:вас|тебя) с
    uk: (?:поговоріть|зв['’]яжіться|поспілкуйтесь) (?:з|із|зі) ; (?:зверніться|звертайтесь) до ; (?:напишіть|зателефонуйте) ; рекомендую
    ro: (?:vorbiți|vorbește|luați legătura) cu ; contactați
""")
"""Words right before a name that point the reader to a person."""

COPYING = phrases("""
    en: (?:copying|cc['’]?ing|cc-ing|ccing|looping|looped|adding|added|including|copied|cc['’]?e?d|bringing)(?: in)? ; (?:i(?:'ve|’ve| have)? )(?:put|taken|have) ; (?:meet|introducing) ; in (?:cc|copy)[:,]?
    de: (?:setze|nehme|habe|setz|nehm|in) (?:kopie|cc)?:? ; (?:in (?:kopie|cc)|im cc|cc)[:,]? (?:ist |steht |habe ich |setze ich )? ; kopie an ; kopiere
    fr: (?:je mets|en copie|mets|mis|ajoute|en cc)[:,]? ; es: (?:pongo en copia a|en copia[:,]?|copio a|incluyo a|añado a)
    it: (?:metto in copia|in copia[:,]?|copio|aggiungo) ; pt: (?:coloco em cópia|em cópia[:,]?|copio|incluo) ; nl: (?:ik zet|zet|in cc[:,]?|in de cc[:,]?|voeg)
    da nb sv: (?:jeg sætter|sætter|setter|sätter|i cc[:,]?|cc[:,]?|kopierer|kopierar|lägger till) ; fi: (?:lisään|kopiossa[:,]?|kopioin)
    pl cs ru: (?:w kopii[:,]?|dodaję do kopii|dodaję) ; (?:v kopii[:,]?|přidávám do kopie|přidávám) ; (?:в копии[:,]?|ставлю в копию|добавляю в копию|добавляю)
""")
"""Words right before the name of somebody who was put in copy."""

COPY_WORDS = phrases("""
    en de: \\bcc\\b ; \\bcc['’]?[ie] ; cop(?:y|ying|ied) ; loop(?:ing|ed) ; add(?:ing|ed) ; introduc ; kopie ; vorstell
    fr es it pt: en copie ; présente ; en copia ; present ; in copia ; em cópia ; apresent
    nl da sv fi pl cs ru: kopie ; kopi ; kopia ; kopio ; kopii ; копи ; добавля
    ja zh: cc ; 抄送 ; 写しで ; ご紹介 ; 介绍 ; 介紹
""")
"""Words in a sentence that speaks of somebody in copy."""

POSSESSIVES = r"(?:my|our|a|an|his|her|their|your|the|mein(?:e[mnr]?)?|unser(?:e[mnr]?)?|mon|ma|mes|notre|nos|mi|mis|nuestr[oa]|(?:il |la )?(?:mio|mia|nostro|nostra)|(?:o |a )?(?:meu|minha|nosso|nossa)|mijn|onze|min|mit|mina|vår|vores|mój|moja|moją|moim|mojego|mojej|nasz|nasza|můj|moje|mou|moji|mým|náš|naše|môj|mans|mana|manu|мой|моя|моей|моему|моим|моего|мою|наш|наша|мій|моя|моєї|моєму)"
"""Words before a relation."""

RELATIONS = phrases("""
    en: colleague|co-?worker|friend|boss|manager|partner|co-?founder|founder|neighbou?r|mentor|client|customer|contact|recruiter|assistant|successor|predecessor|deputy|teammate|classmate|buddy|roommate|counterpart|replacement|hiring manager|ceo|cto|cfo|coo|director|head of \\w{2,20}|vp(?: of \\w{2,20})?|lead|team lead|supervisor
    de: kollegen?|kollegin|freund(?:in)?|chef(?:in)?|bekannten?|nachbarn?|nachbarin|partner(?:in)?|mann|frau|bruder|schwester|vertreter(?:in)?|vertretung|nachfolger(?:in)?|assistent(?:in)?|mentor(?:in)?|geschäftsführer(?:in)?
    fr: collègue|amie?|patronne?|chef|responsable|associée?|frère|sœur|femme|mari|voisine?|cousine?|assistante?|successeur|remplaçante?
    es: colega|compañer[oa]|amig[oa]|jef[ea]|soci[oa]|herman[oa]|espos[oa]|marido|mujer|vecin[oa]|prim[oa]|asistente|sucesor[a]?
    it: collega|amic[oa]|cap[oa]|responsabile|soci[oa]|fratello|sorella|moglie|marito|vicin[oa]|cugin[oa]|assistente|successore
    pt: colega|amig[oa]|chefe|sóci[oa]|irmã[o]?|esposa|marido|vizinh[oa]|prim[oa]|assistente|sucessor[a]?
    nl: collega|vriend(?:in)?|baas|leidinggevende|partner|broer|zus|vrouw|man|buurman|buurvrouw|assistent(?:e)?|opvolger|vervanger
    da nb sv: kollega|ven|veninde|venn|venninne|vän|väninna|chef|sjef|leder|bror|søster|syster|kone|fru|mand|mann|make|nabo|granne|efterfølger|etterfølger|efterträdare|vikar
    fi: kollegani|ystäväni|esimieheni|pomoni|veljeni|siskoni|sijaiseni
    pl: kolega|koleżanka|koleżanką|kolegą|kolegi|koleżanki|przyjaciel|przyjaciółka|szef|szefowa|wspólnik|brat|siostra|żona|mąż|sąsiad|zastępca|następca
    cs sk: kolega|kolegyně|kolegyni|kolegou|kolegu|přítel|kamarád(?:ka)?|šéf(?:ová)?|bratr|sestra|nástupce|zástupce|priateľ
    lv hu tr: kolēģis|kolēģe|kolēģi|draugs|kollégám|kolléganőm|barátom|főnököm|meslektaşım|arkadaşım
    ru uk: коллега|коллеге|коллегой|коллегу|друг|другу|подруга|подруге|начальник|руководитель|партн[её]р|брат|сестра|жена|муж|сосед|колега|колезі|колегу
""")
"""Who a named person is to the writer."""

FAMILY = phrases("""
    en de fr: brother|sister|wife|husband|cousin|uncle|aunt|son|daughter|father|mother|father-in-law|nephew|niece ; mann|frau|bruder|schwester|sohn|tochter|onkel|tante ; frère|sœur|femme|mari|fils|fille|oncle
    es it pt nl: herman[oa]|espos[oa]|marido|mujer|hij[oa] ; fratello|sorella|moglie|marito|figli[oa] ; irmã[o]?|esposa|filh[oa] ; broer|zus|zoon|dochter
    da sv pl ru: bror|søster|syster|kone|fru|søn|datter|dotter ; brat|siostra|żona|mąż|syn|córka ; брат|сестра|жена|муж|сын|дочь
""")
"""Relatives: named for themselves more often than as a contact, so something to reach them by must stand beside."""

FILLERS = frozenset(
    "@ please also again first directly either maybe perhaps old good dear great former ex new close longtime long-time best very with to for the and or a an our my dear "
    "bitte doch mal einmal gern gerne auch an den die der das dem direkt eventuell lieber alter alten gute guten frühere früheren ehemalige ehemaligen "
    "bien mon ma le la les ancien ancienne directement plutôt donc au à "
    "a mi el la los directamente también viejo antiguo antigua un una buen al "
    "il la lo mio mia direttamente anche vecchio ex un una "
    "o meu minha diretamente também "
    "eens even gerust dan de het mijn oude goede rechtstreeks "
    "min mit gamle gode gerne gjerne gärna den "
    "pana panem panią pani proszę pan paní pánem моего мою моему моей моим".split()
)
"""Words that may stand between a pointer and a name."""

TITLES = frozenset(
    "dr dr. mr mr. mrs mrs. ms ms. miss prof prof. professor sir herr herrn frau fr. hr hr. hrn. m. mme mlle monsieur madame sr sr. sra sra. srta señor señora don doña dott. dott.ssa sig. "
    "sig.ra signor signora ing. dhr. mevr. mevrouw meneer fru pan pana panem pani panią paní pán г-н г-жа".split()
)
"""Titles before a name, not part of it."""

PARTICLES = frozenset(
    "de del della di da do dos das van von der den ter ten zu zur la le du des bin ibn al el y e af av".split()
)
"""Small words inside a family name."""

NOT_NAMES = frozenset(
    "i we you he she they it this that these those the if when please best thanks thank regards hi hello dear hey yes no not but and or so as at on in my our your his her their me us them "
    "hr it ceo cto cfo coo vp sales support marketing legal finance accounting human resources linkedin google zoom teams slack skype whatsapp outlook gmail english german french spanish italian "
    "christmas easter god internet web monday am pm cv pdf e-mail email mail mails phone tel mobile cell fax contact kontakt adresse address telefon ok okay fyi asap ps us uk eu usa europe germany france spain italy "
    "ich sie er wir ihr ihnen ihn uns mich dich sich es das die der dem den ein eine einen bitte danke personalabteilung kollegen kollegin kollege vertrieb einkauf zentrale büro "
    "je vous nous il elle le la les mon ma merci bonjour usted le la lo nosotros gracias hola io lei lui noi grazie ciao eu ele ela obrigado olá".split()
)
"""Capitalised words that are nobody's name."""

ANDS = frozenset(", and & or und oder et ou y o e en og och i ja ve a и та і un és".split())
"""Words that join two names."""

MONTH_NAMESAKES = frozenset(
    "April June August Augusta Marcia Mario Maria Marta Martin Marc Mark Marco Marie Mary Martha Martina Jan Jana Julia Julian Juliana Julie Julien Juliane Maya Maja Octavia Aprilia Марта Мария Мария Марина Мар'яна Мартин Майя".split()
)
"""First names that begin like a month."""

FIRST_PERSON = phrases("""
    en: \\b(?:my|our) (?:new |private |personal |other |work |direct |current |home )?(?:e-?mail|address|cell|mobile|phone|number|inbox|line) ; (?:reach|call|contact|write(?: to)?|e-?mail|text|ring|find|message) (?:me|us)\\b ; i(?:'m|’m| am) (?:at|on|reachable)
    de: \\bmeine[rnm]? (?:neue |private |direkte )?(?:e-?mail|mail|adresse|nummer|handy|telefon|mobil) ; (?:erreich|kontaktier|schreib|ruf)\\w{0,4} (?:sie |du )?(?:mich|mir|uns) ; (?:mich|mir) (?:unter|auf|per)
    fr es it pt nl: (?:mon|ma) (?:adresse|mail|numéro|portable|courriel) ; me (?:joindre|contacter|écrire|appeler) ; mi (?:correo|email|dirección|número|móvil|teléfono) ; (?:escríbeme|llámame|escríbame|llámeme) ; (?:il mio|la mia|mio|mia) (?:indirizzo|e-?mail|mail|numero|cellulare) ; (?:scrivimi|chiamami|contattami) ; (?:o meu|meu|minha) (?:e-?mail|endereço|número|telefone|telemóvel) ; mijn (?:e-?mail|mail|adres|nummer|mobiel) ; (?:bel|mail) (?:me|mij)
    da sv pl ru: min (?:e-?mail|mail|e-?post|adresse|adress|nummer|mobil) ; (?:ring|skriv till) mig ; mój (?:adres|e-?mail|numer|telefon) ; мой (?:адрес|телефон|номер|e-?mail) ; моя почта
""")
"""The writer's own address or number, no introduction."""

PREPOSITIONS = r"(?:at|@|from|with|of|bei(?: der| dem)?|von(?: der)?|chez|de chez|de|en|presso|di|da|na|bij|van|hos|ved|på|fra|från|w|z|u|ve|из|в|з|у)"
"""Words between a person and a company."""
