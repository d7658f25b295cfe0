"""`hearing count`: count a file of ballots by any method, and tell every step."""

import hashlib
import sys
from argparse import Namespace
from pathlib import Path
from stat import S_ISREG
from typing import cast

import msgspec

from voting.formats import READERS, FormatError, Profile, cdf, guess, rctab
from voting.lot import draw
from voting.methods import AnySettings
from voting.presets import preset, presets
from voting.rules import Rule, Text
from web.commands import Subparsers, tell
from web.people.ways import Ways
from web.tally import page, svg, workbook
from web.tally.counting import COUNTED, LAYOUTS, Asked, CannotCountError, Counted, count
from web.tally.story import Block, Paragraph, Words
from web.texts import LANGUAGES, subtag, terminal

COUNTED_WELL, TIED, NOT_COUNTED = 0, 1, 2
"""Exit codes."""
DESCRIPTION = """Count a file of ballots: BLT, PrefLib, CSV, Debian tally sheet, cast vote records (NIST, JSON
or XML), or a configuration of RCTab, which names its files. What must be declared of a method and is not said
by --seats or --set is as the output says. Exit code: 0 counted, 1 tied: a lot, or under
some rules a further vote, must decide, 2 not counted."""
_LOT = """what was rolled or drawn in public: 64 hexadecimal digits are the seed itself, of anything else
SHA-256 is; docs/counting.md says how the lot follows from it"""


def add(subparsers: Subparsers) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("count", help="count a file of ballots", description=DESCRIPTION)
    add = parser.add_argument
    add("file", type=Path, metavar="FILE")
    add("--format", choices=[*READERS, "rctab"], help="else told by the name and the header")
    add("--contest", default="", help="which contest of a report with several")
    add("--method", choices=COUNTED, required=True)
    add("--seats", type=int, metavar="N", help="how many are chosen; else as the file says, or one")
    add("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the method")
    add("--rule", metavar="PRESET", help="a legal rule, for instance urban.reps")
    add("--eligible", type=int, metavar="N", help="how many were entitled, where the rule asks")
    add("--present", type=int, metavar="N", help="how many were present, where the rule asks")
    add("--lot", metavar="SEED", help=_LOT)
    add("--lenient", action="store_true", help="take what people and programs often get wrong")
    add("--json", action="store_true", help="print the count as JSON")
    add("--svg", type=Path, metavar="FILE", help="write the diagram of the count")
    add("--html", type=Path, metavar="FILE", help="write the count as a page")
    add("--table", type=Path, metavar="FILE", help="write the totals as .csv or .xlsx")
    add("--lang", type=subtag, choices=LANGUAGES, default=terminal())
    parser.set_defaults(run=run)


def run(arguments: Namespace) -> int:
    """Count, print how it went, and say by the exit code what came of it."""
    words = Words(arguments.lang, {})
    try:
        profile = _read(arguments)
        lot = _lot(arguments.lot, profile)
        found = count(profile, _asked(arguments, lot))
    except (FormatError, OSError) as why:
        said = words.of(why.text) if isinstance(why, FormatError) else str(why)
        print(words("command.unreadable", file=arguments.file, why=said), file=sys.stderr)
        print(words("command.nothing_changed"), file=sys.stderr)
        return NOT_COUNTED
    except CannotCountError as why:
        print(refusal(why, words), file=sys.stderr)
        return NOT_COUNTED
    words = Words(arguments.lang, profile.names, _grades(found))
    blocks = told(arguments.method, found, lot, words)
    title = profile.title or arguments.file.name.encode(errors="surrogateescape").decode(errors="replace")
    try:
        _write(arguments, title, found, blocks, words)
    except OSError as why:
        print(words("command.write", file=why.filename, why=why.strerror), file=sys.stderr)
        return NOT_COUNTED
    tell(_json(profile, found, lot) if arguments.json else f"{title}\n\n{page.as_text(blocks)}")
    return TIED if found.count.tied else COUNTED_WELL


def told(method: str, found: Counted, lot: tuple[str, ...] | None, words: Words) -> list[Block]:
    """The whole count in words: papers, settings, steps, outcome."""
    profile = found.profile
    settings, rule = found.settings, found.rule
    ways = Ways(words.lang)
    declared = words.join(ways.declared(cast("AnySettings", settings), rule)) if settings else ""
    blocks: list[Block] = [
        Paragraph(words("papers", valid=profile.valid, empty=profile.empty, invalid=profile.invalid)),
        Paragraph(words("by", method=words(f"methods.{method}"), settings=declared or words("no_settings"))),
    ]
    steps = found.count.steps
    blocks += page.tell(steps, words, settings) if steps else [page.totals(found.count, words)]
    if found.decision is not None:
        blocks += [Paragraph(words.of(one.text)) for one in found.decision.comparisons]
        return [*blocks, Paragraph(words(f"outcome.{found.decision.outcome}"))]
    if lot is not None:
        blocks.append(Paragraph(words("outcome.lot", names=words.list(lot))))
    blocks += [Paragraph(words.of(one.text)) for one in found.turnout]
    outcome = page.outcome(found.count, words, revote=found.revote)
    return blocks if method == "grading" else [*blocks, *outcome]


