"""The organiser's pages: forms that work without scripts; nothing is changed by looking.

`HANDLERS` are all of them: those behind the organiser's door, and those that look for themselves.
"""

from litestar import Router
from litestar.types import ControllerRouterHandler

from ballots.refusal import Refused
from web.pages.organise import (
    agenda,
    cards,
    drafts,
    importing,
    keys,
    papers,
    participants,
    publish,
    questions,
    register,
    start,
)
from web.pages.organise.gate import admit_organiser, on_refused_here

FORM_BYTES = 256 * 1024
"""Bytes of a form at most: two long texts in Chinese, percent-encoded, are 72,000."""

_BEHIND_THE_DOOR = Router(
    "/",
    guards=[admit_organiser],
    exception_handlers={Refused: on_refused_here},
    request_max_body_size=FORM_BYTES,
    route_handlers=[
        start.get_home,
        start.post_community,
        start.get_rename,
        start.post_rename,
        register.get_register,
        register.post_search,
        register.get_person_page,
        register.post_roles,
        register.get_erase,
        register.post_erase,
        importing.get_import,
        importing.post_preview,
        importing.get_commit,
        importing.post_commit,
        cards.get_cards,
        cards.post_cards,
        drafts.get_new,
        drafts.post_new,
        drafts.get_overview,
        drafts.get_matter,
        drafts.post_matter,
        drafts.post_drop,
        participants.get_participants,
        participants.post_participants,
        keys.get_keys,
        keys.post_keys,
        agenda.get_item,
        agenda.post_item,
        agenda.post_move,
        questions.get_question,
        questions.get_question_by,
        questions.post_question,
        questions.post_drop_question,
        publish.get_publish,
        publish.post_publish_notice,
    ],
)

HANDLERS: list[ControllerRouterHandler] = [
    start.get_sign_in,
    _BEHIND_THE_DOOR,
    papers.get_sign_in_sheet,
    papers.get_archive_minutes,
    papers.get_roll_openings,
]
