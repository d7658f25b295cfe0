"""Names as the public sees them: the surname and a star (张*), never more."""

import unicodedata

_COMPOUND = """
欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 司空 司寇 东方 東方 独孤 獨孤 南宫 南宮
万俟 萬俟 闻人 聞人 夏侯 尉迟 尉遲 公羊 公冶 公孙 公孫 公西 公良 赫连 赫連 澹台
澹臺 皇甫 濮阳 濮陽 淳于 太叔 太史 申屠 仲孙 仲孫 轩辕 軒轅 令狐 钟离 鍾離 宇文
长孙 長孫 慕容 鲜于 鮮于 闾丘 閭丘 亓官 巫马 巫馬 颛孙 顓孫 端木 漆雕 壤驷 壤駟
拓跋 呼延 东郭 東郭 南门 南門 羊舌 西门 西門 纳兰 納蘭 完颜 完顏 百里 第五 达奚
達奚
"""
COMPOUND_SURNAMES = frozenset(_COMPOUND.split())
"""Surnames of two characters.

Those are left out whose first character is a far more common surname by itself
(梁丘, 段干, 左丘, 谷梁, 宗政): when in doubt the mask shows less.
"""

_DOTS = str.maketrans(dict.fromkeys("·•‧・･∙⋅．", " "))


def is_han(char: str) -> bool:
    """Whether a character is Han, including those whose only code point yet is a private one."""
    point = ord(char)
    return (
        0x3400 <= point <= 0x9FFF
        or 0xF900 <= point <= 0xFAFF
        or 0x20000 <= point <= 0x3FFFF
        or 0xE000 <= point <= 0xF8FF
        or point >= 0xF0000
        or char == "〇"
    )


def mask(name: str) -> str:
    """What a public page may show of a name (个人信息保护法 25).

    * 张伟 → 张*, 欧阳娜 → 欧阳*; two characters only are a surname and a given name: 欧阳 → 欧*.
    * Names with a dot (阿依古丽·买买提) begin with the given name: only the first character, 阿*.
    * Other scripts: which word is the surname cannot be known (Ann Smith, Zhang Wei), so no word is
      shown whole: the initials of the first and the last word, Ann Smith → A. S.*
    * What has no letter at all → *
    """
    text = unicodedata.normalize("NFC", name)
    words = text.translate(_DOTS).split()
    dotted = len(text.translate(_DOTS).split()) != len(text.split())
    first = words[0] if words else ""
    if first and is_han(first[0]):
        solid = "".join(words)
        compound = not dotted and len(solid) > 2 and solid[:2] in COMPOUND_SURNAMES
        return solid[: 2 if compound else 1] + "*"
    initials = [initial for word in words if (initial := _initial(word))]
    shown = initials if len(initials) < 2 else [initials[0], initials[-1]]
    return " ".join(f"{initial}." for initial in shown) + "*"


def _initial(word: str) -> str:
    return next((char for char in word if char.isalnum()), "")
