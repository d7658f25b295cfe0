"""Server-rendered pages. Each module has one handler a page; `HANDLERS` lists them all."""

from web.pages.explain import get_problem
from web.pages.phone import get_join, get_phone

HANDLERS = [get_join, get_phone, get_problem]
