"""How the page looks, in light and dark."""

STYLE = """
:root {
  color-scheme: light dark;
  --paper: #faf9f6; --card: #ffffff; --ink: #1d2126; --quiet: #5d646d; --rule: #e4e1da; --soft: #f2f0eb;
  --good: #24794a; --bad: #b3302a; --doubt: #96620a; --fault: #84479f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #131519; --card: #1a1d22; --ink: #e4e6e9; --quiet: #9aa2ac; --rule: #2c3037; --soft: #22262c;
    --good: #67c28f; --bad: #f0857d; --doubt: #e0ae55; --fault: #c79be0;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
       font: 14px/1.45 system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
       font-variant-numeric: tabular-nums; }
main { max-width: 1280px; margin: 0 auto; padding: 32px 24px 56px; }
h1 { margin: 0 0 4px; font-size: 26px; line-height: 1.2; letter-spacing: -.01em; }
h2 { margin: 32px 0 8px; font-size: 17px; }
p { margin: 4px 0; max-width: 90ch; }
.quiet { color: var(--quiet); }
code { font: 12.5px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: 8px; margin: 18px 0 4px; padding: 0; list-style: none; }
.figures li { background: var(--card); border: 1px solid var(--rule); border-radius: 8px;
              padding: 8px 14px; min-width: 92px; }
.figures b { display: block; font-size: 20px; line-height: 1.2; }
.bad { color: var(--bad); } .doubt { color: var(--doubt); } .good { color: var(--good); }
.fault { color: var(--fault); }
.verdict { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; background: var(--card); }
th, td { text-align: left; vertical-align: top; padding: 6px 10px; border-top: 1px solid var(--rule); }
th { color: var(--quiet); font-weight: 500; border-top: 0; white-space: nowrap; }
td.number, th.number { text-align: right; white-space: nowrap; }
td div + div { margin-top: 3px; }
.tests { table-layout: fixed; min-width: 900px; }
.fired td { padding-top: 2px; padding-bottom: 2px; }
.tests .verdict-column { width: 122px; } .tests th.number { width: 84px; }
.tests .name { width: 31%; } .tests .injected { width: 28%; }
.name { overflow-wrap: anywhere; }
.reason { white-space: pre-wrap; overflow-wrap: anywhere; margin-top: 4px;
          font: 12.5px/1.45 ui-monospace, "DejaVu Sans Mono", Menlo, monospace; color: var(--quiet); }
.times { display: inline-block; min-width: 3.2em; font-weight: 600; }
details { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; margin: 8px 0;
          overflow: hidden; }
summary { cursor: pointer; padding: 9px 14px; display: flex; flex-wrap: wrap; gap: 4px 16px; }
summary::marker { content: none; }
summary::before { content: "\\25B8"; color: var(--quiet); }
details[open] > summary::before { content: "\\25BE"; }
details[open] > summary { background: var(--soft); }
summary > :first-child { flex: 1 1 340px; font-weight: 600; }
summary span span + span { margin-left: 10px; }
summary:focus-visible { outline: 2px solid var(--fault); outline-offset: -2px; }
.card { border: 1px solid var(--rule); border-radius: 8px; overflow: hidden; }
@media print { details { break-inside: avoid; } }
"""
