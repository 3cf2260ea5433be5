/** The page: takes a picture, shows the classes that the network sees in it. */
import { Legend, percent, sharesOf } from './legend.js';
import type { Pixels, WebClass } from './messages.js';
import { Overlay } from './overlay.js';
import { Predictor, type Ready } from './predictor.js';
import { Probe } from './probe.js';
import { Camera, takePictures } from './sources.js';

function element<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) {
    const got = found?.tagName ?? 'nothing';
    throw new Error(`expected a ${kind.name} with the id ${id}, got ${got}`);
  }
  return found;
}

const say = (text: string): void => {
  element('status', HTMLElement).textContent = text;
};

const complain = (text: string): void => {
  element('problem', HTMLElement).textContent = text;
};

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The largest side of a picture that is shown, in pixels; larger ones are drawn smaller. */
const LARGEST_SIDE = 2049;

/** The sizes that can be chosen: longer sides of the picture, 32·k + 1. */
const DETAILS = [257, 385, 513, 769, 1025];

function sizeToShow({ width, height }: { readonly width: number; readonly height: number }) {
  const scale = Math.min(1, LARGEST_SIDE / Math.max(width, height));
  return { width: Math.round(width * scale), height: Math.round(height * scale) };
}

/** What the page does once the network is there. */
class Page {
  private readonly detail = element('detail', HTMLSelectElement);
  private readonly opacity = element('opacity', HTMLInputElement);
  private readonly colours = element('colours', HTMLCanvasElement);
  private readonly cameraButton = element('camera', HTMLButtonElement);
  private readonly video = document.createElement('video');
  private readonly camera = new Camera(this.video);
  private readonly overlay: Overlay;
  private readonly legend: Legend;
  private readonly probe: Probe;
  private readonly classes: readonly WebClass[];
  private picture: ImageBitmap | undefined;
  private name = '';
  /** Which picture is the last one; results of earlier ones are not shown. */
  private turn = 0;

  constructor(
    private readonly predictor: Predictor,
    private readonly ready: Ready,
  ) {
    this.classes = ready.network.classes;
    const picture = element('picture', HTMLCanvasElement);
    this.overlay = new Overlay(picture, this.colours, this.classes);
    this.legend = new Legend(element('classes', HTMLElement), this.classes, (index, isVisible) => {
      this.overlay.setVisible(index, isVisible);
    });
    const readout = element('readout', HTMLElement);
    this.probe = new Probe(element('view', HTMLElement), element('cross', HTMLElement), (x, y) => {
      readout.textContent = this.overlay.classAt(x, y)?.name ?? '';
    });
    this.detail.append(
      new Option('as in the training', ''),
      ...DETAILS.map((side) => new Option(`${side} pixels at most`, String(side))),
    );
    this.video.muted = true;
    this.video.playsInline = true;
  }

  /** Lets the user work. */
  listen(): void {
    takePictures(
      element('file', HTMLInputElement),
      (file, name) => void this.open(file, name),
      () => {
        complain('That holds no picture.');
      },
    );
    this.opacity.addEventListener('input', () => {
      this.colours.style.opacity = this.opacity.value;
    });
    this.colours.style.opacity = this.opacity.value;
    this.detail.addEventListener('change', () => void this.again());
    this.cameraButton.addEventListener('click', () => void this.switchCamera());
    element('all', HTMLButtonElement).addEventListener('click', () => {
      this.legend.setAll(true);
    });
    element('none', HTMLButtonElement).addEventListener('click', () => {
      this.legend.setAll(false);
    });
    element('save', HTMLButtonElement).addEventListener('click', () => void this.save());
    this.cameraButton.disabled = !('mediaDevices' in navigator);
  }

  private get longestSide(): number | undefined {
    return this.detail.value === '' ? undefined : Number(this.detail.value);
  }

  private async open(file: Blob, name: string): Promise<void> {
    this.stopCamera();
    complain('');
    try {
      this.picture = await createImageBitmap(file, { colorSpaceConversion: 'none' });
    } catch {
      complain(`${name}: this browser cannot read it as a picture.`);
      return;
    }
    this.name = name;
    await this.again();
  }

