"""docs/result.schema.json is what results are, and a strict validator accepts them."""

import json

import jsonschema

from tests.docs.schema import PUBLISHED, schema
from tests.room import motion
from voting.presets import preset
from voting.tally import encode_result, tally


def test_the_published_schema_is_up_to_date() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema(), "run python -m tests.docs.schema"


def test_a_result_is_valid_and_a_damaged_one_is_not() -> None:
    found = tally(
        motion("urban.reps"),
        poll="p",
        eligible=[{"heads": 1}] * 3,
        present=[{"heads": 1}] * 3,
        ballots=[(b'"for"', {"heads": 1}), (b'"against"', {"heads": 1})],
    )
    result = json.loads(encode_result(found))
    validator = jsonschema.Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))
    validator.check_schema(validator.schema)
    validator.validate(result)
    assert not validator.is_valid(result | {"decision": "perhaps"})
    assert not validator.is_valid({name: value for name, value in result.items() if name != "cast"})
    assert preset("urban.reps").preset == result["rule"]["preset"]
