"""The files of a study as written; what is broken in them can be set aside, and the rest judged.

A part with a fault is no reason to be silent about the others, and what names that part is no
fault of its own. So both are set aside before the next check looks at what is left.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from survey.faults import Fault, Refusal

Document = dict[str, Any]
ABOUT, QUESTIONNAIRE, PLAN = "study.toml", "questionnaire.toml", "plan.toml"
OPTIONAL = ("segments.toml", "corrections.toml", PLAN)
NAMED = ("question", "block", "theme", "scale", "segment", "ask")
ROUTING = ("asked_if", "when", "alone")
PART = re.compile(r'(?P<file>[^:]+): (?P<key>\w+) "(?P<name>[^"]+)"')
MEANT = re.compile(r'write "(?P<name>[^"]+)"')
# how a wave was weighted is one matter: none of it can be judged without the rest
WEIGHTING = ("columns", "design", "weighting", "overlap")


@dataclass(frozen=True)
class Broken:
    """A part with a fault: a key of a file, or the entry `at` of the list under it."""

    file: str
    key: str
    at: int | None = None


def parse_file(path: Path) -> Document | Fault:
    """Return what a file declares, or why it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return Fault(
            str(path),
            "no such file",
            "a file that declares this part of the study",
            "make it; docs/study-format.md shows its keys",
        )
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        return Fault(
            str(path),
            f"bytes that are no UTF-8 (at line {line})",
            "TOML 1.0 in UTF-8",
            "save the file as UTF-8",
        )
    except tomllib.TOMLDecodeError as error:
        return Fault(
            str(path),
            str(error),
            "TOML 1.0 in UTF-8, inline tables on one line",
            "mend the line that is named",
        )
    except OSError as error:  # a folder of that name, or a file that may not be read
        return Fault(
            str(path),
            error.strerror or str(error),
            "a file that can be read",
            "put the file there, or let it be read",
        )


@dataclass(frozen=True)
class Documents:
    """What the files of a study's folder say, each by its name below that folder."""

    folder: Path
    files: dict[str, Document]

    @property
    def languages(self) -> tuple[str, ...]:
        return _list_texts(self.files.get(ABOUT, {}).get("languages"))

    @property
    def waves(self) -> tuple[str, ...]:
        return _list_texts(self.files.get(ABOUT, {}).get("waves"))

    def find_part(self, file: str, location: Sequence[str | int]) -> Broken:
        """Return the key, or the entry of a list of tables, in which a location lies."""
        key, *rest = location
        value = self.files.get(file, {}).get(str(key))
        if rest and isinstance(value, list) and rest[0] in range(len(value)):
            at = int(rest[0])
            return Broken(file, str(key), at if isinstance(value[at], dict) else None)
        return Broken(file, str(key))

    def has_name(self, part: Broken) -> bool:
        """Whether a part that others may name has a name, so that these can be set aside too."""
        if part.key not in NAMED:
            return True
        return part.at is not None and _name(self.files[part.file][part.key][part.at]) != ""

    @property
    def questionnaire(self) -> tuple[str, ...]:
        """Its files, in the order of their names, which is the order asked."""
        return tuple(name for name in self.files if name.startswith("questionnaire"))

    @property
    def margins(self) -> tuple[str, ...]:
        return tuple(name for name in self.files if name.startswith("margins/"))

    def place(self, fault: Fault) -> Fault:
        """Return a fault of the study with the path of the file that it stands in."""
        file, _, rest = fault.where.partition(": ")
        part = PART.match(fault.where)
        if file == "questionnaire" and part:
            holding = [f for f in self.questionnaire if part["name"] in self._names(f, part["key"])]
            file = holding[-1]  # where an id stands twice, the later one is the fault
        return replace(fault, where=": ".join([str(self.folder / file), *([rest] if rest else [])]))

    def _names(self, file: str, key: str) -> list[str]:
        entries = self.files[file].get(key)
        return [_name(entry) for entry in entries] if isinstance(entries, list) else []

    def without(self, broken: Iterable[Broken], names: Iterable[str] = ()) -> Documents:
        """Return the documents without the broken parts and whatever names one of them.

        `names` are ids of further parts that have a fault. A key that must be there gets a value
        from which nothing follows.
        """
        broken, fallen = set(broken), set(names)
        while True:
            kept, named = {}, set(fallen)
            for file, document in self.files.items():
                if file.startswith("margins/"):
                    if any(b.file == file for b in broken) or _mentions(document, fallen):
                        named.add(Path(file).stem)
                    else:
                        kept[file] = document
                else:
                    kept[file] = self._prune(file, document, broken, fallen, named)
            if named == fallen:
                return Documents(self.folder, kept)
            fallen = named

    def _prune(
        self, file: str, document: Document, broken: set[Broken], fallen: set[str], named: set[str]
    ) -> Document:
        """Return one document without what is broken or names what fell; add the ids to `named`."""
        kept: Document = {}
        lost = {part.key for part in broken if part.file == file and part.at is None}
        for key, value in document.items():
            if file != ABOUT and isinstance(value, list):
                kept[key] = []
                for at, entry in enumerate(value):
                    if Broken(file, key, at) in broken or _mentions(entry, fallen):
                        named |= {_name(entry)} - {""}
                    else:
                        kept[key].append(entry)
            elif file != ABOUT and _mentions(value, fallen):
                lost.add(key)
            else:
                kept[key] = value
        if file == PLAN and fallen:
            lost.add("quantiles")  # of some rating or number, which may have fallen
        if lost & set(WEIGHTING):
            lost |= set(WEIGHTING)
        stand_ins = _stand_in(file, self.languages)
        return {k: v for k, v in kept.items() if k not in lost} | {
            key: stand_ins[key] for key in lost if key in stand_ins
        }


