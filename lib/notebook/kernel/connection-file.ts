/**
 * The connection file that Jupyter starts a kernel with.
 *
 * Source: "Making kernels for Jupyter", connection files, jupyter-client.readthedocs.io.
 */
import { z } from 'zod';
import { describeIssue } from '../../check-options.js';
import { DataError } from '../../errors.js';
import { readJsonFile } from '../../files/json-file.js';
import type { Connection } from './message.js';

const port = z.int().min(1).max(65_535);

/** What else the file holds, such as the name of the kernel, is of no use here. */
const connectionSchema = z.object({
  transport: z.enum(['tcp', 'ipc']),
  ip: z.string().min(1),
  shell_port: port,
  iopub_port: port,
  stdin_port: port,
  control_port: port,
  hb_port: port,
  key: z.string(),
  /** How messages are signed; there is one way. */
  signature_scheme: z.literal('hmac-sha256').optional(),
});

/**
 * Reads a connection file.
 *
 * @throws {@link DataError} if it is missing or says nothing that a kernel can listen on
 */
export async function readConnection(file: string): Promise<Connection> {
  const found = connectionSchema.safeParse(await readJsonFile(file));
  if (!found.success) {
    throw new DataError(
      `${file}: expected a connection file of Jupyter, got one in which ${describeIssue(found.error)}; ` +
        'start the kernel from Jupyter, or with the file that it wrote',
      file,
    );
  }
  return found.data;
}
