"""What a browser without scripts would send of a page's form: the values that it was shown with."""

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: list[tuple[str, str]] = []
        self._inside = False
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = "keep" in told.get("class", "").split()
            self.action = told.get("action", "") if self._inside else self.action
        elif self._inside and tag == "textarea":
            self._area = told["name"]
            self.fields.append((told["name"], ""))
        elif self._inside and tag == "input":
            ticked = told.get("type") not in ("radio", "checkbox") or "checked" in told
            if ticked:
                self.fields.append((told["name"], told.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = None
        elif tag == "form":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            name, typed = self.fields.pop()
            self.fields.append((name, (typed + data).removeprefix("\n") if not typed else typed + data))


def form_of(page: str) -> tuple[str, dict[str, str]]:
    """Where the form for typing is sent, and its fields."""
    reader = _Reader()
    reader.feed(page)
    return reader.action, dict(reader.fields)
