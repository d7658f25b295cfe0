"""Why a file of ballots cannot be read: always the line and the reason, in two languages."""

from collections.abc import Mapping

from voting.rules import Text

REASONS: Mapping[str, Text] = {
    "utf8": Text(zh="不是 UTF-8 编码", en="not UTF-8 text"),
    "utf16": Text(zh="是 UTF-16 编码，请另存为 UTF-8", en="UTF-16 text: save it as UTF-8"),
    "character": Text(zh="含有不该出现的字符 {found}", en="a character that has no place in a text: {found}"),
    "large": Text(zh="超过上限 {most}", en="more than this program takes: {most}"),
    "regular": Text(zh="不是普通文件：{found}", en="not a regular file: {found}"),
    "empty_file": Text(zh="文件是空的", en="the file is empty"),
    "end": Text(zh="文件在“{missing}”之前就结束了", en="the file ends before: {missing}"),
    "after_end": Text(zh="结尾之后还有内容“{found}”", en="something stands after the end: {found}"),
    "number": Text(zh="“{found}”不是 {low} 到 {high} 的整数",
        en="not a whole number from {low} to {high}: {found}"),
    "syntax": Text(zh="看不懂“{found}”", en="cannot be read: {found}"),
    "header": Text(zh="缺少“{missing}”", en="missing: {missing}"),
    "repeated": Text(zh="“{found}”出现了两次", en="stands there twice: {found}"),
    "name": Text(zh="候选人没有名字", en="a candidate without a name"),
    "quotes": Text(zh="名字应放在双引号里：{found}", en="a name stands in double quotes: {found}"),
    "candidate": Text(zh="“{found}”不是候选人", en="not a candidate: {found}"),
    "twice": Text(zh="同一张票上“{found}”写了两次", en="named twice on one paper: {found}"),
    "equal": Text(zh="这种格式不许并列：{found}", en="equal ranks, which this format does not have: {found}"),
    "skipped": Text(zh="这种格式不许空出名次", en="a skipped rank, which this format does not have"),
    "complete": Text(zh="这种格式要求排完所有候选人",
        en="not all candidates are ranked, and this format asks for it"),
    "cells": Text(zh="有 {found} 格，表头是 {expected} 格",
        en="{found} cells where the header has {expected}"),
    "sum": Text(zh="数出 {found}，文件自称 {expected}", en="{found} were counted, the file says {expected}"),
    "forbidden": Text(zh="含有不安全的内容：{found}", en="what a safe file does not have: {found}"),
    "choose": Text(zh="有几个可选，请指明：{found}", en="there are several, name one: {found}"),
    "unknown": Text(zh="没有“{found}”", en="there is no {found}"),
    "layout": Text(zh="列名是数字，有两种读法，请用 --format 指明一种：{found}",
        en="columns named by numbers can be read in two ways, name one with --format: {found}"),
    "no_papers": Text(zh="没有读到一张票：{found}", en="not a single paper was read: {found}"),
    "undecided": Text(zh="“{found}”：这个标记算不算，文件没有定下来",
        en="the file does not say whether this mark counts: {found}"),
    "unsupported": Text(zh="本程序不读“{found}”", en="this program does not read: {found}"),
    "cannot_hold": Text(zh="这种格式写不下{what}", en="this format has no place for {what}"),
    "kind": Text(zh="这些票不是{expected}", en="these papers are not {expected}"),
}  # fmt: skip
"""The sentence to each code."""
_SHOWN = 60
"""Characters of what was found that are shown."""


class FormatError(ValueError):
    """A file that is not what it should be.

    Attributes:
        code: a key of `REASONS`.
        line: the line from 1, or in a workbook the row; None only where the file as a whole is meant.
    """

    def __init__(self, code: str, line: int | None = None, **values: object) -> None:
        self.code = code
        self.line = line
        self._values = {name: _short(value) for name, value in values.items()}
        super().__init__(self.text.en)

    @property
    def text(self) -> Text:
        """Line and reason, for people."""
        reason = REASONS[self.code]
        zh, en = reason.zh.format(**self._values), reason.en.format(**self._values)
        if self.line is None:
            return Text(zh=zh, en=en)
        return Text(zh=f"第 {self.line} 行：{zh}", en=f"line {self.line}: {en}")


def _short(value: object) -> str:
    text = str(value)
    shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return "".join(one if one.isprintable() else "�" for one in shown)
