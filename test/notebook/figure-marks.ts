/** What must be seen of figures in a page, whatever their pixels are. */

/**
 * An expression whose value lists what is wrong with the figures of a page: words that are printed over each
 * other, and words and legends that reach out of their figure.
 */
export const OVERLAPS = `(() => {
  const found = [];
  const names = ['gtitle', 'xtitle', 'ytitle', 'legend', 'annotation', 'slider-labels'];
  for (const figure of document.querySelectorAll('.js-plotly-plot')) {
    const outer = figure.querySelector('.main-svg').getBoundingClientRect();
    const parts = names.flatMap((name) => [...figure.querySelectorAll('.' + name)]
      .map((element) => ({ name, text: element.textContent.slice(0, 40), box: element.getBoundingClientRect() }))
      .filter(({ box }) => box.width > 0 && box.height > 0));
    const title = figure.querySelector('.gtitle')?.textContent.slice(0, 40);
    parts.forEach((a, i) => {
      const out = Math.max(outer.left - a.box.left, a.box.right - outer.right, outer.top - a.box.top,
        a.box.bottom - outer.bottom);
      if (out > 1) found.push(title + ': ' + a.name + ' "' + a.text + '" is cut off by ' + Math.round(out));
      for (const b of parts.slice(i + 1)) {
        const width = Math.min(a.box.right, b.box.right) - Math.max(a.box.left, b.box.left);
        const height = Math.min(a.box.bottom, b.box.bottom) - Math.max(a.box.top, b.box.top);
        if (width > 3 && height > 3)
          found.push(title + ': ' + a.name + ' "' + a.text + '" over ' + b.name + ' "' + b.text + '"');
      }
    });
  }
  return found;
})()`;
