"""Octets to text: every charset Python knows, its aliases in mail, none declared, and a wrong one declared."""

from __future__ import annotations

import codecs
import re
from functools import lru_cache

# What mail calls a charset, and the superset that senders really mean (WHATWG Encoding Standard, section 4.2).
_MEANT = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "us-ascii": "ascii",
    "ansi_x3.4-1968": "ascii",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "big5": "cp950",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-9": "cp1254",
    "unicode-1-1-utf-7": "utf-7",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-unknown": "",
    "unknown-8bit": "",
    "8bit": "",
    "default": "",
    "_autodetect": "",
}
# Python codecs that are no charsets of text, or that are slow or lossy by design.
_REFUSED = frozenset({"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "unicode_escape"})
_SINGLE_BYTE = ("cp1252", "cp1251", "koi8-r", "iso8859-2", "cp1253", "cp1254", "iso8859-8", "cp1256", "cp874")
_MULTI_BYTE = ("euc_jp", "cp932", "gb18030", "cp950", "cp949")
_NOT_LIKE_ASCII = ("utf-16", "utf-32")
_COMMON_HAN = frozenset(
    "的一是不了在有人我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可里后小么心多天而能好都"
    "然没日于起还发成事只作当想看文无开手十用主行方又如前所本见经头面公同三已老从动两长知样现分将外但身些与高意进把法此实"
    "回二理美点月明其种声全工己话儿者向情部正名定女问力机给等几很业最间新什打便位因重被走电四第门相次东海口使再平真听世气"
    "信北少关并内加化由先山五太水万市眼体别处总才场师书比住员性通目报立马命张活难数件安表原车白应路期常提感金何更反合放做"
    "系计或利受光果界及今务制解各任至清物台边共接它许八特望直服题建南度请交爱让认算论谢邮星期郵謝這個們來說時為會對過後學"
    "還開無國東問間見話電書車場點應與從兩經動現長頭將進實給業樣題請讓認論訊絡聯繫願貴您吗呢吧好很联系件"
    "御様申願致社件部連絡返信送受確認以上場合時間予定会議日本当方者行来年月日"
)
_COMMON_HANGUL = frozenset(
    "이다는을가의에하고지은기로한를도서사시어자인들나니그라만요해대습합안있것수오일보아여주부세입전게원저과정동상구무제장거면"
    "신중성관리소비경우내선생되러와드립메감연락회님께서문용목월년분후바때마계"
)
_ESCAPE_JP = re.compile(rb"\x1b[$(][@BIJ(]")


@lru_cache(maxsize=256)
def python_codec(name: str) -> str:
    """The name of Python's codec for a charset's name in mail; empty where there is none."""
    wanted = name.strip().strip("\"'").lower()
    wanted = _MEANT.get(wanted, wanted)
    if not wanted or len(wanted) > 60:
        return ""
    try:
        info = codecs.lookup(wanted)
    except (LookupError, ValueError, UnicodeError):
        return ""
    if not getattr(info, "_is_text_encoding", True) or info.name.replace("_", "-") in _REFUSED:
        return ""
    return _MEANT.get(info.name, info.name)


def decode(data: bytes, charset: str = "") -> str:
    """The text of `data`, by the declared charset where it fits the octets, else by what the octets look like."""
    if not data:
        return ""
    if data.isascii() and b"\x1b" not in data and not charset.lower().startswith(("utf-16", "utf-32", "utf-7", "hz")):
        return data.decode("ascii")
    codec = python_codec(charset)
    if codec.startswith(_NOT_LIKE_ASCII) or (data.isascii() and codec.startswith(("iso2022", "hz", "utf-7"))):
        return _decode_by(data, codec)
    if codec in ("", "ascii", "cp1252", "utf-8") and _ESCAPE_JP.search(data[:65536]):
        return data.decode("iso2022_jp_ext", "replace")
    try:
        # Valid UTF-8 with non-ASCII in it is practically never anything else, whatever was declared.
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if codec and codec not in ("ascii", "utf-8"):
        return _decode_by(data, codec)
    if codec == "utf-8" and _mostly_utf8(data):
        return data.decode("utf-8", "replace")
    return data.decode(_guess(data[:4096]), "replace")


def _decode_by(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError, LookupError):
        return data.decode("latin-1")


def _mostly_utf8(data: bytes) -> bool:
    """Whether broken UTF-8 is UTF-8 with a few bad octets (a cut in the middle, one pasted Latin-1 word)."""
    text = data[:8192].decode("utf-8", "replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    good = sum(1 for c in text if c > "\x7f") - bad
    return good > 2 * bad


@lru_cache(maxsize=64)
def _guess(data: bytes) -> str:
    """The charset in which undeclared octets read most like words."""
    best, best_score = "cp1252", _score(data, "cp1252", 0.0)
    for codec in (*_SINGLE_BYTE[1:3], *_MULTI_BYTE):
        # A Western guess is the commonest, so another has to read clearly better.
        score = _score(data, codec, 0.15)
        if score > best_score:
            best, best_score = codec, score
    return best


def _score(data: bytes, codec: str, handicap: float) -> float:
    """How much of the non-ASCII text reads as words of the codec's language: up to 1, negative for rubbish."""
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        if len(data) - error.start > 3 or codec in _SINGLE_BYTE:
            return -1.0
        text = data[: error.start].decode(codec, "replace")
    score, count, previous = 0.0, 0, " "
    for char in text:
        if char > "\x7f":
            count += 1
            score += _plausible(char, previous)
        previous = char
    return score / count - handicap if count else -1.0


def _plausible(char: str, previous: str) -> float:
    """How likely a non-ASCII character is after another, in ordinary writing."""
    code = ord(char)
    if 0x3040 <= code <= 0x30FF or char in _COMMON_HAN or char in _COMMON_HANGUL:  # kana, common ideographs
        return 1.0
    if 0x3000 <= code <= 0x303F or 0xFF00 <= code <= 0xFF60:  # punctuation of East Asian text
        return 0.8
    if 0x4E00 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7A3:
        return 0.35
    if 0x0430 <= code <= 0x045F:  # Cyrillic small letters: words
        return 1.0
    if 0x0410 <= code <= 0x042F:  # capitals: plausible only where a word begins
        return -0.6 if previous.isalpha() and previous.islower() else 0.5
    if 0xDF <= code <= 0xFF or char in "\u2013\u2014\u2018\u2019\u201c\u201d\u2026\u0153\u20ac":
        # Western letters stand between ASCII letters; a run of accented ones is another charset misread.
        return 0.8 if not previous.isalpha() or previous < "\x7f" else -0.5
    if 0xC0 <= code <= 0xDE:
        return 0.6 if not previous.isalpha() else -0.5
    return 0.0 if char.isalpha() else -0.4
