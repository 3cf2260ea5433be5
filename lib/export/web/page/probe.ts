/** A place in the picture, moved by the pointer or the arrow keys. */

/** Is told the place, from 0 to 1 in both directions. */
export type OnPlace = (x: number, y: number) => void;

/** How far an arrow key moves, as a share of the picture; with the shift key it is a fifth. */
const STEP = 1 / 40;

const DIRECTIONS: Readonly<Partial<Record<string, readonly [number, number]>>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

const held = (share: number): number => Math.min(Math.max(share, 0), 1);

/** The place that is looked at. */
export class Probe {
  private place: readonly [number, number] | undefined;

  /**
   * @param view - the picture; it takes the focus
   * @param cross - marks the place that the keys have moved to
   */
  constructor(
    view: HTMLElement,
    private readonly cross: HTMLElement,
    private readonly onPlace: OnPlace,
  ) {
    view.addEventListener('pointermove', ({ clientX, clientY }) => {
      const { left, top, width, height } = view.getBoundingClientRect();
      this.cross.hidden = true;
      this.move(held((clientX - left) / width), held((clientY - top) / height));
    });
    view.addEventListener('keydown', (event) => {
      const direction = DIRECTIONS[event.key];
      if (direction === undefined) {
        return;
      }
      event.preventDefault();
      const step = event.shiftKey ? STEP / 5 : STEP;
      const [x, y] = this.place ?? [0.5, 0.5];
      this.move(held(x + direction[0] * step), held(y + direction[1] * step));
      this.cross.hidden = false;
    });
    view.addEventListener('blur', () => {
      this.cross.hidden = true;
    });
  }

  /** Looks again, at another label map. */
  look(): void {
    if (this.place !== undefined) {
      this.onPlace(...this.place);
    }
  }

  /** Forgets the place. */
  reset(): void {
    this.place = undefined;
    this.cross.hidden = true;
  }

  private move(x: number, y: number): void {
    this.place = [x, y];
    this.cross.style.left = `${100 * x}%`;
    this.cross.style.top = `${100 * y}%`;
    this.onPlace(x, y);
  }
}
