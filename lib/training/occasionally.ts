/** Progress of preparations: what is fast stays silent, what is slow shows that it goes on. */
import type { OnProgress } from './events.js';

/** Preparations report at most this often, in ms. */
const EVERY_MS = 1000;

/**
 * Reports what a preparation has done, at most once per second.
 *
 * @param purpose - what is done with the images, such as `image sizes`
 * @returns what is called with the number of images done
 */
export function occasionally(
  onProgress: OnProgress | undefined,
  purpose: string,
  total: number,
): (done: number) => void {
  let last = performance.now();
  return (done) => {
    if (performance.now() - last >= EVERY_MS) {
      last = performance.now();
      onProgress?.({ kind: 'images', purpose, done, total, secondsLeft: undefined });
    }
  };
}

/**
 * Reports work on images, each of them.
 *
 * @param purpose - what is done with the images, such as `label check`
 * @returns what is called with the number of images done and of all
 */
export function imagesProgress(
  onProgress: OnProgress | undefined,
  purpose: string,
): (done: number, total: number) => void {
  return (done, total) => {
    onProgress?.({ kind: 'images', purpose, done, total, secondsLeft: undefined });
  };
}
