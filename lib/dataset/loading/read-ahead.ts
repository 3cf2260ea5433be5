/** What is made before it is asked for. */

/** The next batches of an epoch, ready or under way, in the order of their steps. */
export class ReadAhead<T> {
  private readonly batches: Promise<T>[] = [];

  /**
   * @param nextStep - the first step whose batch is not under way yet
   * @param make - begins to make the batch of a step
   */
  constructor(
    readonly epoch: number,
    public nextStep: number,
    private readonly make: (step: number) => Promise<T>,
  ) {}

  /** How many batches are ready or under way. */
  get length(): number {
    return this.batches.length;
  }

  /** Begins batches of the steps before `end`, until `count` are ready or under way. */
  fill(end: number, count: number): void {
    for (; this.nextStep < end && this.batches.length < count; this.nextStep++) {
      const batch = this.make(this.nextStep);
      batch.catch(() => undefined); // reported when its turn comes, if it comes
      this.batches.push(batch);
    }
  }

  /** The batch of the first step that is under way, which its caller takes over. */
  shift(): Promise<T> {
    return this.batches.shift() ?? this.make(this.nextStep++);
  }
}
