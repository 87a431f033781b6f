"""Serves the page's few files, read once from the package."""

from importlib.resources import files

from serving.errors import NotFoundError
from serving.web.messages import Request, Response
from serving.web.methods import check_method

FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/page/page.css": ("page.css", "text/css; charset=utf-8"),
    "/page/page.js": ("page.js", "text/javascript; charset=utf-8"),
    "/page/token.js": ("token.js", "text/javascript; charset=utf-8"),
    "/page/answers.js": ("answers.js", "text/javascript; charset=utf-8"),
    "/page/cards.js": ("cards.js", "text/javascript; charset=utf-8"),
    "/page/icon.svg": ("icon.svg", "image/svg+xml"),
}
"""A path is looked up here and never made into a file's name."""
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),
)


class PageWire:
    """`/` and the files below `/page/`."""

    name = "page"

    def __init__(self) -> None:
        """Read the files."""
        folder = files("serving.page")
        self._responses = {
            path: Response(body=(folder / name).read_bytes(), content_type=content_type, headers=_HEADERS)
            for path, (name, content_type) in FILES.items()
        }

    def check(self, request: Request) -> None:
        """Refuse other paths, and all methods but those for looking."""
        if request.path not in self._responses:
            raise NotFoundError(f"There is nothing at {request.path[:200]}")
        check_method(request)

    async def answer(self, request: Request) -> Response:
        """Return a file of the page."""
        self.check(request)
        return self._responses[request.path]
