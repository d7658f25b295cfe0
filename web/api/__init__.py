"""The public HTTP API: acts in, views and proofs out. `HANDLERS` lists every route."""

from web.api.acts import post_act
from web.api.cards import post_card
from web.api.log import get_bundle, get_checkpoint, get_consistency, get_receipt, get_tile
from web.api.moves import get_move, post_consent, post_move
from web.api.openings import get_openings
from web.api.organiser import get_organiser_challenge, post_organiser_session
from web.api.private import get_challenge, get_code, get_desk, get_me, post_publish, post_session
from web.api.register import get_register, post_entry
from web.api.secret import get_ballot, get_setup, get_spoiled, get_waiting, post_ballot, post_spoiled
from web.api.state import get_comments, get_live, get_state

HANDLERS = [
    post_act,
    get_state,
    get_live,
    get_comments,
    get_checkpoint,
    get_tile,
    get_consistency,
    get_receipt,
    get_bundle,
    get_openings,
    post_ballot,
    get_ballot,
    post_spoiled,
    get_spoiled,
    get_setup,
    get_waiting,
    get_challenge,
    post_session,
    get_me,
    get_desk,
    get_code,
    post_publish,
    get_register,
    post_entry,
    post_card,
    post_move,
    get_move,
    post_consent,
    get_organiser_challenge,
    post_organiser_session,
]
