/** One measurement of replicas. */
export interface ReplicaRow {
  /** The name of the work. */
  readonly work: string;
  /** Where the replicas were. */
  readonly place: string;
  /** Time until the program can run. */
  readonly openSeconds: number;
  /** Of a step; null if none was measured. */
  readonly medianSeconds: number | null;
  readonly leastSeconds: number | null;
  /** Bytes over the network in a step; null if none was measured. */
  readonly bytes: number | null;
}
