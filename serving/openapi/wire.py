"""`/openapi.json`: the description of everything else that is here."""

import orjson

from serving.errors import NotFoundError
from serving.openapi.document import Limits, describe_interface
from serving.web.messages import Request, Response
from serving.web.methods import check_method


class OpenApiWire:
    """Serves the description, which is made when it is first asked for."""

    name = "openapi"

    def __init__(self, limits: Limits) -> None:
        """Take the limits that the description names."""
        self._limits, self._response = limits, Response()

    def check(self, request: Request) -> None:
        """Refuse other paths, and all methods but those for looking."""
        if request.path != "/openapi.json":
            raise NotFoundError("There is /openapi.json only")
        check_method(request)

    async def answer(self, request: Request) -> Response:
        """Return the description."""
        self.check(request)
        if not self._response.body:
            self._response = Response(body=orjson.dumps(describe_interface(self._limits)))
        return self._response
