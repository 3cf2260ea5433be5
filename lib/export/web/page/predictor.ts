/** The page's side of the worker: one picture at a time. */
import type { Pixels, Prediction, WebNetwork, WorkerMessage } from './messages.js';

/** A network that is ready. */
export interface Ready {
  readonly network: WebNetwork;
  readonly backend: string;
}

interface Waiting {
  readonly resolve: (prediction: Prediction) => void;
  readonly reject: (error: Error) => void;
}

/** Predicts pictures in a worker. */
export class Predictor {
  private readonly worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
  private readonly waiting = new Map<number, Waiting>();
  private count = 0;

  /**
   * Loads the network.
   *
   * @param onProgress - is told the share that is loaded
   * @throws if it cannot be loaded
   */
  start(onProgress: (share: number) => void): Promise<Ready> {
    return new Promise((resolve, reject) => {
      this.worker.onerror = ({ message }) => {
        reject(new Error(message || 'the worker of the page cannot be loaded'));
      };
      this.worker.onmessage = ({ data }: MessageEvent<WorkerMessage>) => {
        switch (data.kind) {
          case 'progress':
            onProgress(data.share);
            break;
          case 'ready':
            resolve(data);
            break;
          case 'prediction':
            this.take(data.id)?.resolve(data);
            break;
          case 'error':
            (data.id === undefined ? reject : this.take(data.id)?.reject)?.(
              new Error(data.message),
            );
        }
      };
    });
  }

  /**
   * Predicts a picture; its pixels are given away.
   *
   * @param longestSide - of what is computed; undefined: as in the training
   */
  predict(pixels: Pixels, longestSide: number | undefined): Promise<Prediction> {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, pixels, longestSide }, [pixels.data.buffer]);
    });
  }

  private take(id: number): Waiting | undefined {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    return waiting;
  }
}
