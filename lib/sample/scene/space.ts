/** Keeps things apart: remembers which rectangles of the plan are taken. */

/** The plan of a street while it is being filled. */
export interface Space {
  /** Takes a rectangle if it is free, and says whether it was. */
  readonly claim: (x: number, z: number, halfX: number, halfZ: number) => boolean;
}

/** An empty plan. */
export function createSpace(): Space {
  const taken: (readonly [x: number, z: number, halfX: number, halfZ: number])[] = [];
  return {
    claim: (x, z, halfX, halfZ) => {
      const isFree = taken.every(
        ([tx, tz, tHalfX, tHalfZ]) =>
          Math.abs(x - tx) >= halfX + tHalfX || Math.abs(z - tz) >= halfZ + tHalfZ,
      );
      if (isFree) {
        taken.push([x, z, halfX, halfZ]);
      }
      return isFree;
    },
  };
}
