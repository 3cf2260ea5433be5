/** The looks of the gallery: quiet, light or dark as the reader's system is. */
import { themeColors } from '../../plot/style.js';

const [light, dark] = [themeColors('light'), themeColors('dark')];

const palette = (c: typeof light): string => `
  --paper: ${c.paper}; --ink: ${c.ink}; --muted: ${c.muted}; --faint: ${c.faint};
  --rule: ${c.grid}; --link: ${c.blue}; --warn: ${c.vermilion};
  --word: ${c.blue}; --text: ${c.green}; --name: ${c.purple};`;

/** Shades at the sides of what is wider than its place, to be scrolled to; they need no script. */
const shadesAtTheSides = `
  background: linear-gradient(to right, var(--under) 30%, transparent) 0 0 / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--under) 30%, transparent) 100% 0 / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--edge), transparent) 0 0 / 0.8rem 100% no-repeat scroll,
    linear-gradient(to left, var(--edge), transparent) 100% 0 / 0.8rem 100% no-repeat scroll var(--under);`;

/** The style sheet of all pages. */
export const styleSheet = `
:root {${palette(light)}
  --shade: #f5f6f7; --text: #00714f; --name: #9c4577; --word: #005e94;
  --under: var(--paper); --edge: color-mix(in srgb, var(--ink) 22%, transparent);
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --serif: Charter, "Bitstream Charter", "Iowan Old Style", Georgia, Cambria, "DejaVu Serif", serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :root {${palette(dark)} --shade: #191e25; }
  .picture img, .still img { border-radius: 4px; }
  .picture img, .still img, .card .thumb { filter: brightness(0.9); }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.65 var(--serif);
  overflow-wrap: break-word; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 0.15em; }
a:not(:hover) { text-decoration-color: color-mix(in srgb, currentColor 35%, transparent); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
img { max-width: 100%; height: auto; }
[hidden] { display: none !important; }

.frame { display: grid; grid-template-columns: minmax(0, 46rem); justify-content: center; gap: 0 4rem;
  padding: 0 1.25rem 5rem; }
.top { grid-column: 1 / -1; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1.5rem;
  padding: 1.25rem 0; font: 0.8125rem/1.5 var(--sans); color: var(--muted); }
.top a { color: inherit; text-decoration: none; }
.top a:hover { color: var(--link); }
.contents { font: 0.8125rem/1.45 var(--sans); margin-bottom: 1rem; color: var(--muted); }
.contents summary { cursor: pointer; padding: 0.25rem 0; }
.contents ol { list-style: none; margin: 0.5rem 0 0; padding: 0; border-left: 1px solid var(--rule); }
.contents li { padding: 0.2rem 0 0.2rem 0.9rem; }
.contents .level3 { padding-left: 1.8rem; }
.contents a { color: inherit; text-decoration: none; }
.contents a:hover { color: var(--link); }
@media (min-width: 68rem) {
  .frame { grid-template-columns: 13rem minmax(0, 46rem); }
  .contents { position: sticky; top: 1.5rem; align-self: start; max-height: calc(100vh - 3rem);
    overflow-y: auto; margin-top: 5.4rem; }
}

h1, h2, h3, h4 { font-family: var(--sans); line-height: 1.25; font-weight: 600; text-wrap: balance;
  letter-spacing: -0.011em; scroll-margin-top: 1rem; }
h1 { font-size: clamp(1.75rem, 1.3rem + 2vw, 2.375rem); letter-spacing: -0.022em; margin: 1.2rem 0 1rem; }
h2 { font-size: 1.4rem; margin: 3.2rem 0 0.8rem; }
h3 { font-size: 1.1rem; margin: 2.2rem 0 0.6rem; }
h4 { font-size: 1rem; margin: 1.8rem 0 0.5rem; }
.here { opacity: 0; margin-left: 0.4em; color: var(--faint); text-decoration: none; font-weight: 400; }
h1:hover .here, h2:hover .here, h3:hover .here, h4:hover .here, .here:focus { opacity: 1; }
p, ul, ol, blockquote { margin: 0 0 1rem; }
li > p { margin-bottom: 0.4rem; }
ul, ol { padding-left: 1.4rem; }
li::marker { color: var(--faint); }
blockquote { border-left: 3px solid var(--rule); padding-left: 1rem; color: var(--muted); }
hr { border: 0; border-top: 1px solid var(--rule); margin: 2.5rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font: 0.875rem/1.45 var(--sans); margin: 0 0 1.2rem; }
th, td { padding: 0.4rem 1.25rem 0.4rem 0; border-bottom: 1px solid var(--rule); text-align: left;
  vertical-align: baseline; font-variant-numeric: tabular-nums; }
th { font-weight: 600; border-bottom-color: var(--faint); }
th[align=right], td[align=right] { text-align: right; }
th[align=center], td[align=center] { text-align: center; }
main .katex { font-size: 1.1em; }
main .katex-display { margin: 1.2rem 0; overflow-x: auto; overflow-y: hidden; padding: 0.2rem 0; }
code, pre { font-family: var(--mono); }
:not(pre) > code { font-size: 0.86em; background: var(--shade); padding: 0.1em 0.3em; border-radius: 4px; }
pre { font-size: 0.8125rem; line-height: 1.55; margin: 0; overflow-x: auto; tab-size: 2; }
.listing { --under: var(--shade); border-radius: 6px; padding: 0.85rem 1rem; margin-bottom: 1rem; }

.cell { margin: 1.5rem 0 1.9rem; }
.code { position: relative; }
.code .listing { margin: 0; }
.label { font: 0.6875rem/1.4 var(--sans); color: var(--muted); margin: 0 0 0.3rem; display: block; }
.count { position: absolute; right: calc(100% + 0.9rem); top: 0.95rem; font: 0.6875rem/1.6 var(--mono);
  color: var(--faint); user-select: none; }
@media (max-width: 52rem) { .count { display: none; } }
.outputs { margin-top: 0.75rem; display: grid; gap: 0.75rem; grid-template-columns: minmax(0, 1fr); }
.outputs:empty { display: none; }
.outputs pre { padding: 0.1rem 0 0.1rem 0.9rem; border-left: 2px solid var(--rule); white-space: pre-wrap;
  overflow-wrap: anywhere; }
.outputs .columns { white-space: pre; overflow-wrap: normal; }
pre.listing, .outputs .columns { ${shadesAtTheSides} }
.long { position: relative; }
.long:not(:has(:checked)) pre { max-height: 34rem; overflow-y: hidden;
  mask-image: linear-gradient(#000 calc(100% - 5rem), transparent); }
.long label { display: block; padding: 0.3rem 0 0 0.9rem; font: 0.75rem/1.5 var(--sans); color: var(--link);
  cursor: pointer; }
.long input { position: absolute; opacity: 0; }
.long label:focus-within { outline: 2px solid var(--link); }
.long :checked ~ .more, .long :not(:checked) ~ .less { display: none; }
.outputs .stderr { color: var(--muted); border-left-style: dotted; }
.outputs .error { border-left-color: var(--warn); background: color-mix(in srgb, var(--warn) 6%, transparent);
  padding: 0.7rem 0.9rem; }
.plot { margin: 0; overflow-x: auto; overflow-y: hidden; }
.absent { color: var(--muted); }
.mistake { color: var(--warn); }

.pages { grid-column: -2; display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem; margin-top: 4rem;
  padding-top: 1.2rem; border-top: 1px solid var(--rule); font: 0.875rem/1.45 var(--sans); }
.pages a { text-decoration: none; color: var(--ink); }
.pages a:hover { color: var(--link); }
.pages small { display: block; color: var(--muted); font-size: 0.75rem; }
.pages .next { grid-column: 2; text-align: right; }

.index { max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.25rem 5rem; }
.index header { max-width: 44rem; margin-bottom: 2.5rem; }
.index header p { color: var(--muted); margin: 0; }
.index .introduction { max-width: 44rem; margin-bottom: 2.5rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr));
  gap: 2.5rem 2rem; margin: 0; padding: 0; list-style: none; }
.card { position: relative; display: flex; flex-direction: column; }
.card .thumb { aspect-ratio: 16 / 10; border: 1px solid var(--rule); border-radius: 8px; overflow: hidden;
  display: grid; place-items: center; background: ${light.paper}; padding: 0.6rem; margin-bottom: 0.85rem; }
.card .thumb img { width: 100%; height: 100%; object-fit: contain; min-height: 0; }
.card .blank { background: var(--shade); color: var(--faint); font: 600 2.5rem/1 var(--sans); }
.card:hover .thumb { border-color: var(--link); }
.card h2 { font-size: 1.05rem; margin: 0 0 0.3rem; }
.card h2 a { color: var(--ink); text-decoration: none; }
.card h2 a::after { content: ""; position: absolute; inset: 0; }
.card:hover h2 a { color: var(--link); }
.card p { font-size: 0.9375rem; line-height: 1.5; margin: 0 0 0.4rem; color: var(--muted); }
.card .time { font: 0.75rem/1.5 var(--sans); color: var(--muted); margin-top: auto; }
.card .failed { color: var(--warn); }
.number { color: var(--faint); font-weight: 400; margin-right: 0.5em; font-variant-numeric: tabular-nums; }

.hljs-keyword, .hljs-built_in, .hljs-literal { color: var(--word); }
.hljs-string, .hljs-regexp, .hljs-subst .hljs-string { color: var(--text); }
.hljs-number, .hljs-title, .hljs-type { color: var(--name); }
.hljs-comment { color: var(--muted); font-style: italic; }
@media print {
  .contents, .pages, .here { display: none; }
  .cell, .plot { break-inside: avoid; }
}
`;
