"""Server-rendered pages. Each module has one handler a page; `HANDLERS` lists them all."""

from litestar.types import ControllerRouterHandler

from web.pages import organise
from web.pages.box import get_box
from web.pages.explain import get_problem
from web.pages.hall import get_card, get_checkpoint_image, get_console, get_desk_page, get_keys, get_screen
from web.pages.papers import get_minutes, get_minutes_pdf, get_notice_pdf, get_result_pdf
from web.pages.phone import get_join, get_machine_test, get_phone
from web.pages.public import get_board, get_hearing
from web.pages.verify import get_verify

HANDLERS: list[ControllerRouterHandler] = [
    get_board,
    get_box,
    get_card,
    get_checkpoint_image,
    get_console,
    get_desk_page,
    get_hearing,
    get_join,
    get_keys,
    get_machine_test,
    get_minutes,
    get_minutes_pdf,
    get_notice_pdf,
    get_phone,
    get_problem,
    get_result_pdf,
    get_screen,
    get_verify,
    *organise.HANDLERS,
]
