/**
 * HTML from notebooks as HTML that only shows something: no scripts, no forms, nothing that is fetched.
 *
 * DOMPurify does the work, on a document of jsdom; both are loaded on first use.
 */
import createPurifier, { type Config, type DOMPurify, type WindowLike } from 'dompurify';
import { createRequire } from 'node:module';

/** Protocols of links that a reader may follow. */
const FOLLOWED = /^(?:https?|mailto):/i;
const HAS_PROTOCOL = /^(?:[a-z][a-z\d+.-]*:|[\\/]{2})/i;
// oxlint-disable-next-line no-control-regex -- browsers leave these out of addresses
const IGNORED = /[\x00-\x20]/g;

const CONFIG: Config = {
  FORBID_TAGS: [
    ...['style', 'form', 'input', 'button', 'select', 'option', 'optgroup', 'textarea', 'dialog'],
    ...['audio', 'video', 'source', 'track', 'picture', 'template', 'slot'],
  ],
  ADD_FORBID_CONTENTS: ['annotation'],
  // A name could stand for a property of the document; the policy of the pages drops styles.
  FORBID_ATTR: ['style', 'name', 'srcset', 'background', 'poster', 'ping', 'target', 'usemap'],
  // A heading may be called "Images": an id alone stands for nothing that the pages use.
  SANITIZE_DOM: false,
  ALLOW_DATA_ATTR: false,
};

let purifier: DOMPurify | undefined;

/** Whether an address leads nowhere but into the page, to files beside it, or on to the web. */
function isFollowed(address: string): boolean {
  const plain = address.replace(IGNORED, '');
  return !HAS_PROTOCOL.test(plain) || FOLLOWED.test(plain);
}

/** Whether what an address names can be shown without asking anybody for it. */
function isAtHand(address: string): boolean {
  const plain = address.replace(IGNORED, '');
  return !HAS_PROTOCOL.test(plain) || /^data:image\//i.test(plain);
}

function load(): DOMPurify {
  if (purifier === undefined) {
    const { JSDOM } = createRequire(import.meta.url)('jsdom') as {
      JSDOM: new (html: string) => { readonly window: WindowLike };
    };
    const { window } = new JSDOM('');
    purifier = createPurifier(window);
    purifier.addHook('uponSanitizeAttribute', (element, attribute) => {
      const { attrName: name, attrValue: value } = attribute;
      if (name === 'href' || name === 'xlink:href' || name === 'src') {
        const isLink = element.nodeName.toLowerCase() === 'a';
        attribute.keepAttr = isLink ? isFollowed(value) : isAtHand(value);
      }
    });
  }
  return purifier;
}

/** Whether a link of a notebook may stand in a page; `javascript:`, `file:` and others may not. */
export function isSafeLink(address: string): boolean {
  return isFollowed(address);
}

/** HTML of which nothing runs, is sent or is fetched; the rest stays as it is. */
export function safeHtml(html: string): string {
  return load().sanitize(html, CONFIG);
}

/** The same without links, for what is a link itself. */
export function withoutLinks(html: string): string {
  return load().sanitize(html, { ...CONFIG, FORBID_TAGS: [...(CONFIG.FORBID_TAGS ?? []), 'a'] });
}

/** The text that HTML shows, equations as their characters. */
export function shownText(html: string): string {
  const fragment = load().sanitize(html, { ...CONFIG, RETURN_DOM_FRAGMENT: true });
  fragment.querySelectorAll('.katex-html').forEach((drawn) => drawn.remove()); // MathML says the same
  return fragment.textContent ?? '';
}
