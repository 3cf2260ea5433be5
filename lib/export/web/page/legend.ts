/** The legend: the classes with their shares of the picture, each with a switch. */
import type { WebClass } from './messages.js';

/** The share of each class of a label map. */
export function sharesOf(labels: Uint8Array, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) {
    counts[label]++;
  }
  return counts.map((count) => count / Math.max(1, labels.length));
}

/** A share in words. */
export function percent(share: number): string {
  return share > 0 && share < 0.001 ? '< 0.1 %' : `${(100 * share).toFixed(1)} %`;
}

interface Row {
  readonly item: HTMLLIElement;
  readonly box: HTMLInputElement;
  readonly share: HTMLElement;
}

/** The list of the classes. */
export class Legend {
  private readonly rows: readonly Row[];

  /** @param onSwitch - is told when a class is shown or hidden */
  constructor(
    private readonly list: HTMLElement,
    classes: readonly WebClass[],
    private readonly onSwitch: (index: number, isVisible: boolean) => void,
  ) {
    this.rows = classes.map((one, index) => this.row(one, index));
  }

  /** Shows the shares of a picture; the largest come first, absent classes last. */
  update(shares: readonly number[]): void {
    const order = shares.map((_, index) => index).sort((a, b) => shares[b] - shares[a]);
    for (const index of order) {
      const { item, share } = this.rows[index];
      share.textContent = percent(shares[index]);
      item.classList.toggle('absent', shares[index] === 0);
    }
    // A row that has the focus must not be moved: the focus would be lost.
    if (!this.list.contains(document.activeElement)) {
      this.list.replaceChildren(...order.map((index) => this.rows[index].item));
    }
  }

  /** Shows or hides all classes. */
  setAll(isVisible: boolean): void {
    this.rows.forEach(({ box }, index) => {
      box.checked = isVisible;
      this.onSwitch(index, isVisible);
    });
  }

  private row({ name, color }: WebClass, index: number): Row {
    const item = document.createElement('li');
    const label = document.createElement('label');
    const box = document.createElement('input');
    const swatch = document.createElement('span');
    const text = document.createElement('span');
    const share = document.createElement('span');
    box.type = 'checkbox';
    box.checked = true;
    box.addEventListener('change', () => {
      this.onSwitch(index, box.checked);
    });
    swatch.className = 'swatch';
    swatch.style.background = `rgb(${color.join(', ')})`;
    text.className = 'name';
    text.textContent = name;
    share.className = 'share';
    label.append(box, swatch, text, share);
    item.append(label);
    this.list.append(item);
    return { item, box, share };
  }
}
