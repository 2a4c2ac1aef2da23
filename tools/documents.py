"""`make docs` writes the parts of documents, and the whole files, that follow from other files.

Such a part stands between two markers, `<!-- NAME:begin -->` and `<!-- NAME:end -->`, or `# NAME:begin` and `# NAME:end` in
the template; what stands there by hand is lost.
A new one is its markers and its line in SECTIONS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from textwrap import indent

from ballast.words.rebalance_stays import table
from ballast_cli.completion import SHELLS
from tools import answer_keys, dump_format
from tools.application import application
from tools.architecture import architecture
from tools.completion import script
from tools.cost_table import cost
from tools.demo import excerpt, picture
from tools.fidelity import page as fidelity
from tools.roles import roles
from tools.settings_tables import parameter_groups, policy_variables, readme_table, runbook_table
from tools.ships import bill, licences
from tools.terraform import parameters
from tools.worst import worst

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Section:
    """What stands in `document` between the markers of `name`; `body` gets the folder of the repository."""

    document: str
    name: str
    body: Callable[[Path], str]


SECTIONS = (
    Section("template.yaml", "application", application),
    Section("template.yaml", "groups", lambda _: parameter_groups()),
    Section("template.yaml", "policy of DrainInstance", lambda _: policy_variables()),
    Section("template.yaml", "policy of UpdateBottlerocket", lambda _: policy_variables()),
    Section("template.yaml", "policy of RebalanceCapacity", lambda _: policy_variables(rebalances=True)),
    Section("SECURITY.md", "roles", roles),
    Section("SECURITY.md", "licences", licences),
    Section("SECURITY.md", "worst", worst),
    Section("README.md", "demo", excerpt),
    Section("README.md", "cost", cost),
    Section("README.md", "settings", lambda _: readme_table()),
    Section("docs/operating.md", "settings", lambda _: runbook_table()),
    Section("docs/operating.md", "stays", lambda _: table()),
    Section("docs/what-if.md", "format", lambda _: dump_format.table()),
    Section("docs/what-if.md", "answer", lambda _: answer_keys.table()),
    Section("docs/fidelity.md", "numbers", fidelity.numbers),
    Section("docs/fidelity.md", "rows", fidelity.rows),
    Section("docs/fidelity.md", "no rows", fidelity.no_behaviours),
)
WHOLE: dict[str, Callable[[Path], str]] = {
    "docs/architecture.svg": architecture,
    "docs/demo.svg": picture,
    "layers/shared/bom.json": bill,
    "terraform/parameters.tf": parameters,
    **{f"cli/ballast_cli/completion/{name}": partial(script, shell) for shell, name in SHELLS.items()},
}


def replaced(text: str, name: str, body: str, comment: str = "<!-- {} -->") -> str:
    """The text with `body` between the markers of `name`, indented as they are; ValueError unless there is one pair of them."""
    begin, end = comment.format(f"{name}:begin"), comment.format(f"{name}:end")
    pair = re.compile(rf"^( *){re.escape(begin)}\n.*?^ *{re.escape(end)}$", re.DOTALL | re.MULTILINE)
    if len(pair.findall(text)) != 1 or text.count(begin) != 1 or text.count(end) != 1:
        raise ValueError(f"there must be one {begin} and one {end} after it, each on a line of its own")
    return pair.sub(lambda found: indent(f"{begin}\n{body.strip()}\n{end}", found[1]), text)


def current(root: Path, sections: Iterable[Section] = SECTIONS) -> dict[str, str]:
    """Every document with such a section, as it should be."""
    texts: dict[str, str] = {}
    for section in sections:
        name = section.document
        text = texts.get(name) or (root / name).read_text(encoding="utf-8")
        comment = "# {}" if name.endswith(".yaml") else "<!-- {} -->"
        texts[name] = replaced(text, section.name, section.body(root), comment)
    return texts


def main() -> None:
    """Write what is not current, and name it; the template first, as the demo plays it."""
    for name in dict.fromkeys(section.document for section in SECTIONS):
        _write(name, current(ROOT, [section for section in SECTIONS if section.document == name])[name])
    for name, draw in WHOLE.items():
        _write(name, draw(ROOT))


def _write(name: str, text: str) -> None:
    path = ROOT / name
    if path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
        print(f"{name} is written anew")  # noqa: T201 - the answer of a command


if __name__ == "__main__":
    main()