def _read(arguments: Namespace) -> Profile:
    raw = _bytes(arguments.file)
    name = arguments.format
    if name is None and arguments.file.suffix == ".json" and b'"cvrFileSources"' in raw:
        name = "rctab"
    if name is None:
        end, layout = arguments.file.suffix.removeprefix("."), LAYOUTS.get(arguments.method, "ranks")
        name = guess(end, raw, layout, lenient=arguments.lenient)
    if name == "rctab":
        config = rctab.read_config(raw)
        files = [arguments.file.parent / source.file_path for source in config.cvr_file_sources]
        found = rctab.read(config, [_content(file) for file in files]).profile
        return found.without([rctab.UNDECLARED])  # whoever is written in is excluded before all others
    if name == "cdf":
        return cdf.read(raw, arguments.contest, lenient=arguments.lenient)
    return READERS[name](raw, lenient=arguments.lenient)


def _bytes(file: Path) -> bytes:
    if not S_ISREG(file.stat().st_mode):  # a device or a pipe may have no end
        raise FormatError("regular", found=file)
    return file.read_bytes()


def _content(file: Path) -> rctab.Content:
    raw = _bytes(file)
    return workbook.read(raw) if file.suffix == ".xlsx" else raw


def _lot(typed: str | None, profile: Profile) -> tuple[str, ...] | None:
    if typed is None:
        return None
    try:
        seed = bytes.fromhex(typed) if len(typed) == 64 else b""
    except ValueError:
        seed = b""
    return draw(seed or hashlib.sha256(typed.encode(errors="surrogateescape")).digest(), profile.ids)


def _asked(arguments: Namespace, lot: tuple[str, ...] | None) -> Asked:
    settings = dict(_setting(one) for one in arguments.set)
    known = {name: getattr(arguments, name) for name in ("eligible", "present")}
    return Asked(
        arguments.method,
        arguments.seats,
        settings,
        lot,
        _rule(arguments.rule),
        {name: number for name, number in known.items() if number is not None},
    )


def _setting(typed: str) -> tuple[str, str]:
    name, equals, value = typed.partition("=")
    if not equals:
        raise CannotCountError("setting", name=typed, why="NAME=VALUE")
    return name, value


def _rule(name: str | None) -> Rule | None:
    if name is None:
        return None
    try:
        return preset(name)
    except KeyError:
        names = ", ".join(rule.preset for rule in presets())
        raise CannotCountError("rule", rule=name, names=names) from None


def refusal(why: CannotCountError, words: Words) -> str:
    """Why a file was not counted, in one language."""
    values = {
        name: words.of(value) if isinstance(value, Text) else value for name, value in why.values.items()
    }
    if "method" in values:
        values["method"] = words(f"methods.{values['method']}")
    return words(f"command.{why.key}", **values)


def _grades(found: Counted) -> tuple[Text, ...]:
    return getattr(found.settings, "grades", ()) or getattr(found.settings, "scale", ())


def _write(arguments: Namespace, title: str, found: Counted, blocks: list[Block], words: Words) -> None:
    figures = svg.diagrams(found.count, words, found.settings)
    if arguments.svg:
        arguments.svg.write_text(figures[-1], encoding="utf-8")
    if arguments.html:
        arguments.html.write_text(page.document(title, blocks, figures, words), encoding="utf-8")
    if arguments.table:
        rows = page.rows(found.count, words, found.settings)
        book = arguments.table.suffix.lower() == ".xlsx"
        arguments.table.write_bytes(workbook.write(rows, title) if book else workbook.write_csv(rows))


def _json(profile: Profile, found: Counted, lot: tuple[str, ...] | None) -> str:
    answer = {
        "title": profile.title,
        "candidates": [{"id": one.id, "name": one.name} for one in profile.candidates],
        "withdrawn": profile.withdrawn,
        "papers": {"valid": found.profile.valid, "empty": profile.empty, "invalid": found.profile.invalid},
        "settings": found.settings,
        "lot": lot,
        "totals": {one: weights["heads"] for one, weights in found.count.totals.items()},
        "chosen": found.count.chosen,
        "tied": found.count.tied,
        "vacant": found.count.vacant,
        "steps": found.count.steps,
        "turnout": found.turnout,
        "decision": found.decision,
    }
    return msgspec.json.format(msgspec.json.encode(answer), indent=2).decode()
