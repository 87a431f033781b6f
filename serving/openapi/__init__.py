"""Describes the HTTP interface in OpenAPI 3.1, from the tables and limits that the server itself uses."""