def read_folder(folder: Path) -> tuple[Documents, list[Fault]]:
    """Read every file of a study; a fault for each that is needed and cannot be read.

    Raises `Refusal` without `study.toml`, which says what the others are.
    """
    about = parse_file(folder / ABOUT)
    if isinstance(about, Fault):
        raise Refusal(about)
    start = Documents(folder, {ABOUT: about})
    asked = [_below(folder, path) for path in sorted(folder.glob("questionnaire/*.toml"))]
    names = [
        *(asked or [QUESTIONNAIRE]),
        *(name for name in OPTIONAL if (folder / name).exists()),
        *(f"waves/{wave}.toml" for wave in dict.fromkeys(start.waves)),
        *(_below(folder, path) for path in sorted(folder.glob("margins/*.toml"))),
    ]
    read = {name: parse_file(folder / name) for name in names}
    files = {name: one for name, one in read.items() if not isinstance(one, Fault)}
    faults = [one for one in read.values() if isinstance(one, Fault)]
    return Documents(folder, {ABOUT: about, **files}), faults


def _below(folder: Path, path: Path) -> str:
    return path.relative_to(folder).as_posix()


def name_parts(faults: Iterable[Fault]) -> Iterator[str | None]:
    """Yield the id of the part in which each fault stands; None for one of the whole study.

    And the id that was probably meant: what names that part is no fault of its own either.
    """
    for fault in faults:
        part = PART.match(fault.where)
        file = fault.where.partition(":")[0]
        if part:
            yield part["name"]
            if meant := MEANT.fullmatch(fault.todo):
                yield meant["name"]
        else:
            yield Path(file).stem if file.startswith("margins/") else None


def _stand_in(file: str, languages: tuple[str, ...]) -> Document:
    """Values for keys that have to be there, of which no check has anything to say."""
    text = dict.fromkeys(languages, "…")
    if file == ABOUT:
        texts = dict.fromkeys(("title", "respondents", "recruitment", "population"), text)
        return {"id": "study", "licence": "…", "sample": "random", **texts}
    if file.startswith("waves/"):
        return {
            "id": Path(file).stem,
            "title": text,
            "fielded": [date.max, date.max],
            "shape": "plain",
            "language": languages[0],
            "columns": {"respondent": "…", "panel": "…", "cluster": "…"},
            "weighting": {"reason": text},
        }
    return {}


def _list_texts(value: Any) -> tuple[str, ...]:
    """Return a list of texts as declared; nothing if it is none."""
    is_list = isinstance(value, list) and all(isinstance(one, str) for one in value)
    return tuple(value) if is_list else ()


def _name(entry: Any) -> str:
    """Return how an entry of a list is known: by its id, or by the question that it is about."""
    named = [entry.get(key) for key in ("id", "question")] if isinstance(entry, dict) else []
    return next((name for name in named if isinstance(name, str)), "")


def _mentions(value: Any, names: set[str], key: str = "") -> bool:
    """Say whether a declaration names one of `names`: as it is, as a row of it, or in routing."""
    if isinstance(value, dict):
        return any(_mentions(inner, names, name) for name, inner in value.items())
    if isinstance(value, list):
        return any(_mentions(inner, names, key) for inner in value)
    if not isinstance(value, str):
        return False
    if key in ROUTING:
        return not names.isdisjoint(re.findall(r"[a-z0-9][a-z0-9_-]*", value))
    return value.rpartition(":")[2].partition(".")[0] in names
