"""How the page looks. Colours are those of Okabe and Ito, and lighter ones for black letters; none carries a meaning alone.

https://jfly.uni-koeln.de/color/
"""

from __future__ import annotations

import base64
from hashlib import sha256

FILLS = ("#e69f00", "#56b4e9", "#3dbb98", "#f0e442", "#8fa8e8", "#e98b5a", "#dd9fc3", "#b8b8b8")
_LIGHT = (
    "--paper:#ffffff;--card:#f5f6f8;--ink:#1b1f24;--faint:#5a6472;"
    "--line:#c9ced6;--track:#e1e4e9;--bar:#2f6f9f;--warn:#a33b00"
)
_DARK = (
    "--paper:#14171c;--card:#1e232b;--ink:#e8eaee;--faint:#a4adba;"
    "--line:#3b434f;--track:#333b47;--bar:#6db3e3;--warn:#ffb07c"
)

STYLE = (
    f":root{{color-scheme:light dark;{_LIGHT}}}"
    f"@media(prefers-color-scheme:dark){{:root{{{_DARK}}}}}"
    """
*{box-sizing:border-box}
body{margin:0 auto;max-width:1240px;padding:16px;background:var(--paper);color:var(--ink);
 font:16px/1.45 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.3rem;margin:2.2rem 0 .4rem;border-bottom:1px solid var(--line)}
h3{font-size:1.1rem;margin:1.6rem 0 .5rem}h4{font-size:1rem;margin:.9rem 0 .3rem}p{margin:.3rem 0}
.faint{color:var(--faint)}.warn{color:var(--warn);font-weight:600}small{color:var(--faint);font-size:.82em}
nav a{margin-right:1rem}a{color:inherit}
table{border-collapse:collapse;width:100%;margin:.3rem 0}
th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border-bottom:1px solid var(--line)}
th{font-weight:600;color:var(--faint)}.n td+td,.n th+th{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
tr.sum td{font-weight:600}tr.part td:first-child{padding-left:2.3rem}
.scroll{overflow-x:auto}
details{margin:.4rem 0}summary{cursor:pointer;padding:.25rem 0}ul{margin:.3rem 0;padding-left:1.2rem}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,290px),1fr));gap:10px;margin:.4rem 0}
.card{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:7px 9px;font-size:.87rem}
.card.goes{border-style:dashed;border-width:2px}.card b{font-family:ui-monospace,monospace;font-size:.9em}
.key{display:flex;flex-wrap:wrap;gap:.2rem 1rem;margin:.5rem 0;padding:0;list-style:none;font-size:.9rem}
.key i,i.k{display:inline-block;min-width:1.35em;padding:0 .2em;margin-right:.4em;border-radius:3px;color:#000;font-style:normal;
 text-align:center}
svg{display:block;width:100%;height:auto}svg text{font:10px system-ui,sans-serif;fill:var(--ink)}
svg .in{fill:#000;text-anchor:middle;font-weight:600}svg .end{text-anchor:end}
.money{margin:.6rem 0}.money svg{height:34px}
.track{fill:var(--track)}.bar{fill:var(--bar)}.goes-bar{fill:none;stroke:var(--ink);stroke-width:1}.mark{fill:var(--ink)}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,520px),1fr));gap:0 28px}
@media(max-width:640px){body{padding:11px}
 table:not(.n) thead{display:none}table:not(.n) tr{display:block;border-bottom:1px solid var(--line);padding:.35rem 0}
 table:not(.n) td{display:inline;border:0;padding:0}
 table:not(.n) td:not(:empty)::before{content:attr(data-label) " ";color:var(--faint)}
 table:not(.n) td+td:not(:empty)::before{content:" · " attr(data-label) " "}}
""" + "".join(f".f{n}{{fill:{colour};background:{colour}}}" for n, colour in enumerate(FILLS))
)
# Nothing is fetched, run, framed or sent; of styles this one.
POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{base64.b64encode(sha256(STYLE.encode()).digest()).decode()}'"
)
