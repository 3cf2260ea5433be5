/** Answers to questions about code: what the kernel speaks, completion, documentation. */
import type { Engine } from './engine.js';
import { PROTOCOL_VERSION, type Content } from './message.js';
import { toPoints, toUnits } from './positions.js';
import { JupyterHandlerImpl, TSLAB_VERSION, typescript } from './tslab.js';

/** The answer to `kernel_info_request`. */
export function kernelInfo(): Content {
  return {
    status: 'ok',
    protocol_version: PROTOCOL_VERSION,
    implementation: 'autodeeplab',
    implementation_version: TSLAB_VERSION,
    banner: `TypeScript ${typescript.version} (tslab ${TSLAB_VERSION}, Node ${process.versions.node})`,
    debugger: false,
    help_links: [],
    language_info: {
      name: 'typescript',
      version: typescript.version,
      mimetype: 'text/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      // JupyterLab looks at `mode`, the classic Notebook at the other two.
      codemirror_mode: { mode: 'typescript', name: 'javascript', typescript: true },
    },
  };
}

/** Answers requests that execute nothing; undefined for requests that it does not know. */
export function answerer(engine: Engine): (type: string, content: Content) => Content | undefined {
  const handler = new JupyterHandlerImpl(engine.languageService, false);
  const answers: Readonly<Record<string, (content: Content) => Content>> = {
    kernel_info_request: kernelInfo,
    comm_info_request: () => ({ status: 'ok', comms: {} }),
    history_request: () => ({ status: 'ok', history: [] }),
    is_complete_request: ({ code }) => ({ ...handler.handleIsComplete({ code: String(code) }) }),
    inspect_request: (content) => {
      const code = String(content.code);
      const position = toUnits(code, Number(content.cursor_pos));
      return { ...handler.handleInspect({ code, cursor_pos: position, detail_level: 0 }) };
    },
    complete_request: (content) => {
      const code = String(content.code);
      const position = toUnits(code, Number(content.cursor_pos));
      const found = handler.handleComplete({ code, cursor_pos: position });
      return {
        ...found,
        cursor_start: toPoints(code, found.cursor_start),
        cursor_end: toPoints(code, found.cursor_end),
      };
    },
  };
  return (type, content) => (Object.hasOwn(answers, type) ? answers[type](content) : undefined);
}
