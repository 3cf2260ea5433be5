/** The work of the nodes that ran in a call. */
import { addWork, workOfNode, type StepWork } from '../step-work.js';
import { producerOf, type TraceNode } from '../trace-graph.js';

/**
 * The work of nodes by name. TensorFlow may join a kernel with one that reads it, such as a convolution with
 * its batch norm: the work of a kernel that did not run by itself is that of its first reader.
 *
 * @param nodes - the last node of the graph that each kernel was written as, in order
 * @param ran - the names of the nodes that ran
 */
export function workOfRuns(
  nodes: ReadonlyMap<TraceNode, string>,
  ran: ReadonlySet<string>,
): ReadonlyMap<string, StepWork> {
  const works = new Map<string, StepWork>();
  const joined = new Map<TraceNode, StepWork>();
  for (const [kernel, name] of nodes) {
    let work = workOfNode(kernel);
    for (const value of Object.values(kernel.inputs)) {
      const producer = producerOf(value);
      const more = producer && joined.get(producer);
      if (more !== undefined) {
        work = addWork(work, more);
        joined.delete(producer!);
      }
    }
    if (ran.has(name)) {
      works.set(name, work);
    } else {
      joined.set(kernel, work);
    }
  }
  return works;
}
