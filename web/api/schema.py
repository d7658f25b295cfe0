"""What the OpenAPI document must be told: a published result travels as the exact bytes that were hashed."""

from litestar._openapi.schema_generation import SchemaCreator
from litestar.openapi.spec import Schema
from litestar.plugins import OpenAPISchemaPlugin
from litestar.typing import FieldDefinition
from msgspec import Raw

from voting.tally import Result


class ResultSchema(OpenAPISchemaPlugin):
    """Says of `msgspec.Raw`, which only results are sent as, that it is a result."""

    def is_plugin_supported_field(self, field_definition: FieldDefinition) -> bool:
        """Whether this is the type."""
        return field_definition.annotation is Raw

    def to_openapi_schema(self, field_definition: FieldDefinition, schema_creator: SchemaCreator) -> Schema:
        """The schema of a result."""
        assert field_definition.annotation is Raw
        result = schema_creator.for_field_definition(FieldDefinition.from_annotation(Result))
        return Schema(all_of=[result])
