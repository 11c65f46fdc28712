/** The style of the page: light or dark, as the reader's system is set, and for print. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #ffffff; --panel: #f6f7f9; --ink: #1b2430; --quiet: #5a6675; --rule: #d8dde4;
  --accent: #1f6feb; --over: #ffffff; --good: #1a7f4b; --bad: #c2410c; --reach: #1b2430; }
@media (prefers-color-scheme: dark) { :root { --paper: #12161c; --panel: #1a2028; --ink: #e6eaf0; --quiet: #a0abb9;
  --rule: #333d4a; --accent: #6ea8ff; --over: #0b0f14; --good: #5fce95; --bad: #ff9a62; --reach: #e6eaf0; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px; }
h2 { font-size: 20px; margin: 48px 0 12px; padding-top: 16px; border-top: 1px solid var(--rule); }
h3 { font-size: 15px; margin: 0 0 8px; }
p { margin: 0 0 12px; max-width: 80ch; }
a { color: var(--accent); }
.quiet-text { color: var(--quiet); }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 12px; top: 12px; background: var(--panel); padding: 8px 12px; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 20px; list-style: none; padding: 0; margin: 16px 0 0; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px; margin: 24px 0 0; padding: 0; }
.facts div { background: var(--panel); border-radius: 8px; padding: 12px 16px; }
.facts dt { color: var(--quiet); font-size: 13px; }
.facts dd { margin: 0; font-size: 22px; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.facts dd small { display: block; font-size: 13px; color: var(--quiet); }
.alarm dd { color: var(--bad); }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 400px), 1fr)); gap: 16px; margin: 16px 0; align-items: start; }
figure, .panel { background: var(--panel); border-radius: 8px; padding: 16px; margin: 0; min-width: 0; }
.panel { margin: 16px 0; }
figure.wide { grid-column: 1 / -1; }
figcaption { font-weight: 600; margin-bottom: 8px; }
figcaption small { display: block; max-width: calc(100vw - 96px); white-space: normal; font-weight: 400; color: var(--quiet); font-size: 13px; }
svg { width: 100%; height: auto; display: block; margin: 0 auto; overflow: visible; }
.scroll { overflow: auto; max-height: 440px; border-radius: 4px; }
.scroll:focus-visible, a:focus-visible, summary:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 14px; }
caption { text-align: left; font-weight: 600; padding: 0 0 8px; }
caption small { display: block; max-width: calc(100vw - 96px); white-space: normal; font-weight: 400; color: var(--quiet); font-size: 13px; }
th, td { text-align: right; padding: 4px 12px 4px 0; white-space: nowrap; border-bottom: 1px solid var(--rule); vertical-align: top; }
th:first-child, td:first-child { text-align: left; }
th.text, td.text { text-align: left; }
thead th { position: sticky; top: 0; background: var(--panel); color: var(--quiet); font-weight: 500; }
tbody th { font-weight: 500; white-space: normal; overflow-wrap: anywhere; min-width: 8em; }
.interval { color: var(--quiet); font-size: 12px; }
details summary { cursor: pointer; font-weight: 600; }
details[open] summary { margin-bottom: 8px; }
.grid { stroke: var(--rule); stroke-width: 1; }
.ideal { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 4 4; }
.reach { stroke: var(--reach); stroke-width: 1.5; stroke-opacity: 0.6; }
.curve { fill: none; stroke: var(--accent); stroke-width: 2; stroke-linejoin: round; }
.mark { fill: var(--accent); stroke: var(--panel); stroke-width: 1; }
.chosen { fill: none; stroke: var(--bad); stroke-width: 2.5; }
.bar { fill: var(--accent); fill-opacity: 0.75; }
rect.quiet { fill: var(--quiet); fill-opacity: 0.45; }
.cell.right { fill: var(--good); }
.cell.wrong { fill: var(--bad); }
.edge { fill: none; stroke: var(--rule); }
text { fill: var(--ink); font: 11px system-ui, sans-serif; font-variant-numeric: tabular-nums; }
text.tick { fill: var(--quiet); }
text.name { fill: var(--quiet); font-size: 12px; }
text.value { font-weight: 600; }
text.over { fill: var(--over); }
@media print { .scroll { max-height: none; } figure, .panel { break-inside: avoid; } nav { display: none; } }
`
