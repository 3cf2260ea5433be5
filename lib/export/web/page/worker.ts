/** The worker of the page: loads the network and predicts pictures, so that the page stays usable. */
import type * as tfCore from '@tensorflow/tfjs-core';
import type { GraphModel, loadGraphModel } from '@tensorflow/tfjs-converter';
import type { PredictRequest, WebNetwork, WorkerMessage } from './messages.js';
import { labelsOfPicture, prepareImage } from './prepare.js';

/** What the scripts of `vendor` leave in the global scope. */
type TensorFlow = typeof tfCore & {
  readonly loadGraphModel: typeof loadGraphModel;
  readonly wasm: { setWasmPaths(folder: string): void };
};

interface WorkerScope {
  readonly navigator: Navigator & { readonly gpu?: { requestAdapter(): Promise<unknown> } };
  readonly crossOriginIsolated: boolean;
  onmessage: ((event: { readonly data: PredictRequest }) => void) | null;
  postMessage(message: WorkerMessage, transfer?: Transferable[]): void;
}

const scope = self as unknown as WorkerScope;
const here = (path: string): string => new URL(path, ROOT).href;

/** The folder of the page: the compiled modules lie in `code`. */
const ROOT = new URL(import.meta.url.replace(/\/code\/.*$/, '/'));

/** Loads scripts that are not modules, in order. */
async function loadScripts(names: readonly string[]): Promise<void> {
  for (const name of names) {
    await import(here(`vendor/${name}`));
  }
}

/** Whether the browser has a GPU that it lets pages use. */
async function hasWebGpu(): Promise<boolean> {
  try {
    return Boolean(await scope.navigator.gpu?.requestAdapter());
  } catch {
    return false;
  }
}

/** Starts WebGPU, or else WebAssembly; returns TensorFlow and how the backend is called. */
async function startBackend(): Promise<readonly [TensorFlow, string]> {
  await loadScripts(['tf-core.min.js', 'tf-converter.min.js']);
  const tf = (globalThis as unknown as { tf: TensorFlow }).tf;
  if (await hasWebGpu()) {
    await loadScripts(['tf-backend-webgpu.min.js']);
    if (await tf.setBackend('webgpu').catch(() => false)) {
      return [tf, 'WebGPU'];
    }
  }
  await loadScripts(['tf-backend-wasm.min.js']);
  tf.wasm.setWasmPaths(here('vendor/'));
  if (!(await tf.setBackend('wasm'))) {
    throw new Error(
      'expected a browser with WebGPU or WebAssembly, got neither; use a newer browser',
    );
  }
  const threads = scope.crossOriginIsolated ? (scope.navigator.hardwareConcurrency ?? 1) : 1;
  return [tf, `WebAssembly, ${threads === 1 ? 'one thread' : `up to ${threads} threads`}`];
}

async function readNetwork(): Promise<WebNetwork> {
  const response = await fetch(here('network.json'));
  if (!response.ok) {
    throw new Error(`network.json: expected the description of a network, got ${response.status}`);
  }
  return (await response.json()) as WebNetwork;
}

/** Predicts pictures one after the other. */
class PicturePredictor {
  constructor(
    private readonly tf: TensorFlow,
    private readonly network: WebNetwork,
    private readonly model: GraphModel,
  ) {}

  async predict({ id, pixels, longestSide }: PredictRequest): Promise<void> {
    const start = performance.now();
    const prepared = prepareImage(pixels, this.network, longestSide);
    const { height, width } = prepared.padded;
    const image = this.tf.tensor4d(prepared.values, [1, height, width, 3]);
    const output = this.tf.tidy(() => this.model.execute(image, LABELS)) as tfCore.Tensor;
    image.dispose();
    const values = await output.data<'int32'>();
    output.dispose();
    const labels = labelsOfPicture(Int32Array.from(values), prepared, pixels);
    const milliseconds = performance.now() - start;
    const { size } = prepared;
    scope.postMessage({ kind: 'prediction', id, labels, size, milliseconds }, [labels.buffer]);
  }
}

/** The output of the graph that has the label map. */
const LABELS = 'labels';

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

async function start(): Promise<void> {
  const network = await readNetwork();
  const [tf, backend] = await startBackend();
  const model = await tf.loadGraphModel(here('model/model.json'), {
    onProgress: (share) => {
      scope.postMessage({ kind: 'progress', share });
    },
  });
  const predictor = new PicturePredictor(tf, network, model);
  let last = Promise.resolve();
  scope.onmessage = ({ data }) => {
    last = last.then(async () => {
      try {
        await predictor.predict(data);
      } catch (error) {
        scope.postMessage({ kind: 'error', id: data.id, message: messageOf(error) });
      }
    });
  };
  scope.postMessage({ kind: 'ready', network, backend });
}

start().catch((error: unknown) => {
  scope.postMessage({ kind: 'error', id: undefined, message: messageOf(error) });
});
