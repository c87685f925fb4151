"""What letters need to know of the languages there are templates for: words for lists, numbers, dates, greetings.

English is the ground; German, Spanish and French have templates of their own (`templates/de`, `es`, `fr`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True, eq=False)
class Language:
    """The small words of one language. Regular expressions are matched at the beginning, in any case."""

    code: str
    last: str  # joins the last of several: a, b *and* c
    numbers: tuple[str, ...]  # from 0
    weekdays: tuple[str, ...]  # from Monday
    months: tuple[str, ...]  # from January
    day: str  # a date, with {weekday} {day} {month}
    moment: str  # a date and a time of day, with {day} and {time}
    update_of: str  # the update of a month, with {month} {year}
    nameless: str  # how to greet somebody without a name
    casual: str  # how to greet somebody by the first name
    polite: str  # how to greet somebody else
    end: str  # what ends the greeting
    by_whole_name: bool  # whether who has no `salutation` is greeted by the whole name, and spoken to formally
    openers: tuple[str, ...]  # beginnings of a salutation that is a whole greeting already
    formal: re.Pattern[str]  # a greeting that speaks to somebody formally
    thanking: re.Pattern[str]  # words in front of what one thanks for, which the letter says itself
    small: re.Pattern[str]  # words that take a capital only since they began a line
    seeking: re.Pattern[str]  # what stands before what one looks for
    seek: str  # the same, in front of several sentences
    speaking: re.Pattern[str]  # the beginning of a whole sentence about oneself
    courteous: Mapping[str, str] = field(default_factory=dict)  # what goes before a title that tells the gender


def _of(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


ENGLISH = Language(
    code="en",
    last="and",
    numbers=("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    day="{weekday} {day} {month}",
    moment="{day} at {time}",
    update_of="the update of {month} {year}",
    nameless="Hello",
    casual="Hi {}",
    polite="Dear {}",
    end=",",
    by_whole_name=False,
    openers=("dear ", "hi ", "hello ", "hey ", "good morning", "good afternoon", "good evening", "greetings"),
    formal=_of(r"dear "),
    thanking=_of(r"(?:(?:many )?thanks|thank you|thankful|grateful)\s+(?=for\b)|(?:for|about)\s+"),
    small=_of(r"\w+ing|the|an?|your|my|our|his|her|their|how|what|why|when|who|all|that|this|both|some"),
    seeking=_of(r"(?:i am|i['\u2019]m)?\s*(?:currently |now )?looking for\s+"),
    seek="I am looking for",
    speaking=re.compile(r"I\b"),
)

GERMAN = Language(
    code="de",
    last="und",
    numbers=("kein", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf"),
    weekdays=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    months=(
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    day="{weekday}, {day}. {month}",
    moment="{day}, um {time} Uhr",
    update_of="der Monatsbrief für {month} {year}",
    nameless="Guten Tag",
    casual="Hallo {}",
    polite="Guten Tag {}",
    end=",",
    by_whole_name=True,
    openers=(
        *("liebe ", "lieber ", "hallo", "hi ", "guten tag", "guten morgen", "guten abend", "grüß", "grüezi", "moin"),
        *("servus", "sehr geehrte", "sehr verehrte", "werte", "dear "),
    ),
    formal=_of(r"sehr |guten (?:tag|morgen|abend)|grüezi|werte|dear |.*\b(?:frau|herrn?|dr|prof)\b"),
    thanking=_of(
        r"(?:vielen |herzlichen |besten )?dank\s+(?=für\b)|(?:ich )?danke\s+(?:dir |ihnen )?(?=für\b)|(?:für|über)\s+"
    ),
    small=_of(
        r"de[rnms]|die|das|ein(?:e[nrms]?)?|dein(?:e[nrms]?)?|mein(?:e[nrms]?)?|unser(?:e[nrms]?)?|wie|was|warum|dass"
        r"|alle[ns]?|diese[nrms]?|beide|einige|zwei|drei"
    ),
    seeking=_of(r"(?:ich )?(?:such(?:e|t)|bin auf der suche nach)\s+(?:(?:zurzeit|derzeit|gerade) )?"),
    seek="Ich suche",
    speaking=re.compile(r"(?:Ich|Mich|Mir|Mein\w*)\b"),
    courteous={"frau": "Sehr geehrte", "herr": "Sehr geehrter"},
)

SPANISH = Language(
    code="es",
    last="y",
    numbers=("cero", "un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce"),
    weekdays=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    months=(
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    day="{weekday} {day} de {month}",
    moment="{day} a las {time}",
    update_of="la carta de {month} de {year}",
    nameless="Hola",
    casual="Hola, {}",
    polite="Buenos días, {}",
    end=":",
    by_whole_name=False,
    openers=(
        *("hola", "querid", "estimad", "apreciad", "buenos días", "buenas tardes", "buenas noches", "buen día"),
        *("muy señor", "distinguid", "dear "),
    ),
    formal=_of(r"estimad|apreciad|buenos |distinguid|muy señor|dear |.*\b(?:sra?|srta|dra?|don|doña|señora?|prof)\b"),
    thanking=_of(r"(?:muchas |mil )?gracias\s+(?=por\b)|(?:te |le )?agradezco\s+|(?:por|sobre|acerca de)\s+"),
    small=_of(r"el|l[ao]s?|un[ao]?s?|tus?|sus?|mis?|nuestr[oa]s?|cómo|qué|por|est[aeo]s?|tod[oa]s?|amb[oa]s|\w+rme"),
    seeking=_of(r"(?:(?:estoy )?buscando|busco)\s+"),
    seek="Busco",
    speaking=re.compile(r"(?:Busco|Quiero|Quisiera|Soy|Estoy|Me|Mi)\b"),
    courteous={
        **dict.fromkeys(("sra", "srta", "señora", "dra"), "Estimada"),
        **dict.fromkeys(("sr", "señor"), "Estimado"),
    },
)

FRENCH = Language(
    code="fr",
    last="et",
    numbers=("aucun", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze"),
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
    day="{weekday} {day} {month}",
    moment="{day} à {time}",
    update_of="la lettre de {month} {year}",
    nameless="Bonjour",
    casual="Bonjour {}",
    polite="Bonjour {}",
    end=",",
    by_whole_name=False,
    openers=("bonjour", "bonsoir", "salut", "cher ", "chère ", "coucou", "dear "),
    formal=_of(r"(?!salut|coucou|chère? (?!madame|monsieur|docteur|collègue))"),
    thanking=_of(r"(?:un grand )?merci\s+(?=pour\b|de\b|d['\u2019])|(?:pour|sur|au sujet de)\s+"),
    small=_of(
        r"l[ea]s?|l['\u2019]\w+|une?|des|tes?|ta|t?on|vos|votre|mes?|mon|ma|nos|notre|comment|ce(?:tte|s|t)?|tou[st]e?s?"
    ),
    seeking=_of(r"(?:je |j['\u2019]ai )?(?:recherche|cherche|suis à la recherche d['\u2019e]\s*)\s*"),
    seek="Je cherche",
    speaking=re.compile(r"(?:Je\b|J['\u2019]|Mon\b|Ma\b)"),
)

LANGUAGES: Mapping[str, Language] = MappingProxyType({each.code: each for each in (ENGLISH, GERMAN, SPANISH, FRENCH)})
"""By the first part of a language tag (RFC 5646)."""


def language_of(tag: str) -> Language:
    """The language of a tag such as `de` or `de-AT`; English where it is unknown or empty."""
    return LANGUAGES.get(base(tag), ENGLISH)


def base(tag: str) -> str:
    """`de` for `de-AT` and `DE_at`."""
    return tag.strip().replace("_", "-").partition("-")[0].lower()


def joined(items: list[str], language: Language, last: str = "") -> str:
    """`a`, `a and b`, `a, b and c`; in Spanish *y* gives way to *e* before the sound of an i."""
    if len(items) < 2:
        return "".join(items)
    word = last or language.last
    if word == "y" and re.match(r"(?:i|hi(?![aeo]))", items[-1], re.IGNORECASE):
        word = "e"
    return f"{', '.join(items[:-1])} {word} {items[-1]}"


def number(count: int, language: Language) -> str:
    """A small number in words, a large one in digits."""
    return language.numbers[count] if 0 <= count < len(language.numbers) else str(count)


def day(on: date, language: Language) -> str:
    """`Monday 2 November`, `Montag, 2. November`, `lunes 2 de noviembre`, `lundi 2 novembre`."""
    first_in_french = language is FRENCH and on.day == 1
    return language.day.format(
        weekday=language.weekdays[on.weekday()],
        day="1er" if first_in_french else on.day,
        month=language.months[on.month - 1],
    )


def moment(at: datetime, language: Language) -> str:
    """The same with the time of day, in the zone that `at` has."""
    clock = f"{at:%H} h {at:%M}" if language is FRENCH else f"{at:%H:%M}"
    return language.moment.format(day=day(at, language), time=clock)


def update_of(year: int, month: int, language: Language) -> str:
    """`the update of November 2026`."""
    return language.update_of.format(month=language.months[month - 1], year=year)
