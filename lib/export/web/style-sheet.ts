/** The style of the page of an exported network. */
export const STYLE_SHEET = `:root {
  color-scheme: light dark;
  --ink: #1b1f24;
  --quiet: #57606a;
  --ground: #ffffff;
  --raised: #f3f5f7;
  --line: #c9d1d9;
  --accent: #0060a8;
  --wrong: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6edf3;
    --quiet: #9aa4ae;
    --ground: #0d1117;
    --raised: #1b222b;
    --line: #3a434d;
    --accent: #6cb6ff;
    --wrong: #ff8a80;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto;
  max-width: 76rem;
  padding: 1rem;
  font: 1rem/1.5 system-ui, sans-serif;
  color: var(--ink);
  background: var(--ground);
}
h1 { margin: 0; font-size: 1.5rem; overflow-wrap: anywhere; }
h2 { margin: 1rem 0 0.5rem; font-size: 1.1rem; }
header p, .hint, .line { margin: 0.25rem 0 0.75rem; color: var(--quiet); }
.hint, .line { font-size: 0.9rem; }
#status { min-height: 1.5em; margin: 0.5rem 0; }
#problem { margin: 0; color: var(--wrong); font-weight: 600; }
.columns { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); }
@media (min-width: 52rem) {
  .columns { grid-template-columns: minmax(0, 1fr) 18rem; }
}
fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
.bar { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.settings { flex-direction: column; }
.settings label { display: flex; align-items: center; justify-content: space-between; gap: 0.75rem; }
.settings input, .settings select { flex: 1; min-width: 0; max-width: 12rem; }
button, .button, select {
  padding: 0.45rem 0.8rem;
  border: 1px solid var(--line);
  border-radius: 0.4rem;
  font: inherit;
  color: inherit;
  background: var(--raised);
  cursor: pointer;
}
.button:has(input:focus-visible), button:focus-visible, select:focus-visible, input:focus-visible, #view:focus-visible {
  outline: 3px solid var(--accent);
  outline-offset: 2px;
}
fieldset:disabled .button, button:disabled { opacity: 0.5; cursor: default; }
button[aria-pressed='true'] { border-color: var(--accent); color: var(--accent); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
body:not(.open) .when-open { display: none; }
#view { position: relative; width: fit-content; max-width: 100%; margin: 0 auto; line-height: 0; touch-action: pan-y; }
#view canvas { max-width: 100%; max-height: 75vh; width: auto; height: auto; }
#picture { border-radius: 0.4rem; background: var(--raised); }
#colours { position: absolute; inset: 0; width: 100%; height: 100%; border-radius: 0.4rem; }
#cross {
  position: absolute;
  width: 1.2rem;
  height: 1.2rem;
  margin: -0.6rem 0 0 -0.6rem;
  border: 2px solid #ffffff;
  border-radius: 50%;
  outline: 2px solid #000000;
  pointer-events: none;
}
#cross[hidden] { display: none; }
.line { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem; margin-top: 0.5rem; }
#readout { color: var(--ink); font-weight: 600; }
#classes { margin: 0.5rem 0 0; padding: 0; list-style: none; }
#classes label { display: flex; align-items: center; gap: 0.5rem; padding: 0.15rem 0; cursor: pointer; }
#classes .swatch { flex: none; width: 1.1rem; height: 1.1rem; border: 1px solid var(--line); border-radius: 0.2rem; }
#classes .name { flex: 1; overflow-wrap: anywhere; }
#classes .share { color: var(--quiet); font-variant-numeric: tabular-nums; }
#classes .absent { opacity: 0.55; }
body.dropping { outline: 4px dashed var(--accent); outline-offset: -4px; }
code { font-size: 0.95em; }
@media (prefers-reduced-motion: no-preference) {
  #colours { transition: opacity 0.1s; }
}
`;
