/** Where pictures come from: a file that is chosen, dropped or pasted, or the camera. */

/** Is given a picture. */
export type OnPicture = (file: Blob, name: string) => void;

const pictureIn = (files: ArrayLike<File>): File | undefined =>
  Array.from(files).find(({ type }) => type.startsWith('image/'));

/** Takes pictures that are chosen, dropped anywhere on the page or pasted. */
export function takePictures(
  chooser: HTMLInputElement,
  onPicture: OnPicture,
  onNone: () => void,
): void {
  const take = (files: ArrayLike<File>) => {
    const file = pictureIn(files);
    if (file) {
      onPicture(file, file.name);
    } else {
      onNone();
    }
  };
  chooser.addEventListener('change', () => {
    take(chooser.files ?? []);
    chooser.value = ''; // the same file can be chosen again
  });
  document.addEventListener('paste', ({ clipboardData }) => {
    take(clipboardData?.files ?? []);
  });
  const { classList } = document.body;
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    classList.add('dropping');
  });
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    classList.toggle('dropping', relatedTarget !== null);
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    classList.remove('dropping');
    take(event.dataTransfer?.files ?? []);
  });
}

/** The camera of the device. */
export class Camera {
  private stream: MediaStream | undefined;

  constructor(private readonly video: HTMLVideoElement) {}

  get isOn(): boolean {
    return this.stream !== undefined;
  }

  /**
   * Starts it; the browser asks the user.
   *
   * @throws if there is none, or the user says no
   */
  async start(): Promise<void> {
    const wanted = { video: { facingMode: 'environment', width: { ideal: 1280 } }, audio: false };
    this.stream = await navigator.mediaDevices.getUserMedia(wanted);
    this.video.srcObject = this.stream;
    await this.video.play();
  }

  /** Stops it: its light goes out. */
  stop(): void {
    this.stream?.getTracks().forEach((track) => {
      track.stop();
    });
    this.stream = undefined;
    this.video.srcObject = null;
  }
}
