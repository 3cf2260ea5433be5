/** The page of an exported network. */
import { escapeHtml } from '../../text.js';

/** What the page tells of the network. */
export interface PageText {
  readonly name: string;
  /** Where it was trained, how many parameters it has, and the like. */
  readonly about: string;
  readonly license: string | undefined;
}

/**
 * What the page may do: its own files only, WebAssembly, and the workers that TensorFlow.js makes for its
 * threads. Nothing leaves the browser.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob: mediastream:",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** The text of `index.html`. */
export function pageHtml({ name, about, license }: PageText): string {
  const title = escapeHtml(name);
  const terms = license === undefined ? '' : ` Licence: ${escapeHtml(license)}.`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="style.css">
<script type="module" src="code/export/web/page/main.js"></script>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${escapeHtml(about)}${terms}</p>
</header>
<main>
<p id="status" role="status">The network is loaded. If nothing follows, this page was opened as a file: it needs a
web server, such as <code>npx autodeeplab demo FOLDER</code>.</p>
<p id="problem" role="alert"></p>
<noscript><p class="alone">This page computes in your browser and needs JavaScript.</p></noscript>
<div class="columns">
<section aria-label="Picture">
<fieldset class="bar" disabled>
<legend class="unseen">Picture</legend>
<label class="button"><input id="file" class="unseen" type="file" accept="image/*">Choose a picture</label>
<button id="camera" type="button" aria-pressed="false">Use the camera</button>
<button id="save" type="button" class="when-open">Save with its classes</button>
</fieldset>
<p class="hint">Or drop or paste one. Pictures stay in this browser: nothing is sent anywhere.</p>
<div id="view" class="when-open" tabindex="0" role="application" aria-roledescription="picture"
  aria-label="The picture with its classes; the arrow keys move a mark, and the class at the mark is read">
<canvas id="picture"></canvas>
<canvas id="colours"></canvas>
<span id="cross" hidden></span>
</div>
<p class="when-open line"><span>Here: <output id="readout" aria-live="polite">point at the picture</output></span>
<span id="timing"></span></p>
</section>
<section aria-label="Classes">
<fieldset class="bar settings" disabled>
<legend class="unseen">How it is shown</legend>
<label for="opacity">Colours <input id="opacity" type="range" min="0" max="1" step="0.05" value="0.6"></label>
<label for="detail">Detail <select id="detail"></select></label>
</fieldset>
<h2>Classes</h2>
<fieldset class="bar" disabled>
<legend class="unseen">All classes</legend>
<button id="all" type="button">Show all</button>
<button id="none" type="button">Hide all</button>
</fieldset>
<ul id="classes"></ul>
</section>
</div>
</main>
</body>
</html>
`;
}