  /** Predicts the picture that is open. */
  private async again(): Promise<void> {
    if (this.picture === undefined || this.camera.isOn) {
      return;
    }
    const turn = ++this.turn;
    const pixels = this.overlay.show(this.picture, sizeToShow(this.picture));
    document.body.classList.add('open');
    this.probe.reset();
    say(`${this.name}: the network looks at it …`);
    try {
      await this.predict(pixels, turn, this.name);
    } catch (error) {
      complain(messageOf(error));
      say('');
    }
  }

  private async predict(pixels: Pixels, turn: number, name: string): Promise<void> {
    const { height, width } = pixels;
    const { labels, size, milliseconds } = await this.predictor.predict(pixels, this.longestSide);
    if (turn !== this.turn) {
      return;
    }
    this.overlay.colour({ height, width, data: labels });
    const shares = sharesOf(labels, this.classes.length);
    this.legend.update(shares);
    this.probe.look();
    const time =
      milliseconds < 1000
        ? `${milliseconds.toFixed(0)} ms`
        : `${(milliseconds / 1000).toFixed(1)} s`;
    const how = `${time} on ${this.ready.backend}, at ${size.width} × ${size.height} pixels`;
    element('timing', HTMLElement).textContent = how;
    if (!this.camera.isOn) {
      say(`${name}: ${this.inWords(shares)}`);
    }
  }

  /** The largest classes with their shares. */
  private inWords(shares: readonly number[]): string {
    const found = shares
      .map((share, index) => ({ share, name: this.classes[index].name }))
      .filter(({ share }) => share > 0)
      .sort((a, b) => b.share - a.share);
    const listed = found.slice(0, 4).map(({ share, name }) => `${name} ${percent(share)}`);
    return listed.join(', ') + (found.length > 4 ? `, and ${found.length - 4} more` : '');
  }

  private async switchCamera(): Promise<void> {
    if (this.camera.isOn) {
      this.stopCamera();
      return;
    }
    complain('');
    try {
      await this.camera.start();
    } catch (error) {
      complain(`The camera cannot be used: ${messageOf(error)}`);
      return;
    }
    this.cameraButton.textContent = 'Stop the camera';
    this.cameraButton.setAttribute('aria-pressed', 'true');
    document.body.classList.add('open');
    say('The camera is on; its pictures stay in this browser.');
    await this.film();
  }

  /** Predicts what the camera sees, one picture after the other. */
  private async film(): Promise<void> {
    const turn = ++this.turn;
    try {
      while (this.camera.isOn && turn === this.turn) {
        const size = { width: this.video.videoWidth, height: this.video.videoHeight };
        const pixels = this.overlay.show(this.video, sizeToShow(size), true);
        await this.predict(pixels, turn, 'camera');
        await new Promise(requestAnimationFrame);
      }
    } catch (error) {
      this.stopCamera();
      complain(messageOf(error));
    }
  }

  private stopCamera(): void {
    if (this.camera.isOn) {
      this.camera.stop();
      this.turn++;
      this.cameraButton.textContent = 'Use the camera';
      this.cameraButton.setAttribute('aria-pressed', 'false');
      say('The camera is off.');
    }
  }

  private async save(): Promise<void> {
    const file = await this.overlay.file(Number(this.opacity.value));
    if (file === null) {
      complain('This browser cannot write a picture of that size.');
      return;
    }
    const link = document.createElement('a');
    link.href = URL.createObjectURL(file);
    link.download = `${this.name.replace(/\.[^.]*$/, '') || 'picture'}-classes.png`;
    link.click();
    setTimeout(() => {
      URL.revokeObjectURL(link.href);
    }, 60_000);
  }
}

async function start(): Promise<void> {
  const predictor = new Predictor();
  const ready = await predictor.start((share) => {
    say(`The network is loaded: ${Math.floor(100 * share)} %`);
  });
  new Page(predictor, ready).listen();
  document.querySelectorAll<HTMLFieldSetElement>('fieldset').forEach((part) => {
    part.disabled = false;
  });
  document.body.classList.add('ready');
  say(`The network is ready (${ready.backend}). Choose, drop or paste a picture.`);
}

start().catch((error: unknown) => {
  say('');
  complain(`The network cannot be loaded: ${messageOf(error)}`);
});
