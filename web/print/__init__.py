"""Paper: QR cards, sign-in sheets, result forms, minutes and notices, typeset by Typst.

Every document is made from plain content (`web.print.content`) by a template that gets nothing but
that content as JSON: strings stay strings (docs/decisions/0005-typst-for-paper.md).
"""
